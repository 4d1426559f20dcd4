//! A button that opens a menu: what all of them do with mouse and keyboard.

use yew::prelude::*;

use super::hooks::{focus, rove, use_window_event};

/// One menu's state and handlers. `toggle` belongs on the button, `onkeydown` on what holds button and menu.
#[derive(Clone)]
pub struct Menu {
    open: UseStateHandle<bool>,
    /// The button; it gets the focus back.
    pub button: NodeRef,
    /// Opens and closes.
    pub toggle: Callback<MouseEvent>,
    /// Arrow keys, Home and End go through the items; Escape and Tab close.
    pub onkeydown: Callback<KeyboardEvent>,
}

impl Menu {
    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self.open
    }

    /// Closes it after a choice.
    pub fn close(&self) {
        self.open.set(false);
        focus(&self.button);
    }
}

/// A menu that is open at once only where `open` says so. A click anywhere else closes it.
#[hook]
pub fn use_menu(open: bool) -> Menu {
    let open = use_state_eq(|| open);
    let button = use_node_ref();
    use_window_event::<MouseEvent>("click", {
        let open = open.clone();
        Callback::from(move |_| open.set(false))
    });
    let toggle = {
        let open = open.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            open.set(!*open);
        })
    };
    let onkeydown = {
        let (open, button) = (open.clone(), button.clone());
        Callback::from(move |event: KeyboardEvent| {
            if *open && event.key() == "Escape" {
                event.stop_propagation();
                open.set(false);
                focus(&button);
            } else if *open && event.key() == "Tab" {
                open.set(false);
            } else if *open {
                rove(&event, "[role^=menuitem]");
            }
        })
    };
    Menu { open, button, toggle, onkeydown }
}
