//! Automated messages: what is told by itself, to whom, in every language; for all widgets or for one.

use std::rc::Rc;

use model::{Slug, Trigger, TriggerKind};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use wire::api::{AutomatedMessage, AutomatedMessages, MessageChange, SetMessage};
use yew::prelude::*;

use super::editing::{Editing, Outcome, use_editing};
use super::loaded::use_source;
use super::objects::{All, titles};
use crate::http;
use crate::ui::form::{Field, refused_besides};

const PATH: &str = "/api/messages";
/// What stands in the places of a preview.
const SAMPLES: [(&str, &str); 7] = [
    ("AgentName", "Ravi"),
    ("QueueName", "Support"),
    ("Place", "3rd"),
    ("Position", "3"),
    ("Minutes", "5"),
    ("Hours", "1"),
    ("Time", "14:05"),
];

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What there is, where it need not be read: for the gallery and tests.
    #[prop_or_default]
    pub(super) preset: Option<Rc<AutomatedMessages>>,
    /// Widgets, likewise.
    #[prop_or_default]
    pub(super) widgets: Option<Rc<All>>,
    /// What is edited at first: for the gallery.
    #[prop_or_default]
    pub(super) draft: Option<Draft>,
}

/// What is being written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    pub(crate) trigger: Trigger,
    pub(crate) text: String,
    pub(crate) on: bool,
}

/// Of which language and widget the texts are.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    language: String,
    /// Empty: all widgets.
    widget: String,
}

/// The page.
#[component]
pub(super) fn MessagesPage(props: &Props) -> Html {
    let source = use_source::<AutomatedMessages>(PATH.into(), props.preset.clone());
    let widgets = use_source::<All>("/api/widgets".into(), props.widgets.clone());
    let editing = use_editing(props.draft.clone());
    let place = use_state_eq(|| Place { language: "en".to_owned(), widget: String::new() });
    let is_editing = editing.draft().is_some();
    html! {
        <>
            <h1 class="page-title" tabindex="-1">{ "Automated messages" }</h1>
            <p class="page-hint">
                { "Told by itself when something happens. They are nobody's messages: none counts as an agent's reply. What is set here is seen in open chats at once." }
            </p>
            { source.or_waiting(|all| {
                let choose = chooser(all, &titles(&widgets), &place, is_editing);
                let drawn = all.messages.iter().map(|one| message(one, all, &place, &editing, source.reload()));
                html! { <>{ choose }<div class="texts">{ for drawn }</div></> }
            }) }
        </>
    }
}

/// Which language and which widget.
fn chooser(
    all: &AutomatedMessages,
    widgets: &[(String, String)],
    place: &UseStateHandle<Place>,
    disabled: bool,
) -> Html {
    let on_language = {
        let place = place.clone();
        move |event: InputEvent| {
            let language = event.target_unchecked_into::<HtmlInputElement>().value().trim().to_lowercase();
            place.set(Place { language, ..(*place).clone() });
        }
    };
    let on_widget = {
        let place = place.clone();
        move |event: Event| {
            let widget = event.target_unchecked_into::<HtmlSelectElement>().value();
            place.set(Place { widget, ..(*place).clone() });
        }
    };
    let set = all.messages.iter().flat_map(|one| &one.set).map(|one| &one.language);
    let languages: std::collections::BTreeSet<&String> = all.languages.iter().chain(set).collect();
    html! {
        <div class="texts-of">
            <label>{ "Language" }
                <input class="input" list="languages" autocomplete="off" spellcheck="false" {disabled} value={place.language.clone()} oninput={on_language} />
            </label>
            <datalist id="languages">{ for languages.iter().map(|one| html! { <option value={(*one).clone()} /> }) }</datalist>
            <label>{ "Widget" }
                <select class="input" {disabled} onchange={on_widget}>
                    <option value="" selected={place.widget.is_empty()}>{ "All widgets" }</option>
                    { for widgets.iter().map(|(name, title)| html! { <option value={name.clone()} selected={*name == place.widget}>{ title }</option> }) }
                </select>
            </label>
        </div>
    }
}

/// What was set for a widget (empty: for all) and a language.
fn set_for<'a>(one: &'a AutomatedMessage, widget: &str, language: &str) -> Option<&'a SetMessage> {
    let of = |set: &&SetMessage| set.language == language && set.widget.as_ref().map_or("", Slug::as_str) == widget;
    one.set.iter().find(of)
}

/// What counts where a widget (empty: all) has nothing of its own: for all widgets, and at last as it comes.
fn wider(one: &AutomatedMessage, widget: &str, language: &str) -> (String, bool) {
    let set = if widget.is_empty() { None } else { set_for(one, "", language) };
    let text = set.and_then(|set| set.text.clone()).unwrap_or_else(|| {
        let own = one.defaults.iter().find(|text| text.language == language);
        own.or(one.defaults.first()).map(|text| text.text.clone()).unwrap_or_default()
    });
    (text, set.and_then(|set| set.on).unwrap_or(one.on))
}

