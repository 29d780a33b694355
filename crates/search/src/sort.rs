//! Sorting short lists.
//!
//! Entry points: [`sort`], [`best`]. The standard library's sorts are made for long lists: each use is some six
//! kilobytes of WebAssembly. It must never be used where lists grow with the archive.

use std::cmp::Ordering;

/// Sorts a short list; equal ones keep their order.
pub(crate) fn sort<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    for end in 1..list.len() {
        sink(list, end, &compare);
    }
}

/// Brings the `count` least to the front, in order; the others follow in no order.
pub(crate) fn best<T>(list: &mut [T], count: usize, compare: impl Fn(&T, &T) -> Ordering) {
    let count = count.min(list.len());
    sort(&mut list[..count], &compare);
    if count == 0 {
        return;
    }
    for at in count..list.len() {
        if compare(&list[at], &list[count - 1]).is_lt() {
            list.swap(at, count - 1);
            sink(list, count - 1, &compare);
        }
    }
}

/// Moves what stands at `at` to its place among those before it, which are in order.
fn sink<T>(list: &mut [T], mut at: usize, compare: &impl Fn(&T, &T) -> Ordering) {
    while at > 0 && compare(&list[at - 1], &list[at]).is_gt() {
        list.swap(at - 1, at);
        at -= 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn lists_are_sorted_as_by_the_standard_library(list in prop::collection::vec((0u8..9, any::<u8>()), 0..40), count in 0usize..50) {
            let mut expected = list.clone();
            expected.sort_by_key(|(key, _)| *key);
            let mut sorted = list.clone();
            sort(&mut sorted, |a, b| a.0.cmp(&b.0));
            prop_assert_eq!(&sorted, &expected);
            let mut front = list;
            best(&mut front, count, Ord::cmp);
            expected.sort_unstable();
            let count = count.min(expected.len());
            prop_assert_eq!(&front[..count], &expected[..count]);
            front.sort_unstable();
            prop_assert_eq!(front, expected);
        }
    }
}
