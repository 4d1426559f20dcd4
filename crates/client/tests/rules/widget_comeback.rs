//! Coming back: prompts, links, sign-in, and what is unknown. `"good"` is a JWT that the provider gave.

use client::PageEvent;
use client::customer::{Event, HostEvent, Init, Late, Notice, Screen};
use model::{HandoverCode, LinkSecret, Millis, Timestamp};
use wire::{
    AgentCard, Arrival, ArrivalAnswer, CanResume, CustomerToRelay, EndedBecause, Jwt, Phase, PromptState, Refusal,
    RefusalCode, RelayToCustomer, SignInAnswer, Welcome,
};

use crate::stand::*;

fn jwt(text: &str) -> Jwt {
    Jwt::new(text.to_owned()).unwrap()
}

fn signed_in(text: &str) -> Event {
    Event::SignedIn { jwt: Some(jwt(text)), failed: false }
}

fn link_arrival() -> Option<Arrival> {
    Some(Arrival::Link { secret: LinkSecret::from_bytes([1; 32]), token: token(50) })
}

/// A welcome in which something is said beside the token.
fn welcome_with(now: u64, change: impl FnOnce(&mut Welcome)) -> RelayToCustomer {
    let RelayToCustomer::Welcome(mut one) = welcome(now, CanResume::NotAsked) else { unreachable!() };
    change(&mut one);
    RelayToCustomer::Welcome(one)
}

fn answered(now: u64, resume: CanResume, arrival: ArrivalAnswer) -> RelayToCustomer {
    welcome_with(now, |welcome| {
        welcome.resume = resume;
        welcome.arrival = arrival;
    })
}

const UNKNOWN: CanResume = CanResume::Unknown { retry_after: Millis::seconds(5) };

fn prompt(version: u64, until: u64) -> RelayToCustomer {
    RelayToCustomer::Prompt(PromptState {
        version,
        agent: Some(AgentCard { name: name() }),
        hold_until: None,
        until: Some(Timestamp(until + AHEAD)),
        may_extend: true,
        is_elsewhere: false,
    })
}

/// What was sent, hellos aside.
fn sent(did: &[Did]) -> Vec<CustomerToRelay> {
    let frames = did.iter().filter_map(|did| if let Did::Send(frame) = did { Some(frame.clone()) } else { None });
    frames.filter(|frame| !matches!(frame, CustomerToRelay::HelloWith { .. })).collect()
}

/// A widget at the prompt of the conversation of its token 7.
fn at_prompt() -> Widget {
    let mut widget = Widget::new();
    widget.give(0, init(Init { token: Some(token(7)), open: true, ..usual() }));
    widget.welcomed(0, CanResume::Prompt);
    widget.give(0, frame(1, prompt(1, 600_000)));
    assert!(matches!(widget.machine.screen(), Screen::Prompt { .. }));
    widget
}

#[test]
fn nothing_is_dialed_before_the_provider_has_answered() {
    let mut widget = Widget::new();
    widget.at(
        0,
        init(Init { token: Some(token(7)), has_provider: true, ..usual() }),
        &[Did::AskSignIn, Did::Host(client::customer::HostState::Connecting)],
    );
    widget.at(5, Event::TryNow, &[]);
    widget.at(200, signed_in("good"), &[Did::Dial(1)]);
    let did = widget.give(250, socket_opened(1));
    let [Did::Send(CustomerToRelay::HelloWith { hello, .. })] = &did[..] else { panic!("{did:?}") };
    assert_eq!((hello.sign_in.clone(), hello.resume.is_some()), (Some(jwt("good")), true));
}

#[test]
fn a_provider_that_takes_more_than_ten_seconds_or_fails_is_asked_again() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, has_provider: true, ..usual() }));
    widget.at(9_999, wake(), &[]);
    widget.at(10_000, wake(), &[]);
    widget.at(11_000, wake(), &[Did::AskSignIn]);
    widget.at(11_100, Event::SignedIn { jwt: None, failed: true }, &[]);
    widget.at(13_099, wake(), &[]);
    widget.at(13_100, wake(), &[Did::AskSignIn]);
    assert!(!widget.machine.shows_other_ways(Timestamp(59_000)));
    assert!(widget.machine.shows_other_ways(Timestamp(60_000)));
    widget.at(13_200, Event::SignedIn { jwt: None, failed: false }, &[Did::Dial(1)]);
}

