//! Pictures: each device takes the file that fits it, has one when the site is gone, and nothing
//! jumps.

use std::io::Cursor;

use anyhow::{Context, Result, ensure};
use image::{ImageFormat, Rgb, RgbImage};
use lamplight_e2e::{Browser, Engine, Fault, Options, Post, Server, Site, browse, browse_with};

/// A picture that does not compress well, as photographs do not.
fn photograph(width: u32, height: u32) -> Result<Vec<u8>> {
    let mut grain = 1u32;
    let image = RgbImage::from_fn(width, height, |x, y| {
        grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (grain >> 27) as u8;
        Rgb([(x % 190) as u8 + noise, (y % 170) as u8 + noise, 90 + noise])
    });
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// The fixture, with two posts newer than all others that have a lead picture and one in the text.
fn illustrated() -> Result<Site> {
    let site = Site::fixture()?;
    site.put("pier.png", &photograph(1500, 1000)?)?;
    for (slug, title, day) in [("pier", "The pier", 26), ("quay", "The quay", 27)] {
        site.publish(&Post {
            slug: slug.into(),
            // The fixture writes the title between quotation marks into the front matter.
            title: format!("{title}\"\nimage: pier.png\nimage_alt: \"A pier"),
            date: format!("2026-03-{day}T09:00:00Z"),
            text: "Before.\n\n![The same pier](pier.png)\n\nAfter.".into(),
        })?;
    }
    Ok(site)
}

const LEAD: &str = "document.querySelector('.article-lead img')";
const TEXT: &str = "document.querySelector('.prose img')";

/// Waits until a picture is shown; which file, and its width in the file.
async fn shown(browser: &Browser, picture: &str) -> Result<(String, u64)> {
    browser
        .run(
            &format!("{picture}.scrollIntoView({{ behavior: 'instant' }})"),
            Vec::new(),
        )
        .await?;
    browser
        .wait_until(&format!(
            "{picture}?.complete && {picture}.naturalWidth > 0"
        ))
        .await?;
    let file = browser
        .eval(&format!("{picture}.currentSrc.split('/').pop()"))
        .await?;
    let file = file.as_str().context("a name")?.to_owned();
    // `naturalWidth` is in CSS pixels, after `sizes`; the file's own comes of a picture by itself.
    let width = browser
        .run_async(
            "const [src] = arguments;
             const image = new Image();
             image.src = src;
             await image.decode();
             return image.naturalWidth;",
            vec![browser.eval(&format!("{picture}.currentSrc")).await?],
        )
        .await?;
    Ok((file, width.as_u64().context("a width")?))
}

#[tokio::test]
async fn each_screen_takes_the_narrowest_file_that_fits_it() -> Result<()> {
    let site = illustrated()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for (width, density, lead, text) in [
            (390, 1, 480, 480),
            (390, 2, 800, 800),
            (1280, 1, 1200, 800),
            (1280, 2, 1500, 1200),
        ] {
            // A tab of its own: what a page has taken, it goes on showing.
            browser.new_tab().await?;
            browser.show_at(width, 844, density, width < 500).await?;
            browser.goto(&server.url("pier/")).await?;
            for (picture, wanted) in [(LEAD, lead), (TEXT, text)] {
                let (file, wide) = shown(browser, picture).await?;
                ensure!(
                    wide == wanted,
                    "{width} × {density}: {file} is {wide} wide, not {wanted}"
                );
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn sizes_says_how_wide_pictures_really_are() -> Result<()> {
    let site = illustrated()?;
    let server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        for width in [390, 768, 1280] {
            browser.show_at(width, 900, 1, false).await?;
            for path in ["pier/", ""] {
                browser.open_app(&server.url(path)).await?;
                // The first condition that holds, as the browser reads `sizes`; how wide the picture
                // is drawn, where it covers or is contained in its place; and where it is.
                let pictures = browser
                    .eval(
                        "[...document.querySelectorAll('main img[sizes]')].map((image) => {
                           const size = image.sizes.split(',').map((part) => part.trim())
                             .map((part) => /^(\\(.*\\))\\s+(\\S+)$/.exec(part) ?? [part, 'all', part])
                             .find(([, media]) => matchMedia(media).matches)[2];
                           const probe = document.body.appendChild(document.createElement('div'));
                           probe.style.cssText = `position: fixed; inline-size: ${size}`;
                           const said = probe.getBoundingClientRect().width;
                           probe.remove();
                           const box = image.getBoundingClientRect();
                           const ratio = image.getAttribute('width') / image.getAttribute('height');
                           const fit = getComputedStyle(image).objectFit;
                           const wide = fit === 'cover' ? Math.max(box.width, box.height * ratio)
                             : fit === 'contain' ? Math.min(box.width, box.height * ratio) : box.width;
                           return [image.closest('[class]').className, said, wide];
                         })",
                    )
                    .await?;
                let pictures = pictures.as_array().context("a list")?;
                ensure!(pictures.len() >= 2, "{path} has only {pictures:?}");
                for picture in pictures {
                    let number = |at: usize| picture[at].as_f64().unwrap_or_default();
                    let ratio = number(1) / number(2);
                    ensure!(
                        (0.9..=1.1).contains(&ratio),
                        "at {width}, /{path}: {picture} (class, said, real)"
                    );
                }
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn pictures_are_there_on_another_screen_when_the_site_is_gone() -> Result<()> {
    let site = illustrated()?;
    let mut server = Server::start(&site.root())?;
    browse(Engine::Chromium, async |browser: &mut Browser| {
        browser.show_at(390, 844, 2, false).await?;
        browser.open_app(&server.url("pier/")).await?;
        browser.evidence(&["live"]).await?;
        browser.kept().await?;
        browser.wait_until_stored("/articles/quay.en.json").await?;
        browser.allow_in_console("net::ERR_");
        server.down();
        // One was visited; the other was only fetched ahead. The wider screen wants files that the
        // device does not have.
        for (width, density) in [(390, 2), (1280, 2), (1280, 1)] {
            browser.show_at(width, 844, density, false).await?;
            for (path, title) in [("pier/", "The pier"), ("quay/", "The quay")] {
                browser.open_app(&server.url(path)).await?;
                browser.shows(title).await?;
                for picture in [LEAD, TEXT] {
                    shown(browser, picture)
                        .await
                        .with_context(|| format!("{width} × {density}, {path}"))?;
                }
            }
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_jumps_when_pictures_come_late() -> Result<()> {
    let site = illustrated()?;
    let server = Server::start(&site.root())?;
    // Pages never finish loading while pictures hang, so the app is waited for, not the load.
    let options = Options {
        load_strategy: "none",
        ..Options::default()
    };
    browse_with(Engine::Chromium, options, async |browser: &mut Browser| {
        browser.show_at(390, 844, 2, false).await?;
        // The first page is left while its manifest's icon is still under way.
        browser.allow_in_console("icon from the Manifest");
        for path in ["pier/", ""] {
            server.fault("media/", Fault::Hang);
            browser.goto(&server.url(path)).await?;
            browser
                .wait_until(&format!(
                    "location.pathname === '/{path}' && document.documentElement.dataset.app === 'ready'"
                ))
                .await?;
            let waiting = browser
                .eval("[...document.querySelectorAll('main img')].some((image) => !image.complete)")
                .await?;
            ensure!(waiting == true, "no picture of /{path} is late");
            server.heal();
            browser
                .wait_until(
                    "[...document.querySelectorAll('main img')].every((image) =>
                       image.complete || image.getBoundingClientRect().top > innerHeight * 2)",
                )
                .await?;
            let shifts = browser.layout_shifts().await?;
            ensure!(shifts.is_empty(), "on /{path}: {shifts:#?}");
        }
        Ok(())
    })
    .await
}
