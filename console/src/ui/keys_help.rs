//! All keys on one page.

use yew::prelude::*;

use super::confirm::use_modal;
use page::ui::{Glyph, Icon};

const ANYWHERE: [(&str, &str); 14] = [
    ("A", "Accept the first offer or invitation"),
    ("J  K", "Next, previous of my conversations"),
    ("1 … 9", "My first to ninth conversation"),
    ("R", "Reply to the customer"),
    ("I", "Write to colleagues"),
    ("Q", "Quick replies"),
    ("H", "Ask a colleague or a queue for advice"),
    ("T", "Transfer to an agent or a queue"),
    ("L", "Offer the customer a reconnect link"),
    ("E", "End the conversation"),
    ("C", "Close a conversation in wrap-up"),
    ("N", "Write a note"),
    ("O", "To the open ones in my queues"),
    ("?", "These keys"),
];

const WRITING: [(&str, &str); 7] = [
    ("Enter", "Send"),
    ("Shift Enter", "New line"),
    ("/i and a space", "Go over to colleagues"),
    ("/q  /c  /t", "Quick replies, advice, transfer"),
    ("Alt ↓  Alt ↑", "Next, previous of my conversations"),
    ("Ctrl Enter", "Save a note"),
    ("Esc", "Leave the field, so that single keys work"),
];

const LISTS: [(&str, &str); 3] =
    [("↓  ↑", "Move in a list"), ("Home  End", "To its first, its last"), ("Enter", "Show the conversation")];

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Whether single-key shortcuts are on.
    pub shortcuts: bool,
    /// Puts it away.
    pub on_close: Callback<()>,
}

/// The page of keys.
#[component]
pub fn KeysHelp(props: &Props) -> Html {
    let node = use_modal();
    html! {
        <dialog ref={node} class="dialog keys" aria-labelledby="keys-title"
            oncancel={props.on_close.reform(|event: Event| event.prevent_default())}>
            <div class="keys-head">
                <h2 class="dialog-title" id="keys-title">{ "Keys" }</h2>
                <button type="button" class="icon-button" aria-label="Close" onclick={props.on_close.reform(|_| ())}>
                    <Icon glyph={Glyph::Cross} />
                </button>
            </div>
            if !props.shortcuts {
                <p class="keys-off">{ "Single keys are switched off. The account menu switches them on." }</p>
            }
            <div class="keys-columns">
                { table("While not writing", false, &ANYWHERE) }
                <div>
                    { table("While writing", true, &WRITING) }
                    { table("In lists and menus", true, &LISTS) }
                </div>
            </div>
        </dialog>
    }
}

fn table(title: &'static str, wide: bool, keys: &'static [(&'static str, &'static str)]) -> Html {
    html! {
        <section>
            <h3 class="keys-title">{ title }</h3>
            <dl class="keys-list" data-wide={wide.then_some("")}>
                { for keys.iter().map(|(key, does)| html! { <div><dt><kbd>{ *key }</kbd></dt><dd>{ *does }</dd></div> }) }
            </dl>
        </section>
    }
}
