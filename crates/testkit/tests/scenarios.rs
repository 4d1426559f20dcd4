//! Stories that a supervisor could read. Every one ends with all promises checked.

use client::customer::Screen;
use log::Fault;
use model::Millis;
use rejoin_testkit::World;
use wire::{ConnectionClock, EndedBecause, Request};

/// Ravi is at the console, Mia has written, Ravi has accepted and answered.
fn talking(seed: u64) -> World {
    let mut world = World::new(seed);
    talk(&mut world);
    world
}

fn talk(world: &mut World) {
    world.opens_console("ravi");
    world.opens_page("mia");
    world.writes("mia", "Does the lamp dim?");
    world.settle();
    world.accepts("ravi");
    world.settle();
    world.answers("ravi", "It does.");
    world.settle();
    assert_eq!(world.shown("mia"), TALK);
}

const TALK: [&str; 3] = ["mia: Does the lamp dim?", "Ravi joined", "Ravi: It does."];

/// The talk, and these lines after it.
fn talk_and(lines: &[&str]) -> Vec<String> {
    TALK.iter().chain(lines).map(|line| (*line).to_owned()).collect()
}

fn done(mut world: World) {
    world.settle();
    world.check();
}

#[test]
fn a_reload_shows_everything_once_and_asks_nothing() {
    let mut world = talking(1);
    world.reloads("mia");
    world.settle();
    assert_eq!(world.shown("mia"), TALK);
    assert!(matches!(world.widget("mia").screen(), Screen::Talking { .. }));
    done(world);
}

#[test]
fn a_reload_keeps_draft_and_unsent_words() {
    let mut world = talking(2);
    world.network_goes_dark("mia");
    world.writes("mia", "The blue one.");
    world.types("mia", "And the");
    world.passes(Millis::seconds(2));
    world.reloads("mia");
    world.passes(Millis::seconds(2));
    assert_eq!(world.widget("mia").draft(), "And the");
    world.network_comes_back("mia");
    world.settle();
    assert_eq!(world.shown("mia"), talk_and(&["mia: The blue one."]));
    assert_eq!(world.widget("mia").draft(), "And the");
    done(world);
}

#[test]
fn words_written_while_the_network_is_away_arrive_once() {
    let mut world = talking(3);
    world.network_goes_dark("mia");
    world.writes("mia", "Hello?");
    world.passes(Millis::seconds(20));
    world.network_comes_back("mia");
    world.settle();
    assert_eq!(world.shown("mia"), talk_and(&["mia: Hello?"]));
    done(world);
}

#[test]
fn a_second_tab_is_in_step() {
    let mut world = talking(4);
    world.minimizes("mia");
    world.opens_page("mia/2");
    world.settle();
    assert_eq!(world.shown("mia/2"), TALK);
    world.answers("ravi", "Anything else?");
    world.settle();
    assert_eq!((world.badge("mia"), world.badge("mia/2")), (1, 1));
    world.opens_panel("mia/2");
    world.settle();
    assert_eq!((world.badge("mia"), world.badge("mia/2")), (0, 0));
    world.writes("mia/2", "No, thanks.");
    world.settle();
    assert_eq!(world.shown("mia"), world.shown("mia/2"));
    done(world);
}

#[test]
fn a_chat_ended_in_one_tab_is_ended_in_all() {
    let mut world = talking(5);
    world.opens_page("mia/2");
    world.settle();
    world.ends("mia/2");
    world.settle();
    for tab in ["mia", "mia/2"] {
        assert!(matches!(world.widget(tab).screen(), Screen::Ended { because: EndedBecause::CustomerEnded, .. }));
    }
    done(world);
}

#[test]
fn two_tabs_that_start_at_once_start_one_conversation() {
    let mut world = World::new(6);
    world.opens_console("ravi");
    world.opens_page("mia");
    world.opens_page("mia/2");
    world.writes("mia", "From the first tab.");
    world.writes("mia/2", "From the second tab.");
    world.settle();
    let mut shown = world.shown("mia");
    assert_eq!(shown, world.shown("mia/2"));
    shown.sort_unstable();
    assert_eq!(shown, ["mia: From the first tab.", "mia: From the second tab."]);
    done(world);
}

