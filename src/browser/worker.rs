//! The service worker: registering it, telling it what to keep, and its updates.

use std::cell::Cell;
use std::rc::Rc;

use lamplight_reader::keep::Wanted;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MessageChannel, RegistrationOptions, ServiceWorker, ServiceWorkerContainer,
    ServiceWorkerRegistration, ServiceWorkerState, ServiceWorkerUpdateViaCache,
};

use super::{device, listen, object, property, window};

thread_local! {
    static ACCEPTED: Cell<bool> = const { Cell::new(false) };
    static REGISTRATION: std::cell::RefCell<Option<ServiceWorkerRegistration>> =
        const { std::cell::RefCell::new(None) };
}

/// What a look for a new version found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// There is none.
    None,
    /// One is on the device, whole, and waits.
    Found,
    /// The site could not be asked, or what is new did not come whole.
    Failed,
}

fn container() -> Option<ServiceWorkerContainer> {
    property(&window().navigator(), "serviceWorker")
        .dyn_into()
        .ok()
}

/// Registers the worker of the site at `base`. `waiting` is called when a new version waits.
/// Says whether there is a worker.
pub async fn register(base: &str, waiting: impl Fn() + Clone + 'static) -> bool {
    let Some(container) = container() else {
        return false;
    };
    let had_controller = container.controller().is_some();
    let options = RegistrationOptions::new();
    options.set_scope(base);
    options.set_update_via_cache(ServiceWorkerUpdateViaCache::None);
    // That waits for all that the browser was asked of workers before, for ever where pages were left in the middle of it; the
    // worker that opened this one is there.
    let asked = container.register_with_options(&[base, "sw.js"].concat(), &options);
    let promise = match container.ready() {
        Ok(ready) if had_controller => js_sys::Promise::race(&js_sys::Array::of2(&asked, &ready)),
        _ => asked,
    };
    let Ok(registration) = JsFuture::from(promise).await else {
        return false;
    };
    let Ok(registration) = registration.dyn_into::<ServiceWorkerRegistration>() else {
        return false;
    };

    // The first worker takes over a running page without a word. A later one only comes after a reader
    // accepted it: here, and the page starts again with its files; or in another tab, and this one says
    // that an update is ready rather than reload under somebody's hands.
    let known = Cell::new(had_controller);
    let changed = waiting.clone();
    listen(&container, "controllerchange", move |_| {
        if ACCEPTED.get() {
            device::reload();
        } else if known.replace(true) {
            changed();
        }
    });

    if registration.waiting().is_some() && had_controller {
        waiting();
    }
    if let Some(worker) = registration.installing() {
        watch(&worker, waiting.clone());
    }
    let found = registration.clone();
    listen(&registration, "updatefound", move |_| {
        if let Some(worker) = found.installing() {
            watch(&worker, waiting.clone());
        }
    });
    if registration.active().is_none() && !installed(&registration).await {
        return false;
    }
    REGISTRATION.set(Some(registration));
    true
}

/// Calls `waiting` when a worker has been installed beside one that is in use.
fn watch(worker: &ServiceWorker, waiting: impl Fn() + 'static) {
    let changed = worker.clone();
    listen(worker, "statechange", move |_| {
        let replaces = container().is_some_and(|c| c.controller().is_some());
        if changed.state() == ServiceWorkerState::Installed && replaces {
            waiting();
        }
    });
}

/// Waits for the first worker; `false` if it could not be installed.
async fn installed(registration: &ServiceWorkerRegistration) -> bool {
    let Some(worker) = registration.installing().or_else(|| registration.waiting()) else {
        return registration.active().is_some();
    };
    until(&worker, |state| {
        matches!(
            state,
            ServiceWorkerState::Activated | ServiceWorkerState::Redundant
        )
    })
    .await;
    worker.state() == ServiceWorkerState::Activated
}

