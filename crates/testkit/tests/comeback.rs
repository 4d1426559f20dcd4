//! How customers come back after they were disconnected, and where nobody may. Every story ends with all promises checked.

use client::customer::{Late, Notice, Screen};
use model::Millis;
use rejoin_testkit::World;
use wire::{CardState, EndedBecause, Request};

const TALK: [&str; 3] = ["mia: Does the lamp dim?", "Ravi joined", "Ravi: It does."];

fn new_world(seed: u64) -> World {
    let mut world = World::new(seed);
    world.keeps_places(Millis::minutes(10), Millis::minutes(30));
    world.settle();
    world
}

fn talk(world: &mut World, browser: &str) {
    world.opens_console("ravi");
    world.opens_page(browser);
    world.writes(browser, "Does the lamp dim?");
    world.settle();
    world.accepts("ravi");
    world.settle();
    world.answers("ravi", "It does.");
    world.settle();
    assert_eq!(world.shown(browser), TALK);
}

/// Mia talks with Ravi, anonymous.
fn talking(seed: u64) -> World {
    let mut world = new_world(seed);
    talk(&mut world, "mia");
    world
}

/// Mia talks with Ravi, signed in.
fn talking_signed_in(seed: u64) -> World {
    let mut world = new_world(seed);
    world.is_signed_in("mia", Some("mia"));
    talk(&mut world, "mia");
    world
}

/// Her page is gone, and four minutes.
fn disconnects(world: &mut World) {
    world.crashes("mia");
    world.passes(Millis::minutes(4));
    assert!(world.transcript("ravi").contains(&"the customer has disconnected".to_owned()));
    assert_eq!(world.units_taken("ravi"), 1, "the place is kept");
}

fn is_prompt(world: &World, name: &str) -> bool {
    matches!(world.widget(name).screen(), Screen::Prompt { .. })
}

fn is_talking(world: &World, name: &str) -> bool {
    matches!(world.widget(name).screen(), Screen::Talking { .. })
}

fn done(mut world: World) {
    world.settle();
    world.check();
}

#[test]
fn a_signed_in_customer_is_asked_a_reload_asks_again_and_continue_finds_the_same_agent_and_words() {
    let mut world = talking_signed_in(1);
    disconnects(&mut world);
    world.opens_page("mia");
    world.settle();
    let Screen::Prompt { agent, hold_until, until, is_elsewhere } = world.widget("mia").screen() else {
        panic!("{:?}", world.widget("mia").screen())
    };
    assert_eq!(agent.unwrap().as_str(), "Ravi");
    assert!(hold_until.unwrap() < until.unwrap() && !is_elsewhere);
    world.reloads("mia");
    world.settle();
    assert!(is_prompt(&world, "mia"));
    world.continues("mia");
    world.settle();
    assert!(is_talking(&world, "mia"));
    assert_eq!(world.shown("mia"), TALK);
    assert!(
        world.transcript("ravi").ends_with(&["the customer came back: Prompt".to_owned()]),
        "{:?}",
        world.transcript("ravi")
    );
    assert_eq!(world.offered("ravi"), None, "no new offer");
    world.writes("mia", "I am back.");
    world.reloads("mia");
    world.settle();
    assert_eq!(world.shown("mia").last().unwrap(), "mia: I am back.");
    assert_eq!(world.conversation_count(), 1);
    done(world);
}

#[test]
fn start_new_frees_the_agent_on_the_press() {
    let mut world = talking_signed_in(2);
    disconnects(&mut world);
    world.opens_page("mia");
    world.settle();
    world.types("mia", "Something else");
    world.starts_new("mia");
    world.settle();
    assert_eq!(world.widget("mia").screen(), Screen::Idle);
    assert_eq!(world.widget("mia").draft(), "Something else");
    assert_eq!(world.units_taken("ravi"), 0);
    world.writes("mia", "Something else");
    world.settle();
    assert_eq!(world.shown("mia"), ["mia: Something else"]);
    assert_eq!(world.conversation_count(), 2);
    done(world);
}

#[test]
fn an_anonymous_customer_who_is_late_reads_why_and_start_new_frees_the_agent() {
    let mut world = talking(3);
    disconnects(&mut world);
    world.opens_page("mia");
    world.settle();
    let screen = world.widget("mia").screen();
    assert!(matches!(screen, Screen::Ended { because: EndedBecause::CustomerDisconnected, .. }), "{screen:?}");
    assert_eq!(world.units_taken("ravi"), 1);
    world.starts_new("mia");
    world.settle();
    assert_eq!((world.widget("mia").screen(), world.units_taken("ravi")), (Screen::Idle, 0));
    done(world);
}

