//! One conversation in a list: who, the last time, and what matters now.

use wire::{Card, CardState, ConnectionClock};
use yew::prelude::*;

use super::ticking::{Since, Until, When};
use crate::clock::span;
use crate::words;
use page::ui::{Avatar, Dot};

/// The dot for a connection.
#[must_use]
pub const fn dot(connection: ConnectionClock) -> Option<Dot> {
    match connection {
        ConnectionClock::Connected { .. } => Some(Dot::Here),
        ConnectionClock::Away { .. } => Some(Dot::Away),
        ConnectionClock::Disconnected { .. } => Some(Dot::Gone),
        ConnectionClock::Over => None,
    }
}

/// What a row needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The conversation.
    pub card: Card,
}

/// The inside of a row; the list around it makes it an option or a button.
#[component]
pub fn RowContent(props: &Props) -> Html {
    let card = &props.card;
    let name = words::customer(card);
    html! {
        <>
            <Avatar name={name.clone()} dot={dot(card.connection)} />
            <span class="row-text">
                <span class="row-name" title={name.clone()}>{ name }</span>
                <span class="row-second">{ second_line(card) }</span>
            </span>
            if let ConnectionClock::Connected { .. } | ConnectionClock::Disconnected { .. } = card.connection {
                <span class="unseen">{ words::connection(card.connection) }</span>
            }
            <span class="row-end">
                { end(card) }
                // Nobody has read what an open one says: a count would be on every row.
                if card.unread > 0 && !matches!(card.state, CardState::Open { .. }) {
                    <span class="unread clock" aria-hidden="true">{ unread(card.unread) }</span>
                    <span class="unseen">{ format!("{} unread", card.unread) }</span>
                }
            </span>
        </>
    }
}

fn unread(count: u32) -> String {
    if count > 99 { "99+".to_owned() } else { count.to_string() }
}

fn end(card: &Card) -> Html {
    match card.state {
        CardState::Open { since } => html! {
            <><span class="unseen">{ "waiting " }</span><Since at={since} /></>
        },
        CardState::Active { .. } | CardState::WrapUp { .. } => html! { <When at={card.last_at} /> },
        CardState::Closed { at, .. } => html! { <When {at} /> },
    }
}

/// What matters now.
fn second_line(card: &Card) -> Html {
    match (card.state, card.connection) {
        (CardState::Closed { reason, .. }, _) => html! { words::closed(reason) },
        (CardState::WrapUp { hold_until: Some(until), .. }, _) => html! {
            <span data-tone="amber">{ "Held for " }<Until at={until} />{ " · wrap-up" }</span>
        },
        (CardState::WrapUp { closes_at, .. }, _) => html! {
            <span data-tone="amber">{ "Wrap-up · " }<Until at={closes_at} />{ " left" }</span>
        },
        // An open one has its waiting time at the end of the row; one clock in a row is enough.
        (CardState::Open { .. }, ConnectionClock::Away { .. }) => html! {
            <><span data-tone="amber">{ "May be away" }</span>{ " · " }{ &card.queue }</>
        },
        (_, ConnectionClock::Away { since, disconnected_at }) => html! {
            <span data-tone="amber">
                { "Away " }<Since at={since} />{ format!(" of {}", span(disconnected_at.since(since))) }
            </span>
        },
        (CardState::Open { .. }, _) => match &card.last_words {
            Some(words) => html! { <>{ &card.queue }{ " · " }{ words }</> },
            None => html! { { &card.queue } },
        },
        (CardState::Active { .. }, ConnectionClock::Disconnected { .. }) => html! {
            <span data-tone="amber">{ "Disconnected" }</span>
        },
        (CardState::Active { .. }, _) => html! { { card.last_words.as_deref().unwrap_or("Nothing said yet") } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, Scene};
    use crate::ui::snapshot;

    async fn second_lines(scene: Scene) -> String {
        let desk = canned::model(scene).desk.unwrap();
        let lines = desk.mine.iter().chain(&desk.open).chain(&desk.closed).map(|card| {
            html! { <p>{ second_line(card) }</p> }
        });
        snapshot::html(lines.collect()).await
    }

    #[tokio::test]
    async fn the_second_line_says_what_matters_now() {
        insta::assert_snapshot!(second_lines(Scene::Away).await, @r#"
        <p>
        <span data-tone="amber">Away <span class="clock">1:02</span> of 3:00</span>
        </p>
        <p>Thanks! And the invoice?</p>
        <p>
        <span data-tone="amber">Wrap-up · <span class="clock">12:50</span> left</span>
        </p>
        <p>Delivery</p>
        <p>
        <span data-tone="amber">May be away</span> · Billing</p>
        <p>Delivery</p>
        <p>Ended by the agent</p>
        <p>The customer disconnected</p>
        "#);
    }

    #[tokio::test]
    async fn a_row_names_everything_that_it_shows_by_color() {
        let card = Card { unread: 120, ..canned::card(7) };
        insta::assert_snapshot!(snapshot::html(html! { <RowContent {card} /> }).await, @r#"
        <span aria-hidden="true" data-dot="here" class="avatar">C7</span>
        <span class="row-text">
        <span title="Customer 7" class="row-name">Customer 7</span>
        <span class="row-second">Nothing said yet</span>
        </span>
        <span class="unseen">Connected</span>
        <span class="row-end">
        <span class="clock">14:06</span>
        <span aria-hidden="true" class="unread clock">99+</span>
        <span class="unseen">120 unread</span>
        </span>
        "#);
    }
}
