//! How a connection ends.

use gate::Misbehavior;
use wire::CloseCode;

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The peer closed it.
    Left,
    /// It is gone without a close.
    Gone,
    /// The peer broke the protocol, was silent or too slow.
    Misbehaved(Misbehavior),
    /// The relay closes it.
    Closed(CloseCode),
}

impl End {
    /// What the peer is told.
    pub(super) fn code(self) -> Option<CloseCode> {
        match self {
            Self::Left | Self::Gone => None,
            Self::Misbehaved(misbehavior) => Some(misbehavior.close_code()),
            Self::Closed(code) => Some(code),
        }
    }

    /// How the metrics call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Left => "closed",
            Self::Gone => "gone",
            Self::Misbehaved(Misbehavior::Silent) => "silent",
            Self::Misbehaved(_) => "misbehaved",
            Self::Closed(_) => "closed-by-relay",
        }
    }

    /// Whether this moment is a sign of life of the peer: its own close is one (product 3).
    pub(super) fn is_sign_of_life(self) -> bool {
        matches!(self, Self::Left | Self::Gone)
    }
}

impl From<Misbehavior> for End {
    fn from(misbehavior: Misbehavior) -> Self {
        Self::Misbehaved(misbehavior)
    }
}
