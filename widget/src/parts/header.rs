//! The top: avatar, title, one line of truth, minimize, end.

use page::ui::{Glyph, avatar, icon};
use yew::prelude::*;

use super::press;
use crate::view::{Act, Hands, HeaderView};

/// The header.
pub(super) fn header(view: &HeaderView, hands: &Hands) -> Html {
    let button = |words: &'static str, glyph: Glyph, act: Act| {
        html! {
            <button type="button" class="icon-button" aria-label={words} title={words} onclick={press(hands, act)}>
                { icon(glyph) }
            </button>
        }
    };
    html! {
        <header>
            { avatar(view.agent.as_ref(), view.dot, false) }
            <div class="who">
                <h1><bdi>{ &view.title }</bdi></h1>
                <p>{ &view.line }</p>
            </div>
            { button(hands.words.minimize, Glyph::Minimize, Act::Minimize) }
            { view.may_end.then(|| button(hands.words.end, Glyph::Cross, Act::AskEnd)) }
        </header>
    }
}
