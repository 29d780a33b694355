//! Publications of any size, made up from a seed: what benchmarks and property tests press.
//!
//! Entry point: [`Publication`]. The same seed gives the same bytes; a post depends on the seed and
//! its number alone, so that posts can be made in any order. Texts are made-up words of made-up
//! frequencies (Zipf's), their lengths log-normal as in real archives: nine in ten posts have between
//! 260 and 1,900 words.

mod random;
mod words;

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use random::Random;
use words::Tongue;

/// The median length of a text in words.
const MEDIAN_WORDS: f64 = 700.0;
/// The spread of the lengths' logarithms.
const SIGMA: f64 = 0.6;

/// Identifiers of the categories.
pub const CATEGORIES: [&str; 6] = ["sea", "weather", "harbour", "people", "books", "science"];

/// A publication that exists as soon as its files are asked for.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Everything follows from it.
    pub seed: u64,
    /// Files in `posts/`, all languages together.
    pub posts: usize,
    /// Images as name and bytes; a share of the posts shows one of them. They go to `media/`.
    pub images: Vec<(String, Vec<u8>)>,
}

/// A file of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Relative to the publication's folder, with `/`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Publication {
    /// The settings.
    pub fn site(&self) -> String {
        let mut out = String::from(
            "title = \"The Long Shelf\"\ndescription = \"Posts that nobody wrote, for measuring.\"\nbase_url = \"https://shelf.example/\"\n\
             languages = [\"en\", \"fr\", \"ar\", \"ja\"]\n",
        );
        for id in CATEGORIES {
            let _ = write!(
                out,
                "\n[[categories]]\nid = \"{id}\"\nnames = {{ en = \"{id}\", fr = \"{id} (fr)\" }}\n"
            );
        }
        out
    }

    /// Every file: settings, images, posts.
    pub fn files(&self) -> impl Iterator<Item = File> + '_ {
        let site = File {
            path: "site.toml".into(),
            bytes: self.site().into_bytes(),
        };
        let images = self.images.iter().map(|(name, bytes)| File {
            path: format!("media/{name}"),
            bytes: bytes.clone(),
        });
        std::iter::once(site).chain(images).chain(self.all_posts())
    }

    /// Writes every file below a folder.
    ///
    /// # Errors
    /// A folder or file cannot be written.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder.join("posts"))?;
        std::fs::create_dir_all(folder.join("media"))?;
        for file in self.files() {
            std::fs::write(folder.join(&file.path), &file.bytes)?;
        }
        Ok(())
    }

    fn all_posts(&self) -> impl Iterator<Item = File> + '_ {
        (0..)
            .flat_map(|number| {
                let tongues = self.tongues(number);
                tongues.into_iter().map(move |tongue| (number, tongue))
            })
            .take(self.posts)
            .map(|(number, tongue)| self.post(number, tongue))
    }

    /// The languages of a post: most have one; every sixth is translated.
    fn tongues(&self, number: usize) -> Vec<Tongue> {
        let mut random = self.random(number, 1);
        let first = match random.below(20) {
            0..12 => Tongue::English,
            12..15 => Tongue::French,
            15..18 => Tongue::Arabic,
            _ => Tongue::Japanese,
        };
        let mut tongues = vec![first];
        if random.below(6) == 0 {
            let others = Tongue::ALL.into_iter().filter(|other| *other != first);
            tongues.extend(others.filter(|_| random.below(2) == 0));
        }
        tongues
    }

    fn random(&self, number: usize, purpose: u64) -> Random {
        Random::new(
            self.seed ^ (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (purpose << 56),
        )
    }

    /// The slug that a post's variants share.
    pub fn slug(&self, number: usize) -> String {
        let mut random = self.random(number, 2);
        let mut word = || Tongue::English.word(&mut random);
        format!("{}-{}-{number}", word(), word())
    }

    fn post(&self, number: usize, tongue: Tongue) -> File {
        let shared = &mut self.random(number, 3);
        let random = &mut self.random(number, 4 + tongue as u64);
        let mut out = String::from("---\n");
        let _ = writeln!(out, "title: \"{}\"", tongue.title(random));
        let _ = writeln!(out, "date: {}", self.date(number));
        let category = |random: &mut Random| CATEGORIES[random.below(CATEGORIES.len())];
        let _ = writeln!(out, "categories: [{}]", category(shared));
        let tags: Vec<String> = (0..shared.below(4))
            .map(|_| format!("tag{}", shared.skewed(200)))
            .collect();
        if !tags.is_empty() {
            let _ = writeln!(out, "tags: [{}]", tags.join(", "));
        }
        if random.below(2) == 0 {
            let _ = writeln!(out, "description: \"{}\"", tongue.sentence(random));
        }
        if shared.below(2) == 0 {
            let _ = writeln!(
                out,
                "author: {} {}",
                tongue.word(random),
                tongue.word(random)
            );
        }
        let image = |random: &mut Random| {
            let at = random.below(self.images.len().max(1));
            self.images
                .get(at)
                .map(|(name, _)| format!("/media/{name}"))
        };
        if shared.below(4) == 0
            && let Some(image) = image(shared)
        {
            let _ = writeln!(
                out,
                "image: {image}\nimage_alt: \"{}\"",
                tongue.title(random)
            );
        }
        out.push_str("---\n\n");
        let words = random.log_normal(MEDIAN_WORDS, SIGMA).clamp(60.0, 8000.0) as usize;
        let mut left = words;
        while left > 0 {
            let long = (30 + random.below(110)).min(left.max(20));
            left = left.saturating_sub(long);
            match random.below(16) {
                0 | 1 => {
                    let _ = write!(out, "## {}\n\n", tongue.title(random));
                }
                2 => {
                    for _ in 0..3 + random.below(4) {
                        let _ = writeln!(out, "- {}", tongue.sentence(random));
                    }
                    out.push('\n');
                }
                3 => {
                    let _ = write!(out, "> {}\n\n", tongue.paragraph(random, long.min(40)));
                }
                4 if random.below(3) == 0 => {
                    if let Some(image) = image(random) {
                        let _ = write!(out, "![{}]({image})\n\n", tongue.title(random));
                    }
                }
                _ => {}
            }
            out.push_str(&tongue.paragraph(random, long));
            if number > 0 && random.below(6) == 0 {
                let other = self.slug(random.below(number));
                let _ = write!(out, " [{}](/{other}/)", tongue.title(random));
            }
            if random.below(12) == 0 {
                let _ = write!(
                    out,
                    " *{}* **{}**",
                    tongue.word(random),
                    tongue.word(random)
                );
            }
            out.push_str("\n\n");
        }
        let suffix = match tongue {
            Tongue::English => "",
            Tongue::French => ".fr",
            Tongue::Arabic => ".ar",
            Tongue::Japanese => ".ja",
        };
        File {
            path: format!("posts/{}{suffix}.md", self.slug(number)),
            bytes: out.into_bytes(),
        }
    }

    /// Evenly over ten years, the last post the newest.
    fn date(&self, number: usize) -> String {
        const MINUTES: usize = 10 * 365 * 24 * 60;
        let minute = number * MINUTES / self.posts.max(1);
        // Days of a calendar in which every month has 28: every date it gives exists.
        let (day, minute) = (minute / 1440, minute % 1440);
        let (month, day) = (day / 28, day % 28);
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:00Z",
            2012 + month / 12,
            1 + month % 12,
            1 + day,
            minute / 60,
            minute % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(seed: u64) -> Vec<File> {
        let images = vec![("a.gif".to_owned(), b"GIF89a".to_vec())];
        let posts = 120;
        Publication {
            seed,
            posts,
            images,
        }
        .files()
        .collect()
    }

    #[test]
    fn the_same_seed_makes_the_same_files_and_another_seed_makes_others() {
        assert_eq!(small(7), small(7));
        assert_ne!(small(7), small(8));
    }

    #[test]
    fn a_publication_has_as_many_posts_as_asked_for_and_no_two_of_one_name() {
        let files = small(7);
        let mut names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 120 + 2);
    }

    #[test]
    fn there_is_something_of_everything() {
        let all: String = small(7)
            .iter()
            .map(|file| String::from_utf8_lossy(&file.bytes).into_owned())
            .collect();
        for part in [
            "## ", "\n- ", "\n> ", "](/", "![", "image: ", "tags: ", "ا", "の",
        ] {
            assert!(all.contains(part), "{part:?}");
        }
    }

    #[test]
    fn lengths_spread_as_those_of_real_archives() {
        let mut sizes: Vec<usize> = small(1)
            .iter()
            .filter(|file| file.path.starts_with("posts/") && file.path.matches('.').count() == 1)
            .map(|file| {
                String::from_utf8_lossy(&file.bytes)
                    .split_whitespace()
                    .count()
            })
            .collect();
        sizes.sort_unstable();
        let at = |share: usize| sizes[sizes.len() * share / 100];
        assert!((150..600).contains(&at(5)), "{}", at(5));
        assert!((500..1000).contains(&at(50)), "{}", at(50));
        assert!((1100..4000).contains(&at(95)), "{}", at(95));
    }
}
