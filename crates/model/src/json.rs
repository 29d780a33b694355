//! Reading JSON into the wire types, through one small tree.
//!
//! What serde would derive for reading costs the app a visitor for every type; here every type fills
//! its fields from the same tree, and only the tree is read: by serde, in a browser by the
//! browser's own parser. Writing is serde's, derived.
//! A tree must never be kept: it is read, emptied into a value and dropped.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A JSON value, as far as the formats use JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A number that no format has: with a fraction, or too large.
    OtherNumber,
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object, in the order of the text.
    Object(Vec<(String, Json)>),
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::OtherNumber, Json::Number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::OtherNumber)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(member) = members.next_entry()? {
            list.push(member);
        }
        Ok(Json::Object(list))
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

/// A value that can be filled from JSON.
pub trait Fill: Default {
    /// Takes the value over; says whether it is of the right kind.
    fn fill(&mut self, json: Json) -> bool;
}

/// Reads a text; `None` if it is no JSON, or not that of a `T`.
pub fn read<T: Fill>(text: &str) -> Option<T> {
    let mut value = T::default();
    value.fill(parse(text)?).then_some(value)
}

/// Reads a text as a tree; `None` if it is no JSON (RFC 8259).
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn parse(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}

#[cfg(target_arch = "wasm32")]
pub(crate) use in_browser::parse;

/// The browser's parser is there, and is no download. Unlike serde's it takes `1.0` for a whole number, and of
/// a name given twice the last.
#[cfg(target_arch = "wasm32")]
mod in_browser {
    use js_sys::{Array, JSON, Object};
    use wasm_bindgen::{JsCast, JsValue};

    use super::Json;

    /// How deep values may be nested, as in serde_json: a tree is read by recursion.
    const DEPTH: u32 = 128;

    /// The greatest whole number that JavaScript's numbers tell from its neighbours.
    const WHOLE: f64 = 9_007_199_254_740_991.0;

    pub(crate) fn parse(text: &str) -> Option<Json> {
        tree(&JSON::parse(text).ok()?, DEPTH)
    }

    fn tree(value: &JsValue, depth: u32) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        Some(if let Some(text) = value.as_string() {
            Json::Text(text)
        } else if let Some(number) = value.as_f64() {
            if number.trunc() == number && number.abs() <= WHOLE {
                Json::Number(number as i64)
            } else {
                Json::OtherNumber
            }
        } else if let Some(truth) = value.as_bool() {
            Json::Bool(truth)
        } else if let Some(list) = value.dyn_ref::<Array>() {
            let items = list.iter().map(|item| tree(&item, depth));
            Json::List(items.collect::<Option<_>>()?)
        } else if let Some(object) = value.dyn_ref::<Object>() {
            let members = Object::entries(object);
            let members = members.iter().map(|member| {
                let member: Array = member.unchecked_into();
                Some((member.get(0).as_string()?, tree(&member.get(1), depth)?))
            });
            Json::Object(members.collect::<Option<_>>()?)
        } else {
            Json::Null
        })
    }
}

/// The members of an object, while a value takes them over.
#[derive(Debug)]
pub struct Members {
    members: Vec<(String, Json)>,
    fits: bool,
}

impl Members {
    /// The members of a value; one that is no object has none, and does not fit.
    pub fn of(json: Json) -> Self {
        match json {
            Json::Object(members) => Self {
                members,
                fits: true,
            },
            _ => Self {
                members: Vec::new(),
                fits: false,
            },
        }
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        let at = self.members.iter().position(|(own, _)| own == name)?;
        Some(self.members.swap_remove(at).1)
    }

    /// A member that must be there.
    pub fn required(&mut self, name: &str, slot: &mut impl Fill) {
        self.fits &= self.take(name).is_some_and(|json| slot.fill(json));
    }

    /// A member that may be left out.
    pub fn optional(&mut self, name: &str, slot: &mut impl Fill) {
        self.fits &= self.take(name).is_none_or(|json| slot.fill(json));
    }

    /// Whether every member was there and of the right kind. Others are left alone: a later version
    /// of a format may have more.
    pub fn fit(self) -> bool {
        self.fits
    }
}

