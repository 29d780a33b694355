//! Files of interface texts, natively: those that come with Lamplight, a publisher's over them, and what is wrong
//! with one.
//!
//! Entry point: [`Catalogue`]. Never compiled into the app, which reads [`Catalogue::wire`]'s text.

mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::messages::{BUILTIN, NAMES, SCHEMA};
use crate::plural::{Rules, name};

/// Up to which number a language's forms are asked for: no text counts millions.
const COUNTED: u32 = 1000;

/// The plural categories of CLDR.
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The texts of a file: names, and texts or their plural forms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue(BTreeMap<String, Value>);

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no such text; the nearest one is, if any is near, for the caller to find.
    Unknown,
    /// It has to be a text.
    NoText,
    /// It has to be a text, or texts by plural category.
    NoForms,
    /// The category is none of CLDR's, or none of the language's.
    UnknownForm(String),
    /// The language needs a form for these categories.
    MissingForms(Vec<&'static str>),
    /// What is in braces is not what has to be: the places that lack, and those that nothing fills.
    Places(Vec<String>, Vec<String>),
    /// It is empty.
    Empty,
    /// It is not what it has to be, which is said here.
    Unusable(&'static str),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("is no text of the interface"),
            Self::NoText => f.write_str("has to be a text"),
            Self::NoForms => f.write_str("has to be texts by plural category, {\"other\": \"…\"}"),
            Self::UnknownForm(form) => write!(f, "has a form `{form}`, which the language has not"),
            Self::MissingForms(forms) => write!(f, "lacks the forms {}", forms.join(", ")),
            Self::Places(lacking, foreign) => {
                let list = |places: &[String]| places.join(", ");
                match (lacking.is_empty(), foreign.is_empty()) {
                    (false, true) => write!(f, "lacks {}", list(lacking)),
                    (true, _) => write!(f, "has {}, which nothing fills in", list(foreign)),
                    _ => write!(f, "has {} instead of {}", list(foreign), list(lacking)),
                }
            }
            Self::Empty => f.write_str("is empty"),
            Self::Unusable(wanted) => write!(f, "has to be {wanted}"),
        }
    }
}

impl Catalogue {
    /// Those of a language that come with Lamplight; a region or a script has its language's.
    pub fn builtin(lang: &str) -> Option<Self> {
        let lower = lang.to_ascii_lowercase();
        let primary = lower.split('-').next()?;
        let (_, text) = BUILTIN.iter().find(|(code, _)| *code == primary)?;
        Self::parse(text).ok()
    }

    /// The languages that come with Lamplight.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(lang, _)| *lang)
    }

    /// The names of all texts.
    pub fn names() -> &'static [&'static str] {
        &NAMES
    }

    /// Reads a file.
    ///
    /// # Errors
    /// It is no JSON object.
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json).map(Self)
    }

    /// These texts, and for those that lack the `others`.
    #[must_use]
    pub fn over(self, mut others: Self) -> Self {
        others.0.extend(self.0);
        others
    }

    /// Without the texts that have one of these names.
    #[must_use]
    pub fn without<'n>(mut self, names: impl Iterator<Item = &'n str>) -> Self {
        for name in names {
            self.0.remove(name);
        }
        self
    }

    /// The forms of a text by plural category, where it has some.
    pub fn forms(&self, name: &str) -> Option<Value> {
        self.0.get(name).filter(|value| value.is_object()).cloned()
    }

    /// The names of the texts that lack.
    pub fn missing(&self) -> Vec<&'static str> {
        let names = NAMES.iter().copied();
        names.filter(|name| !self.0.contains_key(*name)).collect()
    }

    /// What is wrong with each text, as texts of a language.
    pub fn problems(&self, lang: &str) -> Vec<(&str, Problem)> {
        let english = Self::builtin("en").unwrap_or_default();
        let needs = Needs::of(lang);
        let mut out = Vec::new();
        for (own, value) in &self.0 {
            let found = match english.0.get(own) {
                None => vec![Problem::Unknown],
                Some(Value::Object(model)) => {
                    forms(value, model.get("other").unwrap_or(value), &needs)
                }
                Some(model) => text(own, value, model),
            };
            out.extend(found.into_iter().map(|problem| (own.as_str(), problem)));
        }
        out
    }

    /// As the app reads them (`docs/formats.md`); texts that lack are English.
    pub fn wire(&self, lang: &str) -> String {
        let english = Self::builtin("en").unwrap_or_default();
        let texts = NAMES.iter().map(|name| {
            let own = self.0.get(*name).or_else(|| english.0.get(*name));
            own.unwrap_or(&Value::Null)
        });
        wire::wire(SCHEMA, lang, texts)
    }
}