#[test]
fn start_new_without_a_connection_is_told_when_there_is_one() {
    let mut world = talking(4);
    disconnects(&mut world);
    world.opens_page("mia");
    world.opens_panel("mia");
    world.settle();
    world.network_goes_dark("mia");
    world.starts_new("mia");
    world.passes(Millis::seconds(40));
    assert_eq!(world.units_taken("ravi"), 1, "nobody was told");
    world.network_comes_back("mia");
    world.settle();
    assert_eq!((world.widget("mia").screen(), world.units_taken("ravi")), (Screen::Idle, 0));
    done(world);
}

#[test]
fn where_the_owner_says_so_anonymous_customers_are_asked_too() {
    let mut world = new_world(5);
    world.asks_anonymous();
    world.settle();
    talk(&mut world, "mia");
    disconnects(&mut world);
    world.opens_page("mia");
    world.settle();
    assert!(is_prompt(&world, "mia"));
    world.continues("mia");
    world.settle();
    assert_eq!(world.shown("mia"), TALK);
    done(world);
}

#[test]
fn a_link_opens_in_a_fresh_browser_without_a_question() {
    let mut world = talking(6);
    let link = world.copies_link("mia").unwrap();
    disconnects(&mut world);
    for device in ["mia@phone", "mia@laptop"] {
        world.opens_link(device, &link);
        world.settle();
        assert!(is_talking(&world, device), "{:?}", world.widget(device).screen());
        assert_eq!(world.shown(device)[..3], TALK);
        world.reloads(device);
        world.settle();
        assert!(is_talking(&world, device), "the browser holds a token of its own now");
    }
    assert_eq!(world.conversation_count(), 1);
    done(world);
}

#[test]
fn a_link_opened_while_another_device_is_connected_is_told_to_both() {
    let mut world = talking(7);
    let link = world.copies_link("mia").unwrap();
    world.opens_link("mia@phone", &link);
    world.settle();
    for device in ["mia", "mia@phone"] {
        assert_eq!(world.shown(device).last().unwrap(), "another device joined");
    }
    assert!(world.transcript("ravi").contains(&"another device joined: Link".to_owned()));
    world.writes("mia@phone", "From my phone.");
    world.settle();
    assert_eq!(world.shown("mia"), world.shown("mia@phone"));
    done(world);
}

#[test]
fn a_dead_link_without_a_redirect_says_why_and_starts_nothing() {
    let mut world = talking(8);
    let link = world.copies_link("mia").unwrap();
    disconnects(&mut world);
    world.passes(Millis::minutes(40));
    for expired in [true, false] {
        match expired {
            true => world.opens_link("mia@phone", &link),
            false => world.opens_forged_link("mia@phone"),
        }
        world.settle();
        assert_eq!(world.widget("mia@phone").screen(), Screen::TooLate { of: Late::Link });
        assert_eq!(world.redirected("mia@phone"), None);
        world.starts_new("mia@phone");
        world.settle();
        assert_eq!(world.widget("mia@phone").screen(), Screen::Idle);
    }
    assert_eq!(world.conversation_count(), 1);
    done(world);
}

#[test]
fn a_dead_link_sends_the_browser_away_before_any_lookup() {
    let mut world = new_world(9);
    world.redirects_to("https://shop.example/contact");
    world.settle();
    world.is_signed_in("mia", Some("mia"));
    world.is_signed_in("mia@phone", Some("mia"));
    talk(&mut world, "mia");
    for device in ["mia@phone", "tom"] {
        world.opens_forged_link(device);
        world.settle();
        assert_eq!(world.redirected(device), Some("https://shop.example/contact"));
    }
    // The browser that holds the live conversation is told, and goes on with it.
    world.opens_forged_link("mia");
    world.settle();
    assert_eq!((world.redirected("mia"), world.widget("mia").notice()), (None, Some(Notice::LinkDead)));
    assert!(is_talking(&world, "mia"));
    assert_eq!(world.conversation_count(), 1);
    done(world);
}

#[test]
fn an_unreachable_relay_sends_nobody_away() {
    let mut world = new_world(10);
    world.redirects_to("https://shop.example/contact");
    world.settle();
    talk(&mut world, "mia");
    let link = world.copies_link("mia").unwrap();
    disconnects(&mut world);
    world.relay_is_killed_for(Millis::minutes(5));
    world.opens_link("mia@phone", &link);
    world.writes("mia@phone", "Hello?");
    world.passes(Millis::minutes(4));
    assert_eq!(world.redirected("mia@phone"), None);
    assert!(world.widget("mia@phone").shows_other_ways(world.now()));
    world.passes(Millis::minutes(2));
    world.settle();
    assert!(is_talking(&world, "mia@phone"), "the outage moved the limit");
    assert_eq!(world.conversation_count(), 1);
    done(world);
}

