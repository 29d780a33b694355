//! Carry files that are not taken: each is refused in words that say why, and nothing is changed.

use std::fs;

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Server, Site, browse};
use lamplight_model::seal;

use crate::carry::{changed, choose, everything, library, make, save};

/// A file as only a hostile hand would make it: sealed, whatever is in it.
fn sealed(site: &str, lines: &[&str]) -> String {
    let rest = format!(
        ",\"carry\":1,\"site\":\"{site}\",\"title\":\"T\",\"made\":1,\"items\":[\n{}\n],\"count\":{}}}\n",
        lines.join(",\n"),
        lines.len()
    );
    let digest = seal::digest(rest.as_bytes());
    format!("{{\"digest\":\"{digest}\"{rest}")
}

#[tokio::test]
async fn what_is_no_whole_file_of_this_publication_is_refused_in_words_and_changes_nothing()
-> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    let folder = tempfile::tempdir()?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        save(browser, &server, "post-02").await?;
        let made = make(browser, &server, folder.path()).await?;
        let whole = fs::read(&made)?;
        let text = String::from_utf8(whole.clone())?;
        let address = server.url("");
        let mut flipped = whole.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 1;
        let mut binary = whole.clone();
        binary[middle] = 0xFF;
        let first = text.lines().next().context("no first line")?;
        let nested = format!(
            "{{\"key\":\"saved/article/a/en\",\"record\":{}{}}}",
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        let long = format!(
            "{{\"key\":\"dreams\",\"record\":\"{}\"}}",
            "x".repeat(1_100_000)
        );
        let deep = format!("{{\"key\":\"dreams\",\"record\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
        let key = r#"{"key":"saved/article/../../x","record":{"v":1,"kind":"article","name":"a","lang":"en","stamp":1,"since":1}}"#;
        let sealed = |lines: &[&str]| sealed(&address, lines).into_bytes();
        let cases: Vec<(&str, Vec<u8>, &str, &str)> = vec![
            ("empty", Vec::new(), "not-carry", "no"),
            ("picture", vec![0x89, b'P', b'N', b'G', 0xFF, 0, 1], "not-carry", "no"),
            ("page", b"<!doctype html><p>Lamp".to_vec(), "not-carry", "no"),
            ("half", whole[..whole.len() / 2].to_vec(), "truncated", "breaks off"),
            ("bit", flipped, "damaged", "damaged"),
            ("binary", binary, "damaged", "damaged"),
            ("foreign", text.replacen(&address, "https://example.com/", 1).into_bytes(), "other-publication", "https://example.com/"),
            ("newer", text.replacen("\"carry\":1", "\"carry\":2", 1).into_bytes(), "newer", "later version"),
            ("endless", format!("{first}\n{}", "x".repeat(9_000_000)).into_bytes(), "too-large", "larger"),
            ("nested", sealed(&[&nested]), "invalid", "line 2"), ("long", sealed(&[&long]), "too-large", "larger"),
            ("deep", sealed(&[&deep]), "invalid", "line 2"),
            ("key", sealed(&[key]), "invalid", "line 2"),
        ];
        library(browser, &server).await?;
        let before = everything(browser).await?;
        for (name, bytes, why, words) in cases {
            let path = folder.path().join(format!("{name}.lamplight.json"));
            fs::write(&path, bytes)?;
            let said = choose(browser, &path, &format!("refused][data-why={why}"))
                .await
                .context(name)?;
            assert!(said.contains(words) && said.contains("Nothing on this device was changed."), "{name}: {said}");
            assert_eq!(changed(&before, &everything(browser).await?), [""; 0], "{name}");
        }
        // What cannot be from now is left out, and said to be.
        let ahead = r#"{"key":"saved/article/post-03/en","record":{"v":1,"kind":"article","name":"post-03","lang":"en","stamp":9000000000000,"since":1}}"#;
        let path = folder.path().join("ahead.lamplight.json");
        fs::write(&path, sealed(&[ahead]))?;
        let said = choose(browser, &path, "nothing").await?;
        assert!(said.contains("ahead of this device’s clock: 1"), "{said}");
        assert_eq!(changed(&before, &everything(browser).await?), [""; 0]);
        // And the whole file is what is here.
        choose(browser, &made, "nothing").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_file_that_is_dropped_is_read_like_one_that_is_chosen() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        library(browser, &server).await?;
        let key = r#"{"key":"saved/article/post-02/en","record":{"v":1,"kind":"article","name":"post-02","lang":"en","stamp":1,"since":1}}"#;
        let drop = "const data = new DataTransfer();
            data.items.add(new File([arguments[0]], 'dropped.json'));
            const section = document.querySelector('.library-carry');
            for (const kind of ['dragenter', 'dragover']) section.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: data }));
            const over = 'over' in section.dataset;
            const taken = !section.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data }));
            return [over, taken, 'over' in section.dataset];";
        let file = sealed(&server.url(""), &[key]);
        let found = browser.run(drop, vec![serde_json::json!(file)]).await?;
        assert_eq!(found, serde_json::json!([true, true, false]));
        browser.wait_for(".library-carry-said [data-carry=plan]").await?;
        let words = browser.text(".library-carry-said").await?;
        assert!(words.contains("saved here, too: 1"), "{words}");
        Ok(())
    })
    .await
}
