//! Ready for the flight: what is to be opened, and what is due again because it does not open.
//!
//! Entry points: [`State::inspect`], then [`State::again`] for what was fetched again, [`State::failing`] in the end.

use lamplight_model::json;
use lamplight_reader::offline::readiness::{File, Inspection, Trouble};

use super::State;
use crate::receipt;

impl State {
    /// Begins a check of everything saved.
    pub(crate) fn inspect(&mut self, app: &str, stored: &str) {
        let app: Vec<File> = json::read(app).unwrap_or_default();
        let stored: Vec<String> = json::read(stored).unwrap_or_default();
        let (site, width) = (&self.told.site, self.width);
        let mut expected = self.expected();
        for one in &mut expected {
            let url = self.order(one).page;
            let receipt = self.receipt(&one.slug, &one.lang);
            let kept = receipt.and_then(|receipt| receipt.files.iter().find(|own| own.url == url));
            let digest = kept.map_or_else(String::new, |kept| kept.digest.clone());
            one.page = Some(File { url, digest });
        }
        let mut inspection = Inspection::begin(site, expected, &app, stored, width);
        inspection.unknown(self.unknown().len());
        self.inspection = Some(inspection);
    }

    /// A file was fetched again; a page's digest is what its receipt says now.
    pub(crate) fn again(&mut self, url: &str) {
        let mut files = self.receipts.values().flat_map(|receipt| &receipt.files);
        let kept = files.find(|kept| kept.url == url);
        if let Some(check) = &mut self.inspection {
            match kept {
                Some(kept) => check.page_again(url, &kept.digest),
                None => check.again(url),
            }
        }
    }

    /// The keys of the receipts of articles that the check found not to open: they are due again.
    pub(crate) fn failing(&self) -> Vec<String> {
        let report = self.inspection.as_ref().map(Inspection::report);
        let lines = report.unwrap_or_default().articles.into_iter();
        let mended = |trouble: &Trouble| !matches!(trouble, Trouble::TooNew);
        let failing = lines.filter(|line| line.troubles.iter().any(mended));
        let keys = failing.map(|line| receipt::key(&line.slug, &line.lang));
        keys.filter(|key| self.receipts.contains_key(key)).collect()
    }
}
