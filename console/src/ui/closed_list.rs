//! Those I closed today, folded away until somebody looks.

use model::ConversationId;
use wire::{Card, DeskState};
use yew::prelude::*;

use super::hooks::rove;
use super::row::RowContent;
use crate::view::Act;

/// What the list needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The desk.
    pub desk: std::rc::Rc<DeskState>,
    /// The one in the middle.
    pub shown: Option<ConversationId>,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The list.
#[component]
pub fn ClosedList(props: &Props) -> Html {
    let Props { desk, shown, act } = props;
    let is_shown = desk.closed.iter().any(|card| Some(card.conversation) == *shown);
    html! {
        <section class="list" aria-labelledby="closed-title">
            <details open={is_shown}>
                <summary class="list-title">
                    <h2 id="closed-title">{ "Closed today" }</h2><span class="list-count clock">{ desk.closed_count }</span>
                </summary>
                if desk.closed.is_empty() {
                    <p class="list-empty">{ "Conversations that you close today appear here, to be read." }</p>
                } else {
                    <ul class="rows" onkeydown={|event: KeyboardEvent| { rove(&event, ".row-main"); }}>
                        { for desk.closed.iter().map(|card| {
                            let id = card.conversation;
                            html! { <CardRow key={id.to_string()} card={card.clone()} shown={*shown == Some(id)} act={act.clone()} /> }
                        }) }
                    </ul>
                }
            </details>
        </section>
    }
}

/// What a row needs.
#[derive(Clone, PartialEq, Properties)]
pub struct CardRowProps {
    /// The conversation.
    pub card: Card,
    /// Whether it is the one in the middle.
    pub shown: bool,
    /// Who hears that it was chosen.
    pub act: Callback<Act>,
}

/// A row that only shows its conversation. A component, so that a change of one draws one.
#[component]
pub fn CardRow(props: &CardRowProps) -> Html {
    let CardRowProps { card, shown, act } = props;
    let id = card.conversation;
    let onclick = act.reform(move |_: MouseEvent| Act::Open(id));
    html! {
        <li class="row-host">
            <button type="button" class="row row-main" aria-current={shown.then_some("true")} {onclick}>
                <RowContent card={card.clone()} />
            </button>
        </li>
    }
}