#[test]
fn a_newer_jwt_is_asked_for_before_the_old_one_expires() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, has_provider: true, ..usual() }));
    widget.give(0, signed_in("good"));
    widget.give(0, socket_opened(1));
    let expires_at = Timestamp(AHEAD + 900_000);
    widget.give(0, frame(1, welcome_with(0, |welcome| welcome.sign_in = SignInAnswer::Accepted { expires_at })));
    for now in (10_000..840_000).step_by(10_000) {
        assert!(!widget.give(now, wake()).contains(&Did::AskSignIn), "at {now}");
        widget.give(
            now,
            frame(widget.socket, RelayToCustomer::Beat { now: Timestamp(now + AHEAD), head: model::Seq(0) }),
        );
    }
    assert!(widget.give(840_000, wake()).contains(&Did::AskSignIn));
    assert_eq!(sent(&widget.give(840_100, signed_in("newer"))), [CustomerToRelay::SignIn { jwt: jwt("newer") }]);
}

#[test]
fn a_clock_that_jumps_past_a_far_timer_starves_no_near_one() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, has_provider: true, ..usual() }));
    widget.give(0, signed_in("good"));
    widget.give(0, socket_opened(1));
    let expires_at = Timestamp(AHEAD + 900_000);
    widget.give(0, frame(1, welcome_with(0, |welcome| welcome.sign_in = SignInAnswer::Accepted { expires_at })));
    widget.give(10, page(PageEvent::Parked));
    assert_eq!(widget.wake_at, Some(840_000));
    widget.wake_at = None;
    // The machine slept; its timer was set by a clock that stood still.
    widget.give(5_000_000, page(PageEvent::Restored));
    assert!(widget.wake_at.is_some_and(|at| at <= 5_000_000), "{:?}", widget.wake_at);
}

#[test]
fn unknown_starts_nothing_keeps_the_words_and_asks_again() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, has_provider: true, ..usual() }));
    widget.give(0, signed_in("good"));
    widget.give(0, socket_opened(1));
    widget.give(10, frame(1, welcome_with(10, |welcome| welcome.resume = UNKNOWN)));
    widget.give(20, submit(1, "hello"));
    assert_eq!(sent(&widget.give(30, host_says(Some(1)))), []);
    assert_eq!(widget.words(), ["hello"]);
    assert!(widget.give(5_010, wake()).contains(&Did::AskSignIn));
    assert_eq!(sent(&widget.give(5_020, signed_in("good"))), [CustomerToRelay::SignIn { jwt: jwt("good") }]);
    // Decided: there is nothing, so the words start a conversation.
    let did = widget.give(5_100, frame(1, welcome(5_100, CanResume::NotAsked)));
    assert!(matches!(sent(&did)[..], [CustomerToRelay::StartAnswered { .. }]), "{did:?}");
}

#[test]
fn without_a_provider_an_unknown_answer_dials_anew_with_back_off() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { token: Some(token(7)), ..usual() }));
    widget.welcomed(0, UNKNOWN);
    assert_eq!(widget.machine.screen(), Screen::Resuming);
    assert!(!widget.give(4_999, wake()).contains(&Did::Dial(2)));
    assert!(widget.give(5_000, wake()).contains(&Did::Dial(2)));
    widget.welcomed(5_000, UNKNOWN);
    assert!(!widget.give(10_000, wake()).contains(&Did::Dial(3)), "twice as long");
    assert!(widget.give(15_000, wake()).contains(&Did::Dial(3)));
}

