//! Folding: what two spellings of a word have in common.
//!
//! Entry point: [`Fold`]. Words are lower-cased, lose their accents, and lose differences that a keyboard
//! makes (full width, ligatures, Arabic letter forms). Everyday letters are folded by rules compiled in; what
//! else occurs in a publication is in a table that the writer puts into the index (`write::table`), so that a
//! browser needs no Unicode tables. It must never look at neighbours: a character folds alone.

use crate::lower;

/// Letters and what they fold to, for the alphabets of Europe and for Arabic: each group is a replacement,
/// `=`, and the characters it replaces. All of them lower case.
const BASE: &str = "a=àáâãäåāăąǎ ae=æ c=çćĉċč d=ďđð e=èéêëēĕėęě g=ĝğġģ h=ĥħ i=ìíîïĩīĭįı j=ĵ k=ķ l=ĺļľŀł n=ñńņňŋ \
o=òóôõöøōŏőǒ oe=œ r=ŕŗř s=śŝşšșſ ss=ß t=ţťŧțþ u=ùúûüũūŭůűųǔ w=ŵ y=ýÿŷ z=źżž е=ёѐ и=ѝ і=ї \
α=ά ε=έ η=ή ι=ίϊΐ ο=ό υ=ύϋΰ ω=ώ σ=ς ا=أإآٱ ي=ىیئ ك=ک ه=ةۀہ و=ؤ 0=٠۰０ 1=١۱１ 2=٢۲２ 3=٣۳３ 4=٤۴４ 5=٥۵５ \
6=٦۶６ 7=٧۷７ 8=٨۸８ 9=٩۹９";

/// Folds characters; see the module.
#[derive(Clone, Debug)]
pub struct Fold {
    /// Sorted by character, each once.
    table: Vec<(char, Box<str>)>,
}

impl Default for Fold {
    fn default() -> Self {
        Self::with(Vec::new())
    }
}

impl Fold {
    /// The rules compiled in, and a table of an index, which wins.
    #[must_use]
    pub fn with(mut table: Vec<(char, Box<str>)>) -> Self {
        for group in BASE.split_ascii_whitespace() {
            if let Some((to, from)) = group.split_once('=') {
                table.extend(from.chars().map(|from| (from, Box::from(to))));
            }
        }
        // Stable: the first of two entries for one character is the index's.
        table.sort_by_key(|(from, _)| *from);
        table.dedup_by_key(|(from, _)| *from);
        Self { table }
    }

    /// What a lower-case character folds to, if that is not itself.
    #[must_use]
    pub fn folded(&self, from: char) -> Option<&str> {
        if from.is_ascii() {
            return None;
        }
        let at = self.table.binary_search_by_key(&from, |(c, _)| *c).ok()?;
        self.table.get(at).map(|(_, to)| &**to)
    }

    /// Adds a lower-case word, folded, to a text.
    pub fn push(&self, word: &str, out: &mut String) {
        for character in word.chars() {
            match self.folded(character) {
                Some(to) => out.push_str(to),
                None => out.push(character),
            }
        }
    }

    /// A lower-case word, folded.
    #[must_use]
    pub fn fold(&self, word: &str) -> String {
        let mut out = String::with_capacity(word.len());
        self.push(word, &mut out);
        out
    }

    /// Any text lower-cased, folded and without marks: how the values of filters are compared.
    #[must_use]
    pub fn key(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut letters = String::new();
        for character in text.trim().chars().filter(|&c| !is_mark(c)) {
            letters.clear();
            lower::push(character, &mut letters);
            self.push(&letters, &mut out);
        }
        out
    }
}

/// Whether a character only marks the letter before it (accents, vowel points, tone marks, joiners, the soft
/// hyphen): it is skipped, so that a text with such marks is found without them.
#[must_use]
pub(crate) fn is_mark(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x300..=0x36F | 0x483..=0x487 | 0x591..=0x5BD | 0x5BF | 0x5C1..=0x5C2 | 0x5C4..=0x5C5 | 0x5C7
        | 0x610..=0x61A | 0x640 | 0x64B..=0x65F | 0x670 | 0x6D6..=0x6DC | 0x6DF..=0x6E4 | 0x6E7..=0x6E8
        | 0x6EA..=0x6ED | 0xE47..=0xE4E | 0xEC8..=0xECE | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF
        | 0x200B..=0x200F | 0x2060 | 0x20D0..=0x20FF | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F | 0xFEFF
        // Indic nukta: marks a borrowed sound, often left out.
        | 0x93C | 0x9BC | 0xA3C | 0xABC | 0xB3C)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_ligatures_and_letter_forms_are_folded() {
        let fold = Fold::default();
        assert_eq!(fold.fold("élève"), "eleve");
        assert_eq!(fold.fold("straße"), "strasse");
        assert_eq!(fold.fold("łódź"), "lodz");
        assert_eq!(fold.fold("ёлка"), "елка");
        assert_eq!(fold.fold("мой"), "мой");
        assert_eq!(fold.fold("أحمد"), fold.fold("احمد"));
        assert_eq!(fold.key("  Cinéma "), "cinema");
        assert_eq!(fold.key("e\u{301}te\u{301}"), "ete");
    }

    #[test]
    fn the_table_of_an_index_wins_over_the_rules() {
        let fold = Fold::with(vec![('ö', "oe".into()), ('ử', "u".into())]);
        assert_eq!(fold.fold("öử"), "oeu");
    }
}
