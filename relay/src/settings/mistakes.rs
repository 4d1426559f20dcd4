//! What is wrong with settings, all of it.

use core::fmt;

/// Mistakes found in settings: one sentence each, with the key's path. Never empty when returned as an error.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub(crate) struct Mistakes(Vec<String>);

impl Mistakes {
    /// One mistake that is not about a key.
    pub(crate) fn one(sentence: impl Into<String>) -> Self {
        Self(vec![sentence.into()])
    }

    /// These; at least one.
    pub(crate) fn all(sentences: Vec<String>) -> Self {
        Self(sentences)
    }

    /// Adds one about a key.
    pub(crate) fn add(&mut self, path: &str, what: impl fmt::Display) {
        self.0.push(format!("{path}: {what}."));
    }

    /// Adds a whole sentence.
    pub(crate) fn add_sentence(&mut self, sentence: &str) {
        self.0.push(sentence.to_owned());
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentences.
    pub(crate) fn sentences(&self) -> &[String] {
        &self.0
    }

    /// Nothing when there are none.
    pub(crate) fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}
