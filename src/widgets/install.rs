//! Installing: the browser's offer where there is one, instructions where there is none.

use lamplight_reader::install::{Instructions, instructions};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::{QUIET, STRONG, button};
use crate::browser::{device, install};
use crate::state::Session;

/// The invitation to install. With `dismissible`, it comes only where the browser offers to install or
/// on a phone that needs instructions, and can be sent away.
#[component]
pub(crate) fn Install(dismissible: bool) -> impl IntoView {
    let session = Session::here();
    let invitation = move || {
        let messages = session.messages.get();
        let offered = session.installable.get();
        let how = instructions(&device::user_agent(), device::touch());
        if device::standalone() {
            return (!dismissible).then(|| {
                view! { <section class="install"><p>{messages.installed.clone()}</p></section> }
                    .into_any()
            });
        }
        let quiet = dismissible
            && (session.settings.with(|s| s.install_dismissed)
                || (!offered && how != Instructions::Ios));
        if quiet {
            return None;
        }
        let possible = if offered {
            Some("offered")
        } else {
            matches!(how, Instructions::Ios | Instructions::MacSafari).then_some("instructions")
        };
        let action = if offered {
            button(STRONG, &messages.install, move || {
                spawn_local(async move {
                    install::ask().await;
                    session.installable.set(install::offered());
                });
            })
        } else {
            let text = match how {
                Instructions::Ios => &messages.install_ios,
                Instructions::MacSafari => &messages.install_safari,
                Instructions::Firefox => &messages.install_firefox,
                Instructions::Other => &messages.install_other,
            };
            view! { <p>{text.clone()}</p> }.into_any()
        };
        let dismiss = dismissible.then(|| {
            button(QUIET, &messages.dismiss, move || {
                session.set(|settings| settings.install_dismissed = true);
            })
        });
        Some(
            view! {
                <section class="install" data-install=possible>
                    <h2 class="page-heading">{messages.install_title.clone()}</h2>
                    <p>{messages.install_why.clone()}</p>
                    <div class="setting-actions">{action}{dismiss}</div>
                </section>
            }
            .into_any(),
        )
    };
    view! { {move || invitation()} }
}
