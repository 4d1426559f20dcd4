//! Widgets, queues and workstreams as they are set now, and the tag that puts a widget on a page.

use std::rc::Rc;

use serde_json::Value;
use wire::api::{Object, Queues, Widgets, Workstreams};
use yew::prelude::*;

use super::loaded::use_source;

/// What a page needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct Props<T: PartialEq> {
    /// What there is, where it need not be read: for the gallery and tests.
    #[prop_or_default]
    pub(crate) preset: Option<Rc<T>>,
}

/// Settings of an object, by name.
type Set = serde_json::Map<String, Value>;

/// Widgets.
#[component]
pub(crate) fn WidgetsPage(props: &Props<Widgets<Set>>) -> Html {
    let source = use_source::<Widgets<Set>>("/api/widgets".into(), props.preset.clone());
    html! {
        <>
            <h1 class="page-title" tabindex="-1">{ "Widgets" }</h1>
            <p class="page-hint">{ "The tag goes into every page that shall have the chat, before the end of the body. Nothing else is needed there." }</p>
            { source.or_waiting(|all| html! {
                <>
                    { none(all.widgets.is_empty(), "A widget is what customers see. It appears here once the settings file or the API has set one up.") }
                    { for all.widgets.iter().map(|one| html! {
                        <section class="object" key={one.id.to_string()} aria-label={one.name.to_string()}>
                            { head(one) }
                            <Snippet widget={one.name.to_string()} />
                            { settings(&one.settings) }
                        </section>
                    }) }
                </>
            }) }
        </>
    }
}

/// Queues.
#[component]
pub(crate) fn QueuesPage(props: &Props<Queues<Set>>) -> Html {
    let source = use_source::<Queues<Set>>("/api/queues".into(), props.preset.clone());
    html! {
        <>
            <h1 class="page-title" tabindex="-1">{ "Queues" }</h1>
            <p class="page-hint">{ "Where conversations wait until an agent has them." }</p>
            { source.or_waiting(|all| list(&all.queues, "Queues appear here once the settings file or the API has set them up.")) }
        </>
    }
}

/// Workstreams.
#[component]
pub(crate) fn WorkstreamsPage(props: &Props<Workstreams<Set>>) -> Html {
    let source = use_source::<Workstreams<Set>>("/api/workstreams".into(), props.preset.clone());
    html! {
        <>
            <h1 class="page-title" tabindex="-1">{ "Workstreams" }</h1>
            <p class="page-hint">{ "How one way in is distributed: to which queue, in which mode, at what cost." }</p>
            { source.or_waiting(|all| list(&all.workstreams, "Workstreams appear here once the settings file or the API has set them up.")) }
        </>
    }
}

fn list<I: ToString>(all: &[Object<I, Set>], empty: &'static str) -> Html {
    html! {
        <>
            { none(all.is_empty(), empty) }
            { for all.iter().map(|one| html! {
                <section class="object" key={one.id.to_string()} aria-label={one.name.to_string()}>{ head(one) }{ settings(&one.settings) }</section>
            }) }
        </>
    }
}

fn none(is_empty: bool, words: &'static str) -> Html {
    if is_empty {
        html! { <p class="table-empty">{ words }</p> }
    } else {
        Html::default()
    }
}

fn head<I>(one: &Object<I, Set>) -> Html {
    let title = one.settings.get("title").and_then(Value::as_str);
    html! {
        <div class="object-head">
            <h2 class="object-title">{ title.unwrap_or(one.name.as_str()) }</h2>
            <code>{ one.name.as_str() }</code>
            if one.declared_in_file {
                <span class="object-note">{ "Declared in the settings file, so it is changed there." }</span>
            } else {
                <span class="object-note">{ "Set over the API, and changed there." }</span>
            }
        </div>
    }
}

/// What is set; what is not has its default.
fn settings(set: &Set) -> Html {
    if set.is_empty() {
        return html! { <p class="page-hint">{ "Everything as by default." }</p> };
    }
    html! {
        <dl class="settings-list">
            { for set.iter().map(|(name, value)| html! { <div><dt>{ spoken(name) }</dt><dd>{ shown(value) }</dd></div> }) }
        </dl>
    }
}

/// "disconnect_after" as people read it.
fn spoken(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + &letters.as_str().replace('_', " ")
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join(", "),
        Value::Object(set) => {
            set.iter().map(|(name, value)| format!("{}: {}", spoken(name), shown(value))).collect::<Vec<_>>().join("; ")
        }
        Value::Number(number) => number.to_string(),
    }
}

#[derive(Clone, PartialEq, Properties)]
struct SnippetProps {
    widget: String,
}

/// The tag, to be copied.
#[component]
fn Snippet(props: &SnippetProps) -> Html {
    let copied = use_state_eq(|| None::<bool>);
    let field = use_node_ref();
    let tag = snippet(&origin(), &props.widget);
    let copy = {
        let (copied, tag, field) = (copied.clone(), tag.clone(), field.clone());
        move |_: MouseEvent| {
            if let Some(field) = field.cast::<web_sys::HtmlInputElement>() {
                field.select();
            }
            let copied = copied.clone();
            page::clipboard::copy(&tag, move |done| copied.set(Some(done)));
        }
    };
    let said = match *copied {
        None => "",
        Some(true) => "Copied",
        Some(false) => "Press Ctrl C to copy what is marked",
    };
    html! {
        <div class="snippet">
            <input ref={field} class="input snippet-tag" readonly=true aria-label={format!("Tag of {}", props.widget)} value={tag} />
            <button type="button" class="button" aria-label={format!("Copy the tag of {}", props.widget)} onclick={copy}>{ "Copy" }</button>
            <span class="snippet-said" role="status">{ said }</span>
        </div>
    }
}

/// Where the relay is, as this page knows it.
fn origin() -> String {
    if cfg!(target_arch = "wasm32") { page::window().location().origin().unwrap_or_default() } else { String::new() }
}

fn snippet(origin: &str, widget: &str) -> String {
    format!(r#"<script async src="{origin}/rejoin.js" data-widget="{widget}"></script>"#)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    #[test]
    fn the_tag_is_all_that_a_page_needs() {
        assert_eq!(
            snippet("https://chat.example.com", "shop"),
            r#"<script async src="https://chat.example.com/rejoin.js" data-widget="shop"></script>"#
        );
    }

    #[tokio::test]
    async fn what_is_set_is_said_in_words_and_where_it_is_changed() {
        let preset = Some(Rc::new(canned::widgets()));
        let html = snapshot::html(html! { <WidgetsPage {preset} /> }).await;
        assert!(html.contains("<dt>Disconnect after</dt>") && html.contains("<dd>3m</dd>"), "{html}");
        assert!(html.contains("Declared in the settings file"), "{html}");
    }
}
