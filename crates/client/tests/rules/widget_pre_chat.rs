//! What is asked before a conversation: where the answers are, and when they are asked for.

use client::customer::{Asking, Event, HostState, Init};
use model::{Answer, Context};
use wire::{Answers, AskedQuestion, CanResume, CustomerToRelay, Questions, RefusalCode, RelayToCustomer};

use crate::stand::*;

fn asks(names: &[&str]) -> RelayToCustomer {
    let question = |name: &&str| AskedQuestion {
        name: (*name).to_owned(),
        text: "What?".to_owned(),
        kind: "line".to_owned(),
        required: true,
        options: Vec::new(),
        autocomplete: None,
    };
    RelayToCustomer::Questions { questions: Questions::new(&names.iter().map(question).collect::<Vec<_>>()) }
}

fn answers(text: &str) -> Event {
    Event::Answered { answers: text.to_owned() }
}

fn start_answered(n: u8, token_of: u8, words: &str, all: &[(&str, &str)]) -> Did {
    let answer = |(name, value): &(&str, &str)| Answer { name: (*name).to_owned(), value: (*value).to_owned() };
    Did::Send(CustomerToRelay::StartAnswered {
        key: key(n),
        token: token(token_of),
        text: text(words),
        name: None,
        language: None,
        context: Context::default(),
        answers: Answers::new(&all.iter().map(answer).collect::<Vec<_>>()),
    })
}

fn asking(widget: &Widget) -> Option<String> {
    widget.machine.asking().map(|Asking { answers, .. }| answers.replace('\0', "|"))
}

/// A widget that is open, welcomed, and asked for a topic.
fn asked() -> Widget {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, ..usual() }));
    widget.welcomed(5, CanResume::NotAsked);
    widget.hears(6, asks(&["topic"]), &[]);
    widget
}

/// The page is loaded again in the same tab.
fn reloaded(before: Widget, held: Option<u8>) -> Widget {
    let mut widget = Widget::new();
    let Widget { outbox, start, draft, .. } = before;
    widget.give(0, init(Init { token: held.map(token), open: true, outbox, start, draft, ..usual() }));
    widget
}

#[test]
fn answers_are_kept_with_the_first_words_and_not_before() {
    let mut widget = asked();
    widget.at(10, draft("my lamp"), &[]);
    assert_eq!(asking(&widget), Some(String::new()));
    widget.at(11, submit(1, "my lamp"), &[]);
    widget.at(20, answers("topic\0Return"), &[]);
    assert_eq!(asking(&widget), None);
    assert_eq!(widget.machine.draft(), "my lamp", "what was written stays");
    assert_eq!((&widget.outbox, &widget.start), (&None, &None), "nothing is stored before the customer starts");

    widget.give(30, submit(1, "my lamp"));
    let sent = [Did::Start, start_answered(1, 1, "my lamp", &[("topic", "Return")])];
    widget.at(40, host_says(Some(1)), &sent);
    // Loaded again before the answer: nobody is asked, and the same start is sent with the same answers.
    let mut widget = reloaded(widget, Some(1));
    assert_eq!(asking(&widget), None);
    let did = widget.welcomed(5, CanResume::Expired);
    assert_eq!(did.last(), Some(&start_answered(1, 1, "my lamp", &[("topic", "Return")])));
    widget.hears(6, asks(&["topic"]), &[]);
    assert_eq!(asking(&widget), None);
    widget.hears(7, started(1, 1), &[Did::NoStart, Did::Outbox(0)]);
    assert_eq!(asking(&widget), None);
}

#[test]
fn another_tab_starts_with_the_same_answers() {
    let mut first = asked();
    first.give(10, answers("topic\0Return"));
    first.give(20, submit(1, "my lamp"));
    first.give(30, host_says(Some(1)));
    let mut second = Widget::new();
    second.give(0, init(Init { token: Some(token(1)), open: true, start: first.start.clone(), ..usual() }));
    let did = second.welcomed(5, CanResume::Expired);
    assert_eq!(did.last(), Some(&start_answered(1, 1, "my lamp", &[("topic", "Return")])));
}

