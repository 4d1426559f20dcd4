//! Randomness from the browser. `getRandomValues` exists on plain-http pages too, unlike `randomUUID`.

use model::{ResumeToken, SendKey};

/// `N` random bytes.
///
/// # Panics
/// In a browser without `crypto`, which none of those that run WebAssembly is.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let crypto = crate::window().crypto().expect("invariant: every page has crypto");
    crypto.get_random_values_with_u8_array(&mut bytes).expect("invariant: fewer than 65536 bytes are asked for");
    bytes
}

/// A new key for a send.
#[must_use]
pub fn send_key() -> SendKey {
    SendKey(bytes())
}

/// A new secret to resume with.
#[must_use]
pub fn resume_token() -> ResumeToken {
    ResumeToken::from_bytes(bytes())
}

/// 32 random bits, for jitter.
#[must_use]
pub fn jitter() -> u32 {
    u32::from_le_bytes(bytes())
}
