//! Webhooks: addresses that hear of what happens in conversations.

use std::rc::Rc;

use model::WebhookId;
use serde::Serialize;
use wire::api::{Deliveries, MadeWebhook, NewSecret, Webhook, Webhooks};
use yew::prelude::*;

use super::deliveries::LastDeliveries;
use super::editing::{Editing, Outcome, use_doing, use_editing};
use super::loaded::use_source;
use crate::http;
use crate::ui::confirm::Confirm;
use crate::ui::form::{Field, refused_besides, toggle};
use crate::ui::shown_once::ShownOnce;
use crate::ui::ticking::When;

pub(super) const PATH: &str = "/api/webhooks";
/// What can be heard, and what happened then.
pub(super) const EVENTS: [(&str, &str); 8] = [
    ("conversation.started", "Started"),
    ("conversation.assigned", "Offered to an agent"),
    ("conversation.accepted", "Accepted"),
    ("conversation.transferred", "Transferred"),
    ("conversation.customer_disconnected", "Customer disconnected"),
    ("conversation.returned", "Customer came back"),
    ("conversation.ended", "Ended"),
    ("conversation.closed", "Closed"),
];

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What there is, where it need not be read: for the gallery and tests.
    #[prop_or_default]
    pub(super) preset: Option<Rc<Webhooks>>,
    /// What is written at first: for the gallery.
    #[prop_or_default]
    pub(super) draft: Option<Draft>,
    /// What became of the events of the last of them, where it need not be read: for the gallery.
    #[prop_or_default]
    pub(super) deliveries: Option<Rc<Deliveries>>,
}

/// What is being written.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Draft {
    #[serde(skip)]
    pub(crate) id: Option<WebhookId>,
    pub(crate) title: String,
    pub(crate) url: String,
    pub(crate) events: Vec<String>,
    pub(crate) enabled: bool,
}

impl From<&Webhook> for Draft {
    fn from(one: &Webhook) -> Self {
        Self {
            id: Some(one.id),
            title: one.title.clone(),
            url: one.url.clone(),
            events: one.events.clone(),
            enabled: one.enabled,
        }
    }
}

/// The page.
#[component]
pub(super) fn WebhooksPage(props: &Props) -> Html {
    let source = use_source::<Webhooks>(PATH.into(), props.preset.clone());
    let editing = use_editing(props.draft.clone());
    let made = use_state_eq(|| None::<MadeWebhook>);
    let new = Draft {
        events: EVENTS.iter().map(|(event, _)| (*event).to_owned()).collect(),
        enabled: true,
        ..Draft::default()
    };
    let put_away = {
        let made = made.clone();
        move |()| made.set(None)
    };
    let renewing = use_state_eq(|| None::<Webhook>);
    let doing = use_doing();
    let on_answer = |id: WebhookId| {
        let (renewing, doing, made, reload) = (renewing.clone(), doing.clone(), made.clone(), source.reload());
        Callback::from(move |yes: bool| {
            renewing.set(None);
            if yes {
                let (made, reload) = (made.clone(), reload.clone());
                doing.run(Box::pin(async move {
                    let path = format!("{PATH}/{id}/secret");
                    made.set(Some(http::send::<MadeWebhook>("POST", &path, &NewSecret { keep_old: None }).await?));
                    reload.emit(());
                    Ok(())
                }) as Outcome);
            }
        })
    };
    let renew = |one: &Webhook| {
        let (renewing, one) = (renewing.clone(), one.clone());
        Callback::from(move |_: MouseEvent| renewing.set(Some(one.clone())))
    };
    let deliveries = |one: &Webhook, all: &Webhooks| {
        props.deliveries.clone().filter(|_| all.webhooks.last().is_some_and(|last| last.id == one.id))
    };
    html! {
        <>
            <div class="page-head">
                <h1 class="page-title" tabindex="-1">{ "Webhooks" }</h1>
                <button type="button" class="button" data-kind="primary" disabled={editing.draft().is_some()} onclick={editing.begin(new)}>{ "New webhook" }</button>
            </div>
            <p class="page-hint">
                { "Addresses that are told of what happens, by signed POST. They hear ids, never words or names. What is not taken is tried again for three days." }
            </p>
            if let Some(draft) = editing.draft() {
                { form(draft, &editing, source.reload(), made.clone()) }
            }
            { source.or_waiting(|all| html! {
                <>
                    if all.webhooks.is_empty() { <p class="table-empty">{ "Webhooks appear here once one was made." }</p> }
                    { for all.webhooks.iter().filter(|one| editing.draft().is_none_or(|draft| draft.id != Some(one.id))).map(|one| shown(one, &editing, renew(one), deliveries(one, all))) }
                </>
            }) }
            { doing.refused() }
            if let Some(one) = &*renewing {
                <Confirm title={format!("Another secret for “{}”?", one.title)} yes="Make it" on_answer={on_answer(one.id)}
                    consequence="For 24 hours events are signed with both, so that the receiver changes when it is ready." />
            }
            if let Some(made) = &*made {
                <ShownOnce title={format!("The secret of “{}”", made.webhook.title)} label="The secret" value={made.secret.clone()}
                    text="With it the receiver checks that an event comes from here. It is shown this once." on_close={put_away} />
            }
        </>
    }
}

