//! Gives a conversation to somebody: an Open one to an agent or a queue, an Active one to another agent. Whoever would go beyond an
//! agent's capacity reads by how much before it is done.

use std::rc::Rc;

use model::QueueId;
use wire::{AgentLink, ColleaguesState, FloorAgent, FloorRow, PresencesState, Request};
use yew::prelude::*;

use crate::floor::{self, FloorView};
use crate::ui::confirm::use_modal;
use crate::ui::picker::{Choice, Choices, Picker};
use crate::view::Act;
use crate::words;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GiveKind {
    /// An Open conversation is assigned, at once.
    Assign,
    /// An Active one is handed over, once the other agent accepts.
    Transfer,
}

/// What the dialog needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The conversation.
    pub(super) row: FloorRow,
    /// What is done.
    pub(super) kind: GiveKind,
    /// Who there is.
    pub(super) floor: Rc<FloorView>,
    /// Custom presences, and who is in one.
    pub(super) presences: Rc<PresencesState>,
    /// Which queues there are; `None` until they came.
    pub(super) colleagues: Option<Rc<ColleaguesState>>,
    /// It is over.
    pub(super) on_close: Callback<()>,
    /// Who hears of it.
    pub(super) act: Callback<Act>,
}

/// The dialog.
#[component]
pub(super) fn Give(props: &Props) -> Html {
    let Props { row, kind, floor, presences, colleagues, on_close, act } = props;
    let node = use_modal();
    let chosen = use_state_eq(|| None::<String>);
    use_effect_with(act.clone(), |act| {
        act.emit(Act::WatchColleagues(true));
        let act = act.clone();
        move || act.emit(Act::WatchColleagues(false))
    });
    let name = floor::customer(row);
    // The latest of it: capacity changes while one chooses.
    let row = floor.rows.iter().find(|one| one.conversation == row.conversation).map_or(row, |one| one.as_ref());
    let (title, verb) = match kind {
        GiveKind::Assign => (format!("Assign {name}"), "Assign"),
        GiveKind::Transfer => (format!("Transfer {name}"), "Transfer"),
    };
    let done = {
        let (chosen, on_close, act) = (chosen.clone(), on_close.clone(), act.clone());
        let (row, kind) = (row.clone(), *kind);
        move |_: MouseEvent| {
            if let Some(request) = chosen.as_deref().and_then(|key| request(kind, &row, key)) {
                act.emit(Act::Ask(request));
                on_close.emit(());
            }
        }
    };
    let on_choose = {
        let chosen = chosen.clone();
        Callback::from(move |key: String| chosen.set(Some(key)))
    };
    let summary = chosen.as_deref().map(|key| summary(key, row, *kind, floor, colleagues.as_deref()));
    html! {
        <dialog ref={node} class="dialog give" aria-labelledby="give-title"
            oncancel={on_close.reform(|event: Event| event.prevent_default())}>
            <h2 class="dialog-title" id="give-title">{ title }</h2>
            <Picker label={match kind { GiveKind::Assign => "Agent or queue", GiveKind::Transfer => "Agent" }} placeholder="Name" groups={groups(row, *kind, floor, presences, colleagues.as_deref())}
                empty="There is nobody." chosen={(*chosen).clone()} {on_choose} on_close={on_close.clone()} />
            <p class="give-summary" role="status" data-tone={summary.as_ref().filter(|(_, over)| *over).map(|_| "amber")}>
                { summary.map_or_else(|| "Choose who gets it.".to_owned(), |(text, _)| text) }
            </p>
            <div class="dialog-actions">
                <button type="button" class="button" onclick={on_close.reform(|_| ())}>{ "Cancel" }</button>
                <button type="button" class="button" data-kind="primary" disabled={chosen.is_none()} onclick={done}>{ verb }</button>
            </div>
        </dialog>
    }
}

