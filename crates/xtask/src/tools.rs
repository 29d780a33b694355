//! Which tools, in which versions, and how each is recognised and installed.
//!
//! This is the one place for versions, but for wasm-bindgen's, which Cargo.toml pins.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::run::{self, Env};

/// 0.22 needs a newer rustc than rust-toolchain.toml's.
const TRUNK: &str = "0.21.14";
const GECKODRIVER: &str = "0.37.0";
/// Debian's wasm-opt is too old for the instructions rustc emits.
const BINARYEN: &str = "132.0.0";
const TERSER_VERSION: &str = "5.51.4";
const AXE: &str = "4.14.1";
/// The newest that runs on Node 20.
const LIGHTHOUSE_VERSION: &str = "12.8.2";

/// A program from crates.io.
#[derive(Clone, Debug)]
pub(crate) struct CargoTool {
    pub(crate) package: &'static str,
    /// The command that is looked for.
    pub(crate) program: &'static str,
    pub(crate) version: String,
    /// About how long the build takes on two cores.
    pub(crate) minutes: u32,
}

impl CargoTool {
    pub(crate) fn trunk() -> Self {
        Self {
            package: "trunk",
            program: "trunk",
            version: TRUNK.into(),
            minutes: 6,
        }
    }

    /// The command line half of wasm-bindgen; its version must equal the library's.
    pub(crate) fn wasm_bindgen() -> Result<Self> {
        let manifest = std::fs::read_to_string(run::root().join("Cargo.toml"))?;
        Ok(Self {
            package: "wasm-bindgen-cli",
            program: "wasm-bindgen",
            version: pinned_wasm_bindgen(&manifest)
                .context("Cargo.toml does not pin wasm-bindgen as `wasm-bindgen = \"=VERSION\"`")?
                .to_owned(),
            minutes: 2,
        })
    }

    pub(crate) fn geckodriver() -> Self {
        Self {
            package: "geckodriver",
            program: "geckodriver",
            version: GECKODRIVER.into(),
            minutes: 3,
        }
    }

    fn cache(&self) -> Result<PathBuf> {
        Ok(cache()?.join(format!("{}-{}", self.package, self.version)))
    }

    /// Whether the right version is there; puts it on PATH if it is in our cache.
    pub(crate) fn is_ready(&self, env: &mut Env) -> Result<bool> {
        if answers_with(env, self.program, &self.version) {
            return Ok(true);
        }
        let mut with_cache = env.clone();
        with_cache.prepend(self.cache()?.join("bin"));
        if answers_with(&with_cache, self.program, &self.version) {
            *env = with_cache;
            return Ok(true);
        }
        Ok(false)
    }

    /// Builds and installs it: to Cargo's own folder if that hides nobody's version, else to ours.
    pub(crate) fn install(&self, env: &Env) -> Result<()> {
        let mut command = env.command("cargo");
        command
            .args(["install", self.package, "--version", &self.version])
            .args(["--locked", "--force"])
            // The tool must run, not run fast: without these, Trunk's link step alone takes minutes.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env_remove("CARGO_TARGET_DIR");
        if env.find(self.program).is_some() || !cargo_bin_is_on_path(env) {
            command.arg("--root").arg(self.cache()?);
        }
        quietly(&mut command, &format!("installing {}", self.package))
    }
}

fn cargo_bin_is_on_path(env: &Env) -> bool {
    // `cargo` itself lives there in a rustup installation.
    env.find("cargo")
        .and_then(|cargo| Some(cargo.parent()?.ends_with(".cargo/bin")))
        .unwrap_or(false)
}

/// The version that a manifest pins wasm-bindgen to.
fn pinned_wasm_bindgen(manifest: &str) -> Option<&str> {
    manifest.lines().find_map(|line| {
        let value = line
            .trim()
            .strip_prefix("wasm-bindgen")?
            .trim_start()
            .strip_prefix('=')?;
        value.trim().strip_prefix("\"=")?.strip_suffix('"')
    })
}

/// A package from npm, installed under our cache.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NpmPackage {
    name: &'static str,
    version: &'static str,
}

/// wasm-opt.
pub(crate) const WASM_OPT: NpmPackage = NpmPackage {
    name: "binaryen",
    version: BINARYEN,
};
/// What makes scripts small. Trunk's own minifier cannot read modules.
pub(crate) const TERSER: NpmPackage = NpmPackage {
    name: "terser",
    version: TERSER_VERSION,
};
/// The accessibility checks.
pub(crate) const AXE_CORE: NpmPackage = NpmPackage {
    name: "axe-core",
    version: AXE,
};
/// A search engine to compare ours with.
pub(crate) const MINISEARCH: NpmPackage = NpmPackage {
    name: "minisearch",
    version: "7.2.0",
};
/// Another, whose index comes in pieces, too.
pub(crate) const PAGEFIND: NpmPackage = NpmPackage {
    name: "pagefind",
    version: "1.6.0",
};
/// Scores for performance, accessibility, good practice and being found.
pub(crate) const LIGHTHOUSE: NpmPackage = NpmPackage {
    name: "lighthouse",
    version: LIGHTHOUSE_VERSION,
};

impl NpmPackage {
    fn prefix(self) -> Result<PathBuf> {
        Ok(cache()?.join(format!("{}-{}", self.name, self.version)))
    }

