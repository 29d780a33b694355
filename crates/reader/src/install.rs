//! How this browser installs a web app, where it does not offer it by itself.

/// What to tell the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instructions {
    /// Safari on iPhone and iPad (and every browser there, which share its engine).
    Ios,
    /// Safari on a Mac.
    MacSafari,
    /// Firefox.
    Firefox,
    /// Anything else.
    Other,
}

/// Chooses the instructions by the browser's `User-Agent` and whether the device is touched
/// (an iPad calls itself a Macintosh).
pub fn instructions(user_agent: &str, touch: bool) -> Instructions {
    let has = |name: &str| user_agent.contains(name);
    if has("iPhone") || has("iPad") || (has("Macintosh") && touch) {
        Instructions::Ios
    } else if has("Macintosh") && has("Safari/") && !has("Chrom") && !has("Firefox") {
        Instructions::MacSafari
    } else if has("Firefox/") {
        Instructions::Firefox
    } else {
        Instructions::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_browser_gets_its_own_instructions() {
        for (user_agent, touch, expected) in [
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
                true,
                Instructions::Ios,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 Safari/605.1",
                true,
                Instructions::Ios,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 Safari/605.1",
                false,
                Instructions::MacSafari,
            ),
            (
                "Mozilla/5.0 (Macintosh) Chrome/150 Safari/537.36",
                false,
                Instructions::Other,
            ),
            (
                "Mozilla/5.0 (Android 15; Mobile; rv:150.0) Firefox/150.0",
                true,
                Instructions::Firefox,
            ),
        ] {
            assert_eq!(instructions(user_agent, touch), expected, "{user_agent}");
        }
    }
}
