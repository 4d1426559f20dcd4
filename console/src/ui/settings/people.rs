//! People: who can sign in, what they may do, what they can carry, and the queues that they serve. Admins change it; supervisors read it.

use std::rc::Rc;

use model::{AgentId, Role};
use serde::Serialize;
use serde_json::Value;
use wire::api::{People, Person, Queues};
use yew::prelude::*;

use super::editing::{Editing, Outcome, use_editing};
use super::loaded::{Loaded, use_source};
use super::objects::{All, title};
use crate::http;
use crate::ui::form::{Field, refused_besides, toggle};
use crate::words;

const PATH: &str = "/api/people";
const ROLES: [Role; 3] = [Role::Agent, Role::Supervisor, Role::Admin];

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct Props {
    /// What the reader may do.
    pub(crate) role: Role,
    /// What there is, where it need not be read: for the gallery and tests.
    #[prop_or_default]
    pub(crate) preset: Option<Rc<People>>,
    /// Names of queues, likewise.
    #[prop_or_default]
    pub(crate) queues: Option<Rc<Queues<Value>>>,
    /// Custom presences, likewise.
    #[prop_or_default]
    pub(crate) presences: Option<Rc<All>>,
    /// Who is edited at first: for the gallery.
    #[prop_or_default]
    pub(crate) draft: Option<Draft>,
}

/// A person who is being edited. What is empty is left out, so that it stays as it is.
#[derive(Clone, Default, PartialEq, Serialize)]
pub(crate) struct Draft {
    #[serde(skip)]
    pub(crate) id: Option<AgentId>,
    pub(crate) name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) display_name: String,
    pub(crate) role: Option<Role>,
    /// As it was typed: a number, or what the relay then finds a mistake in.
    #[serde(serialize_with = "number_or_text")]
    pub(crate) capacity: String,
    pub(crate) queues: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) default_presence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enabled: Option<bool>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) password: String,
}

impl core::fmt::Debug for Draft {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Draft({})", self.name)
    }
}

fn number_or_text<S: serde::Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match text.trim().parse::<i64>() {
        Ok(number) => serializer.serialize_i64(number),
        Err(_) => serializer.serialize_str(text),
    }
}

impl From<&Person> for Draft {
    fn from(one: &Person) -> Self {
        Self {
            id: Some(one.id),
            name: one.name.to_string(),
            display_name: one.display_name.as_str().to_owned(),
            role: Some(one.role),
            capacity: one.capacity.0.to_string(),
            queues: one.queues.iter().map(ToString::to_string).collect(),
            default_presence: one.default_presence.to_string(),
            enabled: Some(one.enabled),
            password: String::new(),
        }
    }
}

/// The page.
#[component]
pub(crate) fn PeoplePage(props: &Props) -> Html {
    let source = use_source::<People>(PATH.into(), props.preset.clone());
    let queues = use_source::<Queues<Value>>("/api/queues".into(), props.queues.clone());
    let customs = use_source::<All>("/api/presences".into(), props.presences.clone());
    let editing = use_editing(props.draft.clone());
    let may_change = props.role == Role::Admin;
    let names: Vec<String> = match queues.state() {
        Loaded::Here(all) => all.queues.iter().map(|queue| queue.name.to_string()).collect(),
        Loaded::Loading | Loaded::Failed(_) => Vec::new(),
    };
    let new = Draft { role: Some(Role::Agent), capacity: "4".to_owned(), ..Draft::default() };
    html! {
        <>
            <div class="page-head">
                <h1 class="page-title" tabindex="-1">{ "People" }</h1>
                if may_change {
                    <button type="button" class="button" data-kind="primary" disabled={editing.draft().is_some()}
                        onclick={editing.begin(new)}>{ "New person" }</button>
                }
            </div>
            <p class="page-hint">{ if may_change { "A change works at once, in windows that are open, too." } else { "Only an admin changes people." } }</p>
            if let Some(draft) = editing.draft() {
                { form(draft, &editing, &names, &starts(customs.here().as_deref()), source.reload()) }
            }
            { source.or_waiting(|all| table(all, may_change, &editing)) }
        </>
    }
}

fn table(all: &People, may_change: bool, editing: &Editing<Draft>) -> Html {
    let rows = all.people.iter().map(|one| {
        let queues = one.queues.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        html! {
            <tr key={one.id.to_string()} data-off={(!one.enabled).then_some("")}>
                <th scope="row"><span class="cell-name">{ one.display_name.as_str() }</span></th>
                <td>{ one.name.as_str() }</td>
                <td>{ words::role(one.role) }</td>
                <td class="cell-figure clock">{ one.capacity.0 }</td>
                <td><span class="cell-cut" title={queues.clone()}>{ if queues.is_empty() { "none".to_owned() } else { queues } }</span></td>
                <td>{ if one.enabled { "May sign in" } else { "Switched off" } }</td>
                if may_change {
                    <td class="cell-actions">
                        <button type="button" class="button cell-action" aria-label={format!("Edit {}", one.display_name.as_str())}
                            disabled={editing.draft().is_some()} onclick={editing.begin(Draft::from(one))}>{ "Edit" }</button>
                    </td>
                }
            </tr>
        }
    });
    html! {
        <div class="page-table">
            <table class="table" aria-label="People">
                <thead><tr>
                    <th scope="col">{ "Name" }</th><th scope="col">{ "Signs in as" }</th><th scope="col">{ "Role" }</th>
                    <th scope="col" class="cell-figure">{ "Units" }</th><th scope="col">{ "Queues" }</th><th scope="col">{ "Sign-in" }</th>
                    if may_change { <th scope="col"><span class="unseen">{ "Actions" }</span></th> }
                </tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
        </div>
    }
}

