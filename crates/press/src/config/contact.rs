//! `[contact]` of `site.toml`: where readers' messages go, what is asked for, when somebody is around.
//!
//! Entry points: [`read`], [`note_english`]. Endpoints are never asked whether they are there.

use std::collections::BTreeMap;
use std::path::Path;

use lamplight_model::contact::{Contact, Service};
use lamplight_model::{Language, Route, Site};
use serde_json::Value;

use super::{hours, split_address, unknown_keys};
use crate::diagnostic::{Diagnostics, Kind};
use crate::emit::words;
use crate::fields::{Fields, nearest};

const KEYS: &[&str] = &[
    "email",
    "endpoint",
    "service",
    "form",
    "subject",
    "consent",
    "time_zone",
    "hours",
    "holidays",
    "keep_days",
];

/// What mistakes in an endpoint that the file does not name are said to be in.
const OPTION: &str = "--contact-endpoint";

const SERVICES: &[&str] = &["own", "formspree", "web3forms", "netlify"];

const WANTED: &str =
    "a table: [contact] and below it email = \"desk@example.org\", or endpoint = \"https://…\"";

/// How long a delivered message stays on the reader's device unless something else is said.
const KEEP_DAYS: u32 = 30;

/// The table in each language of the site; empty where there is none, or none that could be used. What is `given` stands
/// over the endpoint that the table names.
pub(super) fn read(
    fields: &Fields<'_>,
    given: Option<&str>,
    origin: &str,
    site: &Site,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, Contact> {
    let map = match fields.map.get("contact") {
        None | Some(Value::Bool(false)) => {
            if given.is_some() {
                diagnostics.error(
                    Kind::Config,
                    Path::new(OPTION),
                    None,
                    "Messages have an endpoint, but the publication has no form to write them in.",
                    "Add a table [contact] to site.toml; it may be empty. Or leave the option out.",
                );
            }
            return BTreeMap::new();
        }
        Some(Value::Object(map)) => map.clone(),
        Some(_) => {
            fields.wrong(diagnostics, "contact", WANTED);
            return BTreeMap::new();
        }
    };
    let line = fields.line("contact");
    // Its keys are looked for below its head: other tables may have some of the same names.
    let above = line.saturating_sub(fields.first_line);
    let skipped = fields.text.split_inclusive('\n').take(above);
    let start = skipped.map(str::len).sum();
    let table = Fields {
        map,
        text: fields.text.get(start..).unwrap_or_default(),
        first_line: line,
        fallback: line,
        path: fields.path,
        kind: fields.kind,
    };
    unknown_keys(&table, KEYS, " of contact", diagnostics);
    let (service, endpoint, form) = match given {
        Some(given) => self::given(given, origin, diagnostics),
        None => endpoint(&table, origin, site, diagnostics),
    };
    let email = email(&table, diagnostics);
    if service == Service::None && email.is_empty() && given.is_none() && !has_any(&table) {
        diagnostics.error(
            Kind::Config,
            table.path,
            Some(line),
            "Nobody can be written to: `contact` has neither an email address nor an endpoint.",
            "Add email = \"desk@example.org\" with your own address, or endpoint = \"https://…\".",
        );
    }
    let (zone, hours, holidays) = hours::read(&table, diagnostics);
    let contact = Contact {
        service,
        endpoint,
        form,
        email,
        subject: super::switch(&table, "subject", diagnostics),
        consent: String::new(),
        zone,
        hours,
        holidays,
        keep_days: keep_days(&table, diagnostics),
    };
    let mut consent = consent(&table, &site.languages, diagnostics);
    let codes = site.languages.iter().map(|language| language.code.clone());
    codes
        .map(|code| {
            let mut contact = contact.clone();
            contact.consent = consent.remove(&code).unwrap_or_default();
            (code, contact)
        })
        .collect()
}

/// Whether anything was said of where messages go: if it could not be used, that was told already.
fn has_any(table: &Fields<'_>) -> bool {
    let keys = ["email", "endpoint", "service"];
    keys.iter().any(|key| table.value(key).is_some())
}

/// The endpoint of the command line, which is the publisher's own.
fn given(endpoint: &str, origin: &str, diagnostics: &mut Diagnostics) -> (Service, String, String) {
    if is_endpoint(endpoint, origin) {
        return (Service::Own, endpoint.to_owned(), String::new());
    }
    // It is the command's mistake, not the file's.
    wrong_endpoint(endpoint, Path::new(OPTION), None, diagnostics);
    (Service::None, String::new(), String::new())
}

fn wrong_endpoint(written: &str, place: &Path, line: Option<usize>, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        Kind::Config,
        place,
        line,
        format!("`{written}` is no address that messages can be sent to."),
        "Write one that begins with https:// (http:// is for this computer alone: http://127.0.0.1:8300/), or a path of the site's own host that begins with a slash.",
    );
}

