//! The first screen: what this is, before anything is said.

use page::ui::avatar;
use yew::prelude::*;

use crate::words::Words;

/// The first screen.
pub(super) fn welcome(words: &Words, greeting: &AttrValue) -> Html {
    html! {
        <section class="welcome">
            { avatar(None, None, true) }
            <h2>{ words.welcome }</h2>
            <p>{ greeting }</p>
        </section>
    }
}
