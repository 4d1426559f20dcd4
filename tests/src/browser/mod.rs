//! End to end in a real browser: the relay and the portal as processes, a proxy that can lose the network, Chromium through
//! its driver, and page objects that find by role and accessible name, as a person with a screen reader does.

mod agent;
mod customer;
mod driver;
mod find;
mod proxy;
mod relay;
mod wait;
mod world;

pub use agent::Agent;
pub use customer::Customer;
pub use driver::{Browser, Driver, Screen};
pub use find::Name;
pub use proxy::Proxy;
pub use relay::{Portal, Relay};
pub use wait::{until, while_true};
pub use world::{Setup, World, scenario};
