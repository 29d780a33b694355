//! How it is to have thousands of articles saved: `cargo xtask bench --only library`.
//!
//! Chromium at its full speed, a phone's window. Everything of a publication is saved while somebody types and scrolls;
//! then the list, the check before a flight, an article and search are used, at last without the site. Beside it stands
//! the same with a few articles: what grows with their number shows. Nothing here fails for being slow: it measures.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use lamplight_e2e::{Browser, Engine, Options, Server, browse_with};
use lamplight_synthetic::Publication;
use serde_json::{Value, json};
use tempfile::TempDir;

/// So long may everything take.
const PATIENCE: Duration = Duration::from_secs(900);

/// Between two keys, or two turns of the wheel.
const BEAT: Duration = Duration::from_millis(120);

/// Notes tasks of more than 50 ms (Long Tasks) and how long the next frame came after each event (Event Timing: from 16 ms,
/// in steps of 8). Runs before the page's own scripts.
const WATCH: &str = "(() => {
  const seen = window.measured = { tasks: [], events: [] };
  const watch = (type, into, more) => new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => seen[into].push(duration)))
    .observe({ type, buffered: true, ...more });
  watch('longtask', 'tasks');
  watch('event', 'events', { durationThreshold: 16 });
})()";

/// Fetches the documents and pages that saving everything fetches, as many at once, and keeps nothing.
const FETCH: &str = "
  const base = arguments[0];
  const queue = [];
  const bytes = async (url) => (await fetch(url, { cache: 'no-store' })).arrayBuffer();
  const { languages } = JSON.parse(document.getElementById('lamplight-site').textContent);
  for (const [at, { code }] of languages.entries()) {
    const { articles } = await (await fetch(`${base}archive/${code.toLowerCase()}.json`, { cache: 'no-store' })).json();
    const pages = at ? `${base}${code.toLowerCase()}/` : base;
    for (const { slug } of articles) {
      queue.push([`${base}articles/${encodeURIComponent(slug)}.${code}.json`, `${pages}${encodeURIComponent(slug)}/`]);
    }
  }
  const start = performance.now();
  const work = async () => {
    for (let one = queue.shift(); one; one = queue.shift()) for (const url of one) await bytes(url);
  };
  await Promise.all([work(), work(), work()]);
  return performance.now() - start;";

/// What one step came to.
#[derive(Clone, Debug, Default)]
struct Step {
    name: &'static str,
    /// Seconds, where something ends.
    seconds: Option<f64>,
    /// The longest task of the page in ms, if any took more than 50, and how many did.
    task: f64,
    tasks: usize,
    /// The longest an event had to wait for its frame, in ms.
    event: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let (mut posts, mut content) = (2_000, None);
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || {
            args.next()
                .with_context(|| format!("`{arg}` needs a value"))
        };
        match arg.as_str() {
            "--posts" => {
                let value = value()?;
                posts = value
                    .parse()
                    .with_context(|| format!("`--posts {value}`"))?;
            }
            "--content" => content = Some(PathBuf::from(value()?)),
            other => bail!("`{other}` is not understood: --posts N, --content FOLDER"),
        }
    }
    let few = measure(&Site::press(20, None)?).await?;
    let many = measure(&Site::press(posts, content)?).await?;
    println!("{}", table(&few, &many));
    Ok(())
}

/// A pressed publication.
struct Site {
    root: PathBuf,
    _folder: TempDir,
}

impl Site {
    /// Presses what is in `content`, or a publication made up.
    fn press(posts: usize, content: Option<PathBuf>) -> Result<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let app = std::env::var_os("LAMPLIGHT_DIST")
            .map_or_else(|| repository.join("dist"), PathBuf::from);
        ensure!(
            app.join("index.html").is_file(),
            "the app is not built in {}: run `cargo xtask build`",
            app.display()
        );
        let folder = tempfile::Builder::new()
            .prefix("lamplight-keeping-")
            .tempdir()?;
        let root = folder.path().join("site");
        let content = match content {
            Some(content) => content,
            None => {
                let made = folder.path().join("content");
                let publication = Publication {
                    seed: 1,
                    posts,
                    images: Vec::new(),
                };
                publication.write(&made)?;
                made
            }
        };
        let options = lamplight_press::BuildOptions {
            content,
            app: app.into(),
            out: root.clone(),
            base_url: Some("https://shelf.example/".into()),
            ..Default::default()
        };
        lamplight_press::build(&options).context("press refused the publication")?;
        Ok(Self {
            root,
            _folder: folder,
        })
    }
}

