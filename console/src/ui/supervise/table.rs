//! All ongoing conversations. Only the rows in sight are drawn, so that thousands cost no more than a screenful; while the pointer or
//! the focus is in the table, rows keep their places.

use std::rc::Rc;
use std::sync::Arc;

use model::ConversationId;
use web_sys::HtmlElement;
use wire::{CardState, ConnectionClock, FloorRow};
use yew::prelude::*;

use crate::clock::span;
use crate::floor::{self, Column, FloorView, Look, Order};
use crate::steady::{Place, steady};
use crate::ui::empty::Skeleton;
use crate::ui::hooks::rove;
use crate::ui::ticking::{Since, Until};

/// The height of a row, in pixels; the style sheet says the same.
const ROW_PX: i32 = 40;
/// The window of rows moves by this many.
const STEP: usize = 10;
/// Rows that are drawn before anybody scrolled; more than fit on a large screen.
const SHOWN: usize = 60;
/// Columns of the table.
const COLUMNS: [(&str, Option<Column>); 8] = [
    ("Customer", Some(Column::Customer)),
    ("State", Some(Column::State)),
    ("Connection", Some(Column::Connection)),
    ("Agent", Some(Column::Agent)),
    ("Queue", Some(Column::Queue)),
    ("Waited", Some(Column::Waited)),
    ("Handling", Some(Column::Handling)),
    ("Actions", None),
];

/// What can be done with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Shows what one reads along in already.
    Open,
    /// Reads along.
    Monitor,
    /// Says why an Open one is not assigned.
    Why,
    /// Gives an Open one to somebody.
    Assign,
    /// Gives an Active one to another agent.
    Transfer,
    /// Closes it at once.
    ForceClose,
}

/// What the table needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The floor.
    pub(super) floor: Rc<FloorView>,
    /// What of it is shown.
    pub(super) look: Look,
    /// Of which something is asked and not answered yet.
    pub(super) asking: Rc<[ConversationId]>,
    /// Which one reads along in.
    pub(super) monitoring: Rc<[ConversationId]>,
    /// A column was pressed.
    pub(super) on_order: Callback<Column>,
    /// Something is to be done with a row.
    pub(super) on_row: Callback<(FloorRow, Action)>,
}

/// The table.
#[component]
pub(super) fn Table(props: &Props) -> Html {
    let Props { floor, look, asking, monitoring, on_order, on_row } = props;
    let first = use_state_eq(|| 0_usize);
    let held = use_state_eq(|| false);
    let shown = use_mut_ref(|| (Look::default(), Vec::<Place<Arc<FloorRow>>>::new()));
    let latest = use_memo((Rc::clone(floor), look.clone()), |(floor, look)| look.rows(floor));
    let places = {
        let mut shown = shown.borrow_mut();
        // Whoever looks at something else wants to see it at once.
        let keep = *held && shown.0 == *look;
        shown.1 = steady(&shown.1, &latest, keep);
        shown.0 = look.clone();
        shown.1.clone()
    };
    let onscroll = {
        let first = first.clone();
        move |event: Event| {
            let top = event.target_unchecked_into::<HtmlElement>().scroll_top() / ROW_PX;
            let at = usize::try_from(top).unwrap_or(0);
            first.set(at.saturating_sub(STEP) / STEP * STEP);
        }
    };
    let hold = |on: bool| {
        let held = held.clone();
        move || held.set(on)
    };
    let (enter, leave, focus_in, focus_out) = (hold(true), hold(false), hold(true), hold(false));
    let from = (*first).min(places.len().saturating_sub(SHOWN) / STEP * STEP);
    let to = (from + SHOWN).min(places.len());
    let rows = places[from..to].iter().enumerate().map(|(at, place)| {
        let id = place.card.conversation;
        html! {
            <Row key={id.to_string()} row={Arc::clone(&place.card)} gone={place.gone} index={from + at + 2} busy={asking.contains(&id)}
                monitored={monitoring.contains(&id)} on_row={on_row.clone()} />
        }
    });
    html! {
        <div class="table-host" tabindex="-1" {onscroll} onmouseenter={move |_| enter()} onmouseleave={move |_| leave()}
            onfocusin={move |_| focus_in()} onfocusout={move |_| focus_out()}>
            <table class="table" aria-rowcount={(places.len() + 1).to_string()} aria-label="Ongoing conversations"
                onkeydown={|event: KeyboardEvent| { rove(&event, ".cell-name"); }}>
                <thead><tr aria-rowindex="1">{ for COLUMNS.iter().map(|(name, column)| head(name, *column, look.order, on_order)) }</tr></thead>
                <tbody>
                    { spacer("above", from) }
                    { for rows }
                    { spacer("below", places.len() - to) }
                </tbody>
            </table>
            if !floor.is_whole {
                <Skeleton rows={6} />
            } else if floor.rows.is_empty() {
                <p class="table-empty">{ "Nothing is going on. Conversations appear here as soon as customers write." }</p>
            } else if places.is_empty() {
                <p class="table-empty">{ "No conversation fits these filters." }</p>
            }
        </div>
    }
}