fn request(kind: GiveKind, row: &FloorRow, key: &str) -> Option<Request> {
    let conversation = row.conversation;
    match (kind, key.parse(), key.parse::<QueueId>()) {
        (GiveKind::Assign, Ok(agent), _) => Some(Request::AssignToAgent { conversation, agent }),
        (GiveKind::Assign, _, Ok(queue)) => Some(Request::AssignToQueue { conversation, queue }),
        (GiveKind::Transfer, Ok(agent), _) => Some(Request::SupervisorTransfer { conversation, agent }),
        (GiveKind::Assign | GiveKind::Transfer, ..) => None,
    }
}

/// "exceeds capacity by 2 units".
fn exceeds(agent: &FloorAgent, row: &FloorRow) -> Option<String> {
    let over = floor::exceeds_by(agent, row);
    (over > 0).then(|| format!("exceeds capacity by {over} unit{}", if over == 1 { "" } else { "s" }))
}

fn groups(
    row: &FloorRow,
    kind: GiveKind,
    floor: &FloorView,
    presences: &PresencesState,
    colleagues: Option<&ColleaguesState>,
) -> Option<Vec<Choices>> {
    let has_it = row.agent.as_ref().map(|agent| agent.agent);
    let agents = floor::agents(floor).into_iter().filter(|agent| Some(agent.who.agent) != has_it);
    let mut groups =
        vec![Choices { title: "Agents", choices: agents.map(|agent| agent_choice(&agent, row, presences)).collect() }];
    if kind == GiveKind::Assign {
        let others = colleagues?.queues.iter().filter(|queue| queue.queue.queue != row.queue.queue);
        let choices = others.map(|queue| Choice {
            key: queue.queue.queue.to_string(),
            title: queue.queue.name.clone(),
            second: if queue.agents == 0 { "Nobody serves it".to_owned() } else { "At its old place".to_owned() },
            end: format!("{} waiting", queue.waiting),
            dot: None,
            words: String::new(),
            tags: Vec::new(),
            disabled: queue.agents == 0,
        });
        groups.push(Choices { title: "Other queues", choices: choices.collect() });
    }
    Some(groups)
}

fn agent_choice(agent: &FloorAgent, row: &FloorRow, presences: &PresencesState) -> Choice {
    let here = agent.link == AgentLink::Connected;
    let presence = words::presence_of(presences, agent.who.agent, agent.presence);
    let second = match (here, exceeds(agent, row)) {
        (false, _) => "Has no console open".to_owned(),
        (true, Some(exceeds)) => format!("{presence} · {exceeds}"),
        (true, None) => presence,
    };
    Choice {
        key: agent.who.agent.to_string(),
        title: agent.who.name.as_str().to_owned(),
        second,
        end: format!("{} of {}", agent.used.0, agent.total.0),
        dot: Some(words::presence_key(agent.presence)),
        words: String::new(),
        tags: Vec::new(),
        disabled: !here,
    }
}

/// What will happen, and whether it goes beyond somebody's capacity.
fn summary(
    key: &str,
    row: &FloorRow,
    kind: GiveKind,
    floor: &FloorView,
    colleagues: Option<&ColleaguesState>,
) -> (String, bool) {
    let name = floor::customer(row);
    let agent = floor.agents.iter().find(|agent| agent.who.agent.to_string() == key);
    let queue = || colleagues?.queues.iter().find(|queue| queue.queue.queue.to_string() == key);
    match (agent, kind) {
        (Some(agent), GiveKind::Assign) => {
            let exceeds = exceeds(agent, row);
            let over = exceeds.as_ref().map_or_else(String::new, |words| format!(" This {words}."));
            (
                format!("{} has {name} at once, whatever their presence.{over}", agent.who.name.as_str()),
                exceeds.is_some(),
            )
        }
        (Some(agent), GiveKind::Transfer) => {
            let exceeds = exceeds(agent, row);
            let over = exceeds.as_ref().map_or_else(String::new, |words| format!(" This {words}."));
            let stays = row.agent.as_ref().map_or("The agent", |agent| agent.name.as_str());
            (
                format!("{} is asked. When they accept, {stays} stays as consultant.{over}", agent.who.name.as_str()),
                exceeds.is_some(),
            )
        }
        (None, _) => (
            queue()
                .map_or_else(String::new, |queue| format!("{name} moves to {}, at its old place.", queue.queue.name)),
            false,
        ),
    }
}
