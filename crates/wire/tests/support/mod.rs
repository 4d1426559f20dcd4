//! Sample frames: at least one of every kind, and every variant inside them.

mod console;
mod customer;

use model::{AgentId, ConversationId, DisplayName, MessageText, SendKey, Timestamp};
use wire::{Encoding, Frame};

pub(crate) use console::{console_to_relay, relay_to_console};
pub(crate) use customer::{customer_to_relay, relay_to_customer};

pub(crate) const NOON: Timestamp = Timestamp(1_795_262_400_000);

pub(crate) fn conversation() -> ConversationId {
    ConversationId::from_u128(0x019a_a5f0_0000_7000_8000_0000_0000_0001)
}

pub(crate) fn ravi() -> AgentId {
    AgentId::from_u128(0x019a_a5f0_0000_7000_8000_0000_0000_00a1)
}

pub(crate) fn key(n: u8) -> SendKey {
    SendKey([n; 16])
}

pub(crate) fn words(text: &str) -> MessageText {
    MessageText::new(text).unwrap()
}

pub(crate) fn name(text: &str) -> DisplayName {
    DisplayName::new(text).unwrap()
}

/// One sample: the direction, the kind, what is special about it, and its bytes.
pub(crate) struct Sample {
    pub(crate) direction: &'static str,
    pub(crate) kind: String,
    pub(crate) variety: &'static str,
    pub(crate) json: Vec<u8>,
    pub(crate) binary: Vec<u8>,
}

impl Sample {
    /// `customer-to-relay.Hello` or `customer-to-relay.Hello.with-token`.
    pub(crate) fn stem(&self) -> String {
        let variety = if self.variety.is_empty() { String::new() } else { format!(".{}", self.variety) };
        format!("{}.{}{variety}", self.direction, self.kind)
    }
}

fn samples_of<F: Frame>(direction: &'static str, frames: Vec<(&'static str, F)>) -> Vec<Sample> {
    let sample = |(variety, frame): (&'static str, F)| {
        let json = frame.encode(Encoding::Json);
        let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let key = || value.as_object()?.keys().next().map(String::as_str);
        let kind = value.as_str().or_else(key).expect("frames are externally tagged").to_owned();
        Sample { direction, kind, variety, json, binary: frame.encode(Encoding::Binary) }
    };
    frames.into_iter().map(sample).collect()
}

pub(crate) fn samples() -> Vec<Sample> {
    let mut all = samples_of("customer-to-relay", customer_to_relay());
    all.extend(samples_of("relay-to-customer", relay_to_customer()));
    all.extend(samples_of("console-to-relay", console_to_relay()));
    all.extend(samples_of("relay-to-console", relay_to_console()));
    all
}

/// Reads a frame of a direction and writes it again, in both encodings.
pub(crate) fn again(direction: &str, encoding: Encoding, bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    fn both<F: Frame>(encoding: Encoding, bytes: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let frame = F::decode(encoding, bytes).ok()?;
        Some((frame.encode(Encoding::Json), frame.encode(Encoding::Binary)))
    }
    match direction {
        "customer-to-relay" => both::<wire::CustomerToRelay>(encoding, bytes),
        "relay-to-customer" => both::<wire::RelayToCustomer>(encoding, bytes),
        "console-to-relay" => both::<wire::ConsoleToRelay>(encoding, bytes),
        "relay-to-console" => both::<wire::RelayToConsole>(encoding, bytes),
        other => panic!("no such direction: {other}"),
    }
}
