//! A card above the composer: the place in the queue, a question, the end.

use yew::prelude::*;

use super::press;
use crate::view::{CardKind, CardView, Hands};

/// A card.
pub(super) fn card(view: &CardView, hands: &Hands) -> Html {
    let (role, kind) = match view.kind {
        CardKind::Question => ("alertdialog", "question"),
        CardKind::Queue => ("group", "queue"),
        CardKind::End => ("group", "end"),
    };
    let buttons = view.choices.iter().enumerate().map(|(index, choice)| {
        let first = index == 0;
        html! {
            <button
                type="button"
                class="button"
                data-kind={first.then_some("primary")}
                data-focus={first.then_some("")}
                onclick={press(hands, choice.act.clone())}
            >
                { &choice.words }
            </button>
        }
    });
    html! {
        <section class="card" data-kind={kind} {role} aria-labelledby="card-title" aria-describedby="card-text">
            <h2 id="card-title" dir="auto">{ &view.title }</h2>
            <p id="card-text">{ &view.text }</p>
            <div class="choices">{ for buttons }</div>
        </section>
    }
}
