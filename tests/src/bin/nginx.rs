//! Serves a site by nginx as `docs/deploying.md` sets it up, until standard input ends:
//! `nginx SITE [BASE]`. The first line of output is the address. For `cargo xtask lighthouse`, and for
//! a look by hand.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context, Result};
use lamplight_e2e::{Host, Web};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let site = arguments.next().context("name the folder of a site")?;
    let site = Path::new(&site)
        .canonicalize()
        .with_context(|| format!("no folder {site}"))?;
    let base = arguments.next().unwrap_or_else(|| "/".into());
    let nginx = Host::start(Web::Nginx, &site, &base)?;
    println!("{}", nginx.url(""));
    // Whoever started this holds the other end.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