#[test]
fn what_was_shown_is_hidden_while_it_is_unknown_whose_it_is_and_is_there_again_after() {
    let mut widget = Widget::talking();
    widget.give(10, socket_closed(1, 1006));
    widget.give(1_000, wake());
    widget.welcomed(1_010, UNKNOWN);
    assert_eq!((widget.machine.screen(), widget.words().len()), (Screen::Resuming, 0));
    widget.give(6_010, wake());
    widget.welcomed(6_020, CanResume::Yes);
    widget.give(6_030, frame(widget.socket, state(2, talking_phase(), 2)));
    assert!(matches!(widget.machine.screen(), Screen::Talking { .. }));
    assert_eq!(widget.words(), ["hello"]);
}

#[test]
fn continue_stores_its_token_only_after_the_yes() {
    let mut widget = at_prompt();
    widget.at(10, Event::Continue { token: token(60) }, &[Did::Send(CustomerToRelay::Continue { token: token(60) })]);
    assert!(widget.machine.is_answering());
    widget.at(11, Event::Continue { token: token(61) }, &[]);
    let did = widget.give(50, frame(1, welcome(50, CanResume::Yes)));
    assert!(did.contains(&Did::Replace(60)), "{did:?}");
    widget.give(51, frame(1, entries([mine(1, 1, "hello"), joined(2)])));
    widget.give(52, frame(1, state(1, talking_phase(), 2)));
    assert_eq!(widget.words(), ["hello"]);
    assert!(!widget.machine.is_answering());
}

#[test]
fn continue_whose_answer_was_lost_holds_what_it_held() {
    let mut widget = at_prompt();
    widget.give(10, Event::Continue { token: token(60) });
    widget.give(20, socket_closed(1, 1006));
    widget.give(1_000, wake());
    let did = widget.welcomed(1_100, CanResume::Yes);
    assert_eq!(did[0], hello(Some((7, 0))));
    assert!(!did.contains(&Did::Replace(60)));
}

/// A page that is loaded after the answer to its first words was lost: they are stored, and may be durable.
fn after_a_lost_start() -> Widget {
    let mut before = Widget::new();
    before.give(0, init(Init { open: true, ..usual() }));
    before.welcomed(0, CanResume::NotAsked);
    before.give(10, submit(2, "hello"));
    before.give(20, host_says(Some(2)));
    let mut widget = Widget::new();
    let (outbox, start) = (before.outbox.clone(), before.start.clone());
    assert!(outbox.is_some() && start.is_some());
    widget.give(100, init(Init { token: Some(token(2)), open: true, outbox, start, ..usual() }));
    widget.welcomed(110, CanResume::Prompt);
    widget.give(110, frame(1, prompt(1, 600_000)));
    widget
}

/// What is said after *Continue*.
fn continues(widget: &mut Widget) -> Vec<CustomerToRelay> {
    widget.give(200, Event::Continue { token: token(60) });
    sent(&widget.give(210, frame(1, welcome(210, CanResume::Yes))))
}

#[test]
fn words_follow_into_the_prompts_conversation_unless_they_may_stand_in_another() {
    let mut widget = after_a_lost_start();
    let said = continues(&mut widget);
    assert!(matches!(&said[..], [CustomerToRelay::Say { text, .. }] if text.as_str() == "hello"), "{said:?}");

    let mut widget = after_a_lost_start();
    widget.at(
        120,
        frame(1, RelayToCustomer::PromptOfAnother { was_yours: true }),
        &[Did::NoStart, Did::Draft("hello"), Did::Outbox(0)],
    );
    assert!(matches!(widget.machine.screen(), Screen::Prompt { .. }));
    assert_eq!(continues(&mut widget), []);
    assert_eq!((widget.machine.draft(), widget.words().len()), ("hello", 0));
    // Told again, there is nothing left to give back.
    widget.at(220, frame(1, RelayToCustomer::PromptOfAnother { was_yours: true }), &[]);
}

