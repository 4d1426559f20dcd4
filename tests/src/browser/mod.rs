//! End to end in real browsers: the relay and the portal as processes, a proxy that can lose the network, browsers through
//! their drivers, and page objects that find by role and accessible name, as a person with a screen reader does.

mod agent;
mod audit;
mod customer;
mod devtools;
mod display;
mod driver;
mod engine;
mod find;
mod http;
mod keyboard;
mod proxy;
mod relay;
mod wait;
mod world;

pub use agent::Agent;
pub use customer::Customer;
pub use driver::{Browser, Driver, Kind, Screen};
pub use engine::Engine;
pub use find::Name;
pub use proxy::Proxy;
pub use relay::{Portal, Relay};
pub use wait::{until, until_within, while_true};
pub use world::{Setup, World, scenario};
