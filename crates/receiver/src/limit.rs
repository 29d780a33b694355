//! How often somebody may write: many at once up to a burst, then at a steady rate.
//!
//! Entry points: [`Limiter::check`], [`Limiter::take`]. The generic cell rate algorithm (ITU-T I.371): of each address
//! one moment is remembered, in memory only, and forgotten once it is past. Never remembers more than [`MOST`].

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// How many in which time; that many may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    per: Duration,
}

impl Rate {
    /// `count` (at least one) per time.
    pub fn new(count: u32, per: Duration) -> Self {
        Self {
            count: count.max(1),
            per,
        }
    }

    /// Reads `20 per hour`, `5 per 10 minutes`.
    pub fn parse(text: &str) -> Option<Self> {
        let (count, time) = text.split_once(" per ")?;
        let count: u32 = count.trim().parse().ok().filter(|&count| count > 0)?;
        let (many, unit) = match time.trim().split_once(' ') {
            Some((many, unit)) => (many.parse::<u64>().ok().filter(|&many| many > 0)?, unit),
            None => (1, time.trim()),
        };
        let seconds = match unit.trim().strip_suffix('s').unwrap_or(unit.trim()) {
            "second" => 1,
            "minute" => 60,
            "hour" => 3600,
            "day" => 86_400,
            _ => return None,
        };
        let per = many.checked_mul(seconds).filter(|&s| s <= 366 * 86_400)?;
        Some(Self::new(count, Duration::from_secs(per)))
    }

    /// The time in which one more is allowed.
    fn interval(self) -> SignedDuration {
        SignedDuration::try_from(self.per / self.count).unwrap_or(SignedDuration::MAX)
    }

    /// How far ahead of time the burst may be.
    fn ahead(self) -> SignedDuration {
        self.interval() * i32::try_from(self.count - 1).unwrap_or(i32::MAX)
    }
}

/// Counts against a rate, one count for each key.
#[derive(Debug)]
pub(crate) struct Limiter<K> {
    rate: Rate,
    /// When a key's burst will be whole again.
    whole: HashMap<K, Timestamp>,
    /// How many keys there may be before the past ones are looked for.
    tidy_at: usize,
}

const TIDY: usize = 1024;

/// How many keys are remembered.
const MOST: usize = 65_536;

impl<K: Eq + Hash> Limiter<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            whole: HashMap::new(),
            tidy_at: TIDY,
        }
    }

    /// Whether one more may come; it is not counted.
    ///
    /// # Errors
    /// It is one too many; how long to wait.
    pub(crate) fn check(&self, key: &K, now: Timestamp) -> Result<(), Duration> {
        let wait = self.whole(key, now).duration_since(now) - self.rate.ahead();
        if wait > SignedDuration::ZERO {
            return Err(wait.unsigned_abs());
        }
        Ok(())
    }

    /// Counts one.
    ///
    /// # Errors
    /// It is one too many; how long to wait.
    pub(crate) fn take(&mut self, key: K, now: Timestamp) -> Result<(), Duration> {
        self.check(&key, now)?;
        if self.whole.len() >= self.tidy_at {
            self.tidy(now);
        }
        let next = self.whole(&key, now).checked_add(self.rate.interval());
        self.whole.insert(key, next.unwrap_or(Timestamp::MAX));
        Ok(())
    }

    fn whole(&self, key: &K, now: Timestamp) -> Timestamp {
        self.whole.get(key).map_or(now, |&whole| whole.max(now))
    }

    /// Forgets those whose time is past and, if there are still too many, the half that came least often.
    fn tidy(&mut self, now: Timestamp) {
        self.whole.retain(|_, whole| *whole > now);
        if self.whole.len() >= MOST {
            let mut times: Vec<Timestamp> = self.whole.values().copied().collect();
            let (_, &mut middle, _) = times.select_nth_unstable(MOST / 2);
            // All may be the same time: then half of them, whichever.
            let mut same = MOST / 2;
            self.whole.retain(|_, whole| {
                let kept = *whole > middle || (*whole == middle && same > 0);
                if *whole == middle {
                    same = same.saturating_sub(1);
                }
                kept
            });
        }
        self.tidy_at = TIDY.max(self.whole.len() * 2).min(MOST);
    }
}

/// Whose address it is, for counting: a household's or a server's IPv6 addresses share their first 64 bits.
pub(crate) fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}

/// The address a request came from, with so many proxies before us that each add one to `X-Forwarded-For`.
/// What stands further left in it, anyone may have written.
pub(crate) fn client(peer: IpAddr, forwarded: &str, proxies: usize) -> IpAddr {
    if proxies == 0 {
        return peer;
    }
    forwarded
        .rsplit(',')
        .nth(proxies - 1)
        .and_then(|entry| address(entry.trim()))
        .unwrap_or(peer)
}