#[test]
fn a_start_whose_answer_was_lost_starts_once() {
    for seed in 10..30 {
        let mut world = World::new(seed);
        world.opens_page("mia");
        world.settle();
        world.relay_dies_after_next_append();
        world.writes("mia", "Does the lamp dim?");
        world.settle();
        assert_eq!(world.shown("mia"), ["mia: Does the lamp dim?"]);
        world.reloads("mia");
        world.settle();
        assert_eq!(world.shown("mia"), ["mia: Does the lamp dim?"]);
        done(world);
    }
}

#[test]
fn a_relay_that_dies_between_append_and_answer_has_the_words_once() {
    for seed in 30..50 {
        let mut world = talking(seed);
        world.relay_dies_after_next_append();
        world.writes("mia", "The blue one.");
        world.writes("mia", "Not the red one.");
        world.settle();
        assert_eq!(world.shown("mia"), talk_and(&["mia: The blue one.", "mia: Not the red one."]));
        done(world);
    }
}

#[test]
fn words_whose_answer_was_lost_are_not_refused_after_the_close() {
    let mut world = talking(79);
    world.writes("mia", "The blue one.");
    world.waits_for_an_append();
    world.network_goes_dark("mia");
    let conversation = world.mine("ravi")[0];
    world.asks("ravi", Request::End { conversation });
    world.passes(Millis::seconds(1));
    world.asks("ravi", Request::Close { conversation });
    world.passes(Millis::seconds(1));
    assert!(world.mine("ravi").is_empty());
    world.network_comes_back("mia");
    world.settle();
    assert_eq!(world.shown("mia")[3], "mia: The blue one.");
    assert!(world.widget("mia").unsent().is_empty());
    done(world);
}

#[test]
fn a_relay_that_dies_before_the_append_has_the_words_once() {
    for seed in 50..70 {
        let mut world = talking(seed);
        world.relay_dies_before_next_append();
        world.answers("ravi", "Shall I order it?");
        world.writes("mia", "The blue one.");
        world.settle();
        let shown = world.shown("mia");
        assert_eq!(shown.len(), 5, "{shown:?}");
        done(world);
    }
}

#[test]
fn a_half_open_connection_is_found_and_nothing_is_lost() {
    let mut world = talking(7);
    world.connection_goes_half_open("mia");
    world.answers("ravi", "Are you there?");
    world.writes("mia", "I am.");
    world.passes(Millis::seconds(12));
    world.settle();
    let shown = world.shown("mia");
    assert_eq!(shown.len(), 5, "{shown:?}");
    done(world);
}

#[test]
fn a_silent_customer_is_found_away_and_their_return_takes_the_clock_away() {
    let mut world = talking(8);
    let conversation = world.mine("ravi")[0];
    let clock = |world: &World| world.console("ravi").card(conversation).map(|card| card.connection);
    assert!(matches!(clock(&world), Some(ConnectionClock::Connected { .. })));
    world.network_goes_dark("mia");
    world.passes(Millis::seconds(31));
    let Some(ConnectionClock::Away { since, disconnected_at }) = clock(&world) else { panic!("{:?}", clock(&world)) };
    assert_eq!(disconnected_at.since(since), Millis::minutes(3));
    assert!(world.now().since(since) <= Millis::seconds(44), "the last sign of life is at most a heartbeat older");
    world.network_comes_back("mia");
    world.settle();
    assert!(matches!(clock(&world), Some(ConnectionClock::Connected { .. })));
    assert_eq!(world.shown("mia"), TALK, "nothing of it is in the customer's transcript");
    let seen = world.transcript("ravi");
    assert!(seen.ends_with(&["the customer may be away".to_owned(), "the customer is back".to_owned()]), "{seen:?}");
    done(world);
}

