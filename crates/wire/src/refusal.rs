//! Refusals: a rule says no. The connection stays, nothing is lost.

use model::Millis;
use serde::{Deserialize, Serialize};

/// Why the relay did not do what was asked: a stable code, one sentence, and when to try again where that helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The stable code.
    pub code: RefusalCode,
    /// When the same request may work, where it may.
    pub retry_after: Option<Millis>,
}

impl Refusal {
    /// A refusal that waiting does not change.
    #[must_use]
    pub const fn of(code: RefusalCode) -> Self {
        Self { code, retry_after: None }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $sentence:literal;)*) => {
        /// Stable codes of refusals. Append-only.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum RefusalCode {
            $($(#[$doc])* $name,)*
        }

        impl RefusalCode {
            /// All codes, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as written in documents and problem bodies.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// One sentence in English for logs, tools and third parties; widget and console have their own words.
            #[must_use]
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$name => $sentence,)* }
            }
        }
    };
}

codes! {
    /// Too many requests.
    RateLimited = "rate-limited", "Too many requests; try again after the time given.";
    /// The relay has more to do than it can.
    Overloaded = "overloaded", "The relay is busy; try again after the time given.";
    /// The store takes no writes at the moment.
    ReadOnly = "read-only", "The relay can't save at the moment; nothing was accepted, try again with the same key.";
    /// The outcome of the append is not known.
    NotKnownToBeSaved = "not-known-to-be-saved", "It is not known whether this was saved; send it again with the same key.";
    /// The key was used before with other words.
    SendKeyReused = "send-key-reused", "This send key was used before with other content.";
    /// No conversation is joined or named.
    NoConversation = "no-conversation", "There is no such conversation for this connection.";
    /// The conversation is closed; nothing reopens it.
    ConversationClosed = "conversation-closed", "The conversation is closed.";
    /// The talk is over (wrap-up).
    ConversationEnded = "conversation-ended", "The conversation has ended.";
    /// This connection already has a conversation.
    AlreadyStarted = "already-started", "This connection already has a conversation.";
    /// The widget is not known.
    UnknownWidget = "unknown-widget", "There is no such widget.";
    /// The action does not fit the conversation's state.
    WrongState = "wrong-state", "The conversation is not in a state that allows this.";
    /// The agent has no part in the conversation.
    NotYours = "not-yours", "You are not in this conversation.";
    /// The offer is over or was never made.
    OfferGone = "offer-gone", "This offer is no longer open.";
    /// Somebody else has it.
    AlreadyTaken = "already-taken", "Another agent has this conversation.";
    /// The person lacks the right.
    NotAllowed = "not-allowed", "You don't have the right to do this.";
    /// The limit of entries in one conversation is reached.
    ConversationFull = "conversation-full", "This conversation has reached its limit of entries.";
    /// The presence can't be chosen by a person.
    PresenceNotChoosable = "presence-not-choosable", "This presence is set by the system.";
    /// This console window has as many conversations open as it may.
    TooManyOpen = "too-many-open", "This window has too many conversations open; leave one first.";
    /// The conversation has as many reconnect links as it may.
    TooManyLinks = "too-many-links", "This conversation has as many reconnect links as it may.";
    /// The widget has no Portal URL that a link could lead to.
    NoPortal = "no-portal", "This widget has no Portal URL.";
    /// Reconnect is off for this conversation.
    ReconnectIsOff = "reconnect-is-off", "Reconnect is off for this conversation.";
    /// The limit was extended as often as it may be.
    NoExtensionLeft = "no-extension-left", "The time to come back was extended as often as it may be.";
    /// The agent is not there, is none, or doesn't take conversations now.
    AgentUnavailable = "agent-unavailable", "This agent can't be asked now.";
    /// The agent has too few free units, and only a supervisor may go beyond.
    NoRoom = "no-room", "This agent does not have enough free capacity.";
    /// The agent takes part already.
    AlreadyThere = "already-there", "This agent takes part in the conversation already.";
    /// A conversation has one invitation at a time.
    InvitationRunning = "invitation-running", "Another invitation of this conversation is still running.";
    /// The invitation is over or was never made.
    InvitationGone = "invitation-gone", "This invitation is no longer open.";
    /// Nobody serves the queue, or there is none.
    NobodyServesIt = "nobody-serves-it", "No agent serves this queue.";
    /// Oversight is never over one's own conversation.
    YourOwn = "your-own", "This is not possible in a conversation of your own.";
    /// As many agents take part as may.
    TooManyParticipants = "too-many-participants", "As many colleagues take part in this conversation as may.";
    /// There is no such custom presence.
    UnknownPresence = "unknown-presence", "There is no such presence.";
    /// The queue is closed now.
    QueueClosed = "queue-closed", "This queue is closed now.";
    /// A question that must be answered before a conversation is not.
    AnswerMissing = "answer-missing", "A question that must be answered before the conversation is not.";
    /// The widget asks no such question.
    AnswerUnknown = "answer-unknown", "This widget does not ask a question that was answered.";
    /// An answer does not fit its question.
    AnswerInvalid = "answer-invalid", "An answer does not fit its question.";
}
