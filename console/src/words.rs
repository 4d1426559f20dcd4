//! The console's words for what the relay says: short, concrete, the fact first, then the way out.

use model::{
    CloseReason, ConsultEnd, DisplayName, HoldEnd, InvitationEnd, InvitationKind, MonitorEnd, OverflowCause, Part,
    Presence, PromiseEnd, ReturnedBy, Role, SessionEnd, Units,
};
use wire::{Card, ConnectionClock, PresencesState, Refusal, RefusalCode, Speaker};

use crate::clock::span;

/// How the customer is called: their name, or "Customer 7".
#[must_use]
pub fn customer(card: &Card) -> String {
    match &card.customer {
        Some(name) => name.as_str().to_owned(),
        None => format!("Customer {}", card.number),
    }
}

/// A presence as a word.
#[must_use]
pub const fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Available => "Available",
        Presence::Busy => "Busy",
        Presence::DoNotDisturb => "Do not disturb",
        Presence::Away => "Away",
        Presence::Offline => "Offline",
        Presence::Inactive => "Inactive",
    }
}

/// What a presence does, in one line.
#[must_use]
pub const fn presence_meaning(presence: Presence) -> &'static str {
    match presence {
        Presence::Available => "You get offers",
        Presence::Busy => "You get offers while you have free units",
        Presence::DoNotDisturb => "No offers; you can still pick",
        Presence::Away => "No offers; you are back soon",
        Presence::Offline => "No offers; you appear offline",
        Presence::Inactive => "No offers, because one was missed",
    }
}

/// A presence as the style sheets call it.
#[must_use]
pub const fn presence_key(presence: Presence) -> &'static str {
    match presence {
        Presence::Available => "available",
        Presence::Busy => "busy",
        Presence::DoNotDisturb => "do-not-disturb",
        Presence::Away => "away",
        Presence::Offline => "offline",
        Presence::Inactive => "inactive",
    }
}

/// What an agent's presence is called: by the title of a custom one, where they are in one.
#[must_use]
pub fn presence_of(presences: &PresencesState, agent: model::AgentId, base: Presence) -> String {
    presences.of(agent).map_or_else(|| presence(base).to_owned(), |custom| custom.title.clone())
}

/// Free units, as a figure with its word.
#[must_use]
pub fn free_units(free: Units) -> String {
    match free.0 {
        over @ ..=-1 => format!("{} over", -over),
        free => format!("{free} free"),
    }
}

/// An agent's part in a conversation.
#[must_use]
pub const fn part(part: Part) -> &'static str {
    match part {
        Part::Primary => "has it",
        Part::Consultant => "advises",
        Part::LetIn => "was let in",
        Part::Monitor => "reads along",
        Part::Joined => "joined as supervisor",
    }
}

/// A role as a word.
#[must_use]
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Agent => "Agent",
        Role::Supervisor => "Supervisor",
        Role::Admin => "Admin",
    }
}

/// The customer's connection as one word.
#[must_use]
pub const fn connection(connection: ConnectionClock) -> &'static str {
    match connection {
        ConnectionClock::Connected { .. } => "Connected",
        ConnectionClock::Away { .. } => "May be away",
        ConnectionClock::Disconnected { .. } => "Disconnected",
        ConnectionClock::Over => "Over",
    }
}

/// The customer's connection as the style sheets call it.
#[must_use]
pub const fn connection_key(connection: ConnectionClock) -> &'static str {
    match connection {
        ConnectionClock::Connected { .. } => "connected",
        ConnectionClock::Away { .. } => "away",
        ConnectionClock::Disconnected { .. } => "disconnected",
        ConnectionClock::Over => "over",
    }
}

/// Why a conversation was closed, as a line in a list.
#[must_use]
pub const fn closed(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::AgentEnded => "Ended by the agent",
        CloseReason::CustomerEnded => "Ended by the customer",
        CloseReason::CustomerDisconnected => "The customer disconnected",
        CloseReason::AutoClosed => "Nobody came in time",
        CloseReason::ForceClosed => "Closed by a supervisor",
        CloseReason::OverflowEnded => "The queue was full",
        CloseReason::OutOfHours => "Started outside opening hours",
        CloseReason::WaitedTooLong => "Waited longer than the queue allows",
    }
}

/// Why a conversation was moved to another queue, after a dot.
#[must_use]
pub const fn overflowed(cause: OverflowCause) -> &'static str {
    match cause {
        OverflowCause::OutOfHours => "started outside opening hours",
        OverflowCause::QueueFull => "its queue was full",
        OverflowCause::WaitedTooLong => "waited longer than its queue allows",
    }
}

/// Why an agent's part ended, after their name: "Ravi signed out".
#[must_use]
pub const fn left(reason: SessionEnd) -> &'static str {
    match reason {
        SessionEnd::AgentClosed => "closed the conversation",
        SessionEnd::AutoClosed => "had 15 minutes of wrap-up; it closed by itself",
        SessionEnd::AgentDisconnected => "lost the connection for too long",
        SessionEnd::AgentSignedOut => "signed out",
        SessionEnd::AgentReleased => "gave it back to the queue",
        SessionEnd::AgentDisabled => "can't sign in any more",
        SessionEnd::ForceClosed => "left: a supervisor closed the conversation",
        SessionEnd::Transferred => "transferred it",
        SessionEnd::TransferredToQueue => "transferred it to a queue",
        SessionEnd::TransferredBySupervisor => "gave it to a colleague, as a supervisor wanted",
        SessionEnd::CustomerReturned => "is free again: the customer came back to the queue",
    }
}

