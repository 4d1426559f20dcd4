//! The head of a conversation: who, where, since when, and what can be done.

use wire::{Abilities, Card, CardState, ConnectionClock, ConversationState, Request};
use yew::prelude::*;

use super::command::Command;
use super::row::dot;
use super::ticking::{Since, Until};
use crate::view::Act;
use crate::words;
use page::ui::{Avatar, Glyph, Icon};

/// What the head needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The conversation.
    pub card: Card,
    /// Its state, once it came.
    pub state: Option<ConversationState>,
    /// Whether what is shown is the last known, because the console is not connected.
    pub stale: bool,
    /// Whether it is one of mine.
    pub mine: bool,
    /// Whether another agent has it now and nothing more of it comes.
    pub gone: bool,
    /// What I may do with the staff side of it.
    #[prop_or_default]
    pub may: Abilities,
    /// Chooses a colleague or a queue.
    pub on_command: Callback<Command>,
    /// Whether something is asked and not answered yet.
    pub busy: bool,
    /// Wants End or Release confirmed.
    pub on_confirm: Callback<Request>,
    /// Shows or hides the details, where they have no column of their own.
    pub on_details: Callback<()>,
    /// Who hears of the rest.
    pub act: Callback<Act>,
}

/// The head.
#[component]
pub fn Head(props: &Props) -> Html {
    let Props { card, state, .. } = props;
    let name = words::customer(card);
    html! {
        <header class="head">
            <button type="button" class="icon-button head-back" aria-label="Back to the lists"
                onclick={props.act.reform(|_| Act::Leave)}><Icon glyph={Glyph::Down} /></button>
            <Avatar name={name.clone()} dot={dot(card.connection)} />
            <div class="head-who">
                <h2 class="head-name" title={name.clone()}>{ name }</h2>
                <p class="head-where">
                    <span>{ &card.queue }</span>
                    <span data-tone={tone(card.connection)}>{ if props.stale { "Last known: " } else { "" } }{ connection(card.connection) }</span>
                    if let Some(page) = state.as_ref().and_then(|state| state.page.as_ref()) {
                        <span class="head-page" title={page.as_str().to_owned()}>{ super::customer_facts::short(page.as_str()) }</span>
                    }
                </p>
            </div>
            { timer(card, state.as_ref()) }
            <div class="head-actions">
                { actions(props) }
                <button type="button" class="button head-details" onclick={props.on_details.reform(|_| ())}>{ "Details" }</button>
            </div>
        </header>
    }
}

const fn tone(connection: ConnectionClock) -> Option<&'static str> {
    match connection {
        ConnectionClock::Away { .. } => Some("amber"),
        ConnectionClock::Connected { .. } | ConnectionClock::Disconnected { .. } | ConnectionClock::Over => None,
    }
}

fn connection(clock: ConnectionClock) -> Html {
    match clock {
        ConnectionClock::Connected { connections } if connections > 1 => {
            html! { { format!("Connected · {connections} tabs") } }
        }
        ConnectionClock::Connected { .. }
        | ConnectionClock::Away { .. }
        | ConnectionClock::Disconnected { .. }
        | ConnectionClock::Over => html! { { words::connection(clock) } },
    }
}

fn timer(card: &Card, state: Option<&ConversationState>) -> Html {
    let session = state.and_then(|state| state.session);
    let inside = match (card.state, session) {
        (CardState::Open { since }, _) => html! { <>{ "Waiting " }<Since at={since} /></> },
        (CardState::Active { .. }, Some(session)) => html! { <>{ "Session " }<Since at={session.since} /></> },
        (CardState::Active { since }, None) => html! { <>{ "Session " }<Since at={since} /></> },
        (CardState::WrapUp { hold_until: Some(until), .. }, _) => html! { <>{ "Held for " }<Until at={until} /></> },
        (CardState::WrapUp { since, closes_at, .. }, _) => html! {
            <>{ "Wrap-up " }<Since at={since} /><span class="head-closes">{ " · closes in " }<Until at={closes_at} /></span></>
        },
        (CardState::Closed { at, .. }, _) => html! { <>{ "Closed " }<super::ticking::When at={at} /></> },
    };
    html! { <span class="pill">{ inside }</span> }
}

fn actions(props: &Props) -> Html {
    let conversation = props.card.conversation;
    let button = |word: &'static str,
                  kind: Option<&'static str>,
                  key: Option<&'static str>,
                  onclick: Callback<MouseEvent>| {
        html! {
            <button type="button" class="button" data-kind={kind} disabled={props.busy} aria-keyshortcuts={key} {onclick}>
                { word }
            </button>
        }
    };
    let ask = |request: Request| props.act.reform(move |_: MouseEvent| Act::Ask(request.clone()));
    let may = props.may;
    let choose = |command: Command| props.on_command.reform(move |_: MouseEvent| command);
    let confirm = |request: Request| props.on_confirm.reform(move |_: MouseEvent| request.clone());
    match props.card.state {
        _ if props.gone => Html::default(),
        CardState::Open { .. } => button("Pick", Some("primary"), None, ask(Request::Pick { conversation })),
        CardState::Active { .. } if props.mine => html! {
            <>
                if may.transfer {
                    { button("Transfer", None, Some("T"), choose(Command::Transfer)) }
                } else {
                    { button("Release", None, None, confirm(Request::Release { conversation })) }
                }
                if may.consult { { button("Consult", None, Some("H"), choose(Command::Consult)) } }
                { button("End", None, Some("E"), confirm(Request::End { conversation })) }
            </>
        },
        CardState::WrapUp { hold_until, .. } if props.mine => html! {
            <>
                if hold_until.is_some() {
                    { button("Release hold", None, None, confirm(Request::ReleaseHold { conversation })) }
                }
                { button("Close", Some("primary"), Some("C"), ask(Request::Close { conversation })) }
            </>
        },
        CardState::Active { .. } | CardState::WrapUp { .. } if may.force_close => {
            button("Close by force", Some("danger"), None, confirm(Request::ForceClose { conversation }))
        }
        CardState::Active { .. } | CardState::WrapUp { .. } | CardState::Closed { .. } => Html::default(),
    }
}
