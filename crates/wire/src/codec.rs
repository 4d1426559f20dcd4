//! The two encodings.

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::variants::variant_names;

/// How frames are written on one connection; chosen by the WebSocket sub-protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// `rejoin.v1.json`: text frames.
    Json,
    /// `rejoin.v1.bin`: binary frames, postcard.
    Binary,
}

impl Encoding {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Json, Self::Binary];

    /// The sub-protocol's name.
    #[must_use]
    pub const fn subprotocol(self) -> &'static str {
        match self {
            Self::Json => "rejoin.v1.json",
            Self::Binary => "rejoin.v1.bin",
        }
    }

    /// The encoding of a sub-protocol.
    #[must_use]
    pub fn from_subprotocol(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.subprotocol() == name)
    }
}

/// Why bytes are not a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Not a frame of this direction, or with a value out of its limits.
    #[error("not a frame of this protocol")]
    Malformed,
    /// A frame of a kind that this build does not know: newer than it. To be ignored and counted; the connection stays.
    #[error("a frame of an unknown kind")]
    Unknown,
    /// The encoding is not compiled into this build.
    #[error("this build does not speak this encoding")]
    Unsupported,
}

/// A frame of one direction.
pub trait Frame: Serialize + DeserializeOwned {
    /// The names of this direction's frames, in the order of their numbers.
    #[must_use]
    fn kinds() -> &'static [&'static str] {
        variant_names::<Self>()
    }

    /// Writes the frame.
    ///
    /// # Panics
    /// Never for the types of this crate; in a build without the `json` feature asking for JSON is a programming error.
    #[must_use]
    fn encode(&self, encoding: Encoding) -> Vec<u8> {
        match encoding {
            Encoding::Binary => postcard::to_stdvec(self).expect("invariant: every frame type can be written"),
            #[cfg(feature = "json")]
            Encoding::Json => serde_json::to_vec(self).expect("invariant: every frame type can be written"),
            #[cfg(not(feature = "json"))]
            Encoding::Json => panic!("invariant: this build never asks for JSON"),
        }
    }

    /// Reads a frame.
    ///
    /// # Errors
    /// [`DecodeError::Unknown`] where only the name or number of the frame itself is not known; [`DecodeError::Malformed`] for
    /// anything else that is not exactly one frame, unknown variants inside a known frame among them.
    fn decode(encoding: Encoding, bytes: &[u8]) -> Result<Self, DecodeError> {
        match encoding {
            Encoding::Binary => match postcard::take_from_bytes(bytes) {
                Ok((frame, [])) => Ok(frame),
                Err(_) if has_unknown_number::<Self>(bytes) => Err(DecodeError::Unknown),
                Ok(_) | Err(_) => Err(DecodeError::Malformed),
            },
            #[cfg(feature = "json")]
            Encoding::Json => serde_json::from_slice(bytes).map_err(|_| {
                if crate::json_name::is_unknown::<Self>(bytes) { DecodeError::Unknown } else { DecodeError::Malformed }
            }),
            #[cfg(not(feature = "json"))]
            Encoding::Json => Err(DecodeError::Unsupported),
        }
    }
}

/// Whether the frame's number, a postcard varint, is above those that this build knows.
fn has_unknown_number<F: DeserializeOwned>(bytes: &[u8]) -> bool {
    postcard::take_from_bytes::<u32>(bytes).is_ok_and(|(number, _)| number as usize >= variant_names::<F>().len())
}
