//! Languages: which are one for a translator, which are offered, how they are written.
//!
//! Entry points: [`plain`], [`same`], [`offered`]. What they are called is the browser's to say.

/// Languages that are offered beside those the reader prefers, as browsers' translators and services name them.
const OFFERED: &str = "af am ar az be bg bn bs ca cs cy da de el en eo es et eu fa fi fil fr ga gl gu ha he hi hr hu hy id is it ja \
    ka kk km kn ko ku ky lo lt lv mk ml mn mr ms my ne nl no pa pl ps pt ro ru si sk sl so sq sr sv sw ta te tg th tk tr uk ur uz \
    vi yo zh zh-Hant zu";

/// Primary tags of languages that are written from right to left.
const FROM_THE_RIGHT: &[&str] = &["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

/// Where Chinese is written in the traditional script.
const TRADITIONAL: &[&str] = &["hant", "tw", "hk", "mo"];

/// A language as a translator names it: without a region, but with the script where a translator has both.
pub(crate) fn plain(tag: &str) -> String {
    let lower = tag.to_ascii_lowercase().replace('_', "-");
    let mut parts = lower.split('-');
    let primary = match parts.next().unwrap_or_default() {
        "nb" | "nn" => "no",
        "iw" => "he",
        "in" => "id",
        "tl" => "fil",
        "zh" if parts.any(|part| TRADITIONAL.contains(&part)) => "zh-Hant",
        primary => primary,
    };
    primary.to_owned()
}

/// Whether two tags are one language for a translator.
pub(crate) fn same(a: &str, b: &str) -> bool {
    plain(a) == plain(b)
}

/// The value of `dir` for a language.
pub(crate) fn dir(tag: &str) -> &'static str {
    let tag = plain(tag);
    if FROM_THE_RIGHT.contains(&tag.as_str()) {
        "rtl"
    } else {
        "ltr"
    }
}

/// Languages that an article can be translated into: those the reader prefers, in that order, and the others. The
/// article's own is in neither, nor are those in which people wrote it.
pub(crate) fn offered(
    preferred: &[String],
    from: &str,
    human: &[String],
) -> (Vec<String>, Vec<String>) {
    let taken = |tag: &str| same(tag, from) || human.iter().any(|own| same(own, tag));
    let mut first: Vec<String> = Vec::new();
    for tag in preferred.iter().map(|tag| plain(tag)) {
        if !tag.is_empty() && !taken(&tag) && !first.contains(&tag) {
            first.push(tag);
        }
    }
    let others = OFFERED.split(' ').filter(|tag| !tag.is_empty());
    let others = others.filter(|tag| !taken(tag) && !first.iter().any(|own| own == tag));
    let others = others.map(str::to_owned).collect();
    (first, others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_are_one_language_and_the_scripts_of_chinese_are_two() {
        for (tag, wanted) in [
            ("pt-BR", "pt"),
            ("EN_us", "en"),
            ("zh-CN", "zh"),
            ("zh-Hans-HK", "zh-Hant"),
            ("zh-TW", "zh-Hant"),
            ("nb-NO", "no"),
            ("iw", "he"),
        ] {
            assert_eq!(plain(tag), wanted, "{tag}");
        }
        assert!(same("pt-PT", "pt") && !same("zh-TW", "zh"));
        assert_eq!((dir("fa-IR"), dir("fr")), ("rtl", "ltr"));
    }

    #[test]
    fn the_readers_languages_come_first_and_what_people_wrote_is_not_offered() {
        let tags = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect::<Vec<_>>();
        let (first, others) = offered(&tags(&["en-GB", "es-MX", "fr", "es"]), "en", &tags(&["fr"]));
        assert_eq!(first, ["es"]);
        assert!(others.contains(&"de".to_owned()) && others.contains(&"zh-Hant".to_owned()));
        for gone in ["en", "fr", "es"] {
            assert!(!others.contains(&gone.to_owned()), "{gone}");
        }
    }
}
