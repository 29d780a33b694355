//! A web server with its configuration of `docs/deploying.md`, and of `docs/contact.md` in front of a receiver: what
//! publishers are told to use is what runs here. Only its ports and folders are changed, and everything it writes goes to a temporary folder.
//!
//! Entry point: [`Host::start`]. What differs between the servers is in [`Web`]'s own modules.

mod caddy;
mod nginx;

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::process::Process;
use crate::{Receiver, ports};

/// A web server that `docs/deploying.md` has a configuration for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Web {
    /// With Debian's module for files compressed by brotli.
    Nginx,
    /// Debian's.
    Caddy,
}

/// A running web server.
pub struct Host {
    running: Option<Process>,
    folder: TempDir,
    web: Web,
    program: PathBuf,
    port: u16,
    base: String,
}

/// What of the configuration is the test's own.
struct Place<'a> {
    /// Where the configuration goes.
    folder: &'a Path,
    /// The folder that is served.
    root: &'a Path,
    port: u16,
    /// The path of the site.
    base: &'a str,
    /// What stands in the server's block beside the site.
    more: &'a str,
}

impl Host {
    /// Serves a site below a base path (`/`, `/news/`).
    ///
    /// # Errors
    /// The server is not installed, or refuses the configuration.
    pub fn start(web: Web, site: &Path, base: &str) -> Result<Self> {
        Self::begin(web, site, base, "")
    }

    /// Serves a site at `/`, and passes `/contact-endpoint` on to a receiver.
    ///
    /// # Errors
    /// The server is not installed, or refuses the configuration.
    pub fn before(web: Web, site: &Path, receiver: &Receiver) -> Result<Self> {
        let url = receiver.url();
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        let language = match web {
            Web::Nginx => "nginx",
            Web::Caddy => "caddy",
        };
        let page = read("docs/contact.md")?;
        let more = block(&page, language, &[("127.0.0.1:8300", address.to_owned())])?;
        Self::begin(web, site, "/", &more)
    }

    fn begin(web: Web, site: &Path, base: &str, more: &str) -> Result<Self> {
        let program = match web {
            Web::Nginx => nginx::program(),
            Web::Caddy => caddy::program(),
        }?;
        let folder = tempfile::Builder::new()
            .prefix("lamplight-host-")
            .tempdir()?;
        let root = folder.path().join("www");
        let place = root.join(base.trim_matches('/'));
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent)?;
        }
        let linked = place.components().collect::<PathBuf>();
        std::os::unix::fs::symlink(site, &linked)
            .with_context(|| format!("linking {}", linked.display()))?;
        let port = ports::free()?;
        let page = read("docs/deploying.md")?;
        let place = Place {
            folder: folder.path(),
            root: &root,
            port,
            base,
            more,
        };
        match web {
            Web::Nginx => nginx::configure(&program, &page, &place),
            Web::Caddy => caddy::configure(&page, &place),
        }?;
        let mut host = Self {
            running: None,
            folder,
            web,
            program,
            port,
            base: base.to_owned(),
        };
        host.up()?;
        Ok(host)
    }

    /// The address of a path below the base (`""` is the front page).
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{}{path}", self.port, self.base)
    }

    /// Stops: connections are closed, new ones are refused.
    pub fn down(&mut self) {
        self.running = None;
    }

    /// Starts (again), on the same port.
    ///
    /// # Errors
    /// The server refuses the configuration, with its own words, or does not answer.
    pub fn up(&mut self) -> Result<()> {
        let checked = self.command(true).output()?;
        let words = String::from_utf8_lossy(&checked.stderr);
        ensure!(
            checked.status.success(),
            "{:?} refuses it: {words}",
            self.web
        );
        let mut running = Process::spawn(&mut self.command(false))?;
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            running.alive()?;
            if start.elapsed() > Duration::from_secs(10) {
                bail!("{:?} does not answer on port {}", self.web, self.port);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.running = Some(running);
        Ok(())
    }

    /// Serves, or only checks the configuration.
    fn command(&self, check: bool) -> Command {
        match self.web {
            Web::Nginx => nginx::command(&self.program, self.folder.path(), check),
            Web::Caddy => caddy::command(&self.program, self.folder.path(), check),
        }
    }
}

/// A file of the project.
fn read(path: &str) -> Result<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))
}

/// A server's block with more at its end.
fn with_more(server: &str, more: &str) -> Result<String> {
    let (block, _) = server.rsplit_once('}').context("the block has no end")?;
    Ok(format!("{block}\n{more}}}\n"))
}

/// A configuration of the page, with each of these texts, which must be there once, replaced.
fn block(page: &str, language: &str, replaced: &[(&str, String)]) -> Result<String> {
    let mut text = page
        .split_once(&format!("```{language}\n"))
        .and_then(|(_, rest)| rest.split_once("```"))
        .map(|(text, _)| text.to_owned())
        .with_context(|| format!("the page has no {language} block"))?;
    for (old, new) in replaced {
        ensure!(text.matches(old).count() == 1, "`{old}` is not there once");
        text = text.replacen(old, new, 1);
    }
    Ok(text)
}
