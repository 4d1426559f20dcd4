//! The desk: lists, the conversation, details.

use wire::Request;
use yew::prelude::*;

use super::command::Command;
use super::conversation::Conversation;
use super::details::Details;
use super::lists::Lists;
use super::question::Question;
use crate::view::{Act, Kind, Model};

/// What the desk needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// Whether single-key shortcuts are on.
    pub shortcuts: bool,
    /// Whom the words in the composer are for.
    pub kind: Kind,
    /// The composer's field, so that shortcuts can reach it.
    pub field: NodeRef,
    /// Changes whom the words are for.
    pub on_kind: Callback<Kind>,
    /// What is chosen over the composer.
    pub command: Option<Command>,
    /// Opens and closes such a choice.
    pub on_command: Callback<Option<Command>>,
    /// Shows or hides the details, where they have no column.
    pub on_details: Callback<()>,
    /// Wants something asked before it is done.
    pub on_question: Callback<Question>,
    /// Who hears of the rest.
    pub act: Callback<Act>,
}

/// The desk.
#[component]
pub fn Desk(props: &Props) -> Html {
    let Props { model, shortcuts, kind, field, on_kind, command, on_command, on_details, on_question, act } = props;
    html! {
        <main class="panes">
            <h1 class="unseen" tabindex="-1">{ "Desk" }</h1>
            <Lists model={model.clone()} shortcuts={*shortcuts} act={act.clone()} />
            <Conversation model={model.clone()} kind={*kind} field={field.clone()} on_kind={on_kind.clone()}
                command={*command} on_command={on_command.clone()} on_confirm={on_question.reform(|request: Request| Question::Ask(request))} on_details={on_details.clone()}
                act={act.clone()} />
            <Details model={model.clone()} on_close={on_details.clone()} act={act.clone()} />
        </main>
    }
}
