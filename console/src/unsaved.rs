//! Whether something is being edited and not saved: whoever leaves is asked first.

use std::cell::Cell;

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::Event;

thread_local! {
    static UNSAVED: Cell<bool> = const { Cell::new(false) };
}

/// Says whether something is unsaved.
pub(crate) fn set(unsaved: bool) {
    UNSAVED.set(unsaved);
}

/// Whether one may go to another place of the console: nothing is unsaved, or the person agrees to lose it.
pub(crate) fn may_leave() -> bool {
    let leaves = !UNSAVED.get()
        || page::window().confirm_with_message("What you changed is not saved. Leave and lose it?").unwrap_or(true);
    if leaves {
        UNSAVED.set(false);
    }
    leaves
}

/// Has the browser ask, too, when the page is closed or loaded anew; until it is dropped.
pub(crate) struct Warning {
    listener: Closure<dyn Fn(Event)>,
}

impl Warning {
    pub(crate) fn new() -> Self {
        let listener = Closure::<dyn Fn(Event)>::new(|event: Event| event.prevent_default());
        // Fails for functions that are none, and this is one.
        drop(page::window().add_event_listener_with_callback("beforeunload", listener.as_ref().unchecked_ref()));
        Self { listener }
    }
}

impl Drop for Warning {
    fn drop(&mut self) {
        drop(
            page::window().remove_event_listener_with_callback("beforeunload", self.listener.as_ref().unchecked_ref()),
        );
    }
}