#[test]
fn words_of_another_customers_are_dropped_at_the_prompt_and_those_written_since_kept() {
    let mut before = Widget::talking();
    before.give(50, socket_closed(1, 1006));
    before.give(60, submit(2, "not for others"));
    let stored = Init { token: Some(token(7)), open: true, outbox: before.outbox.clone(), ..usual() };
    let mut widget = Widget::new();
    widget.give(100, init(Init { has_provider: true, draft: "nor this".to_owned(), ..stored }));
    widget.give(110, signed_in("good"));
    widget.give(120, submit(3, "mine"));
    widget.welcomed(130, CanResume::Prompt);
    let did = widget.give(131, frame(1, RelayToCustomer::PromptOfAnother { was_yours: false }));
    assert!(did.contains(&Did::Token(None)) && did.contains(&Did::Outbox(0)), "{did:?}");
    assert_eq!((widget.machine.draft(), widget.words().len()), ("mine", 0));
    widget.give(140, frame(1, prompt(1, 600_000)));
    assert!(matches!(widget.machine.screen(), Screen::Prompt { .. }));
    assert_eq!(continues(&mut widget), []);
}

#[test]
fn the_prompt_asks_for_time_a_minute_before_the_limit() {
    let mut widget = at_prompt();
    assert!(!widget.machine.asks_for_time(Timestamp(539_999)));
    assert!(widget.machine.asks_for_time(Timestamp(540_000)));
    widget.at(540_000, Event::Extend, &[Did::Send(CustomerToRelay::Extend)]);
    widget.give(540_100, frame(1, prompt(2, 720_000)));
    assert!(!widget.machine.asks_for_time(Timestamp(540_200)));
    // An older value changes nothing.
    widget.give(540_200, frame(1, prompt(1, 600_000)));
    assert!(!widget.machine.asks_for_time(Timestamp(540_300)));
}

#[test]
fn too_late_at_the_prompt_drops_the_token_and_tells_the_page() {
    let mut widget = at_prompt();
    let did = widget.give(10, frame(1, RelayToCustomer::PromptOver));
    assert!(did.contains(&Did::Token(None)), "{did:?}");
    assert_eq!(widget.machine.screen(), Screen::TooLate { of: Late::Prompt });
    assert_eq!(widget.events, [HostEvent::Expired]);
    widget.give(20, Event::StartNew);
    assert_eq!(widget.machine.screen(), Screen::Idle);
}

#[test]
fn start_new_waits_for_the_relay_and_a_refusal_leaves_all_as_it_was() {
    let mut widget = at_prompt();
    widget.at(10, Event::StartNew, &[Did::Send(CustomerToRelay::StartNew)]);
    widget.at(11, Event::StartNew, &[]);
    let refusal = Refusal { code: RefusalCode::ReadOnly, retry_after: None };
    widget.at(20, frame(1, RelayToCustomer::Refused { refusal }), &[]);
    assert!(matches!(widget.machine.screen(), Screen::Prompt { .. }) && !widget.machine.is_answering());
    widget.give(30, Event::StartNew);
    let did = widget.give(40, frame(1, RelayToCustomer::Left));
    assert_eq!((did.contains(&Did::Token(None)), widget.machine.screen()), (true, Screen::Idle));
}

#[test]
fn a_link_is_kept_until_it_is_answered_and_its_token_stored_after_the_yes() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { arrival: link_arrival(), ..usual() }));
    for socket in 1..4 {
        let did = widget.give(u64::from(socket) * 10_000, socket_opened(socket));
        let Some(Did::Send(CustomerToRelay::HelloWith { hello, .. })) = did.first() else { panic!("{did:?}") };
        assert_eq!((&hello.arrival, &hello.resume), (&link_arrival(), &None));
        widget.give(u64::from(socket) * 10_000 + 10, socket_closed(socket, 1006));
        widget.give(u64::from(socket) * 10_000 + 5_000, wake());
    }
    assert_eq!(widget.machine.screen(), Screen::Resuming);
    widget.give(40_000, socket_opened(4));
    let did = widget.give(40_010, frame(4, answered(40_010, CanResume::Yes, ArrivalAnswer::Joined)));
    assert!(did.contains(&Did::Arrived) && did.contains(&Did::Replace(50)), "{did:?}");
    let did = widget.give(40_020, frame(4, answered(40_020, CanResume::Yes, ArrivalAnswer::Joined)));
    assert!(!did.contains(&Did::Replace(50)), "told again, it is no news");
}

