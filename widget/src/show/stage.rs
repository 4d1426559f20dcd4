//! One thing in the middle: the prompt, and what came too late.

use client::customer::{Late, Screen};
use model::Millis;
use page::ui::{Dot, Glyph};
use wire::CustomerEvent;
use yew::AttrValue;

use super::Scene;
use crate::view::{Act, Choice, ClockView, Face, StageView};
use crate::words::{digits, fill, made, own, say};

/// The last words at the prompt are no longer than this.
const QUOTE_CHARS_MAX: usize = 160;

/// What stands in the middle, where that is not the log.
pub(super) fn stage(scene: &Scene<'_>) -> Option<StageView> {
    match scene.screen {
        Screen::Prompt { .. } => Some(prompt(scene)),
        Screen::TooLate { of } => Some(too_late(scene, *of)),
        Screen::Idle
        | Screen::Starting
        | Screen::Resuming
        | Screen::Waiting { .. }
        | Screen::Talking { .. }
        | Screen::Ended { .. }
        | Screen::Expired => None,
    }
}

/// "Continue with Ravi where you left off?"
fn prompt(scene: &Scene<'_>) -> StageView {
    let words = scene.words;
    let Screen::Prompt { agent, is_elsewhere, .. } = scene.screen else {
        unreachable!("invariant: only at the prompt")
    };
    let agent = agent.as_ref().map(|agent| own(agent.as_str()));
    let name = agent.as_deref().unwrap_or_default();
    let waits = scene.customer.is_answering();
    if *is_elsewhere && scene.local.asked_new {
        return StageView {
            title: words.new_question.into(),
            text: words.new_ends_elsewhere.into(),
            choices: vec![Choice::of(words.start_new, Act::StartNew), Choice::of(words.keep_it, Act::KeepIt)],
            waits,
            ..StageView::of(face(agent, None))
        };
    }
    let title = match (is_elsewhere, name) {
        (true, _) => words.continue_here.to_owned(),
        (false, "") => words.continue_question.to_owned(),
        (false, name) => fill(words.continue_with, &[name]),
    };
    let start_new = if *is_elsewhere { Act::AskNew } else { Act::StartNew };
    StageView {
        title: made(title),
        clock: clock(scene, name),
        quote: last_words(scene),
        choices: vec![Choice::of(words.go_on, Act::Continue), Choice::of(words.start_new, start_new)],
        hint: words.new_ends.into(),
        waits,
        ..StageView::of(face(agent.clone(), is_held(scene).then_some(Dot::Here)))
    }
}

/// Whether the agent's place is kept now.
pub(super) fn is_held(scene: &Scene<'_>) -> bool {
    matches!(scene.screen, Screen::Prompt { hold_until: Some(until), .. } if *until > scene.relay_now())
}

/// "Ravi keeps your place for 8:42", then "You can continue until 14:30; Ravi is asked first".
fn clock(scene: &Scene<'_>, name: &str) -> ClockView {
    let words = scene.words;
    let Screen::Prompt { hold_until, until, is_elsewhere, .. } = scene.screen else { return ClockView::default() };
    match (hold_until, until) {
        _ if *is_elsewhere => ClockView::still(words.open_elsewhere),
        (Some(until), _) if is_held(scene) => ClockView::running(words.hold_clock, &[name], &scene.countdown(*until)),
        (_, Some(until)) if name.is_empty() => ClockView::running(words.until_clock_anybody, &[], &scene.time(*until)),
        (_, Some(until)) => ClockView::running(words.until_clock, &[name], &scene.time(*until)),
        (_, None) => ClockView::default(),
    }
}

fn face(agent: Option<AttrValue>, dot: Option<Dot>) -> Face {
    agent.map_or(Face::Nobody, |agent| Face::Agent(agent, dot))
}

/// The last words of the agent, where this page still has them.
fn last_words(scene: &Scene<'_>) -> Option<AttrValue> {
    let text = scene.customer.entries().iter().rev().find_map(|entry| {
        if let CustomerEvent::Theirs { text, .. } = &entry.event { Some(text.as_str()) } else { None }
    })?;
    let cut = text.char_indices().nth(QUOTE_CHARS_MAX).map(|(at, _)| [&text[..at], "…"].concat());
    Some(cut.map_or_else(|| own(text), made))
}

fn too_late(scene: &Scene<'_>, of: Late) -> StageView {
    let words = scene.words;
    let way_out = leave(scene);
    let start_new = || Choice::of(words.start_new, Act::StartNew);
    let stage = |glyph, title: &'static str, text: &'static str| StageView {
        title: title.into(),
        text: text.into(),
        ..StageView::of(Face::Icon(glyph))
    };
    match of {
        Late::Link => match (way_out, scene.customer.late_redirect()) {
            // The browser is being sent there; the button is for one that does not go.
            (Some(way_out), Some(url)) => StageView {
                text: say(words.redirecting, &[site(url.as_str())]),
                choices: vec![way_out],
                ..stage(Glyph::Link, words.link_dead, "")
            },
            _ => StageView { choices: vec![start_new()], ..stage(Glyph::Link, words.link_dead, words.link_dead_text) },
        },
        Late::Prompt => StageView {
            choices: core::iter::once(start_new()).chain(way_out).collect(),
            ..stage(Glyph::Clock, words.late, words.start_again)
        },
        Late::LinkOfSomeoneElse => {
            StageView { choices: vec![start_new()], ..stage(Glyph::Lock, words.not_yours, words.not_yours_text) }
        }
    }
}

/// The way to the owner's page for those who come too late.
pub(super) fn leave(scene: &Scene<'_>) -> Option<Choice> {
    let url = scene.customer.late_redirect()?;
    Some(Choice { words: say(scene.words.go_to, &[site(url.as_str())]), act: Act::Leave })
}

/// The site of an address as people write it: "help.example.com".
fn site(url: &str) -> &str {
    // Scheme, nothing, host: every such address has two slashes before its host.
    let mut host = url.split('/').nth(2).unwrap_or(url);
    for after in ['?', '#'] {
        host = host.split(after).next().unwrap_or(host);
    }
    host.strip_prefix("www.").unwrap_or(host)
}

/// "8:42", and "1:05:00" from an hour on.
pub(super) fn countdown(left: Millis) -> String {
    let seconds = left.0.div_ceil(1_000);
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let two = |number: u64| [if number < 10 { "0" } else { "" }, &digits(number)].concat();
    match hours {
        0 => [&digits(minutes), ":", &two(seconds)].concat(),
        _ => [&digits(hours), ":", &two(minutes), ":", &two(seconds)].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_count_down_to_nothing() {
        let all = [
            (0, "0:00"),
            (1, "0:01"),
            (59_001, "1:00"),
            (522_000, "8:42"),
            (3_600_000, "1:00:00"),
            (7_505_000, "2:05:05"),
        ];
        for (left, shown) in all {
            assert_eq!(countdown(Millis(left)), shown);
        }
    }

    #[test]
    fn a_site_is_named_by_its_host() {
        for (url, name) in [
            ("https://help.example.com/back?a=1", "help.example.com"),
            ("http://www.shop.example", "shop.example"),
            ("https://shop.example#top", "shop.example"),
            ("http://help.localhost:8081/", "help.localhost:8081"),
        ] {
            assert_eq!(site(url), name);
        }
    }
}
