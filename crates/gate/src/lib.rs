//! One connection's manners. Pure: time comes in, frames and inputs go out.
//!
//! A connection begins as [`Unidentified`] and is *consumed* by its hello into a [`CustomerGate`] or a [`ConsoleGate`], so that
//! code that has seen no hello has no method to call. From then on a gate
//! - turns frames into [`desk::Input`]s and keeps limits ([`CustomerGate::receive`]),
//! - turns [`desk::Notice`]s into frames for this peer ([`CustomerGate::notice`]),
//! - keeps the heartbeat ([`CustomerGate::due`], [`CustomerGate::tick`]),
//! - keeps a [`Cursor`] per conversation: what to read next from the log and what to send of it,
//! - keeps of every whole value only the newest ([`Latest`]).
//!
//! What an audience may see is a function: [`customer_entry`] and [`agents_entry`] give an entry exactly for the facts that
//! [`desk::ConversationFact::is_for`] names (product 4.6).
//!
//! A peer that breaks the protocol is a [`Misbehavior`], which has a close code; a rule that says no is a `wire::Refusal`, and
//! the connection stays.

mod agents_texts;
mod asked;
mod bucket;
mod claims;
mod comeback;
mod console;
mod cursor;
mod customer;
mod digest;
mod entries;
mod floor;
mod heartbeat;
mod hello;
mod incoming;
mod latest;
mod link;
mod misbehavior;
mod names;
mod pre_chat;
mod refusal;
mod rows;
mod sign_in;
mod staff;
mod states;
mod subprotocol;
mod texts;

pub use agents_texts::AgentsTextsOf;
pub use bucket::Bucket;
pub use claims::said_before;
pub use console::{ConsoleGate, agent_request};
pub use cursor::{Cursor, Delivery, Hole, Page};
pub use customer::CustomerGate;
pub use digest::{body_digest, handover_hash, identity_hash, link_hash, token_hash};
pub use entries::{ERASED_WORDS, agents_entry, customer_entry};
pub use heartbeat::Heartbeat;
pub use hello::{AwaitsConsole, AwaitsCustomer, ConsoleWelcome, Greeted, Hailed, KnownWidget, Unidentified};
pub use incoming::{Answer, FreshIds, Handover, Incoming, Received};
pub use latest::Latest;
pub use link::{MintedLink, Portal, reconnect_url};
pub use misbehavior::Misbehavior;
pub use names::{Names, agent_name};
pub use refusal::{refusal, refusal_code};
pub use sign_in::SignInResult;
pub use staff::{colleagues_state, floor_agent, floor_row, parts_state, presences_state, staff_state};
pub use states::{card, conversation_state, customer_state, desk_state, ledger_line, prompt_state, why_waiting};
pub use subprotocol::{Negotiated, negotiate};
pub use texts::TextsOf;
