//! The middle: one conversation, from its head to the composer.

use std::rc::Rc;

use wire::{CardState, Request};
use yew::prelude::*;

use super::away_banner::AwayBanner;
use super::command::{Command, CommandPopover};
use super::composer::{Commands, Composer};
use super::empty::Hint;
use super::head::Head;
use super::log::Log;
use super::parts::Parts;
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
    /// What is chosen over the composer.
    pub command: Option<Command>,
    /// Opens and closes such a choice.
    pub on_command: Callback<Option<Command>>,
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
    let Props { model, kind, field, on_kind, on_command, on_confirm, on_details, act, .. } = props;
    let mine = model.desk.as_deref().is_some_and(|desk| desk.mine.iter().any(|one| one.conversation == open.id));
    let customer = words::customer(card);
    let other = open.state.as_ref().and_then(|state| state.agent.as_ref());
    // Whoever takes part reads that in a strip of its own.
    let takes_part = open.parts.as_ref().is_some_and(|parts| parts.my_part.is_some());
    let other = other.filter(|_| !mine && !takes_part);
    let may = open.parts.as_ref().map(|parts| parts.may).unwrap_or_default();
    let commands = Commands {
        reply: open.state.as_ref().is_some_and(|state| state.may_write),
        consult: may.consult,
        transfer: may.transfer,
    };
    let closed = open.gone || matches!(card.state, CardState::Closed { .. });
    html! {
        <section class="talk" id="talk" aria-label="Conversation" key={open.id.to_string()}>
            <Head card={card.clone()} state={open.state.clone()} {mine} gone={open.gone} stale={matches!(model.link, Link::Lost { .. })} busy={model.is_asking(open.id)} {may}
                on_command={on_command.reform(Some)} on_confirm={on_confirm.clone()} on_details={on_details.clone()} act={act.clone()} />
            <AwayBanner card={card.clone()} entries={Rc::clone(&open.entries)} gone={open.gone}
                other_agent={other.map(|name| AttrValue::from(name.as_str().to_owned()))} />
            if let Some(parts) = open.parts.as_ref().filter(|_| !open.gone) {
                <Parts parts={parts.clone()} customer={customer.clone()} me={model.me.agent} busy={model.is_asking(open.id)} act={act.clone()} />
            }
            if open.entries.is_empty() && !open.caught_up {
                <div class="log-host"><super::empty::Skeleton rows={4} /></div>
            } else {
                <Log above={above(open)} transcript={Transcript::from(&**open)} me={model.me.agent} customer={customer.clone()} act={act.clone()} />
            }
            if closed {
                <p class="talk-closed">
                    { if open.gone { "It can only be read here." } else { "This conversation is closed. It can only be read." } }
                </p>
            } else {
                <Composer open={Rc::clone(open)} customer={customer.clone()} kind={*kind} field={field.clone()} on_kind={on_kind.clone()}
                    {commands} on_command={on_command.reform(Some)} popover={popover(props, open, card)} act={act.clone()} />
            }
        </section>
    }
}

/// How much stands above the log.
fn above(open: &Open) -> usize {
    let parts = open.parts.as_ref();
    parts.map_or(0, |parts| parts.participants.len() * 2 + usize::from(parts.invitation.is_some()))
}

/// What is chosen over the composer; when it is over, the composer has the focus again.
fn popover(props: &Props, open: &Rc<Open>, card: &wire::Card) -> Html {
    let Props { model, command: Some(command), field, on_command, on_confirm, act, .. } = props else {
        return Html::default();
    };
    let on_close = {
        let (on_command, field) = (on_command.clone(), field.clone());
        Callback::from(move |()| {
            on_command.emit(None);
            super::hooks::focus(&field);
        })
    };
    let on_words = {
        let (act, open) = (act.clone(), Rc::clone(open));
        Callback::from(move |words: String| {
            let text = crate::quick::added(&open.reply, &words);
            act.emit(Act::Draft { conversation: open.id, kind: Kind::Reply, text });
        })
    };
    html! {
        <CommandPopover model={model.clone()} card={card.clone()} command={*command} {on_words} on_confirm={on_confirm.clone()} {on_close}
            act={act.clone()} />
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