#[test]
fn keys_out_of_reach_are_unknown_and_start_nothing() {
    let mut world = talking_signed_in(11);
    disconnects(&mut world);
    world.keys_are_down(true);
    world.opens_page("mia");
    world.opens_panel("mia");
    world.passes(Millis::seconds(30));
    assert_eq!(world.widget("mia").screen(), Screen::Resuming);
    assert!(world.shown("mia").is_empty(), "no message is shown");
    world.writes("mia", "Anybody there?");
    world.passes(Millis::seconds(90));
    assert!(world.widget("mia").shows_other_ways(world.now()));
    assert_eq!(world.conversation_count(), 1);
    world.keys_are_down(false);
    world.passes(Millis::seconds(40));
    assert!(is_prompt(&world, "mia"), "{:?}", world.widget("mia").screen());
    world.continues("mia");
    world.settle();
    assert_eq!(world.shown("mia").last().unwrap(), "mia: Anybody there?");
    assert_eq!(world.conversation_count(), 1);
    done(world);
}

#[test]
fn keys_out_of_reach_start_nothing_for_a_customer_with_nothing_in_this_browser() {
    let mut world = talking_signed_in(12);
    world.is_signed_in("mia@phone", Some("mia"));
    world.keys_are_down(true);
    world.opens_page("mia@phone");
    world.writes("mia@phone", "From my phone.");
    world.passes(Millis::minutes(2));
    assert_eq!(world.conversation_count(), 1);
    world.keys_are_down(false);
    world.passes(Millis::seconds(60));
    assert!(is_prompt(&world, "mia@phone"), "continue here: {:?}", world.widget("mia@phone").screen());
    world.continues("mia@phone");
    world.settle();
    assert_eq!(world.shown("mia@phone").last().unwrap(), "mia: From my phone.");
    assert_eq!(world.shown("mia"), world.shown("mia@phone"));
    assert_eq!(world.conversation_count(), 1);
    done(world);
}

#[test]
fn a_provider_that_fails_is_unknown_and_asked_again() {
    let mut world = talking_signed_in(13);
    disconnects(&mut world);
    world.provider_fails("mia", true);
    world.opens_page("mia");
    world.opens_panel("mia");
    world.passes(Millis::seconds(70));
    assert_eq!(world.widget("mia").screen(), Screen::Resuming);
    assert!(world.widget("mia").shows_other_ways(world.now()));
    world.provider_fails("mia", false);
    world.passes(Millis::seconds(40));
    assert!(is_prompt(&world, "mia"));
    done(world);
}

#[test]
fn nobody_signed_in_is_not_the_customer() {
    let mut world = talking_signed_in(14);
    disconnects(&mut world);
    world.is_signed_in("mia", None);
    world.opens_page("mia");
    world.opens_panel("mia");
    world.passes(Millis::seconds(30));
    assert_eq!(world.widget("mia").screen(), Screen::Resuming);
    assert!(world.shown("mia").is_empty());
    world.signs_in("mia", "mia");
    world.settle();
    assert!(is_prompt(&world, "mia"));
    done(world);
}

#[test]
fn another_customers_sign_in_drops_the_token_and_leaves_the_conversation_to_its_clocks() {
    let mut world = talking_signed_in(15);
    world.types("mia", "my secret");
    disconnects(&mut world);
    world.is_signed_in("mia", Some("noor"));
    world.opens_page("mia");
    world.opens_panel("mia");
    world.settle();
    assert_eq!(world.widget("mia").screen(), Screen::Idle);
    assert_eq!((world.shown("mia").len(), world.widget("mia").draft()), (0, ""));
    assert_eq!(world.units_taken("ravi"), 1);
    world.is_signed_in("mia@phone", Some("mia"));
    world.opens_page("mia@phone");
    world.opens_panel("mia@phone");
    world.settle();
    assert!(is_prompt(&world, "mia@phone"), "mia finds it elsewhere");
    done(world);
}