/// Waits until a worker is in a state.
async fn until(worker: &ServiceWorker, is: fn(ServiceWorkerState) -> bool) {
    let done = js_sys::Promise::new(&mut |resolve, _| {
        let changed = worker.clone();
        let look = move || {
            if is(changed.state()) {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        };
        look();
        listen(worker, "statechange", move |_| look());
    });
    let _ = JsFuture::from(done).await;
}

/// Whether there is a worker that can be told what to keep.
pub fn registered() -> bool {
    REGISTRATION.with_borrow(Option::is_some)
}

/// Looks for a new version of the app, and waits until it is there, whole, or has failed to come.
pub async fn look_for_update() -> Update {
    let Some(registration) = REGISTRATION.with_borrow(Clone::clone) else {
        return Update::Failed;
    };
    let Ok(promise) = registration.update() else {
        return Update::Failed;
    };
    if JsFuture::from(promise).await.is_err() {
        return Update::Failed;
    }
    let Some(worker) = registration.installing().or_else(|| registration.waiting()) else {
        return Update::None;
    };
    until(&worker, |state| state != ServiceWorkerState::Installing).await;
    // One that came before may wait all the same.
    if worker.state() == ServiceWorkerState::Redundant && registration.waiting().is_none() {
        Update::Failed
    } else {
        Update::Found
    }
}

/// Lets the waiting version take over; the page then reloads by itself. Where another tab has already
/// let it, the page only reloads.
pub fn accept_update() {
    ACCEPTED.set(true);
    let held = REGISTRATION.with_borrow(Clone::clone);
    let Some(registration) = held.filter(|own| own.waiting().is_some()) else {
        return device::reload();
    };
    // Both: the one that waits takes over only when the other has nothing more to do.
    let message = object(&[("type", JsValue::from_str("skip-waiting"))]);
    for worker in [registration.active(), registration.waiting()]
        .into_iter()
        .flatten()
    {
        let _ = worker.post_message(&message);
    }
}

async fn active() -> Option<ServiceWorker> {
    let ready = container()?.ready().ok()?;
    let registration: ServiceWorkerRegistration =
        JsFuture::from(ready).await.ok()?.dyn_into().ok()?;
    registration.active()
}

/// Has the worker store files. Returns when all are done, and says whether the device had no space for some.
pub async fn keep(wanted: &[Wanted]) -> bool {
    let items = js_sys::Array::new();
    for item in wanted {
        let mut members = vec![("url", JsValue::from_str(&item.url))];
        if let Some(digest) = &item.digest {
            members.push(("digest", JsValue::from_str(digest)));
        }
        items.push(&object(&members));
    }
    let message = object(&[("type", JsValue::from_str("keep")), ("items", items.into())]);
    let full = Rc::new(Cell::new(false));
    let told = full.clone();
    send(&message, move |data| {
        told.set(told.get() || property(data, "full").is_truthy());
    })
    .await;
    full.get()
}

/// Has the worker forget files.
pub async fn forget(paths: &[String]) {
    let urls: js_sys::Array = paths.iter().map(|path| JsValue::from_str(path)).collect();
    let message = object(&[("type", JsValue::from_str("drop")), ("urls", urls.into())]);
    send(&message, |_| ()).await;
}

/// Sends a message and waits for its last reply.
async fn send(message: &JsValue, reply: impl Fn(&JsValue) + 'static) {
    let (Some(worker), Ok(channel)) = (active().await, MessageChannel::new()) else {
        return;
    };
    let port = channel.port1();
    let done = js_sys::Promise::new(&mut |resolve, _| {
        // Replies come through `reply`, which the promise's own callback cannot borrow twice.
        let resolve = resolve.clone();
        listen(&port, "message", move |event| {
            let data = property(&event, "data");
            if property(&data, "done").is_truthy() {
                let _ = resolve.call0(&JsValue::UNDEFINED);
            }
        });
    });
    listen(&port, "message", move |event| {
        reply(&property(&event, "data"))
    });
    port.start();
    let transfer = js_sys::Array::of1(&channel.port2());
    if worker
        .post_message_with_transferable(message, &transfer)
        .is_ok()
    {
        let _ = JsFuture::from(done).await;
    }
    port.close();
}
