//! Automated messages: what the relay tells customers by itself, and when (product 4.7, 8; reference 3). They are no messages of anybody:
//! they take no place among what was said, nobody has read them, and none is an agent's first reply.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest text of an automated message, in Unicode scalar values.
pub const AUTOMATED_CHARS_MAX: usize = 2_000;
/// The languages that every automated message has a text of its own in. The first is everybody's last resort.
pub const AUTOMATED_LANGUAGES: [&str; 3] = ["en", "de", "ar"];

/// Declares the triggers, their codes and what is known of each.
macro_rules! triggers {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $kind:ident, $slugs:expr;)*) => {
        /// When an automated message is told. Append-only; the codes are those of settings, the API and the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Trigger {
            $($(#[$doc])* $name,)*
        }

        impl Trigger {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What it is.
            #[must_use]
            pub const fn kind(self) -> TriggerKind {
                match self { $(Self::$name => TriggerKind::$kind,)* }
            }

            /// The places in its text that are filled, besides the queue's name and context variables.
            const fn own_slugs(self) -> &'static [TextSlug] {
                match self { $(Self::$name => $slugs,)* }
            }
        }
    };
}

triggers! {
    /// An agent is asked and has not accepted yet.
    AgentAsked = "agent-asked", State, &[];
    /// No agent can be asked: none serves the queue, or none of those who do is there.
    NobodyAvailable = "nobody-available", State, &[];
    /// An agent has the conversation.
    AgentJoined = "agent-joined", Entry, &[TextSlug::AgentName];
    /// A consultant was let in, or a supervisor joined.
    ColleagueJoined = "colleague-joined", Entry, &[TextSlug::AgentName];
    /// One of several agents who could write is gone.
    ColleagueLeft = "colleague-left", Entry, &[TextSlug::AgentName];
    /// The agent's part is over and nobody has the conversation: it waits at its old place.
    AgentLeft = "agent-left", Entry, &[TextSlug::AgentName];
    /// The agent's connection dropped; their place is kept for the grace.
    AgentDisconnected = "agent-disconnected", State, &[TextSlug::AgentName, TextSlug::Time];
    /// The agent ended the talk.
    AgentEnded = "agent-ended", Entry, &[TextSlug::AgentName];
    /// After the end, the agent closed their side.
    SessionEnded = "session-ended", Entry, &[];
    /// The customer is first in the queue.
    NextInLine = "next-in-line", State, &[];
    /// The customer is further back in the queue.
    PlaceInLine = "place-in-line", State, &[TextSlug::Place, TextSlug::Position];
    /// The estimate, below an hour.
    WaitMinutes = "wait-minutes", State, &[TextSlug::Minutes];
    /// The estimate, in whole hours.
    WaitHours = "wait-hours", State, &[TextSlug::Hours];
    /// The estimate, in hours and minutes.
    WaitHoursMinutes = "wait-hours-minutes", State, &[TextSlug::Hours, TextSlug::Minutes];
    /// Another agent took the conversation over from the one who had it.
    TransferAccepted = "transfer-accepted", Entry, &[TextSlug::AgentName];
    /// Started on a day on which the queue is closed.
    Holiday = "holiday", Entry, &[];
    /// Started outside of the queue's opening hours.
    OutOfHours = "out-of-hours", Entry, &[];
    /// Ended because too many waited, or for too long.
    OverflowEnded = "overflow-ended", Entry, &[];
    /// A supervisor closed the conversation.
    ForceClosed = "force-closed", Entry, &[];
    /// The widget says that conversations may be monitored or recorded (product 7). Switched on by the widget alone.
    MonitoringNotice = "monitoring-notice", Notice, &[];
    /// The first screen says what this is, before anything was written.
    Greeting = "greeting", State, &[];
    /// The agent asks a colleague, who reads along and is not named. Off until somebody switches it on.
    ConsultAccepted = "consult-accepted", State, &[TextSlug::AgentName];
    /// The colleague who was asked no longer reads along; told until the next entry. Off until somebody switches it on.
    ConsultEnded = "consult-ended", State, &[TextSlug::AgentName];
    /// The customer was away for too long. Agents read it.
    CustomerDisconnected = "customer-disconnected", AgentsEntry, &[];
}

/// What an automated message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TriggerKind {
    /// The words of something that happened, where it stands in its reader's sequence. Off, it is not drawn.
    Entry,
    /// The words of how things stand now. Off, a neutral line stands in its place where silence would be dishonest.
    State,
    /// Always there.
    Notice,
    /// The words of something that happened, for agents. Off, it is told in the console's own words: agents must know of it.
    AgentsEntry,
}

/// A place in the text of an automated message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextSlug {
    /// `{AgentName}`: the agent whom it is about.
    AgentName,
    /// `{QueueName}`: the queue that the conversation is in.
    QueueName,
    /// `{Place}`: the place in the queue as a word of the chat's language, "3rd".
    Place,
    /// `{Position}`: the place in the queue as a number.
    Position,
    /// `{Minutes}`: whole minutes, beside hours the rest.
    Minutes,
    /// `{Hours}`: whole hours.
    Hours,
    /// `{Time}`: a time of day, in the customer's time zone.
    Time,
}

impl TextSlug {
    /// What stands between the braces.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AgentName => "AgentName",
            Self::QueueName => "QueueName",
            Self::Place => "Place",
            Self::Position => "Position",
            Self::Minutes => "Minutes",
            Self::Hours => "Hours",
            Self::Time => "Time",
        }
    }
}