/// What counts in a place, and what was set just there.
fn here<'a>(one: &'a AutomatedMessage, place: &Place) -> (String, bool, Option<&'a SetMessage>) {
    let (text, on) = wider(one, &place.widget, &place.language);
    let set = set_for(one, &place.widget, &place.language);
    let text = set.and_then(|set| set.text.clone()).unwrap_or(text);
    (text, set.and_then(|set| set.on).unwrap_or(on), set)
}

fn message(
    one: &AutomatedMessage,
    all: &AutomatedMessages,
    place: &Place,
    editing: &Editing<Draft>,
    reload: Callback<()>,
) -> Html {
    if let Some(draft) = editing.draft().filter(|draft| draft.trigger == one.trigger) {
        return form(one, draft, place, editing, reload);
    }
    let (text, on, set) = here(one, place);
    let title = title(one.trigger);
    let state = match (on, set) {
        (false, _) => Some("Off"),
        (true, Some(set)) if set.declared_in_file => Some("Declared in the settings file"),
        (true, Some(_)) => Some("Changed"),
        (true, None) if all.languages.contains(&place.language) => None,
        (true, None) => Some("No text in this language yet"),
    };
    let is_declared = set.is_some_and(|set| set.declared_in_file);
    let draft = Draft { trigger: one.trigger, text: text.clone(), on };
    html! {
        <section class="text" key={one.trigger.code()} aria-label={title} data-off={(!on).then_some("")}>
            <div class="text-words">
                <h2 class="text-title">{ title }
                    if let Some(state) = state { <span class="object-state">{ state }</span> }
                </h2>
                <p class="text-said" dir="auto">{ text }</p>
            </div>
            if !is_declared {
                <button type="button" class="button object-action" aria-label={format!("Edit {title}")} disabled={editing.draft().is_some()}
                    onclick={editing.begin(draft)}>{ "Edit" }</button>
            }
        </section>
    }
}

fn form(one: &AutomatedMessage, draft: &Draft, place: &Place, editing: &Editing<Draft>, reload: Callback<()>) -> Html {
    let refused = editing.refused();
    let (wider_text, wider_on) = wider(one, &place.widget, &place.language);
    let path = address(one.trigger, place);
    let is_set = set_for(one, &place.widget, &place.language).is_some();
    let onsubmit = {
        let (path, reload) = (path.clone(), reload.clone());
        editing.save(move |draft: Draft| {
            let change = change(&draft, &wider_text, wider_on);
            let (path, reload) = (path.clone(), reload.clone());
            Box::pin(async move {
                match change {
                    Some(change) => drop(http::send::<AutomatedMessage>("PUT", &path, &change).await?),
                    None if is_set => http::delete(&path).await?,
                    None => {}
                }
                reload.emit(());
                Ok(())
            }) as Outcome
        })
    };
    let default = is_set.then(|| {
        editing.delete(move || {
            let (path, reload) = (path.clone(), reload.clone());
            Box::pin(async move { http::delete(&path).await.map(|()| reload.emit(())) }) as Outcome
        })
    });
    let on_text = {
        let editing = editing.clone();
        move |text: String| editing.change(|draft| draft.text = text)
    };
    let on_switch = {
        let editing = editing.clone();
        move |on: bool| editing.change(|draft| draft.on = on)
    };
    let hint = if one.slugs.is_empty() {
        "A context variable stands as {$plan$}.".to_owned()
    } else {
        let places: Vec<String> = one.slugs.iter().map(|slug| format!("{{{slug}}}")).collect();
        format!("May have {}, and context variables as {{$plan$}}.", places.join(", "))
    };
    html! {
        <form class="form" key={one.trigger.code()} aria-label={title(one.trigger)} {onsubmit}>
            <h2 class="object-title">{ title(one.trigger) }</h2>
            { refused_besides(refused, &["text", "on"]) }
            { Field::new("text", "Text", &hint, refused).text(&draft.text, on_text) }
            <p class="text-preview"><span class="form-label">{ "Preview" }</span><span dir="auto">{ preview(&draft.text) }</span></p>
            if one.kind != TriggerKind::Notice {
                { Field::new("on", "Told", off_means(one.kind), refused).yes(draft.on, on_switch) }
            }
            { editing.buttons(None) }
            if let Some(default) = default {
                <button type="button" class="link text-default" onclick={default}>{ "Take back what was set here" }</button>
            }
        </form>
    }
}

const fn off_means(kind: TriggerKind) -> &'static str {
    match kind {
        TriggerKind::Entry => "Switched off, nothing stands in its place.",
        TriggerKind::State => "Switched off, a plain line stands in its place where silence would be dishonest.",
        TriggerKind::Notice => "",
        TriggerKind::AgentsEntry => "Agents read it. Switched off, they read the console's own words.",
    }
}