#[test]
fn only_the_relays_own_no_redirects_and_only_where_nothing_lives() {
    let redirect = || "https://shop.example/contact".parse().ok();
    let dead = |now, resume| {
        welcome_with(now, |welcome| {
            welcome.resume = resume;
            welcome.arrival = ArrivalAnswer::Dead;
            welcome.redirect = redirect();
        })
    };
    let go = Did::Redirect("https://shop.example/contact".to_owned());
    let mut widget = Widget::new();
    widget.give(0, init(Init { arrival: link_arrival(), ..usual() }));
    for code in [1006, 4100, 4110, 4004] {
        assert!(!widget.give(10, socket_closed(widget.socket, code)).contains(&go), "{code}");
        widget.give(20, Event::TryNow);
    }
    widget.give(30, socket_opened(widget.socket));
    assert!(widget.give(40, frame(widget.socket, dead(40, CanResume::NotAsked))).contains(&go));
    assert!(widget.events.ends_with(&[HostEvent::Redirected, HostEvent::Expired]), "{:?}", widget.events);
    // A token is held: how its conversation stands decides.
    for (phase, goes) in
        [(talking_phase(), false), (Phase::Ended { because: EndedBecause::AgentEnded, at: Timestamp(1) }, true)]
    {
        let mut widget = Widget::new();
        widget.give(0, init(Init { token: Some(token(7)), arrival: link_arrival(), ..usual() }));
        widget.give(1, socket_opened(1));
        assert!(!widget.give(2, frame(1, dead(2, CanResume::Yes))).contains(&go));
        assert_eq!(widget.give(3, frame(1, state(1, phase, 0))).contains(&go), goes);
        assert_eq!(widget.machine.notice(), Some(Notice::LinkDead));
        widget.give(4, Event::DismissNotice);
        assert!(widget.changed);
        assert_eq!(widget.machine.notice(), None);
    }
}

/// The relay's first "expired" is doubted, since another tab may be about to start with the token; so long the link waits.
#[test]
fn a_dead_link_waits_until_it_is_known_whether_a_conversation_starts_here() {
    let expired = |now, arrival| {
        welcome_with(now, |welcome| {
            welcome.resume = CanResume::Expired;
            welcome.arrival = arrival;
            welcome.redirect = "https://shop.example/contact".parse().ok();
        })
    };
    let go = Did::Redirect("https://shop.example/contact".to_owned());
    let asking = || {
        let mut widget = Widget::new();
        widget.give(0, init(Init { token: Some(token(7)), arrival: link_arrival(), ..usual() }));
        widget.give(1, socket_opened(1));
        let did = widget.give(2, frame(1, expired(2, ArrivalAnswer::Dead)));
        assert!(did.contains(&Did::LoadStart) && !did.contains(&go), "{did:?}");
        widget
    };
    let mut nobody = asking();
    assert!(!nobody.give(3, Event::StoredStart { bytes: None }).contains(&go), "not known yet");
    nobody.give(2_503, wake());
    nobody.give(2_503, Event::StoredStart { bytes: None });
    nobody.give(2_510, socket_opened(2));
    let did = nobody.give(2_520, frame(2, expired(2_520, ArrivalAnswer::NotAsked)));
    assert!(did.contains(&Did::LoadStart) && !did.contains(&go), "{did:?}");
    assert!(nobody.give(2_521, Event::StoredStart { bytes: None }).contains(&go), "now it is");

    let mut starter = Widget::new();
    starter.give(0, init(Init { open: true, ..usual() }));
    starter.welcomed(1, CanResume::NotAsked);
    starter.give(2, submit(7, "hello"));
    starter.give(3, host_says(Some(7)));
    let mut other = asking();
    let did = other.give(4, Event::StoredStart { bytes: starter.start.clone() });
    assert!(did.contains(&go) && sent(&did).is_empty(), "a dead link starts nothing: {did:?}");
    assert_eq!(other.machine.draft(), "hello", "the words wait in the composer");
}