/// Room for rows that are not drawn. It is there with a key even where there is none: one child without a key, and all rows would be drawn
/// anew whenever the window moves.
fn spacer(key: &'static str, rows: usize) -> Html {
    let height = rows * usize::try_from(ROW_PX).unwrap_or(0);
    html! { <tr {key} class="spacer" aria-hidden="true" hidden={rows == 0}><td colspan={COLUMNS.len().to_string()} height={height.to_string()} /></tr> }
}

fn head(name: &'static str, column: Option<Column>, order: Order, on_order: &Callback<Column>) -> Html {
    let Some(column) = column else {
        return html! { <th scope="col" class="cell-actions"><span class="unseen">{ name }</span></th> };
    };
    let here = order.column == column;
    let sorted = match (here, order.descending) {
        (false, _) => None,
        (true, false) => Some("ascending"),
        (true, true) => Some("descending"),
    };
    html! {
        <th scope="col" aria-sort={sorted} class={is_figure(column).then_some("cell-figure")}>
            <button type="button" class="sort" onclick={on_order.reform(move |_: MouseEvent| column)}>{ name }</button>
        </th>
    }
}

const fn is_figure(column: Column) -> bool {
    matches!(column, Column::Waited | Column::Handling)
}

#[derive(Clone, PartialEq, Properties)]
struct RowProps {
    row: Arc<FloorRow>,
    gone: bool,
    index: usize,
    busy: bool,
    monitored: bool,
    on_row: Callback<(FloorRow, Action)>,
}

/// One of them. A component, so that a change of one draws one.
#[component]
fn Row(props: &RowProps) -> Html {
    let RowProps { row, gone, index, .. } = props;
    let name = floor::customer(row);
    html! {
        <tr aria-rowindex={index.to_string()} data-gone={gone.then_some("")} data-monitored={props.monitored.then_some("")}>
            <th scope="row"><span class="cell-name" tabindex="-1" title={name.clone()}>{ name }</span></th>
            <td><span class="state" data-state={state_key(row.state)}>{ state_word(row.state) }</span></td>
            <td>{ connection(row) }</td>
            <td>{ agent(row) }</td>
            <td><span class="cell-cut" title={row.queue.name.clone()}>{ &row.queue.name }</span></td>
            <td class="cell-figure" data-tone={matches!(row.state, CardState::Open { .. }).then_some("amber")}>{ waited(row) }</td>
            <td class="cell-figure">{ floor::handling_since(row).map_or_else(|| html! { { "–" } }, |at| html! { <Since {at} /> }) }</td>
            <td class="cell-actions">
                if *gone { <span class="cell-over">{ "Over" }</span> } else { { actions(props) } }
            </td>
        </tr>
    }
}

