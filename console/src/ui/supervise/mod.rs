//! What supervisors see: six figures, all ongoing conversations, all agents, and what may be done with them.

mod agents;
mod figures;
mod filters;
mod give;
mod looks;
mod table;
mod why;

use std::rc::Rc;

use wire::{FloorRow, Request};
use yew::prelude::*;

use self::give::{Give, GiveKind};
use super::question::Question;
use crate::floor::{FloorView, Look};
use crate::route::{Route, Tab};
use crate::view::{Act, Model};

/// What the view needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// Which part of it.
    pub tab: Tab,
    /// A conversation that is being given to somebody: for the gallery.
    #[prop_or_default]
    pub giving: Option<(FloorRow, bool)>,
    /// A conversation whose waiting is being explained: for the gallery.
    #[prop_or_default]
    pub asked_why: Option<FloorRow>,
    /// Wants something asked before it is done.
    pub on_question: Callback<Question>,
    /// Who hears of the rest.
    pub act: Callback<Act>,
}

/// The view.
#[component]
pub fn Supervise(props: &Props) -> Html {
    let Props { model, tab, on_question, act, .. } = props;
    let look = use_state_eq(looks::last);
    let giving = use_state_eq(|| {
        props.giving.clone().map(|(row, assigns)| (row, if assigns { GiveKind::Assign } else { GiveKind::Transfer }))
    });
    let asked_why = use_state_eq(|| props.asked_why.clone());
    let nothing = use_memo((), |()| FloorView::default());
    let floor = model.floor.clone().unwrap_or(nothing);
    let on_look = {
        let look = look.clone();
        Callback::from(move |new: Look| {
            looks::remember(&new);
            look.set(new);
        })
    };
    let on_row = {
        let (giving, asked_why) = (giving.clone(), asked_why.clone());
        let (on_question, act) = (on_question.clone(), act.clone());
        Callback::from(move |(row, what): (FloorRow, table::Action)| {
            let conversation = row.conversation;
            match what {
                table::Action::Open => act.emit(Act::Open(conversation)),
                table::Action::Monitor => act.emit(Act::Ask(Request::Monitor { conversation })),
                table::Action::Why => {
                    act.emit(Act::Ask(Request::WhyWaiting { conversation }));
                    asked_why.set(Some(row));
                }
                table::Action::Assign => giving.set(Some((row, GiveKind::Assign))),
                table::Action::Transfer => giving.set(Some((row, GiveKind::Transfer))),
                table::Action::ForceClose => on_question.emit(Question::Ask(Request::ForceClose { conversation })),
            }
        })
    };
    let on_given = {
        let giving = giving.clone();
        Callback::from(move |()| giving.set(None))
    };
    let on_read = {
        let asked_why = asked_why.clone();
        Callback::from(move |()| asked_why.set(None))
    };
    html! {
        <main class="supervise" id="content">
            <div class="supervise-head">
                <h1 class="page-title" tabindex="-1">{ tab.title() }</h1>
                <nav class="tabs" aria-label="Parts of Supervise">{ for Tab::ALL.iter().map(|one| link(*one, *tab)) }</nav>
            </div>
            <figures::Figures floor={Rc::clone(&floor)} />
            { match tab {
                Tab::Conversations => html! {
                    <>
                        <filters::Filters floor={Rc::clone(&floor)} look={(*look).clone()} {on_look} />
                        <table::Table floor={Rc::clone(&floor)} look={(*look).clone()} asking={asking(model)} {on_row}
                            monitoring={monitoring(model)} on_order={order_setter(&look)} />
                    </>
                },
                Tab::Agents => html! { <agents::Agents presences={Rc::clone(&model.presences)} floor={Rc::clone(&floor)} me={model.me.agent} act={act.clone()} /> },
            } }
            if let Some((row, kind)) = &*giving {
                <Give row={row.clone()} kind={*kind} floor={Rc::clone(&floor)} presences={Rc::clone(&model.presences)} colleagues={model.colleagues.clone()} on_close={on_given}
                    act={act.clone()} />
            }
            if let Some(row) = &*asked_why {
                <why::Why customer={crate::floor::customer(row)} conversation={row.conversation} why={model.why.clone()} presences={Rc::clone(&model.presences)} on_close={on_read} />
            }
        </main>
    }
}

fn link(tab: Tab, now: Tab) -> Html {
    html! {
        <a class="tabs-link" href={["#", &Route::Supervise(tab).fragment()].concat()} aria-current={(tab == now).then_some("page")}>
            { tab.title() }
        </a>
    }
}

fn order_setter(look: &UseStateHandle<Look>) -> Callback<crate::floor::Column> {
    let look = look.clone();
    Callback::from(move |column| {
        let new = Look { order: look.order.pressed(column), ..(*look).clone() };
        looks::remember(&new);
        look.set(new);
    })
}

/// What was asked for and is not answered yet.
fn asking(model: &Model) -> Rc<[model::ConversationId]> {
    model.asking.iter().filter_map(Request::conversation).collect()
}

/// Those that one reads along in already.
fn monitoring(model: &Model) -> Rc<[model::ConversationId]> {
    model.staff.iter().flat_map(|staff| &staff.monitoring).map(|card| card.conversation).collect()
}

#[cfg(test)]
mod tests {
    use model::Role;

    use super::*;
    use crate::canned;
    use crate::ui::snapshot;

    async fn shown(tab: Tab) -> String {
        let model = canned::supervising(Role::Supervisor);
        snapshot::html(html! { <Supervise {model} {tab} on_question={|_| ()} act={|_| ()} /> }).await
    }

    #[tokio::test]
    async fn only_what_the_rights_allow_is_drawn() {
        let html = shown(Tab::Conversations).await;
        assert!(html.contains("Assign Anna Kovács") && html.contains("Monitor Mia Berg"), "{html}");
        assert!(!html.contains("Transfer Anna Kovács") && !html.contains("Assign Mia Berg"), "{html}");
        // Its own supervisor's conversation has no oversight at all.
        assert!(!html.contains("Monitor Ines Duarte") && !html.contains("Close Ines Duarte"), "{html}");
    }

    #[tokio::test]
    async fn a_row_has_its_connection_as_a_column_of_its_own() {
        let html = shown(Tab::Conversations).await;
        assert!(html.contains("Away <span class=\"clock\">1:02</span> of 3:00"), "{html}");
        assert!(html.contains("Held for <span class=\"clock\">6:18</span>"), "{html}");
        assert!(html.contains("aria-rowcount=\"7\""), "{html}");
    }

    #[tokio::test]
    async fn agents_stand_with_presence_capacity_and_conversations() {
        let html = shown(Tab::Agents).await;
        assert!(html.contains("5 of 4") && html.contains("1 over"), "{html}");
        assert!(html.contains("aria-label=\"Presence of Ravi Kumar\""), "{html}");
        assert!(html.contains("set by Sofia Marin"), "{html}");
    }
}
