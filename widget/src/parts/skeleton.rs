//! What is shown until something is known: the layout of the log, without a spinner, and not at all for short waits.

use yew::prelude::*;

/// The skeleton.
pub(super) fn skeleton() -> Html {
    html! { <div class="skeleton" aria-hidden="true"><i /><i /><i /><i /></div> }
}
