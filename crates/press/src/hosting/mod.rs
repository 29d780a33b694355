//! What a web server should say of the site's files: the policy, how long each may be kept, its type.
//!
//! Entry points: [`Policy`], the one place where the content security policy is written, and [`rules`],
//! which the file `_headers` ([`FILE`]) carries to hosts that read it. The preview server obeys the
//! same file, and the tests hold the configurations in `docs/deploying.md` to it.

pub(crate) mod precompress;
mod rules;

use lamplight_model::contact::{Contact, Service};
use lamplight_model::paths;

pub(crate) use rules::{Rule, matching, parse, write};

/// The name of the file that Netlify, Cloudflare Pages and others read.
pub(crate) const FILE: &str = "_headers";

/// For files named by their digest.
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// For everything else: kept, but never used without asking.
pub(crate) const ASK: &str = "no-cache";

/// Folders, below the base, whose files are named by their digests.
pub(crate) const DIGEST_FOLDERS: [&str; 4] = ["assets/", "cards/", "media/", paths::SEARCH_INDEX];

/// What no version of the app will need otherwise.
const STEADY: &str = "object-src 'none'; base-uri 'none'";
/// What browsers ignore in a `<meta>`.
const FRAMES: &str = "frame-ancestors 'self'";

/// The content security policy of all pages of a build.
///
/// Inline JSON is data, not script, and needs no exception.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Inline scripts that may run, as sources: `'sha256-…'`.
    pub(crate) inline_scripts: Vec<String>,
    /// Where else than to the site itself readers' messages may go, as sources.
    pub(crate) messages: Vec<String>,
}

/// Where messages go, as sources of a policy, unless that is the site itself (`origin`).
pub(crate) fn messages(contact: Option<&Contact>, origin: &str) -> Vec<String> {
    let Some(contact) = contact else {
        return Vec::new();
    };
    let source = match contact.service {
        // A plain form that begins an email is sent to a scheme.
        Service::None => "mailto:",
        _ if contact.endpoint.starts_with('/') => return Vec::new(),
        _ => origin_of(&contact.endpoint),
    };
    let mut sources = vec![source.to_owned()];
    if contact.service == Service::Web3forms {
        // Its answer to a plain form leads there, and Chromium holds that to the policy, too.
        sources.push("https://web3forms.com".into());
    }
    sources.retain(|source| source != origin);
    sources
}

/// Scheme, host and port of an address.
fn origin_of(address: &str) -> &str {
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find(['/', '?']);
    end.map_or(address, |end| &address[..start + end])
}

impl Policy {
    /// As `<meta http-equiv="Content-Security-Policy">` has it.
    pub(crate) fn meta(&self) -> String {
        let mut scripts = String::from("'self' 'wasm-unsafe-eval'");
        for source in &self.inline_scripts {
            scripts.push(' ');
            scripts.push_str(source);
        }
        let messages = self.messages.iter();
        let forms: String = messages.map(|source| [" ", source].concat()).collect();
        let hosts = forms.replace(" mailto:", "");
        let connect = if hosts.is_empty() {
            String::new()
        } else {
            format!(" connect-src 'self'{hosts};")
        };
        format!(
            "default-src 'self'; script-src {scripts}; style-src 'self'; img-src 'self' data:;{connect} {STEADY}; form-action 'self'{forms}"
        )
    }

    /// As the header has it: with what browsers ignore in a `<meta>`.
    pub(crate) fn header(&self) -> String {
        format!("{}; {FRAMES}", self.meta())
    }
}

