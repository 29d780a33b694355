//! Caddy. Entry points: [`program`], [`configure`], [`command`].

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use super::{Place, block, with_more};
use crate::process;

/// The configuration's file.
const FILE: &str = "Caddyfile";

pub(super) fn program() -> Result<PathBuf> {
    process::program("LAMPLIGHT_CADDY", &["caddy"])
}

pub(super) fn configure(page: &str, place: &Place<'_>) -> Result<()> {
    let site = block(
        page,
        "caddy",
        &[
            // Without a scheme it would ask for a certificate.
            (
                "example.org {",
                format!("http://127.0.0.1:{} {{", place.port),
            ),
            (
                "root * /var/www/example.org",
                format!("root * {}", place.root.display()),
            ),
            ("/404.html", format!("{}404.html", place.base)),
        ],
    )?;
    let site = with_more(&site, place.more)?;
    // Others may run a Caddy, too: its port for commands is one for the whole machine.
    let text = format!("{{\n\tadmin off\n\tauto_https off\n}}\n{site}");
    fs::write(place.folder.join(FILE), text)?;
    Ok(())
}

pub(super) fn command(program: &Path, folder: &Path, check: bool) -> Command {
    let mut command = process::command(program);
    command
        .arg(if check { "validate" } else { "run" })
        .args(["--adapter", "caddyfile", "--config", FILE])
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", folder.join("config"))
        .env("XDG_DATA_HOME", folder.join("data"));
    command
}
