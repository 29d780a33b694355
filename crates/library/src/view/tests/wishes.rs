//! Tests of what can be kept whole.

use lamplight_model::Named;

use super::*;

/// The lines of what can be kept whole, by their titles, as (what is said, what a button does).
fn lines_of(html: &str) -> std::collections::BTreeMap<String, (String, String)> {
    let between = |text: &str, from: &str, to: &str| {
        let rest = text.split_once(from).map(|(_, rest)| rest);
        let found = rest.and_then(|rest| rest.split(to).next());
        found.unwrap_or_default().to_owned()
    };
    let lines = html.split("<li class=\"library-item\"").skip(1);
    let lines = lines.map(|line| {
        let said = between(line, "library-age\">", "<");
        let does = between(line, "data-do=\"", "\"");
        (between(line, "library-link\">", "<"), (said, does))
    });
    lines.collect()
}

/// Two articles of a category.
fn in_category() -> State {
    let mut state = state(&[]);
    let category = |id: &str| Named {
        id: id.into(),
        names: [("en".to_owned(), id.to_uppercase())].into(),
    };
    state.told.site.categories = vec![category("sea"), category("town")];
    let articles = [("a", "sea"), ("b", "sea"), ("c", "town")];
    let archived = |(slug, category): &(&str, &str)| Archived {
        slug: (*slug).into(),
        digest: "1".into(),
        bytes: 10,
        images: 5,
        categories: vec![(*category).into()],
        ..Archived::default()
    };
    let archive = Archive {
        format: lamplight_model::FORMAT,
        lang: "en".into(),
        articles: articles.iter().map(archived).collect(),
        ..Archive::default()
    };
    assert!(state.archive(&seal::seal(&archive).expect("JSON")));
    state
}

#[test]
fn a_wish_tells_its_size_before_and_how_much_is_here_afterwards() {
    let mut state = state(&[("a", "Waves"), ("b", "Lamps")]);
    keep(&mut state, "a", 70, NOW);
    let html = wishes(&state, "en", IMAGES, &Plain);
    assert!(html.contains("data-do=\"stop\""), "{html}");
    // It was made without images.
    assert!(
        html.contains("Articles: 2, 20 B · 1 of 2 are here"),
        "{html}"
    );
    let gone = state.list.remove(Kind::Everything, "", "en", NOW + 1);
    assert!(gone.is_some());
    let html = wishes(&state, "en", IMAGES, &Plain);
    assert!(html.contains("data-do=\"keep\""), "{html}");
    assert!(html.contains("Articles: 2, 30 B<"), "{html}");
    assert!(wishes(&state, "fr", IMAGES, &Plain).contains("cannot be asked"));
}

#[test]
fn what_a_wider_wish_keeps_says_so_and_offers_nothing_that_would_do_nothing() {
    let mut state = in_category();
    // Everything is kept, without images.
    let shown = |state: &State, extent| lines_of(&wishes(state, "en", extent, &Plain));
    let plain = shown(&state, Extent::default());
    assert_eq!(plain["Everything"].1, "stop");
    let sea = &plain["SEA"];
    assert!(
        sea.0.ends_with("0 of 2 are here · kept with “Everything”"),
        "{sea:?}"
    );
    assert_eq!(sea.1, "");
    // With images it would do something.
    let sea = shown(&state, IMAGES).remove("SEA").expect("a line");
    assert_eq!((&*sea.0, &*sea.1), ("Articles: 2, 30 B", "keep"));
    // Kept by itself with images, it is kept with more than everything is.
    let list = &mut state.list;
    assert!(
        list.save(Kind::Category, "sea", "en", IMAGES, NOW)
            .is_some()
    );
    assert_eq!(shown(&state, IMAGES)["SEA"].1, "stop");
    // In all languages.
    let list = &mut state.list;
    assert!(list.save(Kind::Everything, "", ALL, IMAGES, NOW).is_some());
    let all = shown(&state, IMAGES);
    for title in ["Everything", "SEA", "TOWN"] {
        let (said, does) = &all[title];
        assert!(
            said.ends_with("kept with “Everything · All languages”"),
            "{said}"
        );
        assert_eq!(does, "", "{title}");
    }
}

#[test]
fn what_was_taken_out_of_a_wish_is_not_counted_as_lacking_until_the_wish_is_made_again() {
    let mut state = in_category();
    for slug in ["a", "b", "c"] {
        keep(&mut state, slug, 70, NOW);
    }
    let list = &mut state.list;
    assert!(list.remove(Kind::Article, "a", "en", NOW).is_some());
    let shown = |state: &State| lines_of(&wishes(state, "en", Extent::default(), &Plain));
    let lines = shown(&state);
    for (title, said) in [
        ("Everything", "Articles: 2, 20 B · 2 of 2 are here"),
        (
            "SEA",
            "Articles: 1, 10 B · 1 of 1 are here · kept with “Everything”",
        ),
    ] {
        assert_eq!(lines[title].0, said);
    }
    let list = &mut state.list;
    assert!(list.remove(Kind::Everything, "", "en", NOW).is_some());
    // It would be kept again.
    assert_eq!(shown(&state)["Everything"].0, "Articles: 3, 30 B");
    let list = &mut state.list;
    assert!(
        list.save(Kind::Everything, "", "en", Extent::default(), NOW)
            .is_some()
    );
    assert!(shown(&state)["Everything"].0.ends_with("3 of 3 are here"));
}

#[test]
fn a_wish_can_be_made_and_taken_back_while_nobody_knows_what_it_covers() {
    let mut state = in_category();
    let html = wishes(&state, "fr", IMAGES, &Plain);
    assert!(html.starts_with("<li class=\"library-unknown\">"), "{html}");
    assert_eq!(lines_of(&html)["SEA"], (String::new(), "keep".to_owned()));
    let list = &mut state.list;
    assert!(
        list.save(Kind::Category, "sea", "fr", IMAGES, NOW)
            .is_some()
    );
    let html = wishes(&state, "fr", IMAGES, &Plain);
    assert_eq!(
        lines_of(&html)["SEA"],
        ("Not here yet".to_owned(), "stop".to_owned())
    );
}

#[test]
fn what_is_kept_in_another_language_than_the_chosen_one_has_its_own_line_that_stops_it() {
    let mut state = in_category();
    let chosen = |state: &State, lang: &str| wishes(state, lang, IMAGES, &Plain);
    let list = &mut state.list;
    assert!(
        list.save(Kind::Everything, "", ALL, IMAGES, NOW).is_some()
            && list
                .save(Kind::Category, "sea", "fr", IMAGES, NOW)
                .is_some()
    );
    let html = chosen(&state, "en");
    let lines = lines_of(&html);
    assert_eq!(lines["Everything"].1, "");
    assert_eq!(lines["Everything · All languages"].1, "stop");
    assert!(
        html.contains(&format!(
            "data-do=\"stop\" data-kind=\"everything\" data-name=\"\" data-lang=\"{ALL}\""
        )),
        "{html}"
    );
    // The wider one keeps it.
    assert!(!html.contains("data-lang=\"fr\""), "{html}");
    // Where that one is chosen it is its own line.
    let all = lines_of(&chosen(&state, ALL));
    assert_eq!(all["Everything"].1, "stop");
    assert!(!all.contains_key("Everything · All languages"));
    // Nothing keeps the category's French but its own wish.
    assert!(
        state
            .list
            .remove(Kind::Everything, "", ALL, NOW + 1)
            .is_some()
    );
    let html = chosen(&state, "en");
    assert!(
        html.contains("data-name=\"sea\" data-lang=\"fr\""),
        "{html}"
    );
}
