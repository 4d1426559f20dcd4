//! The customer's connection in plain words, newest first.

use wire::{AgentsEntry, ConnectionClock};
use yew::prelude::*;

use super::ticking::{Since, use_minute};
use crate::transcript::{Moment, moments};

/// As many moments as are shown.
const MOMENTS_MAX: usize = 12;

/// What the timeline needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// The transcript.
    pub entries: std::rc::Rc<Vec<AgentsEntry>>,
    /// The connection now.
    pub connection: ConnectionClock,
}

/// The timeline.
#[component]
pub fn Timeline(props: &Props) -> Html {
    let clock = use_minute();
    let moments = moments(&props.entries);
    let hidden = moments.len().saturating_sub(MOMENTS_MAX);
    html! {
        <section class="panel" aria-labelledby="timeline-title">
            <h2 class="panel-title" id="timeline-title">{ "Connection" }</h2>
            if moments.is_empty() {
                <p class="panel-empty">{ "Drops and returns of the customer appear here." }</p>
            } else {
                <ol class="timeline">
                    { for moments.iter().take(MOMENTS_MAX).enumerate().map(|(at, moment)| {
                        let running = (at == 0).then_some(props.connection);
                        html! {
                            <li class="moment" data-tone={moment.tone}>
                                <span class="clock moment-time">{ clock.time_of_day(moment.at) }</span>
                                <span>{ words(moment, running) }</span>
                            </li>
                        }
                    }) }
                </ol>
            }
            if hidden > 0 {
                <p class="panel-empty">{ format!("and {hidden} earlier ones") }</p>
            }
        </section>
    }
}

/// The words; the newest drop has a running clock while it lasts.
fn words(moment: &Moment, running: Option<ConnectionClock>) -> Html {
    match running {
        Some(ConnectionClock::Away { since, .. }) if moment.tone == "away" => {
            html! { <>{ &moment.text }{ ", away for " }<Since at={since} /></> }
        }
        Some(_) | None => html! { { &moment.text } },
    }
}
