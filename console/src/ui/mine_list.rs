//! My conversations: a listbox with one tab stop; arrows move, Enter shows.

use model::ConversationId;
use wire::Card;
use yew::prelude::*;

use super::hooks::rove;
use super::row::RowContent;
use crate::view::Act;

/// What the list needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// My conversations.
    pub cards: Vec<Card>,
    /// The one in the middle.
    pub shown: Option<ConversationId>,
    /// Whether the desk has not come yet.
    pub loading: bool,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The list.
#[component]
pub fn MineList(props: &Props) -> Html {
    let Props { cards, shown, loading, act } = props;
    let first = cards.first().map(|card| card.conversation);
    let stop = cards.iter().map(|card| card.conversation).find(|id| Some(*id) == *shown).or(first);
    html! {
        <section class="list" aria-labelledby="mine-title">
            <h2 class="list-title" id="mine-title">
                { "My conversations" }<span class="list-count clock">{ cards.len() }</span>
            </h2>
            if *loading {
                <super::empty::Skeleton rows={3} />
            } else if cards.is_empty() {
                <p class="list-empty">{ "Conversations that you accept or pick appear here." }</p>
            } else {
                <ul class="rows" role="listbox" aria-labelledby="mine-title"
                    onkeydown={|event: KeyboardEvent| { rove(&event, "[role=option]"); }}>
                    { for cards.iter().map(|card| {
                        let id = card.conversation;
                        html! {
                            <Mine key={id.to_string()} card={card.clone()} shown={*shown == Some(id)} stop={stop == Some(id)} act={act.clone()} />
                        }
                    }) }
                </ul>
            }
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct MineProps {
    card: Card,
    shown: bool,
    stop: bool,
    act: Callback<Act>,
}

/// One of them. A component, so that a change of one draws one.
#[component]
fn Mine(props: &MineProps) -> Html {
    let MineProps { card, shown, stop, act } = props;
    let id = card.conversation;
    let onclick = act.reform(move |_: MouseEvent| Act::Open(id));
    let onkeydown = {
        let act = act.clone();
        move |event: KeyboardEvent| {
            if matches!(event.key().as_str(), "Enter" | " ") {
                event.prevent_default();
                act.emit(Act::Open(id));
            }
        }
    };
    html! {
        <li class="row" role="option" aria-selected={shown.to_string()} tabindex={if *stop { "0" } else { "-1" }} data-unread={(card.unread > 0).then_some("")}
            {onclick} {onkeydown}>
            <RowContent card={card.clone()} />
        </li>
    }
}