#[test]
fn a_signed_in_customer_continues_on_another_device_while_it_goes_on() {
    let mut world = talking_signed_in(16);
    world.is_signed_in("mia@phone", Some("mia"));
    world.opens_page("mia@phone");
    world.opens_panel("mia@phone");
    world.settle();
    assert!(matches!(world.widget("mia@phone").screen(), Screen::Prompt { is_elsewhere: true, until: None, .. }));
    world.continues("mia@phone");
    world.settle();
    assert!(is_talking(&world, "mia@phone") && is_talking(&world, "mia"));
    done(world);
}

#[test]
fn an_anonymous_conversation_becomes_the_customers_who_signs_in() {
    let mut world = talking(17);
    world.signs_in("mia", "mia");
    world.settle();
    assert!(is_talking(&world, "mia"));
    world.is_signed_in("mia@phone", Some("mia"));
    world.opens_page("mia@phone");
    world.opens_panel("mia@phone");
    world.settle();
    assert!(is_prompt(&world, "mia@phone"));
    done(world);
}

#[test]
fn a_sign_out_wipes_the_conversation_from_the_browser() {
    let mut world = talking_signed_in(18);
    world.opens_page("mia/2");
    world.settle();
    world.types("mia", "half a thought");
    world.signs_out_of_pages("mia");
    world.settle();
    for tab in ["mia", "mia/2"] {
        assert_eq!(world.widget(tab).screen(), Screen::Idle);
        assert_eq!((world.shown(tab).len(), world.widget(tab).draft()), (0, ""));
        world.reloads(tab);
    }
    world.settle();
    assert_eq!(world.widget("mia").screen(), Screen::Idle);
    done(world);
}

#[test]
fn the_prompt_turns_into_too_late_at_the_limit_and_more_time_moves_it() {
    let mut world = talking_signed_in(19);
    disconnects(&mut world);
    world.opens_page("mia");
    world.opens_panel("mia");
    world.settle();
    let limit = |world: &World| {
        let Screen::Prompt { until, .. } = world.widget("mia").screen() else { panic!("not at the prompt") };
        until.unwrap()
    };
    let first = limit(&world);
    assert!(!world.widget("mia").asks_for_time(world.now()));
    world.passes(Millis(first.since(world.now()).0.saturating_sub(50_000)));
    assert!(world.widget("mia").asks_for_time(world.now()));
    world.wants_more_time("mia");
    world.settle();
    assert_eq!(limit(&world).since(first), Millis::minutes(2));
    world.passes(Millis::minutes(4));
    world.settle();
    assert_eq!(world.widget("mia").screen(), Screen::TooLate { of: Late::Prompt });
    world.starts_new("mia");
    world.settle();
    assert_eq!(world.widget("mia").screen(), Screen::Idle);
    assert_eq!(world.conversation_count(), 1);
    done(world);
}

#[test]
fn a_released_hold_shows_at_the_prompt_at_once() {
    let mut world = talking_signed_in(20);
    disconnects(&mut world);
    world.opens_page("mia");
    world.settle();
    let conversation = world.mine("ravi")[0];
    let card = world.console("ravi").card(conversation).unwrap().state;
    assert!(matches!(card, CardState::WrapUp { hold_until: Some(_), promise_until: Some(_), .. }));
    world.asks("ravi", Request::ReleaseHold { conversation });
    world.settle();
    assert!(matches!(world.widget("mia").screen(), Screen::Prompt { hold_until: None, until: Some(_), .. }));
    world.continues("mia");
    world.settle();
    assert!(matches!(world.widget("mia").screen(), Screen::Waiting { .. }), "{:?}", world.widget("mia").screen());
    assert_eq!(world.offered("ravi"), Some(conversation), "the previous agent is asked first");
    done(world);
}

#[test]
fn a_relay_that_dies_between_continue_and_its_answer_loses_nobody() {
    for seed in 30..50 {
        let mut world = talking_signed_in(seed);
        disconnects(&mut world);
        world.opens_page("mia");
        world.settle();
        if seed % 2 == 0 {
            world.relay_dies_after_next_append();
        } else {
            world.relay_dies_before_next_append();
        }
        world.continues("mia");
        world.settle();
        if is_prompt(&world, "mia") {
            world.continues("mia");
            world.settle();
        }
        assert_eq!(world.shown("mia"), TALK);
        assert_eq!(world.conversation_count(), 1);
        done(world);
    }
}

