//! The widget's life with a network that comes and goes.

use client::PageEvent;
use client::customer::{Event, HostState, Init, MessageState, Screen};
use client::link::{Connection, StopReason};
use model::{Seq, Timestamp};
use wire::{CanResume, CustomerState, CustomerToRelay, EndedBecause, RelayToCustomer};

use crate::stand::*;

/// The connection is lost at `at` and the next dial opens and is welcomed 300 ms later.
fn comes_back(widget: &mut Widget, at: u64, resume: CanResume) -> Vec<Did> {
    widget.give(at, socket_closed(widget.socket, 1006));
    widget.give(at + 250, wake());
    widget.welcomed(at + 300, resume)
}

#[test]
fn a_drop_resumes_by_itself_at_the_last_position_shown() {
    let mut widget = Widget::talking();
    widget.at(100, socket_closed(1, 1006), &[]);
    let reconnecting =
        Connection::Reconnecting { since: Timestamp(100), next_try_at: Some(Timestamp(349)), offline: false };
    assert_eq!(widget.machine.connection(), reconnecting);
    assert!(matches!(widget.machine.screen(), Screen::Talking { .. }), "the last known screen stays");
    widget.at(349, wake(), &[Did::Dial(2)]);
    widget.at(400, socket_opened(2), &[hello(Some((7, 2)))]);
    widget.hears(450, welcome(450, CanResume::Yes), &[]);
    widget.hears(451, entries([theirs(3, "where are you?")]), &[]);
    widget.hears(452, state(5, talking_phase(), 3), &[read(3)]);
    assert_eq!(widget.words(), ["hello", "where are you?"]);
    assert_eq!(widget.machine.connection(), Connection::Connected);
}

#[test]
fn a_short_loss_is_not_shown_and_a_long_one_is_with_its_next_try() {
    let mut widget = Widget::talking();
    widget.give(100, socket_closed(1, 1006));
    assert!(!widget.machine.shows_reconnecting(Timestamp(1_099)));
    widget.give(349, wake());
    assert_eq!(widget.wake_at, Some(1_100), "to show it in time");
    widget.at(1_100, wake(), &[Did::Badge(0, true), Did::Host(HostState::Reconnecting)]);
    assert!(widget.machine.shows_reconnecting(Timestamp(1_100)));
    assert!(!widget.machine.shows_other_ways(Timestamp(60_099)));
    assert!(widget.machine.shows_other_ways(Timestamp(60_100)));
    widget.at(2_000, Event::TryNow, &[]);
    widget.at(3_000, socket_closed(2, 1006), &[]);
    widget.at(3_100, Event::TryNow, &[Did::Dial(3)]);
    widget.give(3_150, socket_opened(3));
    widget.hears(3_200, welcome(3_200, CanResume::Yes), &[Did::Badge(0, false), Did::Host(HostState::Talking)]);
}

#[test]
fn a_slow_first_dial_is_no_reconnecting_until_it_has_failed() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { token: Some(token(7)), ..usual() }));
    assert_eq!(widget.wake_at, Some(8_000));
    assert!(!widget.machine.shows_reconnecting(Timestamp(7_999)));
    let gives_up = [Did::Close(1, 4299), Did::Badge(0, true), Did::Host(HostState::Reconnecting)];
    widget.at(8_000, wake(), &gives_up);
    assert!(widget.machine.shows_reconnecting(Timestamp(8_000)));
}

#[test]
fn words_written_offline_wait_and_leave_in_order_with_their_keys() {
    let mut widget = Widget::talking();
    widget.give(50, submit(2, "one"));
    widget.give(100, socket_closed(1, 1006));
    widget.at(200, submit(3, "two"), &[Did::Outbox(2), Did::Draft("")]);
    let states: Vec<_> = widget.machine.unsent().iter().map(|unsent| widget.machine.unsent_state(unsent)).collect();
    assert_eq!(states, [MessageState::WaitingToSend, MessageState::WaitingToSend]);
    widget.give(349, wake());
    let did = widget.welcomed(400, CanResume::Yes);
    assert_eq!(did, [hello(Some((7, 2))), say(2, "one")], "the same key, once");
    // The first try had been durable: its entry comes with the resume.
    widget.hears(410, entries([mine(3, 2, "one")]), &[Did::Outbox(1), say(3, "two")]);
    widget.hears(420, accepted(2, 3), &[]);
    assert_eq!(widget.words(), ["hello", "one", "two"]);
}

