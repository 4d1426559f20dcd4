//! Messages of one speaker, and events between them.

use model::ConversationId;
use yew::prelude::*;

use super::ticking::Until;
use crate::transcript::{Bubble, Event, Group, Side, Weight};
use crate::view::{Act, Progress};
use page::ui::{Glyph, Icon};

/// What a group needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The conversation.
    pub conversation: ConversationId,
    /// The messages.
    pub group: Group,
    /// Who hears of retries.
    pub act: Callback<Act>,
}

/// A group of messages.
#[component]
pub fn MessageGroup(props: &Props) -> Html {
    let Props { conversation, group, act } = props;
    let side = match group.side {
        Side::Customer => "customer",
        Side::Mine => "mine",
        Side::Colleague => "colleague",
    };
    let last = group.bubbles.last().and_then(|bubble| bubble.unsent.as_ref());
    let failed = last.filter(|unsent| matches!(unsent.progress, Progress::Failed(_)));
    html! {
        <div class="group" data-side={side} data-internal={group.internal.then_some("")}>
            if group.side == Side::Colleague {
                <p class="group-speaker">{ &group.speaker }</p>
            } else {
                <p class="unseen">{ format!("{}:", group.speaker) }</p>
            }
            { for group.bubbles.iter().enumerate().map(|(at, bubble)| draw(bubble, group.internal, at == 0)) }
            <p class="group-foot clock" data-tone={failed.map(|_| "red")}>
                { &group.foot }
                if let Some(Progress::Later { at }) = last.map(|unsent| &unsent.progress) {
                    { " · goes again in " }<Until at={*at} />
                }
                if let Some(unsent) = failed {
                    { failed_actions(*conversation, unsent.key, act) }
                }
            </p>
        </div>
    }
}

fn failed_actions(conversation: ConversationId, key: model::SendKey, act: &Callback<Act>) -> Html {
    html! {
        <>
            <button type="button" class="link" onclick={act.reform(move |_| Act::Retry(conversation, key))}>{ "Retry" }</button>
            <button type="button" class="link" onclick={act.reform(move |_| Act::TakeBack(conversation, key))}>{ "Edit" }</button>
        </>
    }
}

fn draw(bubble: &Bubble, internal: bool, first: bool) -> Html {
    let progress = bubble.unsent.as_ref().map(|unsent| match unsent.progress {
        Progress::Failed(_) => "failed",
        Progress::Waiting | Progress::Sending | Progress::Later { .. } => "pending",
    });
    html! {
        <div class="bubble" key={bubble.key.clone()} data-internal={internal.then_some("")} data-progress={progress}>
            if internal && first {
                <p class="bubble-internal"><Icon glyph={Glyph::Lock} />{ "Internal · only colleagues see this" }</p>
            }
            <p class="bubble-text" dir="auto">{ &bubble.text }</p>
        </div>
    }
}

/// What an event needs.
#[derive(Clone, PartialEq, Properties)]
pub struct EventProps {
    /// The event.
    pub event: Event,
}

/// An event.
#[component]
pub fn EventLine(props: &EventProps) -> Html {
    let Event { weight, text, time, .. } = &props.event;
    let weight = match weight {
        Weight::Quiet => "quiet",
        Weight::Turn => "turn",
        Weight::Away => "away",
    };
    html! {
        <p class="event" data-weight={weight}><span>{ text }{ " · " }<span class="clock">{ time }</span></span></p>
    }
}
