//! Makes the machine ready: looks for each tool, installs what is missing, all at once.
//!
//! Entry point: [`setup`]. What is there in the right version is used; nothing that a developer
//! installed is overwritten.

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::lean;
use crate::run::{self, Env};
use crate::tools::{self, AXE_CORE, CargoTool, LIGHTHOUSE, TERSER, WASM_OPT};

/// What a subcommand needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Building the site: the wasm target, Trunk, wasm-bindgen, wasm-opt.
    Build,
    /// That, and Chromium with its driver for the wasm tests.
    WasmTests,
    /// Building, Chromium, nginx, and Lighthouse.
    Lighthouse,
    /// What all tests need: three browsers with their drivers, axe, nginx, Caddy and a mail server.
    Tests,
}

impl Needs {
    fn nginx(self) -> bool {
        matches!(self, Self::Lighthouse | Self::Tests)
    }
}

/// What a build and all tests write to the disk, in kilobytes, with something to spare: browsers that find it full
/// crash, and say nothing of why.
const ROOM: u64 = 12_000_000;

/// Says when the disk may not hold what is to come.
fn look_at_disk(env: &Env, needs: Needs) {
    let df = run::capture(env.command("df").args(["-Pk", "."]));
    let free = df.and_then(|text| text.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok());
    if let Some(free) = free.filter(|free: &u64| *free < ROOM && needs == Needs::Tests) {
        println!(
            "The disk has {:.1} GB left, and all tests may need {} GB: browsers crash where it is full. Remove what is not needed, `target/` of other checkouts first.",
            free as f64 / 1e6,
            ROOM / 1_000_000
        );
    }
}

type Job = (String, Box<dyn FnOnce(&Env) -> Result<()> + Send>);

/// Installs what is missing; returns the environment for child processes.
pub(crate) fn setup(needs: Needs) -> Result<Env> {
    let start = Instant::now();
    let mut env = Env::default();
    look_at_disk(&env, needs);
    let mut jobs: Vec<Job> = Vec::new();

    if !has_wasm_target(&env) {
        jobs.push((
            "Rust's wasm32-unknown-unknown target".into(),
            Box::new(|env| {
                run::run(
                    env.command("rustup")
                        .args(["target", "add", "wasm32-unknown-unknown"]),
                )
                .context("install the target with rustup, or with your distribution's packages")
            }),
        ));
    }
    if !lean::has_source(&env) {
        jobs.push((
            "the source of Rust's standard library".into(),
            Box::new(|env| {
                // Not needed, only useful: `lean` says so at each build without it.
                let _ = run::capture(env.command("rustup").args(["component", "add", "rust-src"]));
                Ok(())
            }),
        ));
    }
    let mut cargo_tools = vec![CargoTool::trunk(), CargoTool::wasm_bindgen()?];
    if needs == Needs::Tests {
        cargo_tools.push(CargoTool::geckodriver());
    }
    let mut missing_tools = Vec::new();
    for tool in cargo_tools {
        if !tool.is_ready(&mut env)? {
            missing_tools.push(tool);
        }
    }
    for tool in missing_tools.clone() {
        let label = format!(
            "{} {} (built from source, once: about {} minutes)",
            tool.package, tool.version, tool.minutes
        );
        jobs.push((label, Box::new(move |env| tool.install(env))));
    }
    let own_wasm_opt = !tools::has_wasm_opt(&env);
    let mut packages = vec![TERSER];
    if own_wasm_opt {
        packages.push(WASM_OPT);
    }
    if needs == Needs::Tests {
        packages.push(AXE_CORE);
    }
    if needs == Needs::Lighthouse {
        packages.push(LIGHTHOUSE);
    }
    for package in packages {
        if !package.is_ready()? {
            jobs.push((package.label(), Box::new(move |env| package.install(env))));
        }
    }
    let debian = Browsers::look(&env).missing_packages(needs);
    if !debian.is_empty() {
        jobs.push((
            format!("Debian packages {}", debian.join(", ")),
            Box::new(move |env| tools::apt_install(env, &debian)),
        ));
    }

    let count = jobs.len();
    install_all(&env, jobs)?;
    for tool in missing_tools {
        if !tool.is_ready(&mut env)? {
            bail!(
                "{} was installed but does not answer; is ~/.cargo/bin on PATH?",
                tool.program
            );
        }
    }
    if own_wasm_opt {
        env.prepend(WASM_OPT.bin()?);
        link_wasm_opt(&env);
    }
    export(&mut env, needs)?;
    if count > 0 {
        println!("Set up in {}.", run::elapsed(start.elapsed()));
    }
    Ok(env)
}

