//! The whole panel.

use page::ui::{BannerProps, banner};
use yew::prelude::*;

use crate::view::{BannerView, Body, ChatView, Hands};

/// A notice of so many bytes fits without scrolling.
const NOTICE_BYTES_SHORT: usize = 200;

/// The panel.
pub fn chat(view: &ChatView, hands: &Hands) -> Html {
    let body = match &view.body {
        Body::Loading => super::skeleton::skeleton(),
        Body::Welcome(greeting) => super::welcome::welcome(hands.words, greeting),
        Body::Survey(view) => super::survey::survey(view, hands),
        Body::Log(log) => super::log::log(log, hands),
        Body::Stage(stage) => super::stage::stage(stage, hands),
    };
    html! {
        <main class="chat">
            { super::header::header(&view.header, hands) }
            { view.notice.as_ref().map(notice) }
            { view.banner.as_ref().map(|view| under_header(view, hands)) }
            { body }
            { view.card.as_ref().map(|view| super::card::card(view, hands)) }
            { view.composer.as_ref().map(|view| super::composer::composer(view, hands)) }
            <p class="unseen" role="status">{ &view.status }</p>
        </main>
    }
}

/// Quiet, and nothing that could be closed by accident. A long one scrolls, by keyboard too.
fn notice(text: &AttrValue) -> Html {
    let tabindex = (text.len() > NOTICE_BYTES_SHORT).then_some("0");
    html! { <p class="notice" role="note" dir="auto" {tabindex}>{ text }</p> }
}

fn under_header(view: &BannerView, hands: &Hands) -> Html {
    let action = view.action.clone().map(|choice| (choice.words, hands.act.reform(move |()| choice.act.clone())));
    banner(&BannerProps {
        tone: view.tone,
        glyph: view.glyph,
        fact: view.fact.clone(),
        consequence: view.consequence.clone(),
        clock: view.clock.clone(),
        action,
    })
}
