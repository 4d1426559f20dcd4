//! Whole worlds in one thread: people with real clients, a network that cuts, stalls and half-opens, a relay of real gates, the
//! real commit loop and the real desk on a disk that fails, and a clock that only the test moves. The same seed gives the same
//! world.
//!
//! ```
//! use rejoin_testkit::World;
//!
//! let mut world = World::new(1);
//! world.opens_console("ravi");
//! world.opens_page("mia");
//! world.writes("mia", "Does the lamp dim?");
//! world.settle();
//! world.accepts("ravi");
//! world.settle();
//! world.answers("ravi", "It does.");
//! world.settle();
//! world.reloads("mia");
//! world.settle();
//! assert_eq!(world.shown("mia"), ["mia: Does the lamp dim?", "Ravi joined", "Ravi: It does."]);
//! world.check();
//! ```
//!
//! A person with one tab is called by their name (`"mia"`); further tabs of the same browser have a number (`"mia/2"`).

mod act;
mod browser;
mod canary;
mod chaos;
mod check;
mod comeback;
mod effects;
mod house;
mod network;
mod people;
mod rng;
mod see;
mod staff;
mod world;

pub use canary::CANARY;
pub use chaos::{Staff, Storm, storm, storm_on_the_floor};
pub use check::Compared;
pub use rng::Rng;
pub use world::World;
