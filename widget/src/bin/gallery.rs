//! Every state of the widget on one page. `?state=<name>` shows one, `&lang=<tag>` in another language, `&scheme=dark` in the
//! dark. It is built for screenshots and audits and is no part of a release.

use model::Timestamp;
use page::{clock, intl};
use rejoin_widget::gallery::{State, states};
use rejoin_widget::parts::chat;
use rejoin_widget::show::{Calendar, show};
use rejoin_widget::view::{Act, Hands};
use rejoin_widget::words::{self, Words};
use yew::prelude::*;

struct InUtc(&'static str);

impl Calendar for InUtc {
    fn time_of_day(&self, at: Timestamp) -> String {
        intl::time_of_day(at, self.0)
    }

    fn day(&self, at: Timestamp) -> String {
        intl::day(at, self.0)
    }

    fn day_number(&self, at: Timestamp) -> i64 {
        intl::day_number(at)
    }
}

#[component]
fn Gallery() -> Html {
    let query = page::window().location().search().unwrap_or_default();
    let wanted = |name: &str| {
        query.trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix(name)).map(str::to_owned)
    };
    let words = words::of(&wanted("lang=").unwrap_or_default());
    if let Some(root) = page::document().document_element() {
        let scheme = wanted("scheme=").unwrap_or_default();
        for (name, value) in
            [("lang", words.lang), ("dir", if words.is_rtl() { "rtl" } else { "ltr" }), ("data-scheme", &scheme)]
        {
            drop(root.set_attribute(name, value));
        }
    }
    match wanted("state=") {
        Some(name) => html! {
            <div class="one">{ for states(words.lang).iter().filter(|state| state.name == name).map(|state| draw(state, words)) }</div>
        },
        None => html! {
            <div class="gallery">
                { for states(words.lang).iter().map(|state| html! {
                    <figure><figcaption>{ state.name }</figcaption><div class="tile">{ draw(state, words) }</div></figure>
                }) }
            </div>
        },
    }
}

fn draw(state: &State, words: &'static Words) -> Html {
    let view = show(
        &state.customer,
        words,
        &InUtc(if words.lang == "en" { "en-GB" } else { words.lang }),
        state.now,
        state.local,
    );
    let act = Callback::from(|_: Act| ());
    html! { <div class="app">{ chat(&view, &Hands { words, act }) }</div> }
}

fn main() {
    // Read once, as every page does, so that later readings compare to something.
    let _ = clock::now();
    yew::Renderer::<Gallery>::new().render();
}
