//! The texts of the interface, typed: a language that lacks one does not build.
//!
//! One JSON file a language in `crates/model/messages/`. The app carries English; other languages are
//! files of the site, fetched once. `{name}` in a text is filled in with [`fill`](Messages::fill). What the texts
//! are called is read in the English file, which has them in the order of the fields: a list of the names beside it
//! would weigh as much as a third of the texts.

use std::fmt;

use crate::json::{self, Json};

/// Declares [`Messages`] with a field for each text, in the order of the English file. Read in a loop: what
/// serde would derive for so many fields is a tenth of the whole app.
macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// The interface's texts in one language.
        #[derive(Clone, Debug, Default)]
        pub struct Messages {
            /// The file they were read from.
            source: String,
            /// Names of the months, January first, as they stand within a date; `|` parts them in the file.
            pub months: Vec<String>,
            $($(#[$doc])* pub $name: String,)*
        }

        impl Messages {
            /// The fields' names: that they are the English file's, in its order, a test proves.
            #[cfg(test)]
            const NAMES: &[&str] = &[$(stringify!($name),)*];

            /// The texts, in the order of the English file, after the months.
            fn slots(&mut self) -> Vec<&mut String> {
                vec![$(&mut self.$name,)*]
            }
        }
    };
}

texts! {
    /// Pattern of a date.
    date,
    /// Reading time.
    minutes,
    /// Between the names of a list.
    list_separator,
    /// Link for keyboards and screen readers.
    skip,
    /// Label of the navigation between categories.
    sections,
    /// Label of the navigation to the app's own pages.
    tools,
    /// Button and heading: search.
    search,
    /// What leads to articles where there is no search.
    search_elsewhere,
    /// Placeholder.
    search_placeholder,
    /// Button.
    close,
    /// While nothing is known yet.
    searching,
    /// How much was found.
    search_count,
    /// Nothing was found.
    search_none,
    /// Another spelling.
    did_you_mean,
    /// Heading.
    recent_searches,
    /// Button.
    clear_searches,
    /// Link.
    all_results,
    /// Button.
    more_results,
    /// The program that searches cannot be had.
    search_absent,
    /// No index: what was searched.
    search_device,
    /// The index is newer than the app.
    search_newer,
    /// Part of the index is missing.
    search_partial,
    /// Choice: find in article.
    in_article,
    /// Label.
    filter_category,
    /// Label.
    filter_language,
    /// Label.
    filter_after,
    /// Label.
    filter_before,
    /// Choice.
    filter_any,
    /// Which of the marked places.
    find_place,
    /// Button.
    find_next,
    /// Button.
    find_previous,
    /// Label of the navigation between languages.
    languages,
    /// The front page's heading.
    latest,
    /// A later page of a list.
    page_n,
    /// Label of the navigation between pages of a list.
    pages,
    /// Link.
    newer,
    /// Link.
    older,
    /// An empty list.
    no_posts,
    /// Heading.
    recent_posts,
    /// Authors of an article.
    by,
    /// Translator of an article.
    translated_by,
    /// Which variant a translation was made from, and its date.
    original,
    /// That the original was changed after the translation.
    original_newer,
    /// When an article was last changed.
    updated_on,
    /// Source of an article.
    first_published,
    /// Label of the navigation between an article's languages.
    translations,
    /// Heading of a note.
    editors_note,
    /// Heading of an alert.
    alert_note,
    /// Heading of an alert.
    alert_tip,
    /// Heading of an alert.
    alert_important,
    /// Heading of an alert.
    alert_warning,
    /// Heading of an alert.
    alert_caution,
    /// Heading of the footnotes.
    footnotes,
    /// Label of a footnote's way back.
    back_to_text,
    /// Label of a heading's anchor.
    link_to_section,
    /// Link of a part to its source.
    original_report,
    /// Link that stands for an image on another server.
    remote_image,
    /// Label of the list of tags.
    tags,
    /// The last line of every page.
    read_offline,
    /// Link to the feed.
    feed,
    /// Button of the stamp.
    check,
    /// Visible text of that button.
    check_short,
    /// While a check runs.
    checking,
    /// Evidence: live.
    live,
    /// Evidence: live, and asked less than a minute ago.
    live_now,
    /// Evidence: copy, being checked.
    copy,
    /// Evidence: the page just arrived, being checked.
    copy_now,
    /// Evidence: reader-offline.
    reader_offline,
    /// Evidence: unreachable.
    unreachable,
    /// Evidence: unreachable, by a captive portal.
    captive,
    /// Evidence: site-down.
    site_down,
    /// Evidence: site-down, by 404 or 410.
    withdrawn,
    /// Evidence: snapshot.
    snapshot,
    /// Evidence: updated.
    updated,
    /// Button.
    show_newer,
    /// An age of less than a minute.
    just_now,
    /// A feed brought new posts.
    new_posts,
    /// Heading.
    absent_title,
    /// Explanation.
    absent_offline,
    /// Explanation.
    absent_unreachable,
    /// Explanation.
    absent_site_down,
    /// Explanation on a list page.
    list_absent,
    /// Button.
    try_again,
    /// Heading of the list of stored articles.
    meanwhile,
    /// Heading.
    also_in,
    /// Mark of a link.
    not_on_device,
    /// Mark of a link.
    on_device,
    /// Heading.
    not_found_title,
    /// Explanation.
    not_found,
    /// Link.
    to_front,
    /// While a document is fetched.
    loading,
    /// A format that is too new.
    too_new,
    /// Link and title of the page that lists what is on the device.
    library,
    /// Under the heading.
    library_intro,
    /// An empty library.
    library_empty,
    /// Storage is blocked.
    library_unavailable,
    /// Heading.
    visited,
    /// Heading.
    kept,
    /// Age of a copy.
    saved_age,
    /// Button.
    remove,
    /// Its accessible name.
    remove_named,
    /// Meter.
    storage_used,
    /// Storage is full.
    storage_full,
    /// Progress.
    keeping,
    /// Link and title.
    settings,
    /// Heading.
    appearance,
    /// Label.
    theme,
    /// Choice.
    theme_auto,
    /// Choice.
    theme_light,
    /// Choice.
    theme_dark,
    /// Label.
    text_size,
    /// Choice.
    size_small,
    /// Choice.
    size_normal,
    /// Choice.
    size_large,
    /// Choice.
    size_huge,
    /// Heading.
    offline_reading,
    /// Label.
    keep_newest,
    /// Choice.
    keep_none,
    /// Choice.
    keep_default,
    /// Hint.
    keep_hint,
    /// Button.
    clear,
    /// Question.
    clear_sure,
    /// Button.
    yes_remove,
    /// Button.
    cancel,
    /// Announcement.
    cleared,
    /// Heading.
    about_app,
    /// Line.
    build,
    /// Line.
    edition_line,
    /// Button.
    check_update,
    /// Answer.
    up_to_date,
    /// Answer.
    update_check_failed,
    /// Line.
    privacy,
    /// For a browser without script.
    needs_app,
    /// Button.
    install,
    /// Heading.
    install_title,
    /// Explanation.
    install_why,
    /// Instructions for iPhone and iPad.
    install_ios,
    /// Instructions for Safari on a Mac.
    install_safari,
    /// Instructions.
    install_firefox,
    /// Instructions.
    install_other,
    /// State.
    installed,
    /// Button.
    dismiss,
    /// Notice.
    update_ready,
    /// Button.
    update_now,
    /// Button.
    update_later,
    /// Notice.
    storage_note,
}

