//! Conversations of colleagues that one takes part in: those one advises in, and those one reads along in.

use model::ConversationId;
use wire::{Card, StaffState};
use yew::prelude::*;

use super::closed_list::CardRow;
use super::hooks::rove;
use crate::view::Act;

/// What the lists need.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What there is.
    pub staff: std::rc::Rc<StaffState>,
    /// The one in the middle.
    pub shown: Option<ConversationId>,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The lists; each only where there is one.
#[component]
pub fn SideLists(props: &Props) -> Html {
    let Props { staff, shown, act } = props;
    html! {
        <>
            { list("consulting-title", "You advise in", &staff.consulting, *shown, act) }
            { list("monitoring-title", "You read along in", &staff.monitoring, *shown, act) }
        </>
    }
}

fn list(
    id: &'static str,
    title: &'static str,
    cards: &[Card],
    shown: Option<ConversationId>,
    act: &Callback<Act>,
) -> Html {
    if cards.is_empty() {
        return Html::default();
    }
    html! {
        <section class="list" aria-labelledby={id}>
            <h2 class="list-title" {id}>{ title }<span class="list-count clock">{ cards.len() }</span></h2>
            <ul class="rows" onkeydown={|event: KeyboardEvent| { rove(&event, ".row-main"); }}>
                { for cards.iter().map(|card| {
                    let id = card.conversation;
                    html! { <CardRow key={id.to_string()} card={card.clone()} shown={shown == Some(id)} act={act.clone()} /> }
                }) }
            </ul>
        </section>
    }
}
