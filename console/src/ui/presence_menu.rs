//! The presence: what counts now, and what the agent may choose.

use std::rc::Rc;

use model::{AgentId, Presence};
use wire::{PresencesState, Request};
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
    /// Custom presences, and who is in one.
    pub presences: Rc<PresencesState>,
    /// Whose it is.
    pub me: AgentId,
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
    let ask = |request: Request| {
        let (act, menu) = (props.act.clone(), menu.clone());
        Callback::from(move |_: MouseEvent| {
            act.emit(Act::Ask(request.clone()));
            menu.close();
        })
    };
    let choose = |presence: Option<Presence>| ask(Request::SetPresence { presence });
    let custom = props.presences.of(props.me);
    // Where a custom one was chosen, its base is not what was.
    let chosen = if custom.is_some() { Chosen::Custom } else { Chosen::Base(props.chosen) };
    let key = words::presence_key(props.presence);
    let word = words::presence_of(&props.presences, props.me, props.presence);
    html! {
        <div class="menu-host" onkeydown={menu.onkeydown.clone()}>
            <button ref={menu.button.clone()} type="button" class="button presence" aria-haspopup="menu" aria-expanded={menu.is_open().to_string()}
                aria-busy={props.busy.to_string()} onclick={menu.toggle.clone()}>
                <span class="dot" data-presence={key} aria-hidden="true" />
                <span class="unseen">{ "Presence: " }</span>
                <span class="presence-word">{ word }</span>
                <Icon glyph={Glyph::Down} />
            </button>
            if menu.is_open() {
                <div class="menu" role="menu" aria-label="Presence">
                    { for PRESENCES.iter().map(|choice| item(Some(*choice), chosen, choose(Some(*choice)))) }
                    if !props.presences.presences.is_empty() { <hr class="menu-line" /> }
                    { for props.presences.presences.iter().map(|one| {
                        let is_chosen = custom.is_some_and(|custom| custom.id == one.id);
                        let onclick = ask(Request::SetCustomPresence { presence: one.id });
                        line(&one.title, words::presence_meaning(one.base), Some(words::presence_key(one.base)), is_chosen, onclick)
                    }) }
                    <hr class="menu-line" />
                    { item(None, chosen, choose(None)) }
                </div>
            }
        </div>
    }
}

/// What was chosen.
#[derive(Clone, Copy, PartialEq)]
enum Chosen {
    /// One of the system's; none: automatic.
    Base(Option<Presence>),
    /// A custom one.
    Custom,
}

fn item(choice: Option<Presence>, chosen: Chosen, onclick: Callback<MouseEvent>) -> Html {
    let (word, meaning, key) = match choice {
        Some(presence) => {
            (words::presence(presence), words::presence_meaning(presence), Some(words::presence_key(presence)))
        }
        None => ("Automatic", "Follows your free units", None),
    };
    line(word, meaning, key, chosen == Chosen::Base(choice), onclick)
}

fn line(
    word: &str,
    meaning: &'static str,
    key: Option<&'static str>,
    is_chosen: bool,
    onclick: Callback<MouseEvent>,
) -> Html {
    html! {
        <button type="button" class="menu-item" role="menuitemradio" aria-checked={is_chosen.to_string()} {onclick}>
            <span class="dot" data-presence={key} aria-hidden="true" />
            <span class="menu-text">
                <span class="menu-word">{ word.to_owned() }</span>
                <span class="menu-hint">{ meaning }</span>
            </span>
            if is_chosen {
                <Icon glyph={Glyph::Check} />
            }
        </button>
    }
}