#[test]
fn what_a_page_of_before_has_stored_is_still_read() {
    let mut widget = asked();
    widget.give(10, answers("topic\0"));
    widget.give(11, answers(""));
    widget.give(20, submit(1, "my lamp"));
    widget.give(30, host_says(Some(1)));
    // Without the last byte, which says that there are no answers, it is what was stored before there were any.
    for stored in [&mut widget.outbox, &mut widget.start] {
        assert_eq!(stored.as_mut().and_then(Vec::pop), Some(0));
    }
    let mut widget = reloaded(widget, Some(1));
    assert_eq!(widget.words(), ["my lamp"]);
    assert_eq!(widget.welcomed(5, CanResume::Expired).last(), Some(&start(1, 1, "my lamp")));
}

#[test]
fn a_refusal_brings_the_form_again_and_the_words_into_the_composer() {
    for code in [RefusalCode::AnswerMissing, RefusalCode::AnswerUnknown, RefusalCode::AnswerInvalid] {
        let mut widget = asked();
        widget.give(10, answers("topic\0Return"));
        widget.give(20, submit(1, "my lamp"));
        widget.give(30, host_says(Some(1)));
        let did = widget.give(40, frame(1, not_accepted(1, code, None)));
        assert_eq!(did[..4], [Did::Draft("my lamp"), Did::Outbox(0), Did::NoStart, Did::Token(None)]);
        assert_eq!(asking(&widget), Some("topic|Return".to_owned()), "{code:?}");
        assert_eq!((widget.machine.draft(), &widget.start), ("my lamp", &None));
        // The relay asks otherwise by now.
        widget.welcomed(50, CanResume::NotAsked);
        widget.give(51, frame(widget.socket, asks(&["reason"])));
        widget.give(60, answers("reason\0It is broken"));
        widget.give(70, submit(2, "my lamp"));
        let did = widget.give(80, host_says(Some(2)));
        assert_eq!(did.last(), Some(&start_answered(2, 2, "my lamp", &[("reason", "It is broken")])));
    }
}

#[test]
fn whoever_writes_before_the_questions_have_come_is_asked_then() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, ..usual() }));
    widget.give(1, submit(1, "my lamp"));
    widget.give(2, host_says(Some(1)));
    assert_eq!(widget.welcomed(5, CanResume::Expired).last(), Some(&start(1, 1, "my lamp")));
    widget.give(6, frame(1, not_accepted(1, RefusalCode::AnswerMissing, None)));
    widget.welcomed(7, CanResume::NotAsked);
    widget.give(8, frame(widget.socket, asks(&["topic"])));
    assert_eq!(asking(&widget), Some(String::new()), "nothing was answered wrongly");
    assert_eq!(widget.machine.draft(), "my lamp");
}

#[test]
fn other_questions_are_asked_at_once_and_the_same_only_once() {
    let mut widget = asked();
    widget.give(10, answers("topic\0Return"));
    widget.hears(11, asks(&["topic"]), &[]);
    assert_eq!(asking(&widget), None, "the same questions, as after a reconnect");
    widget.hears(12, asks(&["topic", "more"]), &[]);
    assert_eq!(asking(&widget), Some("topic|Return".to_owned()));
    widget.hears(13, asks(&[]), &[]);
    assert_eq!(asking(&widget), None, "nothing is asked any more");
    assert_eq!(widget.machine.asking(), None);
}

#[test]
fn nobody_is_asked_in_a_conversation_and_everybody_before_the_next() {
    let mut widget = Widget::talking();
    widget.hears(1, asks(&["topic"]), &[]);
    assert_eq!(asking(&widget), None);
    let ended = ended_phase(wire::EndedBecause::AgentEnded);
    widget.hears(2, state(2, ended, 2), &[Did::Host(HostState::Ended)]);
    widget.give(3, draft("one more thing"));
    assert_eq!(asking(&widget), None);
    widget.give(4, Event::StartNew);
    assert_eq!(asking(&widget), Some(String::new()));
    assert_eq!(widget.machine.draft(), "one more thing");
    // Of what was answered nothing is left for the conversation after it.
    widget.give(5, answers("topic\0Return"));
    widget.give(6, submit(9, "one more thing"));
    widget.give(7, host_says(Some(9)));
    widget.welcomed(8, CanResume::Expired);
    widget.give(9, frame(widget.socket, started(9, 1)));
    widget.give(10, frame(widget.socket, state(1, ended_phase(wire::EndedBecause::CustomerEnded), 1)));
    widget.give(11, Event::StartNew);
    assert_eq!(asking(&widget), Some(String::new()));
}

#[test]
fn nobody_elses_answers_stay() {
    let mut widget = asked();
    widget.give(10, answers("topic\0Return"));
    widget.give(11, Event::SignOut);
    assert_eq!(asking(&widget), Some(String::new()));
}
