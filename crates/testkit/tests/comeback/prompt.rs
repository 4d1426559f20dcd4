//! Continue or start new: the prompt, and where it is too late for it.

use super::*;

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
fn first_words_whose_conversation_is_over_are_not_said_again_in_another() {
    let mut world = new_world(41);
    world.is_signed_in("mia@phone", Some("mia"));
    world.opens_page("mia@phone");
    world.writes("mia@phone", "Is anybody there?");
    world.waits_for_an_append();
    world.crashes("mia@phone");
    world.passes(Millis::minutes(4));
    // Nobody had it: it is closed, and the phone knows nothing of all this.
    world.is_signed_in("mia", Some("mia"));
    talk(&mut world, "mia");
    world.opens_page("mia@phone");
    world.opens_panel("mia@phone");
    world.settle();
    assert!(is_prompt(&world, "mia@phone"));
    assert_eq!(world.widget("mia@phone").draft(), "Is anybody there?");
    world.reloads("mia@phone");
    world.settle();
    world.continues("mia@phone");
    world.settle();
    assert_eq!(world.shown("mia@phone")[..3], TALK);
    assert!(world.shown("mia@phone").iter().all(|line| !line.contains("anybody")), "{:?}", world.shown("mia@phone"));
    assert_eq!(world.widget("mia@phone").draft(), "Is anybody there?");
    done(world);
}

#[test]
fn words_of_a_talk_that_is_over_are_not_said_again_in_another() {
    let mut world = World::new(42);
    world.is_signed_in("mia", Some("mia"));
    talk(&mut world, "mia");
    world.writes("mia", "The blue one.");
    world.waits_for_an_append();
    world.crashes("mia");
    world.passes(Millis::minutes(4));
    world.is_signed_in("mia@phone", Some("mia"));
    world.opens_page("mia@phone");
    world.writes("mia@phone", "From my phone.");
    world.settle();
    world.opens_page("mia");
    world.opens_panel("mia");
    world.settle();
    assert!(is_prompt(&world, "mia"));
    assert_eq!(world.widget("mia").draft(), "The blue one.");
    world.continues("mia");
    world.settle();
    assert_eq!(world.shown("mia"), world.shown("mia@phone"));
    assert_eq!(world.shown("mia")[0], "mia: From my phone.");
    assert!(world.shown("mia").iter().all(|line| !line.contains("blue")), "{:?}", world.shown("mia"));
    done(world);
}
