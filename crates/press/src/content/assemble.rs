//! Posts → articles: one slug for all variants of a post, no slug for two posts or for a post and a
//! page, categories by their identifiers, and the row of pages.
//!
//! Entry point: [`assemble`]. The result depends on the posts alone, not on the order they were read.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use lamplight_model::{Named, RESERVED, paths};

use crate::config::{Config, named_category};
use crate::content::dates::parse;
use crate::content::{Post, aliases};
use crate::diagnostic::{Diagnostics, Kind};
use crate::sitemap;

/// Gives every post its slug and its categories' identifiers, and sorts them: newest first, then by
/// slug and language.
pub(crate) fn assemble(
    mut posts: Vec<Post>,
    config: &mut Config,
    diagnostics: &mut Diagnostics,
) -> Vec<Post> {
    inherit_slugs(&mut posts);
    refuse_reserved(&mut posts, config, diagnostics);
    let mut posts = tell_apart(posts, diagnostics);
    refuse_duplicates(&mut posts, diagnostics);
    // By keys, since posts are large: sorting would move each a dozen times.
    posts.sort_by_cached_key(|post| (post.slug.clone(), post.lang.clone()));
    part_from_pages(&mut posts, diagnostics);
    aliases::settle(&mut posts, config, diagnostics);
    categorise(&mut posts, config, diagnostics);
    config.site.pages = row(&posts, config);
    posts.sort_by_cached_key(|post| {
        (
            Reverse(post.date.seconds),
            post.slug.clone(),
            post.lang.clone(),
        )
    });
    posts
}

/// A `slug` in one variant's front matter is that of its siblings, too: they are linked by the name
/// of their files.
fn inherit_slugs(posts: &mut [Post]) {
    type Key = (bool, String, Option<String>);
    let key = |post: &Post| (post.page, post.stem.clone(), post.file_date.clone());
    let mut written: BTreeMap<Key, BTreeSet<String>> = BTreeMap::new();
    for post in posts.iter().filter(|post| post.slug_written) {
        written
            .entry(key(post))
            .or_default()
            .insert(post.slug.clone());
    }
    for post in posts.iter_mut().filter(|post| !post.slug_written) {
        if let Some(slugs) = written.get(&key(post))
            && let (Some(slug), 1) = (slugs.first(), slugs.len())
        {
            post.slug.clone_from(slug);
            post.slug_written = true;
        }
    }
}

fn refuse_reserved(posts: &mut Vec<Post>, config: &Config, diagnostics: &mut Diagnostics) {
    posts.retain(|post| {
        let is_language = config
            .site
            .languages
            .iter()
            .any(|language| paths::segment(&language.code) == post.slug);
        let reserved = is_language
            || RESERVED.contains(&post.slug.as_str())
            || sitemap::is_own_name(&post.slug);
        let unusable = !super::is_slug(&post.slug);
        if reserved || unusable {
            diagnostics.error(
                Kind::BadSlug,
                &post.path,
                None,
                if reserved {
                    format!(
                        "`{}` is an address of the site's own and can be no slug.",
                        post.slug
                    )
                } else {
                    format!("`{}` can be no slug.", post.slug)
                },
                "Rename the file, or give the post another `slug` in its front matter.",
            );
        }
        !(reserved || unusable)
    });
}

/// Posts of different dates may share a slug: in an archive with dated addresses they never met. As
/// long as no language has two of them they are one article's variants (a translation often carries
/// the day it was made). Otherwise the oldest keeps the slug, so that no published address changes
/// when another post joins, and each later one has its date added.
fn tell_apart(posts: Vec<Post>, diagnostics: &mut Diagnostics) -> Vec<Post> {
    let mut seen: HashMap<(&str, &str), usize> = HashMap::with_capacity(posts.len());
    for post in &posts {
        *seen.entry((&post.slug, &post.lang)).or_default() += 1;
    }
    let shared: HashSet<String> = seen
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .map(|((slug, _), _)| slug.to_owned())
        .collect();
    let (contested, mut out): (Vec<Post>, Vec<Post>) = posts
        .into_iter()
        .partition(|post| shared.contains(&post.slug));
    let mut by_slug: BTreeMap<String, Vec<Post>> = BTreeMap::new();
    for post in contested {
        by_slug.entry(post.slug.clone()).or_default().push(post);
    }
    for (slug, group) in by_slug {
        let dated = group
            .iter()
            .all(|post| post.file_date.is_some() && !post.slug_written && !post.page);
        if !dated {
            out.extend(group);
            continue;
        }
        for (index, cluster) in clusters(group).into_iter().enumerate() {
            let date = cluster
                .iter()
                .filter_map(|post| post.file_date.clone())
                .min();
            let new = match (index, date) {
                (0, _) | (_, None) => slug.clone(),
                (_, Some(date)) => format!("{slug}-{date}"),
            };
            if index > 0
                && let Some(post) = cluster.first()
            {
                diagnostics.warning(
                    Kind::Renamed,
                    &post.path,
                    None,
                    format!(
                        "An older post is called `{slug}`, too; this one's address is `{new}`."
                    ),
                    "Give it a `slug` of its own in its front matter if you want another.",
                );
            }
            out.extend(cluster.into_iter().map(|mut post| {
                post.slug.clone_from(&new);
                post
            }));
        }
    }
    out
}

