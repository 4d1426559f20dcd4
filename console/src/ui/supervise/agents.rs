//! All agents: presence, which may be set, capacity, and what they have.

use std::rc::Rc;
use std::sync::Arc;

use model::{AgentId, Presence};
use web_sys::HtmlSelectElement;
use wire::{AgentLink, FloorAgent, PresencesState, Request};
use yew::prelude::*;

use crate::floor::{self, FloorView};
use crate::ui::empty::Skeleton;
use crate::ui::presence_menu::PRESENCES;
use crate::ui::ticking::{Since, Until};
use crate::view::Act;
use crate::words;

/// What the table needs.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The floor.
    pub(super) floor: Rc<FloorView>,
    /// Who looks at it.
    pub(super) me: AgentId,
    /// Custom presences, and who is in one.
    pub(super) presences: Rc<PresencesState>,
    /// Who hears of choices.
    pub(super) act: Callback<Act>,
}

/// The table.
#[component]
pub(super) fn Agents(props: &Props) -> Html {
    let Props { floor, me, presences, act } = props;
    let agents = floor::agents(floor);
    html! {
        <div class="table-host">
            <table class="table" aria-label="Agents">
                <thead><tr>
                    <th scope="col">{ "Agent" }</th><th scope="col">{ "Presence" }</th><th scope="col">{ "Since" }</th>
                    <th scope="col">{ "Console" }</th><th scope="col">{ "Units" }</th><th scope="col" class="cell-figure">{ "Active" }</th>
                    <th scope="col" class="cell-figure">{ "Wrap-up" }</th><th scope="col" class="cell-figure">{ "Offers" }</th>
                    <th scope="col" class="cell-figure">{ "Advises" }</th><th scope="col">{ "Queues" }</th>
                </tr></thead>
                <tbody>
                    { for agents.into_iter().map(|agent| html! {
                        <Row key={agent.who.agent.to_string()} mine={agent.who.agent == *me} agent={Arc::clone(&agent)} presences={Rc::clone(presences)} act={act.clone()} />
                    }) }
                </tbody>
            </table>
            if !floor.is_whole {
                <Skeleton rows={6} />
            }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct RowProps {
    agent: Arc<FloorAgent>,
    mine: bool,
    presences: Rc<PresencesState>,
    act: Callback<Act>,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let RowProps { agent, mine, presences, act } = props;
    let name = agent.who.name.as_str();
    let over = agent.used.0 - agent.total.0;
    let queues = agent.queues.iter().map(|queue| queue.name.as_str()).collect::<Vec<_>>().join(", ");
    html! {
        <tr>
            <th scope="row"><span class="cell-name" title={name.to_owned()}>{ name }{ if *mine { " (you)" } else { "" } }</span></th>
            <td>{ presence(agent, *mine, presences, act) }</td>
            <td class="cell-hint"><Since at={agent.presence_since} /></td>
            <td>{ link(agent.link) }</td>
            <td><span class="clock">{ format!("{} of {}", agent.used.0, agent.total.0) }</span>
                if agent.held.0 > 0 { <span class="cell-hint">{ format!(" · {} held", agent.held.0) }</span> }
                if over > 0 { <span data-tone="amber">{ format!(" · {over} over") }</span> }</td>
            <td class="cell-figure clock">{ agent.active }</td>
            <td class="cell-figure clock">{ agent.wrap_up }</td>
            <td class="cell-figure clock">{ agent.offers }</td>
            <td class="cell-figure clock">{ agent.consults }</td>
            <td><span class="cell-cut" title={queues.clone()}>{ queues }</span></td>
        </tr>
    }
}

/// The presence, as a list to choose from; my own is chosen in the bar.
fn presence(agent: &FloorAgent, mine: bool, presences: &PresencesState, act: &Callback<Act>) -> Html {
    let key = words::presence_key(agent.presence);
    let custom = presences.of(agent.who.agent).map(|one| one.id);
    let set_by = agent.set_by.as_ref().map(|who| format!(" set by {}", who.name.as_str()));
    let inside = if mine {
        html! { <span>{ words::presence_of(presences, agent.who.agent, agent.presence) }</span> }
    } else {
        let (who, act) = (agent.who.agent, act.clone());
        let onchange = move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            let presence = PRESENCES.into_iter().find(|one| words::presence_key(*one) == value);
            act.emit(Act::Ask(match value.parse() {
                Ok(presence) => Request::SetCustomPresenceOf { agent: who, presence },
                Err(_) => Request::SetPresenceOf { agent: who, presence },
            }));
        };
        let option = |one: Presence| {
            html! { <option value={words::presence_key(one)} selected={custom.is_none() && one == agent.presence}>{ words::presence(one) }</option> }
        };
        let titled = presences.presences.iter().map(|one| {
            let selected = custom == Some(one.id);
            html! { <option value={one.id.to_string()} {selected}>{ one.title.clone() }</option> }
        });
        let system_made = !PRESENCES.contains(&agent.presence);
        html! {
            <select class="input cell-select" aria-label={format!("Presence of {}", agent.who.name.as_str())} {onchange}>
                if system_made { { option(agent.presence) } }
                { for PRESENCES.into_iter().map(option) }
                { for titled }
                <option value="automatic">{ "Automatic" }</option>
            </select>
        }
    };
    html! {
        <span class="cell-presence">
            <span class="dot" data-presence={key} aria-hidden="true" />{ inside }
            if let Some(set_by) = set_by { <span class="cell-hint">{ set_by }</span> }
        </span>
    }
}

fn link(link: AgentLink) -> Html {
    match link {
        AgentLink::Connected => html! { { "Open" } },
        AgentLink::Lost { since, until } => html! {
            <span data-tone="amber">{ "Lost " }<Since at={since} />{ ", kept for " }<Until at={until} /></span>
        },
        AgentLink::Gone => html! { <span class="cell-hint">{ "None" }</span> },
    }
}
