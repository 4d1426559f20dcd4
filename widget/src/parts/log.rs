//! The conversation: day marks, groups of one speaker, quiet events, who is writing.

use page::ui::typing_dots;
use yew::prelude::*;

use super::bubble::bubble;
use crate::view::{Hands, Item, LogView};

/// The log. What was drawn keeps its node, so that a screen reader is told only what is new.
pub(super) fn log(view: &LogView, hands: &Hands) -> Html {
    let writing = view.writing.as_ref().map(|writing| {
        html! {
            <div class="group writing">
                <p class="speaker" dir="auto">{ writing }</p>
                <p class="bubble">{ typing_dots() }</p>
            </div>
        }
    });
    html! {
        // The outer one is laid out from the bottom: it stays there while messages come, and where the reader is otherwise.
        <div class="scroll" tabindex="0" role="group" aria-label={hands.words.messages}>
            <div>
                { view.is_cut.then(|| html! { <p class="event">{ hands.words.cut }</p> }) }
                <div class="log" role="log" aria-label={hands.words.messages}>
                    { for view.items.iter().map(|item| draw(item, hands)) }
                </div>
                { writing }
            </div>
        </div>
    }
}

fn draw(item: &Item, hands: &Hands) -> Html {
    match item {
        Item::Day { key, text } => html! { <p key={key.as_str()} class="day">{ text }</p> },
        Item::Event { key, text } => html! { <p key={key.as_str()} class="event" dir="auto">{ text }</p> },
        Item::Link(view) => super::link::link(view, hands),
        Item::Group { key, speaker, messages, foot } => {
            let own = speaker.is_none();
            // Who wrote own messages is told to screen readers alone: everybody else sees the side. A class that is no literal
            // would bring the code for sets of classes.
            let who = match speaker {
                Some(name) => html! { <p class="speaker" dir="auto">{ name }</p> },
                None => html! { <p class="unseen" dir="auto">{ hands.words.you }</p> },
            };
            html! {
                <div key={key.as_str()} class="group" data-own={own.then_some("")}>
                    { who }
                    <div class="bubbles">{ for messages.iter().map(|message| bubble(message, hands)) }</div>
                    <p class="foot">{ foot }</p>
                </div>
            }
        }
    }
}
