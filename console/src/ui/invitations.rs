//! Running invitations of colleagues, beside the offers: who asks, about whom, the time left, Accept and Decline.

use model::InvitationKind;
use wire::{InvitationCard, Request};
use yew::prelude::*;

use super::offers::{Countdown, left};
use super::ticking::use_clock;
use crate::view::{Act, Model};
use crate::words;
use page::ui::{Glyph, Icon};

/// What the invitations need.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// Whether single-key shortcuts are on and no offer comes first.
    pub first_key: bool,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The invitations; nothing where there are none.
#[component]
pub fn Invitations(props: &Props) -> Html {
    let all = props.model.staff.as_deref().map_or(&[][..], |staff| &staff.invitations);
    html! {
        <>
            <div class="unseen" role="status">
                { for all.iter().map(|one| html! { <p key={one.card.conversation.to_string()}>{ asks(one) }{ ": " }{ words::customer(&one.card) }</p> }) }
            </div>
            { for all.iter().enumerate().map(|(at, one)| html! {
                <Invitation key={one.card.conversation.to_string()} invitation={one.clone()}
                    busy={props.model.is_asking(one.card.conversation)}
                    shortcut={(at == 0 && props.first_key).then_some("A")} act={props.act.clone()} />
            }) }
        </>
    }
}

/// Who wants what: "Ravi asks for your advice".
#[must_use]
pub fn asks(one: &InvitationCard) -> String {
    let from = words::first_name(&one.from.name);
    match one.kind {
        InvitationKind::Consult => format!("{from} asks for your advice"),
        InvitationKind::Transfer => format!("{from} hands over to you"),
        InvitationKind::SupervisorTransfer => format!("{from} gives you a conversation"),
    }
}

#[derive(Clone, PartialEq, Properties)]
struct InvitationProps {
    invitation: InvitationCard,
    busy: bool,
    shortcut: Option<&'static str>,
    act: Callback<Act>,
}

#[component]
fn Invitation(props: &InvitationProps) -> Html {
    let InvitationProps { invitation, busy, shortcut, act } = props;
    let clock = use_clock();
    let conversation = invitation.card.conversation;
    let name = words::customer(&invitation.card);
    let over = invitation.until <= clock.now;
    let ask = |request: Request| act.reform(move |_: MouseEvent| Act::Ask(request.clone()));
    let costs = match invitation.kind {
        InvitationKind::Consult => "Takes none of your units",
        InvitationKind::Transfer | InvitationKind::SupervisorTransfer => "You have the conversation then",
    };
    html! {
        <article class="offer" data-kind="invitation" aria-label={format!("{}: {name}", asks(invitation))}>
            <div class="offer-head">
                <h2 class="offer-name" title={name.clone()}>{ name.clone() }</h2>
                <span class="offer-left clock">{ left(clock, invitation.made_at, invitation.until) }{ " left" }</span>
            </div>
            <p class="offer-asks"><Icon glyph={Glyph::People} />{ asks(invitation) }</p>
            <p class="offer-words">
                { invitation.queue.as_ref().map_or(invitation.card.queue.as_str(), |queue| queue.name.as_str()) }{ " · " }{ costs }
            </p>
            <Countdown made_at={invitation.made_at} until={invitation.until} />
            <div class="offer-actions">
                <button type="button" class="button" data-kind="primary" disabled={*busy || over} aria-label={format!("Accept {name}")}
                    aria-keyshortcuts={*shortcut} onclick={ask(Request::AcceptInvitation { conversation })}>
                    { "Accept" }
                    if let Some(key) = shortcut {
                        <kbd aria-hidden="true" data-key={*key}></kbd>
                    }
                </button>
                <button type="button" class="button" disabled={*busy || over} aria-label={format!("Decline {name}")}
                    onclick={ask(Request::DeclineInvitation { conversation })}>{ "Decline" }</button>
            </div>
        </article>
    }
}