/// How a disconnected customer came back, after their name: "Mia came back by a reconnect link".
#[must_use]
pub const fn returned(how: ReturnedBy) -> &'static str {
    match how {
        ReturnedBy::Token => "came back",
        ReturnedBy::Link => "came back by a reconnect link",
        ReturnedBy::Prompt => "came back and chose to continue",
        ReturnedBy::SignIn => "signed in and came back",
        ReturnedBy::Handover => "came back from another of your sites",
    }
}

/// How another device joined.
#[must_use]
pub const fn joined_by(how: ReturnedBy) -> &'static str {
    match how {
        ReturnedBy::Link => "by a reconnect link",
        ReturnedBy::Handover => "from another of your sites",
        ReturnedBy::Token | ReturnedBy::Prompt | ReturnedBy::SignIn => "by signing in",
    }
}

/// How the customer came back, as a fact about them: a link says nothing about who opened it.
#[must_use]
pub const fn returned_fact(how: ReturnedBy, signed_in: bool) -> &'static str {
    match (how, signed_in) {
        (ReturnedBy::Link, true) => "By link, signed in",
        (ReturnedBy::Link, false) => "By link, not signed in",
        (ReturnedBy::Token, _) => "In the same browser",
        (ReturnedBy::Prompt, _) => "Chose to continue",
        (ReturnedBy::SignIn, _) => "By signing in",
        (ReturnedBy::Handover, _) => "From another of your sites",
    }
}

/// Why a hold ended, as an entry. `None` where the entry beside it says the same.
#[must_use]
pub const fn hold_ended(why: HoldEnd) -> Option<&'static str> {
    match why {
        HoldEnd::Expired => Some("The hold is over; the place is no longer kept"),
        HoldEnd::Released => Some("The hold was released; the customer may still come back"),
        HoldEnd::SessionEnded(_) => Some("The place is no longer kept"),
        HoldEnd::CustomerReturned | HoldEnd::PromiseEnded(_) => None,
    }
}

/// Why the customer may not come back any more.
#[must_use]
pub const fn promise_ended(why: PromiseEnd) -> &'static str {
    match why {
        PromiseEnd::LimitReached => "The time to come back is over",
        PromiseEnd::StartedNew => "The customer chose to start a new conversation",
        PromiseEnd::EndedByCustomer => "The customer ended the conversation",
        PromiseEnd::ForceClosed => "A supervisor closed the conversation",
    }
}

/// What somebody is invited to, after "Invited Ana ".
#[must_use]
pub const fn invited_to(kind: InvitationKind) -> &'static str {
    match kind {
        InvitationKind::Consult => "to advise",
        InvitationKind::Transfer => "to take it over",
        InvitationKind::SupervisorTransfer => "to take it over from its agent",
    }
}

/// How an invitation ended, after the invited agent's name.
#[must_use]
pub const fn invitation_ended(how: InvitationEnd) -> &'static str {
    match how {
        InvitationEnd::Accepted => "accepted",
        InvitationEnd::Declined => "declined",
        InvitationEnd::Missed => "did not answer in time",
        InvitationEnd::Withdrawn => "need not answer any more",
    }
}

/// Why a consult is over, after the consultant's name.
#[must_use]
pub const fn consult_ended(why: ConsultEnd) -> &'static str {
    match why {
        ConsultEnd::Left => "left the consult",
        ConsultEnd::EndedByPrimary => "left with thanks: the consult is over",
        ConsultEnd::TalkOver => "left: the talk is over",
        ConsultEnd::CustomerDisconnected => "left: the customer has disconnected",
        ConsultEnd::Transferred => "left the consult: another agent has the conversation",
        ConsultEnd::AgentGone => "is gone, and the consult is over",
    }
}

/// Why somebody no longer monitors, after their name.
#[must_use]
pub const fn monitoring_ended(why: MonitorEnd) -> &'static str {
    match why {
        MonitorEnd::Stopped => "stopped monitoring",
        MonitorEnd::RightTaken => "may not monitor any more",
        MonitorEnd::BecameTheirs => "no longer monitors: it is their own conversation",
        MonitorEnd::AgentGone => "is gone, and no longer monitors",
    }
}

/// Who spoke: "You" or the agent's name.
#[must_use]
pub fn speaker(who: &Speaker, me: model::AgentId, customer: &str) -> String {
    match who {
        Speaker::Customer => customer.to_owned(),
        Speaker::Agent { id, .. } if *id == me => "You".to_owned(),
        Speaker::Agent { name, .. } => name.as_str().to_owned(),
    }
}

/// The first name, where there is one: what colleagues call each other.
#[must_use]
pub fn first_name(name: &DisplayName) -> &str {
    name.as_str().split_whitespace().next().unwrap_or(name.as_str())
}

