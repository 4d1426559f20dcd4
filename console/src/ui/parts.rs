//! Who else takes part in a conversation, as strips under its head: my own part where another has it, consultants, and the running
//! invitation. What is written between colleagues stands in the log, marked as internal.

use model::{ConversationId, InvitationKind, Part};
use wire::{Participant, PartsState, Request};
use yew::prelude::*;

use super::offers::Left;
use crate::view::Act;
use crate::words;
use page::ui::{Glyph, Icon};

/// What the strips need.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Who takes part and what I may do.
    pub parts: PartsState,
    /// What the customer is called.
    pub customer: AttrValue,
    /// Who reads it.
    pub me: model::AgentId,
    /// Whether something is asked and not answered yet.
    pub busy: bool,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The strips; nothing where one is alone with the customer.
#[component]
pub fn Parts(props: &Props) -> Html {
    let Props { parts, me, .. } = props;
    let mine = parts.my_part.filter(|part| *part != Part::Primary);
    let consultants = parts
        .participants
        .iter()
        .filter(|one| parts.may.consult && one.who.agent != *me && matches!(one.part, Part::Consultant | Part::LetIn));
    html! {
        <div class="strips" role="status">
            if let Some(part) = mine {
                { my_strip(part, props) }
            }
            { for consultants.map(|one| consultant_strip(one, props)) }
            { invitation_strip(props) }
        </div>
    }
}

fn button(word: &'static str, kind: Option<&'static str>, props: &Props, request: Request) -> Html {
    let onclick = props.act.reform(move |_: MouseEvent| Act::Ask(request.clone()));
    html! { <button type="button" class="button strip-action" data-kind={kind} disabled={props.busy} {onclick}>{ word }</button> }
}

fn strip(internal: bool, glyph: Glyph, words: Html, actions: Html) -> Html {
    html! {
        <div class="strip" data-internal={internal.then_some("")}>
            <Icon {glyph} /><p>{ words }</p><span class="strip-actions">{ actions }</span>
        </div>
    }
}

fn my_strip(part: Part, props: &Props) -> Html {
    let PartsState { conversation, participants, may, .. } = &props.parts;
    let conversation: ConversationId = *conversation;
    let primary = participants.iter().find(|one| one.part == Part::Primary);
    let primary = primary.map_or("a colleague", |one| words::first_name(&one.who.name));
    let (internal, fact, rest) = match part {
        Part::Primary => return Html::default(),
        Part::Consultant => (
            true,
            format!("You advise {primary}."),
            format!(" Only colleagues read what you write; {} doesn't know that you are here.", props.customer),
        ),
        Part::LetIn => {
            (false, "You were let in.".to_owned(), format!(" {} reads what you write as a reply.", props.customer))
        }
        Part::Monitor => {
            (true, "You read along.".to_owned(), " The customer is told nothing until you join.".to_owned())
        }
        Part::Joined => (false, "You have joined.".to_owned(), " Both sides read what you write.".to_owned()),
    };
    let actions = html! {
        <>
            if may.join { { button("Join", Some("primary"), props, Request::Join { conversation }) } }
            if may.stop_monitoring { { button("Stop reading along", None, props, Request::StopMonitoring { conversation }) } }
            if may.leave_consult { { button("Leave", None, props, Request::LeaveConsult { conversation }) } }
        </>
    };
    strip(
        internal,
        if internal { Glyph::Lock } else { Glyph::People },
        html! { <><strong>{ fact }</strong>{ rest }</> },
        actions,
    )
}