/// Whether a text is a language's tag without extensions (BCP 47, as Unicode's locale identifiers have it).
pub fn is_language_tag(code: &str) -> bool {
    icu_locale_core::Locale::try_from_str(code).is_ok_and(|locale| locale.extensions.is_empty())
}

/// What a language's whole numbers ask of a text.
struct Needs {
    /// The categories that some of the numbers up to [`COUNTED`] have.
    categories: BTreeSet<&'static str>,
    /// Those of them that one number alone has: the text may have that number in words.
    single: BTreeSet<&'static str>,
    /// All of the language's.
    all: BTreeSet<&'static str>,
}

impl Needs {
    fn of(lang: &str) -> Self {
        let rules = Rules::of(lang);
        let mut numbers = BTreeMap::<&str, u32>::new();
        for number in 0..=COUNTED {
            *numbers.entry(name(rules.category(number))).or_default() += 1;
        }
        let single = numbers.iter().filter(|(_, count)| **count == 1);
        Self {
            single: single.map(|(own, _)| *own).collect(),
            categories: numbers.into_keys().chain(["other"]).collect(),
            all: rules.categories().into_iter().map(name).collect(),
        }
    }
}

fn text(own: &str, value: &Value, model: &Value) -> Vec<Problem> {
    let (Value::String(value), Value::String(model)) = (value, model) else {
        return vec![Problem::NoText];
    };
    if value.trim().is_empty() {
        return vec![Problem::Empty];
    }
    if let Some(problem) = peculiar(own, value) {
        return vec![problem];
    }
    compare(value, model, &[]).into_iter().collect()
}

/// Texts that are read by the program, too.
fn peculiar(own: &str, value: &str) -> Option<Problem> {
    let (fine, wanted) = match own {
        "months" => (
            value.split('|').count() == 12,
            "twelve names with | between them",
        ),
        "calendar" => (
            ["gregory", "persian"].contains(&value),
            "gregory or persian",
        ),
        "digits" => {
            let parts = value.split_once(' ');
            let named = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric());
            let zero = |zero: &str| zero.chars().count() == 1 && zero.chars().all(char::is_numeric);
            let fine = parts
                .is_some_and(|(name, z)| (3..=8).contains(&name.len()) && named(name) && zero(z));
            (
                fine,
                "a numbering system of CLDR and its zero: \"latn 0\", \"arab ٠\"",
            )
        }
        _ => return None,
    };
    (!fine).then_some(Problem::Unusable(wanted))
}

fn forms(value: &Value, model: &Value, needs: &Needs) -> Vec<Problem> {
    let one = [("other".to_owned(), value.clone())];
    let forms: BTreeMap<String, Value> = match value {
        Value::String(_) => one.into_iter().collect(),
        Value::Object(forms) => forms.clone().into_iter().collect(),
        _ => return vec![Problem::NoForms],
    };
    let mut out = Vec::new();
    let lacking = needs.categories.iter().copied();
    let lacking: Vec<&str> = lacking.filter(|own| !forms.contains_key(*own)).collect();
    if !lacking.is_empty() {
        out.push(Problem::MissingForms(lacking));
    }
    for (category, form) in &forms {
        let Value::String(form) = form else {
            out.push(Problem::NoForms);
            continue;
        };
        if !CATEGORIES.contains(&category.as_str()) || !needs.all.contains(category.as_str()) {
            out.push(Problem::UnknownForm(category.clone()));
        } else if form.trim().is_empty() {
            out.push(Problem::Empty);
        }
        let spare: &[&str] = if needs.single.contains(category.as_str()) {
            &["{n}"]
        } else {
            &[]
        };
        out.extend(compare(form, model.as_str().unwrap_or_default(), spare));
    }
    out.dedup();
    out
}

/// Whether two texts have the same places, apart from `spare` ones.
fn compare(text: &str, model: &str, spare: &[&str]) -> Option<Problem> {
    let (own, wanted) = (places(text), places(model));
    let spared = |place: &&String| !spare.contains(&place.as_str());
    let lacking: Vec<String> = wanted.difference(&own).filter(spared).cloned().collect();
    let foreign: Vec<String> = own.difference(&wanted).cloned().collect();
    (!lacking.is_empty() || !foreign.is_empty()).then_some(Problem::Places(lacking, foreign))
}

