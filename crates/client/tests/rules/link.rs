//! One connection that is always being kept alive.

use client::link::{Connection, Link, PageEvent, SocketId, Step, StopReason};
use model::{Millis, Timestamp};

const HALF: u32 = u32::MAX / 2;
const MOST: u32 = u32::MAX;

/// A link and the steps of the last event.
#[derive(Default)]
struct Stand {
    link: Link,
}

impl Stand {
    fn steps(&mut self, act: impl FnOnce(&mut Link, &mut Vec<Step>)) -> Vec<Step> {
        let mut steps = Vec::new();
        act(&mut self.link, &mut steps);
        steps
    }

    fn want(&mut self, now: u64) -> Vec<Step> {
        self.steps(|link, steps| link.want(Timestamp(now), steps))
    }

    fn page(&mut self, now: u64, event: PageEvent) -> Vec<Step> {
        self.steps(|link, steps| link.page(Timestamp(now), event, steps))
    }

    fn wake(&mut self, now: u64, jitter: u32) -> Vec<Step> {
        self.steps(|link, steps| link.wake(Timestamp(now), jitter, steps))
    }

    fn closed(&mut self, now: u64, socket: u32, code: u16, jitter: u32) -> Vec<Step> {
        self.steps(|link, steps| link.closed(Timestamp(now), SocketId(socket), code, jitter, steps))
    }

    fn beaten(&mut self) -> Vec<Step> {
        self.steps(|link, steps| link.beaten(steps))
    }

    /// The socket opens and the relay answers the hello, both at once.
    fn up(&mut self, now: u64, socket: u32) {
        assert!(self.link.opened(Timestamp(now), SocketId(socket)));
        assert!(self.link.heard(Timestamp(now), SocketId(socket)));
        assert!(self.link.welcomed(Timestamp(now), Millis::seconds(12)));
    }

    fn connected_at(now: u64) -> Self {
        let mut stand = Self::default();
        assert_eq!(stand.want(now), [dial(1)]);
        stand.up(now, 1);
        stand
    }

    fn wake_at(&self) -> Option<u64> {
        self.link.wake_at().map(|at| at.0)
    }

    fn next_try(&self) -> Option<u64> {
        match self.link.connection() {
            Connection::Reconnecting { next_try_at, .. } => next_try_at.map(|at| at.0),
            other => panic!("{other:?}"),
        }
    }
}

fn dial(socket: u32) -> Step {
    Step::Dial(SocketId(socket))
}

fn close(socket: u32, code: u16) -> Step {
    Step::Close(SocketId(socket), code)
}

#[test]
fn nothing_is_dialed_until_it_is_wanted() {
    let mut stand = Stand::default();
    assert_eq!(stand.link.connection(), Connection::Idle);
    for event in [PageEvent::Online, PageEvent::Visible, PageEvent::Parked, PageEvent::Restored, PageEvent::Offline] {
        assert_eq!(stand.page(5, event), []);
    }
    assert_eq!(stand.wake(6, HALF), []);
    assert_eq!(stand.wake_at(), None);
    assert_eq!(stand.want(7), [dial(1)]);
    assert_eq!(stand.want(8), []);
    assert_eq!(stand.link.connection(), Connection::Connecting);
}

#[test]
fn a_dial_that_does_not_open_in_eight_seconds_is_given_up() {
    let mut stand = Stand::default();
    stand.want(0);
    assert_eq!(stand.wake_at(), Some(8_000));
    assert_eq!(stand.wake(7_999, HALF), []);
    assert_eq!(stand.wake(8_000, HALF), [close(1, 4299), Step::DialFailed]);
    assert_eq!(stand.next_try(), Some(8_249));
    assert_eq!(stand.wake(8_249, HALF), [dial(2)]);
}

#[test]
fn a_hello_that_is_not_answered_in_ten_seconds_is_given_up() {
    let mut stand = Stand::default();
    stand.want(0);
    assert!(stand.link.opened(Timestamp(100), SocketId(1)));
    assert_eq!(stand.wake_at(), Some(10_100));
    assert_eq!(stand.wake(10_100, HALF), [close(1, 4299)]);
    assert_eq!(stand.next_try(), Some(10_349));
}

