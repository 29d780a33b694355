//! Lower case, letter by letter, as the standard library has it, by a table that costs a browser less.
//!
//! Entry point: [`push`]. It must never look at neighbours: a final sigma is any sigma.

/// Letters from a first on, as far as the last, some apart; by how much the lower-case letter of each is away (`build.rs`).
static RUNS: &[(u32, u16, u16, i32)] = &include!(concat!(env!("OUT_DIR"), "/lower.rs"));

/// Adds a character in lower case to a text.
pub(crate) fn push(character: char, out: &mut String) {
    if character.is_ascii() {
        return out.push(character.to_ascii_lowercase());
    }
    // The one letter whose lower case is two characters.
    if character == 'İ' {
        return out.push_str("i\u{307}");
    }
    let code = u32::from(character);
    let after = RUNS.partition_point(|(first, ..)| *first <= code);
    let lower = after.checked_sub(1).and_then(|at| {
        let (first, span, step, by) = RUNS[at];
        let away = code - first;
        let has = away <= u32::from(span) && away.is_multiple_of(u32::from(step));
        has.then(|| code.saturating_add_signed(by))
    });
    out.push(lower.and_then(char::from_u32).unwrap_or(character));
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_character_is_lower_cased_as_by_the_standard_library() {
        let mut own = String::new();
        for character in '\0'..=char::MAX {
            own.clear();
            super::push(character, &mut own);
            assert!(character.to_lowercase().eq(own.chars()), "{character:?}");
        }
    }
}
