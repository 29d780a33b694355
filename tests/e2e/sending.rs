//! What a web server of `docs/deploying.md` must do, whichever it is: types, times, missing pages, policy,
//! compressed copies, and readers who read on when it is stopped.
//!
//! A module of the tests of each server, which call its functions.

use std::io::Read as _;

use anyhow::{Context, Result, ensure};
use lamplight_e2e::{Browser, Engine, Host, Site, Web, browse};
use reqwest::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
    LOCATION, VARY,
};
use reqwest::{Client, Method, StatusCode, redirect};

/// An answer, its body as it came over the wire.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &HeaderName) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }
}

async fn ask(method: Method, url: &str, headers: &[(HeaderName, &str)]) -> Result<Answer> {
    let client = Client::builder()
        .redirect(redirect::Policy::none())
        .build()?;
    let mut request = client.request(method, url);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let answer = request
        .send()
        .await
        .with_context(|| format!("asking for {url}"))?;
    Ok(Answer {
        status: answer.status(),
        headers: answer.headers().clone(),
        body: answer.bytes().await?.to_vec(),
    })
}

async fn get(url: &str) -> Result<Answer> {
    ask(Method::GET, url, &[]).await
}

/// A file of each kind: path, and its type.
fn kinds(site: &Site) -> Result<Vec<(String, &'static str)>> {
    let files = site.app_files()?;
    let asset = |ending: &str| {
        let found = files
            .iter()
            .find(|file| file.starts_with("assets/") && file.ends_with(ending));
        found.cloned().with_context(|| format!("no asset {ending}"))
    };
    let media = std::fs::read_dir(site.root().join("media"))?
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .find(|name| name.ends_with(".svg"))
        .context("no media")?;
    let named = |path: &str, kind: &'static str| (path.to_owned(), kind);
    Ok(vec![
        named("", "text/html; charset=utf-8"),
        named("post-02/", "text/html; charset=utf-8"),
        named("ar/post-01/", "text/html; charset=utf-8"),
        named("sw.js", "text/javascript; charset=utf-8"),
        named("edition.json", "application/json"),
        named("articles/post-02.en.json", "application/json"),
        named("feed.json", "application/feed+json; charset=utf-8"),
        named("ar/feed.json", "application/feed+json; charset=utf-8"),
        named("feed.xml", "application/atom+xml; charset=utf-8"),
        named("sitemap.xml", "application/xml; charset=utf-8"),
        named("manifest.webmanifest", "application/manifest+json"),
        named("robots.txt", "text/plain; charset=utf-8"),
        named("icons/icon-192.png", "image/png"),
        named("icons/icon.svg", "image/svg+xml"),
        (asset(".wasm")?, "application/wasm"),
        (asset(".js")?, "text/javascript; charset=utf-8"),
        (asset(".css")?, "text/css; charset=utf-8"),
        (format!("media/{media}"), "image/svg+xml"),
    ])
}

/// The file that is sent for a path.
fn file_of(path: &str) -> String {
    match path {
        "" => "index.html".to_owned(),
        page if page.ends_with('/') => format!("{page}index.html"),
        file => file.to_owned(),
    }
}

