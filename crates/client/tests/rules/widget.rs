//! The widget's life with a relay that is always there.

use client::customer::{Event, HostState, Init, MessageState, ReconnectLink, Screen};
use client::link::Connection;
use client::{PageEvent, SendState};
use model::{Millis, Seq, Timestamp};
use wire::{
    CanResume, CustomerEvent, CustomerState, CustomerToRelay, EndedBecause, Refusal, RefusalCode, RelayToCustomer,
};

use crate::stand::*;

#[test]
fn an_idle_widget_stores_nothing_and_dials_nothing() {
    let mut widget = Widget::new();
    widget.at(0, init(usual()), &[]);
    widget.at(1, draft("hel"), &[]);
    widget.at(5_000, wake(), &[]);
    widget.at(6_000, page(PageEvent::Hidden), &[]);
    widget.at(6_001, page(PageEvent::Parked), &[]);
    widget.at(6_002, page(PageEvent::Restored), &[]);
    widget.at(6_003, page(PageEvent::Visible), &[]);
    assert_eq!(widget.machine.screen(), Screen::Idle);
    assert_eq!(widget.machine.connection(), Connection::Idle);
    assert_eq!(widget.machine.draft(), "hel");
    assert_eq!(widget.wake_at, None);
}

#[test]
fn the_first_words_start_a_conversation() {
    let mut widget = Widget::new();
    widget.at(0, init(usual()), &[]);
    widget.at(10, Event::Opened, &[Did::Dial(1)]);
    widget.at(60, socket_opened(1), &[hello(None)]);
    widget.hears(90, welcome(90, CanResume::NotAsked), &[]);
    widget.at(5_000, draft("hello"), &[]);
    // The token is stored before the first try leaves, and so is the start.
    widget.at(
        6_000,
        submit(1, "hello"),
        &[Did::Outbox(1), Did::Draft(""), Did::Token(Some(1)), Did::Host(HostState::Connecting)],
    );
    assert_eq!(widget.machine.screen(), Screen::Starting);
    assert_eq!(widget.words(), ["hello"]);
    widget.at(6_005, host_says(Some(1)), &[Did::Start, start(1, 1, "hello")]);
    widget.hears(6_050, started(1, 1), &[Did::NoStart, Did::Outbox(0)]);
    assert_eq!(widget.words(), ["hello"], "shown until its entry has come");
    widget.hears(6_055, entries([mine(1, 1, "hello")]), &[]);
    widget.hears(6_060, state(1, waiting_phase(2), 1), &[Did::Host(HostState::Waiting)]);
    assert_eq!(widget.words(), ["hello"]);
    assert_eq!(widget.machine.screen(), Screen::Waiting { position: 2, closes_at: None, expected_at: None });
    assert_eq!(widget.machine.entry_state(Seq(1)), MessageState::Sent);
}

#[test]
fn a_start_needs_no_storage_of_the_host_page() {
    let mut widget = Widget::new();
    widget.at(0, init(Init { open: true, ..Init::default() }), &[Did::Dial(1)]);
    assert!(widget.machine.storage_is_blocked());
    widget.welcomed(5, CanResume::NotAsked);
    widget.at(
        10,
        submit(1, "hello"),
        &[Did::Outbox(1), Did::Draft(""), Did::Start, start(1, 1, "hello"), Did::Host(HostState::Connecting)],
    );
}

#[test]
fn nothing_starts_before_the_host_page_has_said_which_token_counts() {
    let mut widget = Widget::new();
    widget.at(0, init(Init { open: true, ..usual() }), &[Did::Dial(1)]);
    widget.welcomed(5, CanResume::NotAsked);
    widget.give(100, submit(1, "hello"));
    assert_eq!(widget.wake_at, Some(2_100));
    widget.at(2_100, wake(), &[Did::Token(Some(1))]);
    widget.at(4_100, wake(), &[Did::Token(Some(1))]);
    // Another tab was quicker: these words are said in its conversation, and no second one begins.
    widget.at(4_200, host_says(Some(9)), &[Did::Close(1, 1000), Did::Dial(2), Did::Outbox(1)]);
    assert_eq!(widget.welcomed(4_300, CanResume::Yes), [hello(Some((9, 0))), say(1, "hello")]);
}

