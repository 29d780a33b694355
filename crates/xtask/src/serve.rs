//! `cargo xtask serve`: build, then serve `site/` until interrupted.

use anyhow::Result;

use crate::{build, run, setup};

/// Sets up, builds and serves; press finds a free port and prints the addresses.
pub(crate) fn serve(port: u16, lan: bool) -> Result<()> {
    let env = setup::setup(setup::Needs::Build)?;
    build::build(&env, None)?;
    let mut press = build::press_with_app(&env);
    press.args(["serve", "site", "--port", &port.to_string()]);
    if lan {
        press.arg("--lan");
    }
    run::run(&mut press)
}
