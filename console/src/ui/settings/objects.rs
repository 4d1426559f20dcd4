//! Queues, workstreams and widgets: what is set, and the forms that change it. What the settings file declares is read-only here.

use std::rc::Rc;

use model::{Role, Slug};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wire::api::{Embedding, Object, PageCheck, People};
use yew::prelude::*;

use super::editing::{Editing, Outcome, use_editing};
use super::fields::{self, Refs};
use super::loaded::{Loaded, Source, use_source};
use super::members::Members;
use super::on_pages::OnPages;
use super::reconnect::ReconnectPart;
use super::snippet::Snippet;
use super::spec::{self, Set, Spec};
use crate::http;
use crate::ui::PRESENCES;
use crate::ui::form::{Field, refused_besides};
use crate::words;

/// What a page is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Where conversations wait.
    Queues,
    /// How one way in is distributed.
    Workstreams,
    /// What customers see.
    Widgets,
    /// What agents may be in besides the system's presences.
    Presences,
}

impl Kind {
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Queues => "/api/queues",
            Self::Workstreams => "/api/workstreams",
            Self::Widgets => "/api/widgets",
            Self::Presences => "/api/presences",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Queues => "queue",
            Self::Workstreams => "workstream",
            Self::Widgets => "widget",
            Self::Presences => "presence",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Queues => "Queues",
            Self::Workstreams => "Workstreams",
            Self::Widgets => "Widgets",
            Self::Presences => "Presences",
        }
    }

    const fn hint(self) -> &'static str {
        match self {
            Self::Queues => "Where conversations wait until an agent has them.",
            Self::Presences => {
                "Custom presences: a title of your own that counts as one of the system's, and is chosen like it."
            }
            Self::Workstreams => "How one way in is distributed: to which queue, in which mode, at what cost.",
            Self::Widgets => {
                "The tag goes into every page that shall have the chat, before the end of the body. Nothing else is needed there."
            }
        }
    }

    const fn specs(self) -> &'static [Spec] {
        match self {
            Self::Queues => spec::QUEUE,
            Self::Workstreams => spec::WORKSTREAM,
            Self::Widgets => spec::WIDGET,
            Self::Presences => spec::PRESENCE,
        }
    }
}

/// A list of any of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct All {
    /// Them.
    #[serde(alias = "queues", alias = "workstreams", alias = "widgets", alias = "presences")]
    pub(crate) objects: Vec<One>,
}

/// One of them.
pub(crate) type One = Object<String, Set>;

/// What is there, where it need not be read: for the gallery and tests.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Preset {
    pub(crate) queues: Option<Rc<All>>,
    pub(crate) workstreams: Option<Rc<All>>,
    pub(crate) widgets: Option<Rc<All>>,
    pub(crate) presences: Option<Rc<All>>,
    pub(crate) people: Option<Rc<People>>,
    pub(crate) embedding: Option<Rc<Embedding>>,
    pub(crate) found: Option<PageCheck>,
    pub(crate) draft: Option<Draft>,
}

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct Props {
    /// What the page is of.
    pub(crate) kind: Kind,
    /// What the reader may do.
    pub(crate) role: Role,
    /// What there is, where it need not be read.
    #[prop_or_default]
    pub(crate) preset: Preset,
}

/// What is being edited.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Draft {
    /// Of which; `None` for a new one.
    pub(crate) of: Option<Slug>,
    /// The name of a new one, as it was typed.
    pub(crate) name: String,
    /// What is set.
    pub(crate) settings: Set,
}

