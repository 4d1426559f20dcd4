//! Who a customer is signed in as: only what the relay has verified becomes an identity.

use model::{IdentityHash, Timestamp};
use wire::SignInAnswer;

/// What the relay found out about a JWT. A gate knows no other way from a JWT to an identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInResult {
    /// Signature and claims are good.
    Verified {
        /// [`crate::identity_hash`] of its `iss` and `sub`.
        identity: IdentityHash,
        /// Its `exp`, by the relay's clock.
        expires_at: Timestamp,
    },
    /// It is not good.
    Refused,
    /// The keys to verify it with are out of reach. Unknown is not no.
    Unknown,
}

impl SignInResult {
    pub(crate) const fn answer(self) -> SignInAnswer {
        match self {
            Self::Verified { expires_at, .. } => SignInAnswer::Accepted { expires_at },
            Self::Refused => SignInAnswer::Refused,
            Self::Unknown => SignInAnswer::Unknown,
        }
    }

    pub(crate) const fn identity(self) -> Option<IdentityHash> {
        match self {
            Self::Verified { identity, .. } => Some(identity),
            Self::Refused | Self::Unknown => None,
        }
    }
}
