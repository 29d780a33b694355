//! End-to-end tests in real browsers, against the release build served by a server that they stop.
//!
//! A module for each thing that readers and publishers do. They must never depend on each other, nor on time passing.

mod a11y;
mod boot;
mod caddy;
mod carry;
mod carry_back;
mod carry_limits;
mod carry_refused;
mod contact;
mod contact_again;
mod contact_plain;
mod faults;
mod harness;
mod images;
mod install;
mod journey;
mod languages;
mod library;
mod library_edition;
mod library_page;
mod library_wishes;
mod nginx;
mod noscript;
mod own;
mod page_translators;
mod press;
mod publish;
mod reading;
mod reading_tabs;
mod receiver;
mod routes;
mod search;
mod sending;
mod services;
mod storage;
mod takeover;
mod translate;
mod translate_page;
mod translations;
mod trials;
mod updates;
mod updates_held;
mod versions;
mod versions_again;
mod whole;
