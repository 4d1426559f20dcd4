//! What is looked at, read, typed and kept in order.

use super::*;

#[test]
fn a_window_begins_with_a_hello_and_the_desk() {
    let mut window = Window::new();
    window.at(0, start(None), &[Did::Dial(1)]);
    assert_eq!(window.machine.connection(), Connection::Connecting);
    window.at(20, opened(1), &[hello()]);
    window.hears(40, welcome(1, 1), &[]);
    assert_eq!(window.machine.me().unwrap().role, Role::Agent);
    assert!(!window.machine.is_current());
    window.hears(50, RelayToConsole::Desk(desk(1, &[])), &[]);
    assert!(window.machine.is_current());
    assert_eq!(window.machine.relay_now(Timestamp(60)), Timestamp(1_000_020));
}

#[test]
fn a_conversation_that_is_looked_at_is_opened_and_read() {
    let mut window = Window::new();
    window.give(0, start(None));
    window.welcomed(0);
    window.give(5, frame(1, &RelayToConsole::Desk(desk(1, &[card(1, 2)]))));
    window.at(10, focus(Some(1)), &[open(1, 0), Did::Store(true)]);
    window.hears(20, entries(1, [message(1, 1, "hello"), message(2, 2, "anybody?")]), &[]);
    window.hears(30, state(1, 1, 2), &[read(1, 2)]);
    window.hears(40, entries(1, [message(3, 3, "?")]), &[read(1, 3)]);
    let internal = AgentsEvent::Internal { from: Speaker::Customer, key: key(9), text: text("a colleague's words") };
    let internal = AgentsEntry { seq: Seq(4), at: Timestamp(4), event: internal };
    window.hears(45, entries(1, [internal]), &[]);
    window.at(50, Event::Page(PageEvent::Hidden), &[]);
    window.hears(60, entries(1, [message(5, 4, "!")]), &[]);
    window.at(70, Event::Page(PageEvent::Visible), &[send(ConsoleToRelay::Beat), read(1, 5)]);
    window.at(80, focus(None), &[Did::Store(false)]);
    window.hears(90, entries(1, [message(6, 5, "going on")]), &[]);
    assert_eq!(words(&window, 1).len(), 6, "it stays open");
    window.at(100, focus(Some(1)), &[Did::Store(true), read(1, 6)]);
}

#[test]
fn every_conversation_has_its_own_order_and_drafts() {
    let mut window = Window::working();
    window.give(1, focus(Some(2)));
    window.give(1, frame(1, &state(2, 1, 0)));
    window.at(10, submit(1, false, 11, "one"), &[Did::Store(true), say(1, 11, "one")]);
    window.at(11, submit(1, false, 12, "two"), &[Did::Store(true)]);
    window.at(12, submit(2, false, 21, "elsewhere"), &[Did::Store(true), say(2, 21, "elsewhere")]);
    let internal = ConsoleToRelay::SayInternal { conversation: id(2), key: key(22), text: text("between us") };
    window.at(13, submit(2, true, 22, "between us"), &[Did::Store(true)]);
    let accepted = RelayToConsole::Accepted { conversation: id(2), key: key(21), seq: Seq(1) };
    window.hears(20, accepted, &[Did::Store(true), send(internal)]);
    let accepted = RelayToConsole::Accepted { conversation: id(1), key: key(11), seq: Seq(2) };
    window.hears(21, accepted, &[Did::Store(true), say(1, 12, "two")]);
    window.give(30, draft(1, false, "to the customer"));
    window.give(31, draft(1, true, "to a colleague"));
    let opened = window.machine.opened(id(1)).unwrap();
    assert_eq!((opened.draft(false), opened.draft(true)), ("to the customer", "to a colleague"));
}

#[test]
fn only_words_for_the_customer_are_told_as_typing_every_three_seconds() {
    let mut window = Window::working();
    let typing = send(ConsoleToRelay::Typing { conversation: id(1) });
    window.at(100, draft(1, false, "h"), std::slice::from_ref(&typing));
    window.at(3_099, draft(1, false, "he"), &[]);
    window.at(3_100, draft(1, false, "hel"), std::slice::from_ref(&typing));
    window.at(9_000, draft(1, true, "secret"), &[]);
    window.at(9_500, wake(), &[Did::Store(true)]);
}

#[test]
fn a_message_is_read_when_the_customer_has_seen_it() {
    let mut window = Window::working();
    let entry = window.machine.opened(id(1)).unwrap().entries()[0].clone();
    assert_eq!(window.machine.opened(id(1)).unwrap().entry_state(&entry), MessageState::Sent);
    let seen = ConversationState { read_by_customer: Seq(1), ..conversation(1, 2, 1) };
    window.give(10, frame(1, &RelayToConsole::Conversation(seen)));
    assert_eq!(window.machine.opened(id(1)).unwrap().entry_state(&entry), MessageState::Read);
}

