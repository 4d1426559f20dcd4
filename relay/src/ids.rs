//! Mints ids and secrets: the one place of the relay that asks for randomness.

use gate::FreshIds;
use model::{AgentId, ConnectionId, ConversationId, CustomerId, HandoverCode, LinkSecret, Millis, Timestamp};

/// `N` random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Without randomness every secret would be a guess; there is no way to go on.
    getrandom::fill(&mut bytes).expect("invariant: the operating system gives random bytes");
    bytes
}

/// A UUIDv7: 48 bits of time, then random bits.
fn minted(now: Timestamp) -> u128 {
    uuid::Builder::from_unix_timestamp_millis(now.0, &random::<10>()).into_uuid().as_u128()
}

/// A new conversation's id.
pub(crate) fn conversation(now: Timestamp) -> ConversationId {
    ConversationId::from_u128(minted(now))
}

/// A new customer's id.
pub(crate) fn customer(now: Timestamp) -> CustomerId {
    CustomerId::from_u128(minted(now))
}

/// A new connection's id.
pub(crate) fn connection(now: Timestamp) -> ConnectionId {
    ConnectionId::from_u128(minted(now))
}

/// A new agent's id.
pub(crate) fn agent(now: Timestamp) -> AgentId {
    AgentId::from_u128(minted(now))
}

/// Ids and secrets for one frame of a customer.
pub(crate) fn fresh(now: Timestamp) -> FreshIds {
    FreshIds {
        conversation: conversation(now),
        customer: customer(now),
        link: link(),
        handover: HandoverCode::from_bytes(random()),
    }
}

/// The secret of a new reconnect link.
pub(crate) fn link() -> LinkSecret {
    LinkSecret::from_bytes(random())
}

/// A time up to `within`, for spreading clients out.
pub(crate) fn spread(within: Millis) -> Millis {
    Millis((within.0 as f64 * fraction()) as u64)
}

/// A number between 0 and 1 for spreading clients out.
fn fraction() -> f64 {
    f64::from(u32::from_le_bytes(random())) / (f64::from(u32::MAX) + 1.0)
}
