//! Three dots: somebody is writing. The words beside them say who.

use yew::prelude::*;

/// The dots.
#[component]
pub fn TypingDots() -> Html {
    html! { <span class="typing" aria-hidden="true"><i /><i /><i /></span> }
}