#[test]
fn a_send_without_an_answer_in_ten_seconds_ends_the_trust_in_the_socket() {
    let mut widget = Widget::talking();
    widget.give(1_000, submit(2, "one"));
    let beating = RelayToCustomer::Beat { now: Timestamp(AHEAD + 9_000), head: Seq(2) };
    widget.give(9_000, frame(1, beating));
    widget.at(11_000, wake(), &[Did::Close(1, 4299), Did::Dial(2)]);
    assert_eq!(widget.welcomed(11_100, CanResume::Yes), [hello(Some((7, 2))), say(2, "one")]);
}

#[test]
fn a_hole_is_asked_for_and_never_shown_past() {
    let mut widget = Widget::talking();
    widget.hears(10, entries([theirs(4, "four")]), &[fetch(2)]);
    widget.hears(20, entries([theirs(5, "five")]), &[]);
    assert_eq!(widget.words(), ["hello"]);
    assert_eq!(widget.wake_at, Some(3_010), "asked again where nothing comes");
    widget.at(3_010, wake(), &[fetch(2)]);
    widget.hears(3_050, entries([theirs(3, "three"), theirs(4, "four"), theirs(5, "five")]), &[read(5)]);
    widget.hears(3_060, entries([theirs(4, "four")]), &[]);
    assert_eq!(widget.words(), ["hello", "three", "four", "five"]);
}

#[test]
fn a_silent_loss_is_found_by_the_heartbeats_head() {
    let mut widget = Widget::talking();
    let beating = RelayToCustomer::Beat { now: Timestamp(AHEAD + 100), head: Seq(3) };
    widget.hears(100, beating, &[beat(2)]);
    assert_eq!(widget.wake_at, Some(3_100));
    widget.at(3_100, wake(), &[fetch(2)]);
    widget.hears(3_200, entries([theirs(3, "lost on the way")]), &[read(3)]);
}

#[test]
fn a_read_mark_that_got_lost_is_sent_again_at_the_heartbeat_until_the_relay_knows_it() {
    let mut widget = Widget::talking();
    let beating = |at| RelayToCustomer::Beat { now: Timestamp(AHEAD + at), head: Seq(3) };
    widget.hears(10, entries([theirs(3, "hi")]), &[read(3)]);
    widget.hears(12_000, beating(12_000), &[beat(3), read(3)]);
    widget.hears(24_000, beating(24_000), &[beat(3), read(3)]);
    let seen = CustomerState { read_by_customer: Seq(3), ..customer_state(4, talking_phase(), 3) };
    widget.hears(24_100, RelayToCustomer::State(seen), &[]);
    widget.hears(36_000, beating(36_000), &[beat(3)]);
}

#[test]
fn a_snapshot_replaces_what_is_shown() {
    let mut widget = Widget::talking();
    widget.hears(10, snapshot([theirs(900, "much later"), theirs(901, "and so on")]), &[read(901)]);
    assert_eq!(widget.words(), ["much later", "and so on"]);
    assert!(widget.machine.is_cut());
    widget.hears(20, entries([theirs(902, "on")]), &[read(902)]);
}

#[test]
fn another_store_is_shown_from_its_beginning() {
    let mut widget = Widget::talking();
    widget.give(100, socket_closed(1, 1006));
    widget.give(349, wake());
    widget.give(400, socket_opened(2));
    let RelayToCustomer::Welcome(mut other) = welcome(450, CanResume::Yes) else { unreachable!() };
    other.epoch = 2;
    widget.hears(450, RelayToCustomer::Welcome(other), &[fetch(0)]);
    assert!(widget.words().is_empty());
    widget.hears(460, entries([mine(1, 1, "hello")]), &[]);
    assert_eq!(widget.words(), ["hello"]);
}

