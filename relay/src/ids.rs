//! Mints ids and secrets: the one place of the relay that asks for randomness.

use std::cell::RefCell;

use gate::FreshIds;
use model::{
    AgentId, ApiTokenId, ConnectionId, ConversationId, CustomerId, HandoverCode, LinkSecret, Millis, NoteId,
    QuickReplyId, Timestamp, WebhookId,
};

/// Random bytes asked for at once. Every frame comes with fresh ids for what it may start, and a system call for each of them would
/// cost more than reading the frame.
const POOL_BYTES: usize = 1_024;

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; POOL_BYTES], left: 0 }) };
}

/// Random bytes that nobody has got yet.
struct Pool {
    bytes: [u8; POOL_BYTES],
    left: usize,
}

impl Pool {
    fn take<const N: usize>(&mut self) -> [u8; N] {
        const { assert!(N <= POOL_BYTES) };
        if self.left < N {
            // Without randomness every secret would be a guess; there is no way to go on.
            getrandom::fill(&mut self.bytes).expect("invariant: the operating system gives random bytes");
            self.left = POOL_BYTES;
        }
        let end = self.left;
        self.left -= N;
        let mut taken = [0; N];
        // What is given out is not kept.
        taken.swap_with_slice(&mut self.bytes[self.left..end]);
        taken
    }
}

/// `N` random bytes.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    POOL.with_borrow_mut(Pool::take)
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

/// A new quick reply's id.
pub(crate) fn quick_reply(now: Timestamp) -> QuickReplyId {
    QuickReplyId::from_u128(minted(now))
}

/// A new API token's id.
pub(crate) fn api_token(now: Timestamp) -> ApiTokenId {
    ApiTokenId::from_u128(minted(now))
}

/// A new webhook's id.
pub(crate) fn webhook(now: Timestamp) -> WebhookId {
    WebhookId::from_u128(minted(now))
}

/// A new note's id.
pub(crate) fn note(now: Timestamp) -> NoteId {
    NoteId::from_u128(minted(now))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_random_bytes_are_given_twice_or_left_behind() {
        let mut given: Vec<[u8; 16]> = (0..1_000).map(|_| random()).collect();
        given.sort_unstable();
        given.dedup();
        assert_eq!(given.len(), 1_000);
        POOL.with_borrow(|pool| assert!(pool.bytes[pool.left..].iter().all(|&byte| byte == 0)));
    }
}
