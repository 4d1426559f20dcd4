//! Ids: newtypes over 128 bits (UUIDv7 where the relay mints them), written as a prefix and 26 base32 characters.

use core::fmt;
use core::str::FromStr;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use thiserror::Error;

/// Crockford's alphabet: no I, L, O or U, so that an id can be read aloud.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_LEN: usize = 26;

/// Why a text is not an id of the wanted kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not an id of this kind; expected `{prefix}` followed by 26 base32 characters")]
pub struct ParseIdError {
    /// The prefix that the text should have begun with.
    pub prefix: &'static str,
}

fn encode(value: u128, out: &mut [u8; TEXT_LEN]) {
    for (index, slot) in out.iter_mut().enumerate() {
        let shift = 5 * (TEXT_LEN - 1 - index);
        *slot = ALPHABET[((value >> shift) & 31) as usize];
    }
}

fn decode(text: &[u8]) -> Option<u128> {
    // The first character carries only three bits: 26 × 5 = 130.
    if text.len() != TEXT_LEN || text[0] > b'7' {
        return None;
    }
    text.iter().try_fold(0u128, |value, byte| {
        let digit = ALPHABET.iter().position(|known| known == byte)?;
        Some((value << 5) | digit as u128)
    })
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// What the text form begins with.
            pub const PREFIX: &'static str = $prefix;

            /// Wraps 128 bits, as minted by the relay or by a test.
            #[must_use]
            pub const fn from_u128(value: u128) -> Self {
                Self(value)
            }

            /// The 128 bits.
            #[must_use]
            pub const fn as_u128(self) -> u128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut text = [0u8; TEXT_LEN];
                encode(self.0, &mut text);
                f.write_str($prefix)?;
                f.write_str(core::str::from_utf8(&text).expect("invariant: the alphabet is ASCII"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                text.strip_prefix($prefix)
                    .and_then(|rest| decode(rest.as_bytes()))
                    .map(Self)
                    .ok_or(ParseIdError { prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    self.0.to_be_bytes().serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    deserializer.deserialize_str(IdVisitor::<Self>(core::marker::PhantomData))
                } else {
                    <[u8; 16]>::deserialize(deserializer).map(|bytes| Self(u128::from_be_bytes(bytes)))
                }
            }
        }
    };
}

struct IdVisitor<T>(core::marker::PhantomData<T>);

impl<T: FromStr<Err = ParseIdError>> Visitor<'_> for IdVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

id!(
    /// One whole exchange, from start to closed.
    ConversationId, "cnv_"
);
id!(
    /// The person in the widget: the holder of one resume token, or an authenticated identity.
    CustomerId, "cus_"
);
id!(
    /// A person who answers.
    AgentId, "agt_"
);
id!(
    /// Where Open conversations wait.
    QueueId, "que_"
);
id!(
    /// How one way in is distributed.
    WorkstreamId, "wst_"
);
id!(
    /// One configured widget.
    WidgetId, "wdg_"
);
id!(
    /// One WebSocket: one tab, one device.
    ConnectionId, "con_"
);
id!(
    /// One quick reply.
    QuickReplyId, "qrp_"
);
id!(
    /// One note of a conversation.
    NoteId, "nte_"
);
id!(
    /// One token of the HTTP API; not the secret.
    ApiTokenId, "atk_"
);
id!(
    /// One custom presence.
    PresenceId, "prs_"
);
id!(
    /// One address that hears of events.
    WebhookId, "whk_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips_and_checks_the_prefix() {
        for value in [0, 1, u128::MAX, 0x0193_5a3c_9d7e_7c11_8a2b_0000_0000_0001] {
            let id = ConversationId::from_u128(value);
            let text = id.to_string();
            assert_eq!(text.len(), 30);
            assert_eq!(text.parse::<ConversationId>(), Ok(id));
            assert!(text.parse::<AgentId>().is_err());
        }
        for bad in ["", "cnv_", "cnv_8zzzzzzzzzzzzzzzzzzzzzzzzz", "cnv_0000000000000000000000000u", "CNV_0"] {
            assert!(bad.parse::<ConversationId>().is_err(), "{bad}");
        }
    }
}
