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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, CLOCK, Scene};
    use crate::transcript::{Row, rows};
    use crate::ui::snapshot;
    use crate::view::Transcript;

    async fn groups(scene: Scene, skip: usize) -> String {
        let model = canned::model(scene);
        let open = model.open.unwrap();
        let groups =
            rows(&Transcript::from(&*open), model.me.agent, "Mia Berg", CLOCK).into_iter().filter_map(
                |row| match row {
                    Row::Group(group) => Some(group),
                    Row::Day(_) | Row::New | Row::Event(_) => None,
                },
            );
        let groups = groups.skip(skip).map(|group| {
            html! { <MessageGroup conversation={open.id} {group} act={|_| ()} /> }
        });
        snapshot::html(groups.collect()).await
    }

    #[tokio::test]
    async fn internal_words_carry_a_lock_a_word_and_the_colleague() {
        insta::assert_snapshot!(groups(Scene::Away, 2).await, @r#"
        <div data-side="mine" data-internal="" class="group">
        <p class="unseen">You:</p>
        <div data-internal="" class="bubble">
        <p class="bubble-internal">Internal · only colleagues see this</p>
        <p dir="auto" class="bubble-text">Third time this week for this courier in 80331. Raising it.</p>
        </div>
        <p class="group-foot clock">14:04</p>
        </div>
        <div data-side="colleague" data-internal="" class="group">
        <p class="group-speaker">Sofia Marin</p>
        <div data-internal="" class="bubble">
        <p class="bubble-internal">Internal · only colleagues see this</p>
        <p dir="auto" class="bubble-text">I saw the same in 80333. Put me on it.</p>
        </div>
        <p class="group-foot clock">14:04</p>
        </div>
        <div data-side="customer" class="group">
        <p class="unseen">Mia Berg:</p>
        <div class="bubble">
        <p dir="auto" class="bubble-text">Good idea, one moment</p>
        </div>
        <p class="group-foot clock">14:06</p>
        </div>
        "#);
    }

    #[tokio::test]
    async fn a_failed_send_says_why_and_offers_a_retry() {
        insta::assert_snapshot!(groups(Scene::Sending, 7).await, @r#"
        <div data-side="mine" class="group">
        <p class="unseen">You:</p>
        <div data-progress="pending" class="bubble">
        <p dir="auto" class="bubble-text">Anything else?</p>
        </div>
        <p class="group-foot clock">Waiting to send</p>
        </div>
        <div data-side="mine" class="group">
        <p class="unseen">You:</p>
        <div data-progress="failed" class="bubble">
        <p dir="auto" class="bubble-text">I can also send a voucher.</p>
        </div>
        <p data-tone="red" class="group-foot clock">Not sent · the conversation had ended<button type="button" class="link">Retry</button>
        <button type="button" class="link">Edit</button>
        </p>
        </div>
        "#);
    }
}
