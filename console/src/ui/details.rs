//! The right column: the customer, their connection, my capacity.

use model::ConversationId;
use yew::prelude::*;

use super::customer_facts::CustomerFacts;
use super::ledger::Ledger;
use super::timeline::Timeline;
use crate::view::{Act, Model};
use page::ui::{Glyph, Icon};

/// What the column needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// Puts it away, where it has no place of its own.
    pub on_close: Callback<()>,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The column.
#[component]
pub fn Details(props: &Props) -> Html {
    let open = props.model.open.as_deref();
    let card = open.and_then(|open| props.model.card(open.id));
    html! {
        <section class="details" aria-label="Details">
            <button type="button" class="icon-button details-close" aria-label="Close details" onclick={props.on_close.reform(|_| ())}>
                <Icon glyph={Glyph::Cross} />
            </button>
            if let (Some(open), Some(card)) = (open, card) {
                <CustomerFacts card={card.clone()} state={open.state.clone()} act={props.act.clone()} />
                if let Some(parts) = &open.parts {
                    { super::parts::people(parts, props.model.me.agent) }
                }
                <Timeline entries={std::rc::Rc::clone(&open.entries)} connection={card.connection} />
            }
            <Ledger model={props.model.clone()} act={props.act.clone()} />
            if let Some(open) = open.filter(|open| !open.entries.is_empty()) {
                { transcript(open.id, &props.act) }
            }
        </section>
    }
}

fn transcript(conversation: ConversationId, act: &Callback<Act>) -> Html {
    let download = |internal| act.reform(move |_: MouseEvent| Act::Download { conversation, internal });
    html! {
        <section class="panel" aria-labelledby="transcript-title">
            <h2 class="panel-title" id="transcript-title">{ "Transcript" }</h2>
            <p class="panel-links">
                <button type="button" class="link" onclick={download(false)}>{ "Download what the customer reads" }</button>
                <button type="button" class="link" onclick={download(true)}>{ "Download with internal messages" }</button>
            </p>
        </section>
    }
}
