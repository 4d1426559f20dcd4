//! The nouns of Rejoin. Everything else is built from these values; they know no clock, no randomness and no IO.
//!
//! One word per thing, as in the glossary of ARCHITECTURE.md: customer, agent, conversation, session, connection, queue,
//! workstream, offer, capacity, hold, presence.

mod base;
mod capacity;
mod context;
mod distribution;
mod id;
pub mod limits;
mod name;
mod pre_chat;
mod presence;
mod queue_rules;
mod reason;
mod routing;
mod rules;
mod secret;
mod seq;
mod staff;
mod text;
mod time;
mod trigger;
mod web_url;

pub use capacity::{Units, WrapUpRule};
pub use context::{
    CONTEXT_BYTES_MAX, CONTEXT_MAX, CONTEXT_NAME_CHARS_MAX, CONTEXT_VALUE_CHARS_MAX, Context, ContextError,
    ContextValue, ContextVariable, Number,
};
pub use distribution::{Distribution, PRESENCES_PER_WORKSTREAM_MAX};
pub use id::{
    AgentId, ApiTokenId, ConnectionId, ConversationId, CustomerId, NoteId, ParseIdError, PresenceId, QueueId,
    QuickReplyId, WebhookId, WidgetId, WorkstreamId,
};
pub use name::{DisplayName, NAME_CHARS_MAX, SLUG_CHARS_MAX, Slug, SlugError};
pub use pre_chat::{
    ANSWER_CHARS_MAX, ANSWERS_BYTES_MAX, Answer, AnswerMistake, Answered, Autocomplete, CONSENTED, NumberedMistake,
    OPTION_CHARS_MAX, OPTIONS_MAX, PRE_CHAT_BYTES_MAX, PreChat, QUESTION_CHARS_MAX, QUESTIONS_MAX, Question,
    QuestionKind, QuestionMistake, with_answers,
};
pub use presence::{Presence, PresenceChoice};
pub use queue_rules::{
    FullRule, Hours, OPEN_WINDOWS_MAX, OpenWindow, Overflow, PRIORITY_MAX, QueueRules, SlowRule, WAITING_MAX,
};
pub use reason::{CloseReason, HoldEnd, OfferEnd, OverflowCause, PromiseEnd, ReturnedBy, SessionEnd};
pub use routing::{CONDITIONS_MAX, Condition, Known, ROUTING_RULES_MAX, Routing, RoutingRule, SHARES_MAX, Share, Test};
pub use rules::{
    AgentRules, AssignmentMethod, ReconnectRules, Role, RulesError, WidgetRules, WorkMode, WorkstreamRules,
};
pub use secret::{BodyDigest, HandoverCode, IdentityHash, LinkHash, LinkSecret, ResumeToken, SendKey, TokenHash};
pub use seq::{Audience, Seq};
pub use staff::{ConsultEnd, InvitationEnd, InvitationKind, MonitorEnd, Part, SupervisorRights};
pub use text::{MESSAGE_CHARS_MAX, MessageText, PAGE_ADDRESS_CHARS_MAX, PageAddress, TextError};
pub use time::{Millis, Timestamp};
pub use trigger::{
    AUTOMATED_CHARS_MAX, AUTOMATED_LANGUAGES, AutomatedTextError, Piece, TextSlug, Trigger, TriggerKind,
};
pub use web_url::{WEB_URL_BYTES_MAX, WebUrl, WebUrlError};
