//! What is asked before it is done: the question, what a yes does, and the word for yes.

use wire::{CardState, Request};
use yew::prelude::*;

use super::confirm::Confirm;
use crate::view::{Act, Model};
use crate::words;

/// What is asked before it is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// End or Release.
    Ask(Request),
    /// Sign out.
    SignOut,
}

/// What the question needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// What is asked.
    pub asked: Question,
    /// Everything on the page.
    pub model: Model,
    /// It was answered.
    pub on_close: Callback<()>,
    /// Who hears of a yes.
    pub act: Callback<Act>,
}

/// The question.
#[component]
pub fn Ask(props: &Props) -> Html {
    let Props { asked, model, on_close, act } = props;
    let (title, consequence, yes, what) = match asked {
        Question::SignOut => {
            let (title, consequence) = ("Sign out?".to_owned(), sign_out_consequence(model));
            (title, consequence, "Sign out", Act::SignOut)
        }
        Question::Ask(request) => {
            let card = request.conversation().and_then(|id| model.card(id));
            let name = card.map_or_else(|| "the customer".to_owned(), words::customer);
            let (title, consequence, yes) = match request {
                Request::Release { .. } => (
                    format!("Give {name} back to the queue?"),
                    "It keeps its place there and is offered to somebody else. You leave the conversation.",
                    "Release",
                ),
                Request::ReleaseHold { .. } => (
                    format!("Stop keeping {name}'s place?"),
                    "Your unit is free as soon as your wrap-up allows it. The customer may still come back until the limit, waits in \
                     the queue then, and you are asked first.",
                    "Release the hold",
                ),
                Request::TransferToQueue { .. } => (
                    format!("Send {name} to another queue?"),
                    "It goes there at once, at its old place, and is offered to its agents. You leave the conversation.",
                    "Transfer",
                ),
                Request::ForceClose { .. } => (
                    format!("Close {name}'s conversation by force?"),
                    "It is closed at once and for good. The customer and its agent read that a supervisor closed it, and nobody can \
                     write any more. That you did it is on record.",
                    "Proceed",
                ),
                Request::End { .. }
                | Request::Accept { .. }
                | Request::Decline { .. }
                | Request::Pick { .. }
                | Request::Close { .. }
                | Request::OfferLink { .. }
                | Request::TakeLink { .. }
                | Request::SetPresence { .. }
                | Request::Consult { .. }
                | Request::ConsultQueue { .. }
                | Request::EndConsult { .. }
                | Request::LetIn { .. }
                | Request::LeaveConsult { .. }
                | Request::TransferToAgent { .. }
                | Request::WithdrawInvitation { .. }
                | Request::AcceptInvitation { .. }
                | Request::DeclineInvitation { .. }
                | Request::Monitor { .. }
                | Request::StopMonitoring { .. }
                | Request::Join { .. }
                | Request::AssignToAgent { .. }
                | Request::AssignToQueue { .. }
                | Request::SupervisorTransfer { .. }
                | Request::SetPresenceOf { .. }
                | Request::SetCustomPresence { .. }
                | Request::SetCustomPresenceOf { .. }
                | Request::WhyWaiting { .. } => (
                    format!("End the conversation with {name}?"),
                    "The customer reads that you ended it and can't write any more. You go on with your notes.",
                    "End",
                ),
            };
            (title, consequence.to_owned(), yes, Act::Ask(request.clone()))
        }
    };
    let on_answer = {
        let (on_close, act) = (on_close.clone(), act.clone());
        Callback::from(move |answer: bool| {
            on_close.emit(());
            if answer {
                act.emit(what.clone());
            }
        })
    };
    html! { <Confirm {title} {consequence} {yes} {on_answer} /> }
}

fn sign_out_consequence(model: &Model) -> String {
    let mine = model.desk.as_deref().map_or(&[][..], |desk| &desk.mine);
    let active = mine.iter().filter(|card| matches!(card.state, CardState::Active { .. })).count();
    let moved = match active {
        0 => "You have no active conversations.".to_owned(),
        1 => "Your active conversation goes back to its queue at once.".to_owned(),
        count => format!(
            "Your {} go back to their queues at once.",
            words::conversations(count).replacen(' ', " active ", 1)
        ),
    };
    format!("{moved} All your windows are signed out.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, Scene};

    #[test]
    fn the_question_of_a_sign_out_counts_what_is_moved() {
        let text = sign_out_consequence(&canned::model(Scene::Talking));
        assert!(text.starts_with("Your 2 active conversations go back"), "{text}");
    }
}