#[test]
fn one_send_at_a_time_and_in_order() {
    let mut widget = Widget::talking();
    widget.at(10, submit(2, "one"), &[Did::Outbox(1), Did::Draft(""), say(2, "one")]);
    widget.at(11, submit(3, "two"), &[Did::Outbox(2), Did::Draft("")]);
    widget.at(12, submit(4, "three"), &[Did::Outbox(3), Did::Draft("")]);
    widget.hears(50, accepted(2, 3), &[Did::Outbox(2), say(3, "two")]);
    // The entry alone says as much as the answer does.
    widget.hears(60, entries([mine(3, 2, "one"), mine(4, 3, "two")]), &[Did::Outbox(1), say(4, "three")]);
    widget.hears(70, accepted(3, 4), &[]);
    assert_eq!(widget.words(), ["hello", "one", "two", "three"]);
    widget.hears(80, accepted(4, 5), &[Did::Outbox(0)]);
    widget.hears(90, entries([mine(5, 4, "three")]), &[]);
    assert_eq!(widget.words(), ["hello", "one", "two", "three"]);
    assert!(widget.machine.unsent().is_empty());
}

#[test]
fn a_message_is_sending_then_sent_then_read() {
    let mut widget = Widget::talking();
    widget.give(10, submit(2, "one"));
    let state_of = |widget: &Widget| widget.machine.unsent_state(&widget.machine.unsent()[0]);
    assert_eq!(state_of(&widget), MessageState::Sending);
    widget.give(20, frame(1, accepted(2, 3)));
    assert_eq!(state_of(&widget), MessageState::Sent);
    widget.give(30, frame(1, entries([mine(3, 2, "one")])));
    assert_eq!(widget.machine.entry_state(Seq(3)), MessageState::Sent);
    let seen = CustomerState { read_by_agent: Seq(3), ..customer_state(2, talking_phase(), 3) };
    widget.hears(40, RelayToCustomer::State(seen), &[]);
    assert!(widget.changed);
    assert_eq!(widget.machine.entry_state(Seq(3)), MessageState::Read);
}

#[test]
fn a_message_refused_for_now_says_when_it_tries_again_and_does() {
    let mut widget = Widget::talking();
    widget.give(10, submit(2, "one"));
    widget.give(11, submit(3, "two"));
    widget.hears(20, not_accepted(2, RefusalCode::RateLimited, Some(4_000)), &[Did::Outbox(2)]);
    let delayed = MessageState::Delayed { code: RefusalCode::RateLimited, retry_at: Timestamp(4_020) };
    assert_eq!(widget.machine.unsent_state(&widget.machine.unsent()[0]), delayed);
    assert_eq!(widget.wake_at, Some(4_020));
    widget.at(4_019, wake(), &[]);
    widget.at(4_020, wake(), &[say(2, "one")]);
    widget.hears(4_050, accepted(2, 3), &[Did::Outbox(1), say(3, "two")]);
}

#[test]
fn a_failed_message_waits_for_a_person_and_holds_up_nobody() {
    let mut widget = Widget::talking();
    widget.give(10, submit(2, "one"));
    widget.give(11, submit(3, "two"));
    widget.hears(20, not_accepted(2, RefusalCode::ConversationFull, None), &[Did::Outbox(2), say(3, "two")]);
    let failed = MessageState::Failed { code: RefusalCode::ConversationFull };
    assert_eq!(widget.machine.unsent_state(&widget.machine.unsent()[0]), failed);
    widget.hears(30, accepted(3, 3), &[Did::Outbox(1)]);
    widget.at(40, Event::Retry { key: key(2), fresh: key(9) }, &[Did::Outbox(1), say(2, "one")]);
    widget.hears(50, not_accepted(2, RefusalCode::SendKeyReused, None), &[Did::Outbox(1)]);
    widget.at(60, Event::Retry { key: key(2), fresh: key(9) }, &[Did::Outbox(1), say(9, "one")]);
    widget.hears(70, not_accepted(9, RefusalCode::ConversationFull, None), &[Did::Outbox(1)]);
    widget.at(80, Event::Discard { key: key(9) }, &[Did::Outbox(0)]);
    widget.at(90, Event::Retry { key: key(9), fresh: key(8) }, &[]);
}