/// How a record fills its fields, and with that, how serde reads it.
#[macro_export]
macro_rules! record {
    ($type:ty { $($required:ident),* $(; $($optional:ident),*)? }) => {
        impl $crate::json::Fill for $type {
            fn fill(&mut self, json: $crate::json::Json) -> bool {
                let mut members = $crate::json::Members::of(json);
                $(members.required(stringify!($required), &mut self.$required);)*
                $($(members.optional(stringify!($optional), &mut self.$optional);)*)?
                members.fit()
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let mut value = Self::default();
                if $crate::json::Fill::fill(&mut value, serde::Deserialize::deserialize(from)?) {
                    Ok(value)
                } else {
                    Err(serde::de::Error::custom(concat!("not a ", stringify!($type))))
                }
            }
        }
    };
}

impl Fill for String {
    fn fill(&mut self, json: Json) -> bool {
        match json {
            Json::Text(text) => {
                *self = text;
                true
            }
            _ => false,
        }
    }
}

impl Fill for bool {
    fn fill(&mut self, json: Json) -> bool {
        match json {
            Json::Bool(value) => {
                *self = value;
                true
            }
            _ => false,
        }
    }
}

macro_rules! numbers {
    ($($type:ty),*) => {
        $(impl Fill for $type {
            fn fill(&mut self, json: Json) -> bool {
                let Json::Number(number) = json else {
                    return false;
                };
                number.try_into().map(|number| *self = number).is_ok()
            }
        })*
    };
}

numbers!(i64, u32, usize);

impl<T: Fill> Fill for Option<T> {
    fn fill(&mut self, json: Json) -> bool {
        matches!(json, Json::Null) || self.insert(T::default()).fill(json)
    }
}

impl<T: Fill> Fill for Vec<T> {
    fn fill(&mut self, json: Json) -> bool {
        let Json::List(list) = json else {
            return false;
        };
        list.into_iter().all(|item| {
            let mut value = T::default();
            let fits = value.fill(item);
            self.push(value);
            fits
        })
    }
}

