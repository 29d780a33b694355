//! The app's state and what changes it. [`Session`] is the one context; [`navigate`] opens pages,
//! [`check`] asks the site, [`keep`] fills the device, [`reading`] notes where the reader is, [`search`] finds in it and
//! in the site's index, [`updates`] looks for new versions of the app.
//!
//! Decisions are `lamplight_reader`'s; what a browser does is `crate::browser`'s. This module only
//! joins the two.

pub(crate) mod check;
pub(crate) mod device;
pub(crate) mod keep;
pub(crate) mod navigate;
pub(crate) mod reading;
pub(crate) mod search;
pub(crate) mod session;
pub(crate) mod updates;

pub(crate) use session::{Article, Content, Screen, Session};
