//! Names: of people as shown, of configured things as written in settings.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

use crate::text::TextError;

/// The longest display name, in Unicode scalar values.
pub const NAME_CHARS_MAX: usize = 100;
/// The longest slug, in bytes.
pub const SLUG_CHARS_MAX: usize = 40;

/// A person's or thing's name as it is shown: 1 to [`NAME_CHARS_MAX`] characters, one line.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// Takes a name after trimming and checking it.
    ///
    /// # Errors
    /// [`TextError`] where it is empty, too long or has control characters.
    pub fn new(name: &str) -> Result<Self, TextError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(TextError::Empty);
        }
        let chars = name.chars().count();
        if chars > NAME_CHARS_MAX {
            return Err(TextError::TooLong { chars, chars_max: NAME_CHARS_MAX });
        }
        if name.chars().any(char::is_control) {
            return Err(TextError::ControlCharacter);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DisplayName {
    // Never the name: logs hold no names (product 10).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DisplayName(…)")
    }
}

impl<'de> Deserialize<'de> for DisplayName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// Why a text is not a slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a slug has 1 to 40 of a-z, 0-9 and `-`, and begins with a letter")]
pub struct SlugError;

/// What the owner calls a configured thing (a widget, a queue, a workstream) in settings, addresses and `data-widget`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = SlugError;

    fn from_str(text: &str) -> Result<Self, SlugError> {
        let fits = (1..=SLUG_CHARS_MAX).contains(&text.len())
            && text.as_bytes()[0].is_ascii_lowercase()
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits { Ok(Self(text.to_owned())) } else { Err(SlugError) }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