/// Files have their types and times, and what is missing is a 404.
pub(crate) async fn files(web: Web, base: &str) -> Result<()> {
    let site = Site::fixture_at(base)?;
    let host = Host::start(web, &site.root(), base)?;
    for (path, kind) in kinds(&site)? {
        let answer = get(&host.url(&path)).await?;
        ensure!(answer.status == StatusCode::OK, "{path}: {}", answer.status);
        ensure!(
            answer.header(&CONTENT_TYPE) == kind,
            "{path}: {:?}",
            answer.headers
        );
        let bytes = std::fs::read(site.root().join(file_of(&path)))?;
        ensure!(answer.body == bytes, "{path} has other bytes");
        let immutable = path.starts_with("assets/") || path.starts_with("media/");
        let kept = if immutable {
            "public, max-age=31536000, immutable"
        } else {
            "no-cache"
        };
        ensure!(
            answer.header(&CACHE_CONTROL) == kept,
            "{path}: {:?}",
            answer.headers
        );
        ensure!(
            answer.headers["x-content-type-options"] == "nosniff",
            "{path}"
        );
        ensure!(answer.headers["referrer-policy"] == "same-origin", "{path}");

        let head = ask(Method::HEAD, &host.url(&path), &[]).await?;
        ensure!(
            (head.status, head.body.len()) == (StatusCode::OK, 0),
            "HEAD {path}"
        );
        let length = bytes.len().to_string();
        ensure!(
            head.header(&CONTENT_LENGTH) == length,
            "HEAD {path}: {:?}",
            head.headers
        );

        for (known, name) in [(ETAG, IF_NONE_MATCH), (LAST_MODIFIED, IF_MODIFIED_SINCE)] {
            let value = answer.header(&known).to_owned();
            ensure!(!value.is_empty(), "{path} has no {known}");
            let again = ask(Method::GET, &host.url(&path), &[(name, &value)]).await?;
            ensure!(
                again.status == StatusCode::NOT_MODIFIED,
                "{path}: {}",
                again.status
            );
            ensure!(again.body.is_empty(), "{path}: a 304 with a body");
            ensure!(
                again.header(&CACHE_CONTROL) == kept,
                "304 {path}: {:?}",
                again.headers
            );
        }
    }

    let missing = site.read("404.html")?.into_bytes();
    for path in [
        "nothing/",
        "assets/app-0.js",
        "media/0.webp",
        "_headers",
        "404.html",
    ] {
        let answer = get(&host.url(path)).await?;
        ensure!(
            answer.status == StatusCode::NOT_FOUND,
            "{path}: {}",
            answer.status
        );
        ensure!(
            answer.body == missing,
            "{path} is not answered with the site's page"
        );
        ensure!(
            answer.header(&CACHE_CONTROL) == "no-cache",
            "{path}: {:?}",
            answer.headers
        );
        ensure!(
            answer.headers.contains_key(CONTENT_SECURITY_POLICY),
            "{path}"
        );
        // A browser that asks again with what it was told must not be shown an empty page.
        for (known, name) in [(ETAG, IF_NONE_MATCH), (LAST_MODIFIED, IF_MODIFIED_SINCE)] {
            let value = answer.header(&known).to_owned();
            let headers = [(name, value.as_str())];
            let again = ask(
                Method::GET,
                &host.url(path),
                &headers[usize::from(value.is_empty())..],
            )
            .await?;
            ensure!(
                (again.status, &again.body) == (StatusCode::NOT_FOUND, &missing),
                "{path} asked for again: {}",
                again.status
            );
        }
    }

    let folder = get(&host.url("post-02")).await?;
    ensure!(
        [301, 308].contains(&folder.status.as_u16()),
        "{}",
        folder.status
    );
    ensure!(
        folder.header(&LOCATION) == format!("{base}post-02/"),
        "{:?}",
        folder.headers
    );
    Ok(())
}

/// The directives of a policy, in order.
fn directives(policy: &str) -> Vec<&str> {
    let mut all: Vec<&str> = policy.split(';').map(str::trim).collect();
    all.sort_unstable();
    all
}

