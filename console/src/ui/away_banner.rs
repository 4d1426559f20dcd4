//! What a person needs to know before writing: the customer may be away, is gone, or the talk is over, and what happens at
//! which time.

use wire::{AgentsEntry, AgentsEvent, Card, CardState, ConnectionClock};
use yew::prelude::*;

use super::ticking::{Since, Until};
use crate::clock::span;
use crate::words;
use page::ui::{Glyph, Icon};

/// What the banner needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The conversation.
    pub card: Card,
    /// The transcript, which knows who ended the talk.
    pub entries: std::rc::Rc<Vec<AgentsEntry>>,
    /// Who has it, where that is not me.
    pub other_agent: Option<AttrValue>,
}

/// The banner; nothing while all is well.
#[component]
pub fn AwayBanner(props: &Props) -> Html {
    let Props { card, entries, other_agent } = props;
    let name = words::customer(card);
    let (tone, glyph, inside) = match (card.state, card.connection) {
        (CardState::Open { .. }, ConnectionClock::Away { since, disconnected_at }) => {
            let limit = span(disconnected_at.since(since));
            let rest = format!("At {limit} the conversation closes; until then it keeps its place in the queue.");
            ("amber", Glyph::Offline, away(&name, since, &rest))
        }
        (CardState::Active { .. }, ConnectionClock::Away { since, disconnected_at }) => {
            let limit = span(disconnected_at.since(since));
            ("amber", Glyph::Offline, away(&name, since, &format!("At {limit} the conversation moves to wrap-up.")))
        }
        (CardState::WrapUp { closes_at, .. }, _) => {
            let rest = html! { <>{ " Close it when your notes are done; it closes by itself in " }<Until at={closes_at} />{ "." }</> };
            ("plain", Glyph::Info, html! { <><strong>{ over(entries, &name) }</strong>{ rest }</> })
        }
        (CardState::Active { .. }, _) => match other_agent {
            Some(agent) => {
                let fact = format!("{agent} has this conversation.");
                ("plain", Glyph::People, html! { <><strong>{ fact }</strong>{ " You can read it." }</> })
            }
            None => return Html::default(),
        },
        (CardState::Open { .. } | CardState::Closed { .. }, _) => return Html::default(),
    };
    html! {
        <div class="banner" data-tone={tone}>
            <Icon {glyph} />
            <p>{ inside }</p>
        </div>
    }
}

fn away(name: &str, since: model::Timestamp, rest: &str) -> Html {
    html! {
        <>
            <strong>{ name }{ " may be away." }</strong>
            { " The connection dropped " }<Since at={since} />{ " ago. " }{ rest }
        </>
    }
}

/// Why the talk is over: the last entry that says so.
fn over(entries: &[AgentsEntry], name: &str) -> String {
    let said = entries.iter().rev().find_map(|entry| match &entry.event {
        AgentsEvent::EndedByCustomer => Some(format!("{name} ended the conversation.")),
        AgentsEvent::CustomerDisconnected => Some(format!("{name} was away for too long, so the talk is over.")),
        AgentsEvent::EndedByAgent { .. } => Some("The talk is over.".to_owned()),
        _ => None,
    });
    said.unwrap_or_else(|| "The talk is over.".to_owned())
}