#[test]
fn events_of_an_older_socket_count_for_nothing() {
    let mut stand = Stand::default();
    stand.want(0);
    stand.wake(8_000, HALF);
    stand.wake(9_000, HALF);
    assert!(!stand.link.opened(Timestamp(9_001), SocketId(1)));
    assert!(!stand.link.heard(Timestamp(9_001), SocketId(1)));
    assert_eq!(stand.closed(9_002, 1, 1006, HALF), []);
    stand.up(9_003, 2);
    assert_eq!(stand.closed(9_004, 1, 4001, HALF), []);
    assert_eq!(stand.link.connection(), Connection::Connected);
}

#[test]
fn back_off_doubles_with_full_jitter_between_a_floor_and_a_cap() {
    let mut stand = Stand::default();
    stand.want(0);
    let mut now = 0;
    let mut waits = Vec::new();
    for socket in 1..14 {
        stand.closed(now, socket, 1006, MOST);
        let at = stand.next_try().expect("it waits");
        waits.push(at - now);
        now = at;
        assert_eq!(stand.wake(now, MOST), [dial(socket + 1)]);
    }
    // No wait is longer than three seconds in the first half minute of an outage, nor than thirty afterwards.
    assert_eq!(waits, [499, 999, 1_999, 2_999, 2_999, 2_999, 2_999, 2_999, 2_999, 2_999, 2_999, 2_999, 29_999]);
    let mut stand = Stand::default();
    stand.want(0);
    stand.closed(0, 1, 1006, 0);
    assert_eq!(stand.next_try(), Some(100), "the floor");
}

#[test]
fn only_a_stable_minute_forgives_failures() {
    let mut stand = Stand::connected_at(0);
    stand.closed(1_000, 1, 1006, MOST);
    stand.wake(1_499, MOST);
    stand.up(1_500, 2);
    stand.closed(11_500, 2, 1006, MOST);
    assert_eq!(stand.next_try(), Some(12_499), "ten seconds forgave nothing");
    stand.wake(12_499, MOST);
    stand.up(12_500, 3);
    stand.closed(72_500, 3, 1006, MOST);
    assert_eq!(stand.next_try(), Some(72_999), "a minute forgave all");
}

#[test]
fn what_follows_a_settled_connection_is_a_young_outage_whatever_was_before() {
    let long_trouble = || {
        let mut stand = Stand::connected_at(0);
        stand.closed(1_000, 1, 1006, MOST);
        let mut socket = 1;
        while stand.next_try().expect("it waits") < 40_000 {
            stand.wake(stand.next_try().expect("it waits"), MOST);
            socket += 1;
            let now = stand.wake_at().expect("it dials") - 8_000;
            stand.closed(now, socket, 1006, MOST);
        }
        stand.wake(70_000, MOST);
        stand.up(70_000, socket + 1);
        (stand, socket + 1)
    };
    let (mut stand, socket) = long_trouble();
    stand.closed(80_000, socket, 1006, MOST);
    assert_eq!(stand.next_try(), Some(82_999), "ten seconds of connection end the old outage");
    let (mut stand, socket) = long_trouble();
    stand.closed(79_999, socket, 1006, MOST);
    assert_eq!(stand.next_try(), Some(109_998), "less is the same outage going on");
}

#[test]
fn close_codes_say_whether_and_when_to_come_back() {
    for (code, expected) in [
        (4000, StopReason::Protocol(4000)),
        (4001, StopReason::Protocol(4001)),
        (4002, StopReason::VersionUnsupported),
        (4003, StopReason::SignedOut),
        (4004, StopReason::WidgetUnknown),
        (4006, StopReason::TooManyConnections),
        (4099, StopReason::Protocol(4099)),
    ] {
        let mut stand = Stand::connected_at(0);
        assert_eq!(stand.closed(5, 1, code, HALF), [Step::Lost, Step::Stopped(expected)]);
        assert_eq!(stand.link.connection(), Connection::Stopped(expected));
        assert_eq!(stand.wake_at(), None);
        assert_eq!(stand.wake(99_999_999, HALF), []);
        assert_eq!(stand.page(99_999_999, PageEvent::Online), []);
    }
    for code in [1000, 1001, 1006, 1011, 4100, 4101, 4104, 4110, 4999] {
        let mut stand = Stand::connected_at(0);
        assert_eq!(stand.closed(5, 1, code, HALF), [Step::Lost], "{code}");
        assert_eq!(stand.next_try(), Some(254), "{code}");
    }
    for code in [4200, 4201, 4299] {
        let mut stand = Stand::connected_at(0);
        assert_eq!(stand.closed(5, 1, code, HALF), [Step::Lost, dial(2)], "{code}");
    }
}

