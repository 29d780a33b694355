//! A translation as it is kept on the device (`docs/formats.md`, "On the device").
//!
//! Entry points: [`Record`], [`folder`], [`path`], [`part`], [`of_path`]. A record is of one text of one article: with another
//! digest, or other units, it is nothing.

use lamplight_model::json::{Fill, Json, read};
use lamplight_model::{paths, record};
use serde::{Serialize, Serializer};

use crate::blocks::Said;

/// The version of the record.
pub(crate) const VERSION: u32 = 1;

/// A translation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Record {
    /// [`VERSION`].
    pub(crate) v: u32,
    /// From which language (BCP 47).
    pub(crate) from: String,
    /// Into which.
    pub(crate) to: String,
    /// [`crate::blocks::fingerprint`] of what was translated.
    pub(crate) of: String,
    /// What was said to each unit.
    pub(crate) units: Vec<Said>,
}

record!(Record {
    v,
    from,
    to,
    of,
    units
});

impl Serialize for Said {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Whole(text) => text.serialize(to),
            Self::Pieces(texts) => texts.serialize(to),
            Self::Nothing => to.serialize_none(),
        }
    }
}

impl Fill for Said {
    fn fill(&mut self, json: Json) -> bool {
        *self = match json {
            Json::Text(text) => Self::Whole(text),
            Json::Null => Self::Nothing,
            json => {
                let mut texts = Vec::new();
                if !texts.fill(json) {
                    return false;
                }
                Self::Pieces(texts)
            }
        };
        true
    }
}

impl Record {
    /// Reads a record of units with this fingerprint; `None` where it is of others, or of a later version.
    pub(crate) fn read(text: &str, of: &str, count: usize) -> Option<Self> {
        let record: Self = read(text)?;
        let fits = record.v == VERSION && record.of == of && record.units.len() == count;
        fits.then_some(record)
    }

    /// The record as JSON.
    pub(crate) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether anything of it is translated.
    pub(crate) fn has_any(&self) -> bool {
        self.units.iter().any(|said| *said != Said::Nothing)
    }

    /// How many units stand in the original.
    pub(crate) fn lacking(&self) -> u32 {
        let lacking = self.units.iter().filter(|said| **said == Said::Nothing);
        u32::try_from(lacking.count()).unwrap_or(u32::MAX)
    }
}

/// The language that a stored text is translated from.
pub(crate) fn source(text: &str) -> Option<String> {
    Some(read::<Record>(text)?.from)
}

/// The folder of all translations below a base: paths in Cache Storage.
const FOLDER: &str = "machine/";

/// Where all translations of an article in a language are, of whatever text.
pub(crate) fn folder(base: &str, lang: &str, slug: &str) -> String {
    let slug = paths::encode(slug);
    [base, FOLDER, &paths::segment(lang), "/", &slug, "/"].concat()
}

/// Of a translation's path the article: where the device may have it, as a path in Cache Storage and as the name of its
/// text in local storage (where the case of the language may be another). `None` for any other path.
pub(crate) fn article(base: &str, path: &str) -> Option<(String, String)> {
    let rest = path.strip_prefix(base)?.strip_prefix(FOLDER)?;
    let mut parts = rest.split('/');
    let (lang, slug) = (parts.next()?, parts.next()?);
    let document = [base, "articles/", slug, ".", lang, ".json"].concat();
    let stored = [
        "lamplight:",
        base,
        ":doc/",
        lang,
        "/",
        &paths::decode(slug)?,
    ]
    .concat();
    Some((document, stored))
}

/// Where the translation of a text is.
pub(crate) fn path(folder: &str, digest: &str, to: &str) -> String {
    [folder, digest, ".", to, WHOLE].concat()
}

/// How the path of a translation ends that the reader stopped before its end; that of others is [`WHOLE`].
const PART: &str = ".part.json";
const WHOLE: &str = ".json";

/// Where a translation with the path `whole` is while it has not come to its end.
pub(crate) fn part(whole: &str) -> String {
    [whole.strip_suffix(WHOLE).unwrap_or(whole), PART].concat()
}

/// Digest and language of a translation in a folder, and whether it came to its end.
pub(crate) fn of_path<'a>(folder: &str, path: &'a str) -> Option<(&'a str, &'a str, bool)> {
    let name = path.strip_prefix(folder)?;
    let part = name.strip_suffix(PART);
    let (digest, lang) = part.or_else(|| name.strip_suffix(WHOLE))?.split_once('.')?;
    Some((digest, lang, part.is_none()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn said() -> impl Strategy<Value = Said> {
        prop_oneof![
            any::<String>().prop_map(Said::Whole),
            prop::collection::vec(any::<String>(), 0..4).prop_map(Said::Pieces),
            Just(Said::Nothing),
        ]
    }

    proptest! {
        #[test]
        fn what_is_kept_is_what_was_said(units in prop::collection::vec(said(), 0..6)) {
            let record = Record {
                v: VERSION,
                from: "en".into(),
                to: "fr".into(),
                of: "0123".into(),
                units,
            };
            let count = record.units.len();
            prop_assert_eq!(Record::read(&record.write(), "0123", count), Some(record.clone()));
            prop_assert_eq!(Record::read(&record.write(), "4567", count), None);
            prop_assert_eq!(Record::read(&record.write(), "0123", count + 1), None);
        }
    }

    #[test]
    fn a_damaged_or_later_record_is_none() {
        for wrong in [
            "",
            "{}",
            "[1]",
            r#"{"v":2,"from":"en","to":"fr","of":"0","units":[]}"#,
        ] {
            assert_eq!(Record::read(wrong, "0", 0), None, "{wrong}");
        }
    }

    #[test]
    fn a_translation_is_found_by_article_digest_and_language() {
        let folder = folder("/news/", "zh-Hant", "a b");
        let path = path(&folder, "00ff", "zh-Hant");
        assert_eq!(path, "/news/machine/zh-hant/a%20b/00ff.zh-Hant.json");
        assert_eq!(of_path(&folder, &path), Some(("00ff", "zh-Hant", true)));
        assert_eq!(
            of_path(&folder, &part(&path)),
            Some(("00ff", "zh-Hant", false))
        );
        assert_eq!(article("/news/", &part(&path)), article("/news/", &path));
        assert_eq!(of_path(&folder, "/news/machine/en/a/00ff.fr.json"), None);
        assert_eq!(
            article("/news/", &path),
            Some((
                "/news/articles/a%20b.zh-hant.json".into(),
                "lamplight:/news/:doc/zh-hant/a b".into()
            ))
        );
        assert_eq!(article("/news/", "/news/articles/a.en.json"), None);
    }
}
