//! Quick replies: one's own, and those of everybody, which admins keep.

use std::rc::Rc;

use model::{QuickReplyId, Role};
use serde::Serialize;
use wire::api::{QuickReplies, QuickReply};
use yew::prelude::*;

use super::editing::{Editing, Outcome, use_editing};
use super::loaded::use_source;
use super::objects::{All, titles};
use crate::http;
use crate::quick::Terms;
use crate::ui::form::{Field, refused_besides, toggle};

const PATH: &str = "/api/quick-replies";

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct Props {
    /// What the reader may do.
    pub(crate) role: Role,
    /// What there is, where it need not be read: for the gallery and tests.
    #[prop_or_default]
    pub(crate) preset: Option<Rc<QuickReplies>>,
    /// What is edited at first: for the gallery.
    #[prop_or_default]
    pub(crate) draft: Option<Draft>,
}

/// What is being written.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Draft {
    /// Of which; `None` for a new one.
    #[serde(skip)]
    pub(crate) id: Option<QuickReplyId>,
    /// For everybody. It is chosen once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) shared: Option<bool>,
    /// Its short name.
    pub(crate) slug: String,
    /// What it is about.
    pub(crate) title: String,
    /// The words.
    pub(crate) text: String,
    /// Its tags.
    pub(crate) tags: Vec<String>,
    /// The language that it is in; empty: any.
    pub(crate) language: String,
    /// The workstreams that it is for; empty: all.
    pub(crate) workstreams: Vec<String>,
}

impl From<&QuickReply> for Draft {
    fn from(one: &QuickReply) -> Self {
        Self {
            id: Some(one.id),
            shared: None,
            slug: one.slug.to_string(),
            title: one.title.clone(),
            text: one.text.clone(),
            tags: one.tags.clone(),
            language: one.language.clone().unwrap_or_default(),
            workstreams: one.workstreams.iter().map(ToString::to_string).collect(),
        }
    }
}

/// A short name made of a title, so that nobody has to think of one.
fn slug_of(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.to_lowercase().chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(model::SLUG_CHARS_MAX.min(40));
    slug.trim_end_matches('-').to_owned()
}

/// The page.
#[component]
pub(crate) fn QuickRepliesPage(props: &Props) -> Html {
    let source = use_source::<QuickReplies>(PATH.into(), props.preset.clone());
    // Agents have no list of them, and need none for their own.
    let streams_path = if props.role == Role::Agent { "" } else { "/api/workstreams" };
    let streams = use_source::<All>(streams_path.into(), None);
    let editing = use_editing(props.draft.clone());
    let typed = use_state_eq(String::new);
    let search = {
        let typed = typed.clone();
        move |event: InputEvent| typed.set(event.target_unchecked_into::<web_sys::HtmlInputElement>().value())
    };
    let is_admin = props.role == Role::Admin;
    html! {
        <>
            <div class="page-head">
                <h1 class="page-title" tabindex="-1">{ "Quick replies" }</h1>
                <button type="button" class="button" data-kind="primary" disabled={editing.draft().is_some()} onclick={editing.begin(Draft {
                    shared: Some(is_admin), ..Draft::default()
                })}>{ "New quick reply" }</button>
            </div>
            <p class="page-hint">{ "Typed as " }<kbd>{ "/q" }</kbd>{ " in the composer. " }<code>{ "{CustomerName}" }</code>{ " and " }
                <code>{ "{AgentName}" }</code>{ " are filled in; " }<code>{ "{ReconnectUrl}" }</code>{ " becomes the card with the link." }</p>
            if let Some(draft) = editing.draft() {
                { form(draft, &editing, is_admin, &titles(&streams), source.reload()) }
            }
            { source.or_waiting(|all| {
                let all = Rc::clone(all);
                let terms = Terms::read(&typed);
                let fits = |one: &&QuickReply| terms.fit(&[&one.title, " ", &one.text, " ", one.slug.as_str()].concat(), &one.tags);
                let (shared, own): (Vec<&QuickReply>, Vec<&QuickReply>) = all.quick_replies.iter().filter(fits).partition(|one| one.shared);
                html! {
                    <>
                        if all.quick_replies.len() > 8 {
                            <input class="input page-search" type="search" aria-label="Find" placeholder="Words, or a #tag" oninput={search} />
                        }
                        { list("For everybody", "Those that everybody uses appear here. Admins keep them.", &shared, &editing) }
                        { list("Your own", "Those that only you use appear here.", &own, &editing) }
                    </>
                }
            }) }
        </>
    }
}

fn list(title: &'static str, empty: &'static str, all: &[&QuickReply], editing: &Editing<Draft>) -> Html {
    let rows = all.iter().map(|one| {
        let tags: String = one.tags.iter().map(|tag| format!("#{tag} ")).collect();
        let language = one.language.as_ref().map(|language| format!("{language} "));
        html! {
            <li key={one.id.to_string()} class="item">
                <div class="item-text">
                    <p class="item-title">{ &one.title }<span class="item-more">{ one.slug.as_str() }{ " " }{ language }{ tags.trim_end() }</span></p>
                    <p class="item-second">{ &one.text }</p>
                </div>
                if one.may_change {
                    <button type="button" class="button item-action" aria-label={format!("Edit {}", one.title)}
                        disabled={editing.draft().is_some()} onclick={editing.begin(Draft::from(*one))}>{ "Edit" }</button>
                }
            </li>
        }
    });
    html! {
        <section class="items-host">
            <h2 class="items-title">{ title }<span class="clock">{ all.len() }</span></h2>
            if all.is_empty() { <p class="page-hint">{ empty }</p> } else { <ul class="items">{ for rows }</ul> }
        </section>
    }
}