#[test]
fn unknown_keeps_everything_and_only_an_explicit_expired_ends_it() {
    let mut widget = Widget::talking();
    let mut now = 1_000;
    // Unreachable, overloaded, garbled, empty, closed before an answer: none of it is an answer.
    for trouble in 0..30 {
        match trouble % 4 {
            0 => drop(widget.give(now, socket_closed(widget.socket, 1006))),
            1 => drop(widget.give(now, socket_closed(widget.socket, 4100))),
            2 => {
                widget.give(now, socket_opened(widget.socket));
                widget.give(now, socket_closed(widget.socket, 1011));
            }
            _ => {
                widget.give(now, socket_opened(widget.socket));
                let garbled =
                    client::SocketEvent::Received { socket: client::SocketId(widget.socket), bytes: vec![0, 255] };
                widget.give(now, Event::Socket(garbled));
            }
        }
        now += 40_000;
        widget.give(now, wake());
        assert_eq!(widget.words(), ["hello"]);
        assert!(matches!(widget.machine.screen(), Screen::Talking { .. }));
    }
    widget.give(now, socket_opened(widget.socket));
    let expired = frame(widget.socket, welcome(now, CanResume::Expired));
    widget.at(now, expired, &[Did::LoadStart, Did::Badge(0, false), Did::Host(HostState::Talking)]);
    // Another tab may be about to start with this token: the relay is asked again, later.
    widget.at(now, Event::StoredStart { bytes: None }, &[]);
    let socket = widget.socket;
    widget.at(now + 2_500, wake(), &[Did::LoadStart]);
    widget.at(now + 2_500, Event::StoredStart { bytes: None }, &[Did::Close(socket, 1000), Did::Dial(socket + 1)]);
    assert_eq!(widget.welcomed(now + 2_600, CanResume::Expired), [hello(Some((7, 2))), Did::LoadStart]);
    widget.at(
        now + 2_600,
        Event::StoredStart { bytes: None },
        &[Did::Token(None), Did::Close(socket + 1, 1000), Did::Host(HostState::Ended)],
    );
    assert_eq!(widget.machine.screen(), Screen::Expired);
    assert_eq!(widget.words(), ["hello"], "what was said stays readable");
}

#[test]
fn unsent_words_of_an_expired_conversation_move_into_the_composer() {
    let mut widget = Widget::talking();
    widget.give(100, socket_closed(1, 1006));
    widget.give(200, submit(2, "are you there?"));
    widget.give(349, wake());
    widget.welcomed(400, CanResume::Expired);
    widget.at(410, Event::StoredStart { bytes: None }, &[]);
    assert_eq!(widget.wake_at, Some(2_910));
    widget.give(2_910, wake());
    widget.give(2_910, Event::StoredStart { bytes: None });
    widget.welcomed(2_950, CanResume::Expired);
    widget.at(
        2_960,
        Event::StoredStart { bytes: None },
        &[
            Did::Draft("are you there?"),
            Did::Outbox(0),
            Did::Token(None),
            Did::Close(3, 1000),
            Did::Host(HostState::Ended),
        ],
    );
    widget.at(5_000, Event::StartNew, &[Did::Dial(4), Did::Host(HostState::Idle)]);
    assert_eq!(widget.machine.draft(), "are you there?");
}

#[test]
fn a_lost_answer_to_the_start_gives_one_conversation() {
    // The start was durable, its answer was lost: the relay says yes, and the words go out again with their key.
    let mut widget = starting();
    assert_eq!(
        comes_back(&mut widget, 100, CanResume::Yes),
        [hello(Some((1, 0))), Did::NoStart, Did::Outbox(1), say(1, "hello")]
    );
    widget.hears(410, entries([mine(1, 1, "hello")]), &[Did::Outbox(0)]);
    assert_eq!(widget.words(), ["hello"]);
    // The start never arrived: expired means "not arrived", and it is sent again.
    let mut widget = starting();
    assert_eq!(comes_back(&mut widget, 100, CanResume::Expired), [hello(Some((1, 0))), start(1, 1, "hello")]);
    widget.hears(410, started(1, 1), &[Did::NoStart, Did::Outbox(0)]);
}

fn starting() -> Widget {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, ..usual() }));
    widget.welcomed(5, CanResume::NotAsked);
    widget.give(10, submit(1, "hello"));
    widget.give(11, host_says(Some(1)));
    widget
}

#[test]
fn an_end_pressed_offline_is_sent_when_the_connection_is_back() {
    let mut widget = Widget::talking();
    widget.give(100, socket_closed(1, 1006));
    widget.at(200, Event::End, &[]);
    widget.give(349, wake());
    assert_eq!(widget.welcomed(400, CanResume::Yes), [hello(Some((7, 2))), Did::Send(CustomerToRelay::End)]);
    widget.give(420, frame(2, state(3, ended_phase(EndedBecause::CustomerEnded), 2)));
    assert!(!widget.machine.is_ending());
}

#[test]
fn a_parked_page_comes_back_where_it_was() {
    let mut widget = Widget::talking();
    widget.give(50, submit(2, "one"));
    widget.at(100, page(PageEvent::Parked), &[Did::Close(1, 4250)]);
    assert_eq!(widget.machine.connection(), Connection::Parked);
    // A cached page may still have its socket, which says nothing that counts.
    widget.at(60_000, frame(1, accepted(2, 3)), &[]);
    widget.at(60_000, page(PageEvent::Restored), &[Did::Dial(2)]);
    assert_eq!(widget.welcomed(60_100, CanResume::Yes), [hello(Some((7, 2))), say(2, "one")]);
}