/// What stands in braces, with them.
fn places(text: &str) -> BTreeSet<String> {
    let rest = text.split('{').skip(1);
    rest.map(|rest| format!("{{{}}}", rest.split('}').next().unwrap_or_default()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Messages;

    fn problems(json: &str, lang: &str) -> Vec<String> {
        let catalogue = Catalogue::parse(json).expect("an object");
        let problems = catalogue.problems(lang).into_iter();
        problems
            .map(|(own, problem)| format!("{own} {problem}"))
            .collect()
    }

    #[test]
    fn every_language_has_every_text_in_every_form_with_its_places() {
        let languages: Vec<&str> = Catalogue::languages().collect();
        assert_eq!(
            languages,
            ["ar", "de", "en", "es", "fa", "fr", "ja", "pt", "ru", "zh"]
        );
        for lang in languages {
            let catalogue = Catalogue::builtin(lang).expect("JSON");
            assert_eq!(catalogue.problems(lang), [], "{lang}");
            assert_eq!(catalogue.missing(), [""; 0], "{lang}");
            let messages = Messages::read(&catalogue.wire(lang)).expect("texts");
            assert_eq!(messages.lang, lang);
        }
        assert_eq!(Catalogue::builtin("tlh"), None);
        assert_eq!(Catalogue::builtin("zh-SG"), Catalogue::builtin("zh-Hans"));
    }

    #[test]
    fn what_is_wrong_with_a_text_is_said() {
        assert_eq!(
            problems(r#"{"serch": "X"}"#, "en"),
            ["serch is no text of the interface"]
        );
        assert_eq!(
            problems(r#"{"search": 7}"#, "en"),
            ["search has to be a text"]
        );
        assert_eq!(problems(r#"{"search": " "}"#, "en"), ["search is empty"]);
        assert_eq!(
            problems(r#"{"page_n": "Seite {m}"}"#, "de"),
            ["page_n has {m} instead of {n}"]
        );
        assert_eq!(
            problems(r#"{"page_n": "Seite"}"#, "de"),
            ["page_n lacks {n}"]
        );
        assert_eq!(
            problems(r#"{"close": "{n}"}"#, "de"),
            ["close has {n}, which nothing fills in"]
        );
        assert!(problems(r#"{"months": "a|b"}"#, "de")[0].contains("twelve"));
        assert!(problems(r#"{"digits": "arab"}"#, "de")[0].contains("numbering system"));
        assert!(problems(r#"{"calendar": "lunar"}"#, "de")[0].contains("gregory or persian"));
    }

    #[test]
    fn a_language_says_which_plural_forms_it_needs() {
        let text = r#"{"new_posts": {"one": "{n} a", "other": "{n} b"}}"#;
        assert_eq!(problems(text, "de"), [""; 0]);
        assert_eq!(
            problems(text, "pl"),
            ["new_posts lacks the forms few, many"]
        );
        assert_eq!(
            problems(text, "ja"),
            ["new_posts has a form `one`, which the language has not"]
        );
        assert_eq!(problems(r#"{"new_posts": "{n} a"}"#, "ja"), [""; 0]);
        assert_eq!(
            problems(r#"{"new_posts": "{n} a"}"#, "de"),
            ["new_posts lacks the forms one"]
        );
        // French has `many`, for millions: allowed, not asked for.
        let many = r#"{"new_posts": {"one": "{n} a", "many": "{n} c", "other": "{n} b"}}"#;
        assert_eq!(problems(many, "fr"), [""; 0]);
        // One number alone may be in words; French `one` is 0 and 1.
        let words = r#"{"new_posts": {"one": "a", "other": "{n} b"}}"#;
        assert_eq!(problems(words, "de"), [""; 0]);
        assert_eq!(problems(words, "fr"), ["new_posts lacks {n}"]);
    }

    #[test]
    fn a_publishers_texts_stand_over_those_of_lamplight_and_english_under_both() {
        let own = Catalogue::parse(r#"{"search": "Suchen!"}"#).expect("an object");
        let german = own.clone().over(Catalogue::builtin("de").expect("German"));
        let german = Messages::read(&german.wire("de")).expect("texts");
        assert_eq!((&*german.search, &*german.close), ("Suchen!", "Schließen"));
        assert_eq!(own.missing().len(), Catalogue::names().len() - 1);
        let other = Messages::read(&own.wire("tlh")).expect("texts");
        assert_eq!((&*other.search, &*other.close), ("Suchen!", "Close"));
    }

    #[test]
    fn a_language_tag_is_one_that_browsers_take() {
        for code in ["en", "pt-BR", "zh-Hans", "sr-Latn-RS", "es-419", "tlh"] {
            assert!(is_language_tag(code), "{code}");
        }
        for code in ["x", "e n", "en-", "en-x", "abcd", "en-u-nu-arab", ""] {
            assert!(!is_language_tag(code), "{code}");
        }
    }
}
