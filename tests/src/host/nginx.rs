//! nginx. Entry points: [`program`], [`configure`], [`command`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::{Place, block, with_more};
use crate::process;

pub(super) fn program() -> Result<PathBuf> {
    // Debian keeps it where only root looks for programs.
    process::program("LAMPLIGHT_NGINX", &["nginx"]).or_else(|error| {
        let usual = PathBuf::from("/usr/sbin/nginx");
        if usual.is_file() {
            Ok(usual)
        } else {
            Err(error)
        }
    })
}

pub(super) fn configure(program: &Path, page: &str, place: &Place<'_>) -> Result<()> {
    let site = block(
        page,
        "nginx",
        &[
            ("listen 80;", format!("listen 127.0.0.1:{};", place.port)),
            ("listen [::]:80;", String::new()),
            (
                "root /var/www/example.org;",
                format!("root {};", place.root.display()),
            ),
            ("set $base /;", format!("set $base {};", place.base)),
        ],
    )?;
    let site = with_more(&site, place.more)?;
    fs::write(place.folder.join("site.conf"), site)?;
    fs::write(place.folder.join("nginx.conf"), main(&modules(program)?)?)?;
    Ok(())
}

pub(super) fn command(program: &Path, folder: &Path, check: bool) -> Command {
    let mut command = process::command(program);
    command
        .arg("-p")
        .arg(folder)
        .args(["-c", "nginx.conf", "-e", "stderr"]);
    if check {
        command.arg("-t");
    }
    command
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
