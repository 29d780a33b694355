//! The texts of the interface, typed: a language that lacks one does not build.
//!
//! One JSON file a language in `crates/model/messages/`. The app carries English; other languages are
//! files of the site, fetched once. `{name}` in a text is filled in with [`fill`](Messages::fill).

use serde::{Deserialize, Serialize};

/// The interface's texts in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// Names of the months, January first, as they stand within a date.
    pub months: Vec<String>,
    /// Pattern of a date.
    pub date: String,
    /// Reading time.
    pub minutes: String,
    /// Between the names of a list.
    pub list_separator: String,
    /// Link for keyboards and screen readers.
    pub skip: String,
    /// Label of the navigation between categories.
    pub sections: String,
    /// Label of the navigation to the app's own pages.
    pub tools: String,
    /// Label of the navigation between languages.
    pub languages: String,
    /// The front page's heading.
    pub latest: String,
    /// A later page of a list.
    pub page_n: String,
    /// Label of the navigation between pages of a list.
    pub pages: String,
    /// Link.
    pub newer: String,
    /// Link.
    pub older: String,
    /// An empty list.
    pub no_posts: String,
    /// Heading.
    pub recent_posts: String,
    /// Authors of an article.
    pub by: String,
    /// Translator of an article.
    pub translated_by: String,
    /// When an article was last changed.
    pub updated_on: String,
    /// Source of an article.
    pub first_published: String,
    /// Label of the navigation between an article's languages.
    pub translations: String,
    /// Heading of a note.
    pub editors_note: String,
    /// Heading of an alert.
    pub alert_note: String,
    /// Heading of an alert.
    pub alert_tip: String,
    /// Heading of an alert.
    pub alert_important: String,
    /// Heading of an alert.
    pub alert_warning: String,
    /// Heading of an alert.
    pub alert_caution: String,
    /// Heading of the footnotes.
    pub footnotes: String,
    /// Label of a footnote's way back.
    pub back_to_text: String,
    /// Label of a heading's anchor.
    pub link_to_section: String,
    /// Link of a part to its source.
    pub original_report: String,
    /// Link that stands for an image on another server.
    pub remote_image: String,
    /// Label of the list of tags.
    pub tags: String,
    /// The last line of every page.
    pub read_offline: String,
    /// Link to the feed.
    pub feed: String,
    /// Button of the stamp.
    pub check: String,
    /// Visible text of that button.
    pub check_short: String,
    /// While a check runs.
    pub checking: String,
    /// Evidence: live.
    pub live: String,
    /// Evidence: copy, being checked.
    pub copy: String,
    /// Evidence: the page just arrived, being checked.
    pub copy_now: String,
    /// Evidence: reader-offline.
    pub reader_offline: String,
    /// Evidence: unreachable.
    pub unreachable: String,
    /// Evidence: unreachable, by a captive portal.
    pub captive: String,
    /// Evidence: site-down.
    pub site_down: String,
    /// Evidence: site-down, by 404 or 410.
    pub withdrawn: String,
    /// Evidence: snapshot.
    pub snapshot: String,
    /// Evidence: updated.
    pub updated: String,
    /// Button.
    pub show_newer: String,
    /// An age of less than a minute.
    pub just_now: String,
    /// A feed brought new posts.
    pub new_posts: String,
    /// Heading.
    pub absent_title: String,
    /// Explanation.
    pub absent_offline: String,
    /// Explanation.
    pub absent_unreachable: String,
    /// Explanation.
    pub absent_site_down: String,
    /// Explanation on a list page.
    pub list_absent: String,
    /// Button.
    pub try_again: String,
    /// Heading of the list of stored articles.
    pub meanwhile: String,
    /// Heading.
    pub also_in: String,
    /// Mark of a link.
    pub not_on_device: String,
    /// Mark of a link.
    pub on_device: String,
    /// Heading.
    pub not_found_title: String,
    /// Explanation.
    pub not_found: String,
    /// Link.
    pub to_front: String,
    /// While a document is fetched.
    pub loading: String,
    /// A format that is too new.
    pub too_new: String,
    /// Link and title of the page that lists what is on the device.
    pub library: String,
    /// Under the heading.
    pub library_intro: String,
    /// An empty library.
    pub library_empty: String,
    /// Storage is blocked.
    pub library_unavailable: String,
    /// Heading.
    pub visited: String,
    /// Heading.
    pub kept: String,
    /// Age of a copy.
    pub saved_age: String,
    /// Button.
    pub remove: String,
    /// Its accessible name.
    pub remove_named: String,
    /// Meter.
    pub storage_used: String,
    /// Storage is full.
    pub storage_full: String,
    /// Progress.
    pub keeping: String,
    /// Link and title.
    pub settings: String,
    /// Heading.
    pub appearance: String,
    /// Label.
    pub theme: String,
    /// Choice.
    pub theme_auto: String,
    /// Choice.
    pub theme_light: String,
    /// Choice.
    pub theme_dark: String,
    /// Label.
    pub text_size: String,
    /// Choice.
    pub size_small: String,
    /// Choice.
    pub size_normal: String,
    /// Choice.
    pub size_large: String,
    /// Choice.
    pub size_huge: String,
    /// Heading.
    pub offline_reading: String,
    /// Label.
    pub keep_newest: String,
    /// Choice.
    pub keep_none: String,
    /// Choice.
    pub keep_default: String,
    /// Hint.
    pub keep_hint: String,
    /// Button.
    pub clear: String,
    /// Question.
    pub clear_sure: String,
    /// Button.
    pub yes_remove: String,
    /// Button.
    pub cancel: String,
    /// Announcement.
    pub cleared: String,
    /// Heading.
    pub about_app: String,
    /// Line.
    pub build: String,
    /// Line.
    pub edition_line: String,
    /// Button.
    pub check_update: String,
    /// Answer.
    pub up_to_date: String,
    /// Answer.
    pub update_check_failed: String,
    /// Line.
    pub privacy: String,
    /// For a browser without script.
    pub needs_app: String,
    /// Button.
    pub install: String,
    /// Heading.
    pub install_title: String,
    /// Explanation.
    pub install_why: String,
    /// Instructions for iPhone and iPad.
    pub install_ios: String,
    /// Instructions for Safari on a Mac.
    pub install_safari: String,
    /// Instructions.
    pub install_firefox: String,
    /// Instructions.
    pub install_other: String,
    /// State.
    pub installed: String,
    /// Button.
    pub dismiss: String,
    /// Notice.
    pub update_ready: String,
    /// Button.
    pub update_now: String,
    /// Button.
    pub update_later: String,
    /// Notice.
    pub storage_note: String,
}

