//! The harness of the end-to-end tests: a publication that a test can change ([`Site`]), a server
//! that it can stop and make misbehave ([`Server`]), and three real browsers ([`Browser`]).
//!
//! A test is a function given to [`browse`], which starts the browser, takes a picture and the
//! console's text when the test fails, and asserts an empty console when it does not. Nothing here
//! waits for a fixed time: every wait names what it waits for ([`Browser::wait_until`]).
//!
//! | variable | what | default |
//! |---|---|---|
//! | `LAMPLIGHT_DIST` | the app, as Trunk builds it | `dist` at the root |
//! | `LAMPLIGHT_PRESS` | press with the app inside it | `target/release/press-dist` |
//! | `LAMPLIGHT_CHROMIUM`, `CHROMEDRIVER`, `LAMPLIGHT_FIREFOX`, `LAMPLIGHT_GECKODRIVER`, `LAMPLIGHT_WEBKITDRIVER`, `LAMPLIGHT_MINIBROWSER`, `LAMPLIGHT_XVFB`, `LAMPLIGHT_NGINX`, `LAMPLIGHT_CADDY`, `LAMPLIGHT_SMTPD`, `LAMPLIGHT_OPENSSL` | programs | looked for on PATH |
//! | `LAMPLIGHT_AXE` | `axe.min.js` | where `cargo xtask setup --test` puts it |

mod axe;
mod browser;
mod chance;
mod console;
mod endpoint;
mod engine;
mod fault;
mod host;
mod ledger;
mod line;
mod mail;
mod meddle;
mod oath;
mod page;
mod ports;
mod press;
mod process;
mod receiver;
mod server;
mod site;
mod steps;
mod storage;
mod tree;

pub use axe::violations;
pub use browser::{Browser, Options, browse, browse_with};
pub use chance::Chance;
pub use endpoint::{Endpoint, Turn};
pub use engine::Engine;
pub use fault::{Fault, Full};
pub use host::{Host, Web};
pub use ledger::Ledger;
pub use line::{Line, Speed};
pub use mail::MailServer;
pub use meddle::meddled;
pub use oath::{Oath, Receipt, Stored, not_blank};
pub use page::{Scheme, Viewport};
pub use press::Press;
pub use receiver::Receiver;
pub use server::Server;
pub use site::{App, Post, Site, copy_folder};
pub use storage::LocalStorage;
pub use tree::{Difference, differences};
