//! The texts of the interface, typed: a language that lacks one does not build.
//!
//! One JSON file a language in `crates/model/messages/`; the build script makes [`Messages`] out of the English
//! one. The app carries English; other languages are files of the site (`catalogue::wire`), fetched once.
//! `{name}` in a text is filled in with [`fill`](Messages::fill), a number with [`count`](Messages::count).
//! Nothing here may name another language than English: that would carry it to every reader.

use crate::json::{self, Json};
use crate::plural::category;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// A text with a form for each plural category of its language (CLDR): as on the wire.
#[derive(Clone, Debug, Default)]
pub struct Plural(String);

impl Plural {
    /// The form that a number needs in a language. Where there is but one, nothing is asked: a browser's first
    /// `Intl` costs a slow phone a tenth of a second.
    fn form(&self, lang: &str, number: u32) -> &str {
        let Some((other, forms)) = self.0.split_once('\n') else {
            return &self.0;
        };
        let category = category(lang, number);
        let mut forms = forms.split('\n');
        forms
            .find_map(|form| form.strip_prefix(category.as_str())?.strip_prefix('='))
            .unwrap_or(other)
    }
}

/// Texts of one file are equal: comparing a hundred of them would cost the app kilobytes.
impl PartialEq for Messages {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Messages {}

impl Messages {
    /// Reads a language's texts as the site has them; `None` where they are none, or another version's.
    pub fn read(wire: &str) -> Option<Self> {
        let Some(Json::List(texts)) = json::parse(wire) else {
            return None;
        };
        let mut messages = Self {
            source: wire.to_owned(),
            ..Self::default()
        };
        let mut texts = texts.into_iter();
        for slot in messages.slots() {
            let Some(Json::Text(text)) = texts.next() else {
                return None;
            };
            *slot = text;
        }
        (messages.schema == SCHEMA).then_some(messages)
    }

    /// English. It is part of the program and complete: a test reads it.
    pub fn english() -> Self {
        Self::read(ENGLISH).unwrap_or_default()
    }

    /// What they were read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Replaces `{name}` by a value.
    pub fn fill(text: &str, name: &str, value: &str) -> String {
        text.replace(&["{", name, "}"].concat(), value)
    }

    /// A whole number in the language's digits, without separators.
    pub fn number(&self, number: u32) -> String {
        // `arab ٠`: the system's name, and its zero.
        let zero = self.digits.chars().next_back().map_or(48, u32::from);
        let digit = |byte: u8| char::from_u32(zero + u32::from(byte - b'0')).unwrap_or('0');
        number.to_string().bytes().map(digit).collect()
    }

    /// A text in the form that a number needs, with the number.
    pub fn count(&self, text: &Plural, number: u32) -> String {
        self.counted(text, number, &self.number(number))
    }

    /// The same with the number as it is `written` there.
    pub fn counted(&self, text: &Plural, number: u32, written: &str) -> String {
        Self::fill(text.form(&self.lang, number), "n", written)
    }

    /// The tag by which a browser's `Intl` writes times, sizes and numbers as these texts do: `fa` with its
    /// calendar and its digits.
    pub fn locale(&self) -> String {
        let digits = self.digits.split(' ').next().unwrap_or_default();
        [&self.lang, "-u-ca-", &self.calendar, "-nu-", digits].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    fn messages(lang: &str) -> Messages {
        let catalogue = Catalogue::builtin(lang).expect("a language of Lamplight's");
        Messages::read(&catalogue.wire(lang)).expect("texts")
    }

    #[test]
    fn english_is_in_the_program_as_its_file_says() {
        let english = Messages::english();
        assert_eq!(
            english.source(),
            Catalogue::builtin("en").expect("English").wire("en")
        );
        assert_eq!(english.search, "Search");
        assert_eq!(english.count(&english.search_count, 1), "1 result");
        assert_eq!(english.count(&english.search_count, 0), "0 results");
    }

    #[test]
    fn a_count_has_the_form_of_its_language() {
        let russian = messages("ru");
        let of = |n| russian.count(&russian.new_posts, n);
        assert_eq!(of(1), "1 новая статья");
        assert_eq!(of(3), "3 новые статьи");
        assert_eq!(of(11), "11 новых статей");
        assert_eq!(of(21), "21 новая статья");
        let arabic = messages("ar");
        let of = |n| arabic.count(&arabic.minutes, n);
        assert_eq!(of(1), "دقيقة واحدة");
        assert_eq!(of(2), "دقيقتان");
        assert_eq!(of(5), "٥ دقائق");
        assert_eq!(of(12), "١٢ دقيقة");
        assert_eq!(of(100), "١٠٠ دقيقة");
        let french = messages("fr");
        assert_eq!(french.count(&french.search_count, 0), "0\u{a0}résultat");
        let japanese = messages("ja");
        assert_eq!(japanese.count(&japanese.search_count, 1), "検索結果：1件");
    }

    #[test]
    fn a_number_can_be_written_otherwise_than_by_its_digits_alone() {
        let german = messages("de");
        let text = german.counted(&german.search_count, 1234, "1.234");
        assert_eq!(text, "1.234 Ergebnisse");
    }

    #[test]
    fn the_browser_is_asked_for_the_calendar_and_the_digits_of_the_texts() {
        assert_eq!(messages("fa").locale(), "fa-u-ca-persian-nu-arabext");
        assert_eq!(messages("pt-BR").locale(), "pt-BR-u-ca-gregory-nu-latn");
        assert_eq!(messages("fa").number(1405), "۱۴۰۵");
    }

    #[test]
    fn texts_of_another_version_are_no_texts() {
        assert!(Messages::read(&ENGLISH.replacen(SCHEMA, "00000000", 1)).is_none());
        assert!(Messages::read("[]").is_none() && Messages::read("{").is_none());
    }
}
