//! Where in an article a reader is: by block, so that it holds in another language and at another text size.
//!
//! Entry points: [`nearest`] and [`offer`]. Blocks are named by their place in the text's structure (`data-block`,
//! `docs/pages.md`).

use crate::language::same;

/// Section and block of a name, `2.3`.
fn parse(name: &str) -> (u32, u32) {
    let (section, block) = name.split_once('.').unwrap_or((name, ""));
    (section.parse().unwrap_or(0), block.parse().unwrap_or(0))
}

/// Which of the blocks, in the order of the text, is where `wanted` is in another variant: the same one, or the last
/// before it where this text has fewer. `None` of a text without blocks.
pub fn nearest(blocks: impl Iterator<Item = String>, wanted: &str) -> Option<usize> {
    let wanted = parse(wanted);
    let mut found = None;
    for (name, at) in blocks.zip(0..) {
        if found.is_none() || parse(&name) <= wanted {
            found = Some(at);
        }
    }
    found
}

/// The variant of an article that a reader would rather have: of the first of the `preferred` languages (BCP 47, best
/// first) of which `variant` gives one. `None` if that is the one that is open, `here`.
pub fn offer<T>(
    preferred: &[String],
    here: &str,
    variant: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    for wanted in preferred {
        if same(wanted, here) {
            return None;
        }
        if let Some(variant) = variant(wanted) {
            return Some(variant);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_place_is_found_in_a_variant_of_the_same_structure_and_near_it_in_another() {
        let blocks = ["0.1", "0.2", "1.0", "1.1", "1.2", "2.0", "10.0"];
        let at = |wanted| nearest(blocks.iter().map(|name| (*name).to_owned()), wanted);
        assert_eq!(at("1.1"), Some(3));
        assert_eq!(at("1.7"), Some(4), "the section is shorter here");
        assert_eq!(at("9.4"), Some(5));
        assert_eq!(at("0.0"), Some(0));
        assert_eq!(at("nonsense"), Some(0));
        assert_eq!(nearest(std::iter::empty(), "1.1"), None);
    }

    #[test]
    fn the_first_preferred_language_that_there_is_decides() {
        let preferred = |list: &str| list.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let variant = |wanted: &str| match wanted {
            "fr-CA" => Some("fr"),
            "zh-CN" => Some("zh-Hans"),
            _ => None,
        };
        let offered = |list| offer(&preferred(list), "en", variant);
        assert_eq!(offered("fr-CA en"), Some("fr"));
        assert_eq!(offered("ru zh-CN fr"), Some("zh-Hans"));
        assert_eq!(offered("en-GB fr"), None);
        assert_eq!(offered("ru"), None);
        assert_eq!(offer(&[], "en", variant), None);
    }

    proptest! {
        #[test]
        fn every_block_of_a_text_is_its_own_place(sections in prop::collection::vec(0u32..4, 1..9)) {
            let names: Vec<String> = sections
                .iter()
                .enumerate()
                .flat_map(|(section, blocks)| (0..=*blocks).map(move |block| format!("{section}.{block}")))
                .collect();
            for (at, name) in names.iter().enumerate() {
                prop_assert_eq!(nearest(names.iter().cloned(), name), Some(at));
            }
        }
    }
}