    /// What npm calls it.
    pub(crate) fn name(self) -> &'static str {
        self.name
    }

    /// The folder of a file of the package.
    pub(crate) fn file(self, path: &str) -> Result<PathBuf> {
        Ok(self
            .prefix()?
            .join("node_modules")
            .join(self.name)
            .join(path))
    }

    /// The folder of its commands.
    pub(crate) fn bin(self) -> Result<PathBuf> {
        Ok(self.prefix()?.join("node_modules/.bin"))
    }

    /// For messages.
    pub(crate) fn label(self) -> String {
        format!("{} {} from npm", self.name, self.version)
    }

    /// Whether it is installed (its manifest is the last file npm would miss).
    pub(crate) fn is_ready(self) -> Result<bool> {
        Ok(self.file("package.json")?.is_file())
    }

    /// Installs it.
    pub(crate) fn install(self, env: &Env) -> Result<()> {
        if env.find("npm").is_none() {
            bail!("npm is not on PATH: install Node 20 or later (https://nodejs.org)");
        }
        let mut command = env.command("npm");
        command
            .args([
                "install",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
                "--prefix",
            ])
            .arg(self.prefix()?)
            .arg(format!("{}@{}", self.name, self.version));
        quietly(&mut command, &format!("installing {} from npm", self.name))
    }
}

/// Whether a wasm-opt on PATH is at least as new as ours.
pub(crate) fn has_wasm_opt(env: &Env) -> bool {
    let wanted: u32 = BINARYEN
        .split('.')
        .next()
        .and_then(|n| n.parse().ok())
        .unwrap_or(0);
    run::capture(env.command("wasm-opt").arg("--version"))
        .and_then(|text| {
            text.split_whitespace()
                .find_map(|word| word.parse::<u32>().ok())
        })
        .is_some_and(|version| version >= wanted)
}

/// Debian's nginx, with the module that sends files compressed by brotli.
pub(crate) const NGINX_PACKAGES: [&str; 2] = ["nginx", "libnginx-mod-http-brotli-static"];

/// nginx, if it is there with that module.
pub(crate) fn nginx(env: &Env) -> Option<PathBuf> {
    // Debian keeps it where only root looks for programs.
    let usual = PathBuf::from("/usr/sbin/nginx");
    let program = env.find("nginx").or(usual.is_file().then_some(usual))?;
    // `nginx -V` says where the modules are, on standard error.
    let output = env.command(&program).arg("-V").output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let modules = text
        .split_whitespace()
        .find_map(|word| word.strip_prefix("--modules-path="))?;
    let module = PathBuf::from(modules).join("ngx_http_brotli_static_module.so");
    module.is_file().then_some(program)
}

/// Installs Debian packages, as root or by sudo without a password.
pub(crate) fn apt_install(env: &Env, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if env.find("apt-get").is_none() {
        bail!("this needs {list}; there is no apt-get here, so please install them yourself");
    }
    let is_root = run::capture(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    let apt = |args: &[&str]| {
        let mut command = if is_root {
            env.command("apt-get")
        } else {
            let mut command = env.command("sudo");
            command.args(["-n", "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
            command
        };
        command.env("DEBIAN_FRONTEND", "noninteractive").args(args);
        quietly(&mut command, &format!("installing {list}"))
    };
    if !is_root
        && run::capture(
            Command::new("sudo")
                .args(["-n", "true"])
                .stderr(Stdio::null()),
        )
        .is_none()
    {
        bail!(
            "this needs Debian packages: run `sudo apt-get install --no-install-recommends {list}`"
        );
    }
    // Package lists may be missing or old; an update that fails in part may still be good enough.
    let updated = apt(&["-q", "update"]);
    let mut install = vec!["-q", "install", "-y", "--no-install-recommends"];
    install.extend(packages);
    apt(&install).and(updated.or(Ok(())))
}

/// Where tools of ours go when they cannot go to Cargo's folder.
pub(crate) fn cache() -> Result<PathBuf> {
    let base = match std::env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME").context("HOME is not set")?).join(".cache"),
    };
    Ok(base.join("lamplight/tools"))
}

/// Whether `program --version` names a version, as a word of its own.
fn answers_with(env: &Env, program: &str, version: &str) -> bool {
    env.find(program).is_some()
        && run::capture(env.command(program).arg("--version")).is_some_and(|text| {
            text.split_whitespace()
                .any(|word| word.trim_start_matches('v') == version)
        })
}

/// Runs a long command without its output, unless it fails.
fn quietly(command: &mut Command, what: &str) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{what}: the program could not be started"))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = text.lines().collect();
        let tail = lines[lines.len().saturating_sub(30)..].join("\n");
        bail!("{what} failed ({}):\n{tail}", output.status);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_bindgens_version_is_the_one_cargo_toml_pins() {
        let manifest = "wasm-bindgen-futures = \"0.4\"\nwasm-bindgen = \"=1.2.3\"\n";
        assert_eq!(pinned_wasm_bindgen(manifest), Some("1.2.3"));
        assert_eq!(pinned_wasm_bindgen("wasm-bindgen = \"0.2\"\n"), None);
        CargoTool::wasm_bindgen().expect("the project's own manifest pins it");
    }
}
