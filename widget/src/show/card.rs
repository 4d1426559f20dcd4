//! The card above the composer: the queue, a question, the end.

use client::customer::Screen;
use model::{Millis, Timestamp, Trigger};
use wire::EndedBecause;
use yew::AttrValue;

use super::Scene;
use crate::view::{Act, CardKind, CardView, Choice};
use crate::words::{digits, fill, made, say};

pub(super) fn card(scene: &Scene<'_>) -> Option<CardView> {
    let words = scene.words;
    match scene.screen {
        _ if scene.customer.asks_where() => Some(CardView {
            kind: CardKind::Question,
            title: words.other_question.into(),
            text: words.other_text.into(),
            choices: vec![Choice::of(words.other_go, Act::GoToArrival), Choice::of(words.other_stay, Act::Stay)],
        }),
        Screen::Ended { because, at } => Some(ended(scene, *because, *at)),
        Screen::Expired => Some(CardView {
            kind: CardKind::End,
            title: words.end_expired.into(),
            text: join(words.expired_text, after(scene)),
            choices: start_new(scene),
        }),
        _ if scene.customer.is_ending() => Some(CardView {
            kind: CardKind::Queue,
            title: words.ending.into(),
            text: AttrValue::default(),
            choices: Vec::new(),
        }),
        _ if scene.local.asked_to_end => Some(CardView {
            kind: CardKind::Question,
            title: words.end_question.into(),
            text: words.end_consequence.into(),
            choices: vec![Choice::of(words.end_yes, Act::End), Choice::of(words.end_no, Act::GoOn)],
        }),
        Screen::Waiting { closes_at: Some(at), .. } => Some(CardView {
            kind: CardKind::Question,
            title: words.still_waiting.into(),
            text: say(words.still_waiting_text, &[&scene.time(*at)]),
            choices: vec![Choice::of(words.still_waiting_yes, Act::StillWaiting)],
        }),
        Screen::Waiting { position, closes_at: None, expected_at } => Some(CardView {
            kind: CardKind::Queue,
            title: super::place(scene, *position).unwrap_or_else(|| words.in_queue.into()),
            text: waiting(scene, *expected_at),
            choices: Vec::new(),
        }),
        Screen::Idle
        | Screen::Starting
        | Screen::Resuming
        | Screen::Talking { .. }
        | Screen::Prompt { .. }
        | Screen::TooLate { .. } => None,
    }
}

/// What there is to say to somebody in a queue: whether somebody is about to come, how long it takes, and that they may look around.
fn waiting(scene: &Scene<'_>, expected_at: Option<Timestamp>) -> AttrValue {
    let estimate = expected_at.and_then(|at| estimate(scene, minutes_until(scene, at)?));
    let (beside, estimate) = (scene.customer.beside().unwrap_or_default(), estimate.unwrap_or_default());
    let text = [beside, gap(beside), &estimate, gap(&estimate), scene.words.queue_text].concat();
    made(text)
}

fn gap(text: &str) -> &'static str {
    if text.is_empty() { "" } else { " " }
}

fn estimate(scene: &Scene<'_>, minutes: u64) -> Option<String> {
    let (hours, rest) = (minutes / 60, minutes % 60);
    let trigger = match (hours, rest) {
        (0, _) => const { Trigger::WaitMinutes.code() },
        (_, 0) => const { Trigger::WaitHours.code() },
        (_, _) => const { Trigger::WaitHoursMinutes.code() },
    };
    scene.told(trigger, &[("Hours", &digits(hours)), ("Minutes", &digits(rest))])
}

/// Never less than one, and nothing where it takes longer than was said: then nobody knows.
fn minutes_until(scene: &Scene<'_>, at: Timestamp) -> Option<u64> {
    const GRACE: Millis = Millis::minutes(1);
    let is_over = scene.now.since(at) > GRACE;
    (!is_over).then(|| at.since(scene.now).whole_seconds().div_ceil(60).max(1))
}

fn ended(scene: &Scene<'_>, because: EndedBecause, at: Timestamp) -> CardView {
    let words = scene.words;
    let time = scene.time(at);
    let (title, when) = match because {
        EndedBecause::AgentEnded => {
            let title = match scene.customer.agent() {
                Some(agent) => fill(words.end_by_agent, &[agent.as_str()]),
                None => words.end_by_us.to_owned(),
            };
            (title, fill(words.ended_at, &[&time]))
        }
        EndedBecause::CustomerEnded => (words.end_by_you.to_owned(), fill(words.ended_at, &[&time])),
        EndedBecause::CustomerDisconnected => (away(scene), fill(words.so_ended_at, &[&time])),
        EndedBecause::NobodyCame => (words.end_nobody.to_owned(), fill(words.nobody_at, &[&time])),
        EndedBecause::ForceClosed => (words.end_forced.to_owned(), fill(words.ended_at, &[&time])),
        EndedBecause::OutOfHours => (words.end_hours.to_owned(), fill(words.ended_at, &[&time])),
        EndedBecause::QueueFull => (words.end_full.to_owned(), fill(words.ended_at, &[&time])),
        EndedBecause::WaitedTooLong => (words.end_nobody.to_owned(), fill(words.nobody_at, &[&time])),
    };
    CardView { kind: CardKind::End, title: made(title), text: join(&when, after(scene)), choices: start_new(scene) }
}

/// Start new, and the owner's page for those who come too late.
fn start_new(scene: &Scene<'_>) -> Vec<Choice> {
    let start_new = Choice::of(scene.words.start_new, Act::StartNew);
    core::iter::once(start_new).chain(super::stage::leave(scene)).collect()
}

fn away(scene: &Scene<'_>) -> String {
    match scene.customer.disconnect_after() {
        Some(limit) if limit >= Millis::minutes(2) => {
            fill(scene.words.end_away, &[&digits(limit.whole_seconds() / 60)])
        }
        _ => scene.words.end_away_short.to_owned(),
    }
}

/// What happens with words that did not arrive.
fn after(scene: &Scene<'_>) -> &'static str {
    if scene.customer.unsent().is_empty() && scene.customer.draft().trim().is_empty() {
        scene.words.start_again
    } else {
        scene.words.words_come_along
    }
}

fn join(one: &str, two: &str) -> AttrValue {
    made([one, " ", two].concat())
}
