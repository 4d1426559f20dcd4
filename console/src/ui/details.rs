//! The right column: the customer, their connection, my capacity.

use model::{Answered, CONSENTED, ContextValue, ConversationId};
use wire::{CardState, CustomerClaims};
use yew::prelude::*;

use super::customer_facts::{CustomerFacts, fact};
use super::ledger::Ledger;
use super::notes::NotesPanel;
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
    let notes = open.map_or_else(Html::default, |open| {
        html! { <NotesPanel key={open.id.to_string()} conversation={open.id} me={props.model.me.agent} /> }
    });
    let is_wrap_up = card.is_some_and(|card| matches!(card.state, CardState::WrapUp { .. }));
    html! {
        <section class="details" aria-label="Details">
            <button type="button" class="icon-button details-close" aria-label="Close details" onclick={props.on_close.reform(|_| ())}>
                <Icon glyph={Glyph::Cross} />
            </button>
            if let (Some(open), Some(card)) = (open, card) {
                // After the talk the notes are what is left to do.
                if is_wrap_up { { notes.clone() } }
                <CustomerFacts card={card.clone()} state={open.state.clone()} act={props.act.clone()} />
                if !open.answers.is_empty() {
                    { answered_before(&open.answers) }
                }
                if let Some(claims) = &open.claims {
                    { said_by_the_page(claims) }
                }
                if !is_wrap_up { { notes } }
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

/// What the customer answered before the conversation, to the questions as they read them.
fn answered_before(answers: &[Answered]) -> Html {
    html! {
        <section class="panel" aria-labelledby="answers-title">
            <h2 class="panel-title" id="answers-title">{ "Before the chat" }</h2>
            <dl class="facts answers">
                { for answers.iter().map(|one| html! {
                    <div class="fact" key={one.name.clone()}>
                        <dt dir="auto" title={one.name.clone()}>{ &one.question }</dt>
                        <dd dir="auto">{ if one.value == CONSENTED { "Yes".to_owned() } else { one.value.clone() } }</dd>
                    </div>
                }) }
            </dl>
        </section>
    }
}

/// What the page says of its customer: its claims, and so under a title of its own.
fn said_by_the_page(claims: &CustomerClaims) -> Html {
    let variables = claims.context.variables();
    if variables.is_empty() && claims.language.is_none() {
        return Html::default();
    }
    let value = |value: &ContextValue| match value {
        ContextValue::Text(text) => text.clone(),
        ContextValue::Number(number) => number.get().to_string(),
    };
    html! {
        <section class="panel" aria-labelledby="claims-title">
            <h2 class="panel-title" id="claims-title">{ "From the page" }<span class="panel-more">{ "not checked" }</span></h2>
            <dl class="facts">
                if let Some(language) = &claims.language { { fact("Language", html! { { language } }) } }
                { for variables.iter().map(|one| html! {
                    <div class="fact" key={one.name.clone()}><dt title={one.name.clone()}>{ &one.name }</dt><dd dir="auto">{ value(&one.value) }</dd></div>
                }) }
            </dl>
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
