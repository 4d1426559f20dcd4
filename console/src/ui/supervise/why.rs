//! "Why is this customer still waiting?": what holds for everybody, then what keeps each agent from it (product 5).

use std::rc::Rc;

use model::ConversationId;
use wire::{PresencesState, WaitReason, WhyNot, WhyNotReason, WhyWaiting};
use yew::prelude::*;

use crate::ui::confirm::use_modal;
use crate::ui::empty::Skeleton;
use crate::ui::ticking::{Since, Until};
use crate::words;

/// What the answer needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What the customer is called.
    pub(super) customer: AttrValue,
    /// Which conversation was asked about.
    pub(super) conversation: ConversationId,
    /// The latest answer, perhaps to another question.
    pub(super) why: Option<Rc<WhyWaiting>>,
    /// Custom presences, and who is in one.
    pub(super) presences: Rc<PresencesState>,
    /// It was read.
    pub(super) on_close: Callback<()>,
}

/// The answer.
#[component]
pub(super) fn Why(props: &Props) -> Html {
    let Props { customer, conversation, why, presences, on_close } = props;
    let node = use_modal();
    let answer = why.as_deref().filter(|why| why.conversation == *conversation);
    html! {
        <dialog ref={node} class="dialog why" aria-labelledby="why-title"
            oncancel={on_close.reform(|event: Event| event.prevent_default())}>
            <h2 class="dialog-title" id="why-title">{ format!("Why is {customer} still waiting?") }</h2>
            if let Some(why) = answer { { answered(why, presences) } } else { <Skeleton rows={3} /> }
            <div class="dialog-actions">
                <button type="button" class="button" data-kind="primary" autofocus=true onclick={on_close.reform(|_| ())}>{ "Close" }</button>
            </div>
        </dialog>
    }
}

fn answered(why: &WhyWaiting, presences: &PresencesState) -> Html {
    let more = usize::try_from(why.agents_count).unwrap_or(usize::MAX).saturating_sub(why.agents.len());
    html! {
        <>
            <p>{ "In " }{ &why.queue }{ " for " }<Since at={why.since} />{ "." }</p>
            if !why.reasons.is_empty() {
                <ul class="why-reasons" aria-label="For everybody">{ for why.reasons.iter().map(|reason| html! { <li>{ for_all(reason) }</li> }) }</ul>
            }
            if !why.agents.is_empty() {
                <ul class="why-agents" tabindex="0" aria-label="Agents considered">{ for why.agents.iter().map(|why| agent(why, presences)) }</ul>
            }
            if more > 0 { <p class="cell-hint">{ format!("And {more} more agents.") }</p> }
        </>
    }
}

fn for_all(reason: &WaitReason) -> Html {
    match reason {
        WaitReason::Picked => html! { { "Nothing is offered here: agents pick their conversations." } },
        WaitReason::CustomerAway => html! { { "The customer may be away and is passed over until they are back." } },
        WaitReason::OutOfHours => html! { { "The queue is closed at this time; it waits all the same." } },
        WaitReason::Offered { to, until } => html! {
            <>{ "It is being offered to " }{ to.as_str() }{ ", for " }<Until at={*until} />{ " more." }</>
        },
        WaitReason::NobodyServes => html! { { "Nobody serves the queue." } },
        WaitReason::NobodyHere => html! { { "None of the queue's agents has a console open." } },
        WaitReason::EveryoneDeclined => html! { { "Everybody who could be asked has declined or missed it." } },
    }
}

fn agent(why: &WhyNot, presences: &PresencesState) -> Html {
    let reasons = why.reasons.iter().enumerate().map(|(at, reason)| {
        html! { <>{ if at == 0 { "" } else { " · " } }{ for_one(*reason, why, presences) }</> }
    });
    html! {
        <li>
            <span class="why-name">{ why.name.as_str() }</span>
            <span class="cell-hint">
                if why.reasons.is_empty() { { "Can be asked" } } else { { for reasons } }
            </span>
        </li>
    }
}

fn for_one(reason: WhyNotReason, why: &WhyNot, presences: &PresencesState) -> Html {
    match reason {
        WhyNotReason::Disabled => html! { { "Can't sign in" } },
        WhyNotReason::NotInQueue => html! { { "Doesn't serve the queue" } },
        WhyNotReason::NoConsole => html! { { "Has no console open" } },
        WhyNotReason::InPresence { presence } => html! { { words::presence_of(presences, why.agent, presence) } },
        WhyNotReason::CapacityShort { by } => {
            html! { { format!("{} unit{} short", by.0, if by.0 == 1 { "" } else { "s" }) } }
        }
        WhyNotReason::AskedAgainAt { at } => html! { <>{ "Said no or missed it; asked again in " }<Until {at} /></> },
        WhyNotReason::LimitReached => html! { { "Asked as often as may be; can still pick it" } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    async fn shown(why: Option<WhyWaiting>) -> String {
        let conversation = canned::why_waiting().conversation;
        snapshot::html(
            html! { <Why customer="Anna Kovács" {conversation} why={why.map(Rc::new)} presences={Rc::new(PresencesState::default())} on_close={|()| ()} /> },
        )
        .await
    }

    #[tokio::test]
    async fn every_agent_considered_has_a_reason() {
        let html = shown(Some(canned::why_waiting())).await;
        for words in [
            "Why is Anna Kovács still waiting?",
            "Everybody who could be asked has declined or missed it.",
            "Do not disturb · 1 unit short",
            "asked again in <span class=\"clock\">0:40</span>",
            "Has no console open",
            "And 3 more agents.",
        ] {
            assert!(html.contains(words), "{words} in {html}");
        }
    }

    #[tokio::test]
    async fn an_answer_about_another_conversation_is_none() {
        let other = WhyWaiting { conversation: ConversationId::from_u128(77), ..canned::why_waiting() };
        for why in [None, Some(other)] {
            let html = shown(why).await;
            assert!(html.contains("Loading") && !html.contains("Has no console open"), "{html}");
        }
    }
}
