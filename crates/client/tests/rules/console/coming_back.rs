//! Reconnects, reloads, another agent at the window, another page, another store.

use super::*;

#[test]
fn a_reconnect_opens_every_conversation_where_it_stopped() {
    let mut window = Window::working();
    window.give(1, focus(Some(2)));
    window.give(2, frame(1, &entries(2, [message(1, 31, "x"), message(2, 32, "y")])));
    window.give(3, submit(1, false, 11, "one"));
    window.loses(10);
    assert_eq!(window.welcomed(400), [hello(), open(1, 1), open(2, 2), say(1, 11, "one")]);
    window.hears(410, entries(1, [message(2, 11, "one")]), &[Did::Store(true)]);
    assert_eq!(words(&window, 1), ["hello", "one"]);
}

#[test]
fn a_reload_loses_nothing() {
    let mut before = Window::working();
    before.give(1, submit(1, false, 11, "one"));
    before.give(2, draft(1, true, "note to"));
    before.at(3, Event::Page(PageEvent::Parked), &[Did::Store(true), Did::Close(1, 4250)]);
    let mut after = Window::new();
    after.at(100, start(Some(before.stored.clone())), &[Did::Dial(1)]);
    assert_eq!(after.machine.focused(), Some(id(1)));
    assert_eq!(after.machine.opened(id(1)).unwrap().draft(true), "note to");
    assert_eq!(after.welcomed(120), [hello(), open(1, 0), say(1, 11, "one")]);
}

#[test]
fn a_refused_sign_in_is_asked_about_and_a_sign_out_stops() {
    let mut window = Window::new();
    window.give(0, start(None));
    window.at(10, closed(1, 1006), &[Did::CheckSignIn]);
    window.at(20, Event::SignedOut, &[Did::SignedOut]);
    window.at(60_000, wake(), &[]);
    window.at(61_000, start(None), &[Did::Dial(2)]);
    window.welcomed(61_100);
    window.at(62_000, closed(2, 4003), &[Did::SignedOut]);
}

#[test]
fn the_next_person_at_this_window_sees_nothing_of_the_one_before() {
    let mut window = Window::working();
    window.give(1, draft(1, false, "half a sentence"));
    window.give(10, closed(1, 4003));
    window.give(20, start(None));
    window.give(30, opened(2));
    window.hears(40, welcome(1, 2), &[Did::Store(false)]);
    assert!(window.machine.opened(id(1)).is_none());
    assert!(window.machine.desk().is_none());
}

#[test]
fn an_old_page_is_loaded_again_with_everything_stored() {
    let mut window = Window::working();
    window.give(1, draft(1, false, "half a sentence"));
    window.at(10, closed(1, 4002), &[Did::Store(true), Did::Reload]);
}

#[test]
fn a_failed_send_waits_for_the_agent() {
    let mut window = Window::working();
    window.give(1, submit(1, false, 11, "one"));
    let refusal = Refusal::of(RefusalCode::ConversationEnded);
    let said = RelayToConsole::NotAccepted { conversation: id(1), key: key(11), refusal };
    window.hears(2, said, &[Did::Store(true)]);
    let failed = &window.machine.opened(id(1)).unwrap().unsent()[0];
    assert_eq!(window.machine.unsent_state(failed), MessageState::Failed { code: RefusalCode::ConversationEnded });
    let retry = Event::Retry { conversation: id(1), key: key(11), fresh: key(12) };
    window.at(3, retry, &[Did::Store(true), say(1, 11, "one")]);
    window.give(4, closed(1, 1006));
    window.at(5, Event::Discard { conversation: id(1), key: key(11) }, &[]);
}

#[test]
fn another_store_is_read_from_its_beginning() {
    let mut window = Window::working();
    window.loses(10);
    window.give(300, opened(2));
    window.hears(310, welcome(2, 1), &[open(1, 0)]);
}

#[test]
fn a_failed_send_can_be_given_up() {
    let mut window = Window::working();
    window.give(1, submit(1, false, 11, "one"));
    let refusal = Refusal::of(RefusalCode::ConversationEnded);
    window.give(2, frame(1, &RelayToConsole::NotAccepted { conversation: id(1), key: key(11), refusal }));
    window.give(3, Event::Discard { conversation: id(1), key: key(11) });
    assert!(window.machine.opened(id(1)).unwrap().unsent().is_empty());
}

#[test]
fn a_lost_connection_is_shown_after_a_second() {
    let mut window = Window::working();
    assert!(!window.machine.shows_reconnecting(Timestamp(10)));
    window.give(100, closed(1, 1006));
    assert!(!window.machine.shows_reconnecting(Timestamp(1_099)));
    assert!(window.machine.shows_reconnecting(Timestamp(1_100)));
    window.give(350, wake());
    window.welcomed(1_200);
    assert!(!window.machine.shows_reconnecting(Timestamp(5_000)));
}
