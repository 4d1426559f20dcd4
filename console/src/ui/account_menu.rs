//! Who is signed in, and the way out.

use wire::api::Me;
use yew::prelude::*;

use super::hooks::{focus, rove, use_window_event};
use crate::view::Act;
use crate::words;
use page::ui::initials;

/// What the menu needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Who is signed in.
    pub me: Me,
    /// Whether desktop notifications are on.
    pub notify: bool,
    /// Whether single-key shortcuts are on.
    pub shortcuts: bool,
    /// Whether it opens at once: for the gallery.
    #[prop_or_default]
    pub open: bool,
    /// Shows the keys.
    pub on_keys: Callback<()>,
    /// Wants to sign out.
    pub on_sign_out: Callback<()>,
    /// Who hears of the rest.
    pub act: Callback<Act>,
}

/// The button with its menu.
#[component]
pub fn AccountMenu(props: &Props) -> Html {
    let open = use_state_eq(|| props.open);
    let button = use_node_ref();
    use_window_event::<MouseEvent>("click", {
        let open = open.clone();
        Callback::from(move |_| open.set(false))
    });
    let toggle = {
        let open = open.clone();
        move |event: MouseEvent| {
            event.stop_propagation();
            open.set(!*open);
        }
    };
    let onkeydown = {
        let (open, button) = (open.clone(), button.clone());
        move |event: KeyboardEvent| {
            if *open && event.key() == "Escape" {
                event.stop_propagation();
                open.set(false);
                focus(&button);
            } else if *open && event.key() == "Tab" {
                open.set(false);
            } else if *open {
                rove(&event, "[role^=menuitem]");
            }
        }
    };
    let name = props.me.name.as_str();
    html! {
        <div class="menu-host" {onkeydown}>
            <button ref={button} type="button" class="avatar account" aria-haspopup="menu" aria-expanded={open.to_string()}
                aria-label={format!("{name}: account and settings")} onclick={toggle}>
                { initials(name) }
            </button>
            if *open {
                <div class="menu" role="menu" aria-label="Account and settings">
                    <div class="menu-head" role="presentation">
                        <strong>{ name }</strong>
                        <span class="menu-hint">{ words::role(props.me.role) }</span>
                    </div>
                    <hr class="menu-line" />
                    { switch("Desktop notifications", props.notify, Act::Notify(!props.notify), &props.act) }
                    { switch("Single-key shortcuts", props.shortcuts, Act::Shortcuts(!props.shortcuts), &props.act) }
                    { entry("Keys", Some("?"), props.on_keys.reform(|_| ())) }
                    <hr class="menu-line" />
                    { entry("Sign out…", None, props.on_sign_out.reform(|_| ())) }
                </div>
            }
        </div>
    }
}

fn switch(word: &'static str, on: bool, turn: Act, act: &Callback<Act>) -> Html {
    let onclick = act.reform(move |_: MouseEvent| turn.clone());
    html! {
        <button type="button" class="menu-item" role="menuitemcheckbox" aria-checked={on.to_string()} {onclick}>
            <span class="menu-word">{ word }</span>
            <span class="menu-end">{ if on { "On" } else { "Off" } }</span>
        </button>
    }
}

fn entry(word: &'static str, key: Option<&'static str>, onclick: Callback<MouseEvent>) -> Html {
    html! {
        <button type="button" class="menu-item" role="menuitem" {onclick}>
            <span class="menu-word">{ word }</span>
            if let Some(key) = key {
                <kbd class="menu-end">{ key }</kbd>
            }
        </button>
    }
}
