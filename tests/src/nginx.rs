//! nginx with the configuration of `docs/deploying.md`: what publishers are told to use is what runs
//! here. Only its ports and folders are changed, and everything it writes goes to a temporary folder.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::ports;
use crate::process::{self, Process};

/// A running nginx.
pub struct Nginx {
    running: Option<Process>,
    folder: TempDir,
    program: PathBuf,
    port: u16,
    base: String,
}

impl Nginx {
    /// Serves a site below a base path (`/`, `/news/`).
    ///
    /// # Errors
    /// nginx or its brotli module is not installed, or refuses the configuration.
    pub fn start(site: &Path, base: &str) -> Result<Self> {
        // Debian keeps it where only root looks for programs.
        let program = process::program("LAMPLIGHT_NGINX", &["nginx"]).or_else(|error| {
            let usual = PathBuf::from("/usr/sbin/nginx");
            if usual.is_file() {
                Ok(usual)
            } else {
                Err(error)
            }
        })?;
        let folder = tempfile::Builder::new()
            .prefix("lamplight-nginx-")
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
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/deploying.md");
        let page = fs::read_to_string(page)?;
        fs::write(
            folder.path().join("site.conf"),
            configuration(&page, port, &root, base)?,
        )?;
        let modules = modules(&program)?;
        fs::write(folder.path().join("nginx.conf"), main(&modules)?)?;
        let mut nginx = Self {
            running: None,
            folder,
            program,
            port,
            base: base.to_owned(),
        };
        nginx.up()?;
        Ok(nginx)
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
    /// nginx refuses the configuration, with its own words, or does not answer.
    pub fn up(&mut self) -> Result<()> {
        let checked = self.command().arg("-t").output()?;
        let words = String::from_utf8_lossy(&checked.stderr);
        ensure!(checked.status.success(), "nginx refuses it: {words}");
        let mut running = Process::spawn(&mut self.command())?;
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            running.alive()?;
            if start.elapsed() > Duration::from_secs(10) {
                bail!("nginx does not answer on port {}", self.port);
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.running = Some(running);
        Ok(())
    }

    fn command(&self) -> Command {
        let mut command = process::command(&self.program);
        command
            .arg("-p")
            .arg(self.folder.path())
            .args(["-c", "nginx.conf", "-e", "stderr"]);
        command
    }
}

/// The server of `docs/deploying.md` at another port, root and base.
fn configuration(page: &str, port: u16, root: &Path, base: &str) -> Result<String> {
    let mut text = page
        .split_once("```nginx\n")
        .and_then(|(_, rest)| rest.split_once("```"))
        .map(|(text, _)| text.to_owned())
        .context("docs/deploying.md has no nginx block")?;
    for (old, new) in [
        ("listen 80;", format!("listen 127.0.0.1:{port};")),
        ("listen [::]:80;", String::new()),
        (
            "root /var/www/example.org;",
            format!("root {};", root.display()),
        ),
        ("set $base /;", format!("set $base {base};")),
    ] {
        ensure!(text.matches(old).count() == 1, "`{old}` is not there once");
        text = text.replacen(old, &new, 1);
    }
    Ok(text)
}

/// What Debian's `nginx.conf` is around a server, without its paths.
fn main(modules: &Path) -> Result<String> {
    let brotli = modules.join("ngx_http_brotli_static_module.so");
    ensure!(
        brotli.is_file(),
        "nginx has no {}: run `cargo xtask setup --test`",
        brotli.display()
    );
    // A worker of root's nginx becomes `nobody`, who cannot read temporary folders.
    let user = if rustix::process::geteuid().is_root() {
        "user root;"
    } else {
        ""
    };
    let folders: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|name| format!("    {name}_temp_path temp;\n"))
        .collect();
    Ok(format!(
        "load_module {};\n{user}\ndaemon off;\nworker_processes 1;\npid nginx.pid;\n\
         error_log stderr;\nevents {{}}\nhttp {{\n    access_log off;\n{folders}    include site.conf;\n}}\n",
        brotli.display()
    ))
}

/// Where this nginx has its modules.
fn modules(program: &Path) -> Result<PathBuf> {
    let output = Command::new(program).arg("-V").output()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let folder = text
        .split_whitespace()
        .find_map(|word| word.strip_prefix("--modules-path="))
        .context("nginx does not say where its modules are")?;
    Ok(folder.into())
}
