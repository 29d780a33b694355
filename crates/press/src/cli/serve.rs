//! `press serve`: a publication while it is being written, or a site that was built.

use std::fs::File;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use axum::Router;
use clap::Args;
use tempfile::TempDir;

use super::progress::Meter;
use super::{app, show};
use crate::cache::Cache;
use crate::error::in_full;
use crate::preview::{Built, Preview, watch};
use crate::{BuildError, BuildOptions, EDITION, Packed, folders, serve};

/// How many ports after the wished-for one are tried.
const TRIES: u16 = 20;

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// A publication (a folder with site.toml, or the path of such a file), or a site that `press
    /// build` wrote
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// The port; if it is taken, the next one that is free. 0 takes any
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// Let other devices in this network see it, too
    #[arg(long)]
    lan: bool,
    /// The address to listen on, instead of this machine's own (127.0.0.1)
    #[arg(long, conflicts_with = "lan")]
    address: Option<IpAddr>,
    /// Show drafts, too (of a publication)
    #[arg(long)]
    drafts: bool,
    /// Show every warning (of a publication)
    #[arg(long, short)]
    verbose: bool,
    /// Another app than the one this program carries (for a publication)
    #[arg(long, value_name = "FOLDER")]
    app: Option<PathBuf>,
    /// Where readers' messages are posted, instead of where [contact] in site.toml says (of a publication)
    #[arg(long, value_name = "URL")]
    contact_endpoint: Option<String>,
    /// The path the site lives under, if it is not the one it was built for (of a built site)
    #[arg(long)]
    base: Option<String>,
}

impl Serve {
    pub(super) fn run(self, packed: Packed) -> anyhow::Result<ExitCode> {
        let is_publication = self.folder.is_file() || self.folder.join("site.toml").is_file();
        let is_site = self.folder.join(EDITION).is_file();
        if !is_publication && !is_site {
            bail!(
                "there is nothing to serve in {}: it holds neither site.toml (a publication) nor {EDITION} (a built site).\n\
                 To begin a publication there: press new site {0}",
                self.folder.display()
            );
        }
        if self.contact_endpoint.is_some() && !is_publication {
            bail!(
                "{} is a built site: where its messages go was said when it was built.\n\
                 Give --contact-endpoint to `press build`.",
                self.folder.display()
            );
        }
        let listener = self.listen()?;
        if is_publication {
            self.preview(listener, packed)
        } else {
            let base = self
                .base
                .clone()
                .unwrap_or_else(|| serve::base_of(&self.folder));
            announce(&listener, &base)?;
            println!("\nCtrl-C ends it.");
            run(listener, serve::router(&self.folder, &base))
        }
    }

    fn listen(&self) -> anyhow::Result<TcpListener> {
        let any = IpAddr::V4(if self.lan {
            Ipv4Addr::UNSPECIFIED
        } else {
            Ipv4Addr::LOCALHOST
        });
        let address = self.address.unwrap_or(any);
        let mut last = None;
        let tries = if self.port == 0 { 0 } else { TRIES };
        for port in self.port..=self.port.saturating_add(tries) {
            match TcpListener::bind(SocketAddr::new(address, port)) {
                Ok(listener) => {
                    if port != self.port {
                        println!("Port {} is taken; this is port {port}.", self.port);
                    }
                    return Ok(listener);
                }
                Err(error) => {
                    let taken = error.kind() == std::io::ErrorKind::AddrInUse;
                    last = Some(error);
                    if !taken {
                        break;
                    }
                }
            }
        }
        let error = last.context("there is no port to try")?;
        Err(error).with_context(|| {
            format!(
                "nothing can listen on {}; --port chooses another",
                SocketAddr::new(address, self.port)
            )
        })
    }

    fn preview(self, listener: TcpListener, packed: Packed) -> anyhow::Result<ExitCode> {
        let here = listener.local_addr()?;
        // Feeds and canonical addresses are whole addresses: those that other devices can use, where
        // there may be other devices.
        let host = lan_address(here.ip()).unwrap_or_else(|| local_address(here.ip()));
        let options = BuildOptions {
            content: self.folder.clone(),
            app: app(self.app, packed),
            contact_endpoint: self.contact_endpoint,
            drafts: self.drafts,
            ..BuildOptions::default()
        };
        let origin = origin(host, here.port());
        let place = Place::of(&self.folder)?;
        let preview = Arc::new(Preview::new(options, &origin, &place.out));
        let meter = Meter::new();
        let built = preview.build(&meter);
        meter.finish();
        let everything = self.verbose;
        if let Err(error @ BuildError::App(_)) = built.result {
            // No edit of the content will mend this.
            return Err(error.into());
        }
        tell(&built, everything);
        println!();
        announce(&listener, &built.base)?;
        println!("\nIt follows your edits. Ctrl-C ends it.");
        let by_system = watch::follow(&preview, move |built| tell(built, everything))
            .with_context(|| format!("changes in {} cannot be followed", self.folder.display()))?;
        if !by_system {
            println!("The system does not tell of changes here, so they take a second longer.");
        }
        run(listener, preview.router())
    }
}

