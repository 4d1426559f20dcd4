//! What happens to the page: hidden, put into the back/forward cache, frozen, back, online.
//!
//! Never `unload` or `beforeunload`: they cost the host page its back/forward cache.

use client::PageEvent;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, VisibilityState};

/// Whether the page is visible right now.
#[must_use]
pub fn is_visible() -> bool {
    crate::document().visibility_state() == VisibilityState::Visible
}

/// Whether the browser believes that there is a network right now.
#[must_use]
pub fn is_online() -> bool {
    crate::window().navigator().on_line()
}

/// Tells of everything that happens to the page from now on, for as long as the page lives.
pub fn listen(tell: impl Fn(PageEvent) + 'static) {
    let handler = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let what = match event.type_().as_str() {
            // No old socket can be trusted afterwards, whatever its `readyState` says.
            "pagehide" | "freeze" => PageEvent::Parked,
            // The first showing is no return.
            "pageshow" if !was_cached(&event) => return,
            "pageshow" | "resume" => PageEvent::Restored,
            "online" => PageEvent::Online,
            "offline" => PageEvent::Offline,
            _ if is_visible() => PageEvent::Visible,
            _ => PageEvent::Hidden,
        };
        tell(what);
    });
    let handler = handler.into_js_value();
    let window: EventTarget = crate::window().into();
    let document: EventTarget = crate::document().into();
    let on = |target: &EventTarget, name: &str| {
        let outcome = target.add_event_listener_with_callback(name, handler.unchecked_ref());
        debug_assert!(outcome.is_ok(), "addEventListener never fails");
    };
    for name in ["pagehide", "pageshow", "online", "offline"] {
        on(&window, name);
    }
    for name in ["freeze", "resume", "visibilitychange"] {
        on(&document, name);
    }
}

/// `PageTransitionEvent.persisted`, read without its own web-sys type.
fn was_cached(event: &Event) -> bool {
    js_sys::Reflect::get(event, &"persisted".into()).is_ok_and(|persisted| persisted.is_truthy())
}