/// The page.
#[component]
pub(crate) fn ObjectsPage(props: &Props) -> Html {
    let Props { kind, role, preset } = props;
    let queues = use_source::<All>(Kind::Queues.path().into(), preset.queues.clone());
    let workstreams = use_source::<All>(Kind::Workstreams.path().into(), preset.workstreams.clone());
    let widgets = use_source::<All>(Kind::Widgets.path().into(), preset.widgets.clone());
    let customs = use_source::<All>(Kind::Presences.path().into(), preset.presences.clone());
    let people_path = if *kind == Kind::Queues { "/api/people" } else { "" };
    let people = use_source::<People>(people_path.into(), preset.people.clone());
    let editing = use_editing(preset.draft.clone());
    let refs = Refs {
        queues: titles(&queues),
        workstreams: titles(&workstreams),
        widgets: titles(&widgets),
        presences: presences(&customs),
    };
    let source = match kind {
        Kind::Queues => &queues,
        Kind::Workstreams => &workstreams,
        Kind::Widgets => &widgets,
        Kind::Presences => &customs,
    };
    let page = Page {
        kind: *kind,
        may_change: *role == Role::Admin,
        editing: &editing,
        refs: &refs,
        reload: source.reload(),
        people: people.here(),
        reload_people: people.reload(),
        embedding: preset.embedding.clone(),
        found: preset.found.clone(),
    };
    let is_new = editing.draft().is_some_and(|draft| draft.of.is_none());
    html! {
        <>
            <div class="page-head">
                <h1 class="page-title" tabindex="-1">{ kind.title() }</h1>
                if page.may_change {
                    <button type="button" class="button" data-kind="primary" disabled={editing.draft().is_some()}
                        onclick={editing.begin(Draft::default())}>{ "New " }{ kind.word() }</button>
                }
            </div>
            <p class="page-hint">{ kind.hint() }</p>
            if is_new { { page.form() } }
            { source.or_waiting(|all| html! {
                <>
                    if all.objects.is_empty() { <p class="table-empty">{ "There is none yet. It appears here once one was made." }</p> }
                    { for all.objects.iter().map(|one| page.object(one)) }
                </>
            }) }
        </>
    }
}

/// Names and titles of what is there.
pub(super) fn titles(source: &Source<All>) -> Vec<(String, String)> {
    let Loaded::Here(all) = source.state() else { return Vec::new() };
    all.objects.iter().map(|one| (one.name.to_string(), title(one).to_owned())).collect()
}

/// What one is called.
pub(super) fn title(one: &One) -> &str {
    one.settings.get("title").and_then(Value::as_str).unwrap_or(one.name.as_str())
}

/// The presences in which somebody can be offered conversations, custom ones by name.
fn presences(customs: &Source<All>) -> Vec<(String, String)> {
    let listed = PRESENCES.iter().filter(|presence| **presence != model::Presence::Offline);
    listed
        .map(|one| (words::presence_key(*one).to_owned(), words::presence(*one).to_owned()))
        .chain(titles(customs))
        .collect()
}

struct Page<'a> {
    kind: Kind,
    may_change: bool,
    editing: &'a Editing<Draft>,
    refs: &'a Refs,
    reload: Callback<()>,
    people: Option<Rc<People>>,
    reload_people: Callback<()>,
    /// For the gallery, and nothing else.
    embedding: Option<Rc<Embedding>>,
    found: Option<PageCheck>,
}