#[test]
fn a_relay_that_says_come_back_at_once_again_and_again_is_given_time() {
    let mut stand = Stand::connected_at(0);
    assert_eq!(stand.closed(10, 1, 4201, HALF), [Step::Lost, dial(2)]);
    stand.up(20, 2);
    assert_eq!(stand.closed(30, 2, 4201, HALF), [Step::Lost]);
    assert_eq!(stand.next_try(), Some(529));
    stand.wake(529, HALF);
    stand.up(530, 3);
    assert_eq!(stand.closed(10_530, 3, 4201, HALF), [Step::Lost, dial(4)], "it had settled");
}

#[test]
fn a_stopping_relay_says_how_long_to_stay_away() {
    let mut stand = Stand::connected_at(0);
    stand.link.draining(Timestamp(1_000), Millis(7_500));
    assert_eq!(stand.closed(2_000, 1, 4200, HALF), [Step::Lost]);
    assert_eq!(stand.next_try(), Some(8_500));
    // A person may try at once.
    assert_eq!(stand.steps(|link, steps| link.try_now(Timestamp(3_000), steps)), [dial(2)]);
}

#[test]
fn a_relay_that_asks_for_a_day_is_not_believed() {
    let mut stand = Stand::connected_at(0);
    stand.link.draining(Timestamp(0), Millis::hours(24));
    stand.closed(0, 1, 4200, HALF);
    assert_eq!(stand.next_try(), Some(60_000));
}

#[test]
fn each_heartbeat_gets_one_answer_and_an_answer_none() {
    let mut stand = Stand::connected_at(0);
    assert_eq!(stand.beaten(), [Step::Beat]);
    assert_eq!(stand.wake_at(), Some(18_000));
    assert_eq!(stand.wake(18_000, HALF), [Step::Beat], "our own");
    assert!(stand.link.heard(Timestamp(18_050), SocketId(1)));
    assert_eq!(stand.beaten(), [], "that was the answer");
    assert_eq!(stand.beaten(), [Step::Beat]);
}

#[test]
fn thirty_silent_seconds_end_a_connection() {
    let mut stand = Stand::connected_at(0);
    assert_eq!(stand.wake(18_000, HALF), [Step::Beat]);
    assert_eq!(stand.wake_at(), Some(30_000));
    assert_eq!(stand.wake(29_999, HALF), []);
    assert_eq!(stand.wake(30_000, HALF), [close(1, 4299), Step::Lost, dial(2)]);
}

#[test]
fn silence_is_found_sooner_where_a_customer_may_be_away_for_less() {
    let mut stand = Stand::default();
    stand.want(0);
    stand.link.opened(Timestamp(0), SocketId(1));
    stand.link.welcomed(Timestamp(0), Millis(800));
    assert_eq!(stand.wake(1_200, HALF), [Step::Beat]);
    assert_eq!(stand.wake(2_000, HALF), [close(1, 4299), Step::Lost, dial(2)]);
}

#[test]
fn a_page_that_is_looked_at_again_probes_a_fresh_socket_and_replaces_a_stale_one() {
    for event in [PageEvent::Visible, PageEvent::Online] {
        let mut stand = Stand::connected_at(0);
        assert_eq!(stand.page(15_000, event), [Step::Beat]);
        assert_eq!(stand.wake_at(), Some(20_000));
        assert_eq!(stand.wake(20_000, HALF), [close(1, 4299), Step::Lost, dial(2)], "the probe was not answered");

        let mut stand = Stand::connected_at(0);
        assert_eq!(stand.page(15_001, event), [Step::Lost, close(1, 4299), dial(2)]);
    }
}

#[test]
fn any_frame_after_a_probe_proves_that_the_socket_lives() {
    let mut stand = Stand::connected_at(0);
    stand.page(1_000, PageEvent::Visible);
    assert!(stand.link.heard(Timestamp(1_300), SocketId(1)));
    assert_eq!(stand.wake(6_000, HALF), []);
    assert_eq!(stand.link.connection(), Connection::Connected);
    assert_eq!(stand.wake_at(), Some(19_300));
}

