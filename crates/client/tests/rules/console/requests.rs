//! What was asked, and what becomes of it.

use super::*;

#[test]
fn a_request_is_done_or_becomes_a_notice() {
    let mut window = Window::working();
    let end = Request::End { conversation: id(1) };
    window.at(10, ask(end.clone()), &[asked(1, end.clone())]);
    assert!(window.machine.is_asking(&end));
    window.hears(20, RelayToConsole::Done { id: RequestId(1) }, &[]);
    assert!(!window.machine.is_asking(&end));
    let accept = Request::Accept { conversation: id(9) };
    window.at(30, ask(accept.clone()), &[asked(2, accept.clone())]);
    let refusal = Refusal::of(RefusalCode::OfferGone);
    window.hears(40, RelayToConsole::Refused { id: Some(RequestId(2)), refusal }, &[]);
    let notice = window.machine.notices()[0].clone();
    assert_eq!(notice.request, Some(accept));
    assert_eq!(notice.kind, NoticeKind::Refused { code: RefusalCode::OfferGone, retry_after: None });
    window.at(50, Event::Dismiss { notice: notice.id }, &[]);
    assert!(window.machine.notices().is_empty());
}

#[test]
fn a_request_without_a_connection_is_not_kept_for_later() {
    let mut window = Window::working();
    window.give(10, closed(1, 1006));
    window.at(20, ask(Request::Pick { conversation: id(4) }), &[]);
    assert_eq!(window.machine.notices()[0].kind, NoticeKind::NotConnected);
    window.give(300, wake());
    assert_eq!(window.welcomed(400), [hello(), open(1, 1)]);
    window.hears(410, RelayToConsole::Desk(desk(1, &[card(1, 0)])), &[]);
}

#[test]
fn what_was_asked_and_not_answered_is_asked_again_unless_it_was_done() {
    let requests = [
        Request::Accept { conversation: id(2) },
        Request::Close { conversation: id(1) },
        Request::SetPresence { presence: Some(Presence::Away) },
    ];
    let mut window = Window::working();
    for request in requests.clone() {
        window.give(10, ask(request));
    }
    window.loses(20);
    assert!(window.machine.is_asking(&requests[0]), "its button still waits");
    assert_eq!(window.welcomed(400), [hello(), open(1, 1)]);
    // The relay had accepted for us; the others were lost.
    let now = desk(9, &[card(1, 0), card(2, 0)]);
    window.hears(410, RelayToConsole::Desk(now), &[asked(4, requests[1].clone()), asked(5, requests[2].clone())]);
    window.hears(420, RelayToConsole::Desk(desk(10, &[])), &[]);
}

#[test]
fn an_unanswered_request_ends_the_trust_in_the_socket() {
    let mut window = Window::working();
    window.give(1_000, ask(Request::End { conversation: id(1) }));
    window.give(5_000, frame(1, &RelayToConsole::Beat { now: Timestamp(1_005_000) }));
    assert_eq!(window.wake_at, Some(11_000));
    window.at(11_000, wake(), &[Did::Close(1, 4299), Did::Dial(2)]);
}

#[test]
fn offers_and_new_words_are_announced_once() {
    let mut window = Window::working();
    window.give(1, focus(None));
    window.hears(10, RelayToConsole::Desk(offering(2, 8, 50)), &[Did::NewOffer(8)]);
    window.hears(20, RelayToConsole::Desk(offering(3, 8, 50)), &[]);
    window.loses(30);
    window.welcomed(400);
    window.hears(410, RelayToConsole::Desk(offering(1, 8, 50)), &[]);
    window.hears(420, RelayToConsole::Desk(offering(2, 8, 99)), &[Did::NewOffer(8)]);
    window.hears(430, RelayToConsole::Desk(desk(3, &[card(1, 1)])), &[]);
    window.hears(440, RelayToConsole::Desk(desk(4, &[card(1, 2)])), &[Did::NewMessage(1)]);
    assert_eq!(window.machine.unread_in_all(), 2);
    window.give(450, focus(Some(1)));
    window.hears(460, RelayToConsole::Desk(desk(5, &[card(1, 3)])), &[]);
    assert_eq!(window.machine.unread_in_all(), 0, "they are being looked at");
}

#[test]
fn an_older_desk_never_replaces_a_newer_one_of_the_same_connection() {
    let mut window = Window::working();
    window.give(10, frame(1, &RelayToConsole::Desk(desk(9, &[card(1, 0), card(2, 0)]))));
    window.give(11, frame(1, &RelayToConsole::Desk(desk(8, &[]))));
    assert!(window.machine.is_mine(id(2)));
    window.loses(20);
    window.welcomed(400);
    window.give(410, frame(2, &RelayToConsole::Desk(desk(1, &[card(3, 0)]))));
    assert!(window.machine.is_mine(id(3)));
}

#[test]
fn what_the_desk_shows_as_done_is_not_asked_again() {
    let one = || Request::Decline { conversation: id(8) };
    let end = || Request::End { conversation: id(1) };
    let free = || Request::ReleaseHold { conversation: id(1) };
    let ended = |hold_until| {
        let state = CardState::WrapUp {
            since: Timestamp(5),
            closes_at: Timestamp(900_000),
            hold_until,
            promise_until: hold_until,
        };
        desk(2, &[Card { state, ..card(1, 0) }])
    };
    for (request, shown, is_done) in [
        (one(), desk(2, &[]), true),
        (one(), offering(2, 8, 50), false),
        (end(), ended(None), true),
        (end(), desk(2, &[]), true),
        (end(), desk(2, &[card(1, 0)]), false),
        (free(), ended(None), true),
        (free(), ended(Some(Timestamp(600_000))), false),
    ] {
        let mut window = Window::working();
        window.give(10, ask(request.clone()));
        window.loses(20);
        window.welcomed(400);
        let did = window.give(410, frame(window.socket, &RelayToConsole::Desk(shown.clone())));
        assert_eq!(!did.contains(&asked(2, request.clone())), is_done, "{request:?} with {shown:?}");
    }
}

#[test]
fn a_link_that_was_taken_is_shown_until_it_is_forgotten() {
    let mut window = Window::working();
    window.give(10, ask(Request::TakeLink { conversation: id(1) }));
    window.hears(20, RelayToConsole::Link { id: RequestId(1), url: "https://shop.example/?rejoin=x".to_owned() }, &[]);
    assert!(window.machine.taken_link().is_some());
    let revision = window.machine.revision();
    window.at(30, Event::ForgetLink, &[]);
    assert!(window.machine.taken_link().is_none() && window.machine.revision() > revision);
}
