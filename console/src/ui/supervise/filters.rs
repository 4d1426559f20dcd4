//! Filter chips with counts, narrower filters, and looks that are kept.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::looks;
use crate::floor::{self, FloorView, Look, SavedLook, States};
use page::ui::{Glyph, Icon};

/// What the filters need.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The floor.
    pub(super) floor: Rc<FloorView>,
    /// What is shown.
    pub(super) look: Look,
    /// Shows something else.
    pub(super) on_look: Callback<Look>,
}

/// The filters.
#[component]
pub(super) fn Filters(props: &Props) -> Html {
    let Props { floor, look, on_look } = props;
    let counts = look.counts(floor);
    let chips = States::ALL.iter().zip(counts).map(|(states, count)| {
        let wanted = Look { states: *states, ..look.clone() };
        html! {
            <button type="button" class="chip" aria-pressed={(look.states == *states).to_string()}
                onclick={on_look.reform(move |_: MouseEvent| wanted.clone())}>
                { states.name() }<span class="clock">{ count }</span>
            </button>
        }
    });
    let words = {
        let (look, on_look) = (look.clone(), on_look.clone());
        move |event: InputEvent| {
            let words = event.target_unchecked_into::<HtmlInputElement>().value();
            on_look.emit(Look { words, ..look.clone() });
        }
    };
    html! {
        <div class="filters" role="group" aria-label="Filters">
            { for chips }
            <span class="filters-end">
                <input class="input filter-words" type="search" aria-label="Customer, agent or queue" placeholder="Customer, agent or queue"
                    value={look.words.clone()} oninput={words} />
                { queue_filter(floor, look, on_look) }
                { agent_filter(floor, look, on_look) }
                <Looks look={look.clone()} on_look={on_look.clone()} />
            </span>
        </div>
    }
}

fn queue_filter(floor: &FloorView, look: &Look, on_look: &Callback<Look>) -> Html {
    let queues = floor::queues(floor);
    let options = queues.into_iter().map(|queue| (queue.queue.to_string(), queue.name)).collect();
    let (old, on_look) = (look.clone(), on_look.clone());
    let choose = move |value: String| on_look.emit(Look { queue: value.parse().ok(), ..old.clone() });
    select("Queue", options, look.queue.map(|queue| queue.to_string()).as_deref(), choose)
}

fn agent_filter(floor: &FloorView, look: &Look, on_look: &Callback<Look>) -> Html {
    let agents = floor::agents(floor);
    let options =
        agents.iter().map(|agent| (agent.who.agent.to_string(), agent.who.name.as_str().to_owned())).collect();
    let (old, on_look) = (look.clone(), on_look.clone());
    let choose = move |value: String| on_look.emit(Look { agent: value.parse().ok(), ..old.clone() });
    select("Agent", options, look.agent.map(|agent| agent.to_string()).as_deref(), choose)
}

fn select(
    word: &'static str,
    options: Vec<(String, String)>,
    chosen: Option<&str>,
    choose: impl Fn(String) + 'static,
) -> Html {
    let onchange = move |event: Event| choose(event.target_unchecked_into::<HtmlSelectElement>().value());
    html! {
        <select class="input filter-select" aria-label={word} {onchange}>
            <option value="" selected={chosen.is_none()}>{ format!("{word}: all") }</option>
            { for options.into_iter().map(|(value, name)| {
                let selected = chosen == Some(value.as_str());
                html! { <option {value} {selected}>{ name }</option> }
            }) }
        </select>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct LooksProps {
    look: Look,
    on_look: Callback<Look>,
}

/// Looks that are kept in this browser: chosen from a list, kept under a name, forgotten.
#[component]
fn Looks(props: &LooksProps) -> Html {
    let LooksProps { look, on_look } = props;
    let kept = use_state_eq(looks::kept);
    let naming = use_state_eq(|| false);
    let field = use_node_ref();
    use_effect_with(*naming, {
        let field = field.clone();
        move |naming| {
            if *naming {
                crate::ui::hooks::focus(&field);
            }
        }
    });
    let current = kept.iter().find(|one| one.look == *look).map(|one| one.name.clone());
    let choose = {
        let (kept, on_look) = (kept.clone(), on_look.clone());
        move |name: String| {
            let found = kept.iter().find(|one| one.name == name).map(|one| one.look.clone());
            on_look.emit(found.unwrap_or_default());
        }
    };
    let keep = {
        let (kept, naming, field, look) = (kept.clone(), naming.clone(), field.clone(), look.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let name =
                field.cast::<HtmlInputElement>().map(|field| field.value().trim().to_owned()).unwrap_or_default();
            if !name.is_empty() {
                kept.set(looks::keep(SavedLook { name, look: look.clone() }));
                naming.set(false);
            }
        }
    };
    let forget = {
        let (kept, current) = (kept.clone(), current.clone());
        move |_: MouseEvent| {
            if let Some(name) = &current {
                kept.set(looks::forget(name));
            }
        }
    };
    let begin = {
        let naming = naming.clone();
        move |_: MouseEvent| naming.set(true)
    };
    let options = kept.iter().map(|one| (one.name.clone(), one.name.clone())).collect();
    html! {
        <>
            if !kept.is_empty() {
                { select("View", options, current.as_deref(), choose) }
            }
            if *naming {
                <form class="look-name" onsubmit={keep}>
                    <input ref={field} class="input" type="text" aria-label="Name of the view" placeholder="Name of the view" maxlength="40" />
                    <button type="submit" class="button" data-kind="primary">{ "Keep" }</button>
                </form>
            } else if let Some(name) = &current {
                <button type="button" class="icon-button" aria-label={format!("Forget the view {name}")} onclick={forget}>
                    <Icon glyph={Glyph::Cross} />
                </button>
            } else {
                <button type="button" class="chip" onclick={begin}>{ "Save view" }</button>
            }
        </>
    }
}