#[test]
fn a_provider_without_a_newer_jwt_is_asked_again_half_a_minute_later() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, has_provider: true, ..usual() }));
    widget.give(0, signed_in("good"));
    widget.give(0, socket_opened(1));
    let expires_at = Timestamp(AHEAD + 100_000);
    widget.give(0, frame(1, welcome_with(0, |welcome| welcome.sign_in = SignInAnswer::Accepted { expires_at })));
    assert!(widget.give(40_000, wake()).contains(&Did::AskSignIn));
    assert_eq!(sent(&widget.give(40_100, signed_in("good"))), [], "the same as before");
    assert!(!widget.give(60_000, wake()).contains(&Did::AskSignIn));
    assert!(widget.give(70_100, wake()).contains(&Did::AskSignIn));
}

#[test]
fn a_dead_hand_over_costs_nothing_not_even_a_word() {
    let mut widget = Widget::new();
    let arrival = Some(Arrival::Handover { code: HandoverCode::from_bytes([1; 32]), token: token(50) });
    widget.give(0, init(Init { arrival, ..usual() }));
    widget.give(1, socket_opened(1));
    widget.give(2, frame(1, answered(2, CanResume::NotAsked, ArrivalAnswer::Dead)));
    assert_eq!((widget.machine.screen(), widget.machine.notice()), (Screen::Idle, None));
    assert!(widget.events.is_empty());
}

#[test]
fn a_good_link_asks_once_where_another_conversation_lives() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { token: Some(token(7)), arrival: link_arrival(), ..usual() }));
    widget.give(1, socket_opened(1));
    widget.give(2, frame(1, answered(2, CanResume::Yes, ArrivalAnswer::Waits)));
    assert!(widget.machine.asks_where());
    widget.at(10, Event::GoToArrival, &[Did::Send(CustomerToRelay::GoToArrival)]);
    widget.give(11, Event::Stay);
    assert!(!widget.machine.asks_where());
    widget.give(12, frame(1, answered(12, CanResume::Yes, ArrivalAnswer::Waits)));
    assert!(!widget.machine.asks_where(), "once");
    widget.at(20, Event::GoToArrival, &[]);
}

#[test]
fn somebody_elses_conversation_leaves_this_browser_with_all_its_words() {
    let mut widget = Widget::new();
    let mut before = Widget::talking();
    before.give(10, submit(2, "unsent"));
    let stored = Init {
        token: Some(token(7)),
        outbox: before.outbox.clone(),
        draft: "half a thought".to_owned(),
        has_provider: true,
        ..usual()
    };
    widget.give(100_000, init(stored));
    widget.give(100_010, signed_in("good"));
    widget.give(100_020, submit(3, "mine"));
    widget.give(100_030, socket_opened(1));
    let did = widget.give(100_040, frame(1, welcome(100_040, CanResume::NotYours)));
    assert!(did.contains(&Did::Token(None)) && did.contains(&Did::Outbox(0)), "{did:?}");
    assert_eq!((widget.machine.screen(), widget.machine.draft(), widget.words().len()), (Screen::Idle, "mine", 0));
}

#[test]
fn a_sign_out_wipes_everything_and_closes_the_connection() {
    let mut widget = Widget::talking();
    widget.give(10, submit(2, "unsent"));
    widget.give(11, draft("half a thought"));
    let did = widget.give(20, Event::SignOut);
    for wiped in [Did::Outbox(0), Did::Draft(""), Did::NoStart, Did::Token(None), Did::Close(1, 1000)] {
        assert!(did.contains(&wiped), "{wiped:?} in {did:?}");
    }
    assert_eq!((widget.machine.screen(), widget.machine.draft(), widget.words().len()), (Screen::Idle, "", 0));
}