/// Goes through everything with one publication; how many articles were saved, and the steps.
async fn measure(site: &Site) -> Result<(u64, Vec<Step>)> {
    let mut server = Server::start(&site.root)?;
    let options = Options {
        size: (390, 844),
        ..Options::default()
    };
    let mut steps = Vec::new();
    let mut articles = 0;
    browse_with(Engine::Chromium, options, async |browser: &mut Browser| {
        // The missing server is noted there; what this measures is no test.
        browser.allow_in_console("");
        browser.before_every_page(WATCH).await?;
        library(browser, &server).await?;
        browser.kept().await?;
        browser.session()?.set_script_timeout(PATIENCE).await?;
        let fetched = browser.run_async(FETCH, vec![json!(server.base())]).await?;
        let fetched = fetched.as_f64().with_context(|| format!("fetching: {fetched}"))?;
        steps.push(Step { name: "fetching it, keeping nothing", seconds: Some(fetched / 1_000.0), ..Step::default() });

        let languages = "(list => list && (list.value = '*', list.dispatchEvent(new Event('change', { bubbles: true }))))(document.querySelector('form[data-whole] [name=lang]'))";
        browser.run(languages, Vec::new()).await?;
        browser.wait_for(".library-wishes [data-kind=everything][data-do=keep]").await?;
        let start = begin(browser).await?;
        browser.click(".library-wishes [data-kind=everything][data-do=keep]").await?;
        use_list(browser).await?;
        browser
            .wait_up_to(PATIENCE, "document.querySelector('.library-work')?.dataset.work === '' && !document.querySelector('[data-standing=due]')")
            .await?;
        steps.push(end(browser, "saving everything, while typing and scrolling", Some(start)).await?);
        articles = saved(browser).await?;

        let start = begin(browser).await?;
        library(browser, &server).await?;
        browser.wait_for(".library-list li").await?;
        steps.push(end(browser, "the library's page", Some(start)).await?);
        begin(browser).await?;
        use_list(browser).await?;
        steps.push(end(browser, "its list, typing and scrolling", None).await?);
        begin(browser).await?;
        while browser.eval("!document.querySelector('[data-do=more]').hidden && document.querySelectorAll('.library-list li').length < 1000").await? == true {
            let before = browser.eval("document.querySelectorAll('.library-list li').length").await?;
            browser.run("document.querySelector('[data-do=more]').click()", Vec::new()).await?;
            browser.wait_up_to(PATIENCE, &format!("document.querySelectorAll('.library-list li').length > {before}")).await?;
        }
        use_list(browser).await?;
        steps.push(end(browser, "its list with up to 1,280 lines", None).await?);
        steps.push(check(browser, "ready for the flight?").await?);

        let start = begin(browser).await?;
        article(browser, &server).await?;
        scroll(browser).await?;
        steps.push(end(browser, "an article", Some(start)).await?);
        begin(browser).await?;
        browser.press_keys("/").await?;
        browser.wait_for("dialog[open] input[type=search]").await?;
        type_in(browser, "mor").await?;
        tokio::time::sleep(Duration::from_secs(2)).await;
        steps.push(end(browser, "typing in search", None).await?);

        server.down();
        browser.come_back_later().await?;
        browser.before_every_page(WATCH).await?;
        let start = begin(browser).await?;
        library(browser, &server).await?;
        browser.wait_for(".library-list li").await?;
        use_list(browser).await?;
        steps.push(end(browser, "site down: the library's page and list", Some(start)).await?);
        steps.push(check(browser, "site down: ready for the flight?").await?);
        ensure!(saved(browser).await? == articles, "what was saved is not there any more");
        let start = begin(browser).await?;
        article(browser, &server).await?;
        steps.push(end(browser, "site down: an article", Some(start)).await?);
        Ok(())
    })
    .await?;
    Ok((articles, steps))
}

async fn library(browser: &Browser, server: &Server) -> Result<()> {
    browser.open_app(&server.url("library/")).await?;
    browser.wait_for(".library-wishes [data-wish='']").await?;
    Ok(())
}

/// Opens one of the saved articles.
async fn article(browser: &Browser, server: &Server) -> Result<()> {
    const ONE: &str = "
      const keys = await (await caches.open(`lamplight:${arguments[0]}:saved`)).keys();
      const pages = keys.map(({ url }) => new URL(url).pathname).filter((path) => path.endsWith('/'));
      return pages[pages.length >> 1];";
    let path = browser.run_async(ONE, vec![json!(server.base())]).await?;
    let path = path.as_str().context("no page is saved")?;
    browser
        .open_app(&server.url(path.trim_start_matches(server.base())))
        .await?;
    browser.wait_for("main article h1").await?;
    Ok(())
}

