//! Secrets and keys. They are not ids: no `Display`, hashed at rest, compared in constant time.

use core::fmt;

use serde::{Deserialize, Serialize};

/// What lets an anonymous customer's browser resume its conversation: 256 random bits, opaque and revocable.
///
/// Kept in the host page's storage, sent in the first frame, stored by the relay only as a [`TokenHash`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumeToken([u8; 32]);

impl ResumeToken {
    /// Wraps 32 random bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for hashing and for the one place that writes them to the browser's storage.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for ResumeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResumeToken(…)")
    }
}

/// SHA-256 of a secret: what is stored and looked up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// The sender's own random key of one send. A retry carries the same key and is never written twice (product 4.3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SendKey(pub [u8; 16]);

impl fmt::Debug for SendKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// The first eight bytes of the SHA-256 of a body: enough to tell a retry from a key used again with other words, and no
/// more of the text than that.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct BodyDigest(pub [u8; 8]);

impl fmt::Debug for BodyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}