/// Where a preview is built: in the publication's cache, so that the next one begins with what did not
/// change since; in a temporary folder, if another preview is there or nothing can be written.
struct Place {
    out: PathBuf,
    _lock: Option<File>,
    _temporary: Option<TempDir>,
}

impl Place {
    fn of(content: &Path) -> anyhow::Result<Self> {
        if let Some((folder, lock)) = preview_folder(content) {
            return Ok(Self {
                out: folder.join("site"),
                _lock: Some(lock),
                _temporary: None,
            });
        }
        let temporary = tempfile::Builder::new()
            .prefix("press-preview-")
            .tempdir()
            .context("there is no room for a temporary folder")?;
        Ok(Self {
            out: temporary.path().join("site"),
            _lock: None,
            _temporary: Some(temporary),
        })
    }
}

/// The folder for previews in the publication's cache, and the lock that keeps others out of it as long
/// as it is open.
fn preview_folder(content: &Path) -> Option<(PathBuf, File)> {
    let folder = folders(content).into_iter().next()?;
    let folder = Cache::of(&folder).folder("preview")?;
    let lock = File::create(folder.join("lock")).ok()?;
    lock.try_lock().ok()?;
    Some((folder, lock))
}

/// Says how a build ended.
fn tell(built: &Built, everything: bool) {
    if let Some(diagnostics) = built.diagnostics() {
        show(diagnostics, everything);
    }
    match &built.result {
        Ok(report) => println!(
            "Built in {:.2} s: {} articles, {} pages.",
            built.time.as_secs_f64(),
            report.articles,
            report.pages
        ),
        Err(error) => {
            eprintln!("{}", in_full(error));
            eprintln!("The preview shows this, and what was built before.");
        }
    }
}

/// Prints the addresses of what is served.
fn announce(listener: &TcpListener, base: &str) -> anyhow::Result<()> {
    let here = listener.local_addr()?;
    let local = origin(local_address(here.ip()), here.port());
    println!("  Here:            {local}{base}");
    match lan_address(here.ip()) {
        Some(address) => {
            println!("  Other devices:   {}{base}", origin(address, here.port()));
            println!(
                "                   (they can read it there; to install it and read offline they need https)"
            );
        }
        None if here.ip().is_unspecified() => {
            println!("  Other devices:   this machine is in no network");
        }
        None => println!("  Other devices:   not now; `press serve --lan` lets them see it"),
    }
    Ok(())
}

fn origin(address: IpAddr, port: u16) -> String {
    format!("http://{}", SocketAddr::new(address, port))
}

/// The address by which this machine reaches a listener of its own.
fn local_address(listening: IpAddr) -> IpAddr {
    match listening {
        any if any.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        one => one,
    }
}

/// The address by which others reach a listener that they can reach at all.
fn lan_address(listening: IpAddr) -> Option<IpAddr> {
    if !listening.is_unspecified() {
        return (!listening.is_loopback()).then_some(listening);
    }
    // Nothing is sent: the system is asked by which address it would (192.0.2.0/24 is nobody's,
    // RFC 5737).
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

/// Serves until the process is asked to end.
fn run(listener: TcpListener, router: Router) -> anyhow::Result<ExitCode> {
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("the server cannot start")?;
    let result = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        // Pages that listen for changes would hold a graceful end up for ever.
        tokio::select! {
            served = async { axum::serve(listener, router).await } => served.context("the server stopped"),
            () = asked_to_end() => Ok(()),
        }
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    println!();
    result.map(|()| ExitCode::SUCCESS)
}

/// Is done when the process is asked to end. From the call on, not only once this is waited for, that ends the
/// process no more by itself. Needs a runtime.
pub(super) fn asked_to_end() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let signals = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::interrupt())
            .and_then(|interrupted| Ok((interrupted, signal(SignalKind::terminate())?)))
    };
    async {
        #[cfg(unix)]
        if let Ok((mut interrupted, mut terminated)) = signals {
            tokio::select! {
                _ = interrupted.recv() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
        // Without a signal handler the process just ends, which is as good.
        let _ = tokio::signal::ctrl_c().await;
    }
}