#[test]
fn what_the_page_said_belongs_to_an_open_conversation() {
    let mut window = Window::working();
    assert_eq!(window.machine.opened(id(1)).unwrap().claims(), None);
    let claims = |language: &str| CustomerClaims {
        conversation: id(1),
        language: Some(language.to_owned()),
        context: Context::default(),
    };
    window.hears(10, RelayToConsole::Claims(claims("de")), &[]);
    window.hears(11, RelayToConsole::Claims(CustomerClaims { conversation: id(9), ..claims("fr") }), &[]);
    assert_eq!(window.machine.opened(id(1)).unwrap().claims().unwrap().language.as_deref(), Some("de"));
    assert!(window.machine.opened(id(9)).is_none());
}

#[test]
fn a_read_mark_that_got_lost_is_sent_again_at_the_heartbeat_until_the_relay_knows_it() {
    let mut window = Window::working();
    let beating = |at: u64| RelayToConsole::Beat { now: Timestamp(1_000_000 + at) };
    window.hears(10, entries(1, [message(2, 2, "two")]), &[read(1, 2)]);
    window.hears(12_000, beating(12_000), &[send(ConsoleToRelay::Beat), read(1, 2)]);
    window.hears(24_000, beating(24_000), &[send(ConsoleToRelay::Beat), read(1, 2)]);
    let seen = ConversationState { read_by_me: Seq(2), ..conversation(1, 9, 2) };
    window.hears(24_100, RelayToConsole::Conversation(seen), &[]);
    window.hears(36_000, beating(36_000), &[send(ConsoleToRelay::Beat)]);
}

#[test]
fn a_hole_is_asked_for_by_opening_again() {
    let mut window = Window::working();
    window.hears(10, entries(1, [message(4, 4, "four")]), &[open(1, 1)]);
    assert_eq!(words(&window, 1), ["hello"]);
    window.hears(20, entries(1, [message(2, 2, "two"), message(3, 3, "three")]), &[read(1, 3)]);
    assert_eq!(words(&window, 1), ["hello", "two", "three"]);
    // The state knew of more, and not of what was read: that is told again.
    window.hears(30, state(1, 2, 4), &[read(1, 3)]);
    assert_eq!(window.wake_at, Some(3_020));
    window.at(3_020, wake(), &[open(1, 3)]);
}

#[test]
fn a_conversation_that_went_to_somebody_else_stays_readable_and_is_not_asked_for_again() {
    let mut window = Window::working();
    window.give(5, frame(1, &state(1, 2, 2)));
    window.hears(10, RelayToConsole::Unfollowed { conversation: id(1) }, &[]);
    window.at(4_000, wake(), &[]);
    let opened = window.machine.opened(id(1)).unwrap();
    assert!(opened.is_gone());
    assert!(!opened.may_write(false));
    assert_eq!(words(&window, 1), ["hello"]);
    window.loses(5_000);
    assert_eq!(window.welcomed(5_400), [hello()]);
    window.give(5_410, focus(None));
    window.at(5_420, focus(Some(1)), &[open(1, 1), Did::Store(true)]);
}

#[test]
fn a_conversation_that_may_not_be_read_is_said_to_be_gone() {
    let mut window = Window::working();
    window.give(10, focus(Some(66)));
    window.give(11, focus(Some(67)));
    let refused = |code| frame(1, &RelayToConsole::Refused { id: None, refusal: Refusal::of(code) });
    window.give(20, refused(RefusalCode::NotAllowed));
    assert!(!window.machine.opened(id(66)).unwrap().is_gone(), "which of them is said next");
    window.give(20, frame(1, &RelayToConsole::Unfollowed { conversation: id(66) }));
    let is_gone = |window: &Window, n| window.machine.opened(id(n)).unwrap().is_gone();
    assert!(is_gone(&window, 66) && !is_gone(&window, 67) && !is_gone(&window, 1));
    assert_eq!(window.machine.notices().len(), 1);
    // Of one too many nothing else is said.
    window.give(30, refused(RefusalCode::TooManyOpen));
    assert!(is_gone(&window, 67));
    window.give(40, frame(1, &state(67, 1, 0)));
    assert!(!is_gone(&window, 67), "its state says that it was another one");
}

#[test]
fn conversations_looked_at_long_ago_are_left_unless_they_hold_words() {
    let mut window = Window::working();
    window.give(1, focus(Some(100)));
    window.give(2, draft(100, true, "unfinished"));
    let most = client::agent::OPENED_MAX as u128;
    for n in 101..100 + most - 1 {
        window.at(3, focus(Some(n)), &[open(n, 0), Did::Store(true)]);
    }
    let leave = send(ConsoleToRelay::Leave { conversation: id(101) });
    window.at(4, focus(Some(200)), &[leave, open(200, 0), Did::Store(true)]);
    assert!(window.machine.opened(id(1)).is_some(), "one's own stays");
    assert!(window.machine.opened(id(100)).is_some(), "words stay");
    assert!(window.machine.opened(id(101)).is_none());
}
