//! Reconnect links and hand-over codes, good and dead.

use super::*;

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