#[test]
fn after_three_minutes_the_customer_counts_as_disconnected_and_reads_why() {
    let mut world = talking(9);
    world.network_goes_dark("mia");
    world.passes(Millis::seconds(150));
    assert!(!world.transcript("ravi").contains(&"the customer has disconnected".to_owned()), "never early");
    world.passes(Millis::seconds(32));
    assert!(world.transcript("ravi").contains(&"the customer has disconnected".to_owned()), "never late");
    world.writes("mia", "Hello?");
    world.network_comes_back("mia");
    world.settle();
    let screen = world.widget("mia").screen();
    assert!(matches!(screen, Screen::Ended { because: EndedBecause::CustomerDisconnected, .. }), "{screen:?}");
    assert_eq!(world.shown("mia").first().map(String::as_str), Some(TALK[0]), "what was said stays readable");
    world.starts_new("mia");
    world.settle();
    assert_eq!(world.widget("mia").draft(), "Hello?", "unsent words move into the new composer");
    assert!(world.writes("mia", "Hello again."));
    world.settle();
    assert_eq!(world.shown("mia"), ["mia: Hello again."]);
    done(world);
}

#[test]
fn a_page_out_of_the_back_forward_cache_has_what_it_missed() {
    let mut world = talking(70);
    world.parks("mia");
    world.answers("ravi", "Shall I order it?");
    world.passes(Millis::seconds(60));
    world.comes_back("mia");
    world.settle();
    assert_eq!(world.shown("mia"), talk_and(&["Ravi: Shall I order it?"]));
    done(world);
}

#[test]
fn a_connection_that_stalls_catches_up_in_order() {
    let mut world = talking(71);
    world.connection_stalls("mia", true);
    for n in 0..200 {
        world.answers("ravi", &format!("Line {n}, and some more words so that the pipe fills up."));
        world.passes(Millis(150));
        if n == 60 {
            world.connection_stalls("mia", false);
        }
    }
    world.settle();
    assert_eq!(world.shown("mia").len(), 203);
    done(world);
}

#[test]
fn a_client_far_behind_starts_over_from_a_snapshot() {
    let mut world = World::new(72);
    world.disconnects_after(Millis::minutes(20));
    talk(&mut world);
    world.parks("mia");
    for n in 0..1_100 {
        assert!(world.answers("ravi", &format!("Line {n}")));
        world.passes(Millis(130));
    }
    world.comes_back("mia");
    world.settle();
    assert!(world.widget("mia").is_cut());
    assert_eq!(world.shown("mia").len(), 200);
    assert_eq!(world.shown("mia").last().map(String::as_str), Some("Ravi: Line 1099"));
    done(world);
}

#[test]
fn a_full_disk_refuses_and_loses_nothing() {
    for fault in [Fault::Full, Fault::Io] {
        let mut world = talking(73);
        world.disk_fails(Some(fault));
        world.writes("mia", "The blue one.");
        world.answers("ravi", "Which one?");
        world.passes(Millis::seconds(15));
        assert_eq!(world.shown("mia"), talk_and(&["unsent: The blue one."]), "what was accepted stays readable");
        world.reloads("mia");
        world.passes(Millis::seconds(5));
        world.disk_fails(None);
        world.settle();
        assert_eq!(world.shown("mia").len(), 5);
        done(world);
    }
}

#[test]
fn an_append_that_failed_and_was_written_after_all_is_there_once() {
    for seed in 80..100 {
        let mut world = talking(seed);
        world.next_append_fails(Fault::IoButWritten);
        world.writes("mia", "The blue one.");
        world.settle();
        assert_eq!(world.shown("mia"), talk_and(&["mia: The blue one."]));
        done(world);
    }
}

