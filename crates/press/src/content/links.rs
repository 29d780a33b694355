//! Links between posts: from what authors write to paths of the site.
//!
//! Entry point: [`Index::resolve`]. Understood are paths of files (`other.md`, `../b/index.fr.md`),
//! addresses (`/slug/`, `/fr/slug/#part`, `slug`), the dated addresses of a Jekyll site
//! (`/2016/10/28/slug.html`), old addresses (`aliases`) and absolute addresses of the site itself.

use std::collections::HashMap;
use std::ffi::OsString;
use std::hash::Hash;
use std::path::Path;

use lamplight_model::{Route, paths};

use crate::config::Config;
use crate::content::Post;
use crate::content::media::normalise;
use crate::feeds::PER_PAGE;

/// Where a destination leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A page of this site: its path without the base.
    Page(String),
    /// Another site, a part of the same page, a mail address.
    Elsewhere,
    /// It looks internal and leads nowhere.
    Nowhere,
}

/// Every way in which a post or a page of the publication's own can be named.
pub(crate) struct Index<'a> {
    config: &'a Config,
    posts: &'a [Post],
    /// By normalised paths, which need not be compared part by part.
    by_file: HashMap<OsString, usize>,
    by_slug: HashMap<&'a str, Vec<usize>>,
    by_stem: HashMap<&'a str, Vec<usize>>,
    by_day: HashMap<(&'a str, &'a str), Vec<usize>>,
    /// Old addresses, without slashes at their ends.
    by_alias: HashMap<&'a str, usize>,
    /// How many posts each list has: of a language, of a category in it.
    listed: HashMap<(&'a str, Option<&'a str>), usize>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(posts: &'a [Post], config: &'a Config) -> Self {
        let mut index = Self {
            config,
            posts,
            by_file: HashMap::new(),
            by_slug: HashMap::new(),
            by_stem: HashMap::new(),
            by_day: HashMap::new(),
            by_alias: HashMap::new(),
            listed: HashMap::new(),
        };
        for (at, post) in posts.iter().enumerate() {
            index
                .by_file
                .insert(normalise(&post.path).into_os_string(), at);
            index.by_slug.entry(&post.slug).or_default().push(at);
            index.by_stem.entry(&post.stem).or_default().push(at);
            for (alias, _) in &post.aliases {
                index.by_alias.insert(alias.trim_end_matches('/'), at);
            }
            if !post.page {
                let categories = post.categories.iter().map(|id| Some(id.as_str()));
                for list in categories.chain([None]) {
                    *index.listed.entry((&post.lang, list)).or_default() += 1;
                }
            }
            if let Some(date) = &post.file_date {
                index.by_day.entry((date, &post.stem)).or_default().push(at);
            }
        }
        index
    }

    /// Where a destination in a post's text leads.
    pub(crate) fn resolve(&self, from: &Post, destination: &str) -> Target {
        let Some(inner) = self.internal(destination) else {
            return Target::Elsewhere;
        };
        let cut = inner.find(['?', '#']).unwrap_or(inner.len());
        let (path, rest) = inner.split_at(cut);
        let fragment = rest.find('#').map_or("", |at| &rest[at..]);
        let Some(decoded) = paths::decode(path) else {
            return Target::Nowhere;
        };
        let found = self
            .by_path(from, &decoded)
            .or_else(|| self.by_address(from, &decoded))
            .or_else(|| self.by_alias(from, &decoded));
        match found {
            Some(mut page) => {
                page.push_str(fragment);
                Target::Page(page)
            }
            None => Target::Nowhere,
        }
    }

    /// The part of a destination below the site's base, if it points into the site at all.
    pub(crate) fn internal<'b>(&self, destination: &'b str) -> Option<&'b str> {
        let here = self.config.absolute(&self.config.site.base);
        for home in [Some(&here), self.config.also.as_ref()]
            .into_iter()
            .flatten()
        {
            if let Some(rest) = destination.strip_prefix(home.trim_end_matches('/')) {
                // Not `https://example.org.evil`.
                return (rest.is_empty() || rest.starts_with('/')).then_some(if rest.is_empty() {
                    "/"
                } else {
                    rest
                });
            }
        }
        let scheme = destination
            .find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)))
            .is_some_and(|at| at > 0 && destination[at..].starts_with(':'));
        if destination.is_empty()
            || scheme
            || destination.starts_with(['#', '?'])
            || destination.starts_with("//")
        {
            return None;
        }
        let base = self.config.site.base.as_str();
        if base != "/"
            && let Some(rest) = destination.strip_prefix(base)
        {
            return Some(&destination[destination.len() - rest.len() - 1..]);
        }
        Some(destination)
    }

    /// `other.md`, from the post's folder; `/other.md`, from the folder of posts or of the site.
    fn by_path(&self, from: &Post, path: &str) -> Option<String> {
        let lower = path.to_ascii_lowercase();
        if !(lower.ends_with(".md") || lower.ends_with(".markdown")) {
            return None;
        }
        let roots: Vec<&Path> = match path.strip_prefix('/') {
            Some(_) => {
                let mut roots: Vec<&Path> = vec![&self.config.posts, &self.config.folder];
                roots.extend(self.config.pages.as_deref());
                roots
            }
            None => vec![from.path.parent()?],
        };
        let found = roots.iter().find_map(|root| {
            let file = normalise(&root.join(path.trim_start_matches('/')));
            self.by_file.get(file.as_os_str()).map(|at| (*at, file))
        });
        if let Some((at, file)) = found {
            let post = self.posts.get(at)?;
            // `other.fr.md` means that variant; `other.md` means the post.
            let name = file.file_stem()?.to_str()?;
            let suffixed = name
                .rsplit_once('.')
                .is_some_and(|(_, suffix)| self.config.language(suffix).is_some());
            let lang = if suffixed {
                Some(post.lang.as_str())
            } else {
                None
            };
            return self.variant(&self.by_slug, post.slug.as_str(), lang, from);
        }
        // A post of another folder, named as if it were beside this one.
        let name = Path::new(path).file_stem()?.to_str()?;
        if let Some((date, stem)) = crate::content::dates::file_prefix(name) {
            return self.variant(&self.by_day, (date, stem), None, from);
        }
        let (stem, lang) = match name.rsplit_once('.') {
            Some((stem, suffix)) if self.config.language(suffix).is_some() => {
                (stem, self.config.language(suffix))
            }
            _ => (name, None),
        };
        self.variant(&self.by_stem, stem, lang, from)
    }

    fn by_address(&self, from: &Post, path: &str) -> Option<String> {
        let rooted = path.starts_with('/');
        let mut segments = segments(path);
        let lang = match segments
            .first()
            .and_then(|first| self.config.language(first))
        {
            Some(lang) => {
                segments.remove(0);
                Some(lang)
            }
            None => None,
        };
        let last = segments.last().map(|last| last.trim_end_matches(".html"));
        match (segments.as_slice(), last) {
            ([], _) if rooted || lang.is_some() => Some(self.front(lang)),
            ([], _) | (_, None) => None,
            ([_], Some(slug)) => self
                .variant(&self.by_slug, slug, lang, from)
                .or_else(|| self.variant(&self.by_stem, slug, lang, from))
                .or_else(|| self.own(&segments, lang)),
            ([.., year, month, day, _], Some(slug)) if is_day(year, month, day) => {
                let date = format!("{year}-{month:0>2}-{day:0>2}");
                // A Jekyll site's language folder says which file was meant, not which reader.
                self.variant(&self.by_day, (date.as_str(), slug), None, from)
            }
            (["posts" | "post" | "blog" | "news" | "articles", _], Some(slug)) => {
                self.variant(&self.by_slug, slug, lang, from)
            }
            _ => self.own(&segments, lang),
        }
    }

    /// An old address. Nothing new is ever at one, so what it looked for is the post.
    fn by_alias(&self, from: &Post, path: &str) -> Option<String> {
        let segments = segments(path);
        let written = segments.join("/");
        let beside = [&paths::segment(&from.lang), "/", &written].concat();
        let at = self.by_alias.get(written.as_str());
        let at = at.or_else(|| self.by_alias.get(beside.as_str()))?;
        let post = self.posts.get(*at)?;
        // An old address below a language says which variant was meant.
        let lang = segments
            .first()
            .and_then(|first| self.config.language(first));
        self.variant(&self.by_slug, post.slug.as_str(), lang, from)
    }

    fn front(&self, lang: Option<&str>) -> String {
        let site = &self.config.site;
        let lang = lang.unwrap_or(site.default_lang());
        self.relative(&Route::Front {
            lang: lang.to_owned(),
            page: 1,
        })
    }

    /// The site's pages that are no posts, its feeds, and the files for search engines.
    fn own(&self, segments: &[&str], lang: Option<&str>) -> Option<String> {
        let site = &self.config.site;
        if let (["sitemap.xml" | "robots.txt"], None) = (segments, lang) {
            return segments.first().map(|file| (*file).to_owned());
        }
        let lang = lang.unwrap_or(site.default_lang()).to_owned();
        let (id, rest) = match segments {
            ["category", id, rest @ ..] => {
                let mut known = site.categories.iter();
                (Some(known.find(|known| known.id == *id)?.id.as_str()), rest)
            }
            _ => (None, segments),
        };
        let page = match rest {
            ["library"] if id.is_none() => return Some(self.relative(&Route::Library { lang })),
            ["settings"] if id.is_none() => return Some(self.relative(&Route::Settings { lang })),
            ["search"] if id.is_none() => return Some(self.relative(&Route::Search { lang })),
            ["contact"] if id.is_none() && site.contact => {
                return Some(self.relative(&Route::contact(&lang)));
            }
            ["feed.json"] => return Some(self.without_base(&paths::feed(site, &lang, id, 1))),
            ["feed.xml"] => return Some(self.without_base(&paths::atom(site, &lang, id))),
            [] => 1,
            ["page", number] => {
                let posts = self.listed.get(&(lang.as_str(), id)).copied().unwrap_or(0);
                let last = u32::try_from(posts.div_ceil(PER_PAGE)).ok()?;
                number
                    .parse()
                    .ok()
                    .filter(|page| (2..=last).contains(page))?
            }
            _ => return None,
        };
        Some(self.relative(&match id {
            Some(id) => Route::Category {
                lang,
                id: id.to_owned(),
                page,
            },
            None => Route::Front { lang, page },
        }))
    }

    /// The variant of a post that suits the reader: of the language asked for, else of the text's
    /// own, else of the default language, else the first there is.
    fn variant<K: Eq + Hash>(
        &self,
        index: &HashMap<K, Vec<usize>>,
        key: impl Into<K>,
        lang: Option<&str>,
        from: &Post,
    ) -> Option<String> {
        let candidates = index.get(&key.into())?;
        let site = &self.config.site;
        let wanted = [lang, Some(from.lang.as_str()), Some(site.default_lang())];
        let post = wanted
            .into_iter()
            .flatten()
            .find_map(|lang| {
                let mut of_lang = candidates.iter().filter_map(|at| self.posts.get(*at));
                of_lang.find(|post| post.lang == lang)
            })
            .or_else(|| self.posts.get(*candidates.first()?))?;
        Some(self.relative(&Route::Article {
            lang: post.lang.clone(),
            slug: post.slug.clone(),
        }))
    }

    fn relative(&self, route: &Route) -> String {
        self.without_base(&route.path(&self.config.site))
    }

    fn without_base(&self, path: &str) -> String {
        path.strip_prefix(self.config.site.base.as_str())
            .unwrap_or(path)
            .to_owned()
    }
}

fn is_day(year: &str, month: &str, day: &str) -> bool {
    let digits = |text: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    digits(year, 4..=4) && digits(month, 1..=2) && digits(day, 1..=2)
}

/// The names in an address; `index.html` is its folder.
fn segments(path: &str) -> Vec<&str> {
    let mut segments: Vec<&str> = path
        .split('/')
        .filter(|segment| !matches!(*segment, "" | "." | ".."))
        .collect();
    if segments.last() == Some(&"index.html") {
        segments.pop();
    }
    segments
}