/// The header and the page together have the policy that other hosts send.
pub(crate) async fn policy(web: Web) -> Result<()> {
    let site = Site::fixture()?;
    let host = Host::start(web, &site.root(), "/")?;
    let answer = get(&host.url("post-02/")).await?;
    let page = String::from_utf8(answer.body.clone())?;
    let meta = page
        .split_once("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .and_then(|(_, rest)| rest.split('"').next())
        .context("the page has no policy")?;
    let mut together = directives(meta);
    together.extend(directives(answer.header(&CONTENT_SECURITY_POLICY)));
    together.sort_unstable();
    together.dedup();
    let file = site.read("_headers")?;
    let elsewhere = file
        .lines()
        .find_map(|line| line.trim().strip_prefix("Content-Security-Policy: "))
        .context("_headers has no policy")?;
    ensure!(
        together == directives(elsewhere),
        "{together:?}\n{elsewhere}"
    );
    ensure!(together.contains(&"frame-ancestors 'self'"), "{together:?}");
    Ok(())
}

/// Compressed copies are sent to those who take them.
pub(crate) async fn copies(web: Web) -> Result<()> {
    let site = Site::precompressed()?;
    let host = Host::start(web, &site.root(), "/")?;
    for (path, kind) in kinds(&site)? {
        // Pictures are compressed already, and the few bytes of robots.txt would only grow.
        if kind == "image/png" || path == "robots.txt" {
            continue;
        }
        let plain = get(&host.url(&path)).await?;
        ensure!(plain.header(&CONTENT_ENCODING).is_empty(), "{path}");
        let mut sizes = vec![plain.body.len()];
        for (accepted, encoding) in [("gzip, deflate", "gzip"), ("gzip, deflate, br, zstd", "br")] {
            let url = host.url(&path);
            let answer = ask(Method::GET, &url, &[(ACCEPT_ENCODING, accepted)]).await?;
            ensure!(
                answer.header(&CONTENT_ENCODING) == encoding,
                "{path}: {:?}",
                answer.headers
            );
            ensure!(
                answer.header(&CONTENT_TYPE) == kind,
                "{path}: {:?}",
                answer.headers
            );
            ensure!(
                answer.header(&VARY) == "Accept-Encoding",
                "{path}: {:?}",
                answer.headers
            );
            // Nothing was compressed for this answer.
            let ending = if encoding == "br" { "br" } else { "gz" };
            let copy = site.root().join(format!("{}.{ending}", file_of(&path)));
            ensure!(
                answer.body == std::fs::read(copy)?,
                "{path} as {encoding} is not the copy"
            );
            ensure!(
                unpacked(encoding, &answer.body)? == plain.body,
                "{path} as {encoding}"
            );
            sizes.push(answer.body.len());

            let known = answer.header(&ETAG).to_owned();
            let again = [(ACCEPT_ENCODING, accepted), (IF_NONE_MATCH, known.as_str())];
            let again = ask(Method::GET, &url, &again).await?;
            ensure!(
                again.status == StatusCode::NOT_MODIFIED,
                "{path}: {}",
                again.status
            );
        }
        ensure!(sizes.is_sorted_by(|a, b| a > b), "{path}: {sizes:?} bytes");
    }
    Ok(())
}

fn unpacked(encoding: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    if encoding == "br" {
        brotli::BrotliDecompress(&mut &bytes[..], &mut out)?;
    } else {
        flate2::read::GzDecoder::new(bytes).read_to_end(&mut out)?;
    }
    Ok(out)
}

/// Without copies, texts are compressed as they are sent.
pub(crate) async fn no_copies(web: Web) -> Result<()> {
    let site = Site::fixture()?;
    let host = Host::start(web, &site.root(), "/")?;
    for path in [
        "post-02/",
        "articles/post-02.en.json",
        "feed.json",
        "feed.xml",
        "sitemap.xml",
    ] {
        let plain = get(&host.url(path)).await?;
        let accepted = [(ACCEPT_ENCODING, "gzip, br")];
        let answer = ask(Method::GET, &host.url(path), &accepted).await?;
        ensure!(
            answer.header(&CONTENT_ENCODING) == "gzip",
            "{path}: {:?}",
            answer.headers
        );
        ensure!(unpacked("gzip", &answer.body)? == plain.body, "{path}");
    }
    Ok(())
}

/// A reader reads on when the server is stopped.
pub(crate) async fn stopped(web: Web) -> Result<()> {
    let site = Site::precompressed()?;
    let mut host = Host::start(web, &site.root(), "/")?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&host.url("post-02/")).await?;
        browser.evidence(&["live"]).await?;
        browser.kept().await?;
        browser.goto(&host.url("post-03/")).await?;
        browser.ready().await?;
        browser.shows("Post number 3").await?;
        // Nothing so far: a violated policy would have been a message.
        browser.check_console().await?;

        browser.allow_in_console("net::ERR_");
        host.down();
        browser.open_app(&host.url("post-02/")).await?;
        browser.shows("Post number 2").await?;
        browser.evidence(&["unreachable"]).await?;
        host.up()?;
        browser.check_now().await?;
        browser.evidence(&["live"]).await?;
        Ok(())
    })
    .await
}
