//! The preview of a publication that is being written.

use std::fs;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use futures_util::StreamExt as _;
use lamplight_press::preview::Preview;
use lamplight_press::{BuildError, BuildOptions, Kind, Severity, Silent, check};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::publication::Publication;

const ORIGIN: &str = "http://127.0.0.1:8000";
const POST: &str = "---\ntitle: Storm\ndate: 2020-01-01\n---\nText.\n";

struct Shown {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

fn wait<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}

fn preview(publication: &Publication) -> Preview {
    Preview::new(publication.options(), ORIGIN, &publication.path("shown"))
}

fn get(preview: &Preview, path: &str) -> Shown {
    wait(async {
        let request = Request::get(path)
            .header(header::ACCEPT_ENCODING, "br, gzip")
            .header(header::IF_MODIFIED_SINCE, "Fri, 01 Jan 2100 00:00:00 GMT")
            .body(Body::empty())
            .expect("a request");
        let answer = preview.router().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Shown {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    })
}

/// What a page is told when it begins to listen.
fn news(preview: &Preview) -> Value {
    wait(async {
        let request = Request::get("/__press/events")
            .body(Body::empty())
            .expect("a request");
        let answer = preview.router().oneshot(request).await.expect("an answer");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
        let mut events = answer.into_body().into_data_stream();
        let event = events.next().await.expect("an event").expect("a text");
        let text = String::from_utf8_lossy(&event).into_owned();
        let data = text.strip_prefix("data: ").expect("data");
        serde_json::from_str(data.trim_end()).expect("JSON")
    })
}

#[test]
fn an_edit_is_shown_at_once_and_its_pages_listen_for_the_next() {
    let publication = Publication::new().post("storm.md", &format!("{POST}Windy.\n"));
    let preview = preview(&publication);
    preview.build(&Silent).result.expect("builds");
    let before = news(&preview);
    assert!(get(&preview, "/storm/").text.contains("Windy."));
    let publication = publication.post("storm.md", &format!("{POST}Calm.\n"));
    preview.build(&Silent).result.expect("builds");
    let page = get(&preview, "/storm/");
    assert!(page.text.contains("Calm.") && !page.text.contains("Windy."));
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
    let after = news(&preview);
    assert_ne!(before["generation"], after["generation"]);
    let generation = after["generation"].as_str().expect("a text");
    for path in ["/", "/storm/", "/fr/", "/nowhere/"] {
        let page = get(&preview, path);
        let script =
            format!("<script src=\"/__press/preview.js\" data-generation=\"{generation}\"");
        assert_eq!(page.text.matches(&script).count(), 1, "{path}");
        // The worker takes a page for whole by its last line.
        assert!(page.text.ends_with("</html>\n"), "{path}");
    }
    assert!(
        get(&preview, "/__press/preview.js")
            .text
            .contains("EventSource")
    );
    drop(publication);
}

#[test]
fn what_is_not_a_page_is_served_as_it_will_be_published() {
    let publication = Publication::new().post("storm.md", &format!("{POST}Windy.\n"));
    let preview = preview(&publication);
    preview.build(&Silent).result.expect("builds");
    // The worker holds the shell to its digest.
    for path in ["shell/", "sw.js", "feed.json", "articles/storm.en.json"] {
        let file = if path.ends_with('/') {
            format!("shown/{path}index.html")
        } else {
            format!("shown/{path}")
        };
        let file = fs::read_to_string(publication.path(&file)).expect("a file");
        assert_eq!(get(&preview, &format!("/{path}")).text, file, "{path}");
    }
}

#[test]
fn an_edit_that_cannot_be_built_leaves_the_last_good_site_and_says_where_the_mistake_is() {
    let publication = Publication::new().post("storm.md", &format!("{POST}Windy.\n"));
    let preview = preview(&publication);
    preview.build(&Silent).result.expect("builds");
    let before = news(&preview);
    let publication = publication.post("storm.md", "---\ntitle: Storm\n---\nNo date.\n");
    let built = preview.build(&Silent);
    assert!(matches!(built.result, Err(BuildError::Content(_))));
    let told = news(&preview);
    assert_eq!(told["generation"], before["generation"]);
    assert_eq!(
        (&told["broken"], &told["shown"]),
        (&true.into(), &true.into())
    );
    let problem = &told["problems"][0];
    let place = problem["place"].as_str().expect("a text");
    assert!(place.ends_with("posts/storm.md:1"), "{place}");
    assert_eq!(problem["message"], "The post has no date.");
    assert!(
        problem["remedy"]
            .as_str()
            .is_some_and(|text| text.contains("date: 2016-10-28"))
    );
    assert!(get(&preview, "/storm/").text.contains("Windy."));
    let _publication = publication.post("storm.md", &format!("{POST}Mended.\n"));
    preview.build(&Silent).result.expect("builds");
    let told = news(&preview);
    assert_eq!(
        (&told["broken"], &told["problems"]),
        (&false.into(), &serde_json::json!([]))
    );
    assert!(get(&preview, "/storm/").text.contains("Mended."));
}

#[test]
fn a_publication_that_cannot_be_built_at_first_shows_why_until_it_can() {
    let publication =
        Publication::new().post("storm.md", "---\ntitle: <Storm>\ndate: [\n---\nText.\n");
    let preview = preview(&publication);
    assert!(preview.build(&Silent).result.is_err());
    let page = get(&preview, "/any/page/");
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("cannot be built yet"), "{}", page.text);
    assert!(
        page.text.contains("posts/storm.md:3</code>"),
        "{}",
        page.text
    );
    assert!(page.text.contains("/__press/preview.js"), "{}", page.text);
    assert_eq!(
        get(&preview, "/feed.json").status,
        StatusCode::SERVICE_UNAVAILABLE
    );
    assert_eq!(news(&preview)["shown"], false);
    let _publication = publication.post("storm.md", &format!("{POST}Windy.\n"));
    preview.build(&Silent).result.expect("builds");
    assert!(get(&preview, "/storm/").text.contains("Windy."));
}

