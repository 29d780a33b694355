//! Names and writing directions of common languages, so that a publisher need not write them.

use lamplight_model::Direction;

/// Code, the language's name in itself, and whether it is written from right to left.
const KNOWN: &[(&str, &str, bool)] = &[
    ("ar", "العربية", true),
    ("bg", "Български", false),
    ("bn", "বাংলা", false),
    ("cs", "Čeština", false),
    ("da", "Dansk", false),
    ("de", "Deutsch", false),
    ("el", "Ελληνικά", false),
    ("en", "English", false),
    ("es", "Español", false),
    ("fa", "فارسی", true),
    ("fi", "Suomi", false),
    ("fr", "Français", false),
    ("he", "עברית", true),
    ("hi", "हिन्दी", false),
    ("hu", "Magyar", false),
    ("id", "Bahasa Indonesia", false),
    ("it", "Italiano", false),
    ("ja", "日本語", false),
    ("ko", "한국어", false),
    ("nb", "Norsk bokmål", false),
    ("nl", "Nederlands", false),
    ("pl", "Polski", false),
    ("ps", "پښتو", true),
    ("pt", "Português", false),
    ("pt-br", "Português (Brasil)", false),
    ("ro", "Română", false),
    ("ru", "Русский", false),
    ("sv", "Svenska", false),
    ("sw", "Kiswahili", false),
    ("th", "ไทย", false),
    ("tr", "Türkçe", false),
    ("uk", "Українська", false),
    ("ur", "اردو", true),
    ("vi", "Tiếng Việt", false),
    ("zh", "中文", false),
    ("zh-cn", "简体中文", false),
    ("zh-hans", "简体中文", false),
    ("zh-hant", "繁體中文", false),
    ("zh-tw", "繁體中文", false),
];

/// A language's own name and direction, by its code or else by the code's first part.
pub(crate) fn known(code: &str) -> Option<(&'static str, Direction)> {
    let code = code.to_ascii_lowercase().replace('_', "-");
    let find = |code: &str| KNOWN.iter().find(|(known, _, _)| *known == code);
    let (_, name, rtl) = find(&code).or_else(|| find(code.split('-').next()?))?;
    let direction = if *rtl { Direction::Rtl } else { Direction::Ltr };
    Some((name, direction))
}

/// Whether a text is shaped like a language code of [`KNOWN`], exactly.
pub(crate) fn is_known_code(code: &str) -> bool {
    let code = code.to_ascii_lowercase().replace('_', "-");
    KNOWN.iter().any(|(known, _, _)| *known == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_its_languages_name_and_direction() {
        assert_eq!(known("ar-EG"), Some(("العربية", Direction::Rtl)));
        assert_eq!(known("zh_CN"), Some(("简体中文", Direction::Ltr)));
        assert_eq!(known("tlh"), None);
    }
}
