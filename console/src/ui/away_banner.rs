//! What a person needs to know before writing: the customer may be away, is gone, or the talk is over, and what happens at
//! which time.

use wire::{AgentsEntry, AgentsEvent, Card, CardState, ConnectionClock};
use yew::prelude::*;

use super::ticking::{Since, Until, When};
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
    /// Whether another agent has it now and nothing more of it comes.
    #[prop_or_default]
    pub gone: bool,
    /// Who has it, where that is not me.
    pub other_agent: Option<AttrValue>,
}

/// The banner; nothing while all is well.
#[component]
pub fn AwayBanner(props: &Props) -> Html {
    let Props { card, entries, gone, other_agent } = props;
    let name = words::customer(card);
    let (tone, glyph, inside) = match (card.state, card.connection) {
        _ if *gone => {
            let rest = " What you have read stays here until you look elsewhere.";
            ("plain", Glyph::People, html! { <><strong>{ "Another agent has it now." }</strong>{ rest }</> })
        }
        (CardState::Open { .. }, ConnectionClock::Away { since, disconnected_at }) => {
            let limit = span(disconnected_at.since(since));
            let rest = format!("At {limit} the conversation closes; until then it keeps its place in the queue.");
            ("amber", Glyph::Offline, away(&name, since, &rest))
        }
        (CardState::Active { .. }, ConnectionClock::Away { since, disconnected_at }) => {
            let limit = span(disconnected_at.since(since));
            ("amber", Glyph::Offline, away(&name, since, &format!("At {limit} the conversation moves to wrap-up.")))
        }
        (CardState::WrapUp { hold_until: Some(hold), promise_until, .. }, _) => {
            let writing = " You can write; it is seen when they are back.";
            let after = promise_until.filter(|until| *until > hold).map(|until| {
                html! { <>{ " After that they can come back until " }<When at={until} />{ ", through the queue; you are asked first." }</> }
            });
            let inside = html! {
                <><strong>{ &name }{ " was away for too long. Their place with you is kept for " }<Until at={hold} />{ "." }</strong>
                { writing }{ after }</>
            };
            ("amber", Glyph::Clock, inside)
        }
        (CardState::WrapUp { closes_at, promise_until: Some(until), .. }, _) => {
            let inside = html! {
                <><strong>{ &name }{ " can come back until " }<When at={until} />{ "." }</strong>
                { " They wait in the queue then, and you are asked first. Close it when your notes are done, which takes nothing from \
                   them; it closes by itself in " }<Until at={closes_at} />{ "." }</>
            };
            ("plain", Glyph::Clock, inside)
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
    let said = entries.iter().rev().find_map(|entry| {
        if matches!(entry.event, AgentsEvent::EndedByCustomer) {
            Some(format!("{name} ended the conversation."))
        } else if matches!(entry.event, AgentsEvent::CustomerDisconnected) {
            Some(format!("{name} was away for too long, so the talk is over."))
        } else {
            None
        }
    });
    said.unwrap_or_else(|| "The talk is over.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, Scene};
    use crate::ui::snapshot;

    async fn banner(scene: Scene) -> String {
        let model = canned::model(scene);
        let open = model.open.clone().unwrap();
        let card = open.card().unwrap().clone();
        snapshot::html(html! { <AwayBanner {card} entries={std::rc::Rc::clone(&open.entries)}
        other_agent={None::<AttrValue>} /> })
        .await
    }

    #[tokio::test]
    async fn away_says_since_when_and_what_happens_at_which_time() {
        insta::assert_snapshot!(banner(Scene::Away).await, @r#"
        <div data-tone="amber" class="banner">
        <p>
        <strong>Mia Berg may be away.</strong> The connection dropped <span class="clock">1:02</span> ago. At 3:00 the conversation moves to wrap-up.</p>
        </div>
        "#);
    }

    #[tokio::test]
    async fn wrap_up_says_why_the_talk_is_over() {
        insta::assert_snapshot!(banner(Scene::WrapUp).await, @r#"
        <div data-tone="plain" class="banner">
        <p>
        <strong>Customer 7 was away for too long, so the talk is over.</strong> Close it when your notes are done; it closes by itself in <span class="clock">12:50</span>.</p>
        </div>
        "#);
    }

    #[tokio::test]
    async fn a_hold_says_how_long_it_lasts_and_what_comes_after() {
        let html = banner(Scene::Held).await;
        assert!(html.contains("Their place with you is kept for <span class=\"clock\">6:18</span>."), "{html}");
        assert!(html.contains("You can write") && html.contains("<span class=\"clock\">14:30</span>"), "{html}");
    }

    #[tokio::test]
    async fn after_the_hold_the_promise_stands() {
        let html = banner(Scene::Promised).await;
        assert!(html.contains("Mia Berg can come back until <span class=\"clock\">14:30</span>."), "{html}");
        assert!(html.contains("closes by itself in <span class=\"clock\">12:00</span>"), "{html}");
    }

    #[tokio::test]
    async fn all_well_says_nothing() {
        assert_eq!(banner(Scene::Talking).await, "");
    }
}
