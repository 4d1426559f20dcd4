//! The presence: what counts now, and what the agent may choose.

use model::Presence;
use wire::Request;
use yew::prelude::*;

use super::menu::use_menu;
use crate::view::Act;
use crate::words;
use page::ui::{Glyph, Icon};

/// The presences that an agent may choose.
pub const PRESENCES: [Presence; 5] =
    [Presence::Available, Presence::Busy, Presence::DoNotDisturb, Presence::Away, Presence::Offline];

/// What the menu needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The presence that counts.
    pub presence: Presence,
    /// The presence that the agent chose.
    pub chosen: Option<Presence>,
    /// Whether a choice is on its way.
    pub busy: bool,
    /// Whether it opens at once: for the gallery.
    #[prop_or_default]
    pub open: bool,
    /// Who hears of the choice.
    pub act: Callback<Act>,
}

/// The button with its menu.
#[component]
pub fn PresenceMenu(props: &Props) -> Html {
    let menu = use_menu(props.open);
    let choose = |choice: Option<Presence>| {
        let (act, menu) = (props.act.clone(), menu.clone());
        Callback::from(move |_: MouseEvent| {
            act.emit(Act::Ask(Request::SetPresence { presence: choice }));
            menu.close();
        })
    };
    let key = words::presence_key(props.presence);
    html! {
        <div class="menu-host" onkeydown={menu.onkeydown.clone()}>
            <button ref={menu.button.clone()} type="button" class="button presence" aria-haspopup="menu" aria-expanded={menu.is_open().to_string()}
                aria-busy={props.busy.to_string()} onclick={menu.toggle.clone()}>
                <span class="dot" data-presence={key} aria-hidden="true" />
                <span class="unseen">{ "Presence: " }</span>
                <span class="presence-word">{ words::presence(props.presence) }</span>
                <Icon glyph={Glyph::Down} />
            </button>
            if menu.is_open() {
                <div class="menu" role="menu" aria-label="Presence">
                    { for PRESENCES.iter().map(|choice| item(Some(*choice), props.chosen, choose(Some(*choice)))) }
                    <hr class="menu-line" />
                    { item(None, props.chosen, choose(None)) }
                </div>
            }
        </div>
    }
}

fn item(choice: Option<Presence>, chosen: Option<Presence>, onclick: Callback<MouseEvent>) -> Html {
    let (word, meaning, key) = match choice {
        Some(presence) => {
            (words::presence(presence), words::presence_meaning(presence), Some(words::presence_key(presence)))
        }
        None => ("Automatic", "Follows your free units", None),
    };
    html! {
        <button type="button" class="menu-item" role="menuitemradio" aria-checked={(choice == chosen).to_string()} {onclick}>
            <span class="dot" data-presence={key} aria-hidden="true" />
            <span class="menu-text">
                <span class="menu-word">{ word }</span>
                <span class="menu-hint">{ meaning }</span>
            </span>
            if choice == chosen {
                <Icon glyph={Glyph::Check} />
            }
        </button>
    }
}