/// How many articles have all their files here, as the page says it.
async fn saved(browser: &Browser) -> Result<u64> {
    let line = browser.text(".library-count").await?;
    let digits = line
        .chars()
        .filter(char::is_ascii_digit)
        .take(9)
        .collect::<String>();
    let number = line.split_once(": ").map_or(digits, |(_, rest)| {
        rest.chars()
            .take_while(|c| c.is_ascii_digit() || *c == ',')
            .filter(char::is_ascii_digit)
            .collect()
    });
    number.parse().with_context(|| format!("`{line}`"))
}

async fn check(browser: &Browser, name: &'static str) -> Result<Step> {
    let start = begin(browser).await?;
    browser.click("[data-do=check]").await?;
    browser
        .wait_up_to(PATIENCE, "document.querySelector('[data-flight]')")
        .await?;
    ensure!(
        browser.has("[data-flight=ready]").await?,
        "{}",
        browser.text(".library-report").await?
    );
    end(browser, name, Some(start)).await
}

/// Types into the list's field, empties it, and scrolls.
async fn use_list(browser: &Browser) -> Result<()> {
    browser
        .run(
            "document.querySelector('form[data-list] [name=text]').focus()",
            Vec::new(),
        )
        .await?;
    type_in(browser, "more").await?;
    type_in(browser, "\u{e003}\u{e003}\u{e003}\u{e003}").await?;
    scroll(browser).await
}

async fn type_in(browser: &Browser, text: &str) -> Result<()> {
    for key in text.chars() {
        browser.press_keys(&key.to_string()).await?;
        tokio::time::sleep(BEAT).await;
    }
    Ok(())
}

async fn scroll(browser: &Browser) -> Result<()> {
    for _ in 0..12 {
        let wheel = json!({ "type": "mouseWheel", "x": 190, "y": 500, "deltaX": 0, "deltaY": 500 });
        browser.cdp("Input.dispatchMouseEvent", wheel).await?;
        tokio::time::sleep(BEAT).await;
    }
    Ok(())
}

async fn begin(browser: &Browser) -> Result<Instant> {
    browser
        .run(
            "window.measured && (measured.tasks = [], measured.events = [])",
            Vec::new(),
        )
        .await?;
    Ok(Instant::now())
}

async fn end(browser: &Browser, name: &'static str, start: Option<Instant>) -> Result<Step> {
    let seconds = start.map(|start| start.elapsed().as_secs_f64());
    let seen = browser.eval("measured").await?;
    let numbers = |value: &Value| -> Vec<f64> {
        value
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_f64)
            .collect()
    };
    let tasks = numbers(&seen["tasks"]);
    let longest = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    Ok(Step {
        name,
        seconds,
        task: longest(&tasks),
        tasks: tasks.len(),
        event: longest(&numbers(&seen["events"])),
    })
}

/// The steps of both, side by side, in Markdown.
fn table((few, little): &(u64, Vec<Step>), (many, much): &(u64, Vec<Step>)) -> String {
    let mut out = format!(
        "| | {few} saved: s | longest task, event (ms) | {many} saved: s | ÷ | longest task, event (ms) | tasks over 50 ms |\n|---|--:|--:|--:|--:|--:|--:|\n"
    );
    let time = |step: &Step| step.seconds.map_or("–".into(), |s| format!("{s:.1}"));
    let long = |step: &Step| {
        let task = if step.task > 0.0 {
            format!("{:.0}", step.task)
        } else {
            "–".into()
        };
        format!("{task}, {:.0}", step.event)
    };
    for (a, b) in little.iter().zip(much) {
        let ratio = a
            .seconds
            .zip(b.seconds)
            .map_or("–".into(), |(a, b)| format!("{:.1}", b / a));
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {ratio} | {} | {} |",
            a.name,
            time(a),
            long(a),
            time(b),
            long(b),
            b.tasks
        );
    }
    let seconds = |name: &str| {
        much.iter()
            .find(|step| step.name.starts_with(name))
            .and_then(|step| step.seconds)
    };
    if let Some((fetching, saving)) = seconds("fetching").zip(seconds("saving")) {
        let _ = writeln!(
            out,
            "\nSaving, which reads every file back, took {:.1} times as long as fetching.",
            saving / fetching
        );
    }
    out
}
