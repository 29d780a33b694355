//! `receive.toml`: what a receiver is told.
//!
//! Entry point: [`Config::parse`]. All mistakes of a file are told at once, each with its line; nothing
//! is guessed. Nothing here opens a file or a connection.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::Mailbox;

use crate::limit::Rate;
use crate::toml_table::Table;

/// What a receiver is told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens; port 0 takes any that is free.
    pub listen: SocketAddr,
    /// The path at which messages are taken; begins with `/`.
    pub path: String,
    /// The database's file.
    pub store: PathBuf,
    /// The sites whose forms may post here, as browsers name them: `https://example.org`.
    pub origins: Vec<String>,
    /// The publication's title, for pages and mails; may be empty.
    pub site: String,
    /// How many proxies stand before it, whose `X-Forwarded-For` is believed.
    pub trust_forwarded: usize,
    /// Whether a message must say `consent=yes`.
    pub consent: bool,
    /// After how many days messages that are marked as spam are deleted.
    pub keep_spam_days: u32,
    /// How much is taken.
    pub limits: Limits,
    /// Where messages are sent on to; `None`: they are only stored.
    pub forward: Option<Forward>,
}

/// How much is taken.
#[derive(Clone, Debug)]
pub struct Limits {
    /// New messages from one address (IPv6: one /64).
    pub per_address: Rate,
    /// New messages from everybody together.
    pub in_all: Rate,
    /// Bytes of a JSON body; a form-encoded one may have three times as many, as each byte may take three.
    pub body: usize,
    /// Connections at a time; others wait.
    pub connections: usize,
    /// Connections of one address (IPv6: one /64) at a time; others are closed. Not asked where proxies are trusted.
    pub connections_per_address: usize,
    /// How much the messages in the store may take, MiB; then none is taken any more.
    pub store_mib: u32,
}

/// Where messages are sent on to.
#[derive(Clone, Debug)]
pub struct Forward {
    /// The one recipient.
    pub to: Mailbox,
    /// The sender that mails name.
    pub from: Mailbox,
    /// The mail server: `smtps://user@host`, `smtp://user@host?tls=required`, `smtp://127.0.0.1:25`.
    pub smtp: String,
    /// The password for the user whom the mail server's address names, if it is not in the address. Never in
    /// the file: the caller sets it.
    pub password: Option<String>,
}

/// A mistake in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, one sentence.
    pub message: String,
    /// What to do, one sentence.
    pub remedy: String,
}

/// Where it listens if nothing is said.
const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8300);
/// The smallest body that a receiver must take, bytes: 20,000 characters, whichever they are. JSON needs up to six bytes
/// for one, and there are other fields.
const LEAST_BODY: i64 = 131_072;
/// The largest that is worth allowing, bytes.
const MOST_BODY: i64 = 1 << 20;

impl Config {
    /// Reads a configuration; paths in it are relative to `folder`.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, Vec<Problem>> {
        let mut table = Table::parse(text)?;
        let mut problems = Vec::new();
        let p = &mut problems;
        let listen = table
            .read(
                p,
                "listen",
                "an address with its port, like \"127.0.0.1:8300\"",
                |s| s.parse().ok(),
            )
            .unwrap_or(LISTEN);
        let path = table
            .read(p, "path", "a path, like \"/\" or \"/contact\"", |s| {
                is_path(s).then(|| s.to_owned())
            })
            .unwrap_or_else(|| "/".to_owned());
        let store = table
            .read(
                p,
                "store",
                "the name of a file, like \"messages.redb\"",
                |s| (!s.trim().is_empty()).then(|| folder.join(s)),
            )
            .unwrap_or_else(|| folder.join("messages.redb"));
        let origins = table.list(
            p,
            "origins",
            "sites as a browser names them, like [\"https://example.org\"], without a path",
            |s| is_origin(s).then(|| s.to_owned()),
        );
        if origins.as_ref().is_some_and(Vec::is_empty) || !table.has("origins") {
            p.push(Problem {
                line: table.line("origins"),
                message: "No site may post here: `origins` is absent or empty.".into(),
                remedy: "Write the address of the site that has the form: origins = [\"https://example.org\"]".into(),
            });
        }
        let site = table.read(p, "site", "the publication's title", |s| {
            Some(s.trim().to_owned())
        });
        let trust = table.number(p, "trust_forwarded", 0..=8);
        let consent = table.flag(p, "consent");
        let keep_spam_days = table.number(p, "keep_spam_days", 1..=36_500);
        let limits = limits(&mut table, p);
        let forward = forward(&mut table, p);
        table.finish(p);
        problems.sort_by_key(|problem| problem.line);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            listen,
            path,
            store,
            origins: origins.unwrap_or_default(),
            site: site.unwrap_or_default(),
            trust_forwarded: trust.unwrap_or_default(),
            consent: consent.unwrap_or_default(),
            keep_spam_days: keep_spam_days
                .and_then(|days| days.try_into().ok())
                .unwrap_or(30),
            limits,
            forward,
        })
    }
}

fn limits(table: &mut Table<'_>, p: &mut Vec<Problem>) -> Limits {
    let mut limits = table.table(p, "limits");
    let rate = "how many in which time, like \"20 per hour\" or \"5 per 10 minutes\"";
    let made = Limits {
        per_address: limits
            .read(p, "per_address", rate, Rate::parse)
            .unwrap_or_else(|| Rate::new(20, Duration::from_secs(3600))),
        in_all: limits
            .read(p, "in_all", rate, Rate::parse)
            .unwrap_or_else(|| Rate::new(1000, Duration::from_secs(3600))),
        body: limits
            .number(p, "body", LEAST_BODY..=MOST_BODY)
            .unwrap_or(131_072),
        connections: limits.number(p, "connections", 1..=10_000).unwrap_or(256),
        connections_per_address: limits
            .number(p, "connections_per_address", 1..=10_000)
            .unwrap_or(32),
        store_mib: limits
            .number(p, "store_mib", 1..=1_048_576)
            .and_then(|size| size.try_into().ok())
            .unwrap_or(1024),
    };
    limits.finish(p);
    made
}

