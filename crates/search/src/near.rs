//! How far a word is from what was typed.
//!
//! Entry point: [`Typed::distance`]. It must only be asked about words that are not known as they are: an
//! archive's readers mostly know what they type.

use crate::sort::sort;

/// How many edits a word of so many letters may be away: none below four, two from eight on.
pub(crate) fn allowed(letters: usize) -> u8 {
    match letters {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// A word as it was typed.
pub(crate) struct Typed {
    letters: Vec<char>,
    /// It may be the beginning of the word meant.
    prefix: bool,
}

impl Typed {
    pub(crate) fn new(word: &str, prefix: bool) -> Self {
        Self {
            letters: word.chars().collect(),
            prefix,
        }
    }

    /// Whether a word has the very letters, in whatever order.
    pub(crate) fn same_letters(&self, word: &str) -> bool {
        let mut others: Vec<char> = word.chars().collect();
        let mut letters = self.letters.clone();
        sort(&mut letters, Ord::cmp);
        sort(&mut others, Ord::cmp);
        letters == others
    }

    /// The edits (a letter left out, added, exchanged, two swapped: optimal string alignment) from what was
    /// typed to a word, or to a beginning of it if this is a prefix; `None` if there are more than `most`.
    pub(crate) fn distance(&self, word: &str, most: u8) -> Option<u8> {
        const WIDEST: usize = 50;
        let width = self.letters.len();
        let most = usize::from(most);
        if width > WIDEST || width == 0 {
            return None;
        }
        // Rows are the word's letters, columns the typed ones.
        let mut rows = [[0u8; WIDEST + 1]; 3];
        for (at, cell) in rows[0].iter_mut().enumerate() {
            *cell = at as u8;
        }
        let mut before = '\0';
        let mut best = u8::MAX;
        let mut last = width as u8;
        for (count, letter) in word.chars().enumerate() {
            if count > width + most {
                if self.prefix {
                    break;
                }
                return None;
            }
            let (this, above, top) = ((count + 1) % 3, count % 3, (count + 2) % 3);
            rows[this][0] = (count + 1) as u8;
            let mut least = rows[this][0];
            for at in 0..width {
                let typed = self.letters[at];
                let mut cell = (rows[above][at] + u8::from(typed != letter))
                    .min(rows[above][at + 1] + 1)
                    .min(rows[this][at] + 1);
                if at > 0 && count > 0 && typed == before && self.letters[at - 1] == letter {
                    cell = cell.min(rows[top][at - 1] + 1);
                }
                rows[this][at + 1] = cell;
                least = least.min(cell);
            }
            last = rows[this][width];
            best = best.min(last);
            if usize::from(least) > most {
                if self.prefix && usize::from(best) <= most {
                    return Some(best);
                }
                // Not yet: a swap may reach two rows up.
                if usize::from(least) > most + 1 {
                    return None;
                }
            }
            before = letter;
        }
        let found = if self.prefix { best.min(last) } else { last };
        (usize::from(found) <= most).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn distance(typed: &str, word: &str) -> Option<u8> {
        Typed::new(typed, false).distance(word, 2)
    }

    #[test]
    fn edits_are_counted() {
        assert_eq!(distance("storm", "storm"), Some(0));
        assert_eq!(distance("strom", "storm"), Some(1));
        assert_eq!(distance("storn", "storm"), Some(1));
        assert_eq!(distance("stom", "storm"), Some(1));
        assert_eq!(distance("sstorm", "storm"), Some(1));
        assert_eq!(distance("sturn", "storm"), Some(2));
        assert_eq!(distance("calm", "storm"), None);
        assert_eq!(
            Typed::new("confeer", true).distance("conferences", 1),
            Some(1)
        );
        assert_eq!(Typed::new("conf", true).distance("conferences", 1), Some(0));
    }

    #[test]
    fn words_of_the_same_letters_are_told_from_others() {
        let typed = Typed::new("tiant", false);
        assert!(typed.same_letters("taint") && !typed.same_letters("tant"));
        assert!(!typed.same_letters("titan1") && !typed.same_letters("giant"));
    }

    /// The textbook's matrix, whole.
    fn plain(a: &[char], b: &[char]) -> usize {
        let mut m = vec![vec![0; b.len() + 1]; a.len() + 1];
        for (i, row) in m.iter_mut().enumerate() {
            row[0] = i;
        }
        for (j, cell) in m[0].iter_mut().enumerate() {
            *cell = j;
        }
        for i in 1..=a.len() {
            for j in 1..=b.len() {
                m[i][j] = (m[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]))
                    .min(m[i - 1][j] + 1)
                    .min(m[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    m[i][j] = m[i][j].min(m[i - 2][j - 2] + 1);
                }
            }
        }
        m[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn the_shortcuts_change_no_distance(a in "[abcé]{1,9}", b in "[abcé]{0,9}") {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let whole = plain(&x, &y);
            prop_assert_eq!(distance(&a, &b), (whole <= 2).then_some(whole as u8));
            let beginnings = (0..=y.len()).map(|end| plain(&x, &y[..end])).min().unwrap_or(0);
            prop_assert_eq!(Typed::new(&a, true).distance(&b, 2), (beginnings <= 2).then_some(beginnings as u8));
        }
    }
}