#[test]
fn a_preview_needs_no_address_keeps_the_path_of_one_and_knows_its_own_links() {
    let titled = "title = \"A\"\n";
    let publication = Publication::new().site(titled).post("storm.md", POST);
    assert_eq!(preview(&publication).build(&Silent).base, "/");
    let publication = publication
        .site(&format!("{titled}base_url = \"https://a.example/news/\"\n"))
        .post(
            "storm.md",
            &format!("{POST}[Here](https://a.example/news/storm/) and [there](https://a.example/other/).\n"),
        );
    let preview = preview(&publication);
    let built = preview.build(&Silent);
    assert_eq!(built.base, "/news/");
    let report = built.result.expect("builds");
    assert_eq!(report.diagnostics.all(), []);
    let page = get(&preview, "/news/storm/").text;
    assert!(page.contains("<a href=\"/news/storm/\">Here</a>"), "{page}");
    assert!(page.contains("href=\"https://a.example/other/\""), "{page}");
    assert!(page.contains("<link rel=\"canonical\" href=\"http://127.0.0.1:8000/news/storm/\">"));
}

#[test]
fn an_absent_address_stops_a_build_and_only_warns_in_a_check() {
    let publication = Publication::new()
        .site("title = \"A\"\n")
        .post("a.md", POST);
    let found = publication.check();
    let [one] = found.all() else {
        panic!("{}", found.render(true));
    };
    assert_eq!((one.severity, one.kind), (Severity::Warning, Kind::Config));
    assert!(one.remedy.contains("base_url = \"https://example.org/\""));
    let Err(BuildError::Content(found)) = publication.build() else {
        panic!("it builds");
    };
    assert_eq!(found.errors(), 1, "{}", found.render(true));
    let given = BuildOptions {
        base_url: Some("https://b.example/".into()),
        ..publication.options()
    };
    assert_eq!(check(&given).all(), []);
}
