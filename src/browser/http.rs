//! Fetching a text, with a limit on the time it may take.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use js_sys::Promise;
use lamplight_reader::answer::{Answer, NoAnswer};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestCache, RequestInit, Response};

use super::device::sleep;
use super::window;

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
    let options = RequestInit::new();
    options.set_cache(cache);
    options.set_signal(signal.as_ref());
    let request = window().fetch_with_str_and_init(path, &options);
    let answer = async { answer(request).await.ok_or(NoAnswer::Network) };
    let result = within(PATIENCE, answer).await;
    if result.is_err()
        && let Some(controller) = controller
    {
        controller.abort();
    }
    result
}

/// What a request comes to; `None` where the connection fails.
async fn answer(request: Promise) -> Option<Answer> {
    let response = JsFuture::from(request).await.ok()?;
    let response: Response = response.dyn_into().ok()?;
    let content_type = response.headers().get("content-type").ok()?;
    let text = JsFuture::from(response.text().ok()?).await.ok()?;
    Some(Answer {
        status: response.status(),
        content_type: content_type.unwrap_or_default(),
        redirected: response.redirected(),
        text: text.as_string()?,
    })
}

async fn within(
    milliseconds: u32,
    work: impl Future<Output = Result<Answer, NoAnswer>>,
) -> Result<Answer, NoAnswer> {
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
