//! The transcript. It stays at its end while one is at its end, and otherwise stays where one reads.

use model::AgentId;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::message::{EventLine, MessageGroup};
use super::ticking::use_minute;
use crate::transcript::{Row, rows};
use crate::view::{Act, Transcript};
use page::ui::{Glyph, Icon, TypingDots};

/// This close to the end counts as being there.
const NEAR_END_PX: i32 = 48;

/// What the log needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What was said and what happened.
    pub transcript: Transcript,
    /// Who reads it.
    pub me: AgentId,
    /// What the customer is called.
    pub customer: AttrValue,
    /// Changes where what stands above the log does, and so its height.
    #[prop_or_default]
    pub above: usize,
    /// Who hears of retries.
    pub act: Callback<Act>,
}

/// The log.
#[component]
pub fn Log(props: &Props) -> Html {
    let Props { transcript, me, customer, above, act } = props;
    let node = use_node_ref();
    let at_end = use_state_eq(|| true);
    let clock = use_minute();
    let last = transcript.entries.last().map(|entry| entry.seq);
    use_effect_with((transcript.id, last, transcript.unsent.len(), *above, *at_end), {
        let (node, at_end) = (node.clone(), at_end.clone());
        move |_| {
            if *at_end {
                to_end(&node);
            }
        }
    });
    use_effect_with(transcript.id, {
        let at_end = at_end.clone();
        move |_| at_end.set(true)
    });
    let onscroll = {
        let (node, at_end) = (node.clone(), at_end.clone());
        move |_: yew::Event| {
            if let Some(log) = node.cast::<HtmlElement>() {
                at_end.set(log.scroll_height() - log.scroll_top() - log.client_height() < NEAR_END_PX);
            }
        }
    };
    let jump = {
        let at_end = at_end.clone();
        move |_: MouseEvent| at_end.set(true)
    };
    let typing = transcript.customer_typing;
    let rows = rows(transcript, *me, customer, clock);
    html! {
        <div class="log-host">
            <div ref={node} class="log" role="log" tabindex="0" aria-label={format!("Conversation with {customer}")} {onscroll}>
                <div class="log-inside">
                    if transcript.entries.first().is_some_and(|first| first.seq.0 > 1) {
                        <p class="event" data-weight="quiet"><span>{ "Earlier entries are not shown" }</span></p>
                    }
                    { for rows.into_iter().map(|row| draw(row, transcript, act)) }
                </div>
            </div>
            <p class="typing-line" role="status">
                if typing {
                    <TypingDots /><span>{ format!("{customer} is writing") }</span>
                }
            </p>
            if !*at_end {
                <button type="button" class="button log-jump" onclick={jump}><Icon glyph={Glyph::Down} />{ "To the latest" }</button>
            }
        </div>
    }
}

fn to_end(node: &NodeRef) {
    if let Some(log) = node.cast::<HtmlElement>() {
        log.set_scroll_top(log.scroll_height());
    }
}

fn draw(row: Row, transcript: &Transcript, act: &Callback<Act>) -> Html {
    match row {
        Row::Day(day) => html! { <p class="event" data-weight="turn"><span>{ day }</span></p> },
        Row::New => html! { <p class="event" data-weight="new"><span>{ "New" }</span></p> },
        Row::Event(event) => html! { <EventLine key={event.key} event={event.clone()} /> },
        Row::Group(group) => html! {
            <MessageGroup key={group.key} conversation={transcript.id} group={group.clone()} act={act.clone()} />
        },
    }
}
