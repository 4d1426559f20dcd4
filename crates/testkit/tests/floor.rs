//! What storms on the floor have found, as stories.

use log::Fault;
use model::{ConversationId, Millis, SupervisorRights};
use rejoin_testkit::World;
use wire::{Request, StaffState};

const ALL: SupervisorRights = SupervisorRights { monitor: true, assign: true, transfer: true, force_close: true };

/// Mia talks to Ravi.
fn talking(seed: u64) -> (World, ConversationId) {
    let mut world = World::new(seed);
    world.supervisors_may(ALL);
    for name in ["ravi", "dana"] {
        world.opens_console(name);
    }
    world.settle();
    world.opens_page("mia");
    world.writes("mia", "Does the lamp dim?");
    world.settle();
    let conversation = world.accepts("ravi");
    world.settle();
    (world, conversation)
}

fn staff<'a>(world: &'a World, name: &str) -> &'a StaffState {
    world.console(name).staff().expect("every console is told")
}

/// Dana reads along.
fn monitored(seed: u64) -> (World, ConversationId) {
    let (mut world, conversation) = talking(seed);
    world.asks("dana", Request::Monitor { conversation });
    world.looks_at("dana", conversation);
    world.settle();
    assert_eq!(staff(&world, "dana").monitoring.len(), 1);
    (world, conversation)
}

#[test]
fn whoever_is_put_out_by_what_was_written_after_all_reads_nothing_more() {
    let (mut world, conversation) = monitored(1);
    world.next_append_fails(Fault::IoButWritten);
    world.asks("dana", Request::StopMonitoring { conversation });
    world.settle();
    world.writes("mia", "And the other one?");
    world.settle();
    assert!(world.console("dana").opened(conversation).is_some_and(|opened| opened.is_gone()));
    world.check();
}

#[test]
fn whoever_is_put_out_by_what_was_never_written_reads_on() {
    for fault in [Fault::Full, Fault::Io] {
        let (mut world, conversation) = monitored(2);
        // Nobody else looks at it, for whose sake it would be shown.
        world.crashes("ravi");
        world.passes(Millis::seconds(2));
        world.next_append_fails(fault);
        world.asks("dana", Request::StopMonitoring { conversation });
        world.settle();
        world.writes("mia", "And the other one?");
        world.settle();
        world.asks("dana", Request::Join { conversation });
        world.settle();
        world.check();
        let opened = world.console("dana").opened(conversation).expect("it is open");
        assert!(!opened.is_gone() && opened.may_write(false), "{fault:?}: {:?}", opened.parts());
    }
}

#[test]
fn what_may_not_be_read_after_a_reconnect_is_gone_however_much_is_open() {
    let (mut world, first) = talking(3);
    world.opens_page("noor");
    world.writes("noor", "Hello?");
    world.settle();
    let second = world.accepts("ravi");
    world.settle();
    for conversation in [first, second] {
        world.asks("dana", Request::Monitor { conversation });
        world.looks_at("dana", conversation);
    }
    world.settle();
    world.network_goes_dark("dana");
    world.supervisors_may(SupervisorRights { monitor: false, ..ALL });
    world.passes(Millis::seconds(40));
    world.network_comes_back("dana");
    world.settle();
    world.check();
    for conversation in [first, second] {
        assert!(world.console("dana").opened(conversation).is_some_and(|opened| opened.is_gone()));
    }
}

#[test]
fn a_supervisor_who_is_none_after_a_reconnect_sees_no_floor() {
    let (mut world, _) = talking(4);
    world.watches_floor("dana", true);
    world.settle();
    assert_eq!(world.console("dana").floor().map(|floor| floor.rows().count()), Some(1));
    world.network_goes_dark("dana");
    world.is_supervisor("dana", false);
    world.passes(Millis::seconds(40));
    world.network_comes_back("dana");
    world.settle();
    world.check();
    assert!(world.console("dana").floor().is_none());
}

#[test]
fn a_waiting_customers_second_tab_counts_in_the_list_of_those_who_wait() {
    let mut world = World::new(5);
    world.opens_console("ravi");
    world.settle();
    world.opens_page("mia");
    world.writes("mia", "Hello?");
    world.settle();
    world.opens_page("mia/2");
    world.settle();
    world.check();
    world.crashes("mia");
    world.settle();
    world.check();
}

#[test]
fn what_is_not_known_to_be_written_is_shown_to_nobody() {
    let (mut world, conversation) = monitored(6);
    world.opens_console("dana/2");
    world.settle();
    world.next_append_fails(Fault::IoButWritten);
    world.writes("mia", "Is this saved?");
    world.passes(Millis(150));
    // While nobody knows, a window opens it anew.
    world.looks_at("dana/2", conversation);
    world.passes(Millis(300));
    let seen = |world: &World| world.transcript("dana/2").iter().any(|line| line.contains("Is this saved?"));
    assert!(!seen(&world));
    world.settle();
    assert!(seen(&world));
    world.check();
}
