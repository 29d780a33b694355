//! What the reader is looking at: live, or a copy and how old, and why.
//!
//! It must never claim more than was seen: `Live` needs an answer of the site whose digest is that of
//! the text on the screen.

use lamplight_model::Messages;

use crate::Millis;
use crate::answer::{Failure, Outcome};

/// What is known of the text on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Evidence {
    /// It is being checked. `saved` is when the copy was stored; `None` if it has just arrived.
    Copy {
        /// When the copy was stored.
        saved: Option<Millis>,
    },
    /// The site was asked, and this is what it has.
    Live {
        /// When it was asked.
        at: Millis,
    },
    /// A copy, because the check failed.
    Failed {
        /// When the copy was stored; `None` if it arrived with this visit.
        saved: Option<Millis>,
        /// Why.
        failure: Failure,
    },
    /// A copy, of which the site has a newer version.
    Updated {
        /// When the copy was stored.
        saved: Option<Millis>,
    },
    /// A copy that was imported from an archive's capture.
    Snapshot {
        /// When the capture was taken.
        taken: Millis,
    },
}

/// Judges the text on the screen by what a check came to.
///
/// `shown` is the digest of the text on the screen, if it has one; `saved` is when it was stored.
pub fn judge(
    shown: Option<&str>,
    saved: Option<Millis>,
    outcome: &Outcome,
    now: Millis,
) -> Evidence {
    match outcome {
        Outcome::Whole { digest, .. } if shown.is_none_or(|shown| shown == digest) => {
            Evidence::Live { at: now }
        }
        Outcome::Whole { .. } => Evidence::Updated { saved },
        Outcome::Failed(failure) => Evidence::Failed {
            saved,
            failure: *failure,
        },
    }
}

/// How old something is, in a unit `Intl.RelativeTimeFormat` knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Less than a minute, or of a clock that was set back.
    Now,
    /// So many of a unit: `minute`, `hour`, `day`, `month`, `year`.
    Ago(u32, &'static str),
}

/// The age of what happened at `then`.
pub fn age(then: Millis, now: Millis) -> Age {
    let minutes = now.saturating_sub(then) / 60_000;
    let units = [
        (60 * 24 * 365, "year"),
        (60 * 24 * 30, "month"),
        (60 * 24, "day"),
        (60, "hour"),
        (1, "minute"),
    ];
    units
        .iter()
        .find(|(length, _)| minutes >= *length)
        .map_or(Age::Now, |(length, unit)| {
            Age::Ago((minutes / length) as u32, unit)
        })
}