#[test]
fn a_start_that_is_refused_for_good_can_be_given_up() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, ..Init::default() }));
    widget.welcomed(5, CanResume::NotAsked);
    widget.give(10, submit(1, "hello"));
    widget.hears(20, not_accepted(1, RefusalCode::UnknownWidget, None), &[Did::Outbox(1)]);
    // More words can't be said in a conversation that does not exist.
    widget.at(30, submit(2, "anybody?"), &[Did::Outbox(2), Did::Draft("")]);
    let did = widget.give(40, Event::Discard { key: key(1) });
    assert_eq!(widget.machine.screen(), Screen::Idle);
    assert_eq!(widget.machine.draft(), "anybody?");
    assert_eq!(
        did,
        [
            Did::Draft("anybody?"),
            Did::Outbox(0),
            Did::NoStart,
            Did::Token(None),
            Did::Close(1, 1000),
            Did::Dial(2),
            Did::Host(HostState::Idle),
        ]
    );
}

#[test]
fn typing_is_told_at_most_every_three_seconds_and_only_where_somebody_reads() {
    let mut widget = Widget::talking();
    let typing = Did::Send(CustomerToRelay::Typing);
    widget.at(100, draft("h"), std::slice::from_ref(&typing));
    widget.at(200, draft("he"), &[]);
    widget.at(700, wake(), &[Did::Draft("he")]);
    widget.at(3_099, draft("hel"), &[]);
    widget.at(3_100, draft("hell"), std::slice::from_ref(&typing));
    widget.at(9_000, draft(" "), &[]);
    widget.give(9_600, wake());
    widget.at(9_700, draft("hello"), std::slice::from_ref(&typing));
    // After sending, the next key pressed is news again.
    widget.give(9_800, submit(2, "hello"));
    widget.at(9_900, draft("a"), std::slice::from_ref(&typing));
}

#[test]
fn a_draft_is_stored_on_pauses_and_before_the_page_goes() {
    let mut widget = Widget::talking();
    widget.give(1_000, draft("one"));
    assert_eq!(widget.wake_at, Some(1_500));
    widget.give(1_400, draft("one t"));
    widget.at(1_500, wake(), &[]);
    widget.at(1_900, wake(), &[Did::Draft("one t")]);
    widget.give(2_000, draft("one two"));
    widget.at(2_100, page(PageEvent::Parked), &[Did::Draft("one two"), Did::Close(1, 4250)]);
    let mut next_page = Widget::new();
    let stored = Init { token: Some(token(7)), draft: widget.draft.clone(), ..usual() };
    next_page.give(3_000, init(stored));
    assert_eq!(next_page.machine.draft(), "one two");
}

#[test]
fn unread_counts_what_nobody_has_seen_in_any_tab() {
    let mut widget = Widget::talking();
    widget.at(100, Event::Minimized, &[]);
    widget.hears(200, entries([theirs(3, "one"), mine(4, 9, "from the other tab")]), &[Did::Badge(1, false)]);
    widget.hears(300, entries([theirs(5, "two")]), &[Did::Badge(2, false)]);
    let seen = CustomerState { read_by_customer: Seq(3), ..customer_state(2, talking_phase(), 5) };
    widget.hears(400, RelayToCustomer::State(seen), &[Did::Badge(1, false)]);
    widget.give(500, page(PageEvent::Hidden));
    widget.at(600, Event::Opened, &[beat(5)]);
    widget.at(700, page(PageEvent::Visible), &[read(5), Did::Badge(0, false)]);
    widget.hears(800, entries([theirs(6, "three")]), &[read(6)]);
}

