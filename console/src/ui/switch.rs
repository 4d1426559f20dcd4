//! A switch with its name and what it means.

use yew::prelude::*;

/// A line with a switch at its end.
pub fn switch_line(
    id: &'static str,
    word: &'static str,
    meaning: &'static str,
    on: bool,
    disabled: bool,
    onclick: Callback<MouseEvent>,
) -> Html {
    let (word_id, meaning_id) = (["switch-", id].concat(), ["switch-meaning-", id].concat());
    html! {
        <div class="switch-line">
            <span class="switch-text">
                <span class="switch-word" id={word_id.clone()}>{ word }</span>
                <span class="switch-meaning" id={meaning_id.clone()}>{ meaning }</span>
            </span>
            <button type="button" class="switch" role="switch" aria-checked={on.to_string()} aria-labelledby={word_id}
                aria-describedby={meaning_id} {disabled} {onclick}><span class="switch-thumb" aria-hidden="true" /></button>
        </div>
    }
}
