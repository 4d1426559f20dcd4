//! Socket tasks: one per connection. They move frames between the peer, the gate, the desk and the switchboard; they decide
//! nothing themselves.

mod closing;
mod console;
mod customer;
mod end;
mod first;
mod session;
mod side;

pub(crate) use closing::unsupported;
pub(crate) use console::console;
pub(crate) use customer::customer;
