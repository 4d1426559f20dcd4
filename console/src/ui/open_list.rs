//! Open ones in my queues: who waits, for how long, and Pick. While the pointer or the focus is in the list, rows keep
//! their places, so that none moves under it.

use wire::{Card, Request};
use yew::prelude::*;

use super::hooks::rove;
use super::row::RowContent;
use crate::steady::{Place, steady};
use crate::view::{Act, Model};
use crate::words;

/// What the list needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The list.
#[component]
pub fn OpenList(props: &Props) -> Html {
    let held = use_state_eq(|| false);
    let shown = use_mut_ref(Vec::<Place>::new);
    let Props { model, act } = props;
    let latest = others(model);
    let places = steady(&shown.borrow(), &latest, *held);
    shown.replace(places.clone());
    let hold = |on: bool| {
        let held = held.clone();
        move || held.set(on)
    };
    let (enter, leave, focus_in, focus_out) = (hold(true), hold(false), hold(true), hold(false));
    let all = model.desk.as_deref().map_or(0, |desk| usize::try_from(desk.open_count).unwrap_or(0));
    let count = all.saturating_sub(model.desk.as_deref().map_or(0, |desk| desk.open.len()) - latest.len());
    let more = count.saturating_sub(latest.len());
    let shown_id = model.open.as_deref().map(|open| open.id);
    html! {
        <section class="list" aria-labelledby="open-title">
            <h2 class="list-title" id="open-title">
                { "Open in my queues" }<span class="list-count clock">{ count }</span>
            </h2>
            if model.desk.is_none() {
                <super::empty::Skeleton rows={2} />
            } else if places.is_empty() {
                <p class="list-empty">{ "Customers who wait in your queues appear here." }</p>
            } else {
                <ul class="rows" onmouseenter={move |_| enter()} onmouseleave={move |_| leave()}
                    onfocusin={move |_| focus_in()} onfocusout={move |_| focus_out()}
                    onkeydown={|event: KeyboardEvent| { rove(&event, ".row-main"); }}>
                    { for places.iter().map(|place| {
                        let id = place.card.conversation;
                        html! {
                            <Waiting key={id.to_string()} place={place.clone()} shown={shown_id == Some(id)} busy={model.is_asking(id)}
                                act={act.clone()} />
                        }
                    }) }
                </ul>
            }
            if more > 0 {
                <p class="list-empty">{ format!("and {more} more behind them") }</p>
            }
        </section>
    }
}

/// The open ones but those offered to me, which stand above.
fn others(model: &Model) -> Vec<Card> {
    let Some(desk) = model.desk.as_deref() else { return Vec::new() };
    let offered = |card: &&Card| desk.offers.iter().any(|offer| offer.card.conversation == card.conversation);
    desk.open.iter().filter(|card| !offered(card)).cloned().collect()
}

#[derive(Clone, PartialEq, Properties)]
struct WaitingProps {
    place: Place,
    shown: bool,
    busy: bool,
    act: Callback<Act>,
}

/// One of them. A component, so that a change of one draws one.
#[component]
fn Waiting(props: &WaitingProps) -> Html {
    let WaitingProps { place, shown, busy, act } = props;
    let id = place.card.conversation;
    let name = words::customer(&place.card);
    let show = act.reform(move |_: MouseEvent| Act::Open(id));
    let pick = act.reform(move |_: MouseEvent| Act::Ask(Request::Pick { conversation: id }));
    html! {
        <li class="row-host" data-gone={place.gone.then_some("")}>
            <button type="button" class="row row-main" aria-current={shown.then_some("true")} onclick={show}
                disabled={place.gone}>
                <RowContent card={place.card.clone()} />
            </button>
            if place.gone {
                <span class="row-gone">{ "No longer open" }</span>
            } else {
                <button type="button" class="button row-action" aria-label={format!("Pick {name}")} disabled={*busy}
                    onclick={pick}>{ "Pick" }</button>
            }
        </li>
    }
}