#[test]
fn an_older_state_never_replaces_a_newer_one_of_the_same_connection() {
    let mut widget = Widget::talking();
    widget.hears(10, state(9, ended_phase(EndedBecause::AgentEnded), 2), &[Did::Host(HostState::Ended)]);
    widget.hears(20, state(8, talking_phase(), 2), &[]);
    assert!(matches!(widget.machine.screen(), Screen::Ended { .. }));
    // After a reconnect versions may have begun again.
    widget.give(100, socket_closed(1, 1006));
    widget.give(400, wake());
    widget.welcomed(500, CanResume::Yes);
    widget.hears(510, state(1, talking_phase(), 2), &[Did::Host(HostState::Talking)]);
}

#[test]
fn the_customer_ends_and_starts_anew_with_the_unsent_words_in_the_composer() {
    let mut widget = Widget::talking();
    widget.at(10, Event::End, &[Did::Send(CustomerToRelay::End)]);
    assert!(widget.machine.is_ending());
    widget.at(11, Event::End, &[]);
    widget.give(12, submit(2, "one more thing"));
    widget.give(20, frame(1, state(2, ended_phase(EndedBecause::CustomerEnded), 3)));
    widget.hears(21, entries([entry(3, CustomerEvent::EndedByCustomer)]), &[]);
    widget.hears(22, not_accepted(2, RefusalCode::ConversationEnded, None), &[Did::Outbox(1)]);
    assert!(!widget.machine.may_write());
    widget.give(30, draft("and"));
    widget.at(40, submit(3, "and"), &[]);
    assert_eq!(widget.machine.draft(), "and", "late words stay in the box");
    widget.at(
        50,
        Event::StartNew,
        &[
            Did::Draft("one more thing\n\nand"),
            Did::Outbox(0),
            Did::Token(None),
            Did::Close(1, 1000),
            Did::Dial(2),
            Did::Host(HostState::Idle),
        ],
    );
    assert_eq!(widget.machine.screen(), Screen::Idle);
    assert!(widget.words().is_empty());
    assert_eq!(widget.machine.draft(), "one more thing\n\nand");
    widget.at(60, host_says(None), &[]);
    widget.welcomed(70, CanResume::NotAsked);
    widget.give(80, submit(4, "one more thing"));
    // The answer to the removal may come late; it does not take the new token away.
    widget.at(81, host_says(None), &[]);
    widget.at(82, host_says(Some(4)), &[Did::Start, start(4, 4, "one more thing")]);
}

#[test]
fn every_end_has_its_reason() {
    for because in [
        EndedBecause::AgentEnded,
        EndedBecause::CustomerEnded,
        EndedBecause::CustomerDisconnected,
        EndedBecause::NobodyCame,
        EndedBecause::ForceClosed,
    ] {
        let mut widget = Widget::talking();
        widget.give(10, frame(1, state(2, ended_phase(because), 2)));
        assert_eq!(widget.machine.screen(), Screen::Ended { because, at: Timestamp(AHEAD + 5) });
        // Nobody waits for an ended conversation: a closed panel needs no connection.
        widget.at(20, Event::Minimized, &[Did::Close(1, 1000)]);
        widget.at(30, Event::Opened, &[Did::Dial(2)]);
    }
}

#[test]
fn a_refused_end_can_be_pressed_again() {
    let mut widget = Widget::talking();
    widget.give(10, Event::End);
    let refusal = Refusal::of(RefusalCode::WrongState);
    widget.hears(20, RelayToCustomer::Refused { refusal }, &[]);
    assert!(!widget.machine.is_ending());
    assert_eq!(widget.machine.refusal(), Some(RefusalCode::WrongState));
    widget.at(30, Event::End, &[Did::Send(CustomerToRelay::End)]);
}

