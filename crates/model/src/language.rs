//! Language tags (BCP 47): what press and the app have to judge alike.
//!
//! Entry points: [`primary`], [`is_traditional`]. Nothing here knows which languages a site has.

/// The first part of a tag: the language itself.
pub fn primary(code: &str) -> &str {
    code.split('-').next().unwrap_or_default()
}

/// Whether a tag is of Chinese in traditional characters.
pub fn is_traditional(code: &str) -> bool {
    ["zh-hant", "zh-tw", "zh-hk", "zh-mo"].iter().any(|own| {
        code.get(..own.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(own))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_told_apart_by_its_script_or_region_however_it_is_spelled() {
        for code in ["zh-Hant", "zh-tw", "zh-HK", "zh-Hant-TW"] {
            assert!(is_traditional(code), "{code}");
        }
        for code in ["zh", "zh-Hans", "zh-CN", "fr", ""] {
            assert!(!is_traditional(code), "{code}");
        }
        assert_eq!(primary("pt-BR"), "pt");
    }
}
