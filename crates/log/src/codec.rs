//! Facts and words as bytes. They outlive releases: a version byte, then postcard; golden files hold them to it.
//!
//! Variants and fields of facts are append-only, so version 1 lasts until something has to change that can't be appended. A
//! reader of then knows both versions.

use desk::{Body, Fact};
use model::Timestamp;
use thiserror::Error;

use crate::api::Lsn;

const VERSION: u8 = 1;

/// Why bytes are not a fact or a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CodecError {
    /// They end too early, or say something impossible.
    #[error("the bytes are not those of a fact")]
    Malformed,
    /// A later release wrote them.
    #[error("the bytes have version {0}, which this release does not know")]
    UnknownVersion(u8),
}

/// The bytes of a fact.
#[must_use]
pub fn encode_fact(fact: &Fact) -> Vec<u8> {
    postcard::to_extend(fact, vec![VERSION]).expect("invariant: every fact can be written to memory")
}

/// The fact in these bytes.
///
/// # Errors
/// [`CodecError`].
pub fn decode_fact(bytes: &[u8]) -> Result<Fact, CodecError> {
    decode(bytes)
}

/// The bytes of the words beside a fact.
#[must_use]
pub fn encode_body(body: &Body) -> Vec<u8> {
    postcard::to_extend(body, vec![VERSION]).expect("invariant: every body can be written to memory")
}

/// The words in these bytes.
///
/// # Errors
/// [`CodecError`].
pub fn decode_body(bytes: &[u8]) -> Result<Body, CodecError> {
    decode(bytes)
}

fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    let (version, rest) = bytes.split_first().ok_or(CodecError::Malformed)?;
    if *version != VERSION {
        return Err(CodecError::UnknownVersion(*version));
    }
    match postcard::take_from_bytes(rest) {
        Ok((value, [])) => Ok(value),
        Ok(_) | Err(_) => Err(CodecError::Malformed),
    }
}

/// A sum over a fact's bytes and its place, so that neither a flipped bit nor a row in the wrong place goes unseen.
#[must_use]
pub fn fact_sum(lsn: Lsn, at: Timestamp, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&lsn.0.to_le_bytes());
    hasher.update(&at.0.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}

/// A sum over a body's bytes and its place.
#[must_use]
pub fn body_sum(lsn: Lsn, bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&lsn.0.to_le_bytes());
    hasher.update(bytes);
    hasher.finalize()
}