#[test]
fn a_wrong_clock_and_one_that_jumps_change_nothing() {
    let mut world = talking(90);
    for ms in [3_600_000, -3_600_000, 0] {
        world.clock_is_off_by("mia", ms);
        world.connection_goes_half_open("mia");
        world.writes("mia", &format!("My clock is off by {ms}."));
        world.passes(Millis::seconds(35));
        world.settle();
    }
    assert_eq!(world.shown("mia").len(), 6);
    let (shown, relays) = (world.widget("mia").relay_now(world.now()), world.now());
    assert!(
        shown.since(relays).max(relays.since(shown)) < Millis::seconds(1),
        "clocks that people see are the relay's"
    );
    done(world);
}

#[test]
fn whispers_stay_among_colleagues() {
    let mut world = talking(74);
    world.whispers("ravi", "Is the blue one in stock?");
    world.answers("ravi", "I ask a colleague.");
    world.settle();
    assert_eq!(world.shown("mia"), talk_and(&["Ravi: I ask a colleague."]));
    assert!(world.transcript("ravi").iter().any(|line| line.starts_with("Ravi (internal)")));
    world.reloads("mia");
    done(world);
}

#[test]
fn a_console_reload_loses_nothing_and_two_windows_agree() {
    let mut world = talking(75);
    let conversation = world.mine("ravi")[0];
    let before = world.transcript("ravi");
    world.reloads("ravi");
    world.settle();
    assert_eq!(world.transcript("ravi"), before);
    world.opens_console("ravi/2");
    world.settle();
    world.looks_at("ravi/2", conversation);
    world.settle();
    world.answers("ravi/2", "From the other window.");
    world.settle();
    assert_eq!(world.transcript("ravi"), world.transcript("ravi/2"));
    done(world);
}

#[test]
fn an_agent_gone_past_the_grace_hands_over_the_whole_transcript() {
    let mut world = talking(76);
    world.opens_console("sofia");
    world.settle();
    world.network_goes_dark("ravi");
    world.passes(Millis::seconds(100));
    assert!(matches!(world.widget("mia").screen(), Screen::Talking { away_until: Some(_), .. }));
    world.passes(Millis::seconds(90));
    world.accepts("sofia");
    world.passes(Millis::seconds(2));
    assert_eq!(world.shown("mia"), talk_and(&["Ravi left", "Sofia joined"]));
    assert!(world.transcript("sofia").contains(&"Ravi: It does.".to_owned()));
    world.network_comes_back("ravi");
    world.settle();
    assert!(world.mine("ravi").is_empty());
    done(world);
}

#[test]
fn a_sign_out_moves_conversations_at_once() {
    let mut world = talking(77);
    world.opens_console("sofia");
    world.settle();
    world.signs_out("ravi");
    world.settle();
    assert_eq!(world.shown("mia"), talk_and(&["Ravi left"]));
    world.accepts("sofia");
    world.settle();
    assert_eq!(world.shown("mia"), talk_and(&["Ravi left", "Sofia joined"]));
    done(world);
}

#[test]
fn an_outage_of_the_relay_disconnects_nobody() {
    let mut world = talking(78);
    world.passes(Millis::minutes(2));
    world.relay_is_killed_for(Millis::minutes(10));
    world.passes(Millis::minutes(11));
    world.settle();
    assert_eq!(world.shown("mia"), TALK);
    assert!(matches!(world.widget("mia").screen(), Screen::Talking { .. }));
    assert_eq!(world.mine("ravi").len(), 1);
    done(world);
}

#[test]
fn tabs_agree_on_what_is_read_also_after_a_mark_that_could_not_be_saved() {
    let mut world = talking(60);
    world.opens_page("mia/2");
    world.minimizes("mia");
    world.settle();
    world.answers("ravi", "Here is a picture.");
    world.settle();
    let unread = |world: &World| (world.widget("mia").unread(), world.widget("mia/2").unread());
    assert_eq!(unread(&world), (1, 1));
    world.next_append_fails(Fault::Full);
    world.opens_panel("mia");
    world.settle();
    // The next heartbeat.
    world.passes(Millis::seconds(15));
    world.settle();
    assert_eq!(unread(&world), (0, 0));
    done(world);
}
