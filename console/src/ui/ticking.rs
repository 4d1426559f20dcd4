//! Running clocks. They read the one [`Clock`] of the page, so that they tick together and nothing else is drawn again.

use model::{Millis, Timestamp};
use yew::prelude::*;

use crate::clock::Clock;

/// The clock as it stood when the present minute began: for what shows days and times, so that it is not drawn again twice
/// a second.
#[derive(Clone, Copy, PartialEq)]
struct Minute(Clock);

/// What the provider needs.
#[derive(Clone, PartialEq, Properties)]
pub struct ProviderProps {
    /// What time it is.
    pub clock: Clock,
    /// Who reads it.
    pub children: Html,
}

/// Gives everything inside the clock.
#[component]
pub fn ClockProvider(props: &ProviderProps) -> Html {
    let clock = props.clock;
    let minute = Minute(Clock { now: clock.now - Millis(clock.now.0 % 60_000), ..clock });
    html! {
        <ContextProvider<Clock> context={clock}>
            <ContextProvider<Minute> context={minute}>{ props.children.clone() }</ContextProvider<Minute>>
        </ContextProvider<Clock>>
    }
}

/// The page's clock, to the moment.
#[hook]
pub fn use_clock() -> Clock {
    use_context::<Clock>().expect("invariant: the root provides the clock")
}

/// The page's clock, to the minute.
#[hook]
pub fn use_minute() -> Clock {
    use_context::<Minute>().expect("invariant: the root provides the clock").0
}

/// An instant.
#[derive(Clone, Copy, PartialEq, Properties)]
pub struct Props {
    /// When.
    pub at: Timestamp,
}

/// Time since an instant: "1:02".
#[component]
pub fn Since(props: &Props) -> Html {
    let clock = use_clock();
    html! { <span class="clock">{ clock.since(props.at) }</span> }
}

/// Time until an instant: "1:17".
#[component]
pub fn Until(props: &Props) -> Html {
    let clock = use_clock();
    html! { <span class="clock">{ clock.until(props.at) }</span> }
}

/// When it was: "14:04".
#[component]
pub fn When(props: &Props) -> Html {
    let clock = use_minute();
    html! { <span class="clock">{ clock.when(props.at) }</span> }
}

/// The day and the time: "2026-11-20 14:04".
#[component]
pub fn Stamp(props: &Props) -> Html {
    let clock = use_minute();
    html! { <span class="clock">{ clock.date(props.at) }{ " " }{ clock.time_of_day(props.at) }</span> }
}
