//! The interface's language: who chooses it, what of it is downloaded, and that a browser counts, dates and
//! numbers as press does.

use anyhow::{Context, Result};
use lamplight_e2e::{Browser, Engine, Options, Server, Site, browse, browse_with};
use lamplight_model::catalogue::Catalogue;
use lamplight_model::{Messages, long_date};
use serde_json::json;

fn reader_of(language: &str) -> Options {
    Options {
        language: language.into(),
        ..Options::default()
    }
}

/// Language and direction of the page.
const SPOKEN: &str = "document.documentElement.lang + ' ' + document.documentElement.dir";

/// The files of interface texts that the page asked for.
const TEXTS: &str = "performance.getEntriesByType('resource').map((one) => one.name)
    .filter((name) => name.includes('/assets/messages-')).length";

#[tokio::test]
async fn the_address_decides_then_the_readers_choice_then_the_browser() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse_with(
        Engine::Chromium,
        reader_of("ar-EG"),
        async |browser: &mut Browser| {
            // An article's own page is in its language, whatever the browser wants.
            browser.open_app(&server.url("post-02/")).await?;
            assert_eq!(browser.eval(SPOKEN).await?, "en ltr");
            // Settings have none: the browser's.
            browser.open_app(&server.url("settings/")).await?;
            browser.shows("الإعدادات").await?;
            assert_eq!(browser.eval(SPOKEN).await?, "ar rtl");
            // The reader's choice is stronger, and shows at once.
            browser.click("input[name=language] + [lang=en]").await?;
            browser.shows("Settings").await?;
            assert_eq!(browser.eval(SPOKEN).await?, "en ltr");
            browser.open_app(&server.url("library/")).await?;
            browser.shows("Offline").await?;
            browser.open_app(&server.url("search/")).await?;
            browser.shows("Search").await?;
            // The address is stronger than both.
            browser.open_app(&server.url("ar/library/")).await?;
            browser.shows("دون اتصال").await?;
            // And back to the browser's.
            browser.open_app(&server.url("settings/")).await?;
            browser.shows("Settings").await?;
            browser.click("input[name=language]").await?;
            browser.shows("الإعدادات").await?;
            Ok(())
        },
    )
    .await
}

#[tokio::test]
async fn only_the_language_in_use_is_downloaded() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.open_app(&server.url("post-02/")).await?;
        browser.kept().await?;
        browser.open_app(&server.url("settings/")).await?;
        browser.shows("Settings").await?;
        assert_eq!(browser.eval(TEXTS).await?, 0, "English comes with the app");
        browser.open_app(&server.url("ar/post-01/")).await?;
        browser.wait_until(&format!("{TEXTS} === 1")).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_readers_language_is_there_offline_though_it_was_never_opened() -> Result<()> {
    let site = Site::fixture()?;
    let mut server = Server::start(&site.root())?;
    browse_with(
        Engine::Chromium,
        reader_of("ar"),
        async |browser: &mut Browser| {
            browser.open_app(&server.url("post-02/")).await?;
            browser.evidence(&["live"]).await?;
            browser.kept().await?;
            browser.allow_in_console("net::ERR_");
            server.down();
            browser.come_back_later().await?;
            browser.open_app(&server.url("library/")).await?;
            browser.shows("دون اتصال").await?;
            assert_eq!(browser.eval(SPOKEN).await?, "ar rtl");
            // Sizes and ages in the digits of the page's dates.
            browser.wait_for(".library-space .library-meter").await?;
            browser.wait_for(".library-link[lang=en]").await?;
            let digits = "(words) => /[٠-٩]/.test(words) && !/[0-9]/.test(words)";
            let digits =
                format!("({digits})(document.querySelector('.library-space').textContent)");
            browser.wait_until(&digits).await?;
            // A title of another language has its own direction, in a row that begins where the others do.
            let titles = "[...document.querySelectorAll('.library-link[lang=en]')].every(
            (link) => getComputedStyle(link).direction === 'rtl' && getComputedStyle(link.querySelector('bdi')).direction === 'ltr')";
            assert_eq!(browser.eval(titles).await?, true);
            Ok(())
        },
    )
    .await
}

/// What the browser's `Intl` says of each number's form, of dates in a language's calendar, and of digits.
const BY_THE_BROWSER: &str = "const [locale, lang, forms, numbers, dates] = arguments;
    const rules = new Intl.PluralRules(lang);
    const digits = new Intl.NumberFormat(locale, { useGrouping: false });
    const count = (n) => (forms[rules.select(n)] ?? forms.other).replace('{n}', digits.format(n));
    const parts = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric', year: 'numeric', timeZone: 'UTC' });
    const date = (text) => parts.formatToParts(new Date(text))
      .filter(({ type }) => ['day', 'month', 'year'].includes(type))
      .sort((a, b) => a.type < b.type ? -1 : 1).map(({ value }) => value).join(' ');
    return [numbers.map(count), dates.map(date)];";

#[tokio::test]
async fn a_browser_counts_and_dates_as_press_does_in_every_language() -> Result<()> {
    let site = Site::fixture()?;
    let server = Server::start(&site.root())?;
    for engine in [Engine::Chromium, Engine::Firefox] {
        browse(engine, async |browser: &mut Browser| {
            browser.goto(&server.url("post-02/")).await?;
            for lang in Catalogue::languages() {
                let catalogue = Catalogue::builtin(lang).context("a language")?;
                let messages = Messages::read(&catalogue.wire(lang)).context("texts")?;
                let numbers: Vec<u32> = (0..=130).chain([200, 1000, 1001, 1011]).collect();
                let dates: Vec<String> = (1950..=2090)
                    .flat_map(|year| {
                        [
                            format!("{year}-03-19"),
                            format!("{year}-03-20"),
                            format!("{year}-03-21"),
                        ]
                    })
                    .collect();
                let file = catalogue.forms("new_posts").context("a text with forms")?;
                let arguments = vec![
                    json!(messages.locale()),
                    json!(lang),
                    file,
                    json!(numbers),
                    json!(dates),
                ];
                let answer = browser.run(BY_THE_BROWSER, arguments).await?;
                let counted: Vec<String> = numbers
                    .iter()
                    .map(|n| messages.count(&messages.new_posts, *n))
                    .collect();
                assert_eq!(answer[0], json!(counted), "{engine} {lang}");
                if messages.calendar != "persian" {
                    continue;
                }
                // Day, month as a number, year: the pattern and the names are the catalogue's.
                let months: Vec<String> = (1..=12).map(|month| messages.number(month)).collect();
                let mut plain = messages.clone();
                plain.date = "{day} {month} {year}".into();
                plain.months = months.join("|");
                for (at, date) in dates.iter().enumerate() {
                    assert_eq!(
                        answer[1][at],
                        long_date(date, &plain),
                        "{engine} {lang} {date}"
                    );
                }
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}
