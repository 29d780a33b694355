//! `cargo xtask dist`: press with the app inside it, one file for publishers.
//!
//! On Linux it is linked with everything it needs (musl), so that it runs on a machine that has nothing
//! else; where that target cannot be had, and on other systems, with what the system brings.

use std::fs;

use anyhow::{Context, Result};

use crate::run::{self, Env};
use crate::{build, setup};

/// The profile in `Cargo.toml`.
const PROFILE: &str = "dist";

/// Builds the app and then `target/dist/press`, and says how large it is.
pub(crate) fn dist() -> Result<()> {
    let env = setup::setup(setup::Needs::Build)?;
    build::app(&env)?;
    let target = static_target(&env);
    if target.is_none() {
        println!("Not linked statically: press will need this system's own libraries.");
    }
    let mut cargo = env.command("cargo");
    cargo
        .args(["build", "--package", "lamplight-dist", "--profile", PROFILE])
        .env("LAMPLIGHT_APP", run::root().join("dist"));
    if let Some(target) = &target {
        cargo.args(["--target", target]);
    }
    run::run(&mut cargo)?;

    let made = cargo_target()
        .join(target.as_deref().unwrap_or_default())
        .join(PROFILE)
        .join(format!("press-dist{}", std::env::consts::EXE_SUFFIX));
    let folder = run::root().join("target").join(PROFILE);
    let press = folder.join(format!("press{}", std::env::consts::EXE_SUFFIX));
    fs::create_dir_all(&folder)?;
    fs::copy(&made, &press).with_context(|| format!("{} cannot be copied", made.display()))?;
    let size = fs::metadata(&press)?.len();
    println!(
        "\n{}: {:.1} MB{}",
        press.display(),
        size as f64 / 1e6,
        if target.is_some() {
            ", needs nothing else"
        } else {
            ""
        }
    );
    Ok(())
}

/// Where cargo builds.
fn cargo_target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| run::root().join("target"), Into::into)
}

/// The target that links everything in, installed if need be; `None` if there is none to be had.
fn static_target(env: &Env) -> Option<String> {
    if std::env::consts::OS != "linux" {
        return None;
    }
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    let has = || {
        run::capture(
            env.command("rustup")
                .args(["target", "list", "--installed"]),
        )
        .is_some_and(|list| list.lines().any(|line| line == target))
    };
    let found = has()
        || (run::run(env.command("rustup").args(["target", "add", &target])).is_ok() && has());
    found.then_some(target)
}