fn endpoint(
    table: &Fields<'_>,
    origin: &str,
    site: &Site,
    diagnostics: &mut Diagnostics,
) -> (Service, String, String) {
    let none = || (Service::None, String::new(), String::new());
    let written = table.string("endpoint", diagnostics);
    let form = table.string("form", diagnostics);
    let service = match table.value("service") {
        None if written.is_some() => Service::Own,
        None => Service::None,
        Some(value) => match value.as_str().map(str::trim) {
            Some("own") => Service::Own,
            Some("formspree") => Service::Formspree,
            Some("web3forms") => Service::Web3forms,
            Some("netlify") => Service::Netlify,
            other => {
                let near = other.and_then(|name| nearest(name, SERVICES));
                let wanted = "\"own\", \"formspree\", \"web3forms\" or \"netlify\"";
                let wanted = near.map_or_else(
                    || wanted.to_owned(),
                    |near| format!("{wanted}. Did you mean \"{near}\"?"),
                );
                table.wrong(diagnostics, "service", wanted.trim_end_matches('.'));
                return none();
            }
        },
    };
    let mut wrong = |key: &str, message: &str, remedy: &str| {
        let line = Some(table.line(key));
        diagnostics.error(Kind::Config, table.path, line, message, remedy);
    };
    let hosted = !matches!(service, Service::None | Service::Own);
    if hosted && written.is_some() {
        wrong(
            "endpoint",
            "A service of forms has an endpoint of its own.",
            "Remove `endpoint`; or remove `service`, if the endpoint keeps the contract of docs/contact.md.",
        );
        return none();
    }
    if !hosted && form.is_some() {
        wrong(
            "form",
            "`form` is what a service of forms knows a form by, and no such service is named.",
            "Name it: service = \"formspree\", \"web3forms\" or \"netlify\"; or remove `form`.",
        );
    }
    match service {
        Service::None => none(),
        Service::Own => {
            let Some(written) = written else {
                wrong(
                    "service",
                    "An endpoint of one's own needs its address.",
                    "Add endpoint = \"https://…\".",
                );
                return none();
            };
            if !is_endpoint(&written, origin) {
                let line = Some(table.line("endpoint"));
                wrong_endpoint(&written, table.path, line, diagnostics);
                return none();
            }
            let known = ["formspree", "web3forms"].into_iter().find(|name| {
                let host = host(&written);
                [name, ".com"].concat() == host.trim_start_matches("api.")
                    || [name, ".io"].concat() == host
            });
            if let Some(name) = known {
                let line = Some(table.line("endpoint"));
                diagnostics.warning(
                    Kind::Config,
                    table.path,
                    line,
                    format!("This endpoint is that of {name}, which wants messages in a form of its own."),
                    format!("Write service = \"{name}\" and form = \"…\" in its place."),
                );
            }
            (service, written, String::new())
        }
        Service::Formspree => match form {
            Some(form) if is_plain(&form) => (
                service,
                format!("https://formspree.io/f/{form}"),
                String::new(),
            ),
            _ => {
                wrong(
                    if form.is_some() { "form" } else { "service" },
                    "Formspree needs to know which form is meant.",
                    "Add form = \"…\", the last part of the form's endpoint: of https://formspree.io/f/xyzabcde it is xyzabcde.",
                );
                none()
            }
        },
        Service::Web3forms => match form {
            Some(form) if is_plain(&form) => {
                (service, "https://api.web3forms.com/submit".into(), form)
            }
            _ => {
                wrong(
                    if form.is_some() { "form" } else { "service" },
                    "Web3Forms needs an access key.",
                    "Add form = \"…\" with the key that it sent you by email.",
                );
                none()
            }
        },
        // It takes what is posted to any page of the site; one that is there in each language is this.
        Service::Netlify => {
            let page = Route::contact(site.default_lang()).path(site);
            (service, page, form.unwrap_or_else(|| "contact".into()))
        }
    }
}

/// The name of a form, or a key: letters, digits and dashes.
fn is_plain(form: &str) -> bool {
    form.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

/// Whether messages can be sent there from a page at an origin: by an encrypted connection, or on one computer, or as the
/// page itself came.
fn is_endpoint(address: &str, origin: &str) -> bool {
    let is_clean = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_graphic() && !b"\"'<>\\^`{|};,#".contains(&byte))
    };
    if address.starts_with('/') {
        return !address.starts_with("//") && is_clean(address);
    }
    let plain = address.split('?').next().unwrap_or_default();
    let Some((place, _)) = split_address(plain) else {
        return false;
    };
    let name = host(&place);
    let name = name.rsplit_once(':').map_or(name, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) {
            name
        } else {
            host(&place)
        }
    });
    let here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    is_clean(address) && (place.starts_with("https://") || here || place == origin)
}

