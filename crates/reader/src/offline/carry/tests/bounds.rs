//! How much a file may hold: what goes into one comes out of it, and what does not is counted.

use super::*;

/// What a file of these records and articles holds, and what its maker counted.
fn through(
    records: &[(String, String)],
    articles: &[String],
) -> (Counts, Result<Contents, Refused>) {
    let (mut writer, begin) = Writer::begin(SITE, "News", NOW);
    let mut parts = vec![begin];
    for (key, text) in records {
        parts.extend(writer.record(key, text, NOW));
    }
    for text in articles {
        parts.extend(writer.document(text, NOW));
    }
    let (first, last, counts) = writer.finish();
    (
        counts,
        read(&[first, parts.concat(), last].concat(), 1_000_000),
    )
}

fn letter(change: impl FnOnce(&mut Message), state: State) -> (String, String) {
    let mut own = message("k", "Hello", NOW - HOUR, State::Draft);
    own.sent = own.changed;
    change(&mut own);
    own.state = state;
    ([OUTBOX, &own.key].concat(), own.write())
}

#[test]
fn the_longest_message_that_can_be_sent_is_carried_in_any_script() {
    let subject = letter(|own| own.subject = "灯".repeat(200), State::Waiting);
    let name = letter(|own| own.name = "灯".repeat(200), State::Delivered);
    // Signs of four bytes, and those that JSON writes with six.
    let wide = letter(|own| own.message = "🏮".repeat(20_000), State::Waiting);
    let control = letter(|own| own.message = "\u{1}".repeat(20_000), State::Waiting);
    for (key, text) in [subject, name, wide, control] {
        let (counts, read) = through(&[(key.clone(), text.clone())], &[]);
        assert_eq!((counts.messages, counts.skipped), (1, 0), "{}", text.len());
        let plan = read
            .expect("is taken")
            .plan(&site(), &Local::default(), NOW);
        assert_eq!((&plan.writes[0].key, &plan.writes[0].text), (&key, &text));
    }
}

#[test]
fn a_draft_that_is_too_long_to_be_sent_is_carried_and_one_to_be_sent_is_refused() {
    let long = |state| letter(|own| own.message = "a".repeat(25_000), state);
    let (counts, read) = through(&[long(State::Draft)], &[]);
    assert_eq!((counts.messages, counts.skipped), (1, 0));
    assert_eq!(read.map(|contents| contents.counts.messages), Ok(1));
    let (_, text) = long(State::Waiting);
    let line = ["{\"key\":\"outbox/k\",\"record\":", &text, "}"].concat();
    assert_eq!(
        super::read(&sealed(&[&line]), 999),
        Err(Refused::Invalid(2))
    );
}

#[test]
fn a_search_longer_than_any_leaves_the_others_where_they_are() {
    let long = serde_json::to_string(&["sea", &"x".repeat(600)]).expect("writes");
    let (counts, read) = through(&[("searches".into(), long.clone())], &[]);
    assert_eq!(counts.skipped, 0);
    let contents = read.expect("is taken");
    let mut local = Local::default();
    local.records.insert("searches".into(), long);
    for local in [Local::default(), local] {
        let plan = contents.plan(&site(), &local, NOW);
        let searches = plan.writes.iter().find(|write| write.key == "searches");
        assert_eq!(searches.map(|write| &*write.text), Some("[\"sea\"]"));
    }
}

#[test]
fn what_is_more_than_a_file_may_hold_stays_behind_and_is_counted() {
    let endless = letter(|own| own.message = "a".repeat(MOST_OF_RECORD), State::Draft);
    let long = article("long", "en", &"a".repeat(MOST_OF_ARTICLE));
    let mut many = ArticleDocument {
        format: 1,
        slug: "many".into(),
        lang: "en".into(),
        ..ArticleDocument::default()
    };
    many.categories = (0..65).map(|n| n.to_string()).collect();
    let many = seal::seal(&many).expect("seals");
    let (counts, read) = through(&[endless], &[long, many, article("a", "en", "A.")]);
    assert_eq!(
        (counts.messages, counts.articles, counts.skipped),
        (0, 1, 3)
    );
    assert_eq!(read.map(|contents| contents.counts.articles), Ok(1));

    // More of them than can be held.
    let draft = |n: usize| {
        letter(
            |own| {
                own.key = n.to_string();
                own.message = "a".repeat(MOST_OF_RECORD - 1_000);
            },
            State::Draft,
        )
    };
    let drafts: Vec<_> = (0..40).map(draft).collect();
    let (counts, read) = through(&drafts, &[]);
    assert_eq!((counts.messages, counts.skipped), (32, 8));
    assert_eq!(read.map(|contents| contents.counts.messages), Ok(32));
}