impl Trigger {
    /// The trigger of a code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|trigger| trigger.code() == code)
    }

    /// Whether it is told where nobody has said otherwise; a notice is the widget's to switch on. That somebody is consulted is not for customers (product 4.6), unless an owner
    /// wants to say so.
    #[must_use]
    pub const fn is_on(self) -> bool {
        !matches!(self, Self::ConsultAccepted | Self::ConsultEnded)
    }

    /// The places that its text may have, besides context variables.
    pub fn slugs(self) -> impl Iterator<Item = TextSlug> {
        self.own_slugs().iter().copied().chain([TextSlug::QueueName])
    }

    /// Its text in a language, where it has one of its own there.
    #[must_use]
    pub fn default_text(self, language: &str) -> Option<&'static str> {
        let texts = match language {
            "en" => include_str!("../messages/en.txt"),
            "de" => include_str!("../messages/de.txt"),
            "ar" => include_str!("../messages/ar.txt"),
            _ => return None,
        };
        texts
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(code, _)| *code == self.code())
            .map(|(_, text)| text)
    }
}

/// A piece of the text of an automated message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Words(&'a str),
    /// A place that is filled.
    Slug(TextSlug),
    /// `{$name$}`: the value of a context variable, nothing where it is not known.
    Variable(&'a str),
}

/// Why a text can't be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AutomatedTextError {
    /// Nothing, or too much.
    #[error("must have 1 to 2000 characters")]
    Length,
    /// A control character other than tab and line feed.
    #[error("must have no control characters")]
    ControlCharacter,
    /// A brace that begins nothing.
    #[error("has a {{ that begins no {{Name}} and no {{$variable$}}")]
    Brace,
    /// A place that this message does not know.
    #[error("must not have {{{found}}}: here are {known} and context variables such as {{$plan$}}")]
    UnknownSlug {
        /// What was found.
        found: String,
        /// What there is.
        known: String,
    },
}

impl Trigger {
    /// The pieces of a text of this message.
    ///
    /// # Errors
    /// [`AutomatedTextError`].
    pub fn pieces(self, text: &str) -> Result<Vec<Piece<'_>>, AutomatedTextError> {
        if text.trim().is_empty() || text.chars().count() > AUTOMATED_CHARS_MAX {
            return Err(AutomatedTextError::Length);
        }
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            return Err(AutomatedTextError::ControlCharacter);
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or(AutomatedTextError::Brace)?;
            if !before.is_empty() {
                pieces.push(Piece::Words(before));
            }
            pieces.push(self.place(name)?);
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Words(rest));
        }
        Ok(pieces)
    }

    fn place(self, name: &str) -> Result<Piece<'_>, AutomatedTextError> {
        if let Some(variable) = name.strip_prefix('$').and_then(|name| name.strip_suffix('$')) {
            let fits = !variable.is_empty() && variable.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            return if fits { Ok(Piece::Variable(variable)) } else { Err(AutomatedTextError::Brace) };
        }
        if let Some(slug) = self.slugs().find(|slug| slug.name() == name) {
            return Ok(Piece::Slug(slug));
        }
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(AutomatedTextError::Brace);
        }
        let known: Vec<String> = self.slugs().map(|slug| ["{", slug.name(), "}"].concat()).collect();
        Err(AutomatedTextError::UnknownSlug { found: name.to_owned(), known: known.join(", ") })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_has_a_good_text_in_every_language() {
        for language in AUTOMATED_LANGUAGES {
            for trigger in Trigger::ALL {
                let text = trigger.default_text(language).unwrap_or_else(|| panic!("{} in {language}", trigger.code()));
                let pieces = trigger.pieces(text).unwrap_or_else(|error| panic!("{}: {error}", trigger.code()));
                assert!(!pieces.iter().any(|piece| matches!(piece, Piece::Variable(_))), "{}", trigger.code());
                // What tells one state from another must be in it.
                for slug in [TextSlug::Place, TextSlug::Minutes, TextSlug::Hours, TextSlug::Time] {
                    let has = pieces.contains(&Piece::Slug(slug));
                    assert_eq!(has, trigger.slugs().any(|known| known == slug), "{} in {language}", trigger.code());
                }
            }
        }
        assert_eq!(Trigger::AgentJoined.default_text("fr"), None);
    }

    #[test]
    fn codes_are_those_of_serde_and_lead_back() {
        for trigger in Trigger::ALL {
            assert_eq!(serde_json::to_string(trigger).unwrap(), format!("\"{}\"", trigger.code()));
            assert_eq!(Trigger::of(trigger.code()), Some(*trigger));
        }
        assert_eq!(Trigger::of("agent_joined"), None);
    }

    #[test]
    fn a_text_is_taken_apart() {
        let pieces = Trigger::PlaceInLine.pieces("{QueueName}: {Position}. for {$plan$}!").unwrap();
        assert_eq!(
            pieces,
            [
                Piece::Slug(TextSlug::QueueName),
                Piece::Words(": "),
                Piece::Slug(TextSlug::Position),
                Piece::Words(". for "),
                Piece::Variable("plan"),
                Piece::Words("!"),
            ]
        );
    }

    #[test]
    fn what_can_t_be_taken_is_told() {
        let told = |text: &str| Trigger::AgentJoined.pieces(text).unwrap_err().to_string();
        assert_eq!(told(" "), "must have 1 to 2000 characters");
        assert_eq!(told(&"x".repeat(2_001)), "must have 1 to 2000 characters");
        assert_eq!(told("a\u{7}"), "must have no control characters");
        for brace in ["{", "{AgentName", "{}", "{ AgentName }", "{$plan}", "{$a b$}", "{$$}"] {
            assert_eq!(told(brace), "has a { that begins no {Name} and no {$variable$}", "{brace}");
        }
        let unknown = "must not have {Place}: here are {AgentName}, {QueueName} and context variables such as {$plan$}";
        assert_eq!(told("{Place}"), unknown);
        assert!(Trigger::AgentJoined.pieces(&"ü".repeat(2_000)).is_ok());
    }
}