impl<T: Fill> Fill for BTreeMap<String, T> {
    fn fill(&mut self, json: Json) -> bool {
        let Json::Object(members) = json else {
            return false;
        };
        members.into_iter().all(|(name, member)| {
            let mut value = T::default();
            let fits = value.fill(member);
            self.insert(name, value);
            fits
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Archive, Archived, ArticleDocument, Author, Direction, Edition, Feed, FeedExtension,
        FeedItem, Image, ItemExtension, Language, Media, Named, Original, Site, Source,
        Translation,
    };
    use serde::Serialize;

    fn media() -> Media {
        Media {
            src: "media/0.png".into(),
            width: 640,
            height: 0,
            bytes: u32::MAX,
            variants: vec!["320-0".into()],
        }
    }

    fn translations() -> Vec<Translation> {
        vec![Translation {
            lang: "ar".into(),
            title: "بحر \"1\"\n\u{1f30a}".into(),
        }]
    }

    fn article() -> ArticleDocument {
        ArticleDocument {
            digest: "0".repeat(32),
            format: 1,
            slug: "sea".into(),
            lang: "en".into(),
            title: "Sea".into(),
            description: "About it.".into(),
            page: true,
            date: "2024-02-29T12:00:00+01:00".into(),
            updated: Some("2024-03-01".into()),
            authors: vec!["A".into(), "B".into()],
            categories: vec!["c".into()],
            tags: vec!["t".into()],
            translator: Some("T".into()),
            original: Some(Original {
                lang: "a".into(),
                date: "b".into(),
                changed: Some("c".into()),
            }),
            image: Some(Image {
                media: media(),
                alt: "Waves".into(),
                caption: Some("*Waves*".into()),
            }),
            source: Some(Source {
                name: "S".into(),
                url: Some("https://example.org/".into()),
            }),
            editors_note: Some("Note".into()),
            minutes: 3,
            translations: translations(),
            media: BTreeMap::from([("a.png".to_owned(), media())]),
            links: BTreeMap::from([("/x".to_owned(), "x/".to_owned())]),
            markdown: "# Sea\n\\ \"é\"".into(),
        }
    }

    fn feed() -> Feed {
        Feed {
            _lamplight: FeedExtension {
                digest: "1".repeat(32),
                format: 1,
                page: 2,
                pages: 3,
                category: Some("c".into()),
                own: BTreeMap::from([("about".to_owned(), "2".repeat(32))]),
            },
            version: "https://jsonfeed.org/version/1.1".into(),
            title: "F".into(),
            home_page_url: "https://example.org/".into(),
            feed_url: "https://example.org/feed.json".into(),
            next_url: Some("https://example.org/feed.2.json".into()),
            description: Some("D".into()),
            language: "en".into(),
            items: vec![
                FeedItem {
                    id: "i".into(),
                    url: "u".into(),
                    title: "t".into(),
                    content_text: "c".into(),
                    image: Some("m".into()),
                    date_published: "2024-02-29".into(),
                    date_modified: Some("2024-03-01".into()),
                    authors: vec![Author { name: "A".into() }],
                    tags: vec!["t".into()],
                    language: "en".into(),
                    _lamplight: ItemExtension {
                        slug: "s".into(),
                        digest: "2".repeat(32),
                        categories: vec!["c".into()],
                        image: Some(media()),
                        image_alt: "alt".into(),
                        minutes: 4,
                        translations: translations(),
                    },
                },
                FeedItem::default(),
            ],
        }
    }

    fn site() -> Site {
        Site {
            format: 1,
            base: "/n/".into(),
            title: "T".into(),
            description: "D".into(),
            languages: vec![Language {
                code: "ar".into(),
                name: "N".into(),
                dir: Direction::Rtl,
                title: Some("T".into()),
                description: Some("D".into()),
                messages: Some("m.json".into()),
                offered: "Also here.".into(),
            }],
            categories: vec![Named {
                id: "c".into(),
                names: BTreeMap::from([("ar".to_owned(), "C".to_owned())]),
            }],
            pages: vec![Named {
                id: "about".into(),
                names: BTreeMap::from([("ar".to_owned(), "A".to_owned())]),
            }],
            keep_newest: 20,
            logo: Some(media()),
            logo_dark: Some(media()),
            logo_alone: true,
            translate: Some(String::new()),
            contact: true,
        }
    }

    /// What serde wrote is read back whole, and nothing that it always writes may be missing.
    fn comes_back<T>(value: &T)
    where
        T: Fill + Serialize + PartialEq + fmt::Debug,
    {
        let text = serde_json::to_string(value).expect("serialises");
        assert_eq!(read::<T>(&text).as_ref(), Some(value));
    }

    #[test]
    fn what_serde_writes_is_read_back_whole() {
        comes_back(&article());
        comes_back(&ArticleDocument::default());
        comes_back(&feed());
        comes_back(&Feed::default());
        comes_back(&site());
        comes_back(&Site::default());
        comes_back(&Archive::default());
        comes_back(&Archive {
            digest: "4".repeat(32),
            format: 1,
            lang: "ar".into(),
            articles: vec![
                Archived {
                    slug: "s".into(),
                    title: "t".into(),
                    date: "2024-02-29".into(),
                    digest: "2".repeat(32),
                    categories: vec!["c".into()],
                    bytes: u32::MAX,
                    images: 1,
                    page: true,
                },
                Archived::default(),
            ],
        });
        comes_back(&Edition {
            digest: "3".repeat(32),
            format: 1,
            content: "c".into(),
            build: "b".into(),
            when: "2024-02-29".into(),
            articles: 7,
            search: Some("search-index/root-0.bin".into()),
        });
    }

    #[test]
    fn whatever_is_always_written_must_be_there() {
        let text = serde_json::to_string(&ArticleDocument::default()).expect("serialises");
        let Some(Json::Object(members)) = parse(&text) else {
            panic!("an object");
        };
        for at in 0..members.len() {
            let mut fewer = members.clone();
            let (name, _) = fewer.remove(at);
            assert!(
                !ArticleDocument::default().fill(Json::Object(fewer)),
                "{name}"
            );
        }
    }

    #[test]
    fn members_of_later_versions_are_left_alone_and_wrong_kinds_refused() {
        let media = |text: &str| read::<Media>(text).map(|media| media.width);
        let more = r#"{"src":"m","width":1,"height":2,"bytes":3,"hue":[0.5,-1e40,{"x":null}]}"#;
        assert_eq!(media(more), Some(1));
        for wrong in ["-1", "1.5", "4294967296", "\"1\"", "null", "[]"] {
            let text = r#"{"src":"m","width":W,"height":2,"bytes":3}"#.replace('W', wrong);
            assert_eq!(media(&text), None, "{wrong}");
        }
        assert_eq!(media("[\"m\",1,2,3]"), None);
        assert_eq!(media("{"), None);
    }
}
