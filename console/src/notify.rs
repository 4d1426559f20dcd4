//! Desktop notifications: only where the agent switched them on, only while the page is hidden, never with words of a
//! customer in them, because they lie open on a screen.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Notification, NotificationOptions, NotificationPermission};
use wire::Card;

use crate::words;
use page::storage::Storage;

const SETTING: &str = "rejoin.v1.console.notify";

/// Whether they are on: switched on here, and allowed by the browser.
#[must_use]
pub(crate) fn is_on() -> bool {
    Storage::Local.read(SETTING).is_some() && Notification::permission() == NotificationPermission::Granted
}

/// Whether the browser forbids them for this site.
#[must_use]
pub(crate) fn is_blocked() -> bool {
    Notification::permission() == NotificationPermission::Denied
}

/// Switches them on or off; calls back when the person has answered the browser's question.
pub(crate) fn switch(on: bool, then: impl Fn() + 'static) {
    if !on {
        Storage::Local.remove(SETTING);
        then();
        return;
    }
    Storage::Local.write(SETTING, "on");
    if let Ok(answer) = Notification::request_permission() {
        wasm_bindgen_futures::spawn_local(async move {
            // Refused or put off: `is_on` then says no.
            drop(wasm_bindgen_futures::JsFuture::from(answer).await);
            then();
        });
    }
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// An offer came.
    Offer,
    /// A colleague asks for something.
    Invitation,
    /// The customer wrote.
    Words,
}

/// Shows one for an offer, an invitation, or new words.
pub(crate) fn show(card: &Card, what: Told) {
    if page::lifecycle::is_visible() || !is_on() {
        return;
    }
    let name = words::customer(card);
    let title = match what {
        Told::Offer => format!("Offer: {name}"),
        Told::Invitation => format!("A colleague asks you: {name}"),
        Told::Words => format!("{name} wrote"),
    };
    let options = NotificationOptions::new();
    options.set_body(&card.queue);
    // One per conversation: a second one takes the place of the first.
    options.set_tag(&card.conversation.to_string());
    let Ok(shown) = Notification::new_with_options(&title, &options) else { return };
    let to_front = Closure::<dyn Fn()>::new(|| drop(page::window().focus()));
    shown.set_onclick(Some(to_front.as_ref().unchecked_ref()));
    // As many as there are notifications: the browser calls it as long as one stands.
    to_front.forget();
}
