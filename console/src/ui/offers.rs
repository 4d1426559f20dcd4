//! Running offers, on top of everything in the column: who, the first words, the time left, Accept and Decline.

use model::Timestamp;
use wire::{OfferCard, Request};
use yew::prelude::*;

use super::invitations::Invitations;
use super::ticking::use_clock;
use crate::clock::{Clock, span};
use crate::view::{Act, Model};
use crate::words;

/// What the offers need.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// Whether single-key shortcuts are on.
    pub shortcuts: bool,
    /// Who hears of choices.
    pub act: Callback<Act>,
}

/// The offers; nothing where there are none.
#[component]
pub fn Offers(props: &Props) -> Html {
    let offers = props.model.desk.as_deref().map_or(&[][..], |desk| &desk.offers);
    let invited = props.model.staff.as_deref().is_some_and(|staff| !staff.invitations.is_empty());
    html! {
        <>
            <div class="unseen" role="status">{ for offers.iter().map(announcement) }</div>
            if !offers.is_empty() || invited {
                <section class="offers" aria-label="Offers">
                    { for offers.iter().enumerate().map(|(at, offer)| {
                        let busy = props.model.is_asking(offer.card.conversation);
                        let key = (at == 0 && props.shortcuts).then_some("A");
                        html! {
                            <Offer key={offer.card.conversation.to_string()} offer={offer.clone()} {busy}
                                shortcut={key} act={props.act.clone()} />
                        }
                    }) }
                    if invited {
                    <Invitations model={props.model.clone()} first_key={props.shortcuts && offers.is_empty()} act={props.act.clone()} />
                    }
                </section>
            }
        </>
    }
}

/// Said once when the offer comes: it holds no running clock, so that nothing is said again.
fn announcement(offer: &OfferCard) -> Html {
    let name = words::customer(&offer.card);
    let time = span(offer.until.since(offer.made_at));
    html! { <p key={offer.card.conversation.to_string()}>{ format!("Offer: {name}, {}. {time} to accept.", offer.card.queue) }</p> }
}

#[derive(Clone, PartialEq, Properties)]
struct OfferProps {
    offer: OfferCard,
    busy: bool,
    shortcut: Option<&'static str>,
    act: Callback<Act>,
}

#[component]
fn Offer(props: &OfferProps) -> Html {
    let OfferProps { offer, busy, shortcut, act } = props;
    let clock = use_clock();
    let conversation = offer.card.conversation;
    let name = words::customer(&offer.card);
    let over = offer.until <= clock.now;
    let ask = |request: Request| act.reform(move |_: MouseEvent| Act::Ask(request.clone()));
    let away = matches!(offer.card.connection, wire::ConnectionClock::Away { .. });
    html! {
        <article class="offer" aria-label={format!("Offer: {name}")}>
            <div class="offer-head">
                <h2 class="offer-name" title={name.clone()}>{ name.clone() }</h2>
                <span class="offer-left clock">{ left(clock, offer.made_at, offer.until) }{ " left" }</span>
            </div>
            <p class="offer-words">
                { &offer.card.queue }
                if let Some(words) = &offer.card.last_words {
                    { " · “" }{ words }{ "”" }
                }
            </p>
            if away {
                <p class="offer-words" data-tone="amber">{ "May be away at the moment" }</p>
            }
            <Countdown made_at={offer.made_at} until={offer.until} />
            <div class="offer-actions">
                <button type="button" class="button" data-kind="primary" disabled={*busy || over}
                    aria-label={format!("Accept {name}")} aria-keyshortcuts={*shortcut}
                    onclick={ask(Request::Accept { conversation })}>
                    { "Accept" }
                    if let Some(key) = shortcut {
                        // Drawn, not written: who speaks to the computer says the button's words, and the key is none of them.
                        <kbd aria-hidden="true" data-key={*key}></kbd>
                    }
                </button>
                <button type="button" class="button" disabled={*busy || over} aria-label={format!("Decline {name}")}
                    onclick={ask(Request::Decline { conversation })}>{ "Decline" }</button>
            </div>
        </article>
    }
}

/// The time left. What this browser knows of the relay's time may lag a little: never more than the whole time.
#[must_use]
pub fn left(clock: Clock, made_at: Timestamp, until: Timestamp) -> String {
    Clock { now: clock.now.max(made_at), ..clock }.until(until)
}

/// The time left, running.
#[component]
pub fn Left(props: &CountdownProps) -> Html {
    let clock = use_clock();
    html! { <span class="clock">{ left(clock, props.made_at, props.until) }</span> }
}

/// What the bar needs.
#[derive(Clone, PartialEq, Properties)]
pub struct CountdownProps {
    /// When the time began.
    pub made_at: Timestamp,
    /// When it is over.
    pub until: Timestamp,
}

/// The bar. Its length is an SVG attribute: our own CSP takes no `style` attributes.
#[component]
pub fn Countdown(props: &CountdownProps) -> Html {
    let clock = use_clock();
    let all = props.until.since(props.made_at).0.max(1);
    let left = props.until.since(clock.now).0.min(all);
    html! {
        <svg class="countdown" viewBox="0 0 1000 3" preserveAspectRatio="none" aria-hidden="true">
            <rect class="countdown-all" width="1000" height="3" />
            <rect class="countdown-left" width={(left * 1_000 / all).to_string()} height="3" />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, Scene};
    use crate::ui::snapshot;

    #[tokio::test]
    async fn an_offer_has_its_words_its_clock_and_its_bar() {
        let mut model = canned::model(Scene::Offers);
        let desk = model.desk.as_mut().map(std::rc::Rc::make_mut).unwrap();
        desk.offers.truncate(1);
        insta::assert_snapshot!(snapshot::html(html! { <Offers {model} shortcuts={true} act={|_| ()} /> }).await, @r#"
        <div role="status" class="unseen">
        <p>Offer: Noor Haddad, Returns. 2:00 to accept.</p>
        </div>
        <section aria-label="Offers" class="offers">
        <article aria-label="Offer: Noor Haddad" class="offer">
        <div class="offer-head">
        <h2 title="Noor Haddad" class="offer-name">Noor Haddad</h2>
        <span class="offer-left clock">1:17 left</span>
        </div>
        <p class="offer-words">Returns · “Can I change the size after the order is paid?”</p>
        <svg viewBox="0 0 1000 3" preserveAspectRatio="none" aria-hidden="true" class="countdown">
        <rect width="1000" height="3" class="countdown-all">
        </rect>
        <rect width="641" height="3" class="countdown-left">
        </rect>
        </svg>
        <div class="offer-actions">
        <button type="button" data-kind="primary" aria-label="Accept Noor Haddad" aria-keyshortcuts="A" class="button">Accept<kbd aria-hidden="true" data-key="A">
        </kbd>
        </button>
        <button type="button" aria-label="Decline Noor Haddad" class="button">Decline</button>
        </div>
        </article>
        </section>
        "#);
    }
}