impl Evidence {
    /// The value of `data-evidence`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Copy { .. } => "copy",
            Self::Live { .. } => "live",
            Self::Updated { .. } => "updated",
            Self::Snapshot { .. } => "snapshot",
            Self::Failed { failure, .. } => match failure {
                Failure::ReaderOffline => "reader-offline",
                Failure::Unreachable | Failure::Captive => "unreachable",
                // The site has something newer; the app cannot read it.
                Failure::TooNew => "updated",
                Failure::Gone(_) | Failure::SiteDown(_) => "site-down",
            },
        }
    }

    /// When the copy was stored, if it is one.
    pub fn saved(&self) -> Option<Millis> {
        match self {
            Self::Copy { saved } | Self::Failed { saved, .. } | Self::Updated { saved } => *saved,
            Self::Live { .. } | Self::Snapshot { .. } => None,
        }
    }

    /// The stamp's sentence. `clock` gives a time of day, or `None` for what is just now; `ago` an age in
    /// words.
    pub fn sentence(
        &self,
        messages: &Messages,
        clock: impl Fn(Millis) -> Option<String>,
        ago: impl Fn(Millis) -> String,
    ) -> String {
        let aged = |text: &str, saved: Option<Millis>| {
            let age = saved.map_or_else(|| messages.just_now.clone(), &ago);
            Messages::fill(text, "age", &age)
        };
        match self {
            Self::Copy { saved: None } => messages.copy_now.clone(),
            Self::Copy { saved } => aged(&messages.copy, *saved),
            Self::Live { at } => clock(*at).map_or_else(
                || messages.live_now.clone(),
                |time| Messages::fill(&messages.live, "time", &time),
            ),
            Self::Updated { saved } => aged(&messages.updated, *saved),
            Self::Snapshot { taken } => aged(&messages.snapshot, Some(*taken)),
            Self::Failed { saved, failure } => {
                let (text, status) = match failure {
                    Failure::ReaderOffline => (&messages.reader_offline, 0),
                    Failure::Unreachable => (&messages.unreachable, 0),
                    Failure::Captive => (&messages.captive, 0),
                    Failure::TooNew => (&messages.too_new, 0),
                    Failure::Gone(status) => (&messages.withdrawn, *status),
                    Failure::SiteDown(status) => (&messages.site_down, *status),
                };
                aged(&Messages::fill(text, "status", &status.to_string()), *saved)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(digest: &str) -> Outcome {
        Outcome::Whole {
            digest: digest.into(),
            text: String::new(),
        }
    }

    #[test]
    fn only_the_sites_own_answer_with_the_same_digest_makes_a_text_live() {
        assert_eq!(
            judge(Some("a"), None, &whole("a"), 5),
            Evidence::Live { at: 5 }
        );
        assert_eq!(
            judge(Some("a"), Some(1), &whole("b"), 5),
            Evidence::Updated { saved: Some(1) }
        );
        let failed = judge(
            Some("a"),
            Some(1),
            &Outcome::Failed(Failure::SiteDown(503)),
            5,
        );
        assert_eq!(failed.name(), "site-down");
        assert_eq!(failed.saved(), Some(1));
    }

    #[test]
    fn every_state_has_the_name_the_design_gives_it() {
        let failed = |failure| {
            Evidence::Failed {
                saved: None,
                failure,
            }
            .name()
        };
        assert_eq!(failed(Failure::ReaderOffline), "reader-offline");
        assert_eq!(failed(Failure::Unreachable), "unreachable");
        assert_eq!(failed(Failure::Captive), "unreachable");
        assert_eq!(failed(Failure::Gone(404)), "site-down");
        assert_eq!(Evidence::Snapshot { taken: 0 }.name(), "snapshot");
        assert_eq!(Evidence::Copy { saved: None }.name(), "copy");
    }

    #[test]
    fn the_sentence_says_how_old_the_copy_is_and_why_it_is_shown() {
        let messages = Messages::english();
        let say = |evidence: Evidence| {
            evidence.sentence(
                &messages,
                |at| (at == 0).then(|| "14:02".into()),
                |_| "3 hours ago".into(),
            )
        };
        let down = Evidence::Failed {
            saved: Some(0),
            failure: Failure::SiteDown(500),
        };
        assert!(
            say(down).contains("(500)") && say(down).contains("3 hours ago"),
            "{}",
            say(down)
        );
        assert!(say(Evidence::Live { at: 0 }).contains("14:02"));
        assert!(say(Evidence::Live { at: 1 }).contains("just now"));
        for evidence in [
            down,
            Evidence::Copy { saved: None },
            Evidence::Copy { saved: Some(0) },
            Evidence::Updated { saved: None },
            Evidence::Snapshot { taken: 0 },
        ] {
            assert!(!say(evidence).contains('{'), "{}", say(evidence));
        }
    }

    #[test]
    fn an_age_is_told_in_its_largest_unit_and_a_clock_set_back_is_now() {
        let minute = 60_000;
        assert_eq!(age(0, 59_999), Age::Now);
        assert_eq!(age(0, minute), Age::Ago(1, "minute"));
        assert_eq!(age(0, 119 * minute), Age::Ago(1, "hour"));
        assert_eq!(age(0, 50 * 60 * minute), Age::Ago(2, "day"));
        assert_eq!(age(0, 400 * 24 * 60 * minute), Age::Ago(1, "year"));
        assert_eq!(age(9_000_000_000, 0), Age::Now);
    }
}
