//! The pre-chat survey on the wire: what a customer is asked before a conversation (product 8).

#[cfg(feature = "json")]
use model::Answer;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Questions in the customer's language, in order; none: nothing is asked (any more).
///
/// In the JSON encoding they are a list of [`AskedQuestion`]. In the binary encoding they are the same list as one JSON text: the widget
/// hands it to the script that draws the form, and has no room to read it itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Questions(String);

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskedQuestion {
    /// What its answer is called: the variable that it fills.
    pub name: String,
    /// What is asked. That of a consent may hold one link, `[words](https://…)`.
    pub text: String,
    /// `line`, `lines`, `choice` or `consent`; the answer to a consent is `true`. Whoever does not know a kind asks for one line.
    pub kind: String,
    /// Whether nothing starts without an answer.
    pub required: bool,
    /// Of a choice: one of these is the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<String>,
    /// Of a line: what a browser may fill in, `name`, `email` or `tel`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autocomplete: Option<String>,
}

impl Questions {
    /// These questions.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn new(questions: &[AskedQuestion]) -> Self {
        Self(serde_json::to_string(questions).expect("invariant: texts and lists are JSON"))
    }

    /// The questions; none where the text is no list of them.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn list(&self) -> Vec<AskedQuestion> {
        serde_json::from_str(&self.0).unwrap_or_default()
    }

    /// Questions that are such a JSON text already, as it is.
    #[must_use]
    pub const fn from_json(json: String) -> Self {
        Self(json)
    }

    /// The list as JSON text; empty where nothing is asked.
    #[must_use]
    pub fn into_json(self) -> String {
        // Two bytes are an empty list.
        if self.0.len() > 2 { self.0 } else { String::new() }
    }
}

impl Serialize for Questions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[cfg(feature = "json")]
        if serializer.is_human_readable() {
            return self.list().serialize(serializer);
        }
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Questions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[cfg(feature = "json")]
        if deserializer.is_human_readable() {
            return Vec::<AskedQuestion>::deserialize(deserializer).map(|questions| Self::new(&questions));
        }
        let text = String::deserialize(deserializer)?;
        // Who can read it says no to what is no such list; the widget's script does.
        #[cfg(feature = "json")]
        let text = serde_json::from_str::<Vec<AskedQuestion>>(&text)
            .map(|questions| Self::new(&questions).0)
            .map_err(serde::de::Error::custom)?;
        Ok(Self(text))
    }
}

/// What a customer answered; those that were left out are missing.
///
/// In the JSON encoding they are a list of [`model::Answer`]. In the binary encoding they are one text: names and values in turn, with a NUL
/// between two of them, as the script that draws the form gives them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers(String);

impl Answers {
    /// Answers that are such a text already, as it is.
    #[must_use]
    pub const fn from_text(text: String) -> Self {
        Self(text)
    }

    /// These answers.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn new(answers: &[Answer]) -> Self {
        let parts: Vec<&str> = answers.iter().flat_map(|one| [one.name.as_str(), one.value.as_str()]).collect();
        Self(parts.join("\0"))
    }

    /// The answers. What follows the last whole one is none.
    #[cfg(feature = "json")]
    #[must_use]
    pub fn list(&self) -> Vec<Answer> {
        let mut parts = self.0.split('\0').map(str::to_owned);
        let mut answers = Vec::new();
        while let (Some(name), Some(value)) = (parts.next(), parts.next()) {
            answers.push(Answer { name, value });
        }
        answers
    }
}

impl Serialize for Answers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[cfg(feature = "json")]
        if serializer.is_human_readable() {
            return self.list().serialize(serializer);
        }
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[cfg(feature = "json")]
        if deserializer.is_human_readable() {
            let answers = Vec::<Answer>::deserialize(deserializer)?;
            if answers.iter().any(|one| one.name.contains('\0') || one.value.contains('\0')) {
                return Err(serde::de::Error::custom("a NUL in an answer"));
            }
            return Ok(Self::new(&answers));
        }
        let answers = Self(String::deserialize(deserializer)?);
        // Who can read them keeps what is an answer.
        #[cfg(feature = "json")]
        let answers = Self::new(&answers.list());
        Ok(answers)
    }
}
