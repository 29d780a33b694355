//! press from end to end: a folder of files in, a site or its mistakes out.

mod apps;
mod archives;
mod beginnings;
mod contact;
mod diagnostics;
mod discovery;
mod hints;
mod hosting;
mod images;
mod incremental;
mod jekyll;
mod languages;
mod links;
mod pages;
mod previews;
mod publication;
mod searching;
mod services;
mod serving;
mod sites;
mod themes;
mod transfer;
mod translations;
