//! The desk's no, in the words of the wire.

use desk::RefusalReason;
use wire::{Refusal, RefusalCode};

/// The code of a reason; every reason has one.
#[must_use]
pub const fn refusal_code(reason: RefusalReason) -> RefusalCode {
    match reason {
        RefusalReason::SendKeyReused => RefusalCode::SendKeyReused,
        RefusalReason::NoConversation => RefusalCode::NoConversation,
        RefusalReason::ConversationClosed => RefusalCode::ConversationClosed,
        RefusalReason::ConversationEnded => RefusalCode::ConversationEnded,
        RefusalReason::AlreadyStarted => RefusalCode::AlreadyStarted,
        RefusalReason::UnknownWidget => RefusalCode::UnknownWidget,
        RefusalReason::WrongState => RefusalCode::WrongState,
        RefusalReason::NotYours => RefusalCode::NotYours,
        RefusalReason::OfferGone => RefusalCode::OfferGone,
        RefusalReason::AlreadyTaken => RefusalCode::AlreadyTaken,
        RefusalReason::NotAllowed => RefusalCode::NotAllowed,
        RefusalReason::ConversationFull => RefusalCode::ConversationFull,
        RefusalReason::QueueClosed => RefusalCode::QueueClosed,
        RefusalReason::UnknownPresence => RefusalCode::UnknownPresence,
        RefusalReason::PresenceNotChoosable => RefusalCode::PresenceNotChoosable,
        RefusalReason::TooManyLinks => RefusalCode::TooManyLinks,
        RefusalReason::NoPortal => RefusalCode::NoPortal,
        RefusalReason::ReconnectIsOff => RefusalCode::ReconnectIsOff,
        RefusalReason::NoExtensionLeft => RefusalCode::NoExtensionLeft,
        RefusalReason::AgentUnavailable => RefusalCode::AgentUnavailable,
        RefusalReason::NoRoom => RefusalCode::NoRoom,
        RefusalReason::AlreadyThere => RefusalCode::AlreadyThere,
        RefusalReason::InvitationRunning => RefusalCode::InvitationRunning,
        RefusalReason::InvitationGone => RefusalCode::InvitationGone,
        RefusalReason::NobodyServesIt => RefusalCode::NobodyServesIt,
        RefusalReason::YourOwn => RefusalCode::YourOwn,
        RefusalReason::TooManyParticipants => RefusalCode::TooManyParticipants,
        RefusalReason::AnswerMissing => RefusalCode::AnswerMissing,
        RefusalReason::AnswerUnknown => RefusalCode::AnswerUnknown,
        RefusalReason::AnswerInvalid => RefusalCode::AnswerInvalid,
    }
}

/// The refusal of a reason. None of the desk's reasons goes away by waiting.
#[must_use]
pub const fn refusal(reason: RefusalReason) -> Refusal {
    Refusal::of(refusal_code(reason))
}
