//! The medians of all rounds, as a table in Markdown.

use std::collections::BTreeMap;
use std::fmt;

use crate::How;
use crate::measure::{Navigation, Visit};

/// What was measured, by page and kind of visit.
#[derive(Default)]
pub(crate) struct Table {
    pages: Vec<&'static str>,
    visits: BTreeMap<(&'static str, How), Vec<Visit>>,
    navigations: BTreeMap<(&'static str, u32), Vec<Navigation>>,
}

impl Table {
    /// Adds a visit.
    pub(crate) fn add(&mut self, page: &'static str, how: How, visit: Visit) {
        if !self.pages.contains(&page) {
            self.pages.push(page);
        }
        self.visits.entry((page, how)).or_default().push(visit);
    }

    /// Adds navigations from a page.
    pub(crate) fn add_navigations(&mut self, page: &'static str, found: Vec<Navigation>) {
        for navigation in found {
            self.navigations
                .entry((page, navigation.slower))
                .or_default()
                .push(navigation);
        }
    }

    fn median(&self, page: &'static str, how: How, of: impl Fn(&Visit) -> f64) -> Option<f64> {
        let visits = self.visits.get(&(page, how))?;
        median(visits.iter().map(of).collect())
    }
}

/// The middle of some values, or between the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    let lower = *values.get((values.len() - 1) / 2)?;
    Some(f64::midpoint(lower, upper))
}

const ROWS: [(How, &str); 5] = [
    (How::Plain, "plain HTML"),
    (How::First, "first visit"),
    (How::Repeat, "repeat visit"),
    (How::PlainNear, "plain HTML, fast line"),
    (How::Down, "site down"),
];

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &page in &self.pages {
            let rounds = self.visits.get(&(page, How::First)).map_or(0, Vec::len);
            writeln!(f, "### {page} (medians of {rounds})\n")?;
            writeln!(
                f,
                "| visit | first paint | largest paint | ÷ plain | blocked | shift | app ready | kB until then | requests |"
            )?;
            writeln!(f, "|---|--:|--:|--:|--:|--:|--:|--:|--:|")?;
            for (how, name) in ROWS {
                let get = |of: fn(&Visit) -> f64| self.median(page, how, of).unwrap_or(f64::NAN);
                // The line does not matter where nothing comes over it.
                let peer = if matches!(how, How::PlainNear | How::Down) {
                    How::PlainNear
                } else {
                    How::Plain
                };
                let plain = self
                    .median(page, peer, |visit| visit.largest_paint)
                    .unwrap_or(f64::NAN);
                let ready = self
                    .median(page, how, |visit| visit.ready.unwrap_or(f64::NAN))
                    .filter(|value| !value.is_nan());
                writeln!(
                    f,
                    "| {name} | {:.0} ms | {:.0} ms | {:.2} | {:.0} ms | {:.3} | {} | {:.0} | {:.0} |",
                    get(|visit| visit.first_paint),
                    get(|visit| visit.largest_paint),
                    get(|visit| visit.largest_paint) / plain,
                    get(|visit| visit.blocked),
                    get(|visit| visit.shift),
                    ready.map_or_else(|| "–".to_owned(), |ready| format!("{ready:.0} ms")),
                    get(|visit| visit.bytes as f64) / 1000.0,
                    get(|visit| visit.requests as f64),
                )?;
            }
            writeln!(f)?;
            for ((_, slower), found) in self.navigations.iter().filter(|((of, _), _)| *of == page) {
                let frames = median(found.iter().map(|one| one.frames as f64).collect());
                let time = median(found.iter().map(|one| one.time).collect());
                writeln!(
                    f,
                    "To a stored article, processor ÷ {slower}: {:.0} frames, {:.0} ms until painted.",
                    frames.unwrap_or(f64::NAN),
                    time.unwrap_or(f64::NAN),
                )?;
            }
            let largest = self
                .visits
                .get(&(page, How::First))
                .and_then(|visits| visits.first())
                .map_or("", |visit| visit.largest.as_str());
            writeln!(f, "Largest on a first visit: {largest}.\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two_middle_ones() {
        assert_eq!(median(vec![9.0, 1.0, 4.0]), Some(4.0));
        assert_eq!(median(vec![9.0, 1.0, 4.0, 5.0]), Some(4.5));
        assert_eq!(median(Vec::new()), None);
    }
}
