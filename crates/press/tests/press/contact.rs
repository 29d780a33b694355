//! Contact: what readers are asked, where it goes, and what cannot be said in `site.toml`.

use lamplight_press::Severity::{Error, Warning};
use lamplight_press::{BuildOptions, Kind, build};

use crate::publication::{Publication, SITE, warned};

const POST: &str = "---\ntitle: A\ndate: 2020-01-01\n---\nText.\n";

/// With a table behind the others.
fn with(table: &str) -> Publication {
    let toml = format!("{SITE}\n[contact]\n{table}\n");
    Publication::new().site(&toml).post("a.md", POST)
}

/// The line of the table's head.
fn head() -> usize {
    SITE.lines().count() + 2
}

#[test]
fn without_a_table_nothing_is_said_of_contact() {
    let publication = Publication::new().post("a.md", POST);
    publication.built();
    let files = publication.files();
    assert!(!files.keys().any(|path| path.contains("contact")));
    assert!(!publication.read("a/index.html").contains("contact"));
    assert!(!publication.read("sitemap.xml").contains("contact"));
}

#[test]
fn every_page_leads_to_a_form_in_its_language() {
    let publication = with("endpoint = \"https://example.org/messages\"");
    assert!(warned(&publication.built().diagnostics).is_empty());
    for (page, link) in [
        ("index.html", "href=\"/contact/\">Contact us</a>"),
        ("a/index.html", "href=\"/contact/\">Contact us</a>"),
        ("fr/index.html", "href=\"/fr/contact/\">Nous écrire</a>"),
        (
            "contact/index.html",
            "href=\"/contact/\" aria-current=\"page\">Contact us</a>",
        ),
    ] {
        let page = publication.read(page);
        let (_, rest) = page.split_once(" data-part=\"contact\"").expect("a link");
        assert!(
            rest.split_once("<li>")
                .map_or(rest, |(item, _)| item)
                .contains(link),
            "{page}"
        );
    }
    let page = publication.read("fr/contact/index.html");
    for part in [
        "<section class=\"page contact\" data-contact>\n<h1 class=\"page-title\" tabindex=\"-1\">Nous écrire</h1>",
        "<form class=\"contact-form\" method=\"post\" action=\"https://example.org/messages\">",
        "<input type=\"hidden\" name=\"lang\" value=\"fr\">",
        "<input type=\"hidden\" name=\"page\" value=\"https://example.org/fr/contact/\">",
        "<link rel=\"canonical\" href=\"https://example.org/fr/contact/\">",
        "<link rel=\"alternate\" hreflang=\"ar\" href=\"https://example.org/ar/contact/\">",
        "<link rel=\"alternate\" hreflang=\"x-default\" href=\"https://example.org/contact/\">",
        "<title>Nous écrire · The Wire</title>",
        "le message va alors à <bdi>example.org</bdi>",
        "(jours : 30)",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    assert!(!page.contains("noindex") && !page.contains("contact-hours"));
    let map = publication.read("sitemap.xml");
    assert_eq!(
        map.matches("<loc>https://example.org/contact/</loc>")
            .count(),
        1
    );
    assert_eq!(
        map.matches("<loc>https://example.org/ar/contact/</loc>")
            .count(),
        1
    );
}

#[test]
fn a_publication_with_an_address_alone_is_written_to_by_email() {
    let publication = with("email = \"desk@example.org\"\nsubject = true");
    publication.built();
    let page = publication.read("contact/index.html");
    for part in [
        "action=\"mailto:desk@example.org\" enctype=\"text/plain\"",
        "name=\"subject\"",
        "Our email address: <a href=\"mailto:desk@example.org\"><bdi>desk@example.org</bdi></a></p>",
        "until you throw it away.",
    ] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}

#[test]
fn a_service_has_its_own_endpoint() {
    for (table, part) in [
        (
            "service = \"formspree\"\nform = \"xyzabcde\"",
            "action=\"https://formspree.io/f/xyzabcde\"",
        ),
        (
            "service = \"web3forms\"\nform = \"0a1b-2c\"",
            "name=\"access_key\" value=\"0a1b-2c\"",
        ),
        (
            "service = \"netlify\"",
            "name=\"contact\" data-netlify=\"true\" netlify-honeypot=\"leave_empty\"",
        ),
        (
            "service = \"own\"\nendpoint = \"/messages\"",
            "action=\"/messages\"",
        ),
    ] {
        let publication = with(table);
        assert!(
            warned(&publication.built().diagnostics).is_empty(),
            "{table}"
        );
        let page = publication.read("contact/index.html");
        assert!(page.contains(part), "{part} is not in {page}");
    }
}

#[test]
fn hours_and_holidays_are_a_table_and_a_list_in_the_words_of_the_language() {
    let publication = with(
        "email = \"desk@example.org\"\ntime_zone = \"europe/lisbon\"\nholidays = [\"12-25\", 2027-01-01, { date = \"2026-12-24\", hours = [\"9:00-12:00\"] }]\n[contact.hours]\nmonday-friday = [\"13:30-17:05\", \"09:00-12:30\"]\nfriday = \"9:00-12:00\"\nsunday = []",
    );
    assert!(warned(&publication.built().diagnostics).is_empty());
    let section = |path: &str| {
        let page = publication.read(path);
        let (_, rest) = page.split_once("<table").expect("a table");
        let (table, _) = rest.split_once("</section>").expect("its end");
        table.to_owned()
    };
    insta::assert_snapshot!("hours_en", section("contact/index.html"));
    insta::assert_snapshot!("hours_ar", section("ar/contact/index.html"));
}

#[test]
fn consent_is_asked_for_in_each_language() {
    let publication = with(
        "email = \"desk@example.org\"\nconsent = { en = \"Fine <with> me.\", fr = \"D’accord.\", ar = \"نعم.\" }",
    );
    assert!(warned(&publication.built().diagnostics).is_empty());
    for (page, text) in [
        ("contact/index.html", ">Fine &lt;with&gt; me.</label>"),
        ("fr/contact/index.html", ">D’accord.</label>"),
    ] {
        assert!(publication.read(page).contains(text), "{page}");
    }
    let publication =
        with("email = \"desk@example.org\"\nconsent = { fr = \"D’accord.\", ar = \"نعم.\" }");
    publication.complains(
        Warning,
        Kind::Language,
        "site.toml",
        Some(head() + 2),
        "`consent` has no text in `en`",
    );
    publication.built();
    let page = publication.read("contact/index.html");
    assert!(page.contains(">D’accord.</label>"));
}

#[test]
fn what_cannot_be_used_is_told_with_its_line_and_a_remedy() {
    let email = "email = \"desk@example.org\"";
    let hours = |zone: &str, hours: &str| format!("{email}\n{zone}\n[contact.hours]\n{hours}");
    let lisbon = "time_zone = \"Europe/Lisbon\"";
    let holidays = |list: &str| {
        format!("{email}\nholidays = {list}\n{lisbon}\n[contact.hours]\nmonday = \"9:00-10:00\"")
    };
    for (table, line, text) in [
        (
            "subject = true".to_owned(),
            0,
            "neither an email address nor an endpoint.\n    Add email",
        ),
        (
            "email = \"desk\"".to_owned(),
            1,
            "`desk` is no email address",
        ),
        (
            "endpoint = \"http://a.example/\"".to_owned(),
            1,
            "begins with https://",
        ),
        ("service = \"own\"".to_owned(), 1, "Add endpoint ="),
        (
            "service = \"formspre\"".to_owned(),
            1,
            "Did you mean \"formspree\"?",
        ),
        ("service = \"formspree\"".to_owned(), 1, "Add form ="),
        (
            "service = \"formspree\"\nform = \"https://formspree.io/f/x\"".to_owned(),
            2,
            "it is xyzabcde",
        ),
        ("service = \"web3forms\"".to_owned(), 1, "access key"),
        (
            "service = \"netlify\"\nendpoint = \"https://a.example/\"".to_owned(),
            2,
            "Remove `endpoint`",
        ),
        (
            format!("{email}\nform = \"x\""),
            2,
            "no such service is named",
        ),
        (
            format!("{email}\nsubject = \"yes\""),
            2,
            "Write true or false",
        ),
        (format!("{email}\nconsent = 3"), 2, "Write a sentence"),
        (format!("{email}\nconsent = {{}}"), 2, "Write a sentence"),
        (
            format!("{email}\nkeep_days = 366"),
            2,
            "Write a whole number from 1 to 365",
        ),
        (
            format!("{email}\nhours = 3"),
            2,
            "Write a table: [contact.hours]",
        ),
        (hours("", "monday = \"9:00-10:00\""), 3, "Add time_zone ="),
        (
            hours("time_zone = \"Lisbon\"", "monday = \"9:00-10:00\""),
            2,
            "Did you mean \"Europe/Lisbon\"?",
        ),
        (
            hours("time_zone = \"Europe/Berlim\"", "monday = \"9:00-10:00\""),
            2,
            "Did you mean \"Europe/Berlin\"?",
        ),
        (
            hours(lisbon, "mondy = \"9:00-10:00\""),
            4,
            "Did you mean `monday`?",
        ),
        (
            hours(lisbon, "daily = \"9:00-10:00\""),
            4,
            "Write a day in English",
        ),
        (hours(lisbon, "monday = 9"), 4, "Write times from and to"),
        (
            hours(lisbon, "monday = [\"9-10\"]"),
            4,
            "`9-10` is no time from and to",
        ),
        (
            hours(lisbon, "monday = [\"22:00-2:00\"]"),
            4,
            "ends before it begins",
        ),
        (
            hours(lisbon, "monday = [\"9:00-12:00\", \"11:00-13:00\"]"),
            4,
            "`11:00-13:00` and 9:00-12:00 overlap",
        ),
        (
            hours(
                lisbon,
                "friday-sunday = [\"9:00-12:00\"]\nmonday-friday = \"9:00-10:00\"",
            ),
            5,
            "`friday` is among the days of two lines",
        ),
        (holidays("\"12-25\""), 2, "Write a list of dates"),
        (
            holidays("[\"12-25\", \"25.12.\"]"),
            2,
            "`25.12.` is no date",
        ),
        (holidays("[{ hours = [] }]"), 2, "A holiday has no date"),
        (
            holidays("[\n\"12-25\",\n\"12-25\"]"),
            3,
            "`12-25` is listed twice",
        ),
        (
            holidays("[{ date = \"12-25\", hours = [\"9:00\"] }]"),
            2,
            "`9:00` is no time",
        ),
    ] {
        let publication = with(&table);
        publication.complains(Error, Kind::Config, "site.toml", Some(head() + line), text);
    }
    for (table, line, kind, text) in [
        (
            format!("{email}\nemial = \"x\""),
            2,
            Kind::UnknownKey,
            "`emial` of contact",
        ),
        (
            format!("{email}\nconsent = {{ en = \"a\", fr = \"b\", ar = \"c\", de = \"d\" }}"),
            2,
            Kind::UnknownKey,
            "`de` of consent",
        ),
        (
            holidays("[{ date = \"12-25\", hors = [] }]"),
            2,
            Kind::UnknownKey,
            "`hors` of a holiday",
        ),
        (
            format!("{email}\nholidays = [\"12-25\"]"),
            2,
            Kind::Config,
            "`holidays` say nothing without hours",
        ),
        (
            "endpoint = \"https://formspree.io/f/xyz\"".to_owned(),
            1,
            Kind::Config,
            "Write service = \"formspree\"",
        ),
    ] {
        let publication = with(&table);
        publication.complains(Warning, kind, "site.toml", Some(head() + line), text);
    }
    let toml = format!("contact = \"desk@example.org\"\n{SITE}");
    let publication = Publication::new().site(&toml).post("a.md", POST);
    publication.complains(
        Error,
        Kind::Config,
        "site.toml",
        Some(1),
        "Write a table: [contact]",
    );
}

#[test]
fn a_language_without_words_for_the_form_is_told_and_given_english() {
    let site = SITE.replace("\"en\", \"fr\", \"ar\"", "\"en\", \"it\"");
    let publication = Publication::new()
        .site(&format!(
            "translate = false\n{site}\n[contact]\nemail = \"desk@example.org\"\n"
        ))
        .file("messages/it.json", b"{ \"search\": \"?\" }")
        .post("a.md", POST);
    let report = publication.built();
    let mut all = report.diagnostics.all().iter();
    assert!(all.any(|one| one.message.contains("`it` for the form of contact")));
    let page = publication.read("it/contact/index.html");
    assert!(page.contains("<section class=\"page contact\" data-contact lang=\"en\" dir=\"ltr\">"));
}

#[test]
fn a_post_can_lead_to_the_page_of_contact() {
    let post = "---\ntitle: A\ndate: 2020-01-01\n---\n[Write](/contact/).\n";
    let publication = with("email = \"desk@example.org\"").post("a.md", post);
    assert!(warned(&publication.built().diagnostics).is_empty());
    assert!(
        publication
            .read("a/index.html")
            .contains("<a href=\"/contact/\">Write</a>")
    );
    let publication = Publication::new().post("a.md", post);
    publication.complains(Warning, Kind::DeadLink, "posts/a.md", Some(5), "/contact/");
}

#[test]
fn an_endpoint_of_the_command_stands_over_that_of_the_file() {
    for table in [
        "email = \"desk@example.org\"",
        "service = \"formspree\"\nform = \"xyzabcde\"",
        "endpoint = \"https://example.org/messages\"",
        "",
    ] {
        let publication = with(table);
        let options = BuildOptions {
            contact_endpoint: Some("http://127.0.0.1:8300/".into()),
            ..publication.options()
        };
        let report = build(&options).unwrap_or_else(|error| panic!("{table}: {error}"));
        assert!(warned(&report.diagnostics).is_empty(), "{table}");
        let page = publication.read("contact/index.html");
        for part in [
            "action=\"http://127.0.0.1:8300/\"",
            "name=\"leave_empty\"",
            "form-action 'self' http://127.0.0.1:8300",
        ] {
            assert!(page.contains(part), "{table}: {part} is not in {page}");
        }
        assert!(!page.contains("formspree") && !page.contains("https://example.org/messages"));
    }
}

#[test]
fn an_endpoint_of_the_command_needs_a_form_and_has_to_be_one() {
    let check = |publication: &Publication, endpoint: &str| {
        let found = lamplight_press::check(&BuildOptions {
            contact_endpoint: Some(endpoint.into()),
            ..publication.options()
        });
        found.render(true)
    };
    let bare = Publication::new().post("a.md", POST);
    let said = check(&bare, "http://127.0.0.1:8300/");
    assert!(
        said.starts_with("--contact-endpoint: error: ") && said.contains("[contact] to site.toml"),
        "{said}"
    );
    let said = check(&with("email = \"desk@example.org\""), "http://a.example/");
    assert!(
        said.starts_with("--contact-endpoint: error: `http://a.example/` is no address"),
        "{said}"
    );
}
