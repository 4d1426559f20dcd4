//! Stories that a supervisor could read.

use model::Millis;
use rejoin_testkit::World;

/// Ravi is at the console, Mia has written, Ravi has accepted and answered.
fn talking(seed: u64) -> World {
    let mut world = World::new(seed);
    world.opens_console("ravi");
    world.opens_page("mia");
    world.writes("mia", "Does the lamp dim?");
    world.settle();
    world.accepts("ravi");
    world.settle();
    world.answers("ravi", "It does.");
    world.settle();
    world
}

const TALK: [&str; 3] = ["mia: Does the lamp dim?", "Ravi joined", "Ravi: It does."];

#[test]
fn a_reload_shows_everything_once_and_asks_nothing() {
    let mut world = talking(1);
    world.reloads("mia");
    world.settle();
    assert_eq!(world.shown("mia"), TALK);
    world.check();
}

#[test]
fn words_written_while_the_network_is_away_arrive_once() {
    let mut world = talking(2);
    world.network_goes_dark("mia");
    world.writes("mia", "Hello?");
    world.passes(Millis::seconds(20));
    world.network_comes_back("mia");
    world.settle();
    assert_eq!(world.shown("mia").last().map(String::as_str), Some("mia: Hello?"));
    world.check();
}
