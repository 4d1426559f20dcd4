//! Socket tasks: one per connection. They move frames between the peer, the gate, the desk and the switchboard; they decide
//! nothing themselves.

mod closing;
mod comeback;
mod console;
mod customer;
mod end;
mod first;
mod senders;
mod session;
mod side;
mod texts;

pub(crate) use closing::unsupported;
pub(crate) use comeback::portal;
pub(crate) use console::console;
pub(crate) use customer::customer;

#[cfg(test)]
mod tests {
    use super::*;

    fn future_bytes<A, B, C, F>(_: fn(A, B, C) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn an_idle_customer_takes_little() {
        // What the allocator is asked for, besides what the socket reads into.
        let sizes = [
            ("task", future_bytes(customer), 384),
            ("session", size_of::<session::Session<gate::CustomerGate>>(), 512),
            ("socket", size_of::<axum::extract::ws::WebSocket>(), 448),
            ("slot", size_of::<crate::switchboard::Slot>(), 160),
        ];
        for (what, bytes, bytes_max) in sizes {
            assert!(bytes <= bytes_max, "{what} takes {bytes} bytes: {sizes:?}");
        }
    }
}