#[test]
fn still_waiting_is_answered() {
    let mut widget = Widget::talking();
    let asked = wire::Phase::Waiting { position: 1, closes_at: Some(Timestamp(AHEAD + 120_000)) };
    widget.give(10, frame(1, state(2, asked, 2)));
    assert_eq!(
        widget.machine.screen(),
        Screen::Waiting { position: 1, closes_at: Some(Timestamp(AHEAD + 120_000)), expected_at: None }
    );
    widget.at(20, Event::StillWaiting, &[Did::Send(CustomerToRelay::StillWaiting)]);
}

#[test]
fn an_agent_who_dropped_is_shown_with_their_clock() {
    let mut widget = Widget::talking();
    let until = Timestamp(AHEAD + 150_000);
    let connection = wire::AgentConnection::Away { until };
    let phase = wire::Phase::Talking { agent: wire::AgentCard { name: name() }, connection };
    widget.hears(10, state(2, phase, 2), &[Did::Host(HostState::Away)]);
    assert_eq!(widget.machine.screen(), Screen::Talking { agent: name(), away_until: Some(until) });
}

#[test]
fn clocks_are_the_relays() {
    let mut widget = Widget::talking();
    assert_eq!(widget.machine.relay_now(Timestamp(500)), Timestamp(AHEAD + 500));
    let beat_frame = RelayToCustomer::Beat { now: Timestamp(AHEAD + 13_000), head: Seq(2) };
    widget.hears(12_000, beat_frame, &[beat(2)]);
    assert_eq!(widget.machine.relay_now(Timestamp(12_500)), Timestamp(AHEAD + 13_500));
}

#[test]
fn a_send_of_another_tab_arrives_like_any_entry() {
    let mut widget = Widget::talking();
    // Nobody waits to hear that one's own words were seen.
    widget.hears(10, entries([mine(3, 77, "from the other tab")]), &[]);
    assert_eq!(widget.words(), ["hello", "from the other tab"]);
}

#[test]
fn a_full_outbox_takes_no_more() {
    let mut widget = Widget::talking();
    for n in 0..client::outbox::UNSENT_MAX {
        widget.give(10, submit(u8::try_from(n + 20).unwrap(), "words"));
    }
    assert!(!widget.machine.may_write());
    widget.give(11, draft("too much"));
    widget.at(12, submit(255, "too much"), &[]);
    assert_eq!(widget.machine.draft(), "too much");
    assert!(widget.machine.unsent().iter().all(|unsent| unsent.state == SendState::Sending));
}

#[test]
fn what_is_said_of_the_connection_and_the_agent_goes_with_it() {
    let mut widget = Widget::new();
    widget.give(0, init(usual()));
    assert!(!widget.machine.storage_is_blocked());
    assert_eq!(widget.machine.disconnect_after(), None);
    let mut widget = Widget::talking();
    assert_eq!(widget.machine.disconnect_after(), Some(Millis::minutes(3)));
    assert!(widget.machine.is_current());
    assert!(!widget.machine.agent_is_typing());
    let typing = CustomerState { agent_typing: true, ..customer_state(2, talking_phase(), 2) };
    widget.hears(10, RelayToCustomer::State(typing), &[]);
    assert!(widget.machine.agent_is_typing());
    widget.give(20, socket_closed(1, 1006));
    assert!(!widget.machine.is_current() && !widget.machine.agent_is_typing());
}

#[test]
fn an_answer_that_is_told_again_repeats_nothing() {
    let mut widget = Widget::talking();
    widget.at(10, Event::End, &[Did::Send(CustomerToRelay::End)]);
    widget.hears(20, welcome(20, CanResume::Yes), &[]);
    assert!(widget.machine.is_ending());
    assert!(widget.machine.is_current(), "the connection is the same");
}

#[test]
fn no_log_has_a_links_secret() {
    let link = ReconnectLink { url: "https://shop.example/?rejoin=secret".to_owned(), qr: None };
    assert_eq!(format!("{link:?}"), "ReconnectLink(…)");
}