fn consultant_strip(one: &Participant, props: &Props) -> Html {
    let (conversation, agent) = (props.parts.conversation, one.who.agent);
    let name = one.who.name.as_str();
    let let_in = one.part == Part::LetIn;
    let words = if let_in {
        html! { <><strong>{ name }{ " was let in." }</strong>{ " The customer reads you both." }</> }
    } else {
        html! { <><strong>{ name }{ " advises you." }</strong>{ " Write to each other as Internal." }</> }
    };
    let lost = one.lost_since.map(|_| html! { { " Their connection dropped." } });
    let actions = html! {
        <>
            if !let_in { { button("Let in", None, props, Request::LetIn { conversation, agent }) } }
            { button("End consult", None, props, Request::EndConsult { conversation, agent }) }
        </>
    };
    strip(!let_in, if let_in { Glyph::People } else { Glyph::Lock }, html! { <>{ words }{ lost }</> }, actions)
}

fn invitation_strip(props: &Props) -> Html {
    let Some(invitation) = &props.parts.invitation else { return Html::default() };
    let (made_at, end) = (invitation.made_at, invitation.until);
    let to = invitation.to.name.as_str();
    let asked = match (invitation.kind, &invitation.queue) {
        (InvitationKind::Consult, None) => format!("{to} is asked for advice."),
        (InvitationKind::Consult, Some(queue)) => format!("{to} of {} is asked for advice.", queue.name),
        (InvitationKind::Transfer, _) => format!("{to} is asked to take over."),
        (InvitationKind::SupervisorTransfer, _) => {
            format!("{to} is asked to take over, by {}.", invitation.by.name.as_str())
        }
    };
    let until = match invitation.kind {
        InvitationKind::Consult => " Everything goes on as it is. ",
        InvitationKind::Transfer => " Until then the conversation is yours. ",
        InvitationKind::SupervisorTransfer => " Until then nothing changes. ",
    };
    let conversation = props.parts.conversation;
    let words = html! {
        <><strong>{ asked }</strong>{ until }<span aria-live="off"><Left {made_at} until={end} />{ " left." }</span></>
    };
    let actions = html! {
        if props.parts.may.withdraw { { button("Withdraw", None, props, Request::WithdrawInvitation { conversation }) } }
    };
    strip(false, Glyph::Clock, words, actions)
}

/// Everybody on the staff side, for the details.
pub fn people(parts: &PartsState, me: model::AgentId) -> Html {
    if parts.participants.len() < 2 {
        return Html::default();
    }
    let line = |one: &Participant| {
        let name = if one.who.agent == me { "You" } else { one.who.name.as_str() };
        html! {
            <li key={one.who.agent.to_string()} class="person">
                <span class="person-name">{ name }</span><span class="person-part">{ words::part(one.part) }</span>
            </li>
        }
    };
    html! {
        <section class="panel" aria-labelledby="parts-title">
            <h2 class="panel-title" id="parts-title">{ "Colleagues here" }</h2>
            <ul class="people">{ for parts.participants.iter().map(line) }</ul>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, Scene};
    use crate::ui::snapshot;

    async fn strips(scene: Scene) -> String {
        let model = canned::model(scene);
        let parts = model.open.as_deref().unwrap().parts.clone().unwrap();
        snapshot::html(html! { <Parts {parts} customer="Mia Berg" me={model.me.agent} busy={false} act={|_| ()} /> })
            .await
    }

    #[tokio::test]
    async fn a_consultant_is_seen_with_what_can_be_done() {
        let html = strips(Scene::Consulted).await;
        assert!(
            html.contains("Sofia Marin advises you.") && html.contains("Let in") && html.contains("End consult"),
            "{html}"
        );
        assert!(html.contains("data-internal"), "{html}");
    }

    #[tokio::test]
    async fn a_transfer_on_its_way_can_be_taken_back() {
        let html = strips(Scene::HandingOver).await;
        assert!(html.contains("Sofia Marin is asked to take over.") && html.contains("Withdraw"), "{html}");
        assert!(html.contains("<span class=\"clock\">1:17</span> left."), "{html}");
    }

    #[tokio::test]
    async fn who_reads_along_may_join() {
        let html = strips(Scene::Monitoring).await;
        assert!(
            html.contains("You read along.") && html.contains("Join") && html.contains("Stop reading along"),
            "{html}"
        );
    }
}
