//! The files of contact: the app's fifth program (`crates/contact`), which keeps and delivers messages, in pages and in
//! the service worker.
//!
//! Entry points: [`Files`], [`files`], [`for_trunk`]. Pages name one script (`docs/pages.md`), the worker another; both
//! have what they have to be told of the site written into them.

use std::collections::BTreeMap;

use lamplight_model::contact::{Contact, Service};
use serde::Serialize;
use serde_json::Value;

use crate::config::Config;
use crate::emit::app::{AppFiles, File};
use crate::emit::block::bare;
use crate::emit::words;

/// Trunk's names: it gives programs that a page does not start the names they have in Cargo.
pub(crate) const SCRIPT: &str = "lamplight-contact.js";
pub(crate) const PROGRAM: &str = "lamplight-contact_bg.wasm";
pub(crate) const SHEET: &str = "public/contact.css";

/// The scripts' sources, in which the files beside them and the site are to be named.
const POST: &str = include_str!("post.js");
const FORM: &str = include_str!("contact.js");

/// The files of contact.
pub(crate) struct Files {
    /// The script that pages name.
    pub(crate) form: File,
    /// The script that the worker runs.
    pub(crate) post: File,
    /// The program.
    pub(crate) program: File,
    /// The style sheet of panel and page.
    pub(crate) sheet: File,
}

impl Files {
    pub(crate) fn all(self) -> [File; 4] {
        [self.form, self.post, self.program, self.sheet]
    }
}

/// What the page's script is told of the site.
#[derive(Serialize)]
struct Told<'a> {
    base: &'a str,
    /// Who gets the messages, as readers are told.
    place: &'a str,
    contact: &'a Contact,
    /// What readers agree to, by language; in the default language under the empty name.
    consent: BTreeMap<&'a str, &'a str>,
    /// By the languages of the site that have texts of their own; in English under the empty name.
    texts: BTreeMap<&'a str, Value>,
}

/// The files of contact; none where readers cannot write to the publication.
pub(crate) fn files(config: &Config, app: &AppFiles) -> Result<Option<Files>, serde_json::Error> {
    let Some(contact) = config.contact.get(config.site.default_lang()) else {
        return Ok(None);
    };
    let program = File::hashed("contact", "wasm", app.contact_wasm.clone());
    let sheet = File::hashed("contact", "css", app.contact_css.clone());
    let glue = String::from_utf8_lossy(&app.contact_js);
    let address = [&config.site.base, &*program.path].concat();
    let post = post(config, contact, &address, &glue)?;
    let beside = |file: &File| file.path.replacen("assets/", "./", 1);
    let form = form(config, contact, &beside(&post), &beside(&sheet))?;
    Ok(Some(Files {
        form,
        post,
        program,
        sheet,
    }))
}

/// What pages say of it: the script that they name.
pub(crate) fn meta(base: &str, form: Option<&File>) -> String {
    form.map_or_else(String::new, |form| {
        format!(
            "<meta name=\"lamplight-contact\" content=\"{base}{}\">\n",
            form.path
        )
    })
}

/// The scripts, where Trunk has the rest; first the one that pages name.
pub(crate) fn for_trunk(config: &Config, glue: &str) -> Result<Vec<File>, serde_json::Error> {
    let Some(contact) = config.contact.get(config.site.default_lang()) else {
        return Ok(Vec::new());
    };
    let at_root = |name: &str| ["/", name].concat();
    let post = post(config, contact, &at_root(PROGRAM), glue)?;
    let form = form(config, contact, &at_root(&post.path), &at_root(SHEET))?;
    Ok(vec![form, post])
}

fn post(
    config: &Config,
    contact: &Contact,
    program: &str,
    glue: &str,
) -> Result<File, serde_json::Error> {
    let outbox = format!("lamplight:{}:outbox", config.site.base);
    let text = bare(POST)
        .replace("OUTBOX", &serde_json::to_string(&outbox)?)
        .replace("PROGRAM", &serde_json::to_string(program)?)
        .replace("CONTACT", &serde_json::to_string(contact)?)
        .replace("GLUE", glue);
    Ok(File::hashed("contact-post", "js", text.into_bytes()))
}

fn form(
    config: &Config,
    contact: &Contact,
    post: &str,
    sheet: &str,
) -> Result<File, serde_json::Error> {
    let mut texts = BTreeMap::from([("", serde_json::from_str(words::contact_file("en"))?)]);
    let mut consent = BTreeMap::from([("", &*contact.consent)]);
    for (code, own) in &config.contact {
        if words::contact_file(code) != words::contact_file("en") {
            texts.insert(code, serde_json::from_str(words::contact_file(code))?);
        }
        consent.insert(code, &own.consent);
    }
    let told = Told {
        base: &config.site.base,
        place: place(config, contact),
        contact,
        consent,
        texts,
    };
    let text = bare(FORM)
        .replace("POST", post)
        .replace("SHEET", sheet)
        .replace("CONFIG", &serde_json::to_string(&told)?);
    Ok(File::hashed("contact", "js", text.into_bytes()))
}

/// Who gets the messages: an email address, or the host of the endpoint.
pub(crate) fn place<'a>(config: &'a Config, contact: &'a Contact) -> &'a str {
    if contact.service == Service::None {
        return &contact.email;
    }
    let address = if contact.endpoint.starts_with('/') {
        &config.origin
    } else {
        &contact.endpoint
    };
    let rest = address
        .split_once("://")
        .map_or(&**address, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}