fn form(
    draft: &Draft,
    editing: &Editing<Draft>,
    is_admin: bool,
    streams: &[(String, String)],
    reload: Callback<()>,
) -> Html {
    let refused = editing.refused();
    let field = |member, label, hint| Field::new(member, label, hint, refused);
    let title = {
        let editing = editing.clone();
        move |title: String| {
            editing.change(|draft| {
                // The short name follows the title until somebody writes one.
                if draft.id.is_none() && draft.slug == slug_of(&draft.title) {
                    draft.slug = slug_of(&title);
                }
                draft.title = title;
            });
        }
    };
    let set = |set: fn(&mut Draft, String)| {
        let editing = editing.clone();
        move |value: String| editing.change(|draft| set(draft, value))
    };
    let tags = |draft: &mut Draft, typed: String| {
        draft.tags = typed
            .split([',', ' '])
            .map(|tag| tag.trim_start_matches('#').to_owned())
            .filter(|tag| !tag.is_empty())
            .collect();
    };
    let onsubmit = editing.save({
        let reload = reload.clone();
        move |draft: Draft| {
            let reload = reload.clone();
            Box::pin(async move {
                let done = match draft.id {
                    None => http::send::<QuickReply>("POST", PATH, &draft).await,
                    Some(id) => http::send::<QuickReply>("PATCH", &format!("{PATH}/{id}"), &draft).await,
                };
                done.map(|_| reload.emit(()))
            }) as Outcome
        }
    });
    let delete = draft.id.map(|id| {
        editing.delete(move || {
            let reload = reload.clone();
            Box::pin(async move { http::delete(&format!("{PATH}/{id}")).await.map(|()| reload.emit(())) }) as Outcome
        })
    });
    let shared_toggle = {
        let editing = editing.clone();
        move |_: Event| editing.change(|draft| draft.shared = draft.shared.map(|on| !on))
    };
    html! {
        <form class="form" aria-label="Quick reply" {onsubmit}>
            { refused_besides(refused, &["title", "slug", "text", "tags", "language", "workstreams"]) }
            { field("title", "Title", "").line("text", &draft.title, title) }
            { field("text", "Words", "").text(&draft.text, set(|draft, value| draft.text = value)) }
            <div class="form-pair">
                { field("slug", "Short name", "Found by it after /q.").line("text", &draft.slug, set(|draft, value| draft.slug = value)) }
                <TagsField key="tags" tags={draft.tags.clone()} refused={refused.cloned()} on_tags={
                    let editing = editing.clone();
                    Callback::from(move |typed: String| editing.change(|draft| tags(draft, typed)))
                } />
            </div>
            <div class="form-pair">
                { Field { empty: "Any", ..field("language", "Language", "Such as de. In a conversation, the customer's come first.") }
                    .line("text", &draft.language, set(|draft, value| draft.language = value)) }
                if !streams.is_empty() {
                    { field("workstreams", "Workstreams", "None chosen: all.").boxes(streams, &draft.workstreams, &{
                        let editing = editing.clone();
                        Callback::from(move |name: String| editing.change(|draft| toggle(&mut draft.workstreams, name)))
                    }) }
                }
            </div>
            if is_admin && draft.id.is_none() {
                <label class="form-box">
                    <input type="checkbox" checked={draft.shared == Some(true)} onchange={shared_toggle} />{ "For everybody" }
                </label>
            }
            { editing.buttons(delete) }
        </form>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct TagsProps {
    tags: Vec<String>,
    refused: Option<http::NotDone>,
    on_tags: Callback<String>,
}

/// Tags as one types them: what is shown stays as it was typed, blanks and all.
#[component]
fn TagsField(props: &TagsProps) -> Html {
    let typed = use_state_eq(|| props.tags.join(" "));
    let field = Field::new("tags", "Tags", "With blanks between them; found by #.", props.refused.as_ref());
    let on_tags = props.on_tags.clone();
    let value = (*typed).clone();
    field.line("text", &value, move |new| {
        typed.set(new.clone());
        on_tags.emit(new);
    })
}

/// Whether a text can be a short name.
#[cfg(test)]
fn is_slug(text: &str) -> bool {
    text.parse::<model::Slug>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    #[test]
    fn a_title_makes_a_short_name() {
        for (title, slug) in [("Hello, and welcome!", "hello-and-welcome"), ("  Grüße ", "gr-e"), ("…", "")] {
            assert_eq!(slug_of(title), slug);
            assert!(slug.is_empty() || is_slug(slug), "{slug}");
        }
    }

    #[tokio::test]
    async fn only_what_may_be_changed_can_be_edited() {
        let preset = Some(Rc::new(canned::quick_replies()));
        let html = snapshot::html(html! { <QuickRepliesPage role={Role::Agent} {preset} /> }).await;
        assert!(html.contains("Edit Sign-off") && !html.contains("Edit Greeting"), "{html}");
        assert!(html.contains("#billing #refund"), "{html}");
    }
}
