//! Making an index again: what was kept of earlier ones changes no byte, and an edit changes few files.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use lamplight_search::Document;
use lamplight_search::write::{Batch, Index, Place, batches, index, join};
use proptest::prelude::*;

/// Words that documents are made of; forms of one word, accents and characters that fold by table among them.
const WORDS: [&str; 24] = [
    "storm",
    "storms",
    "harbour",
    "harbours",
    "keeper",
    "keeping",
    "kept",
    "lamp",
    "lamps",
    "sea",
    "été",
    "ﬁn",
    "Ｗide",
    "東京都",
    "2.7.1",
    "quay",
    "quays",
    "tide",
    "tides",
    "tidal",
    "wreck",
    "wrecked",
    "wrecks",
    "oil",
];

/// A document whose text follows from a number.
fn document(number: usize, seed: usize) -> Document {
    let mut state = seed.wrapping_mul(2_654_435_761) ^ number;
    let mut words = |count: usize| {
        let word = |_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695);
            let at = state >> 33;
            // A tail of rare words.
            match at % 9 {
                0 => format!("rare{}ly", at % 4001),
                _ => WORDS[at % WORDS.len()].to_owned(),
            }
        };
        (0..count).map(word).collect::<Vec<_>>().join(" ")
    };
    Document {
        id: format!("post-{number}"),
        lang: ["en", "en", "en", "fr"][number % 4].into(),
        title: words(4),
        headings: words(seed % 3),
        body: words(20 + (seed * 7 + number) % 60),
        tags: vec![words(1)],
        categories: vec![["sea", "land"][(number + seed) % 2].into()],
        date: if number.is_multiple_of(11) {
            String::new()
        } else {
            format!("20{:02}-0{}-11", number % 30, 1 + number % 9)
        },
        ..Document::default()
    }
}

/// What one making tells the next.
#[derive(Default)]
struct Kept {
    batches: HashMap<[u8; 16], Vec<u8>>,
    lists: Option<Vec<u8>>,
    /// Documents that were taken apart, ever.
    taken: usize,
}

impl Kept {
    fn index(&mut self, documents: &[Document]) -> Index {
        let places: Vec<Place<'_>> = documents
            .iter()
            .map(|document| Place {
                id: &document.id,
                lang: &document.lang,
                date: &document.date,
            })
            .collect();
        let mut made = Vec::new();
        for batch in batches(&places) {
            let documents: Vec<&Document> = batch.iter().map(|at| &documents[*at]).collect();
            let mut hasher = DefaultHasher::new();
            format!("{documents:?}").hash(&mut hasher);
            let name = u128::from(hasher.finish()).to_le_bytes();
            let bytes = self.batches.entry(name).or_insert_with(|| {
                self.taken += documents.len();
                Batch::of(name, &documents).bytes()
            });
            made.push(Batch::read(name, bytes).expect("is whole"));
        }
        let (index, lists) = join(&made, self.lists.as_deref());
        self.lists = Some(lists);
        index
    }
}

#[derive(Clone, Debug)]
enum Edit {
    Change(prop::sample::Index, usize),
    Grow(prop::sample::Index),
    Delete(prop::sample::Index),
    /// Moves it: the number of documents stays.
    Date(prop::sample::Index, usize),
    Add(usize),
    Many(usize),
    Shuffle,
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), 0..99usize).prop_map(|(at, seed)| Edit::Change(at, seed)),
        at().prop_map(Edit::Grow),
        at().prop_map(Edit::Delete),
        (at(), 0..30usize).prop_map(|(at, year)| Edit::Date(at, year)),
        (0..900usize).prop_map(Edit::Add),
        (0..900usize).prop_map(Edit::Many),
        Just(Edit::Shuffle),
    ]
}