#[test]
fn a_hand_over_takes_the_conversation_to_the_other_site_once() {
    let mut world = talking(51);
    let code = world.asks_for_handover("mia").unwrap();
    world.follows("mia@help", code.clone());
    world.settle();
    assert!(is_talking(&world, "mia@help"));
    assert_eq!(world.shown("mia@help")[..3], TALK);
    // Used, a code is worth nothing, and costs nothing.
    world.follows("mia@help/2", code);
    world.settle();
    assert!(is_talking(&world, "mia@help/2"), "this site's storage holds a token now");
    assert_eq!(world.widget("mia@help/2").notice(), None);
    let stale = world.asks_for_handover("mia").unwrap();
    world.passes(Millis::seconds(61));
    world.follows("tom@help", stale);
    world.settle();
    assert_eq!((world.widget("tom@help").screen(), world.widget("tom@help").notice()), (Screen::Idle, None));
    let misplaced = world.asks_for_handover("mia").unwrap();
    world.follows("tom", misplaced);
    world.settle();
    assert_eq!(world.widget("tom").screen(), Screen::Idle, "a code is bound to its site");
    done(world);
}

#[test]
fn a_link_that_meets_a_live_conversation_asks_once() {
    let mut world = talking(52);
    let link = world.copies_link("mia").unwrap();
    world.opens_console("sofia");
    world.opens_page("tom");
    world.writes("tom", "And a chair?");
    world.settle();
    world.opens_link("tom", &link);
    world.settle();
    assert!(world.widget("tom").asks_where());
    assert_eq!(world.shown("tom"), ["tom: And a chair?"]);
    world.stays("tom");
    world.settle();
    assert!(!world.widget("tom").asks_where());
    world.reloads("tom");
    world.settle();
    assert!(!world.widget("tom").asks_where(), "once");
    // The link stayed good.
    world.opens_link("tom", &link);
    world.settle();
    world.goes_there("tom");
    world.settle();
    assert!(is_talking(&world, "tom") && !world.widget("tom").asks_where());
    assert_eq!(world.shown("tom")[1..3], TALK[1..]);
    world.reloads("tom");
    world.settle();
    assert!(is_talking(&world, "tom"));
    done(world);
}

#[test]
fn a_link_never_opens_for_somebody_else() {
    let mut world = talking_signed_in(53);
    let link = world.copies_link("mia").unwrap();
    world.is_signed_in("tom", Some("tom"));
    world.opens_link("tom", &link);
    world.settle();
    assert_eq!(world.widget("tom").screen(), Screen::TooLate { of: Late::LinkOfSomeoneElse });
    // Without sign-in it opens, and the agent reads so.
    world.opens_link("lea", &link);
    world.settle();
    assert!(is_talking(&world, "lea"));
    let conversation = world.mine("ravi")[0];
    let state = world.console("ravi").opened(conversation).unwrap().state().unwrap().clone();
    assert!(!state.signed_in);
    done(world);
}

#[test]
fn a_slug_in_an_agents_words_offers_a_link_and_the_transcript_holds_none() {
    let mut world = talking(54);
    world.answers("ravi", "Come back with {ReconnectUrl}");
    world.settle();
    let shown = world.shown("mia");
    assert!(shown.contains(&"Ravi offered a link".to_owned()), "{shown:?}");
    assert!(shown.contains(&"Ravi: Come back with".to_owned()), "{shown:?}");
    let conversation = world.mine("ravi")[0];
    let link = world.takes_link("ravi", conversation).unwrap();
    assert!(world.transcript("ravi").contains(&"LinkTaken".to_owned()));
    assert!(!format!("{:?} {:?}", world.shown("mia"), world.transcript("ravi")).contains(&link[24..]));
    disconnects(&mut world);
    world.opens_link("mia@phone", &link);
    world.settle();
    assert!(is_talking(&world, "mia@phone"));
    done(world);
}

#[test]
fn a_start_that_meets_a_conversation_elsewhere_waits_for_the_choice() {
    let mut world = new_world(55);
    world.is_signed_in("mia", Some("mia"));
    world.is_signed_in("mia@phone", Some("mia"));
    world.opens_console("ravi");
    // Both are on an empty page; nothing is known to either.
    for device in ["mia", "mia@phone"] {
        world.opens_page(device);
        world.opens_panel(device);
    }
    world.settle();
    world.writes("mia", "Does the lamp dim?");
    world.settle();
    world.writes("mia@phone", "Hello from my phone.");
    world.settle();
    assert!(is_prompt(&world, "mia@phone"), "{:?}", world.widget("mia@phone").screen());
    assert_eq!(world.conversation_count(), 1);
    world.continues("mia@phone");
    world.settle();
    assert_eq!(world.shown("mia@phone").last().unwrap(), "mia: Hello from my phone.");
    assert_eq!(world.shown("mia"), world.shown("mia@phone"));
    assert_eq!(world.conversation_count(), 1);
    done(world);
}
