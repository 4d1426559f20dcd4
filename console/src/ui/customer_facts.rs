//! What is known of the customer.

use wire::{Card, CardState, ConnectionClock, ConversationState, Request};
use yew::prelude::*;

use super::ticking::When;
use crate::view::Act;
use crate::words;

/// What the facts need.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The conversation.
    pub card: Card,
    /// Its state, once it came.
    pub state: Option<ConversationState>,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The facts.
#[component]
pub fn CustomerFacts(props: &Props) -> Html {
    let Props { card, state, act } = props;
    let conversation = card.conversation;
    let take = act.reform(move |_: MouseEvent| Act::Ask(Request::TakeLink { conversation }));
    let page = state.as_ref().and_then(|state| state.page.as_ref());
    let agent = state.as_ref().and_then(|state| state.agent.as_ref());
    html! {
        <section class="panel" aria-labelledby="customer-title">
            <h2 class="panel-title" id="customer-title">{ "Customer" }</h2>
            <dl class="facts">
                { fact("Name", html! { { words::customer(card) } }) }
                if let Some(state) = state {
                    { fact("Signed in", html! { { if state.signed_in { "Yes" } else { "No" } } }) }
                    if let Some(how) = state.returned_by {
                        { fact("Came back", html! { { words::returned_fact(how, state.signed_in) } }) }
                    }
                }
                { fact("Queue", html! { { &card.queue } }) }
                if let Some(page) = page {
                    { fact("Page", html! { <span title={page.as_str().to_owned()}>{ breakable(&short(page.as_str())) }</span> }) }
                }
                { fact("Connection", connection(card.connection)) }
                { fact("State", html! { { state_word(card.state) } }) }
                { fact(since_word(card.state), html! { <When at={since(card.state)} /> }) }
                if let CardState::WrapUp { promise_until: Some(until), .. } = card.state {
                    { fact("May return until", html! { <When at={until} /> }) }
                }
                if let Some(agent) = agent {
                    { fact("Agent", html! { { agent.as_str() } }) }
                }
            </dl>
            if state.as_ref().is_some_and(|state| state.may_offer_link) {
                <button type="button" class="link facts-link" onclick={take}>{ "Take a reconnect link to send yourself" }</button>
            }
        </section>
    }
}

/// An address that breaks where its parts end.
fn breakable(address: &str) -> Html {
    address.split_inclusive(['/', '.', ':']).map(|part| html! { <>{ part.to_owned() }<wbr /></> }).collect()
}

/// One fact with its word.
pub(super) fn fact(word: &'static str, value: Html) -> Html {
    html! { <div class="fact"><dt>{ word }</dt><dd>{ value }</dd></div> }
}

fn connection(clock: ConnectionClock) -> Html {
    match clock {
        ConnectionClock::Connected { connections: 0 | 1 } => html! { { "1 tab" } },
        ConnectionClock::Connected { connections } => html! { { format!("{connections} tabs") } },
        ConnectionClock::Away { .. } | ConnectionClock::Disconnected { .. } | ConnectionClock::Over => {
            html! { { words::connection(clock) } }
        }
    }
}

const fn state_word(state: CardState) -> &'static str {
    match state {
        CardState::Open { .. } => "Open",
        CardState::Active { .. } => "Active",
        CardState::WrapUp { .. } => "Wrap-up",
        CardState::Closed { .. } => "Closed",
    }
}

const fn since_word(state: CardState) -> &'static str {
    match state {
        CardState::Closed { .. } => "Closed at",
        CardState::Open { .. } | CardState::Active { .. } | CardState::WrapUp { .. } => "Since",
    }
}

const fn since(state: CardState) -> model::Timestamp {
    match state {
        CardState::Open { since } | CardState::Active { since } | CardState::WrapUp { since, .. } => since,
        CardState::Closed { at, .. } => at,
    }
}

/// An address as people read it: without the scheme, the query and a trailing slash.
#[must_use]
pub fn short(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    rest.strip_suffix('/').unwrap_or(rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn an_address_is_shown_without_what_nobody_reads() {
        assert_eq!(short("https://shop.example/orders/48213?utm=x#top"), "shop.example/orders/48213");
        assert_eq!(short("http://shop.localhost:8081/"), "shop.localhost:8081");
        assert_eq!(short("not an address"), "not an address");
    }
}