/// Posts of one slug, grouped by the date of their names; a lone translation joins a group of at most
/// a month before that lacks its language.
fn clusters(group: Vec<Post>) -> Vec<Vec<Post>> {
    const MONTH: i64 = 31 * 24 * 3600;
    let mut by_date: BTreeMap<Option<String>, Vec<Post>> = BTreeMap::new();
    for post in group {
        by_date
            .entry(post.file_date.clone())
            .or_default()
            .push(post);
    }
    let seconds = |posts: &[Post]| {
        posts
            .iter()
            .filter_map(|post| parse(post.file_date.as_deref()?))
            .map(|stamp| stamp.seconds)
            .min()
            .unwrap_or_default()
    };
    let mut out: Vec<Vec<Post>> = Vec::new();
    for posts in by_date.into_values() {
        match out.last_mut() {
            Some(last)
                if seconds(&posts) - seconds(last) <= MONTH
                    && !posts
                        .iter()
                        .any(|post| last.iter().any(|other| other.lang == post.lang)) =>
            {
                last.extend(posts);
            }
            _ => out.push(posts),
        }
    }
    out
}

fn refuse_duplicates(posts: &mut Vec<Post>, diagnostics: &mut Diagnostics) {
    let mut first: HashMap<(&str, &str), &Post> = HashMap::with_capacity(posts.len());
    let mut kept = Vec::with_capacity(posts.len());
    for post in posts.iter() {
        let other = *first.entry((&post.slug, &post.lang)).or_insert(post);
        let is_first = std::ptr::eq(other, post);
        kept.push(is_first);
        if !is_first {
            diagnostics.error(
                Kind::Duplicate,
                &post.path,
                None,
                format!(
                    "The post has the same address as {}: slug `{}`, language `{}`.",
                    other.path.display(),
                    post.slug,
                    post.lang
                ),
                "Rename one of the two, or give it another `slug` in its front matter.",
            );
        }
    }
    let mut kept = kept.into_iter();
    posts.retain(|_| kept.next().unwrap_or(true));
}

/// A page and a post of one slug would be taken for variants of each other.
fn part_from_pages(posts: &mut Vec<Post>, diagnostics: &mut Diagnostics) {
    if !posts.iter().any(|post| post.page) {
        return;
    }
    let of_posts: BTreeMap<String, std::path::PathBuf> = posts
        .iter()
        .filter(|post| !post.page)
        .map(|post| (post.slug.clone(), post.path.clone()))
        .collect();
    posts.retain(|post| {
        let Some(other) = of_posts.get(&post.slug).filter(|_| post.page) else {
            return true;
        };
        diagnostics.error(
            Kind::Duplicate,
            &post.path,
            None,
            format!(
                "The page has the same slug as the post {}: `{}`.",
                other.display(),
                post.slug
            ),
            "Rename one of the two, or give it another `slug` in its front matter.",
        );
        false
    });
}

/// The pages that every page links to: by `order`, then by slug. A page's `order` is that of its
/// variant in the first language that it has.
fn row(posts: &[Post], config: &Config) -> Vec<Named> {
    let mut pages: BTreeMap<&str, (i64, BTreeMap<String, String>)> = BTreeMap::new();
    // Backwards, so that the first language's order stays.
    for language in config.site.languages.iter().rev() {
        let of_language = |post: &&Post| post.page && post.lang == language.code;
        for post in posts.iter().filter(of_language) {
            let (order, names) = pages.entry(&post.slug).or_default();
            *order = post.menu.order;
            if !post.menu.hidden {
                let label = post.menu.label.as_ref().unwrap_or(&post.title);
                names.insert(post.lang.clone(), label.clone());
            }
        }
    }
    let mut pages: Vec<_> = pages
        .into_iter()
        .filter(|(_, (_, names))| !names.is_empty())
        .collect();
    pages.sort_by_key(|(slug, (order, _))| (*order, *slug));
    pages
        .into_iter()
        .map(|(slug, (_, names))| Named {
            id: slug.to_owned(),
            names,
        })
        .collect()
}

/// Replaces categories as written by their identifiers; unlisted ones are added to the site, after
/// those of `site.toml` and in alphabetical order.
fn categorise(posts: &mut [Post], config: &mut Config, diagnostics: &mut Diagnostics) {
    let mut added = BTreeMap::new();
    for post in posts.iter_mut() {
        let mut ids: Vec<String> = Vec::new();
        for written in &post.categories {
            let id = match config.category(written) {
                Some(id) => id.to_owned(),
                None => {
                    let category = named_category(written, &config.site.languages);
                    let id = category.id.clone();
                    if id.is_empty() {
                        continue;
                    }
                    if config.lists_categories {
                        diagnostics.warning(
                            Kind::Category,
                            &post.path,
                            Some(post.categories_line),
                            format!("`{written}` is not among the categories of site.toml."),
                            match config.nearest_category(written) {
                                Some(near) => format!("Did you mean `{near}`?"),
                                None => "Add it there with its names, or correct it here.".into(),
                            },
                        );
                    }
                    added.entry(id.clone()).or_insert(category);
                    id
                }
            };
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        post.categories = ids;
    }
    config.site.categories.extend(added.into_values());
}
