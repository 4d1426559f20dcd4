//! Writing. Enter sends, Shift+Enter breaks, a word that an input method is still composing is left alone.

use page::ui::{Glyph, icon};
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use crate::view::{Act, ComposerView, Hands};

/// The composer.
pub(super) fn composer(view: &ComposerView, hands: &Hands) -> Html {
    let oninput =
        hands.act.reform(|event: InputEvent| Act::Edit(event.target_unchecked_into::<HtmlTextAreaElement>().value()));
    let act = hands.act.clone();
    let onkeydown = Callback::from(move |event: KeyboardEvent| {
        // 229: what Safari gives for the Enter that ends a composition.
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() && event.key_code() != 229 {
            event.prevent_default();
            act.emit(Act::Submit);
        }
    });
    let onsubmit = hands.act.reform(|event: SubmitEvent| {
        event.prevent_default();
        Act::Submit
    });
    let words = hands.words;
    html! {
        <form class="composer" {onsubmit}>
            <div class="field">
                // The copy of the text gives the field its height, up to five lines.
                <div class="grow" data-text={view.draft.clone()}>
                    <textarea
                        rows="1"
                        dir="auto"
                        data-focus=""
                        enterkeyhint="send"
                        aria-label={words.write}
                        placeholder={words.write}
                        value={view.draft.clone()}
                        {oninput}
                        {onkeydown}
                    />
                </div>
                <button type="submit" class="send" aria-label={words.send} title={words.send} disabled={!view.may_send}>
                    { icon(Glyph::Send) }
                </button>
            </div>
            { view.hint.as_ref().map(|hint| html! { <p class="hint" role="alert">{ hint }</p> }) }
        </form>
    }
}
