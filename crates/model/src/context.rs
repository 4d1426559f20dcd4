//! Context variables: what the host page says about its customer (product 5, reference 4.8). Words of people: they are no facts.

use core::cmp::Ordering;

use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;

/// The most variables of one conversation.
pub const CONTEXT_MAX: usize = 100;
/// The longest name of a variable, in characters.
pub const CONTEXT_NAME_CHARS_MAX: usize = 100;
/// The longest value of a variable, in characters.
pub const CONTEXT_VALUE_CHARS_MAX: usize = 4_000;
/// All names and values of one conversation together, in bytes: they travel in one frame.
pub const CONTEXT_BYTES_MAX: usize = 32 * 1024;

/// The variables of one conversation, in the order of their names. Names differ in case: `Plan` is not `plan`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Context(Vec<ContextVariable>);

/// One variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextVariable {
    /// What it is called, 1 to [`CONTEXT_NAME_CHARS_MAX`] characters.
    pub name: String,
    /// What it is.
    pub value: ContextValue,
}

/// The value of a variable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContextValue {
    /// 1 to [`CONTEXT_VALUE_CHARS_MAX`] characters.
    Text(String),
    /// A number.
    Number(Number),
}

/// A finite number.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(transparent)]
pub struct Number(f64);

impl Number {
    /// `None` for infinities and what is no number.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        // Zero is one number, whatever its sign.
        value.is_finite().then_some(Self(value + 0.0))
    }

    /// Its value.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(f64::deserialize(deserializer)?).ok_or_else(|| serde::de::Error::custom("not a finite number"))
    }
}

impl ContextValue {
    /// As a number, where it is one or reads as one: attributes of a page are always text.
    #[must_use]
    pub fn as_number(&self) -> Option<Number> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok().and_then(Number::new),
        }
    }

    /// As text, where it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Number(_) => None,
        }
    }
}

/// Why variables can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ContextError {
    /// Too many, or one that is too long, or too much altogether.
    #[error(
        "context variables are at most 100, with names of 1 to 100 and values of 1 to 4000 characters, 32 KiB in all"
    )]
    TooMuch,
    /// Two of one name.
    #[error("there are two context variables of one name")]
    Twice,
}

impl Context {
    /// Takes variables in any order.
    ///
    /// # Errors
    /// [`ContextError`].
    pub fn new(mut variables: Vec<ContextVariable>) -> Result<Self, ContextError> {
        let chars_fit = |text: &str, most: usize| !text.is_empty() && text.chars().count() <= most;
        let fits = |variable: &ContextVariable| {
            chars_fit(&variable.name, CONTEXT_NAME_CHARS_MAX)
                && variable.value.as_text().is_none_or(|text| chars_fit(text, CONTEXT_VALUE_CHARS_MAX))
        };
        if variables.len() > CONTEXT_MAX || bytes(&variables) > CONTEXT_BYTES_MAX || !variables.iter().all(fits) {
            return Err(ContextError::TooMuch);
        }
        variables.sort_by(|one, other| one.name.cmp(&other.name));
        if variables.windows(2).any(|pair| pair[0].name == pair[1].name) {
            return Err(ContextError::Twice);
        }
        Ok(Self(variables))
    }

    /// Variables as they come, for a frame: whoever reads it checks them and puts them in order. A browser has no room for checks that
    /// the relay makes anyway.
    #[must_use]
    pub const fn unchecked(variables: Vec<ContextVariable>) -> Self {
        Self(variables)
    }

    /// All of them, in the order of their names.
    #[must_use]
    pub fn variables(&self) -> &[ContextVariable] {
        &self.0
    }

    /// The value of one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ContextValue> {
        let found = self.0.binary_search_by(|variable| variable.name.as_str().cmp(name)).ok()?;
        Some(&self.0[found].value)
    }

    /// All names and values together, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        bytes(&self.0)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn bytes(variables: &[ContextVariable]) -> usize {
    variables.iter().map(|variable| variable.name.len() + variable.value.as_text().map_or(8, str::len)).sum()
}

impl<'de> Deserialize<'de> for Context {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(Vec::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, value: &str) -> ContextVariable {
        ContextVariable { name: name.to_owned(), value: ContextValue::Text(value.to_owned()) }
    }

    #[test]
    fn variables_are_found_by_their_exact_names() {
        let context = Context::new(vec![text("plan", "gold"), text("Plan", "silver"), text("age", " 42 ")]).unwrap();
        assert_eq!(context.get("plan"), Some(&ContextValue::Text("gold".to_owned())));
        assert_eq!(context.get("PLAN"), None);
        assert_eq!(context.get("age").and_then(ContextValue::as_number), Number::new(42.0));
        assert_eq!(Number::new(-0.0), Number::new(0.0));
        assert_eq!(Number::new(f64::NAN), None);
    }

    #[test]
    fn limits_are_held() {
        let most = |count: usize| (0..count).map(|number| text(&number.to_string(), "x")).collect();
        assert!(Context::new(most(CONTEXT_MAX)).is_ok());
        assert_eq!(Context::new(most(CONTEXT_MAX + 1)), Err(ContextError::TooMuch));
        assert_eq!(Context::new(vec![text("a", "")]), Err(ContextError::TooMuch));
        assert_eq!(Context::new(vec![text("", "a")]), Err(ContextError::TooMuch));
        assert!(Context::new(vec![text(&"n".repeat(100), &"ü".repeat(4_000))]).is_ok());
        assert_eq!(Context::new(vec![text(&"n".repeat(101), "a")]), Err(ContextError::TooMuch));
        assert_eq!(Context::new(vec![text("a", &"v".repeat(4_001))]), Err(ContextError::TooMuch));
        let much = (0..9).map(|number| text(&number.to_string(), &"v".repeat(3_999))).collect();
        assert_eq!(Context::new(much), Err(ContextError::TooMuch), "more than one frame takes");
        assert_eq!(Context::new(vec![text("a", "1"), text("a", "2")]), Err(ContextError::Twice));
    }
}
