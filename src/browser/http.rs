//! Fetching a text, with a limit on the time it may take.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use gloo_net::http::Request;
use lamplight_reader::answer::{Answer, NoAnswer};
use web_sys::{AbortController, RequestCache};

use super::device::sleep;

/// How long an answer may take, in milliseconds.
const PATIENCE: u32 = 10_000;

/// How to treat caches on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What is stored will do.
    Stored,
    /// Ask the site; a stored answer counts only if the site confirms it.
    Check,
}

/// Gets a path of this site.
///
/// # Errors
/// [`NoAnswer`] where none came.
pub async fn get(path: &str, mode: Mode) -> Result<Answer, NoAnswer> {
    let controller = AbortController::new().ok();
    let signal = controller.as_ref().map(AbortController::signal);
    let cache = match mode {
        Mode::Stored => RequestCache::Default,
        Mode::Check => RequestCache::NoCache,
    };
    let answer = async {
        let request = Request::get(path)
            .cache(cache)
            .abort_signal(signal.as_ref());
        let response = request.send().await.map_err(|_| NoAnswer::Network)?;
        Ok(Answer {
            status: response.status(),
            content_type: response.headers().get("content-type").unwrap_or_default(),
            redirected: response.redirected(),
            text: response.text().await.map_err(|_| NoAnswer::Network)?,
        })
    };
    let result = within(PATIENCE, answer).await;
    if result.is_err()
        && let Some(controller) = controller
    {
        controller.abort();
    }
    result
}

async fn within<T>(
    milliseconds: u32,
    work: impl Future<Output = Result<T, NoAnswer>>,
) -> Result<T, NoAnswer> {
    let mut work = pin!(work);
    let mut limit = pin!(sleep(milliseconds));
    poll_fn(|context| {
        if let Poll::Ready(result) = work.as_mut().poll(context) {
            return Poll::Ready(result);
        }
        limit
            .as_mut()
            .poll(context)
            .map(|()| Err(NoAnswer::TimedOut))
    })
    .await
}