fn apply(documents: &mut Vec<Document>, edit: &Edit) {
    let place = |documents: &[Document], at: &prop::sample::Index| at.index(documents.len().max(1));
    match edit {
        Edit::Change(at, seed) => {
            let at = place(documents, at);
            if let Some(document) = documents.get_mut(at) {
                let number = document.id.trim_start_matches("post-").parse();
                *document = self::document(number.expect("a number"), *seed);
            }
        }
        Edit::Grow(at) => {
            let at = place(documents, at);
            if let Some(document) = documents.get_mut(at) {
                document.body += " One more line about storms.";
            }
        }
        Edit::Date(at, year) => {
            let at = place(documents, at);
            if let Some(document) = documents.get_mut(at) {
                document.date = format!("20{year:02}-06-07");
            }
        }
        Edit::Delete(at) => {
            let at = place(documents, at);
            if at < documents.len() {
                documents.remove(at);
            }
        }
        Edit::Add(number) => documents.push(document(*number, 5)),
        Edit::Many(number) => documents.extend((0..40).map(|more| document(number + more, 6))),
        Edit::Shuffle => documents.reverse(),
    }
    // Of two with one name the first counts: but which is the first must not depend on the order here.
    documents.sort_by(|a, b| a.id.cmp(&b.id));
    documents.dedup_by(|a, b| a.id == b.id);
    if matches!(edit, Edit::Shuffle) {
        documents.reverse();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_index_made_of_what_was_kept_is_that_of_its_documents(
        first in 0..260usize,
        edits in prop::collection::vec(edit(), 1..8),
    ) {
        let mut documents: Vec<Document> = (0..first).map(|number| document(number, 0)).collect();
        let mut kept = Kept::default();
        kept.index(&documents);
        for edit in edits {
            apply(&mut documents, &edit);
            let (again, anew) = (kept.index(&documents), index(&documents));
            prop_assert_eq!(&again.root, &anew.root);
            prop_assert!(again.files == anew.files);
        }
    }
}

#[test]
fn an_edit_takes_few_documents_apart_and_changes_few_files() {
    let mut documents: Vec<Document> = (0..1500).map(|number| document(number, 0)).collect();
    let mut kept = Kept::default();
    let before = kept.index(&documents);
    assert_eq!(kept.taken, 1500);
    documents[700].body += " A line about unheardof things.";
    let after = kept.index(&documents);
    assert!(kept.taken - 1500 <= 128, "{}", kept.taken);
    assert!(after.files == index(&documents).files);
    let all: usize = after.files.values().map(Vec::len).sum();
    let new: usize = after
        .files
        .iter()
        .filter(|(name, _)| !before.files.contains_key(*name))
        .map(|(_, bytes)| bytes.len())
        .sum();
    assert!(new > 0 && new * 4 < all, "{new} bytes of {all} are new");
}

#[test]
fn lists_that_were_kept_of_other_documents_or_only_in_part_change_nothing() {
    let documents: Vec<Document> = (0..80).map(|number| document(number, 0)).collect();
    let others: Vec<Document> = (0..80).map(|number| document(number, 1)).collect();
    let anew = index(&documents);
    let mut kept = Kept::default();
    kept.index(&others);
    assert!(kept.index(&documents).files == anew.files);
    let lists = kept.lists.clone().expect("is kept");
    for length in [0, 1, 100, lists.len() / 2, lists.len() - 1] {
        kept.lists = Some(lists[..length].to_vec());
        assert!(kept.index(&documents).files == anew.files);
    }
}

#[test]
fn lists_follow_their_documents_numbers_and_how_many_there_are() {
    let mut kept = Kept::default();
    let mut documents: Vec<Document> = (0..256)
        .map(|number| Document {
            lang: "en".into(),
            date: format!("{}-01-01", 1000 + number),
            ..document(number, 0)
        })
        .collect();
    kept.index(&documents);
    // The oldest moves to the front: all batches but the first and the last stay as they are.
    documents[0].date = "2000-01-01".into();
    assert!(kept.index(&documents).files == index(&documents).files);
    // Within a batch.
    let date = documents[100].date.clone();
    documents[100].date = std::mem::replace(&mut documents[101].date, date);
    assert!(kept.index(&documents).files == index(&documents).files);
    // The 257th, behind all others: numbers now have nine bits.
    documents.push(Document {
        date: String::new(),
        ..document(1000, 0)
    });
    assert!(kept.index(&documents).files == index(&documents).files);
}
