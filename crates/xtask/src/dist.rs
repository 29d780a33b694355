//! `cargo xtask dist`: press with the app inside it, one file for publishers.
//!
//! On Linux it is linked with everything it needs, the C library (glibc) included, so that it runs on a
//! machine that has nothing else. It has the C library look up no names and no users, which is what a
//! static glibc could not do there: `press receive` finds its mail server by itself. Where there is no static
//! C library, and on other systems, it needs what the system brings.

use std::fs;
use std::path::{Path, PathBuf};

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
    let mut cargo = env.command("cargo");
    cargo
        .args(["build", "--package", "lamplight-dist", "--profile", PROFILE])
        .env("LAMPLIGHT_APP", run::root().join("dist"));
    match &target {
        Some(target) => {
            let variable = target.to_uppercase().replace('-', "_");
            cargo
                // With a target named, build scripts and macros are linked as ever.
                .args(["--target", target])
                .env(
                    format!("CARGO_TARGET_{variable}_RUSTFLAGS"),
                    "-C target-feature=+crt-static",
                );
        }
        None => println!("Not linked statically: press will need this system's own libraries."),
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
pub(crate) fn cargo_target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| run::root().join("target"), Into::into)
}

/// This machine's own target, if its C library can be linked in: the compiler names the file it would
/// take, by its whole path if there is one.
fn static_target(env: &Env) -> Option<String> {
    let library = run::capture(env.command("cc").arg("-print-file-name=libc.a"))?;
    let linux = std::env::consts::OS == "linux" && cfg!(target_env = "gnu");
    (linux && Path::new(library.trim()).is_file())
        .then(|| format!("{}-unknown-linux-gnu", std::env::consts::ARCH))
}
