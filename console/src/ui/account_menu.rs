//! Who is signed in, and the way out.

use wire::api::Me;
use yew::prelude::*;

use super::menu::use_menu;
use super::workspace::Preferences;
use crate::view::Act;
use crate::words;
use page::ui::initials;

/// What the menu needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Who is signed in.
    pub me: Me,
    /// What this browser was asked to do.
    pub preferences: Preferences,
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
    let menu = use_menu(props.open);
    let name = props.me.name.as_str();
    let Preferences { notify, sound, shortcuts, .. } = props.preferences;
    html! {
        <div class="menu-host" onkeydown={menu.onkeydown.clone()}>
            <button ref={menu.button.clone()} type="button" class="avatar account" aria-haspopup="menu" aria-expanded={menu.is_open().to_string()}
                aria-label={format!("{name}: account and settings")} onclick={menu.toggle.clone()}>
                { initials(name) }
            </button>
            if menu.is_open() {
                <div class="menu" role="menu" aria-label="Account and settings">
                    <div class="menu-head" role="presentation">
                        <strong>{ name }</strong>
                        <span class="menu-hint">{ words::role(props.me.role) }</span>
                    </div>
                    <hr class="menu-line" />
                    { switch("Desktop notifications", notify, Act::Notify(!notify), &props.act) }
                    { switch("Sound", sound, Act::Sound(!sound), &props.act) }
                    { switch("Single-key shortcuts", shortcuts, Act::Shortcuts(!shortcuts), &props.act) }
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
