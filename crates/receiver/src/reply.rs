//! What is answered: JSON for programs, a whole page for a browser whose form was posted.
//!
//! Entry point: [`Asker::reply`]. Nothing a reader wrote gets into an answer, but for the address of the
//! page, if it is on a site that may post here, and into the page of a refusal the message, which would else be
//! lost. Never leads away from such a page: behind a link, the form is empty.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Response, StatusCode};
use base64::Engine as _;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::refusal::Refusal;
use crate::texts::texts;

/// What is said.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// It is stored, now or before.
    Stored { key: String, received: Timestamp },
    /// It is not.
    Refused(Refusal),
}

/// Who asks, and in which way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asker {
    /// Whether a person reads the answer.
    pub(crate) page_wanted: bool,
    /// The page's language (BCP 47); may be empty.
    pub(crate) lang: String,
    /// Where the reader came from: an address on a site that may post here, or empty.
    pub(crate) back: String,
    /// The message, as far as it was read.
    pub(crate) message: String,
    /// The publication's title; may be empty.
    pub(crate) site: String,
}

impl Asker {
    pub(crate) fn reply(&self, outcome: &Outcome) -> Response<Body> {
        let (status, retry) = match outcome {
            Outcome::Stored { .. } => (StatusCode::OK, None),
            Outcome::Refused(refusal) => (refusal.status(), refusal.retry_after()),
        };
        let mut response = if self.page_wanted {
            page(&self.page(outcome))
        } else {
            let mut response = Response::new(Body::from(self.json(outcome)));
            let kind = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            response
        };
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(seconds) = retry {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }

    fn json(&self, outcome: &Outcome) -> String {
        let value = match outcome {
            Outcome::Stored { key, received } => {
                json!({ "stored": true, "key": key, "received": received })
            }
            Outcome::Refused(refusal) => {
                let mut value = json!({ "error": refusal.error(texts(&self.lang).1) });
                if let Some(field) = refusal.field() {
                    value["field"] = field.into();
                }
                value
            }
        };
        value.to_string()
    }

    fn page(&self, outcome: &Outcome) -> String {
        let (lang, texts) = texts(&self.lang);
        let (title, sentence) = match outcome {
            Outcome::Stored { .. } => (&texts.sent_title, texts.sent.clone()),
            Outcome::Refused(refusal) => (&texts.refused_title, refusal.sentence(texts)),
        };
        let mut body = format!("<h1>{}</h1>\n<p>{}</p>\n", escape(title), escape(&sentence));
        // Writing to a string cannot fail.
        match outcome {
            Outcome::Stored { .. } if self.back.is_empty() => {}
            Outcome::Stored { .. } => {
                let (page, back) = (escape(&self.back), escape(&texts.back));
                let _ = writeln!(body, "<p><a href=\"{page}\">{back}</a></p>");
            }
            Outcome::Refused(_) => {
                let _ = writeln!(body, "<p>{}</p>", escape(&texts.go_back));
                if !self.message.trim().is_empty() {
                    let (label, text) = (escape(&texts.yours), escape(&self.message));
                    // The first line end in it is not shown.
                    let _ = writeln!(
                        body,
                        "<p><label for=\"yours\">{label}</label></p>\n<textarea id=\"yours\" rows=\"12\" dir=\"auto\" readonly>\n{text}</textarea>"
                    );
                }
            }
        }
        document(lang, title, &self.site, &body)
    }
}

/// The page at the endpoint's address.
pub(crate) fn about(site: &str) -> Response<Body> {
    let body = "<h1>This address takes messages</h1>\n<p>There is nothing to see here: forms send messages to it.</p>\n";
    page(&document("en", "This address takes messages", site, body))
}

/// A few words for whoever asks for something that is not here.
pub(crate) fn plain(status: StatusCode, words: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(words));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn page(html: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(html.to_owned()));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

const STYLE: &str = ":root{color-scheme:light dark}body{font:1.125rem/1.6 system-ui,sans-serif;max-inline-size:36rem;margin:15vh auto;padding-inline:1.25rem}h1{font-size:1.5rem;line-height:1.3}textarea{box-sizing:border-box;inline-size:100%;font:inherit}";

/// Nothing is loaded, run or framed, and the one style sheet is this one.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

fn document(lang: &str, title: &str, site: &str, body: &str) -> String {
    let dir = if matches!(lang, "ar" | "fa") {
        "rtl"
    } else {
        "ltr"
    };
    let title = match site {
        "" => escape(title),
        site => format!("{} – {}", escape(title), escape(site)),
    };
    format!(
        "<!doctype html>\n<html lang=\"{lang}\" dir=\"{dir}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

/// For texts and quoted values.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// Whether the header `Accept` asks for a page rather than for JSON, as browsers do where a form is posted.
pub(crate) fn wants_page(accept: &str) -> bool {
    let weight = |wanted: &[&str]| -> Option<f32> {
        // The more exact name counts.
        wanted.iter().find_map(|name| {
            accept.split(',').find_map(|item| {
                let mut parts = item.split(';').map(str::trim);
                let is_it = parts.next()?.eq_ignore_ascii_case(name);
                let q = parts.find_map(|part| part.strip_prefix("q="));
                is_it.then(|| q.and_then(|q| q.parse().ok()).unwrap_or(1.0))
            })
        })
    };
    let html = weight(&["text/html"]).unwrap_or(0.0);
    html > weight(&["application/json", "application/*", "*/*"]).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_forms_want_a_page_and_scripts_do_not() {
        for page in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8",
            "text/html",
            "text/html;q=0.9, application/json;q=0.1",
        ] {
            assert!(wants_page(page), "{page}");
        }
        for script in [
            "",
            "*/*",
            "application/json",
            "application/json, text/html",
            "text/html;q=0, */*",
            "text/html;q=0.2, application/json",
        ] {
            assert!(!wants_page(script), "{script}");
        }
    }

    #[test]
    fn nothing_can_break_out_of_the_page() {
        let asker = Asker {
            page_wanted: true,
            lang: "en".into(),
            back: "https://example.org/?a=1&b=\"><script>".into(),
            message: "One\n</textarea><script>alert(1)</script>&amp;".into(),
            site: "<b>Wire</b>".into(),
        };
        let refused = asker.page(&Outcome::Refused(Refusal::BadEmail));
        assert!(
            refused.contains(
                ">\nOne\n&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;</textarea>"
            ),
            "{refused}"
        );
        let html = asker.page(&Outcome::Stored {
            key: "k".into(),
            received: Timestamp::UNIX_EPOCH,
        });
        assert!(
            html.contains("href=\"https://example.org/?a=1&amp;b=&quot;&gt;&lt;script&gt;\""),
            "{html}"
        );
        assert!(html.contains("&lt;b&gt;Wire&lt;/b&gt;</title>"), "{html}");
    }

    #[test]
    fn a_page_is_in_its_language_and_direction() {
        let asker = Asker {
            lang: "fa-IR".into(),
            ..Asker::default()
        };
        let stored = Outcome::Stored {
            key: "k".into(),
            received: Timestamp::UNIX_EPOCH,
        };
        let html = asker.page(&stored);
        assert!(html.contains("<html lang=\"fa\" dir=\"rtl\">"), "{html}");
        assert!(html.contains("پیام شما رسید"), "{html}");
    }
}