#[test]
fn a_file_is_full_when_it_has_as_many_lines_or_bytes_as_any() {
    let mut load = load::Load::default();
    let lines = (0..MOST_LINES).filter(|_| load.record("{}")).count();
    assert_eq!(lines as u32, MOST_LINES - 2);
    let mut load = load::Load::default();
    let long = "a".repeat(MOST_OF_ARTICLE - 2);
    let document = ArticleDocument::default();
    let lines = (0..100).filter(|_| load.article(&long, &document)).count();
    assert_eq!(lines as u64, MOST_BYTES / MOST_OF_ARTICLE as u64 - 1);
    assert!(!load::Load::default().article(&[&long, "a"].concat(), &document));
}

const READING: &str = r#"{"v":1,"slug":"a","lang":"en","block":"1","part":0,"progress":0,"seen":1,"read":false,"marked":0,"opened":1,"forgot":0}"#;

#[test]
fn articles_of_which_much_would_be_held_make_a_file_too_large() {
    let mut document = ArticleDocument {
        format: 1,
        slug: "a".into(),
        lang: "en".into(),
        ..ArticleDocument::default()
    };
    document.categories = vec!["c".repeat(512); 64];
    let text = seal::seal(&document).expect("seals");
    let text = serde_json::to_string(&text).expect("writes");
    let line = ["{\"stored\":1,\"document\":", &text, "}"].concat();
    let lines = vec![&*line; MOST_HELD / (64 * 512) + 1];
    assert_eq!(read(&sealed(&lines), 1_000_000), Err(Refused::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn whatever_goes_into_a_file_comes_out_of_it(
        texts in prop::collection::vec(
            ("[a-zé灯🏮\u{1}\"\\\\]{0,9}", 0usize..40_000, 0usize..6, any::<i64>(), "[a-z*/]{0,4}"), 1..6,
        ),
    ) {
        let states = [State::Draft, State::Waiting, State::Sending, State::Delivered, State::Refused, State::Abandoned];
        let mut records = Vec::new();
        let mut articles = Vec::new();
        for (text, times, state, time, name) in texts {
            let long = text.repeat(times);
            let few = text.repeat(times % 100);
            records.push(letter(|own| {
                own.message.clone_from(&long);
                own.subject.clone_from(&few);
                own.changed = time;
            }, states[state]));
            records.push(("searches".into(), serde_json::to_string(&[&few, &text]).expect("writes")));
            let saved = format!("{{\"v\":1,\"kind\":\"article\",\"name\":\"{name}\",\"lang\":\"en\",\"stamp\":{time},\"since\":{time}}}");
            records.push((format!("saved/article/{name}/en"), saved));
            records.push((format!("reading/{name}"), READING.replace("\"a\"", &format!("\"{name}\""))));
            articles.push(article(&few, "en", &long));
        }
        let (counts, read) = through(&records, &articles);
        let contents = read.expect("is taken");
        // What is from far ahead by this clock is in the file, and is left out here.
        let mut came = contents.counts;
        prop_assert_eq!(came.skipped, 0);
        prop_assert_eq!(came.saved + came.reading + came.messages + came.ahead, counts.saved + counts.reading + counts.messages);
        (came.saved, came.reading, came.messages, came.ahead, came.skipped) = (counts.saved, counts.reading, counts.messages, 0, counts.skipped);
        prop_assert_eq!(came, counts);
    }
}