fn email(table: &Fields<'_>, diagnostics: &mut Diagnostics) -> String {
    let Some(email) = table.string("email", diagnostics) else {
        return String::new();
    };
    if is_email(&email) {
        return email;
    }
    diagnostics.error(
        Kind::Config,
        table.path,
        Some(table.line("email")),
        format!("`{email}` is no email address."),
        "Write one address and nothing else: email = \"desk@example.org\".",
    );
    String::new()
}

/// Whether a text is one address, as far as a link can begin an email with it.
fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.split_once('@') else {
        return false;
    };
    let is_name =
        |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.len() <= lamplight_model::contact::limits::EMAIL
        && !name.is_empty()
        && name.bytes().all(is_name)
        && (domain == "localhost" || domain.contains('.'))
        && domain.split('.').all(is_label)
}

/// What is to be agreed to, by language.
fn consent(
    table: &Fields<'_>,
    languages: &[Language],
    diagnostics: &mut Diagnostics,
) -> BTreeMap<String, String> {
    let wanted = "a sentence: consent = \"…\", or one in each language: consent = { en = \"…\", fr = \"…\" }";
    let codes = || languages.iter().map(|language| language.code.as_str());
    let by_language = match table.value("consent") {
        None => return BTreeMap::new(),
        Some(Value::String(text)) => {
            let text = text.trim();
            return codes()
                .map(|code| (code.to_owned(), text.to_owned()))
                .collect();
        }
        Some(Value::Object(map)) => table.within("consent", map.clone()),
        Some(_) => {
            table.wrong(diagnostics, "consent", wanted);
            return BTreeMap::new();
        }
    };
    let known: Vec<&str> = codes().collect();
    unknown_keys(&by_language, &known, " of consent", diagnostics);
    let mut out = BTreeMap::new();
    for code in codes() {
        if let Some(text) = by_language.string(code, diagnostics) {
            out.insert(code.to_owned(), text);
        }
    }
    let Some(instead) = codes().find_map(|code| out.get(code).cloned()) else {
        table.wrong(diagnostics, "consent", wanted);
        return out;
    };
    for code in codes() {
        if !out.contains_key(code) {
            diagnostics.warning(
                Kind::Language,
                table.path,
                Some(table.line("consent")),
                format!("`consent` has no text in `{code}`: readers of that language are asked in another."),
                format!("Add it: consent = {{ …, {code} = \"…\" }}."),
            );
            out.insert(code.to_owned(), instead.clone());
        }
    }
    out
}

fn keep_days(table: &Fields<'_>, diagnostics: &mut Diagnostics) -> u32 {
    let Some(value) = table.value("keep_days") else {
        return KEEP_DAYS;
    };
    let days = value.as_u64().and_then(|days| u32::try_from(days).ok());
    days.filter(|days| (1..=365).contains(days))
        .unwrap_or_else(|| {
            table.wrong(diagnostics, "keep_days", "a whole number from 1 to 365");
            KEEP_DAYS
        })
}

/// Says for which languages, whose interface has texts, the form has none.
pub(super) fn note_english(
    fields: &Fields<'_>,
    messages: &BTreeMap<String, String>,
    diagnostics: &mut Diagnostics,
) {
    for code in messages.keys().filter(|code| !words::speaks(code)) {
        diagnostics.note(
            Kind::InterfaceText,
            fields.path,
            Some(fields.line("languages")),
            format!("Lamplight has no texts in `{code}` for the form of contact: it is English on the pages of this language."),
            "Your own cannot be given yet.",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_encrypted_or_on_this_computer_or_where_the_site_is() {
        let origin = "http://press.onion";
        for right in [
            "https://a.example/x?key=1&b=2",
            "http://localhost:8300/",
            "http://127.0.0.1/x",
            "http://[::1]:8300/",
            "http://[::1]/",
            "http://press.onion/messages",
            "/messages",
        ] {
            assert!(is_endpoint(right, origin), "{right}");
        }
        for wrong in [
            "http://a.example/",
            "http://localhost.example/",
            "ftp://a.example/",
            "//a.example/",
            "messages",
            "https://",
            "https://a.example/a b",
            "https://a.example/?a;b",
            "https://a.example/#x",
            "https://user@a.example/",
        ] {
            assert!(!is_endpoint(wrong, origin), "{wrong}");
        }
    }

    #[test]
    fn an_email_address_is_one_and_whole() {
        for right in [
            "a@b.example",
            "first.last+tag@mail.b-c.example",
            "x@localhost",
            "x@bücher.example",
        ] {
            assert!(is_email(right), "{right}");
        }
        for wrong in [
            "",
            "a",
            "a@",
            "@b.example",
            "a@b",
            "a@b..example",
            "a@-b.example",
            "a@b.example, c@d.example",
            "A <a@b.example>",
            "a@b@c.example",
            "a b@c.example",
            "a@b.example\nBcc: x@y.example",
        ] {
            assert!(!is_email(wrong), "{wrong}");
        }
    }
}