/// An address, with or without a port.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| {
        entry
            .parse::<std::net::SocketAddr>()
            .ok()
            .map(|with_port| with_port.ip())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).expect("is a time")
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("is an address")
    }

    #[test]
    fn rates_are_read_as_people_write_them() {
        let rate = |count, seconds| Some(Rate::new(count, Duration::from_secs(seconds)));
        assert_eq!(Rate::parse("20 per hour"), rate(20, 3600));
        assert_eq!(Rate::parse("5 per 10 minutes"), rate(5, 600));
        assert_eq!(Rate::parse("1 per second"), rate(1, 1));
        assert_eq!(Rate::parse("100 per 2 days"), rate(100, 172_800));
        for wrong in [
            "",
            "20",
            "0 per hour",
            "x per hour",
            "5 per fortnight",
            "5 per 0 hours",
            "5 per 9999999999999999999 days",
        ] {
            assert_eq!(Rate::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_burst_is_taken_then_one_at_a_time() {
        let mut limiter = Limiter::new(Rate::new(3, Duration::from_secs(30)));
        for _ in 0..3 {
            assert_eq!(limiter.take("a", at(0)), Ok(()));
        }
        assert_eq!(limiter.take("a", at(0)), Err(Duration::from_secs(10)));
        assert_eq!(limiter.take("a", at(4)), Err(Duration::from_secs(6)));
        assert_eq!(limiter.take("b", at(4)), Ok(()));
        assert_eq!(limiter.take("a", at(10)), Ok(()));
        assert_eq!(limiter.take("a", at(10)), Err(Duration::from_secs(10)));
        for _ in 0..3 {
            assert_eq!(limiter.take("a", at(60)), Ok(()));
        }
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out_for_longer_than_it_was_wrong() {
        let mut limiter = Limiter::new(Rate::new(1, Duration::from_secs(10)));
        assert_eq!(limiter.take("a", at(100)), Ok(()));
        assert_eq!(limiter.take("a", at(50)), Err(Duration::from_secs(60)));
    }

    #[test]
    fn addresses_whose_time_is_past_are_forgotten() {
        let mut limiter = Limiter::new(Rate::new(2, Duration::from_secs(10)));
        for n in 0..100_000_u32 {
            assert_eq!(limiter.take(n, at(i64::from(n))), Ok(()));
        }
        assert!(limiter.whole.len() <= 2 * TIDY, "{}", limiter.whole.len());
    }

    #[test]
    fn however_many_addresses_come_at_once_few_are_remembered_and_who_wrote_most_is_among_them() {
        let mut limiter = Limiter::new(Rate::new(2, Duration::from_secs(10)));
        for _ in 0..2 {
            assert_eq!(limiter.take(u32::MAX, at(0)), Ok(()));
        }
        for n in 0..300_000_u32 {
            assert_eq!(limiter.take(n, at(0)), Ok(()));
        }
        assert!(limiter.whole.len() <= MOST, "{}", limiter.whole.len());
        assert!(limiter.take(u32::MAX, at(0)).is_err());
    }

    #[test]
    fn asking_counts_nothing() {
        let mut limiter = Limiter::new(Rate::new(1, Duration::from_secs(10)));
        for _ in 0..3 {
            assert_eq!(limiter.check(&"a", at(0)), Ok(()));
        }
        assert_eq!(limiter.take("a", at(0)), Ok(()));
        assert_eq!(limiter.check(&"a", at(0)), Err(Duration::from_secs(10)));
    }

    #[test]
    fn addresses_of_one_household_count_as_one() {
        assert_eq!(household(ip("2001:db8:1:2:3:4:5:6")), ip("2001:db8:1:2::"));
        assert_ne!(
            household(ip("2001:db8:1:3::1")),
            household(ip("2001:db8:1:2::1"))
        );
        assert_eq!(household(ip("::ffff:192.0.2.7")), ip("192.0.2.7"));
        assert_ne!(household(ip("192.0.2.7")), household(ip("192.0.2.8")));
    }

    #[test]
    fn only_what_trusted_proxies_wrote_is_believed() {
        let peer = ip("127.0.0.1");
        let list = "203.0.113.9, 198.51.100.1, 192.0.2.7";
        assert_eq!(client(peer, list, 0), peer);
        assert_eq!(client(peer, list, 1), ip("192.0.2.7"));
        assert_eq!(client(peer, list, 2), ip("198.51.100.1"));
        assert_eq!(client(peer, list, 4), peer);
        assert_eq!(client(peer, "", 1), peer);
        assert_eq!(client(peer, "unknown", 1), peer);
        assert_eq!(client(peer, "192.0.2.7:4711", 1), ip("192.0.2.7"));
        assert_eq!(client(peer, "[2001:db8::1]:4711", 1), ip("2001:db8::1"));
        assert_eq!(client(peer, "2001:db8::1", 1), ip("2001:db8::1"));
    }
}
