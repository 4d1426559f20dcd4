//! Several tabs of one browser, and what the host page holds.

use client::customer::{Event, HostState, Init, Screen};
use wire::{CanResume, RefusalCode};

use crate::stand::*;

fn idle_and_open() -> Widget {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, ..usual() }));
    widget.welcomed(5, CanResume::NotAsked);
    widget
}

#[test]
fn two_tabs_that_start_at_once_start_one_conversation() {
    let mut slow = idle_and_open();
    slow.give(10, submit(2, "from the slow tab"));
    // The host page had another tab's token already: these words are said in that tab's conversation.
    slow.at(12, host_says(Some(1)), &[Did::Close(1, 1000), Did::Dial(2), Did::Outbox(1)]);
    let did = slow.welcomed(50, CanResume::Yes);
    assert_eq!(did, [hello(Some((1, 0))), say(2, "from the slow tab")]);
    assert_eq!(slow.start, None, "nothing of the other tab's start was overwritten");
}

#[test]
fn a_start_on_its_way_in_another_tab_is_sent_from_this_one_too() {
    let mut fast = idle_and_open();
    fast.give(10, submit(1, "hello"));
    fast.give(11, host_says(Some(1)));
    assert!(fast.start.is_some());
    let mut other = Widget::new();
    other.give(20, init(usual()));
    other.at(30, host_says(Some(1)), &[Did::Dial(1), Did::Host(HostState::Connecting)]);
    other.give(40, socket_opened(1));
    // The relay knows nothing of the token yet: the storage that the tabs share knows better.
    other.hears(50, welcome(50, CanResume::Expired), &[Did::LoadStart]);
    other.at(51, Event::StoredStart { bytes: fast.start.clone() }, &[start(1, 1, "hello")]);
    assert_eq!(other.machine.screen(), Screen::Starting);
    other.hears(60, started(1, 1), &[Did::NoStart, Did::Outbox(0)]);
    // The first tab hears of it by its entry.
    fast.hears(61, started(1, 1), &[Did::NoStart, Did::Outbox(0)]);
    fast.hears(62, entries([mine(1, 1, "hello")]), &[]);
    assert_eq!(fast.words(), ["hello"]);
}

#[test]
fn an_expired_that_was_older_than_the_start_of_another_tab_ends_nothing() {
    let mut other = Widget::new();
    other.give(0, init(Init { token: Some(token(1)), ..usual() }));
    other.welcomed(10, CanResume::Expired);
    // By now the other tab has started, was answered and took its start out of the storage.
    other.at(20, Event::StoredStart { bytes: None }, &[]);
    assert_eq!(other.machine.screen(), Screen::Resuming);
    other.at(2_520, wake(), &[Did::LoadStart]);
    other.at(2_520, Event::StoredStart { bytes: None }, &[Did::Close(1, 1000), Did::Dial(2)]);
    assert_eq!(other.welcomed(2_550, CanResume::Yes), [hello(Some((1, 0)))]);
    other.hears(2_560, entries([mine(1, 1, "hello")]), &[]);
    assert_eq!(other.words(), ["hello"]);
}

#[test]
fn a_start_that_another_tab_is_about_to_send_is_found_after_a_while() {
    let mut other = Widget::new();
    other.give(0, init(Init { token: Some(token(1)), ..usual() }));
    other.welcomed(10, CanResume::Expired);
    other.give(20, Event::StoredStart { bytes: None });
    let mut slow = idle_and_open();
    slow.give(10, submit(1, "hello"));
    slow.give(1_000, host_says(Some(1)));
    other.at(2_520, wake(), &[Did::LoadStart]);
    other.at(2_520, Event::StoredStart { bytes: slow.start.clone() }, &[start(1, 1, "hello")]);
}

#[test]
fn a_reload_sends_a_start_that_was_not_answered() {
    let mut before = idle_and_open();
    before.give(10, submit(1, "hello"));
    before.give(11, host_says(Some(1)));
    let mut after = Widget::new();
    let stored = Init { token: Some(token(1)), outbox: before.outbox.clone(), start: before.start.clone(), ..usual() };
    after.at(100, init(stored), &[Did::Start, Did::Dial(1), Did::Host(HostState::Connecting)]);
    assert_eq!(after.machine.screen(), Screen::Starting);
    assert_eq!(after.words(), ["hello"]);
    assert_eq!(after.welcomed(150, CanResume::Expired), [hello(Some((1, 0))), start(1, 1, "hello")]);
}

#[test]
fn a_start_of_another_token_is_not_this_tabs_business() {
    let mut before = idle_and_open();
    before.give(10, submit(1, "hello"));
    before.give(11, host_says(Some(1)));
    let mut other = Widget::new();
    other.give(100, init(Init { token: Some(token(5)), start: before.start, ..usual() }));
    assert_eq!(other.machine.screen(), Screen::Resuming);
    assert!(other.words().is_empty());
}