/// Why a message was not sent, after "Not sent · ".
#[must_use]
pub fn not_sent(refusal: &Refusal) -> String {
    let why = match refusal.code {
        RefusalCode::RateLimited => "too many messages at once",
        RefusalCode::Overloaded => "the relay is busy",
        RefusalCode::ReadOnly | RefusalCode::NotKnownToBeSaved => "the relay can't save at the moment",
        RefusalCode::SendKeyReused => "it was sent before with other words",
        RefusalCode::NoConversation => "the conversation isn't known any more",
        RefusalCode::ConversationClosed => "the conversation is closed",
        RefusalCode::ConversationEnded => "the conversation had ended",
        RefusalCode::NotYours | RefusalCode::AlreadyTaken => "you are not in this conversation",
        RefusalCode::ConversationFull => "the conversation has reached its limit",
        RefusalCode::NotAllowed => "you don't have the right to write here",
        RefusalCode::WrongState => "nobody can write here at the moment",
        RefusalCode::AlreadyStarted
        | RefusalCode::UnknownWidget
        | RefusalCode::OfferGone
        | RefusalCode::TooManyOpen
        | RefusalCode::TooManyLinks
        | RefusalCode::NoPortal
        | RefusalCode::ReconnectIsOff
        | RefusalCode::NoExtensionLeft
        | RefusalCode::AgentUnavailable
        | RefusalCode::NoRoom
        | RefusalCode::AlreadyThere
        | RefusalCode::InvitationRunning
        | RefusalCode::InvitationGone
        | RefusalCode::NobodyServesIt
        | RefusalCode::YourOwn
        | RefusalCode::TooManyParticipants
        | RefusalCode::UnknownPresence
        | RefusalCode::QueueClosed
        | RefusalCode::AnswerMissing
        | RefusalCode::AnswerUnknown
        | RefusalCode::AnswerInvalid
        | RefusalCode::PresenceNotChoosable => refusal.code.sentence(),
    };
    with_retry(why, refusal)
}

/// Why a request was refused, as a sentence about `who`.
#[must_use]
pub fn refused(refusal: &Refusal, who: &str) -> String {
    match refusal.code {
        RefusalCode::AlreadyTaken => format!("{who} is with another agent now."),
        RefusalCode::OfferGone => format!("The offer of {who} is over."),
        RefusalCode::WrongState => format!("That no longer fits: {who}'s conversation has moved on."),
        RefusalCode::NotYours => format!("You are not in {who}'s conversation."),
        RefusalCode::ConversationClosed | RefusalCode::ConversationEnded => {
            format!("{who}'s conversation is already over.")
        }
        RefusalCode::ReadOnly | RefusalCode::NotKnownToBeSaved => {
            "The relay can't save at the moment. Nothing changed; try again in a little while.".to_owned()
        }
        RefusalCode::RateLimited | RefusalCode::Overloaded => {
            format!("{}.", with_retry("That was too much at once", refusal))
        }
        RefusalCode::NoPortal => {
            "There is no reconnect link to give: this widget has no Portal URL in its settings.".to_owned()
        }
        RefusalCode::ReconnectIsOff => format!("{who}'s conversation began without reconnect, so there is no link."),
        RefusalCode::TooManyLinks => format!("{who} has as many reconnect links as a conversation may have."),
        RefusalCode::SendKeyReused
        | RefusalCode::NoConversation
        | RefusalCode::AlreadyStarted
        | RefusalCode::UnknownWidget
        | RefusalCode::NoExtensionLeft
        | RefusalCode::NotAllowed
        | RefusalCode::ConversationFull
        | RefusalCode::TooManyOpen
        | RefusalCode::AgentUnavailable
        | RefusalCode::NoRoom
        | RefusalCode::AlreadyThere
        | RefusalCode::InvitationRunning
        | RefusalCode::InvitationGone
        | RefusalCode::NobodyServesIt
        | RefusalCode::YourOwn
        | RefusalCode::TooManyParticipants
        | RefusalCode::UnknownPresence
        | RefusalCode::QueueClosed
        | RefusalCode::AnswerMissing
        | RefusalCode::AnswerUnknown
        | RefusalCode::AnswerInvalid
        | RefusalCode::PresenceNotChoosable => refusal.code.sentence().to_owned(),
    }
}

fn with_retry(why: &str, refusal: &Refusal) -> String {
    match refusal.retry_after {
        Some(wait) => format!("{why}; possible again in {}", span(wait)),
        None => why.to_owned(),
    }
}

/// "1 conversation", "3 conversations".
#[must_use]
pub fn conversations(count: usize) -> String {
    if count == 1 { "1 conversation".to_owned() } else { format!("{count} conversations") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_that_passes_says_when() {
        let wait = Refusal { code: RefusalCode::RateLimited, retry_after: Some(model::Millis::seconds(5)) };
        assert_eq!(not_sent(&wait), "too many messages at once; possible again in 0:05");
        assert_eq!(refused(&Refusal::of(RefusalCode::AlreadyTaken), "Mia"), "Mia is with another agent now.");
    }
}