fn waited(row: &FloorRow) -> Html {
    match (row.state, floor::waited(row)) {
        (CardState::Open { since }, _) => html! { <Since at={since} /> },
        (_, Some(waited)) => html! { <span class="clock">{ span(waited) }</span> },
        (_, None) => html! { { "–" } },
    }
}

const fn state_key(state: CardState) -> &'static str {
    match state {
        CardState::Open { .. } => "open",
        CardState::Active { .. } => "active",
        CardState::WrapUp { .. } => "wrap-up",
        CardState::Closed { .. } => "closed",
    }
}

const fn state_word(state: CardState) -> &'static str {
    match state {
        CardState::Open { .. } => "Open",
        CardState::Active { .. } => "Active",
        CardState::WrapUp { .. } => "Wrap-up",
        CardState::Closed { .. } => "Closed",
    }
}

fn connection(row: &FloorRow) -> Html {
    match (row.connection, floor::hold_until(row)) {
        (ConnectionClock::Away { since, disconnected_at }, _) => html! {
            <span data-tone="amber">{ "Away " }<Since at={since} />{ format!(" of {}", span(disconnected_at.since(since))) }</span>
        },
        (_, Some(until)) => html! { <span data-tone="amber">{ "Held for " }<Until at={until} /></span> },
        (ConnectionClock::Connected { connections: 0 | 1 }, _) => html! { { "Connected" } },
        (ConnectionClock::Connected { connections }, _) => html! { { format!("Connected · {connections} tabs") } },
        (ConnectionClock::Disconnected { .. }, _) => match row.state {
            CardState::WrapUp { promise_until: Some(until), .. } => {
                html! { <>{ "May return, " }<Until at={until} /></> }
            }
            CardState::Open { .. } | CardState::Active { .. } | CardState::WrapUp { .. } | CardState::Closed { .. } => {
                html! { { "Disconnected" } }
            }
        },
        (ConnectionClock::Over, _) => html! { { "–" } },
    }
}

fn agent(row: &FloorRow) -> Html {
    let beside = match (row.consultants, row.monitors, row.invitation) {
        (_, _, Some(_)) => Some("being handed over"),
        (1.., _, None) => Some("with a consultant"),
        (0, 1.., None) => Some("read along"),
        (0, 0, None) => None,
    };
    let who = match (&row.agent, &row.offered_to) {
        (Some(agent), _) => html! { { agent.name.as_str() } },
        (None, Some(agent)) => html! { <span class="cell-hint">{ "offered to " }{ agent.name.as_str() }</span> },
        (None, None) => html! { <span class="cell-hint">{ "nobody yet" }</span> },
    };
    html! {
        <span class="cell-cut">
            { who }
            if let Some(beside) = beside { <span class="cell-hint">{ " · " }{ beside }</span> }
        </span>
    }
}

fn actions(props: &RowProps) -> Html {
    let RowProps { row, busy, monitored, on_row, .. } = props;
    let name = floor::customer(row);
    let button = |word: &'static str, label: String, kind: Option<&'static str>, action: Action| {
        let row = Arc::clone(row);
        let onclick = on_row.reform(move |_: MouseEvent| (FloorRow::clone(&row), action));
        html! {
            <button type="button" class="button cell-action" data-kind={kind} aria-label={label} disabled={*busy} {onclick}>{ word }</button>
        }
    };
    let may = row.may;
    html! {
        <>
            if *monitored {
                { button("Open", format!("Open {name}"), None, Action::Open) }
            } else if may.monitor {
                { button("Monitor", format!("Monitor {name}"), None, Action::Monitor) }
            }
            if matches!(row.state, CardState::Open { .. }) {
                { button("Why?", format!("Why is {name} not assigned?"), None, Action::Why) }
            }
            if may.assign { { button("Assign", format!("Assign {name}"), None, Action::Assign) } }
            if may.transfer { { button("Transfer", format!("Transfer {name}"), None, Action::Transfer) } }
            if may.force_close { { button("Close", format!("Close {name} by force"), Some("danger"), Action::ForceClose) } }
        </>
    }
}
