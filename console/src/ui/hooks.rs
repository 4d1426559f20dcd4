//! What several components need of the browser.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};
use yew::prelude::*;

/// Calls back for an event of the window for as long as the component lives.
#[hook]
pub fn use_window_event<E: JsCast + 'static>(name: &'static str, handle: Callback<E>) {
    use_effect_with(handle, move |handle| {
        let handle = handle.clone();
        let closure = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if let Ok(event) = event.dyn_into::<E>() {
                handle.emit(event);
            }
        });
        let window = page::window();
        // Both fail for functions that are none, and these are.
        drop(window.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref()));
        move || drop(window.remove_event_listener_with_callback(name, closure.as_ref().unchecked_ref()))
    });
}

/// Whether a key press is meant for a field, a dialog or the browser, and so for no shortcut of ours.
#[must_use]
pub fn is_meant_for_others(event: &KeyboardEvent) -> bool {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    let inside = |selector| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        target.is_some_and(|element| element.closest(selector).ok().flatten().is_some())
    };
    modified || event.is_composing() || inside("input, textarea, select, dialog, [role=menu]")
}

/// Puts the focus on a node, if it can take it.
pub fn focus(node: &NodeRef) {
    if let Some(element) = node.cast::<HtmlElement>() {
        // Fails for nodes that can't be focused; then the focus stays where it is.
        drop(element.focus());
    }
}

/// Puts the focus on the first element of the page that a selector finds.
pub fn focus_first(selector: &str) {
    let found = page::document().query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        drop(element.focus());
    }
}

/// Scrolls the first element of the page that a selector finds into sight, by no more than is needed.
pub fn show(selector: &str) {
    let found = page::document().query_selector(selector).ok().flatten();
    if let Some(element) = found {
        let nearest = web_sys::ScrollIntoViewOptions::new();
        nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&nearest);
    }
}

/// Moves the focus among the options of the list that the event came from, as arrow keys, Home and End ask; true where the
/// key was one of them.
pub fn rove(event: &KeyboardEvent, selector: &str) -> bool {
    let Some(list) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let Ok(nodes) = list.query_selector_all(selector) else { return false };
    let options: Vec<HtmlElement> =
        (0..nodes.length()).filter_map(|at| nodes.item(at)?.dyn_into::<HtmlElement>().ok()).collect();
    let active = page::document().active_element();
    let now = options.iter().position(|option| Some(option.as_ref()) == active.as_ref());
    let last = options.len().saturating_sub(1);
    let next = match (event.key().as_str(), now) {
        ("ArrowDown", Some(at)) => (at + 1).min(last),
        ("ArrowUp", Some(at)) => at.saturating_sub(1),
        ("ArrowDown" | "Home", _) => 0,
        ("ArrowUp" | "End", _) => last,
        _ => return false,
    };
    event.prevent_default();
    if let Some(option) = options.get(next) {
        drop(option.focus());
    }
    true
}
