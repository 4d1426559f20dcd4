//! What is asked before a conversation: an empty form that `survey.js` fills and checks. What it lets through to here is no key that was
//! pressed in the form, but the answers.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::view::{Act, Hands, SurveyView};

/// The form. Its key keeps anything else, such as the composer, from being drawn into its element, whose children are not ours.
pub(super) fn survey(view: &SurveyView, hands: &Hands) -> Html {
    let oninput =
        hands.act.reform(|event: InputEvent| Act::Answer(event.target_unchecked_into::<HtmlTextAreaElement>().value()));
    html! { <form key="survey" class="survey" data-questions={&view.questions} data-answers={&view.answers} {oninput} /> }
}