/// Runs all jobs at once: most of each is spent on one core or on the network.
fn install_all(env: &Env, jobs: Vec<Job>) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    println!("Installing what is missing:");
    let (done, results) = mpsc::channel();
    let mut failures = Vec::new();
    std::thread::scope(|scope| {
        let mut open = Vec::new();
        for (label, job) in jobs {
            println!("  … {label}");
            open.push(label.clone());
            let done = done.clone();
            scope.spawn(move || {
                let start = Instant::now();
                let result = job(env);
                // The receiver outlives the scope.
                let _ = done.send((label, result, start.elapsed()));
            });
        }
        let start = Instant::now();
        while !open.is_empty() {
            match results.recv_timeout(Duration::from_secs(60)) {
                Ok((label, result, time)) => {
                    open.retain(|other| *other != label);
                    match result {
                        Ok(()) => println!("  ✓ {label}: {}", run::elapsed(time)),
                        Err(error) => {
                            println!("  ✗ {label}: {error:#}");
                            failures.push(label);
                        }
                    }
                }
                Err(_) => println!(
                    "  … {} so far, waiting for {}",
                    run::elapsed(start.elapsed()),
                    open.join(", ")
                ),
            }
        }
    });
    if failures.is_empty() {
        Ok(())
    } else {
        bail!("could not install: {}", failures.join("; "))
    }
}

fn has_wasm_target(env: &Env) -> bool {
    let mut rustc = env.command("rustc");
    rustc.args([
        "--print",
        "target-libdir",
        "--target",
        "wasm32-unknown-unknown",
    ]);
    run::capture(&mut rustc).is_some_and(|folder| PathBuf::from(folder.trim()).is_dir())
}

/// So that `trunk build --release` by itself finds it, too; only where nothing has that name.
fn link_wasm_opt(env: &Env) {
    let Some(folder) = env
        .find("trunk")
        .and_then(|trunk| Some(trunk.parent()?.to_path_buf()))
        .filter(|folder| folder.ends_with(".cargo/bin"))
    else {
        return;
    };
    if let Ok(bin) = WASM_OPT.bin()
        && Env::default().find("wasm-opt").is_none()
    {
        // A convenience: our own builds find it by PATH.
        let _ = std::os::unix::fs::symlink(bin.join("wasm-opt"), folder.join("wasm-opt"));
    }
}

/// The browsers, drivers and servers of this machine.
struct Browsers {
    chromium: Option<PathBuf>,
    chromedriver: Option<PathBuf>,
    firefox: Option<PathBuf>,
    webkit_driver: Option<PathBuf>,
    xvfb: Option<PathBuf>,
    nginx: Option<PathBuf>,
    caddy: Option<PathBuf>,
    mail_server: Option<PathBuf>,
    openssl: Option<PathBuf>,
}

impl Browsers {
    fn look(env: &Env) -> Self {
        Self {
            chromium: env.find_any(&[
                "chromium",
                "chromium-browser",
                "google-chrome",
                "google-chrome-stable",
            ]),
            chromedriver: env.find_any(&["chromedriver", "chromium.chromedriver"]),
            firefox: env.find_any(&["firefox-esr", "firefox"]),
            webkit_driver: env.find("WebKitWebDriver"),
            xvfb: env.find("Xvfb"),
            nginx: tools::nginx(env),
            caddy: env.find("caddy"),
            mail_server: env.find("aiosmtpd"),
            openssl: env.find("openssl"),
        }
    }

