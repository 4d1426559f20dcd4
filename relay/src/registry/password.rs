//! Passwords: argon2id, a few at a time.

use std::sync::{Arc, OnceLock};

use argon2::Argon2;
use argon2::password_hash::phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// The shortest and the longest password, in characters and in bytes.
const CHARS_MIN: usize = 8;
const BYTES_MAX: usize = 512;

/// A password's argon2id hash in PHC form.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PasswordHash(pub(super) String);

impl core::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Why a password can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasswordMistake {
    /// Too short.
    #[error("a password has at least 8 characters")]
    TooShort,
    /// Too long.
    #[error("a password has at most 512 bytes")]
    TooLong,
}

impl PasswordHash {
    /// Whether a password can be taken.
    pub(crate) fn check(password: &str) -> Result<(), PasswordMistake> {
        if password.chars().count() < CHARS_MIN {
            return Err(PasswordMistake::TooShort);
        }
        if password.len() > BYTES_MAX {
            return Err(PasswordMistake::TooLong);
        }
        Ok(())
    }

    /// Hashes a password. Takes tens of milliseconds of one processor.
    pub(crate) fn of(password: &str) -> Result<Self, PasswordMistake> {
        Self::check(password)?;
        let salt: [u8; 16] = crate::ids::random();
        let hash: phc::PasswordHash = Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .expect("invariant: the default parameters and a 16-byte salt are valid");
        Ok(Self(hash.to_string()))
    }

    /// One that was stored, or made by a command of the same user.
    pub(crate) fn from_stored(hash: String) -> Self {
        Self(hash)
    }

    /// For storing.
    pub(crate) fn into_stored(self) -> String {
        self.0
    }

    /// The hash of a password that nobody knows.
    fn of_nobody() -> Self {
        let password: [u8; 16] = crate::ids::random();
        Self::of(&format!("{password:?}")).expect("invariant: long enough")
    }

    fn fits(&self, password: &str) -> bool {
        phc::PasswordHash::new(&self.0)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    }
}

/// Checks passwords, a few at a time.
#[derive(Debug)]
pub(crate) struct Passwords {
    places: Semaphore,
    /// Compared with where nobody has the name, so that a stranger can't tell names from the time an answer takes.
    nobody: Arc<OnceLock<PasswordHash>>,
}

impl Passwords {
    pub(crate) fn new(checks_at_once: u32) -> Self {
        let places = Semaphore::new(usize::try_from(checks_at_once).unwrap_or(1).max(1));
        Self { places, nobody: Arc::default() }
    }

    /// Makes the first check as slow as the others. Blocks for as long as a hash takes.
    pub(crate) fn warm_up(&self) {
        self.nobody.get_or_init(PasswordHash::of_nobody);
    }

    /// Hashes a password.
    pub(crate) async fn hash(&self, password: String) -> Result<PasswordHash, PasswordMistake> {
        let _place = self.places.acquire().await.expect("invariant: the semaphore is never closed");
        let hashed = tokio::task::spawn_blocking(move || PasswordHash::of(&password)).await;
        hashed.expect("invariant: hashing does not panic")
    }

    /// Whether the password fits. `hash: None` takes as long and says no.
    pub(crate) async fn check(&self, hash: Option<PasswordHash>, password: String) -> bool {
        let _place = self.places.acquire().await.expect("invariant: the semaphore is never closed");
        let known = hash.is_some();
        let nobody = Arc::clone(&self.nobody);
        let fits = tokio::task::spawn_blocking(move || {
            let hash = hash.as_ref().unwrap_or_else(|| nobody.get_or_init(PasswordHash::of_nobody));
            password.len() <= BYTES_MAX && hash.fits(&password)
        });
        fits.await.unwrap_or(false) && known
    }
}
