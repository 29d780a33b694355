//! Chance that can be had again: a small generator whose seed a failed test prints.

/// SplitMix64 (Steele, Lea, Flood 2014): every seed is a good one.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The seed of a test: its own, or `LAMPLIGHT_SEED`.
    pub fn seed(own: u64) -> u64 {
        let given = std::env::var("LAMPLIGHT_SEED").ok();
        given.and_then(|text| text.parse().ok()).unwrap_or(own)
    }

    /// A generator.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end
    }

    /// One of some things, of which there is at least one.
    pub fn one<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[usize::try_from(self.below(things.len() as u64)).unwrap_or_default()]
    }
}
