//! Text that people write. Text is never HTML.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

/// The longest message, in Unicode scalar values.
pub const MESSAGE_CHARS_MAX: usize = 4_000;
/// The longest page address, in Unicode scalar values.
pub const PAGE_ADDRESS_CHARS_MAX: usize = 1_000;

/// Why a text can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("the text is empty")]
    Empty,
    /// More characters than the limit.
    #[error("the text has {chars} characters, the limit is {chars_max}")]
    TooLong {
        /// How many it has.
        chars: usize,
        /// How many are allowed.
        chars_max: usize,
    },
    /// A control character other than tab and line feed.
    #[error("the text has a control character")]
    ControlCharacter,
}

fn check(text: &str, chars_max: usize) -> Result<(), TextError> {
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    let chars = text.chars().count();
    if chars > chars_max {
        return Err(TextError::TooLong { chars, chars_max });
    }
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(TextError::ControlCharacter);
    }
    Ok(())
}

macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $max:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a text after checking it.
            ///
            /// # Errors
            /// [`TextError`] where it is empty, too long or has control characters.
            pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
                let text = text.into();
                check(&text, $max)?;
                Ok(Self(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            // Never the text: logs hold no words of people (product 10).
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({} bytes)", stringify!($name), self.0.len())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }
    };
}

text!(
    /// The words of one message: 1 to [`MESSAGE_CHARS_MAX`] characters, not only white space.
    MessageText, MESSAGE_CHARS_MAX
);
text!(
    /// The address of the page that the customer is on, as that page claims it: 1 to [`PAGE_ADDRESS_CHARS_MAX`] characters.
    PageAddress, PAGE_ADDRESS_CHARS_MAX
);
