//! What is drawn, one piece per file: plain functions of what they need. None is a component type of its own: each would cost
//! the widget more than what it draws.

mod bubble;
mod card;
mod chat;
mod composer;
mod header;
mod log;
mod skeleton;
mod welcome;

pub use chat::chat;

use yew::prelude::*;

use crate::view::{Act, Hands};

/// What pressing a button does.
fn press(hands: &Hands, act: Act) -> Callback<MouseEvent> {
    hands.act.reform(move |_| act.clone())
}
