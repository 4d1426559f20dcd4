//! Who is signed in, who is not, and when nobody knows.

use super::*;

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

#[test]
fn what_one_customer_had_not_sent_is_never_said_in_anothers_conversation() {
    let mut world = talking_signed_in(43);
    world.network_goes_dark("mia");
    world.writes("mia", "my secret");
    world.crashes("mia");
    world.is_signed_in("noor", Some("noor"));
    world.opens_page("noor");
    world.writes("noor", "Hello from noor");
    world.settle();
    world.is_signed_in("mia", Some("noor"));
    world.network_comes_back("mia");
    world.opens_page("mia");
    world.opens_panel("mia");
    world.settle();
    assert!(is_prompt(&world, "mia"), "noor may continue here");
    assert_eq!((world.widget("mia").draft(), world.widget("mia").unsent().len()), ("", 0));
    world.continues("mia");
    world.settle();
    assert_eq!(world.shown("mia"), ["mia: Hello from noor", "another device joined"]);
    assert_eq!(world.shown("noor")[0], "noor: Hello from noor");
    done(world);
}