/// Texts of one file are equal: comparing a hundred of them would cost the app kilobytes.
impl PartialEq for Messages {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Messages {}

/// Why a file of texts cannot be read.
#[derive(Debug)]
pub enum MessagesError {
    /// It is no JSON.
    Json(json::Error),
    /// It is JSON, but no object.
    NoObject,
    /// This text is missing, or no string.
    Missing(String),
    /// There is no such text.
    Unknown(String),
}

impl fmt::Display for MessagesError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => error.fmt(formatter),
            Self::NoObject => formatter.write_str("not an object"),
            Self::Missing(name) => write!(formatter, "missing text {name}"),
            Self::Unknown(name) => write!(formatter, "unknown text {name}"),
        }
    }
}

impl std::error::Error for MessagesError {}

/// English, the language the app itself carries.
pub const ENGLISH: &str = include_str!("../messages/en.json");

fn members(json: &str) -> Result<Vec<(String, Json)>, MessagesError> {
    match json::parse(json) {
        Ok(Json::Object(members)) => Ok(members),
        Ok(_) => Err(MessagesError::NoObject),
        Err(error) => Err(MessagesError::Json(error)),
    }
}

impl Messages {
    /// Reads a language's file.
    ///
    /// # Errors
    /// A text is missing or unknown, or the file is no JSON.
    pub fn parse(json: &str) -> Result<Self, MessagesError> {
        let mut texts = members(json)?;
        let mut take = |name: String| {
            let at = texts.iter().position(|(own, _)| *own == name);
            match at.map(|at| texts.swap_remove(at).1) {
                Some(Json::Text(text)) => Ok(text),
                _ => Err(MessagesError::Missing(name)),
            }
        };
        let mut names = members(ENGLISH)?.into_iter().map(|(name, _)| name);
        let months = take(names.next().unwrap_or_default())?;
        let mut messages = Self {
            source: json.to_owned(),
            months: months.split('|').map(str::to_owned).collect(),
            ..Self::default()
        };
        for (name, slot) in names.zip(messages.slots()) {
            *slot = take(name)?;
        }
        match texts.pop() {
            Some((name, _)) => Err(MessagesError::Unknown(name)),
            None => Ok(messages),
        }
    }

