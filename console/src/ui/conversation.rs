//! The middle: one conversation, from its head to the composer.

use std::rc::Rc;

use wire::{CardState, Request};
use yew::prelude::*;

use super::away_banner::AwayBanner;
use super::composer::Composer;
use super::empty::Hint;
use super::head::Head;
use super::log::Log;
use crate::view::{Act, Kind, Link, Model, Open, Transcript};
use crate::words;

/// What the middle needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// Whom the words in the composer are for.
    pub kind: Kind,
    /// The composer's field, so that shortcuts can reach it.
    pub field: NodeRef,
    /// Changes whom the words are for.
    pub on_kind: Callback<Kind>,
    /// Wants End or Release confirmed.
    pub on_confirm: Callback<Request>,
    /// Shows or hides the details.
    pub on_details: Callback<()>,
    /// Who hears of the rest.
    pub act: Callback<Act>,
}

/// The middle.
#[component]
pub fn Conversation(props: &Props) -> Html {
    let Some(open) = &props.model.open else { return nothing_open(&props.model) };
    match props.model.card(open.id) {
        Some(card) => talk(props, open, card),
        None => html! {
            <section class="talk" id="talk" aria-label="Conversation" aria-busy="true">
                <div class="log-host"><super::empty::Skeleton rows={4} /></div>
            </section>
        },
    }
}

fn talk(props: &Props, open: &Rc<Open>, card: &wire::Card) -> Html {
    let Props { model, kind, field, on_kind, on_confirm, on_details, act } = props;
    let mine = model.desk.as_deref().is_some_and(|desk| desk.mine.iter().any(|one| one.conversation == open.id));
    let customer = words::customer(card);
    let other = open.state.as_ref().and_then(|state| state.agent.as_ref()).filter(|_| !mine);
    let closed = open.gone || matches!(card.state, CardState::Closed { .. });
    html! {
        <section class="talk" id="talk" aria-label="Conversation" key={open.id.to_string()}>
            <Head card={card.clone()} state={open.state.clone()} {mine} gone={open.gone} stale={matches!(model.link, Link::Lost { .. })} busy={model.is_asking(open.id)}
                on_confirm={on_confirm.clone()} on_details={on_details.clone()} act={act.clone()} />
            <AwayBanner card={card.clone()} entries={Rc::clone(&open.entries)} gone={open.gone}
                other_agent={other.map(|name| AttrValue::from(name.as_str().to_owned()))} />
            if open.entries.is_empty() && !open.caught_up {
                <div class="log-host"><super::empty::Skeleton rows={4} /></div>
            } else {
                <Log transcript={Transcript::from(&**open)} me={model.me.agent} customer={customer.clone()} act={act.clone()} />
            }
            if closed {
                <p class="talk-closed">
                    { if open.gone { "It can only be read here." } else { "This conversation is closed. It can only be read." } }
                </p>
            } else {
                <Composer open={Rc::clone(open)} {customer} kind={*kind} field={field.clone()} on_kind={on_kind.clone()}
                    act={act.clone()} />
            }
        </section>
    }
}

fn nothing_open(model: &Model) -> Html {
    let Some(desk) = model.desk.as_deref() else {
        return html! { <section class="talk" id="talk" aria-label="Conversation" aria-busy="true" /> };
    };
    let (title, hint) = match (desk.mine.is_empty(), desk.open_count) {
        (false, _) => ("Choose a conversation", html! { <>{ "On the left, or with " }<kbd>{ "J" }</kbd>{ "." }</> }),
        (true, 0) => ("Nobody is waiting", html! { { "When a customer writes, the offer appears on the left." } }),
        (true, 1) => (
            "1 customer is waiting",
            html! { { "You are offered it when your presence allows it, or pick it on the left." } },
        ),
        (true, _) => (
            "Customers are waiting",
            html! { { "You are offered them when your presence allows it, or pick one on the left." } },
        ),
    };
    html! { <section class="talk" id="talk" aria-label="Conversation"><Hint {title}>{ hint }</Hint></section> }
}
