//! One thing in the middle: the prompt of somebody who is back, a link that no longer works.

use page::ui::{avatar, icon, text};
use yew::prelude::*;

use super::choices;
use crate::view::{ClockView, Face, Hands, StageView};

/// The stage.
pub(super) fn stage(view: &StageView, hands: &Hands) -> Html {
    let face = match &view.face {
        Face::Agent(name, dot) => avatar(Some(name), *dot, true),
        Face::Nobody => avatar(None, None, true),
        Face::Icon(glyph) => {
            html! { <span class="avatar" aria-hidden="true" data-size="large" data-plain="">{ icon(*glyph) }</span> }
        }
    };
    let quote = view.quote.as_ref().map(|words| html! { <blockquote dir="auto">{ words }</blockquote> });
    html! {
        <section class="welcome stage" role="group" aria-labelledby="stage-title" aria-describedby="stage-text stage-hint">
            { face }
            <h2 id="stage-title" dir="auto">{ &view.title }</h2>
            // Never told by itself: what changes each second would drown everything else.
            { (view.clock != ClockView::default()).then(|| clock(&view.clock)) }
            { quote }
            <p id="stage-text">{ &view.text }</p>
            { choices(&view.choices, view.waits, hands) }
            <p id="stage-hint" class="aside">{ &view.hint }</p>
        </section>
    }
}

fn clock(view: &ClockView) -> Html {
    html! { <p class="clock" role="timer" dir="auto">{ text(&view.before) }<b>{ &view.time }</b>{ text(&view.after) }</p> }
}
