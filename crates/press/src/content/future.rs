//! Posts that are dated in the future: published all the same, and said to be.
//!
//! Entry point: [`check`]. It is no part of reading a file: what is remembered of a file must never depend
//! on the day it was read.

use crate::content::Post;
use crate::content::dates::Stamp;
use crate::diagnostic::{Diagnostics, Kind};

/// Seconds by which a day begins earlier in the east of the world (UTC+14) than in Greenwich.
const EAST: i64 = 14 * 3600;

/// Warns of posts that are dated after `now` (seconds since 1970). Other programs hold them back until then, which a site that
/// is built once in a while cannot promise; a draft may have any date.
pub(crate) fn check(posts: &[Post], now: i64, diagnostics: &mut Diagnostics) {
    let early = |post: &&Post| !post.page && !post.draft && is_future(&post.date, now);
    for post in posts.iter().filter(early) {
        diagnostics.warning(
            Kind::Future,
            &post.path,
            post.date_line,
            format!(
                "“{}” is dated in the future ({}), and is published now.",
                post.title,
                post.date.text.get(..10).unwrap_or_default()
            ),
            "press does not wait for a date: `draft: true` holds the post back. Or correct the date.",
        );
    }
}

/// Whether a moment is after `now` (seconds since 1970). A date without an offset is meant where its author
/// is: there it may be tomorrow already.
fn is_future(date: &Stamp, now: i64) -> bool {
    let latest = if date.text.ends_with('Z') {
        now + EAST
    } else {
        now
    };
    date.seconds > latest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::dates::parse;

    #[test]
    fn a_day_is_in_the_future_when_it_has_begun_nowhere_and_a_moment_with_an_offset_before_it_comes()
     {
        let stamp = |text: &str| parse(text).expect("a date");
        let now = stamp("2026-11-25 21:00").seconds;
        for (date, future) in [
            ("2026-11-25", false),
            // In Auckland it is the 26th.
            ("2026-11-26", false),
            ("2026-11-26 11:00", false),
            ("2026-11-26 11:01", true),
            ("2026-11-27", true),
            ("2027-11-25", true),
            ("2026-11-26 10:00 +1300", false),
            ("2026-11-26 10:01 +1300", true),
            ("2026-11-25 17:00 -0500", true),
        ] {
            assert_eq!(is_future(&stamp(date), now), future, "{date}");
        }
    }
}
