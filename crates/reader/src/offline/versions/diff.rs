//! What two lists have in common, in order.
//!
//! Entry point: [`matches`]. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), as far as
//! [`DISTANCE`]; where two lists differ more, what is in both exactly once parts them ("patience"), and each part is
//! compared for itself. So the time is bounded by the lists' lengths, whatever is in them; the price is that texts with
//! very little in common may have a little more in common than is found.

use std::collections::BTreeMap;

/// How many insertions and deletions are looked for before a list is parted.
const DISTANCE: usize = 400;

/// Pairs of places whose items are the same, each place at most once, both in ascending order.
pub(super) fn matches<T: Ord>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
    // Numbers are compared faster than texts, and most items are compared more than once.
    let mut known = BTreeMap::new();
    let mut number = |item| {
        let next = known.len() as u32;
        *known.entry(item).or_insert(next)
    };
    let old: Vec<u32> = old.iter().map(&mut number).collect();
    let new: Vec<u32> = new.iter().map(&mut number).collect();
    let mut found = Vec::new();
    between(&old, &new, (0, 0), true, &mut found);
    found
}

/// Adds what two parts have in common that begin at `at`.
fn between(
    old: &[u32],
    new: &[u32],
    at: (usize, usize),
    whole: bool,
    found: &mut Vec<(usize, usize)>,
) {
    let same = |(a, b): &(&u32, &u32)| a == b;
    let head = old.iter().zip(new).take_while(same).count();
    found.extend((0..head).map(|step| (at.0 + step, at.1 + step)));
    let (a, b) = (&old[head..], &new[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(same).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    let start = (at.0 + head, at.1 + head);
    if !a.is_empty() && !b.is_empty() {
        match shortest(a, b) {
            Some(pairs) => {
                found.extend(pairs.into_iter().map(|(x, y)| (start.0 + x, start.1 + y)));
            }
            // What stands between things that are there once is parted no further: that bounds the time.
            None if whole => {
                let (mut x, mut y) = (0, 0);
                for (to_x, to_y) in once(a, b) {
                    let begin = (start.0 + x, start.1 + y);
                    between(&a[x..to_x], &b[y..to_y], begin, false, found);
                    found.push((start.0 + to_x, start.1 + to_y));
                    (x, y) = (to_x + 1, to_y + 1);
                }
                // Without any, this is the whole again: once is enough.
                let begin = (start.0 + x, start.1 + y);
                between(&a[x..], &b[y..], begin, false, found);
            }
            None => {}
        }
    }
    let end = (start.0 + a.len(), start.1 + b.len());
    found.extend((0..tail).map(|step| (end.0 + step, end.1 + step)));
}

/// The longest common subsequence, if it is at most [`DISTANCE`] insertions and deletions away.
fn shortest(old: &[u32], new: &[u32]) -> Option<Vec<(usize, usize)>> {
    let most = DISTANCE.min(old.len() + new.len());
    // Diagonal k = x - y is at k + offset; each step's state is kept to find the way back.
    let offset = most + 1;
    let mut reach = vec![0usize; 2 * offset + 1];
    let mut trace: Vec<Vec<usize>> = Vec::new();
    for distance in 0..=most {
        trace.push(reach[offset - distance..=offset + distance].to_vec());
        for step in 0..=distance {
            let place = offset + 2 * step - distance;
            let down = step == 0 || (step != distance && reach[place - 1] < reach[place + 1]);
            let mut x = if down {
                reach[place + 1]
            } else {
                reach[place - 1] + 1
            };
            // Beyond an edge there is nothing: y would be negative, or past the end.
            let Some(mut y) = (x + offset).checked_sub(place) else {
                reach[place] = x;
                continue;
            };
            while x < old.len() && y < new.len() && old[x] == new[y] {
                (x, y) = (x + 1, y + 1);
            }
            reach[place] = x;
            if x >= old.len() && y >= new.len() {
                return Some(back(&trace, old.len(), new.len()));
            }
        }
    }
    None
}

/// The matches on the way that [`shortest`] found, from its end.
fn back(trace: &[Vec<usize>], old: usize, new: usize) -> Vec<(usize, usize)> {
    let (mut x, mut y) = (old as isize, new as isize);
    let mut pairs = Vec::new();
    for distance in (0..trace.len() as isize).rev() {
        let reach = |k: isize| trace[distance as usize][(k + distance) as usize] as isize;
        let k = x - y;
        let (from_x, from_y) = if distance == 0 {
            (0, 0)
        } else {
            let down = k == -distance || (k != distance && reach(k - 1) < reach(k + 1));
            let from = if down { k + 1 } else { k - 1 };
            (reach(from), reach(from) - from)
        };
        while x > from_x && y > from_y {
            (x, y) = (x - 1, y - 1);
            pairs.push((x as usize, y as usize));
        }
        (x, y) = (from_x, from_y);
    }
    pairs.reverse();
    pairs
}

/// Of what is in both lists exactly once, the longest part that has the same order in both.
fn once(old: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    // Where an item is: in the old list, in the new one; None: more than once.
    let mut places: BTreeMap<u32, [Option<Option<usize>>; 2]> = BTreeMap::new();
    for (list, side) in [(old, 0), (new, 1)] {
        for (at, item) in list.iter().enumerate() {
            let slot = &mut places.entry(*item).or_default()[side];
            *slot = Some(if slot.is_none() { Some(at) } else { None });
        }
    }
    let mut pairs: Vec<(usize, usize)> = places
        .into_values()
        .filter_map(|[old, new]| Some((old??, new??)))
        .collect();
    pairs.sort_unstable();
    // The longest ascending subsequence, by piles (Schensted, 1961).
    let mut piles: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, y)) in pairs.iter().enumerate() {
        let pile = piles.partition_point(|top| pairs[*top].1 < *y);
        before.push(pile.checked_sub(1).map(|left| piles[left]));
        if pile == piles.len() {
            piles.push(at);
        } else {
            piles[pile] = at;
        }
    }
    let mut found = Vec::new();
    let mut at = piles.last().copied();
    while let Some(pair) = at {
        found.push(pairs[pair]);
        at = before[pair];
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The length of the longest common subsequence, the slow way.
    fn longest(old: &[u8], new: &[u8]) -> usize {
        let mut row = vec![0; new.len() + 1];
        for a in old {
            let mut corner = 0;
            for (at, b) in new.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if a == b {
                    corner + 1
                } else {
                    above.max(row[at])
                };
                corner = above;
            }
        }
        row[new.len()]
    }

    fn holds<T: Ord>(old: &[T], new: &[T]) -> Vec<(usize, usize)> {
        let found = matches(old, new);
        assert!(found.iter().all(|(x, y)| old[*x] == new[*y]));
        assert!(
            found
                .windows(2)
                .all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1)
        );
        found
    }

    #[test]
    fn lists_that_differ_in_everything_but_a_few_things_are_parted_there() {
        let old: Vec<u32> = (0..3_000)
            .map(|n| if n % 300 == 7 { n } else { n + 10_000 })
            .collect();
        let new: Vec<u32> = (0..3_000)
            .map(|n| if n % 300 == 7 { n } else { n + 20_000 })
            .collect();
        assert_eq!(holds(&old, &new).len(), 10);
    }

    #[test]
    fn what_is_there_twice_parts_nothing() {
        assert_eq!(once(&[1, 2, 1, 3], &[1, 2, 3]), [(1, 1), (3, 2)]);
        assert_eq!(once(&[1, 2, 3, 4], &[4, 1, 2, 3]), [(0, 1), (1, 2), (2, 3)]);
    }

    #[test]
    fn two_long_lists_of_few_different_things_take_no_time_to_speak_of() {
        let old: Vec<u8> = (0..40_000u32).map(|n| (n * n % 7) as u8).collect();
        let new: Vec<u8> = (0..40_000u32).map(|n| (n * n % 5) as u8).collect();
        holds(&old, &new);
    }

    proptest! {
        #[test]
        fn of_short_lists_all_is_found_that_is_common(
            old in prop::collection::vec(0u8..5, 0..60), new in prop::collection::vec(0u8..5, 0..60),
        ) {
            prop_assert_eq!(holds(&old, &new).len(), longest(&old, &new));
        }

        #[test]
        fn what_is_found_is_in_both_in_order_however_much_they_differ(
            old in prop::collection::vec(0u16..2_000, 0..1_500),
            new in prop::collection::vec(0u16..2_000, 0..1_500),
        ) {
            holds(&old, &new);
        }
    }
}
