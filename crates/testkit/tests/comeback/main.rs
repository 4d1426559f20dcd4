//! How customers come back after they were disconnected, and where nobody may. Every story ends with all promises checked.

mod links;
mod prompt;
mod sign_in;

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