/// English, the language the app itself carries.
pub const ENGLISH: &str = include_str!("../messages/en.json");

impl Messages {
    /// Reads a language's file.
    ///
    /// # Errors
    /// A text is missing or unknown, or the file is no JSON.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// English.
    ///
    /// # Panics
    /// Never: a test reads the same file.
    pub fn english() -> Self {
        #[expect(
            clippy::expect_used,
            reason = "the file is part of the program and read by a test"
        )]
        Self::parse(ENGLISH).expect("messages/en.json is complete")
    }

    /// Replaces `{name}` by a value.
    pub fn fill(text: &str, name: &str, value: &str) -> String {
        text.replace(&["{", name, "}"].concat(), value)
    }
}

/// The file of a language that comes with Lamplight (native tools only use this: naming it in the
/// app would carry every language to every reader).
pub fn builtin(lang: &str) -> Option<&'static str> {
    Some(match lang.to_ascii_lowercase().split('-').next()? {
        "en" => ENGLISH,
        "fr" => include_str!("../messages/fr.json"),
        "ar" => include_str!("../messages/ar.json"),
        "ja" => include_str!("../messages/ja.json"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placeholders(text: &str) -> Vec<&str> {
        let mut found: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(name, _)| name)
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn every_language_has_every_text_with_the_same_placeholders() {
        let english: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(ENGLISH).expect("JSON");
        for lang in ["en", "fr", "ar", "ja"] {
            let text = builtin(lang).expect("is built in");
            let messages = Messages::parse(text).unwrap_or_else(|error| panic!("{lang}: {error}"));
            assert_eq!(messages.months.len(), 12, "{lang}");
            let other: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(text).expect("JSON");
            for (key, value) in &english {
                let (Some(a), Some(b)) = (value.as_str(), other[key].as_str()) else {
                    continue;
                };
                assert!(!b.trim().is_empty(), "{lang}: {key} is empty");
                assert_eq!(placeholders(a), placeholders(b), "{lang}: {key}");
            }
        }
        assert_eq!(builtin("tlh"), None);
    }
}
