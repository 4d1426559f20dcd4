//! What is drawn, one piece per file: plain functions of what they need. None is a component type of its own: each would cost
//! the widget more than what it draws.

mod bubble;
mod card;
mod chat;
mod composer;
mod header;
mod link;
mod log;
mod skeleton;
mod stage;
mod survey;
mod welcome;

pub use chat::chat;

use yew::prelude::*;

use crate::view::{Act, Choice, Hands};

/// What pressing a button does.
fn press(hands: &Hands, act: Act) -> Callback<MouseEvent> {
    hands.act.reform(move |_| act.clone())
}

/// Buttons; the first is the primary one. None can be pressed while an earlier press `waits` for its answer.
fn choices(all: &[Choice], waits: bool, hands: &Hands) -> Html {
    let buttons = all.iter().enumerate().map(|(index, choice)| {
        let first = index == 0;
        html! {
            <button
                type="button"
                class="button"
                data-kind={first.then_some("primary")}
                data-focus={first.then_some("")}
                disabled={waits}
                onclick={press(hands, choice.act.clone())}
            >
                { &choice.words }
            </button>
        }
    });
    html! { <div class="choices">{ for buttons }</div> }
}
