//! A standard library built for size, for the app.
//!
//! Entry point: [`variables`]. The prebuilt library formats a message for every panic, with its place;
//! in the browser nothing ever shows one, and they are a tenth of the app. Rebuilding the library needs
//! its source (rustup's `rust-src`) and options that the stable compiler hides: they are set for the one
//! run of Cargo that builds the app, by its environment. Without them the app is the same, but larger.

use std::path::PathBuf;

use crate::run::{self, Env};

/// Flags for the app and the standard library alike; Cargo adds them to those of `.cargo/config.toml`.
/// A panic traps at once, without a message; places and derived `Debug` are left out.
const FLAGS: &str =
    "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";

/// What Cargo's environment must have to build the app small; nothing where that cannot be had.
pub(crate) fn variables(env: &Env) -> Vec<(&'static str, &'static str)> {
    if !has_source(env) || !has_dependencies(env) {
        println!(
            "The source of Rust's standard library is not there (`rustup component add rust-src`), \
             so the app is built with the prebuilt one: it works the same, and is a tenth larger."
        );
        return Vec::new();
    }
    vec![
        ("RUSTC_BOOTSTRAP", "1"),
        ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
        ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
        ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", FLAGS),
    ]
}

/// Whether the standard library's source is there.
pub(crate) fn has_source(env: &Env) -> bool {
    manifest(env).is_some_and(|file| file.is_file())
}

/// Has the packages that the standard library is made of at hand: Trunk lets Cargo fetch nothing.
fn has_dependencies(env: &Env) -> bool {
    manifest(env).is_some_and(|manifest| {
        run::capture(
            env.command("cargo")
                .args(["fetch", "--quiet", "--locked", "--manifest-path"])
                .arg(manifest)
                // Its manifest uses features of Cargo's own.
                .env("RUSTC_BOOTSTRAP", "1"),
        )
        .is_some()
    })
}

fn manifest(env: &Env) -> Option<PathBuf> {
    let sysroot = run::capture(env.command("rustc").args(["--print", "sysroot"]))?;
    Some(PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.toml"))
}