fn shown(
    one: &Webhook,
    editing: &Editing<Draft>,
    renew: Callback<MouseEvent>,
    deliveries: Option<Rc<Deliveries>>,
) -> Html {
    let names: Vec<&str> = EVENTS
        .iter()
        .filter(|(event, _)| one.events.iter().any(|heard| heard == event))
        .map(|(_, word)| *word)
        .collect();
    let hears = if names.len() == EVENTS.len() { "Everything".to_owned() } else { names.join(", ") };
    html! {
        <section class="object" key={one.id.to_string()} aria-label={one.title.clone()}>
            <div class="object-head">
                <h2 class="object-title">{ &one.title }</h2>
                if !one.enabled {
                    <span class="object-state">{ "Switched off" }</span>
                } else if let Some(at) = one.failing_since {
                    <span class="object-state" data-tone="amber">{ "Takes nothing since " }<When {at} /></span>
                }
                <button type="button" class="button object-action" aria-label={format!("Edit {}", one.title)}
                    disabled={editing.draft().is_some()} onclick={editing.begin(Draft::from(one))}>{ "Edit" }</button>
            </div>
            <dl class="settings-list">
                <div><dt>{ "Address" }</dt><dd>{ &one.url }</dd></div>
                <div><dt>{ "Hears" }</dt><dd>{ hears }</dd></div>
                <div><dt>{ "Secret" }</dt><dd>
                    if let Some(at) = one.old_secret_until { { "The old one is good until " }<When {at} />{ ". " } }
                    <button type="button" class="link" aria-label={format!("Make another one: the secret of {}", one.title)} onclick={renew}>{ "Make another one" }</button>
                </dd></div>
            </dl>
            <LastDeliveries webhook={one.clone()} preset={deliveries} />
        </section>
    }
}

fn form(
    draft: &Draft,
    editing: &Editing<Draft>,
    reload: Callback<()>,
    made: UseStateHandle<Option<MadeWebhook>>,
) -> Html {
    let refused = editing.refused();
    let set = |set: fn(&mut Draft, String)| {
        let editing = editing.clone();
        move |value: String| editing.change(|draft| set(draft, value))
    };
    let events: Vec<(String, String)> =
        EVENTS.iter().map(|(event, word)| ((*event).to_owned(), (*word).to_owned())).collect();
    let on_event = {
        let editing = editing.clone();
        Callback::from(move |event: String| editing.change(|draft| toggle(&mut draft.events, event)))
    };
    let on_enabled = {
        let editing = editing.clone();
        move |on: bool| editing.change(|draft| draft.enabled = on)
    };
    let delete = draft.id.map(|id| {
        let reload = reload.clone();
        editing.delete(move || {
            let reload = reload.clone();
            Box::pin(async move { http::delete(&format!("{PATH}/{id}")).await.map(|()| reload.emit(())) }) as Outcome
        })
    });
    let onsubmit = editing.save(move |draft: Draft| {
        let (reload, made) = (reload.clone(), made.clone());
        Box::pin(async move {
            match draft.id {
                None => made.set(Some(http::send::<MadeWebhook>("POST", PATH, &draft).await?)),
                Some(id) => drop(http::send::<Webhook>("PATCH", &format!("{PATH}/{id}"), &draft).await?),
            }
            reload.emit(());
            Ok(())
        }) as Outcome
    });
    html! {
        <form class="form" aria-label="Webhook" {onsubmit}>
            { refused_besides(refused, &["title", "url", "events", "enabled"]) }
            <div class="form-pair">
                { Field::new("title", "What it is for", "", refused).line("text", &draft.title, set(|draft, value| draft.title = value)) }
                { Field::new("url", "Address", "Reachable from the internet.", refused).line("url", &draft.url, set(|draft, value| draft.url = value)) }
            </div>
            { Field::new("events", "It hears", "", refused).boxes(&events, &draft.events, &on_event) }
            { Field::new("enabled", "Switched on", "", refused).yes(draft.enabled, on_enabled) }
            { editing.buttons(delete) }
        </form>
    }
}

#[cfg(test)]
mod tests {
    use model::Timestamp;

    use super::*;
    use crate::ui::snapshot;

    #[tokio::test]
    async fn a_webhook_says_what_it_hears_and_how_it_does() {
        let webhook = Webhook {
            id: WebhookId::from_u128(1),
            url: "https://hooks.example.com/rejoin".to_owned(),
            events: vec!["conversation.closed".to_owned()],
            title: "CRM".to_owned(),
            enabled: true,
            made_at: Timestamp(0),
            failing_since: Some(Timestamp(0)),
            old_secret_until: None,
        };
        let preset = Some(Rc::new(Webhooks { webhooks: vec![webhook] }));
        let html = snapshot::html(html! { <WebhooksPage {preset} /> }).await;
        assert!(html.contains("<dd>Closed</dd>") && html.contains("Takes nothing since"), "{html}");
    }
}
