//! A site on Caddy, as `docs/deploying.md` sets it up.

use anyhow::Result;
use lamplight_e2e::Web;

use crate::sending;

#[tokio::test]
async fn files_have_their_types_and_times_and_what_is_missing_is_a_404() -> Result<()> {
    sending::files(Web::Caddy, "/").await
}

#[tokio::test]
async fn a_site_below_a_path_is_sent_in_the_same_way() -> Result<()> {
    sending::files(Web::Caddy, "/news/").await
}

#[tokio::test]
async fn the_header_and_the_page_together_have_the_policy_that_other_hosts_send() -> Result<()> {
    sending::policy(Web::Caddy).await
}

#[tokio::test]
async fn compressed_copies_are_sent_to_those_who_take_them() -> Result<()> {
    sending::copies(Web::Caddy).await
}

#[tokio::test]
async fn without_copies_texts_are_compressed_as_they_are_sent() -> Result<()> {
    sending::no_copies(Web::Caddy).await
}

#[tokio::test]
async fn a_reader_reads_on_when_caddy_is_stopped() -> Result<()> {
    sending::stopped(Web::Caddy).await
}
