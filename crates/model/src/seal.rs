//! The seal of a JSON document: a digest of its own text, in its first bytes.
//!
//! A sealed text begins with `{"digest":"<32 hex>"` or `{"_lamplight":{"digest":"<32 hex>"`; the
//! digest is the first 16 bytes of the SHA-256 (FIPS 180-4) of everything after the digest's closing
//! quote. It is checked on the text as it arrived, so no serialiser has to agree with another. It
//! tells a whole document from a truncated, altered or foreign one; it is no signature.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// Hexadecimal digits in a digest.
pub const LENGTH: usize = 32;

const OPENINGS: [&str; 2] = ["{\"digest\":\"", "{\"_lamplight\":{\"digest\":\""];

/// Why a text is not a sealed document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsealed {
    /// It does not begin like one: another site's or a captive portal's answer, most likely.
    Foreign,
    /// It begins like one but its digest does not match: truncated or altered.
    Damaged,
}

/// The digest of bytes: the first 16 bytes of their SHA-256, hexadecimal, lower case.
pub fn digest(bytes: &[u8]) -> String {
    let mut running = Running::default();
    running.update(bytes);
    running.digest()
}

/// The digest of bytes that come part by part.
#[derive(Clone, Debug, Default)]
pub struct Running(Sha256);

impl Running {
    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all bytes that were added, as [`digest`] gives it.
    pub fn digest(self) -> String {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let hash = self.0.finalize();
        let mut out = String::with_capacity(LENGTH);
        for byte in hash.iter().take(LENGTH / 2) {
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
        out
    }
}

/// Serialises a value whose first member is its (empty) digest, and fills the digest in.
///
/// # Errors
/// The value cannot be written as JSON, or does not begin with an empty digest.
pub fn seal<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(value)?;
    for opening in OPENINGS {
        if let Some(rest) = text
            .strip_prefix(opening)
            .filter(|rest| rest.starts_with('"'))
        {
            let body = &rest[1..];
            let digest = digest(body.as_bytes());
            return Ok([opening, &digest, "\"", body].concat());
        }
    }
    Err(serde::ser::Error::custom(
        "a sealed document begins with an empty digest",
    ))
}

/// The digest of a sealed text, if the text is whole.
///
/// # Errors
/// See [`Unsealed`].
pub fn check(text: &str) -> Result<&str, Unsealed> {
    let text = text.trim_start_matches('\u{feff}');
    let rest = OPENINGS
        .iter()
        .find_map(|opening| text.strip_prefix(opening))
        .ok_or(Unsealed::Foreign)?;
    match (rest.get(..LENGTH), rest.get(LENGTH..)) {
        (Some(claimed), Some(rest)) => match rest.strip_prefix('"') {
            Some(body) if digest(body.as_bytes()) == claimed => Ok(claimed),
            _ => Err(Unsealed::Damaged),
        },
        _ => Err(Unsealed::Damaged),
    }
}

/// The digest that a text begins with, true or not; `None` if the text is not sealed.
pub fn claimed(text: &str) -> Option<&str> {
    let rest = OPENINGS
        .iter()
        .find_map(|opening| text.strip_prefix(opening))?;
    let digest = rest.get(..LENGTH)?;
    let is_hex = digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hex && rest[LENGTH..].starts_with('"')).then_some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ArticleDocument, Feed};

    #[test]
    fn a_sealed_document_is_whole_and_any_cut_or_changed_byte_shows() {
        let document = ArticleDocument {
            title: "Été".into(),
            markdown: "x".repeat(50),
            ..Default::default()
        };
        let text = seal(&document).expect("seals");
        let digest = check(&text).expect("whole");
        let read: ArticleDocument = serde_json::from_str(&text).expect("reads");
        assert_eq!(read.digest, digest);
        for cut in (0..text.len()).filter(|at| text.is_char_boundary(*at)) {
            assert!(check(&text[..cut]).is_err(), "cut at {cut}");
        }
        assert_eq!(check(&text.replace("xx", "xy")), Err(Unsealed::Damaged));
        assert_eq!(
            check("<!doctype html><title>Sign in</title>"),
            Err(Unsealed::Foreign)
        );
    }

    #[test]
    fn a_feed_is_sealed_inside_its_extension() {
        let text = seal(&Feed::default()).expect("seals");
        assert!(text.starts_with("{\"_lamplight\":{\"digest\":\""), "{text}");
        assert!(check(&text).is_ok());
    }

    #[test]
    fn the_digest_is_sha_256_cut_to_16_bytes() {
        // FIPS 180-4's example "abc".
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223");
        let mut running = Running::default();
        running.update(b"a");
        running.update(b"bc");
        assert_eq!(running.digest(), digest(b"abc"));
    }
}
