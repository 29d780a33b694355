//! Anchors: names that are unique within the article and stay the same as long as the text does.
//!
//! Entry points: [`slug`], [`Ids`]. An anchor must never take a name that the page around the
//! article uses.

use std::collections::BTreeMap;

/// Names of the page's own elements.
const RESERVED: [&str; 3] = ["app", "main", "lamplight-site"];

/// The anchors given out so far.
#[derive(Default)]
pub(crate) struct Ids {
    /// Name → the next number to try for another one.
    taken: BTreeMap<String, u32>,
    explicit: BTreeMap<String, bool>,
}

impl Ids {
    /// Keeps a name for the heading that asks for it explicitly.
    pub(crate) fn announce(&mut self, name: &str) {
        self.explicit.insert(own(name), false);
    }

    /// Gives out the name announced before; a numbered one if it is gone.
    pub(crate) fn explicit(&mut self, name: &str) -> String {
        let name = own(name);
        if let Some(given) = self.explicit.get_mut(&name)
            && !*given
        {
            *given = true;
            self.taken.insert(name.clone(), 2);
            return name;
        }
        self.numbered(&name)
    }

    /// Gives out a name or, if it is not free, the next numbered one.
    pub(crate) fn numbered(&mut self, name: &str) -> String {
        let name = own(name);
        if self.take(&name) {
            return name;
        }
        loop {
            let next = self.taken.entry(name.clone()).or_insert(2);
            let candidate = [&name, "-", &next.to_string()].concat();
            *next += 1;
            if self.take(&candidate) {
                return candidate;
            }
        }
    }

    /// Gives out exactly this name, if it is free and a sound one.
    pub(crate) fn exactly(&mut self, name: &str) -> bool {
        !name.is_empty() && own(name) == name && !name.contains(unsound) && self.take(name)
    }

    fn take(&mut self, name: &str) -> bool {
        if self.taken.contains_key(name) || self.explicit.contains_key(name) {
            return false;
        }
        self.taken.insert(name.to_owned(), 2);
        true
    }
}

/// Characters that no anchor may have.
pub(crate) fn unsound(character: char) -> bool {
    character.is_whitespace() || character.is_control() || "\"'<>&`{}%#".contains(character)
}

/// The name, or another one if it belongs to the page or to the footnotes.
fn own(name: &str) -> String {
    if RESERVED.contains(&name) || name.starts_with("fn-") || name.starts_with("fnref-") {
        ["section-", name].concat()
    } else {
        name.to_owned()
    }
}

/// A heading's text as an anchor: letters and digits of any script in lower case, hyphens for spaces.
pub(crate) fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.trim().chars() {
        if character.is_whitespace() {
            out.push('-');
        } else if character == '-' || character == '_' || is_letter(character) {
            out.extend(character.to_lowercase());
        }
    }
    if out.trim_matches('-').is_empty() {
        out = "section".to_owned();
    }
    out
}

/// Letters, digits and the marks that belong to them; by exclusion, since the standard library knows
/// no marks.
fn is_letter(character: char) -> bool {
    if character.is_ascii() || character.is_alphanumeric() {
        return character.is_alphanumeric();
    }
    !matches!(character,
        '\u{80}'..='\u{bf}' | '\u{d7}' | '\u{f7}' | '\u{2b9}'..='\u{2ff}' | '\u{589}'..='\u{58f}'
        | '\u{5be}' | '\u{5c0}' | '\u{5c3}' | '\u{5f3}' | '\u{5f4}' | '\u{600}'..='\u{60f}'
        | '\u{61b}'..='\u{61f}' | '\u{66a}'..='\u{66d}' | '\u{6d4}' | '\u{964}' | '\u{965}'
        | '\u{2000}'..='\u{2bff}' | '\u{2e00}'..='\u{2e7f}' | '\u{3000}'..='\u{3004}'
        | '\u{3007}'..='\u{3020}' | '\u{3030}' | '\u{303d}'..='\u{303f}' | '\u{30fb}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fd3e}' | '\u{fd3f}' | '\u{fe10}'..='\u{fe1f}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{feff}' | '\u{ff00}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}'
        | '\u{ff5b}'..='\u{ff65}' | '\u{ffe0}'..='\u{ffff}' | '\u{1f000}'..='\u{1faff}'
        | '\u{e0000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_keeps_letters_of_any_script() {
        assert_eq!(slug("Second agency’s account"), "second-agencys-account");
        assert_eq!(slug("春の海、夏の山"), "春の海夏の山");
        assert_eq!(slug("شهادات أخرى؟"), "شهادات-أخرى");
        assert_eq!(slug("हिन्दी"), "हिन्दी");
        assert_eq!(slug("Été & hiver"), "été--hiver");
        assert_eq!(slug("?!"), "section");
    }

    #[test]
    fn no_name_is_given_out_twice_and_explicit_ones_win() {
        let mut ids = Ids::default();
        ids.announce("b");
        assert_eq!(ids.numbered("a"), "a");
        assert_eq!(ids.numbered("a"), "a-2");
        assert_eq!(ids.numbered("a-2"), "a-2-2");
        assert_eq!(ids.numbered("a"), "a-3");
        assert_eq!(ids.numbered("b"), "b-2");
        assert_eq!(ids.explicit("b"), "b");
        assert_eq!(ids.explicit("b"), "b-3");
        assert_eq!(ids.numbered("main"), "section-main");
        assert_eq!(ids.numbered("fn-1"), "section-fn-1");
        assert!(!ids.exactly("app") && !ids.exactly("a") && !ids.exactly("x y"));
        assert!(ids.exactly("x"));
    }
}
