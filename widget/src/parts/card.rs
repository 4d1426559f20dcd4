//! A card above the composer: the place in the queue, a question, the end.

use yew::prelude::*;

use super::choices;
use crate::view::{CardKind, CardView, Hands};

/// A card.
pub(super) fn card(view: &CardView, hands: &Hands) -> Html {
    let (role, kind) = match view.kind {
        CardKind::Question => ("alertdialog", "question"),
        CardKind::Queue => ("group", "queue"),
        CardKind::End => ("group", "end"),
    };
    html! {
        <section class="card" data-kind={kind} {role} aria-labelledby="card-title" aria-describedby="card-text">
            <h2 id="card-title" dir="auto">{ &view.title }</h2>
            <p id="card-text">{ &view.text }</p>
            { choices(&view.choices, false, hands) }
        </section>
    }
}
