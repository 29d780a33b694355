//! What a file of the site is a function of, as a digest: while it stays, the file stays.
//!
//! Entry point: [`Key`].

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The inputs of a file, gathered one by one.
///
/// A key must hold *everything* the file is made from: texts, settings, other files' digests, the
/// names and order of what it lists. press itself need not be among it (a cache that another press
/// wrote is never believed), nor need the file's own path. What is left out of a key goes stale
/// without a trace.
#[derive(Clone, Debug)]
pub(crate) struct Key(Sha256);

/// A finished [`Key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint([u8; 16]);

impl Fingerprint {
    pub(crate) fn bytes(self) -> [u8; 16] {
        self.0
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Key {
    /// The key of a kind of file.
    pub(crate) fn of(kind: &str) -> Self {
        Self(Sha256::new()).with(kind)
    }

    /// Adds an input; the order matters.
    #[must_use]
    pub(crate) fn with(mut self, input: impl AsRef<[u8]>) -> Self {
        let input = input.as_ref();
        // Its length first, so that no two lists of inputs read the same.
        self.0.update((input.len() as u64).to_le_bytes());
        self.0.update(input);
        self
    }

    /// Adds what another key has gathered.
    #[must_use]
    pub(crate) fn with_key(self, other: &Self) -> Self {
        let other = other.clone().finish();
        self.with(other.0)
    }

    pub(crate) fn finish(self) -> Fingerprint {
        let mut out = [0; 16];
        for (out, byte) in out.iter_mut().zip(self.0.finalize()) {
            *out = byte;
        }
        Fingerprint(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_of_a_key_do_not_run_together() {
        let key = |inputs: &[&str]| {
            let key = inputs
                .iter()
                .fold(Key::of("x"), |key, input| key.with(input));
            key.finish()
        };
        assert_eq!(key(&["a", "bc"]), key(&["a", "bc"]));
        assert_ne!(key(&["a", "bc"]), key(&["ab", "c"]));
        assert_ne!(key(&["a", "bc"]), key(&["bc", "a"]));
        assert_ne!(key(&["a", ""]), key(&["a"]));
    }
}
