//! How long agents were in which presence.

use std::collections::BTreeSet;
use std::rc::Rc;

use model::AgentId;
use wire::api::{People, PresenceReport};
use yew::prelude::*;

use crate::clock::{Clock, Zone};
use crate::report;
use crate::ui::PRESENCES;
use crate::ui::settings::loaded::use_source;
use crate::ui::ticking::use_minute;
use crate::words;

/// What the part needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Where it is read.
    pub(super) path: AttrValue,
    /// Whether it is about one agent, so that it says what came after what.
    pub(super) one: bool,
    /// Whose days they are.
    pub(super) zone: Zone,
    /// Names.
    pub(super) people: Option<Rc<People>>,
    /// What is there at once: for the gallery and tests.
    #[prop_or_default]
    pub(super) preset: Option<Rc<PresenceReport>>,
}

/// The part.
#[component]
pub(super) fn PresenceTimesPart(props: &Props) -> Html {
    let Props { path, one, zone, people, preset } = props;
    let clock = Clock { zone: *zone, ..use_minute() };
    let source = use_source::<PresenceReport>(path.clone(), preset.clone());
    html! {
        <section class="report" aria-labelledby="presence-title">
            <h2 class="report-title" id="presence-title">{ "Presence of agents" }</h2>
            { source.or_waiting(|report| html! {
                <>
                    { times(report, people.as_deref()) }
                    if *one { { spans(report, clock) } }
                </>
            }) }
        </section>
    }
}

/// What a presence of a report is called: one of the system's, or a custom one by its name.
fn word(key: &str) -> String {
    match key {
        "by-capacity" => "By free units".to_owned(),
        "inactive" => "Inactive".to_owned(),
        _ => {
            let known = PRESENCES.into_iter().find(|one| words::presence_key(*one) == key);
            known.map_or_else(|| key.to_owned(), |one| words::presence(one).to_owned())
        }
    }
}

fn times(report: &PresenceReport, people: Option<&People>) -> Html {
    let keys: BTreeSet<&String> = report.people.iter().flat_map(|one| one.presences_ms.keys()).collect();
    let name = |agent: AgentId| {
        let found = people.into_iter().flat_map(|all| &all.people).find(|one| one.id == agent);
        found.map_or_else(|| agent.to_string(), |one| one.display_name.as_str().to_owned())
    };
    let rows = report.people.iter().map(|one| {
        html! {
            <tr key={one.agent.to_string()}>
                <th scope="row"><span class="cell-name">{ name(one.agent) }</span></th>
                { for keys.iter().map(|key| html! {
                    <td class="cell-figure clock">{ report::length(one.presences_ms.get(*key).copied()) }</td>
                }) }
            </tr>
        }
    });
    html! {
        <div class="page-table">
            <table class="table" aria-labelledby="presence-title">
                <thead><tr>
                    <th scope="col">{ "Agent" }</th>
                    { for keys.iter().map(|key| html! { <th scope="col" class="cell-figure">{ word(key) }</th> }) }
                </tr></thead>
                <tbody>{ for rows }</tbody>
            </table>
            if report.people.is_empty() { <p class="table-empty">{ "Nobody was known in this time." }</p> }
        </div>
    }
}

/// What came after what.
fn spans(report: &PresenceReport, clock: Clock) -> Html {
    let moment = |at| format!("{} {}", clock.date(at), clock.time_of_day(at));
    html! {
        <details class="chart-table">
            <summary>{ "One after the other" }</summary>
            <div class="page-table">
                <table class="table" aria-label="Presences, one after the other">
                    <thead><tr><th scope="col">{ "From" }</th><th scope="col">{ "Until" }</th><th scope="col">{ "Presence" }</th></tr></thead>
                    <tbody>{ for report.spans.iter().map(|span| html! {
                        <tr><td class="clock">{ moment(span.since) }</td><td class="clock">{ moment(span.until) }</td><td>{ word(&span.presence) }</td></tr>
                    }) }</tbody>
                </table>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    #[tokio::test]
    async fn each_agent_has_a_row_and_one_alone_has_a_history() {
        let page = async |one| {
            let (preset, people) = (Some(Rc::new(canned::presence_report())), Some(Rc::new(canned::people())));
            snapshot::html(html! { <PresenceTimesPart path="" {one} zone={Zone::Fixed(0)} {people} {preset} /> }).await
        };
        let html = page(true).await;
        assert!(
            html.contains("Ravi Kumar") && html.contains("By free units") && html.contains("Do not disturb"),
            "{html}"
        );
        assert!(html.contains("One after the other") && html.contains("2026-11-20"), "{html}");
        assert!(!page(false).await.contains("One after the other"));
    }
}
