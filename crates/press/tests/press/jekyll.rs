//! Archives of a Jekyll site, as they are found.

use crate::publication::{Publication, warned};

const SITE: &str = "title = \"Archive\"\nbase_url = \"https://example.org/\"\nlanguages = [\"en\", \"zh-CN\", \"ja\"]\nposts = \"../archive\"\n";

fn archive(files: &[(&str, &str)]) -> Publication {
    files.iter().fold(
        Publication::new().site(SITE),
        |publication, (path, text)| {
            publication.file(&format!("../archive/{path}"), text.as_bytes())
        },
    )
}

#[test]
fn a_foreign_folder_of_posts_is_read_as_it_is() {
    let publication = archive(&[
        (
            "en/_posts/2020-03-01-storm.md",
            "---\nlayout: post\ntitle: \"Storm\"\ndate: 2020-03-01 09:00:00 +0900\nlang: en\ncategories: sea weather\ntranslator:\n---\n{% highlight sh %}\nls\n{% endhighlight %}\nSee [harbour]({% link en/_posts/2020-02-01-harbour.md %}) and [old](/zh_cn/news/2020/02/01/harbour/#part).\n",
        ),
        (
            "en/_posts/2020-02-01-harbour.md",
            "---\nlayout: post\ntitle: Harbour\nlang: en\n---\nText\n\n## Part\n",
        ),
        (
            "zh_cn/_posts/2020-03-02-storm.md",
            "---\nlayout: post\ntitle: 风暴\nlang: zh_cn\n---\n见[港](/en/news/2020/02/01/harbour/)。\n",
        ),
        ("_drafts/later.md", "---\nlayout: post\ntitle: Later\n---\n"),
    ]);
    let report = publication.built();
    let found = warned(&report.diagnostics);
    assert_eq!((report.articles, found), (3, vec![]));
    let storm = publication.json("articles/storm.en.json");
    assert_eq!(storm["date"], "2020-03-01T09:00:00+09:00");
    assert_eq!(storm["categories"], serde_json::json!(["sea", "weather"]));
    assert_eq!(storm["translations"][0]["lang"], "zh-CN");
    assert_eq!(
        storm["links"]["/en/_posts/2020-02-01-harbour.md"],
        "harbour/"
    );
    assert_eq!(
        storm["links"]["/zh_cn/news/2020/02/01/harbour/#part"],
        "harbour/#part"
    );
    assert!(
        storm["markdown"]
            .as_str()
            .expect("text")
            .starts_with("```sh\nls\n```")
    );
    assert!(
        publication
            .read("zh-cn/storm/index.html")
            .contains("href=\"/harbour/\"")
    );
    assert!(
        publication
            .read("category/weather/index.html")
            .contains("Storm")
    );
}

#[test]
fn of_posts_that_share_a_slug_the_oldest_keeps_it_and_translations_stay_together() {
    let post = |lang: &str| format!("---\nlayout: post\ntitle: Call\nlang: {lang}\n---\nText\n");
    let publication = archive(&[
        ("en/2013-08-29-call.md", &post("en")),
        ("en/2014-09-10-call.md", &post("en")),
        ("ja/2014-09-12-call.md", &post("ja")),
        ("ja/2013-08-29-call.md", &post("ja")),
    ]);
    publication.built();
    for (slug, date) in [("call", "2013-08-29"), ("call-2014-09-10", "2014-09-10")] {
        let document = publication.json(&format!("articles/{slug}.en.json"));
        assert_eq!(document["date"], format!("{date}T00:00:00Z"));
        assert_eq!(document["translations"][0]["lang"], "ja", "{slug}");
    }
}
