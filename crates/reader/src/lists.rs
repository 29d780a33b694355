//! Questions about lists of posts.

use lamplight_model::{Feed, FeedItem};

/// How many posts of `new` were not in `old`.
pub fn news(old: &Feed, new: &Feed) -> usize {
    new.items
        .iter()
        .filter(|item| {
            old.items
                .iter()
                .all(|known| known._lamplight.slug != item._lamplight.slug)
        })
        .count()
}

/// The newest posts other than the one that is open, five at the most.
pub fn recent<'a>(feed: &'a Feed, open: Option<&str>) -> Vec<&'a FeedItem> {
    feed.items
        .iter()
        .filter(|item| open != Some(item._lamplight.slug.as_str()))
        .take(5)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use lamplight_model::ItemExtension;

    fn feed(slugs: &[&str]) -> Feed {
        let item = |slug: &&str| FeedItem {
            _lamplight: ItemExtension {
                slug: (*slug).to_owned(),
                ..ItemExtension::default()
            },
            ..FeedItem::default()
        };
        Feed {
            items: slugs.iter().map(item).collect(),
            ..Feed::default()
        }
    }

    #[test]
    fn recent_posts_leave_out_the_open_article_and_end_after_five() {
        let feed = feed(&["a", "b", "c", "d", "e", "f", "g"]);
        let slugs: Vec<&str> = recent(&feed, Some("b"))
            .iter()
            .map(|item| item._lamplight.slug.as_str())
            .collect();
        assert_eq!(slugs, ["a", "c", "d", "e", "f"]);
    }

    #[test]
    fn posts_that_were_not_there_before_are_news() {
        assert_eq!(news(&feed(&["b", "c"]), &feed(&["a", "b"])), 1);
    }
}
