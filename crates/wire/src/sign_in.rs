//! A customer's sign-in to the host site.

use core::fmt;

use model::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

use crate::limits::JWT_BYTES_MAX;

/// What the host page's provider gave: a JWT as it stands, 1 to [`JWT_BYTES_MAX`] visible ASCII characters. A claim and nothing
/// more until the relay has verified it. Lives in memory only; its `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Jwt(String);

impl Jwt {
    /// Takes a text that can be a JWT; `None` where it is empty, too long or has other than visible ASCII characters.
    #[must_use]
    pub fn new(text: String) -> Option<Self> {
        let fits = (1..=JWT_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then_some(Self(text))
    }

    /// The text, for whoever verifies it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Jwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jwt(…)")
    }
}

impl<'de> Deserialize<'de> for Jwt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom("not a JWT"))
    }
}

/// What the relay says about a JWT (product 3, "Who may resume").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInAnswer {
    /// None was shown.
    NotAsked,
    /// It is good: the connection is this customer's.
    Accepted {
        /// When it expires; a newer one is wanted before.
        expires_at: Timestamp,
    },
    /// It is not good, and showing it again will not help.
    Refused,
    /// The relay can't say: the keys of the provider are out of reach. To be shown again later.
    Unknown,
}
