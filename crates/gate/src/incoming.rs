//! What goes into a gate and what comes out.

use desk::Input;
use model::{ConversationId, CustomerId, HandoverCode, LinkSecret};
use wire::{CloseCode, DecodeError, Encoding, Frame, Jwt, limits};

use crate::link::MintedLink;
use crate::misbehavior::Misbehavior;

/// One whole message as the socket gave it. The bytes of a text message need not be valid UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// A text message.
    Text(&'a [u8]),
    /// A binary message.
    Binary(&'a [u8]),
}

/// Ids and secrets that the relay minted for this frame; used where the frame makes something new, else thrown away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshIds {
    /// For a new conversation.
    pub conversation: ConversationId,
    /// For a new customer.
    pub customer: CustomerId,
    /// For a new reconnect link.
    pub link: LinkSecret,
    /// For a new hand-over.
    pub handover: HandoverCode,
}

/// A hand-over code that was just given to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// The code, for one use until [`wire::limits::HANDOVER_FOR`] is over.
    pub code: HandoverCode,
    /// What it opens.
    pub conversation: ConversationId,
    /// The origin of the site on which it works.
    pub site: String,
}

/// What one frame led to. After it, ask the gate for the next page of every cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received<F> {
    /// What the desk is to be told.
    pub input: Option<Input>,
    /// What the gate answers by itself.
    pub reply: Option<F>,
    /// A JWT to verify; then call [`crate::CustomerGate::signed_in`].
    pub sign_in: Option<Jwt>,
    /// To be kept in the relay's memory before `reply`, which names it, is sent.
    pub handover: Option<Handover>,
    /// The frame was of a kind that this relay does not know: it was ignored and is to be counted.
    pub unknown: bool,
}

impl<F> Received<F> {
    pub(crate) const NOTHING: Self = Self { input: None, reply: None, sign_in: None, handover: None, unknown: false };
    pub(crate) const UNKNOWN: Self = Self { unknown: true, ..Self::NOTHING };

    pub(crate) fn input(input: Input) -> Self {
        Self { input: Some(input), ..Self::NOTHING }
    }

    pub(crate) fn reply(frame: F) -> Self {
        Self { reply: Some(frame), ..Self::NOTHING }
    }
}

/// What a notice means for one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<F> {
    /// Nothing to send; a cursor may have something to read.
    Nothing,
    /// Send this frame.
    Frame(F),
    /// A reconnect link is durable: look up the Portal URL, make a frame of both with the gate's `link`, and send that.
    Link(MintedLink),
    /// Close the connection.
    Close(CloseCode),
}

/// A message decoded, or a kind of frame that is to be ignored.
pub(crate) enum Decoded<F> {
    Frame(F),
    Unknown,
}

pub(crate) fn decode<F: Frame>(encoding: Encoding, message: Incoming<'_>) -> Result<Decoded<F>, Misbehavior> {
    let bytes = match (encoding, message) {
        (Encoding::Json, Incoming::Text(bytes)) | (Encoding::Binary, Incoming::Binary(bytes)) => bytes,
        (Encoding::Json, Incoming::Binary(_)) | (Encoding::Binary, Incoming::Text(_)) => {
            return Err(Misbehavior::WrongKind);
        }
    };
    if bytes.len() > limits::FRAME_BYTES_MAX {
        return Err(Misbehavior::TooLarge);
    }
    match F::decode(encoding, bytes) {
        Ok(frame) => Ok(Decoded::Frame(frame)),
        Err(DecodeError::Unknown) => Ok(Decoded::Unknown),
        Err(DecodeError::Malformed | DecodeError::Unsupported) => Err(Misbehavior::NotAFrame),
    }
}