/// What is set by a draft; `None` where it says nothing else than what counts anyway.
fn change(draft: &Draft, wider_text: &str, wider_on: bool) -> Option<MessageChange> {
    let text = Some(draft.text.clone()).filter(|text| !text.trim().is_empty() && text != wider_text);
    let on = (draft.on != wider_on).then_some(draft.on);
    (text.is_some() || on.is_some()).then_some(MessageChange { text, on })
}

fn address(trigger: Trigger, place: &Place) -> String {
    let language = if cfg!(target_arch = "wasm32") {
        String::from(js_sys::encode_uri_component(&place.language))
    } else {
        place.language.clone()
    };
    let widget = if place.widget.is_empty() { String::new() } else { format!("?widget={}", place.widget) };
    format!("{PATH}/{}/{language}{widget}", trigger.code())
}

/// The text with samples in its places.
fn preview(text: &str) -> String {
    let filled =
        SAMPLES.iter().fold(text.to_owned(), |text, (slug, sample)| text.replace(&format!("{{{slug}}}"), sample));
    filled.replace("{$", "‹").replace("$}", "›")
}

/// When it is told, in a few words.
const fn title(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::AgentAsked => "An agent is being asked",
        Trigger::NobodyAvailable => "Nobody can be asked",
        Trigger::AgentJoined => "An agent joined",
        Trigger::ColleagueJoined => "A colleague joined",
        Trigger::ColleagueLeft => "A colleague left",
        Trigger::AgentLeft => "The agent left, the customer waits again",
        Trigger::AgentDisconnected => "The agent's connection dropped",
        Trigger::AgentEnded => "The agent ended the conversation",
        Trigger::SessionEnded => "The agent closed the conversation",
        Trigger::NextInLine => "First in line",
        Trigger::PlaceInLine => "Place in line",
        Trigger::WaitMinutes => "Estimated wait, minutes",
        Trigger::WaitHours => "Estimated wait, hours",
        Trigger::WaitHoursMinutes => "Estimated wait, hours and minutes",
        Trigger::TransferAccepted => "Another agent took over",
        Trigger::Holiday => "Closed for a holiday",
        Trigger::OutOfHours => "Outside of opening hours",
        Trigger::OverflowEnded => "Ended because too many wait",
        Trigger::ForceClosed => "Closed by a supervisor",
        Trigger::MonitoringNotice => "Conversations may be monitored",
        Trigger::Greeting => "First screen",
        Trigger::ConsultAccepted => "The agent asks a colleague",
        Trigger::ConsultEnded => "A colleague was asked",
        Trigger::CustomerDisconnected => "To agents: the customer disconnected",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    fn place(language: &str, widget: &str) -> Place {
        Place { language: language.to_owned(), widget: widget.to_owned() }
    }

    #[test]
    fn the_widgets_text_wins_then_that_of_all_then_our_own() {
        let all = canned::messages();
        let joined = all.messages.iter().find(|one| one.trigger == Trigger::AgentJoined).unwrap();
        let text = |language, widget| here(joined, &place(language, widget)).0;
        assert_eq!(text("en", "shop"), "{AgentName} of the shop is here");
        assert_eq!(text("en", "help"), "{AgentName} is here for you");
        assert_eq!(text("en", ""), "{AgentName} is here for you");
        assert_eq!(text("de", ""), "{AgentName} ist da");
        assert_eq!(text("fr", ""), "{AgentName} joined");
    }

    #[test]
    fn only_what_differs_is_set() {
        let draft = |text: &str, on| Draft { trigger: Trigger::AgentJoined, text: text.to_owned(), on };
        assert_eq!(change(&draft("Hello", true), "Hello", true), None);
        assert_eq!(change(&draft(" ", false), "Hello", true), Some(MessageChange { text: None, on: Some(false) }));
        let said = MessageChange { text: Some("Hi".to_owned()), on: None };
        assert_eq!(change(&draft("Hi", true), "Hello", true), Some(said));
    }

    #[test]
    fn a_preview_has_samples_in_every_place() {
        assert_eq!(preview("{AgentName}, {Place} in {QueueName}, {$plan$}"), "Ravi, 3rd in Support, ‹plan›");
        assert_eq!(address(Trigger::AgentJoined, &place("de", "shop")), "/api/messages/agent-joined/de?widget=shop");
    }

    #[tokio::test]
    async fn each_message_says_when_it_is_told_and_what() {
        let preset = Some(Rc::new(canned::messages()));
        let html = snapshot::html(html! { <MessagesPage {preset} widgets={canned::objects().widgets} /> }).await;
        assert!(html.contains("An agent joined") && html.contains("Changed"), "{html}");
        assert!(html.contains("All widgets"), "{html}");
    }
}