#[test]
fn a_stop_is_shown_and_an_old_page_is_loaded_again() {
    let mut widget = Widget::talking();
    widget.give(10, draft("half a sent"));
    widget.at(20, socket_closed(1, 4002), &[Did::Draft("half a sent"), Did::Reload]);
    assert_eq!(widget.machine.connection(), Connection::Stopped(StopReason::VersionUnsupported));
    let mut widget = Widget::talking();
    widget.at(20, socket_closed(1, 4006), &[]);
    assert!(!widget.machine.shows_reconnecting(Timestamp(90_000)), "nothing is tried");
    assert_eq!(widget.machine.connection(), Connection::Stopped(StopReason::TooManyConnections));
    widget.at(30, Event::TryNow, &[Did::Dial(2)]);
}

#[test]
fn what_is_no_frame_or_comes_too_early_ends_the_socket() {
    let mut widget = Widget::talking();
    let garbled = client::SocketEvent::Received { socket: client::SocketId(1), bytes: vec![5, 1] };
    widget.at(10, Event::Socket(garbled), &[Did::Close(1, 4000)]);
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, ..usual() }));
    widget.give(1, socket_opened(1));
    widget.at(2, frame(1, state(1, talking_phase(), 0)), &[Did::Close(1, 4000)]);
    assert_eq!(widget.machine.screen(), Screen::Idle);
    let mut widget = Widget::talking();
    // A welcome is sent anew where its answer changes.
    widget.at(10, frame(1, welcome(10, CanResume::Yes)), &[]);
    assert!(matches!(widget.machine.screen(), Screen::Talking { .. }));
}

#[test]
fn a_frame_of_a_newer_relay_is_passed_over() {
    let mut widget = Widget::talking();
    let newer = client::SocketEvent::Received { socket: client::SocketId(1), bytes: vec![99, 1, 2, 3] };
    widget.at(10, Event::Socket(newer), &[]);
    assert_eq!(widget.machine.connection(), Connection::Connected);
}

#[test]
fn a_reload_keeps_the_place_the_words_and_what_was_read() {
    let mut before = Widget::talking();
    before.give(50, submit(2, "one"));
    before.give(60, draft("tw"));
    before.give(70, page(PageEvent::Parked));
    let stored = Init {
        token: Some(token(7)),
        open: true,
        outbox: before.outbox.clone(),
        draft: before.draft.clone(),
        ..usual()
    };
    let mut after = Widget::new();
    after.at(100, init(stored), &[Did::Dial(1), Did::Host(HostState::Connecting)]);
    assert_eq!(after.machine.screen(), Screen::Resuming);
    assert_eq!(after.words(), ["one"]);
    assert_eq!(after.machine.draft(), "tw");
    assert_eq!(after.welcomed(200, CanResume::Yes), [hello(Some((7, 0))), say(2, "one")]);
    after.hears(210, entries([mine(1, 1, "hello"), joined(2), theirs(3, "hi")]), &[]);
    let seen = CustomerState { read_by_customer: Seq(3), ..customer_state(4, talking_phase(), 3) };
    after.hears(220, RelayToCustomer::State(seen), &[Did::Host(HostState::Talking)]);
    after.hears(230, accepted(2, 4), &[Did::Outbox(0)]);
    assert_eq!(after.words(), ["hello", "hi", "one"]);
}

#[test]
fn a_minimized_widget_with_a_conversation_stays_connected() {
    let mut widget = Widget::new();
    widget.at(0, init(Init { token: Some(token(7)), ..usual() }), &[Did::Dial(1), Did::Host(HostState::Connecting)]);
    widget.welcomed(10, CanResume::Yes);
    widget.hears(20, entries([mine(1, 1, "hello"), theirs(2, "hi")]), &[Did::Badge(1, false)]);
    widget.hears(30, state(1, talking_phase(), 2), &[Did::Host(HostState::Talking)]);
}

#[test]
fn a_browser_clock_set_back_an_hour_changes_no_wait() {
    let hour = 3_600_000;
    let mut widget = Widget::new();
    widget.give(hour, init(Init { token: Some(token(7)), open: true, ..usual() }));
    widget.welcomed(hour, CanResume::Yes);
    widget.give(hour + 100, socket_closed(1, 1006));
    assert_eq!(widget.wake_at, Some(hour + 349));
    // Set back right after: the wait goes on from here.
    widget.give(50, draft("x"));
    let Connection::Reconnecting { next_try_at, .. } = widget.machine.connection() else { panic!("it waits") };
    assert_eq!(next_try_at, Some(Timestamp(50 + 249)));
    widget.at(299, wake(), &[Did::Dial(2)]);
}
