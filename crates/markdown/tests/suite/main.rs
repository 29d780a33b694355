//! What the renderer promises, from outside.

mod article;
mod commonmark;
mod destinations;
mod extensions;
mod headings;
mod links;
mod media;
mod nesting;
mod notes;
mod raw_html;
mod robustness;
mod sanitiser;
mod support;