    fn missing_packages(&self, needs: Needs) -> Vec<&'static str> {
        let mut packages = Vec::new();
        if needs == Needs::Build {
            return packages;
        }
        if self.chromium.is_none() {
            packages.push("chromium");
        }
        if self.chromedriver.is_none() {
            packages.push("chromium-driver");
        }
        if needs == Needs::Tests {
            if self.firefox.is_none() {
                packages.push("firefox-esr");
            }
            if self.webkit_driver.is_none() {
                packages.push("webkit2gtk-driver");
            }
            if self.xvfb.is_none() {
                packages.push("xvfb");
            }
        }
        let lacks_browsers = !packages.is_empty();
        if needs.nginx() && self.nginx.is_none() {
            packages.extend(tools::NGINX_PACKAGES);
        }
        if needs == Needs::Tests && self.caddy.is_none() {
            packages.push("caddy");
        }
        if needs == Needs::Tests && self.mail_server.is_none() {
            packages.push("python3-aiosmtpd");
        }
        if needs == Needs::Tests && self.openssl.is_none() {
            packages.push("openssl");
        }
        if lacks_browsers {
            // A machine without browsers has no letters for Arabic and Japanese, either.
            packages.extend(["fonts-noto-core", "fonts-noto-cjk"]);
        }
        packages
    }
}

/// Tells the test programs where the browsers are.
fn export(env: &mut Env, needs: Needs) -> Result<()> {
    env.set("LAMPLIGHT_DIST", run::root().join("dist"));
    if needs == Needs::Build {
        return Ok(());
    }
    let browsers = Browsers::look(env);
    let chromium = browsers.chromium.clone();
    let mut named = vec![
        ("LAMPLIGHT_CHROMIUM", "chromium", browsers.chromium),
        ("CHROMEDRIVER", "chromedriver", browsers.chromedriver),
    ];
    if needs == Needs::Tests {
        named.extend([
            ("LAMPLIGHT_FIREFOX", "firefox-esr", browsers.firefox),
            (
                "LAMPLIGHT_WEBKITDRIVER",
                "WebKitWebDriver",
                browsers.webkit_driver,
            ),
            ("LAMPLIGHT_XVFB", "Xvfb", browsers.xvfb),
            ("LAMPLIGHT_CADDY", "caddy", browsers.caddy),
            ("LAMPLIGHT_SMTPD", "aiosmtpd", browsers.mail_server),
            ("LAMPLIGHT_OPENSSL", "openssl", browsers.openssl),
        ]);
        env.set("LAMPLIGHT_AXE", AXE_CORE.file("axe.min.js")?);
    }
    if needs.nginx() {
        named.push(("LAMPLIGHT_NGINX", "nginx", browsers.nginx));
    }
    if let (Needs::Lighthouse, Some(chromium)) = (needs, &chromium) {
        env.set("CHROME_PATH", chromium);
    }
    for (variable, program, file) in named {
        let file = file.with_context(|| format!("{program} was installed but is not on PATH"))?;
        env.set(variable, file);
    }
    check_majors(env)
}

/// A chromedriver of another major version refuses its browser with a message nobody understands.
fn check_majors(env: &Env) -> Result<()> {
    let browsers = Browsers::look(env);
    let major = |program: Option<PathBuf>| -> Option<u32> {
        let text = run::capture(env.command(program?).arg("--version"))?;
        text.split_whitespace()
            .find_map(|word| word.split('.').next()?.parse().ok())
    };
    match (major(browsers.chromium), major(browsers.chromedriver)) {
        (Some(browser), Some(driver)) if browser != driver => bail!(
            "Chromium is version {browser} but chromedriver is version {driver}: install matching ones"
        ),
        _ => Ok(()),
    }
}
