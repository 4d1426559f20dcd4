//! How customers of a widget come back, where the settings file declares the widget and leaves that open: then it is set here.

use serde::Deserialize;
use serde_json::Value;
use yew::prelude::*;

use super::editing::{Editing, Outcome, use_editing};
use super::fields::{self, Refs};
use super::loaded::use_source;
use super::spec::{self, RECONNECT, Set};
use crate::http;
use crate::ui::form::refused_besides;

/// What the part needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Of which widget.
    pub(super) widget: String,
    /// Whether the reader may change it, and nothing else is being edited.
    pub(super) may_change: bool,
}

/// `GET` and `PUT /api/widgets/{name}/reconnect`
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Reconnect {
    declared_in_file: bool,
    reconnect: Set,
}

/// The part; nothing where the file says how.
#[component]
pub(super) fn ReconnectPart(props: &Props) -> Html {
    let Props { widget, may_change } = props;
    let path = format!("/api/widgets/{widget}/reconnect");
    let source = use_source::<Reconnect>(path.clone().into(), None);
    let editing = use_editing(None::<Set>);
    let Some(now) = source.here().filter(|now| !now.declared_in_file) else { return Html::default() };
    html! {
        <div class="members">
            if let Some(draft) = editing.draft() {
                { form(draft, path, &editing, source.reload()) }
            } else {
                <p class="members-line">
                    <span class="members-word">{ "Reconnect" }</span>
                    <span>{ if spec::get(&now.reconnect, RECONNECT[0].path).is_some() { "On" } else { "Off" } }</span>
                    if *may_change {
                        <button type="button" class="link" aria-label={format!("Change how customers of {widget} come back")}
                            onclick={editing.begin(now.reconnect.clone())}>{ "Change" }</button>
                    }
                </p>
            }
        </div>
    }
}

fn form(draft: &Set, path: String, editing: &Editing<Set>, reload: Callback<()>) -> Html {
    let on_change = {
        let editing = editing.clone();
        Callback::from(move |(path, value): (String, Value)| editing.change(|draft| spec::put(draft, &path, value)))
    };
    let onsubmit = editing.save(move |draft: Set| {
        let (path, reload) = (path.clone(), reload.clone());
        Box::pin(async move {
            let set = spec::pruned(RECONNECT, &draft);
            http::send::<Reconnect>("PUT", &path, &set).await.map(|_| reload.emit(()))
        }) as Outcome
    });
    let members: Vec<&str> = RECONNECT.iter().map(|spec| spec.path).collect();
    html! {
        <form class="form" aria-label="Reconnect" {onsubmit}>
            { refused_besides(editing.refused(), &members) }
            { fields::fields(RECONNECT, draft, &Refs::default(), editing.refused(), &on_change) }
            { editing.buttons(None) }
        </form>
    }
}