/// Headers of every answer, whatever is asked for.
pub(crate) fn everywhere(policy: &Policy) -> Vec<(String, String)> {
    [
        ("Content-Security-Policy", policy.header().as_str()),
        ("X-Content-Type-Options", "nosniff"),
        // Other sites are not told what somebody reads here.
        ("Referrer-Policy", "same-origin"),
        // Only names that browsers know: others are messages in the console.
        (
            "Permissions-Policy",
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
}

/// The rules of a site at a base (`/`, `/news/`).
///
/// Hosts differ in what they do when two rules give the same header: Cloudflare joins the values by a
/// comma. So no two rules that can match one address name the same header. Pages have no rule: these
/// hosts let browsers ask again for whatever has none (`max-age=0, must-revalidate`).
pub(crate) fn rules(base: &str, policy: &Policy) -> Vec<Rule> {
    let rule = |pattern: &str, headers: &[(&str, &str)]| Rule {
        pattern: [base, pattern].concat(),
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
    };
    let mut all = vec![Rule {
        pattern: [base, "*"].concat(),
        headers: everywhere(policy),
    }];
    for folder in DIGEST_FOLDERS {
        let pattern = [folder, "*"].concat();
        all.push(rule(&pattern, &[("Cache-Control", IMMUTABLE)]));
    }
    for pattern in [
        "",
        "sw.js",
        "edition.json",
        "articles/*",
        "archive/*",
        "icons/*",
        "shell/*",
    ] {
        all.push(rule(pattern, &[("Cache-Control", ASK)]));
    }
    all.push(rule(
        "manifest.webmanifest",
        &[
            ("Cache-Control", ASK),
            ("Content-Type", "application/manifest+json"),
        ],
    ));
    // A feed of the site, of a language, of a category, of a category in a language.
    for folder in ["", ":a/", ":a/:b/", ":a/:b/:c/"] {
        for (name, kind) in FEEDS {
            all.push(rule(
                &[folder, name].concat(),
                &[("Cache-Control", ASK), ("Content-Type", kind)],
            ));
        }
    }
    all
}

/// Feeds by name, and what they are.
const FEEDS: [(&str, &str); 2] = [
    ("feed.json", "application/feed+json; charset=utf-8"),
    ("feed.xml", "application/atom+xml; charset=utf-8"),
];

/// What configurations written by hand send beside the pages' own policies: it must stay true when the
/// app changes, and with it what pages may run.
#[cfg(test)]
fn by_hand() -> Vec<(String, String)> {
    let mut headers = everywhere(&Policy::default());
    for (name, value) in &mut headers {
        if name == "Content-Security-Policy" {
            *value = format!("{STEADY}; {FRAMES}");
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules_of(base: &str) -> Vec<Rule> {
        rules(base, &Policy::default())
    }

    fn value(rules: &[Rule], path: &str, name: &str) -> Option<String> {
        matching(rules, path)
            .into_iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value)
    }

    #[test]
    fn the_header_is_the_meta_and_what_a_meta_cannot_say() {
        let policy = Policy {
            inline_scripts: vec!["'sha256-abc='".into()],
            messages: Vec::new(),
        };
        assert!(
            policy
                .meta()
                .contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-abc=';")
        );
        assert!(!policy.meta().contains("frame-ancestors"));
        assert_eq!(
            policy.header(),
            [policy.meta().as_str(), "; frame-ancestors 'self'"].concat()
        );
    }

    #[test]
    fn messages_may_go_where_they_are_to_go_and_nowhere_else() {
        let policy = |service, endpoint: &str| {
            let contact = Contact {
                service,
                endpoint: endpoint.into(),
                ..Contact::default()
            };
            let messages = messages(Some(&contact), "https://example.org");
            let policy = Policy {
                messages,
                ..Policy::default()
            };
            policy.meta()
        };
        let nowhere = Policy::default().meta();
        assert!(nowhere.ends_with("data:; object-src 'none'; base-uri 'none'; form-action 'self'"));
        for own in ["/messages", "https://example.org/messages"] {
            assert_eq!(policy(Service::Own, own), nowhere);
        }
        assert_eq!(policy(Service::Netlify, "/contact/"), nowhere);
        let other = policy(Service::Own, "http://127.0.0.1:8300?x=/");
        assert!(
            other.ends_with(
                "data:; connect-src 'self' http://127.0.0.1:8300; object-src 'none'; base-uri 'none'; form-action 'self' http://127.0.0.1:8300"
            ),
            "{other}"
        );
        let web3forms = policy(Service::Web3forms, "https://api.web3forms.com/submit");
        assert!(
            web3forms
                .ends_with("form-action 'self' https://api.web3forms.com https://web3forms.com")
        );
        let email = policy(Service::None, "");
        assert!(email.ends_with("form-action 'self' mailto:") && !email.contains("connect-src"));
    }

    #[test]
    fn no_address_gets_one_header_from_two_rules() {
        for base in ["/", "/news/"] {
            let rules = rules_of(base);
            for path in [
                "",
                "sw.js",
                "a-post/",
                "fr/",
                "fr/a-post/",
                "category/x/feed.json",
                "feed.json",
                "fr/category/x/feed.xml",
                "feed/2.json",
                "assets/app-1.css",
                "media/1.webp",
                "cards/1.png",
                "articles/a.en.json",
                "archive/en.json",
                "icons/icon-192.png",
                "manifest.webmanifest",
                "404.html",
            ] {
                let path = [base, path].concat();
                let mut names: Vec<&str> = rules
                    .iter()
                    .filter(|rule| rule.matches(&path))
                    .flat_map(|rule| rule.headers.iter().map(|(name, _)| name.as_str()))
                    .collect();
                assert!(names.len() >= 5, "{path} has too few: {names:?}");
                names.sort_unstable();
                let all = names.len();
                names.dedup();
                assert_eq!(names.len(), all, "{path}: {names:?}");
            }
        }
    }

    #[test]
    fn files_named_by_their_digest_are_kept_and_nothing_else_is() {
        let rules = rules_of("/news/");
        let kept = |path: &str| value(&rules, path, "Cache-Control");
        assert_eq!(kept("/news/assets/app-1.wasm").as_deref(), Some(IMMUTABLE));
        assert_eq!(kept("/news/media/1.avif").as_deref(), Some(IMMUTABLE));
        assert_eq!(kept("/news/cards/1.png").as_deref(), Some(IMMUTABLE));
        assert_eq!(kept("/news/sw.js").as_deref(), Some(ASK));
        assert_eq!(kept("/news/archive/en.json").as_deref(), Some(ASK));
        assert_eq!(kept("/news/").as_deref(), Some(ASK));
        assert_eq!(kept("/news/a-post/"), None);
        assert_eq!(kept("/assets/app-1.wasm"), None, "outside of the base");
    }

    #[test]
    fn types_are_those_of_the_specifications() {
        let rules = rules_of("/");
        let kind = |path: &str| value(&rules, path, "Content-Type").unwrap_or_default();
        assert_eq!(kind("/manifest.webmanifest"), "application/manifest+json");
        assert!(kind("/feed.xml").starts_with("application/atom+xml"));
        assert!(kind("/fr/category/sea/feed.json").starts_with("application/feed+json"));
        assert_eq!(kind("/articles/a.en.json"), "");
    }

    #[test]
    fn the_file_stays_within_what_hosts_accept() {
        let rules = rules_of("/a-long-base/");
        let text = write(&rules);
        assert!(rules.len() <= 100, "Cloudflare reads 100 rules");
        for line in text.lines() {
            assert!(
                line.len() <= 2000,
                "Cloudflare reads 2,000 characters: {line}"
            );
        }
        for rule in &rules {
            assert!(rule.pattern.matches('*').count() <= 1, "{}", rule.pattern);
            // Netlify once took a splat for the end of the pattern.
            let splat = rule.pattern.find('*');
            assert!(splat.is_none_or(|at| at + 1 == rule.pattern.len()));
        }
        assert_eq!(parse(&text), rules);
    }

    #[test]
    fn the_configurations_for_nginx_and_caddy_send_the_same_headers() {
        let page = include_str!("../../../../docs/deploying.md");
        let block = |language: &str| {
            let (_, rest) = page
                .split_once(&format!("```{language}\n"))
                .expect("a block");
            rest.split("```").next().expect("its end").to_owned()
        };
        let (nginx, caddy) = (block("nginx"), block("caddy"));
        for (name, value) in by_hand() {
            let quoted = format!("add_header {name} \"{value}\" always;");
            let bare = quoted.replace('"', "");
            assert!(nginx.contains(&quoted) || nginx.contains(&bare), "{quoted}");
            let line = format!("{name} \"{value}\"\n");
            assert!(caddy.contains(&line), "{line}");
        }
        let folders = DIGEST_FOLDERS.map(|folder| folder.trim_end_matches('/'));
        let named = format!("/({})/[^/]+$", folders.join("|"));
        assert!(nginx.contains(&named), "{named}");
        assert_eq!(caddy.matches(&named).count(), 2, "{named}");
        for value in [IMMUTABLE, ASK] {
            let quoted = format!("\"{value}\"");
            assert!(
                nginx.contains(&quoted) && caddy.contains(&quoted),
                "{value}"
            );
        }
        for (name, kind) in FEEDS {
            let kind = kind.split(';').next().expect("a type");
            for text in [&nginx, &caddy] {
                assert!(text.contains(kind), "{name}: {kind}");
            }
        }
    }
}
