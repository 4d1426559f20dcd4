//! The audit: who did what, newest first. What happens in conversations is in their entries instead.

use std::rc::Rc;

use wire::api::{Audit, AuditRow, People};
use yew::prelude::*;

use super::loaded::use_source;
use crate::ui::ticking::Stamp;

/// Rows of one page.
const ROWS: usize = 100;

/// What the page needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// What there is, where it need not be read: for the gallery and tests.
    #[prop_or_default]
    pub(super) preset: Option<Rc<Audit>>,
    /// Names, likewise.
    #[prop_or_default]
    pub(super) people: Option<Rc<People>>,
}

/// The page.
#[component]
pub(super) fn AuditPage(props: &Props) -> Html {
    let before = use_state_eq(|| None::<u64>);
    let path = match *before {
        None => format!("/api/audit?limit={ROWS}"),
        Some(before) => format!("/api/audit?limit={ROWS}&before={before}"),
    };
    let source = use_source::<Audit>(path.into(), props.preset.clone());
    let people = use_source::<People>("/api/people".into(), props.people.clone());
    let to = |place: Option<u64>| {
        let before = before.clone();
        move |_: MouseEvent| before.set(place)
    };
    html! {
        <>
            <h1 class="page-title" tabindex="-1">{ "Audit" }</h1>
            <p class="page-hint">{ "Who did what to people, settings and records. Newest first." }</p>
            { source.or_waiting(|audit| {
                let last = audit.rows.last().map(|row| row.id).filter(|_| audit.rows.len() == ROWS);
                html! {
                    <>
                        { table(&audit.rows, people.here().as_deref()) }
                        <div class="page-steps">
                            <button type="button" class="button" disabled={before.is_none()} onclick={to(None)}>{ "Newest" }</button>
                            <button type="button" class="button" disabled={last.is_none()} onclick={to(last)}>{ "Older" }</button>
                        </div>
                    </>
                }
            }) }
        </>
    }
}

fn table(rows: &[AuditRow], people: Option<&People>) -> Html {
    let name = |id: &str| {
        let found = people.into_iter().flat_map(|all| &all.people).find(|one| one.id.to_string() == id);
        found.map_or_else(|| id.to_owned(), |one| one.display_name.as_str().to_owned())
    };
    let drawn = rows.iter().map(|row| {
        let about = name(&row.about);
        html! {
            <tr key={row.id}>
                <td><Stamp at={row.at} /></td>
                <td>{ row.by.as_deref().map_or_else(|| "not known".to_owned(), name) }</td>
                <td>{ &row.what }</td>
                <td><span class="cell-cut" title={about.clone()}>{ about }</span></td>
            </tr>
        }
    });
    html! {
        <div class="page-table">
            <table class="table" aria-label="Audit">
                <thead><tr>
                    <th scope="col">{ "When" }</th><th scope="col">{ "Who" }</th><th scope="col">{ "What" }</th><th scope="col">{ "About" }</th>
                </tr></thead>
                <tbody>{ for drawn }</tbody>
            </table>
            if rows.is_empty() { <p class="table-empty">{ "Nothing was done yet." }</p> }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use model::{AgentId, Timestamp};

    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    #[tokio::test]
    async fn people_are_named_and_everything_else_is_as_it_is() {
        let row = AuditRow {
            id: 1,
            at: Timestamp(0),
            by: Some(AgentId::from_u128(102).to_string()),
            what: "queue set".to_owned(),
            about: "late".to_owned(),
        };
        let preset = Some(Rc::new(Audit { rows: vec![row] }));
        let html = snapshot::html(html! { <AuditPage {preset} people={Some(Rc::new(canned::people()))} /> }).await;
        assert!(html.contains("Lena Vogt") && html.contains("queue set") && html.contains("late"), "{html}");
    }
}