#[test]
fn after_a_sign_out_the_page_is_asked_who_comes_next() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { token: Some(token(7)), open: true, has_provider: true, ..usual() }));
    widget.give(10, signed_in("good"));
    widget.welcomed(20, CanResume::Yes);
    let did = widget.give(30, Event::SignOut);
    assert!(did.contains(&Did::AskSignIn) && !did.contains(&Did::Dial(2)), "{did:?}");
}

#[test]
fn a_refused_jwt_is_asked_for_again_after_half_a_minute() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { open: true, has_provider: true, ..usual() }));
    widget.give(0, signed_in("good"));
    widget.give(0, socket_opened(1));
    widget.give(0, frame(1, welcome_with(0, |welcome| welcome.sign_in = SignInAnswer::Refused)));
    for now in (5_000..30_000).step_by(5_000) {
        assert!(!widget.give(now, wake()).contains(&Did::AskSignIn), "at {now}");
        let beat = RelayToCustomer::Beat { now: Timestamp(now + AHEAD), head: model::Seq(0) };
        widget.give(now, frame(widget.socket, beat));
    }
    assert!(widget.give(30_000, wake()).contains(&Did::AskSignIn));
}

#[test]
fn a_link_to_copy_is_asked_for_once_and_forgotten_with_its_conversation() {
    let mut widget = Widget::talking();
    widget.at(10, Event::WantLink, &[Did::Send(CustomerToRelay::MintLink)]);
    widget.at(11, Event::WantLink, &[]);
    widget.give(20, frame(1, RelayToCustomer::Link { url: "https://shop.example#rejoin=x".to_owned(), qr: None }));
    assert_eq!(widget.machine.reconnect_link().map(|link| link.url.as_str()), Some("https://shop.example#rejoin=x"));
    widget.at(30, Event::WantLink, &[]);
    assert!(!format!("{:?}", widget.machine).contains("#rejoin="), "not in any log");
    widget.give(40, Event::SignOut);
    assert_eq!(widget.machine.reconnect_link(), None);
}

#[test]
fn hand_over_codes_are_for_sites_of_the_widget_while_a_conversation_lives() {
    let mut widget = Widget::new();
    widget.give(0, init(Init { token: Some(token(7)), ..usual() }));
    widget.give(1, socket_opened(1));
    let sites = vec!["https://help.example".to_owned()];
    let with_sites = welcome_with(2, |welcome| {
        welcome.resume = CanResume::Yes;
        welcome.sites = sites;
    });
    widget.give(2, frame(1, with_sites));
    let wanted = |site: &str| Event::HandoverWanted { site: site.to_owned() };
    widget.at(3, wanted("https://help.example"), &[]);
    widget.give(4, frame(1, state(1, talking_phase(), 0)));
    assert_eq!(widget.live, Some(true));
    widget.at(5, wanted("https://evil.example"), &[]);
    let mint = CustomerToRelay::MintHandover { site: "https://help.example".to_owned() };
    widget.at(6, wanted("https://help.example"), &[Did::Send(mint)]);
    let frame_of = RelayToCustomer::Handover {
        site: "https://help.example".to_owned(),
        code: HandoverCode::from_bytes([1; 32]),
        expires_at: Timestamp(AHEAD + 60_007),
    };
    widget.at(7, frame(1, frame_of), &[Did::Handover("https://help.example".to_owned(), 60_000)]);
}

#[test]
fn the_page_hears_of_reconnecting_away_and_reconnected() {
    let mut widget = Widget::talking();
    widget.give(10, page(PageEvent::Offline));
    widget.give(20, socket_closed(1, 1006));
    widget.give(1_020, wake());
    assert_eq!(widget.events, [HostEvent::Reconnecting]);
    assert_eq!(widget.wake_at, Some(10_020), "to tell in time");
    widget.give(10_020, wake());
    assert_eq!(widget.events, [HostEvent::Reconnecting, HostEvent::Away]);
    widget.give(10_030, page(PageEvent::Online));
    widget.welcomed(10_100, CanResume::Yes);
    assert_eq!(widget.events, [HostEvent::Reconnecting, HostEvent::Away, HostEvent::Reconnected]);
}
