//! What became of the last events of a webhook, and an event to try it.

use std::rc::Rc;

use page::ui::{Glyph, Icon};
use wire::api::{Deliveries, Delivery, Webhook};
use yew::prelude::*;

use super::editing::{Outcome, use_doing};
use super::loaded::use_source;
use super::webhooks::{EVENTS, PATH};
use crate::http;
use crate::ui::ticking::When;

/// What it needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Of which webhook.
    pub(super) webhook: Webhook,
    /// What there is, where it need not be read: for the gallery and tests.
    #[prop_or_default]
    pub(super) preset: Option<Rc<Deliveries>>,
}

/// The last events, once they are asked for.
#[component]
pub(super) fn LastDeliveries(props: &Props) -> Html {
    let Props { webhook: Webhook { id, title, .. }, preset } = props;
    let is_open = use_state_eq(|| preset.is_some());
    let path = if *is_open { format!("{PATH}/{id}/deliveries") } else { String::new() };
    let source = use_source::<Deliveries>(path.into(), preset.clone());
    let sent = use_state_eq(|| None::<Delivery>);
    let doing = use_doing();
    let toggle = {
        let is_open = is_open.clone();
        move |_: MouseEvent| is_open.set(!*is_open)
    };
    let test = {
        let (doing, sent, reload, path) = (doing.clone(), sent.clone(), source.reload(), format!("{PATH}/{id}/test"));
        move |_: MouseEvent| {
            let (sent, reload, path) = (sent.clone(), reload.clone(), path.clone());
            doing.run(Box::pin(async move {
                sent.set(None);
                sent.set(Some(http::send::<Delivery>("POST", &path, &()).await?));
                reload.emit(());
                Ok(())
            }) as Outcome);
        }
    };
    // What was just sent stands above.
    let is_another = |one: &&Delivery| sent.as_ref().is_none_or(|sent| sent.event != one.event);
    html! {
        <div class="on-pages">
            <div class="check">
                <button type="button" class="button" aria-label={["Send a test event to ", title].concat()} disabled={doing.is_busy()} onclick={test}>
                    { if doing.is_busy() { "Sending" } else { "Send a test event" } }
                </button>
                <button type="button" class="button" aria-label={["Last events of ", title].concat()} aria-expanded={is_open.to_string()} onclick={toggle}>{ "Last events" }</button>
            </div>
            { doing.refused() }
            <div role="status">
                if let Some(one) = &*sent { <ul class="findings">{ line(one) }</ul> }
            </div>
            if *is_open {
                { source.or_waiting(|all| html! {
                    <>
                        if all.deliveries.is_empty() { <p class="seen">{ "Events appear here once one was sent." }</p> }
                        <ul class="findings" aria-label={["Last events of ", title].concat()}>{ for all.deliveries.iter().filter(is_another).map(line) }</ul>
                        if all.waiting > 0 { <p class="seen">{ "Waiting to be sent: " }{ all.waiting }</p> }
                    </>
                }) }
            }
        </div>
    }
}

fn line(one: &Delivery) -> Html {
    let (glyph, tone) = match (&one.problem, one.next_at) {
        (None, _) => (Glyph::Check, None),
        (Some(_), Some(_)) => (Glyph::Alert, Some("amber")),
        (Some(_), None) => (Glyph::Alert, Some("red")),
    };
    let kind = EVENTS.iter().find(|(event, _)| *event == one.kind).map_or("Test", |(_, word)| word);
    html! {
        <li key={one.event.clone()} class="finding" data-tone={tone}>
            <Icon {glyph} />
            <span>
                <strong>{ kind }</strong>{ ", " }<When at={one.at} />{ ": " }
                if let Some(reason) = &one.reason { { reason } } else { { "taken, with " }{ one.status } }
                if one.tries > 1 { { " Tried " }{ one.tries }{ " times." } }
                if let Some(at) = one.next_at { { " Next try at " }<When {at} />{ "." } }
            </span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    #[tokio::test]
    async fn each_event_says_what_became_of_it() {
        let webhook = canned::webhooks().webhooks[1].clone();
        let preset = Some(Rc::new(canned::deliveries()));
        let html = snapshot::html(html! { <LastDeliveries {webhook} {preset} /> }).await;
        assert!(
            html.contains("Send a test event to Data warehouse") && html.contains("<strong>Test</strong>"),
            "{html}"
        );
        assert!(html.contains("taken, with 204") && html.contains("It answered 503; a 2xx was due."), "{html}");
        assert!(html.contains("Tried 3 times.") && html.contains("Next try at"), "{html}");
    }
}