impl Page<'_> {
    fn object(&self, one: &One) -> Html {
        if self.editing.draft().is_some_and(|draft| draft.of.as_ref() == Some(&one.name)) {
            return self.form();
        }
        let name = one.name.to_string();
        let draft = Draft { of: Some(one.name.clone()), name: name.clone(), settings: one.settings.clone() };
        let title = title(one).to_owned();
        html! {
            <section class="object" key={name.clone()} aria-label={title.clone()}>
                <div class="object-head">
                    <h2 class="object-title">{ &title }</h2>
                    if title != name { <code>{ &name }</code> }
                    if one.declared_in_file {
                        <span class="object-note">{ "Declared in the settings file, so it is changed there." }</span>
                    } else if self.may_change {
                        <button type="button" class="button object-action" aria-label={format!("Edit {title}")}
                            disabled={self.editing.draft().is_some()} onclick={self.editing.begin(draft)}>{ "Edit" }</button>
                    }
                </div>
                if self.kind == Kind::Widgets {
                    <Snippet widget={name.clone()} />
                    <OnPages widget={name.clone()} may_check={self.may_change} preset={self.embedding.clone()} found={self.found.clone()} />
                }
                { fields::words(self.kind.specs(), &one.settings, self.refs) }
                if self.kind == Kind::Widgets && one.declared_in_file {
                    <ReconnectPart widget={name.clone()} may_change={self.may_change && self.editing.draft().is_none()} />
                }
                if let (Kind::Queues, Some(people)) = (self.kind, &self.people) {
                    <Members queue={name} {title} may_change={self.may_change} busy={self.editing.draft().is_some()}
                        people={Rc::clone(people)} on_saved={self.reload_people.clone()} />
                }
            </section>
        }
    }

    fn form(&self) -> Html {
        let Some(draft) = self.editing.draft() else { return Html::default() };
        let (kind, specs, refused) = (self.kind, self.kind.specs(), self.editing.refused());
        let on_change = {
            let editing = self.editing.clone();
            Callback::from(move |(path, value): (String, Value)| {
                editing.change(|draft| spec::put(&mut draft.settings, &path, value));
            })
        };
        let on_name = {
            let editing = self.editing.clone();
            move |name: String| editing.change(|draft| draft.name = name)
        };
        let reload = self.reload.clone();
        let onsubmit = self.editing.save(move |draft: Draft| {
            let reload = reload.clone();
            Box::pin(async move { save(kind, &draft).await.map(|_| reload.emit(())) }) as Outcome
        });
        let delete = draft.of.clone().map(|name| {
            let reload = self.reload.clone();
            self.editing.delete(move || {
                let (reload, path) = (reload.clone(), format!("{}/{name}", kind.path()));
                Box::pin(async move { http::delete(&path).await.map(|()| reload.emit(())) }) as Outcome
            })
        });
        let members: Vec<&str> =
            specs.iter().map(|spec| spec.path).chain(["name"]).filter(|path| !path.is_empty()).collect();
        html! {
            <form class="form" key="form" aria-label={kind.word()} {onsubmit}>
                { refused_besides(refused, &members) }
                if let Some(name) = &draft.of {
                    <h2 class="object-title">{ name.as_str() }</h2>
                } else {
                    <h2 class="object-title">{ "New " }{ kind.word() }</h2>
                    { Field::new("name", "Short name", "Small letters, digits and hyphens. It stays for ever: addresses and the API use it.", refused)
                        .line("text", &draft.name, on_name) }
                }
                { fields::fields(specs, &draft.settings, self.refs, refused, &on_change) }
                { self.editing.buttons(delete) }
            </form>
        }
    }
}

#[derive(Serialize)]
struct Sent<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    settings: Set,
}

async fn save(kind: Kind, draft: &Draft) -> Result<One, http::NotDone> {
    let settings = spec::pruned(kind.specs(), &draft.settings);
    match &draft.of {
        None => http::send("POST", kind.path(), &Sent { name: Some(&draft.name), settings }).await,
        Some(name) => http::send("PUT", &format!("{}/{name}", kind.path()), &Sent { name: None, settings }).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    async fn page(kind: Kind, role: Role, draft: Option<Draft>) -> String {
        let preset = Preset { draft, ..canned::objects() };
        snapshot::html(html! { <ObjectsPage {kind} {role} {preset} /> }).await
    }

    #[tokio::test]
    async fn what_is_set_is_said_in_words_and_where_it_is_changed() {
        let html = page(Kind::Widgets, Role::Supervisor, None).await;
        assert!(html.contains("<dt>Away for longer is disconnected</dt>") && html.contains("<dd>3m</dd>"), "{html}");
        assert!(html.contains("Declared in the settings file") && !html.contains("Edit "), "{html}");
        let html = page(Kind::Queues, Role::Admin, None).await;
        assert!(html.contains("Edit Late shift") && !html.contains("Edit Delivery"), "{html}");
        assert!(!page(Kind::Queues, Role::Supervisor, None).await.contains("Edit Late shift"));
    }

    #[tokio::test]
    async fn what_is_edited_has_a_form_in_its_place() {
        let settings = canned::objects().queues.unwrap().objects[2].settings.clone();
        let draft = Draft { of: "late".parse().ok(), name: "late".to_owned(), settings };
        let html = page(Kind::Queues, Role::Admin, Some(draft)).await;
        assert!(html.contains("value=\"Late shift\"") && html.contains("Delete") && html.contains("Monday"), "{html}");
        assert!(!html.contains("Edit Late shift"), "{html}");
    }
}