    /// English. The file is part of the program and complete: a test reads it.
    pub fn english() -> Self {
        Self::parse(ENGLISH).unwrap_or_default()
    }

    /// The file they were read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Replaces `{name}` by a value.
    pub fn fill(text: &str, name: &str, value: &str) -> String {
        text.replace(&["{", name, "}"].concat(), value)
    }
}

/// The languages whose texts come with Lamplight, and their files (native tools only use this: naming it
/// in the app would carry every language to every reader).
pub const BUILTIN: &[(&str, &str)] = &[
    ("en", ENGLISH),
    ("fr", include_str!("../messages/fr.json")),
    ("ar", include_str!("../messages/ar.json")),
    ("ja", include_str!("../messages/ja.json")),
];

/// The file of a language that comes with Lamplight; a region has its language's.
pub fn builtin(lang: &str) -> Option<&'static str> {
    let lower = lang.to_ascii_lowercase();
    let primary = lower.split('-').next()?;
    let found = BUILTIN.iter().find(|(code, _)| *code == primary);
    found.map(|(_, text)| *text)
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
    fn the_english_file_has_the_fields_in_their_order() {
        let names: Vec<String> = members(ENGLISH)
            .expect("an object")
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(names[0], "months");
        assert_eq!(names[1..], *Messages::NAMES);
        let wrong = Messages::parse(&ENGLISH.replace("\"date\"", "\"dato\""));
        assert!(matches!(wrong, Err(MessagesError::Missing(name)) if name == "date"));
        let more = Messages::parse(&ENGLISH.replacen('{', "{\"dato\": \"\",", 1));
        assert!(matches!(more, Err(MessagesError::Unknown(name)) if name == "dato"));
    }

    #[test]
    fn every_language_has_every_text_with_the_same_placeholders() {
        let english: serde_json::Map<String, serde_json::Value> =
            serde_json::from_str(ENGLISH).expect("JSON");
        for (lang, text) in BUILTIN {
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
