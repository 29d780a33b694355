//! `cargo xtask`: everything a developer or a CI machine runs.
//!
//! Start at [`Command::parse`]. Each subcommand installs what it needs and nothing more (`setup`),
//! so that a fresh clone needs only rustup's Rust and Node. It must never change a developer's own
//! tools: a version that differs from ours is left alone and ours goes to a cache folder.

mod bench;
mod build;
mod dist;
mod lean;
mod lighthouse;
mod run;
mod serve;
mod setup;
mod suites;
mod tools;

#[cfg(test)]
mod tidy;

use anyhow::{Context, Result, bail};

const USAGE: &str = "\
cargo xtask <command>

  setup                      install what building the site needs
  setup --test               … and what testing needs (browsers, drivers)
  build [--base-url URL]     the release app and the sample publication, into dist/ and site/
  serve [--port N] [--lan]   build, then serve site/ (default port 8000), with a receiver of messages beside it
                             (--lan: to other devices, too, and without that)
  dist                       one executable for publishers, press with the app in it, into target/dist/
  test [--only PART] [FILTER…]
                             all checks and tests; PART is native, wasm or e2e;
                             FILTER is passed to the test programs (checks are skipped then)
  bench [--only PART] [--posts N,N…] [--corpus PATH] [--peers all]
                             how press and app perform; PART is press, paint, search or library;
                             --posts: sizes of publications (default 1000,10000; 100000 takes minutes)
                             --corpus: posts to search (a folder), or documents as `rank index` reads them (a file);
                             of the library, a publication to save (a folder with site.toml)
                             --peers all: search's peers at more than 10,000 posts, too
  lighthouse [--runs N] [--app FOLDER]
                             Lighthouse on the sample publication behind nginx (default: 3 runs of each
                             page, with a new release build of the app); fails below the targets
  trunk-hook                 called by Trunk after a build (see Trunk.toml)
";

/// A parsed command line.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Setup {
        needs: setup::Needs,
    },
    Build {
        base_url: Option<String>,
    },
    Serve {
        port: u16,
        lan: bool,
    },
    Dist,
    Test {
        only: Option<suites::Part>,
        filters: Vec<String>,
    },
    Bench(bench::Options),
    Lighthouse(lighthouse::Options),
    TrunkHook,
    Help,
}

impl Command {
    fn parse(args: impl IntoIterator<Item = String>) -> Result<Self> {
        let mut args = args.into_iter();
        let Some(name) = args.next() else {
            return Ok(Self::Help);
        };
        let mut options = Options(args.collect());
        let command = match name.as_str() {
            "setup" => Self::Setup {
                needs: if options.flag("--test") {
                    setup::Needs::Tests
                } else {
                    setup::Needs::Build
                },
            },
            "build" => Self::Build {
                base_url: options.value("--base-url")?,
            },
            "serve" => Self::Serve {
                port: match options.value("--port")? {
                    Some(port) => port
                        .parse()
                        .with_context(|| format!("`{port}` is no port"))?,
                    None => 8000,
                },
                lan: options.flag("--lan"),
            },
            "dist" => Self::Dist,
            "test" => Self::Test {
                only: options
                    .value("--only")?
                    .map(|part| suites::Part::parse(&part))
                    .transpose()?,
                filters: options.rest(),
            },
            "bench" => Self::Bench(bench::Options {
                only: options
                    .value("--only")?
                    .map(|part| bench::Part::parse(&part))
                    .transpose()?,
                posts: match options.value("--posts")? {
                    Some(list) => bench::sizes(&list)?,
                    None => bench::SIZES.to_vec(),
                },
                corpus: options.value("--corpus")?.map(Into::into),
                all_peers: match options.value("--peers")?.as_deref() {
                    None => false,
                    Some("all") => true,
                    Some(other) => bail!("`--peers {other}`: there is only `all`"),
                },
            }),
            "lighthouse" => Self::Lighthouse(lighthouse::Options {
                runs: match options.value("--runs")? {
                    Some(runs) => runs
                        .parse()
                        .ok()
                        .filter(|runs| *runs > 0)
                        .with_context(|| format!("`{runs}` is no number of runs"))?,
                    None => 3,
                },
                app: options.value("--app")?,
            }),
            "trunk-hook" => Self::TrunkHook,
            "help" | "--help" | "-h" => Self::Help,
            other => bail!("`{other}` is no command\n\n{USAGE}"),
        };
        options.finish()?;
        Ok(command)
    }
}

/// What follows the command's name.
struct Options(Vec<String>);

impl Options {
    fn flag(&mut self, name: &str) -> bool {
        match self.0.iter().position(|arg| arg == name) {
            Some(at) => {
                self.0.remove(at);
                true
            }
            None => false,
        }
    }

    fn value(&mut self, name: &str) -> Result<Option<String>> {
        let Some(at) = self.0.iter().position(|arg| arg == name) else {
            return Ok(None);
        };
        self.0.remove(at);
        if at >= self.0.len() {
            bail!("`{name}` needs a value\n\n{USAGE}");
        }
        Ok(Some(self.0.remove(at)))
    }

    fn rest(&mut self) -> Vec<String> {
        let (rest, options) = self.0.drain(..).partition(|arg| !arg.starts_with('-'));
        self.0 = options;
        rest
    }

    fn finish(self) -> Result<()> {
        match self.0.first() {
            Some(arg) => bail!("`{arg}` is not understood here\n\n{USAGE}"),
            None => Ok(()),
        }
    }
}

fn main() -> Result<()> {
    match Command::parse(std::env::args().skip(1))? {
        Command::Setup { needs } => setup::setup(needs).map(drop),
        Command::Build { base_url } => {
            let env = setup::setup(setup::Needs::Build)?;
            build::build(&env, base_url.as_deref())
        }
        Command::Dist => dist::dist(),
        Command::Serve { port, lan } => serve::serve(port, lan),
        Command::Test { only, filters } => suites::test(only, &filters),
        Command::Bench(options) => bench::bench(&options),
        Command::Lighthouse(options) => lighthouse::lighthouse(&options),
        Command::TrunkHook => build::trunk_hook(),
        Command::Help => {
            print!("{USAGE}");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command> {
        Command::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_and_filters_are_told_apart() {
        assert_eq!(
            parse("test journey --only e2e offline").expect("parses"),
            Command::Test {
                only: Some(suites::Part::EndToEnd),
                filters: vec!["journey".into(), "offline".into()],
            }
        );
        assert_eq!(
            parse("serve --lan --port 81").expect("parses"),
            Command::Serve {
                port: 81,
                lan: true
            }
        );
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in [
            "sevre",
            "serve --prot 81",
            "serve --port",
            "serve --port x",
            "test --only all",
            "lighthouse --runs 0",
            "bench --posts 10,many",
            "bench --only all",
            "bench --peers some",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
