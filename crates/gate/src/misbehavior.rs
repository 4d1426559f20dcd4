//! Every way in which a peer can be wrong.

use thiserror::Error;
use wire::CloseCode;

/// The peer broke the protocol: the connection is closed with [`Misbehavior::close_code`]. One fixed sentence each, without
/// anything that the peer sent, so that it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Error)]
pub enum Misbehavior {
    /// The bytes are not a frame of this direction, or a value in them is out of its limits.
    #[error("a message was not a frame of this protocol")]
    NotAFrame,
    /// A text message on the binary sub-protocol, or a binary message on the JSON one.
    #[error("a message was of the wrong kind for the sub-protocol")]
    WrongKind,
    /// More than [`wire::limits::FRAME_BYTES_MAX`].
    #[error("a frame was larger than the limit")]
    TooLarge,
    /// The first frame was not a hello.
    #[error("the first frame was not a hello")]
    NoHello,
    /// A hello after the first frame.
    #[error("a second hello came")]
    SecondHello,
    /// No frame within [`wire::limits::HELLO_WITHIN`].
    #[error("no hello came in time")]
    HelloTooLate,
    /// The hello named a widget that is not known.
    #[error("the hello named an unknown widget")]
    UnknownWidget,
    /// More frames than the limits allow.
    #[error("too many frames came")]
    TooManyFrames,
    /// Nothing was heard for too long.
    #[error("nothing was heard for too long")]
    Silent,
    /// What was to be sent was not taken in time, or piled up.
    #[error("the reader was too slow")]
    TooSlow,
    /// A sub-protocol of another version than this relay speaks.
    #[error("the page speaks an unsupported version")]
    UnsupportedVersion,
}

impl Misbehavior {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::NotAFrame,
        Self::WrongKind,
        Self::TooLarge,
        Self::NoHello,
        Self::SecondHello,
        Self::HelloTooLate,
        Self::UnknownWidget,
        Self::TooManyFrames,
        Self::Silent,
        Self::TooSlow,
        Self::UnsupportedVersion,
    ];

    /// How the connection is closed.
    #[must_use]
    pub const fn close_code(self) -> CloseCode {
        match self {
            Self::NotAFrame | Self::WrongKind | Self::TooLarge => CloseCode::Malformed,
            Self::NoHello | Self::SecondHello => CloseCode::OutOfOrder,
            Self::HelloTooLate => CloseCode::HelloTimeout,
            Self::UnknownWidget => CloseCode::WidgetUnknown,
            Self::TooManyFrames => CloseCode::RateLimited,
            Self::Silent => CloseCode::Silent,
            Self::TooSlow => CloseCode::SlowReader,
            Self::UnsupportedVersion => CloseCode::VersionUnsupported,
        }
    }
}