fn forward(table: &mut Table<'_>, p: &mut Vec<Problem>) -> Option<Forward> {
    if !table.has("forward") {
        return None;
    }
    let mut forward = table.table(p, "forward");
    let address = "one address, like \"desk@example.org\" or \"The Desk <desk@example.org>\"";
    let to = forward.read(p, "to", address, |s| s.parse::<Mailbox>().ok());
    let from = forward.read(p, "from", address, |s| s.parse::<Mailbox>().ok());
    let smtp = forward.read(
        p,
        "smtp",
        "a mail server that is reached over TLS, like \"smtps://user@mail.example.org\" or \"smtp://mail.example.org?tls=required\", or one on this machine, like \"smtp://127.0.0.1\"",
        |s| crate::smtp::Address::parse(s).map(|_| s.to_owned()),
    );
    for (key, what) in [
        ("to", "who gets the messages"),
        ("from", "which address they are sent from"),
        ("smtp", "the mail server"),
    ] {
        if !forward.has(key) {
            p.push(Problem {
                line: table.line("forward"),
                message: format!("[forward] lacks `{key}`: {what}."),
                remedy: "Add it, or remove [forward]: messages are then only stored.".into(),
            });
        }
    }
    forward.finish(p);
    Some(Forward {
        to: to?,
        from: from?,
        smtp: smtp?,
        password: None,
    })
}

/// Whether requests can name a path.
fn is_path(text: &str) -> bool {
    text.starts_with('/')
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"/-._~".contains(&b))
}

/// Whether a text is an origin as browsers write it (RFC 6454, section 6.2).
fn is_origin(text: &str) -> bool {
    let Some(host) = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
    else {
        return false;
    };
    !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.:[]".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "origins = [\"https://example.org\"]\n";

    fn parse(text: &str) -> Result<Config, Vec<Problem>> {
        Config::parse(text, Path::new("/srv/contact"))
    }

    #[test]
    fn one_line_is_enough() {
        let config = parse(LEAST).expect("is enough");
        assert_eq!(config.listen.to_string(), "127.0.0.1:8300");
        assert_eq!(config.path, "/");
        assert_eq!(config.store, Path::new("/srv/contact/messages.redb"));
        assert_eq!(config.origins, ["https://example.org"]);
        assert_eq!(config.limits.body, 131_072);
        assert!(config.forward.is_none());
    }

    #[test]
    fn the_manual_shows_what_holds_if_nothing_is_said() {
        let manual = include_str!("../../../docs/contact.md");
        let shown = manual
            .split_once("```toml\n")
            .and_then(|(_, rest)| rest.split_once("```"))
            .expect("the manual shows a configuration")
            .0;
        let mut shown = parse(shown).expect("is right");
        assert!(shown.forward.take().is_some());
        assert_eq!(std::mem::take(&mut shown.site), "The Harbour Wire");
        let least = parse(LEAST).expect("is enough");
        assert_eq!(format!("{shown:?}"), format!("{least:?}"));
    }

    #[test]
    fn everything_can_be_said() {
        let config = parse(
            r#"
            listen = "[::1]:0"
            path = "/contact"
            store = "/var/lib/contact.redb"
            origins = ["https://example.org", "http://localhost:8000"]
            site = "The Harbour Wire"
            trust_forwarded = 1
            consent = true
            keep_spam_days = 7
            [limits]
            per_address = "5 per 10 minutes"
            in_all = "100 per day"
            body = 262144
            connections = 8
            connections_per_address = 2
            store_mib = 16
            [forward]
            to = "The Desk <desk@example.org>"
            from = "site@example.org"
            smtp = "smtps://site@mail.example.org"
            "#,
        )
        .expect("is right");
        assert_eq!(
            config.limits.per_address,
            Rate::new(5, Duration::from_secs(600))
        );
        assert_eq!(
            config.limits.in_all,
            Rate::new(100, Duration::from_secs(86_400))
        );
        assert_eq!((config.trust_forwarded, config.consent), (1, true));
        assert_eq!((config.keep_spam_days, config.limits.store_mib), (7, 16));
        let forward = config.forward.expect("is there");
        assert_eq!(forward.to.email.to_string(), "desk@example.org");
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let problems = parse(
            "listen = 8300\norigins = [\n  \"https://example.org\",\n  \"example.org/\",\n]\nsiet = \"x\"\n\
             trust_forwarded = 99\n[limits]\nper_address = \"many\"\nburst = 3\n[forward]\nto = \"a@b.example, c@d.example\"\nfrom = \"nobody\"\n",
        )
        .expect_err("is wrong");
        let lines: Vec<usize> = problems.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [1, 4, 6, 7, 9, 10, 11, 12, 13], "{problems:#?}");
        assert!(problems[2].message.contains("`siet`"), "{problems:#?}");
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        let problems =
            parse("origins = [\"https://example.org\"]\nsite = The Wire\n").expect_err("is wrong");
        assert_eq!(problems[0].line, 2, "{problems:#?}");
    }

    #[test]
    fn a_site_that_no_browser_would_name_is_a_mistake() {
        for wrong in [
            "https://example.org/",
            "example.org",
            "https://",
            "https://Example.org",
            "*",
        ] {
            assert!(
                parse(&format!("origins = [\"{wrong}\"]")).is_err(),
                "{wrong}"
            );
        }
        assert!(parse("").is_err());
        assert!(parse("origins = []").is_err());
    }
}
