//! Words, sentences and paragraphs of made-up languages in the scripts of real ones.

use crate::random::Random;

/// Words in a language's vocabulary.
const VOCABULARY: usize = 6000;

/// A language of the publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tongue {
    English,
    French,
    Arabic,
    Japanese,
}

const EN: &[&str] = &[
    "the", "of", "and", "to", "in", "a", "was", "that", "it", "for", "on", "with", "as", "had",
    "at", "by", "from", "not", "were", "an", "which", "but", "their", "after", "one", "when",
    "water", "boat",
];
const FR: &[&str] = &[
    "de", "la", "le", "et", "les", "des", "en", "un", "une", "du", "que", "dans", "qui", "par",
    "pour", "au", "sur", "pas", "plus", "ne", "se", "ce", "avec", "été", "mer", "où", "même",
    "après",
];
const AR: &[&str] = &[
    "في",
    "من",
    "على",
    "إلى",
    "أن",
    "التي",
    "عن",
    "مع",
    "هذا",
    "كان",
    "بعد",
    "البحر",
    "الذي",
    "ذلك",
    "لم",
    "ما",
    "أو",
    "كل",
    "بين",
    "قد",
    "ثم",
    "عند",
    "حتى",
    "الماء",
];
const JA: &[&str] = &[
    "の",
    "に",
    "は",
    "を",
    "た",
    "が",
    "で",
    "て",
    "と",
    "し",
    "れ",
    "さ",
    "ある",
    "いる",
    "も",
    "する",
    "から",
    "な",
    "こと",
    "として",
    "海",
    "灯",
    "船",
    "港",
];
const LATIN: [&[&str]; 2] = [
    &[
        "b", "br", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v", "w",
    ],
    &[
        "a", "e", "i", "o", "u", "ea", "ou", "an", "en", "er", "in", "or", "al", "es",
    ],
];
const ARABIC: [&[&str]; 2] = [
    &[
        "ب", "ت", "ج", "ح", "د", "ر", "ز", "س", "ش", "ع", "ف", "ق", "ك", "ل", "م", "ن", "ه",
    ],
    &["ا", "و", "ي", "", "ة", "ات", "ون"],
];
const JAPANESE: [&[&str]; 2] = [
    &[
        "山", "川", "島", "風", "波", "時", "年", "日", "人", "本", "空", "雨", "道", "町", "光",
        "音",
    ],
    &[
        "か", "き", "く", "さ", "し", "た", "ち", "な", "ま", "み", "ら", "り", "る", "ん",
    ],
];

impl Tongue {
    pub(crate) const ALL: [Self; 4] = [Self::English, Self::French, Self::Arabic, Self::Japanese];

    fn common(self) -> &'static [&'static str] {
        match self {
            Self::English => EN,
            Self::French => FR,
            Self::Arabic => AR,
            Self::Japanese => JA,
        }
    }

    pub(crate) fn word(self, random: &mut Random) -> String {
        let rank = random.skewed(VOCABULARY);
        if let Some(word) = self.common().get(rank) {
            return (*word).to_owned();
        }
        // A word is its rank, spelled in syllables.
        let syllables = match self {
            Self::English | Self::French => LATIN,
            Self::Arabic => ARABIC,
            Self::Japanese => JAPANESE,
        };
        let mut word = String::new();
        let mut rest = rank.wrapping_mul(7919);
        for _ in 0..2 + rank % 2 {
            for part in syllables {
                word.push_str(part[rest % part.len()]);
                rest = rest / part.len() + 31;
            }
        }
        word
    }

    fn words(self, random: &mut Random, count: usize) -> String {
        let words: Vec<String> = (0..count).map(|_| self.word(random)).collect();
        words.join(if self == Self::Japanese { "" } else { " " })
    }

    pub(crate) fn title(self, random: &mut Random) -> String {
        let count = 3 + random.below(6);
        capital(&self.words(random, count))
    }

    pub(crate) fn sentence(self, random: &mut Random) -> String {
        let count = 6 + random.below(16);
        let stop = if self == Self::Japanese { "。" } else { "." };
        capital(&self.words(random, count)) + stop
    }

    /// About as many words.
    pub(crate) fn paragraph(self, random: &mut Random, words: usize) -> String {
        let mut sentences = Vec::new();
        for _ in 0..words.div_ceil(13) {
            sentences.push(self.sentence(random));
        }
        sentences.join(if self == Self::Japanese { "" } else { " " })
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
