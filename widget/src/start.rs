//! The beginning: who embeds us, in which language, with which color.

use js_sys::{Function, Promise, Reflect};
use page::color::{Color, accent};
use page::driver::Driver;
use page::host::{Host, Message};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::HtmlElement;
use yew::AttrValue;

use crate::app::{self, App};
use crate::chat::{self, Chat};
use crate::words::{self, Words};

/// Starts the widget in this page: asks the host page for what it knows, and draws once it has answered.
pub fn start() {
    let Some(widget) = widget_name().and_then(|name| name.parse().ok()) else { return };
    let language = page::window().navigator().language().unwrap_or_default();
    let Some(host) = Host::find() else {
        page::document().body().expect("invariant: a page has a body").set_text_content(Some(words::english().no_host));
        return;
    };
    // The host page's language is known with its first answer; until then nothing is said.
    let driver = Driver::start(Chat::new(widget, host, words::english()));
    let drawn = driver.clone();
    let began = move |message: &Message| {
        let lang = chat::language(message);
        let wanted = lang.clone();
        let (drawn, accent, language) = (drawn.clone(), message.text("accent"), language.clone());
        let begin = move |words: &'static Words| {
            drawn.change(|chat| chat.speak(words));
            // Times in the language of the words, in the customer's own manner where that is the same language.
            let times = [&language, &lang].into_iter().find(|tag| words::is_of(tag, words.lang));
            let times = times.map_or(words.lang, String::as_str).to_owned();
            dress(words, accent.as_deref());
            draw(&drawn, words, times.into());
        };
        match words::other(&wanted) {
            None => begin(words::english()),
            Some(other) => spawn_local(async move { begin(fetched(other).await.unwrap_or(words::english())) }),
        }
    };
    chat::hear(&driver, began, app::focus_soon);
}

/// The widget's name, from this page's own address: `/w/<widget>/`.
fn widget_name() -> Option<String> {
    let path = page::window().location().pathname().ok()?;
    path.strip_prefix("/w/")?.split('/').next().map(str::to_owned)
}

/// The words of another language; `None` where they can't be had.
async fn fetched(lang: &str) -> Option<&'static Words> {
    // start.js puts it there, because it knows the file's address.
    let fetch = Reflect::get(&page::window(), &"rejoinWords".into()).ok()?.dyn_into::<Function>().ok()?;
    let promise = fetch.call1(&JsValue::UNDEFINED, &lang.into()).ok()?.dyn_into::<Promise>().ok()?;
    let text = JsFuture::from(promise).await.ok()?.as_string()?;
    Words::read(String::leak(text)).map(|words| &*Box::leak(Box::new(words)))
}

fn draw(driver: &Driver<Chat>, words: &'static Words, lang: AttrValue) {
    let body = page::document().body().expect("invariant: a page has a body");
    // The skeleton that the page came with.
    body.set_text_content(None);
    let props = app::Props { driver: driver.clone(), words, lang };
    yew::Renderer::<App>::with_root_and_props(body.into(), props).render();
}

/// Language, direction and brand color of the whole page.
fn dress(words: &Words, brand: Option<&str>) {
    let Some(root) = page::document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    // These setters fail for names that are none.
    drop(root.set_attribute("lang", words.lang));
    drop(root.set_attribute("dir", if words.is_rtl() { "rtl" } else { "ltr" }));
    let Some(brand) = brand.and_then(Color::parse) else { return };
    let (light, dark) = (accent(brand, false), accent(brand, true));
    let both = |light: Color, dark: Color| ["light-dark(", &light.css(), ",", &dark.css(), ")"].concat();
    let style = root.style();
    drop(style.set_property("--accent", &both(light.accent, dark.accent)));
    drop(style.set_property("--on-accent", &both(light.on, dark.on)));
    drop(style.set_property("--accent-soft", "color-mix(in srgb, var(--accent) 14%, var(--paper))"));
}
