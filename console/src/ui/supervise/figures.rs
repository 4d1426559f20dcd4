//! The six figures that matter, each with what makes it good or bad.

use std::rc::Rc;

use yew::prelude::*;

use crate::floor::{self, FloorView};
use crate::ui::ticking::{Since, use_clock};

/// What the figures need.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// The floor.
    pub(super) floor: Rc<FloorView>,
}

/// The figures.
#[component]
pub(super) fn Figures(props: &Props) -> Html {
    let clock = use_clock();
    let now = clock.now;
    // Counted once a second at most, and for each change.
    let figures = use_memo((Rc::clone(&props.floor), now.0 / 1_000), |(floor, _)| floor::Figures::of(floor, now));
    let whole = props.floor.is_whole;
    let figure = |word: &'static str, count: String, more: Html, amber: bool| {
        html! {
            <div class="figure">
                <dt>{ word }</dt>
                <dd><span class="figure-count clock">{ if whole { count } else { "–".to_owned() } }</span>
                    <span class="figure-more" data-tone={amber.then_some("amber")}>{ more }</span></dd>
            </div>
        }
    };
    let waiting = match figures.longest_since {
        Some(since) => html! { <>{ "longest " }<Since at={since} /></> },
        None => html! { { "nobody waits" } },
    };
    html! {
        <dl class="figures" aria-label="Now">
            { figure("Waiting", figures.waiting.to_string(), waiting, figures.waiting > 0) }
            { figure("Active", figures.active.to_string(), html! { { counted(figures.busy_agents, "agent", "with ") } }, false) }
            { figure("Away now", figures.away.to_string(),
                html! { { if figures.away_long > 0 { format!("{} past 2:00", figures.away_long) } else { "none past 2:00".to_owned() } } },
                figures.away_long > 0) }
            { figure("Held for return", figures.held.to_string(), html! { { units(figures.held_units) } }, false) }
            { figure("Wrap-up", figures.wrap_up.to_string(), html! { { "talks over" } }, false) }
            { figure("Free units", figures.free_units.to_string(), html! { { counted(figures.free_agents, "agent", "with ") } },
                figures.free_units == 0 && figures.waiting > 0) }
        </dl>
    }
}

fn counted(count: usize, word: &str, before: &str) -> String {
    format!("{before}{count} {word}{}", if count == 1 { "" } else { "s" })
}

fn units(count: i32) -> String {
    format!("{count} unit{}", if count == 1 { "" } else { "s" })
}