/// Presences in which one can begin: the computed one, and those that last.
fn starts(customs: Option<&All>) -> Vec<(String, String)> {
    let usual = [
        ("computed", "Available, by free units"),
        ("do-not-disturb", "Do not disturb"),
        ("away", "Away"),
        ("offline", "Offline"),
    ];
    let lasts = |base: &str| usual.iter().any(|(key, _)| *key == base);
    let custom = customs
        .into_iter()
        .flat_map(|all| &all.objects)
        .filter(|one| one.settings.get("base").and_then(Value::as_str).is_some_and(lasts));
    let usual = usual.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned()));
    usual.chain(custom.map(|one| (one.name.to_string(), title(one).to_owned()))).collect()
}

fn form(
    draft: &Draft,
    editing: &Editing<Draft>,
    queues: &[String],
    starts: &[(String, String)],
    reload: Callback<()>,
) -> Html {
    let refused = editing.refused();
    let field = |member, label, hint| Field::new(member, label, hint, refused);
    let set = |set: fn(&mut Draft, String)| {
        let editing = editing.clone();
        move |value: String| editing.change(|draft| set(draft, value))
    };
    let roles: Vec<(String, String)> =
        ROLES.iter().map(|role| (role_key(*role).to_owned(), words::role(*role).to_owned())).collect();
    let queues: Vec<(String, String)> = queues.iter().map(|name| (name.clone(), name.clone())).collect();
    let on_queue = {
        let editing = editing.clone();
        Callback::from(move |name: String| editing.change(|draft| toggle(&mut draft.queues, name)))
    };
    let on_enabled = {
        let editing = editing.clone();
        move |_: Event| editing.change(|draft| draft.enabled = draft.enabled.map(|on| !on))
    };
    let onsubmit = editing.save(move |draft: Draft| {
        let reload = reload.clone();
        Box::pin(async move {
            let done = match draft.id {
                None => http::send::<Person>("POST", PATH, &draft).await,
                Some(id) => http::send::<Person>("PATCH", &format!("{PATH}/{id}"), &draft).await,
            };
            done.map(|_| reload.emit(()))
        }) as Outcome
    });
    let is_new = draft.id.is_none();
    html! {
        <form class="form" aria-label="Person" {onsubmit}>
            { refused_besides(refused, &["name", "display_name", "role", "capacity", "queues", "default_presence", "password"]) }
            <div class="form-pair">
                { field("display_name", "Name", "What customers and colleagues read.").line("text", &draft.display_name, set(|draft, value| draft.display_name = value)) }
                { field("name", "Signs in as", "Small letters, digits and hyphens.").line("text", &draft.name, set(|draft, value| draft.name = value)) }
            </div>
            <div class="form-pair">
                { field("role", "Role", "").choice(&roles, draft.role.map_or("agent", role_key), set(|draft, value| {
                    draft.role = ROLES.into_iter().find(|role| role_key(*role) == value);
                })) }
                { field("capacity", "Units", "How much they can carry at once.").line("number", &draft.capacity, set(|draft, value| draft.capacity = value)) }
            </div>
            { field("queues", "Queues", "").boxes(&queues, &draft.queues, &on_queue) }
            { field("default_presence", "Begins as", "After signing in.")
                .choice(starts, &draft.default_presence, set(|draft, value| draft.default_presence = value)) }
            { field("password", if is_new { "First password" } else { "Another password" },
                if is_new { "At least 8 characters." } else { "Left empty it stays. Another one signs them out everywhere." })
                .line("password", &draft.password, set(|draft, value| draft.password = value)) }
            if let Some(enabled) = draft.enabled {
                <label class="form-box"><input type="checkbox" checked={enabled} onchange={on_enabled} />{ "May sign in" }</label>
            }
            { editing.buttons(None) }
        </form>
    }
}

const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Agent => "agent",
        Role::Supervisor => "supervisor",
        Role::Admin => "admin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    #[test]
    fn what_is_left_empty_is_left_out_and_no_number_is_a_mistake_of_the_field() {
        let draft =
            Draft { name: "ana".to_owned(), role: Some(Role::Agent), capacity: "many".to_owned(), ..Draft::default() };
        let json = serde_json::to_value(&draft).unwrap();
        assert_eq!(json, serde_json::json!({ "name": "ana", "role": "agent", "capacity": "many", "queues": [] }));
        let json = serde_json::to_value(Draft { capacity: " 6 ".to_owned(), ..draft }).unwrap();
        assert_eq!(json["capacity"], 6);
    }

    #[tokio::test]
    async fn supervisors_read_and_admins_change() {
        let page = async |role| {
            let (preset, queues) = (Some(Rc::new(canned::people())), Some(Rc::new(canned::queues())));
            snapshot::html(html! { <PeoplePage {role} {preset} {queues} /> }).await
        };
        assert!(!page(Role::Supervisor).await.contains("Edit Ravi Kumar"));
        let html = page(Role::Admin).await;
        assert!(
            html.contains("Edit Ravi Kumar") && html.contains("New person") && html.contains("Switched off"),
            "{html}"
        );
    }
}
