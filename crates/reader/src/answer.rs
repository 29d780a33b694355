//! What came back from the network, told apart: a whole document, an error of the site, a foreign
//! page, or nothing.
//!
//! `navigator.onLine` is a hint that only words a failure; it never decides that one happened.

use lamplight_model::seal::{self, Unsealed};

/// An HTTP answer, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Status code (RFC 9110).
    pub status: u16,
    /// The `Content-Type`, empty if there is none.
    pub content_type: String,
    /// Whether it came from another address than was asked for.
    pub redirected: bool,
    /// The body.
    pub text: String,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The connection failed.
    Network,
    /// Nothing came within the time allowed.
    TimedOut,
}

/// What an attempt to fetch a sealed document came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The whole document, and its digest.
    Whole {
        /// Its digest.
        digest: String,
        /// Its text.
        text: String,
    },
    /// A failure.
    Failed(Failure),
}

/// Why a document could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// This device has no network.
    ReaderOffline,
    /// The site does not answer, or its answer breaks off.
    Unreachable,
    /// Something else answers in the site's place.
    Captive,
    /// The site says that it no longer has it (404, 410).
    Gone(u16),
    /// The site answers with an error.
    SiteDown(u16),
    /// The site's answer is in a format that this version of the app does not know.
    TooNew,
}

impl Failure {
    /// Whether links to what is not on the device lead nowhere now.
    pub fn cuts_off(self) -> bool {
        !matches!(self, Self::Gone(_) | Self::TooNew)
    }
}

/// Tells what an attempt came to. `online` is `navigator.onLine`.
pub fn classify(answer: Result<Answer, NoAnswer>, online: bool) -> Outcome {
    let answer = match answer {
        Ok(answer) => answer,
        Err(_) if !online => return Outcome::Failed(Failure::ReaderOffline),
        Err(_) => return Outcome::Failed(Failure::Unreachable),
    };
    Outcome::Failed(match answer.status {
        200 if answer.redirected || !is_json(&answer.content_type) => Failure::Captive,
        200 => match seal::check(&answer.text) {
            Ok(digest) => {
                return Outcome::Whole {
                    digest: digest.to_owned(),
                    text: answer.text,
                };
            }
            Err(Unsealed::Damaged) => Failure::Unreachable,
            // An empty or broken-off answer is no other site's page.
            Err(Unsealed::Foreign) if answer.text.len() < 64 => Failure::Unreachable,
            Err(Unsealed::Foreign) => Failure::Captive,
        },
        404 | 410 => Failure::Gone(answer.status),
        // 511 Network Authentication Required (RFC 6585) is what a captive portal should say.
        511 => Failure::Captive,
        300..=399 => Failure::Captive,
        status => Failure::SiteDown(status),
    })
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    // Some hosts serve .json as plain text or without a type; the seal decides then.
    essence.is_empty()
        || essence.ends_with("json")
        || essence == "text/plain"
        || essence == "application/octet-stream"
}

#[cfg(test)]
mod tests {
    use super::*;
    use lamplight_model::Edition;

    fn sealed() -> String {
        seal::seal(&Edition::default()).expect("seals")
    }

    fn answer(status: u16, content_type: &str, text: &str) -> Result<Answer, NoAnswer> {
        Ok(Answer {
            status,
            content_type: content_type.into(),
            redirected: false,
            text: text.into(),
        })
    }

    fn check(answer: Result<Answer, NoAnswer>, expected: Failure) {
        assert_eq!(classify(answer, true), Outcome::Failed(expected));
    }

    #[test]
    fn a_sealed_json_answer_is_whole_whatever_type_a_host_gives_json() {
        for kind in [
            "application/json",
            "application/feed+json; charset=utf-8",
            "text/plain",
            "",
        ] {
            assert!(
                matches!(
                    classify(answer(200, kind, &sealed()), false),
                    Outcome::Whole { .. }
                ),
                "{kind}"
            );
        }
    }

    #[test]
    fn a_captive_portal_is_never_taken_for_the_site() {
        let page = "<!doctype html><title>Sign in to Wi-Fi</title>".repeat(3);
        check(answer(200, "text/html", &page), Failure::Captive);
        check(answer(200, "application/json", &page), Failure::Captive);
        check(answer(511, "text/html", &page), Failure::Captive);
        let mut redirected = answer(200, "application/json", &sealed());
        if let Ok(answer) = &mut redirected {
            answer.redirected = true;
        }
        check(redirected, Failure::Captive);
    }

    #[test]
    fn a_truncated_answer_is_no_document() {
        let text = sealed();
        check(
            answer(200, "application/json", &text[..text.len() - 3]),
            Failure::Unreachable,
        );
        check(answer(200, "application/json", ""), Failure::Unreachable);
    }

    #[test]
    fn errors_of_the_site_and_of_the_network_are_told_apart() {
        check(answer(500, "text/html", "x"), Failure::SiteDown(500));
        check(answer(404, "text/html", "x"), Failure::Gone(404));
        check(Err(NoAnswer::TimedOut), Failure::Unreachable);
        assert_eq!(
            classify(Err(NoAnswer::Network), false),
            Outcome::Failed(Failure::ReaderOffline)
        );
    }
}