#[test]
fn a_waiting_link_dials_at_once_when_the_page_is_looked_at_or_the_network_is_back() {
    for event in [PageEvent::Visible, PageEvent::Online] {
        let mut stand = Stand::connected_at(0);
        stand.closed(100, 1, 1006, MOST);
        assert_eq!(stand.page(200, event), [dial(2)]);
        assert_eq!(stand.page(300, event), [], "a young dial is left alone");
        assert_eq!(stand.page(2_300, event), [close(2, 4299), dial(3)], "an old one is not");
    }
}

#[test]
fn offline_is_tried_slowly_all_the_same() {
    let mut stand = Stand::connected_at(0);
    assert_eq!(stand.page(1_000, PageEvent::Offline), [Step::Beat], "browsers are wrong about this at times");
    assert_eq!(stand.wake(6_000, HALF), [close(1, 4299), Step::Lost, dial(2)]);
    stand.closed(6_100, 2, 1006, HALF);
    assert_eq!(stand.next_try(), Some(36_100));
    assert!(matches!(stand.link.connection(), Connection::Reconnecting { offline: true, .. }));
    assert_eq!(stand.page(7_000, PageEvent::Online), [dial(3)]);
}

#[test]
fn a_parked_page_says_so_and_dials_nothing_until_it_is_shown() {
    let mut stand = Stand::connected_at(0);
    assert_eq!(stand.page(500, PageEvent::Parked), [Step::Lost, close(1, 4250)]);
    assert_eq!(stand.link.connection(), Connection::Parked);
    assert_eq!(stand.wake_at(), None);
    for event in [PageEvent::Online, PageEvent::Visible, PageEvent::Parked] {
        assert_eq!(stand.page(600, event), []);
    }
    assert_eq!(stand.want(700), []);
    assert_eq!(stand.closed(800, 1, 1006, HALF), []);
    assert_eq!(stand.page(90_000, PageEvent::Restored), [dial(2)]);
    stand.up(90_050, 2);
    assert_eq!(stand.link.connection(), Connection::Connected);
}

#[test]
fn a_page_restored_without_having_been_parked_does_not_believe_its_socket() {
    let mut stand = Stand::connected_at(0);
    assert_eq!(stand.page(500, PageEvent::Restored), [Step::Lost, close(1, 4299), dial(2)]);
}

#[test]
fn a_waiting_link_is_parked_too() {
    let mut stand = Stand::connected_at(0);
    stand.closed(100, 1, 1006, MOST);
    assert_eq!(stand.page(200, PageEvent::Parked), []);
    assert_eq!(stand.wake(9_999, HALF), []);
    assert_eq!(stand.page(10_000, PageEvent::Restored), [dial(2)]);
}

#[test]
fn what_is_no_frame_ends_the_socket_and_backs_off() {
    let mut stand = Stand::connected_at(0);
    let steps = stand.steps(|link, steps| link.distrust_peer(Timestamp(50), steps));
    assert_eq!(steps, [close(1, 4000), Step::Lost]);
    assert!(stand.next_try().is_some_and(|at| at > 50));
}

#[test]
fn leaving_forgets_the_outage() {
    let mut stand = Stand::connected_at(0);
    stand.closed(100, 1, 1006, MOST);
    assert_eq!(stand.steps(|link, steps| link.leave(steps)), []);
    assert_eq!(stand.link.connection(), Connection::Idle);
    assert_eq!(stand.want(5_000), [dial(2)]);
    assert_eq!(stand.link.connection(), Connection::Connecting);
}

#[test]
fn a_person_may_try_after_a_stop() {
    let mut stand = Stand::connected_at(0);
    stand.closed(100, 1, 4006, HALF);
    assert_eq!(stand.steps(|link, steps| link.try_now(Timestamp(200), steps)), [dial(2)]);
}

#[test]
fn one_failed_dial_in_four_asks_for_another_reason() {
    let mut stand = Stand::default();
    stand.want(0);
    let mut asked = Vec::new();
    let mut now = 0;
    for socket in 1..=8 {
        if stand.closed(now, socket, 1006, HALF).contains(&Step::DialFailed) {
            asked.push(socket);
        }
        now += 60_000;
        stand.wake(now, HALF);
    }
    assert_eq!(asked, [1, 5]);
}
