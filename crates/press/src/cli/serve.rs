//! `press serve`.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::serve;

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// The folder that `press build` wrote
    site: PathBuf,
    /// The port; 0 takes a free one
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    address: IpAddr,
    /// The path the site lives under, if it is not the one it was built for
    #[arg(long)]
    base: Option<String>,
}

impl Serve {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let base = self.base.unwrap_or_else(|| serve::base_of(&self.site));
        run_server(&self.site, SocketAddr::new(self.address, self.port), &base)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn run_server(site: &Path, address: SocketAddr, base: &str) -> anyhow::Result<()> {
    anyhow::ensure!(
        site.join("edition.json").is_file(),
        "{} holds no site made by press",
        site.display()
    );
    let router = serve::router(site, base);
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the server cannot start")?
        .block_on(async {
            let listener = tokio::net::TcpListener::bind(address)
                .await
                .with_context(|| format!("nothing can listen on {address}"))?;
            println!("http://{}{base}", listener.local_addr()?);
            axum::serve(listener, router)
                .with_graceful_shutdown(async {
                    // Without a signal handler the process just ends, which is as good.
                    let _ = tokio::signal::ctrl_c().await;
                })
                .await
                .context("the server stopped")
        })
}