#[test]
fn words_whose_token_the_host_page_lost_go_back_to_the_composer() {
    let mut before = Widget::talking();
    before.give(10, submit(2, "unsent"));
    let mut after = Widget::new();
    let stored = Init { outbox: before.outbox, draft: "and more".to_owned(), ..usual() };
    after.at(100, init(stored), &[Did::Draft("unsent\n\nand more"), Did::Outbox(0)]);
    assert_eq!(after.machine.screen(), Screen::Idle);
}

#[test]
fn words_of_another_conversation_are_never_said_in_this_one() {
    let mut before = Widget::talking();
    before.give(10, submit(2, "unsent"));
    let mut after = Widget::new();
    let stored = Init { token: Some(token(9)), outbox: before.outbox, ..usual() };
    let did = after.give(100, init(stored));
    assert_eq!(did[..2], [Did::Draft("unsent"), Did::Outbox(0)]);
    assert_eq!(after.welcomed(150, CanResume::Yes), [hello(Some((9, 0)))]);
}

#[test]
fn a_reload_before_the_host_page_answered_still_starts() {
    let mut before = idle_and_open();
    before.give(10, submit(1, "hello"));
    assert_eq!(before.start, None, "it is not known yet whose start counts");
    let mut after = Widget::new();
    after.give(100, init(Init { token: Some(token(1)), outbox: before.outbox, ..usual() }));
    assert_eq!(after.machine.screen(), Screen::Starting);
    assert_eq!(after.welcomed(150, CanResume::Expired), [hello(Some((1, 0))), start(1, 1, "hello")]);
}

#[test]
fn a_tab_joins_the_conversation_that_another_one_started() {
    let mut widget = Widget::new();
    widget.give(0, init(usual()));
    widget.at(10, host_says(Some(3)), &[Did::Dial(1), Did::Host(HostState::Connecting)]);
    assert_eq!(widget.welcomed(20, CanResume::Yes), [hello(Some((3, 0)))]);
    let mut open = idle_and_open();
    open.at(30, host_says(Some(3)), &[Did::Close(1, 1000), Did::Dial(2), Did::Host(HostState::Connecting)]);
    assert_eq!(open.welcomed(40, CanResume::Yes), [hello(Some((3, 0)))]);
}

#[test]
fn a_tab_follows_when_another_one_starts_anew() {
    let mut widget = Widget::talking();
    widget.give(10, submit(2, "unsent"));
    widget.at(
        20,
        host_says(None),
        &[Did::Draft("unsent"), Did::Outbox(0), Did::Close(1, 1000), Did::Dial(2), Did::Host(HostState::Idle)],
    );
    assert!(widget.words().is_empty());
    widget.at(30, host_says(Some(8)), &[Did::Close(2, 1000), Did::Dial(3), Did::Host(HostState::Connecting)]);
    assert_eq!(widget.machine.draft(), "unsent");
    let mut direct = Widget::talking();
    direct.at(30, host_says(Some(8)), &[Did::Close(1, 1000), Did::Dial(2), Did::Host(HostState::Connecting)]);
}

#[test]
fn a_token_removed_while_the_start_is_on_its_way_is_put_back() {
    let mut widget = idle_and_open();
    widget.give(10, submit(1, "hello"));
    widget.give(11, host_says(Some(1)));
    widget.at(12, host_says(None), &[Did::Token(Some(1))]);
    widget.at(13, host_says(Some(1)), &[]);
    widget.hears(20, started(1, 1), &[Did::NoStart, Did::Outbox(0)]);
}

#[test]
fn the_same_token_again_is_no_news() {
    let mut widget = Widget::talking();
    widget.at(10, host_says(Some(7)), &[]);
}

#[test]
fn a_start_refused_because_another_try_came_through_resumes_it() {
    let mut widget = idle_and_open();
    widget.give(10, submit(1, "hello"));
    widget.give(11, host_says(Some(1)));
    widget.hears(20, not_accepted(1, RefusalCode::AlreadyStarted, None), &[Did::Close(1, 1000), Did::Dial(2)]);
    assert_eq!(
        widget.welcomed(30, CanResume::Yes),
        [hello(Some((1, 0))), Did::NoStart, Did::Outbox(1), say(1, "hello")]
    );
}

#[test]
fn garbled_storage_is_no_storage() {
    let mut widget = Widget::new();
    let stored = Init { token: Some(token(1)), outbox: Some(vec![255; 9]), start: Some(vec![1, 2, 3]), ..usual() };
    widget.give(0, init(stored));
    assert_eq!(widget.machine.screen(), Screen::Resuming);
    assert!(widget.words().is_empty());
}
