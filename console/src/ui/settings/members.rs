//! Who serves a queue. It is a part of people, so that it can be changed whatever the settings file declares.

use std::rc::Rc;

use model::AgentId;
use serde::Serialize;
use wire::api::{People, Person};
use yew::prelude::*;

use super::editing::{Editing, Outcome, use_editing};
use crate::http;
use crate::ui::form::{Field, refused_besides, toggle};

const PATH: &str = "/api/people";

/// What the members need.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Of which queue.
    pub(super) queue: String,
    /// What it is called.
    pub(super) title: String,
    /// Whether the reader may change them.
    pub(super) may_change: bool,
    /// Whether something else is being edited.
    pub(super) busy: bool,
    /// Who there is.
    pub(super) people: Rc<People>,
    /// They are others now.
    pub(super) on_saved: Callback<()>,
}

/// The members.
#[component]
pub(super) fn Members(props: &Props) -> Html {
    let Props { queue, title, may_change, busy, people, on_saved } = props;
    let editing = use_editing(None::<Vec<String>>);
    let serving: Vec<&Person> = people.people.iter().filter(|one| serves(one, queue)).collect();
    let names: Vec<&str> = serving.iter().map(|one| one.display_name.as_str()).collect();
    let now: Vec<String> = serving.iter().map(|one| one.id.to_string()).collect();
    html! {
        <div class="members">
            if let Some(draft) = editing.draft() {
                { form(draft, queue, title, people, &editing, on_saved.clone()) }
            } else {
                <p class="members-line">
                    <span class="members-word">{ "Served by" }</span>
                    <span>{ if names.is_empty() { "nobody".to_owned() } else { names.join(", ") } }</span>
                    if *may_change {
                        <button type="button" class="link" aria-label={format!("Change who serves {title}")} disabled={*busy}
                            onclick={editing.begin(now)}>{ "Change" }</button>
                    }
                </p>
            }
        </div>
    }
}

fn serves(person: &Person, queue: &str) -> bool {
    person.queues.iter().any(|one| one.as_str() == queue)
}

fn form(
    draft: &[String],
    queue: &str,
    title: &str,
    people: &Rc<People>,
    editing: &Editing<Vec<String>>,
    reload: Callback<()>,
) -> Html {
    let options: Vec<(String, String)> =
        people.people.iter().map(|one| (one.id.to_string(), one.display_name.as_str().to_owned())).collect();
    let on_toggle = {
        let editing = editing.clone();
        Callback::from(move |id: String| editing.change(|draft| toggle(draft, id)))
    };
    let (queue, people) = (queue.to_owned(), Rc::clone(people));
    let onsubmit = editing.save(move |chosen: Vec<String>| {
        let (changes, reload) = (changes(&people, &queue, &chosen), reload.clone());
        Box::pin(async move {
            for (person, queues) in changes {
                http::send::<Person>("PATCH", &format!("{PATH}/{person}"), &Served { queues }).await?;
            }
            reload.emit(());
            Ok(())
        }) as Outcome
    });
    let label = format!("Who serves {title}");
    html! {
        <form class="form" aria-label={label.clone()} {onsubmit}>
            { refused_besides(editing.refused(), &[]) }
            { Field::new("members", &label, "", None).boxes(&options, draft, &on_toggle) }
            { editing.buttons(None) }
        </form>
    }
}

#[derive(Serialize)]
struct Served {
    queues: Vec<String>,
}

/// Whose queues change, and what they are then.
fn changes(people: &People, queue: &str, chosen: &[String]) -> Vec<(AgentId, Vec<String>)> {
    let changed = people.people.iter().filter(|one| serves(one, queue) != chosen.contains(&one.id.to_string()));
    changed
        .map(|one| {
            let mut queues = one.queues.iter().map(ToString::to_string).collect();
            toggle(&mut queues, queue.to_owned());
            (one.id, queues)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    #[test]
    fn only_those_whose_queues_change_are_changed() {
        let people = canned::people();
        let serving: Vec<String> =
            people.people.iter().filter(|one| serves(one, "billing")).map(|one| one.id.to_string()).collect();
        assert!(changes(&people, "billing", &serving).is_empty());
        let all: Vec<String> = people.people.iter().map(|one| one.id.to_string()).collect();
        let changed = changes(&people, "billing", &all);
        assert_eq!(changed.len(), all.len() - serving.len());
        assert!(changed.iter().all(|(_, queues)| queues.contains(&"billing".to_owned())));
    }

    #[tokio::test]
    async fn members_are_named() {
        let people = Rc::new(canned::people());
        let html = snapshot::html(html! {
            <Members queue="delivery" title="Delivery" may_change={true} busy={false} {people} on_saved={|()| ()} />
        })
        .await;
        assert!(
            html.contains("Served by") && html.contains("Ravi Kumar") && html.contains("Change who serves"),
            "{html}"
        );
    }
}
