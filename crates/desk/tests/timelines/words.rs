//! What happened and what is seen, in words.

use std::collections::BTreeMap;

use model::{
    AgentId, Audience, CloseReason, ConversationId, HoldEnd, OfferEnd, Presence, PromiseEnd, ReturnedBy, SessionEnd,
};
use rejoin_desk::{
    AgentReason, AgentView, Author, Body, ClientConnection, ConversationFact as What, ConversationStage, CustomerView,
    Desk, Fact, LedgerCause, PromptView, QueueReason, Recorded, RefusalReason, WhyWaiting,
};

use crate::presences::custom_name;
use crate::script::clock;
use crate::stage::QUEUE;

/// Who is called what.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) agents: BTreeMap<AgentId, String>,
    pub(crate) talks: BTreeMap<ConversationId, String>,
}

impl Names {
    pub(crate) fn agent(&self, agent: AgentId) -> &str {
        self.agents.get(&agent).map_or("somebody", String::as_str)
    }

    pub(crate) fn talk(&self, talk: ConversationId) -> &str {
        self.talks.get(&talk).map_or("somebody", String::as_str)
    }

    /// A fact as the log would tell it. `None` for settings.
    pub(crate) fn fact(&self, recorded: &Recorded) -> Option<String> {
        Some(match &recorded.fact {
            Fact::RelayStarted { down_since } => format!("the relay was down since {}", clock(*down_since)),
            Fact::WritesResumed { down_since } => format!("nothing could be written since {}", clock(*down_since)),
            Fact::AgentArrived(agent) => format!("{} arrived", self.agent(*agent)),
            Fact::AgentLost { agent, since } => format!("{} lost since {}", self.agent(*agent), clock(*since)),
            Fact::AgentReturned(agent) => format!("{} returned", self.agent(*agent)),
            Fact::AgentGone(agent) => format!("{} is gone", self.agent(*agent)),
            Fact::AgentSignedOut(agent) => format!("{} signed out", self.agent(*agent)),
            Fact::PresenceChosen { agent, presence } => {
                format!("{} chose {}", self.agent(*agent), presence.map_or("automatic", called))
            }
            Fact::CapacityFreed { agent, conversation } => {
                format!("{}'s block for {} is over", self.agent(*agent), self.talk(*conversation))
            }
            Fact::Conversation { id, what, .. } => self.conversation_fact(*id, what, recorded.body.as_ref()),
            Fact::AgentConfigured(..)
            | Fact::QueueConfigured(..)
            | Fact::QueueRulesSet(..)
            | Fact::RoutingSet(..)
            | Fact::DistributionSet(..)
            | Fact::PresenceConfigured(..)
            | Fact::DefaultPresenceSet(..)
            | Fact::WorkstreamConfigured(..)
            | Fact::WidgetConfigured(..) => return None,
            Fact::SupervisionConfigured(_) => "what supervisors may do has changed".to_owned(),
            Fact::CustomPresenceChosen { agent, presence, base, by } => {
                let (who, presence) = (self.agent(*agent), format!("{} ({})", custom_name(*presence), called(*base)));
                match by {
                    Some(by) => format!("{} set {who} to {presence}", self.agent(*by)),
                    None => format!("{who} chose {presence}"),
                }
            }
            Fact::PresenceSetBy { agent, presence, by } => {
                let presence = presence.map_or("automatic", called);
                format!("{} set {} to {presence}", self.agent(*by), self.agent(*agent))
            }
        })
    }

    fn conversation_fact(&self, id: ConversationId, what: &What, body: Option<&Body>) -> String {
        let mia = self.talk(id);
        match what {
            What::Started { .. } => format!("{mia} opened a conversation"),
            What::Said { by, audience, .. } => {
                let words = if let Some(Body::Words(words)) = body { words.as_str() } else { "" };
                match (by, audience) {
                    (Author::Customer, _) => format!("{mia}: \"{words}\""),
                    (Author::Agent(agent), Audience::Customer) => {
                        format!("{} to {mia}: \"{words}\"", self.agent(*agent))
                    }
                    (Author::Agent(agent), Audience::Agents) => format!("{} notes: \"{words}\"", self.agent(*agent)),
                }
            }
            What::ReadByCustomer { upto } => format!("{mia} has read up to {upto}"),
            What::ReadByAgent { agent, upto } => format!("{} has read {mia} up to {upto}", self.agent(*agent)),
            What::OfferMade { agent, until } => {
                format!("{mia} offered to {} until {}", self.agent(*agent), clock(*until))
            }
            What::OfferEnded { agent, how } => {
                let how = match how {
                    OfferEnd::Accepted => "accepted",
                    OfferEnd::Declined => "declined",
                    OfferEnd::Missed => "missed",
                    OfferEnd::Withdrawn => "withdrawn",
                };
                format!("offer of {mia} to {} {how}", self.agent(*agent))
            }
            What::AgentJoined { agent, picked } => {
                format!("{} {} {mia}", self.agent(*agent), if *picked { "picked" } else { "accepted" })
            }
            What::CustomerAway { since } => format!("{mia} away since {}", clock(*since)),
            What::CustomerBack => format!("{mia} back"),
            What::CustomerDisconnected => format!("{mia} disconnected"),
            What::WaitingConfirmed => format!("{mia} still waits"),
            What::EndedByAgent(agent) => format!("{} ended the talk with {mia}", self.agent(*agent)),
            What::EndedByCustomer => format!("{mia} ended the talk"),
            What::SessionEnded { agent, reason, .. } => {
                format!("{}'s session with {mia} over: {}", self.agent(*agent), session_end(*reason))
            }
            What::Requeued => format!("{mia} in the queue again"),
            What::Closed(reason) => format!("{mia} closed: {}", close_reason(*reason)),
            What::Forgotten => format!("{mia} forgotten"),
            What::CustomerReturned { how } => format!("{mia} came back {}", returned_by(*how)),
            What::HoldEnded(HoldEnd::Released) => format!("the place kept for {mia} was released"),
            What::HoldEnded(_) => format!("the place is kept for {mia} no longer"),
            What::PromiseEnded(why) => format!("{mia} may not come back any more: {}", promise_end(*why)),
            What::PromiseExtended => format!("{mia} has two more minutes to come back"),
            What::LinkMinted { by: Author::Customer, .. } => format!("{mia} took a link"),
            What::LinkMinted { by: Author::Agent(agent), .. } => format!("{} took a link of {mia}", self.agent(*agent)),
            What::LinkOffered(agent) => format!("{} offered {mia} a link", self.agent(*agent)),
            What::TokenAdded { how, is_other_device, needs_sign_in, .. } => {
                let device = if *is_other_device { "another device" } else { "the same browser" };
                let signed_in = if *needs_sign_in { ", signed in" } else { "" };
                format!("{device} of {mia} joined {}{signed_in}", returned_by(*how))
            }
            What::CustomerIdentified(_) => format!("{mia} is known by their sign-in"),
            What::Routed { rule } => match (rule, body) {
                (Some(rule), _) => format!("{mia} routed by rule {rule}"),
                (None, _) => format!("{mia}'s page said something"),
            },
            What::Overflowed { to, cause } => {
                let queue = if *to == QUEUE { "first" } else { "second" };
                format!("{mia} moved to the {queue} queue: {}", close_reason(cause.close_reason()))
            }
            _ => self.staff_fact(id, what).unwrap_or_default(),
        }
    }

    /// What a customer sees, by aspect.
    pub(crate) fn customer(&self, view: &CustomerView) -> BTreeMap<String, String> {
        let mut seen = BTreeMap::new();
        let mut see = |aspect: &str, words: String| seen.insert(aspect.to_owned(), words);
        match view.stage {
            ConversationStage::Open { .. } => {
                let place = match view.position {
                    1 => "next in line".to_owned(),
                    place => format!("number {place} in line"),
                };
                see("1 phase", place);
            }
            ConversationStage::Active { agent, .. } => {
                see("1 phase", format!("talks with {}", self.agent(agent)));
                if let Some(until) = view.agent_away_until {
                    see("2 agent", format!("{} is reconnecting, until {}", self.agent(agent), clock(until)));
                }
            }
            ConversationStage::WrapUp { because: reason, .. } | ConversationStage::Closed { reason, .. } => {
                see("1 phase", format!("ended: {}", close_reason(reason)));
            }
        }
        if let ConversationStage::WrapUp { promise: Some(promise), .. } = view.stage {
            see("6 promise", format!("may come back until {}", clock(promise.until)));
        }
        if let Some(at) = view.expected_at {
            see("11 expected", format!("an agent at about {}", clock(at)));
        }
        if let Some(at) = view.closes_at {
            see("3 asked", format!("\"Still waiting?\", closes at {}", clock(at)));
        }
        if view.agent_typing {
            see("4 typing", "the agent is writing".to_owned());
        }
        if view.read_by_agent.0 > 0 {
            see("5 read", format!("read up to {}", view.read_by_agent));
        }
        seen
    }

    /// What a browser at the prompt sees, by aspect.
    pub(crate) fn prompt(&self, view: Option<&PromptView>) -> BTreeMap<String, String> {
        let mut seen = BTreeMap::new();
        let mut see = |aspect: &str, words: String| seen.insert(aspect.to_owned(), words);
        let Some(view) = view else {
            see("1 phase", "too late to continue".to_owned());
            return seen;
        };
        see("1 phase", "\"Continue, or Start new?\"".to_owned());
        let agent = view.agent.map(|agent| self.agent(agent));
        match (view.hold_until, agent) {
            (Some(until), Some(agent)) => see("12 place", format!("{agent} keeps the place until {}", clock(until))),
            (None, Some(agent)) if !view.is_elsewhere => see("12 place", format!("{agent} is asked first")),
            _ => None,
        };
        if let Some(until) = view.until {
            see("13 until", format!("may continue until {}", clock(until)));
        }
        if view.is_elsewhere {
            see("14 elsewhere", "it is going on elsewhere".to_owned());
        }
        if view.until.is_some() && !view.may_extend {
            see("15 more", "no more time can be had".to_owned());
        }
        seen
    }

    /// What an agent sees, by aspect.
    pub(crate) fn agent_desk(&self, desk: &Desk, agent: AgentId, view: &AgentView) -> BTreeMap<String, String> {
        let mut seen = BTreeMap::new();
        let used: i32 = view.ledger.iter().map(|entry| entry.units.0).sum();
        let free = view.capacity.0 - used;
        let custom = desk.presences_view().agents.into_iter().find(|(who, _)| *who == agent);
        let presence = match custom {
            Some((_, custom)) => format!("{} ({})", custom_name(custom), called(view.presence)),
            None => called(view.presence).to_owned(),
        };
        seen.insert("1 presence".to_owned(), format!("{presence}, {free} of {} free", view.capacity.0));
        for offer in &view.offers {
            let name = self.talk(offer.conversation.id);
            seen.insert(format!("2 offer {name}"), format!("offered {name} until {}", clock(offer.until)));
            self.connection(&mut seen, name, offer.conversation.connection);
        }
        for card in &view.mine {
            let name = self.talk(card.id);
            let state = match card.stage {
                ConversationStage::WrapUp { closes_at, .. } => format!("{name} in wrap-up until {}", clock(closes_at)),
                _ => format!("has {name}"),
            };
            seen.insert(format!("3 mine {name}"), state);
            if matches!(card.stage, ConversationStage::Active { .. }) {
                self.connection(&mut seen, name, card.connection);
            }
            if let Some(how) = card.returned_by {
                let signed_in = if card.signed_in { "signed in" } else { "not signed in" };
                seen.insert(format!("9 way {name}"), format!("{name} came {}, {signed_in}", returned_by(how)));
            }
            if card.unread > 0 {
                seen.insert(format!("5 unread {name}"), format!("{} unread of {name}", card.unread));
            }
            if desk.conversation_view(card.id, agent).is_some_and(|view| view.customer_typing) {
                seen.insert(format!("6 typing {name}"), format!("{name} is writing"));
            }
        }
        for entry in view.ledger.iter().filter(|entry| view.mine.iter().all(|card| card.id != entry.conversation)) {
            if let Some(until) =
                entry.until.filter(|_| view.offers.iter().all(|offer| offer.conversation.id != entry.conversation))
            {
                let name = self.talk(entry.conversation);
                seen.insert(format!("7 block {name}"), format!("blocked for {name} until {}", clock(until)));
            }
        }
        for entry in view.ledger.iter().filter(|entry| entry.cause == LedgerCause::Override) {
            let (units, name) = (entry.units.0, self.talk(entry.conversation));
            seen.insert(format!("9 over {name}"), format!("{units} of {name} beyond the capacity"));
        }
        for entry in view.ledger.iter().filter(|entry| entry.cause == LedgerCause::Hold) {
            if let Some(until) = entry.until {
                let name = self.talk(entry.conversation);
                seen.insert(format!("7 hold {name}"), format!("keeps {name}'s place until {}", clock(until)));
            }
        }
        self.staff_desk(desk, agent, view, &mut seen);
        let open: Vec<&str> = desk.open_cards(agent).iter().map(|card| self.talk(card.id)).collect();
        if !open.is_empty() {
            seen.insert("8 open".to_owned(), format!("open: {}", open.join(" ")));
        }
        seen
    }

    fn connection(&self, seen: &mut BTreeMap<String, String>, name: &str, connection: ClientConnection) {
        let words = match connection {
            ClientConnection::Away { since, disconnected_at } => {
                format!("{name} may be away since {}, disconnected at {}", clock(since), clock(disconnected_at))
            }
            ClientConnection::Connected { .. } => format!("{name} is here"),
            ClientConnection::Disconnected { .. } | ClientConnection::Over => return,
        };
        seen.insert(format!("4 link {name}"), words);
    }
}

pub(crate) fn called(presence: Presence) -> &'static str {
    match presence {
        Presence::Available => "available",
        Presence::Busy => "busy",
        Presence::DoNotDisturb => "do not disturb",
        Presence::Away => "away",
        Presence::Offline => "offline",
        Presence::Inactive => "inactive",
    }
}

pub(crate) fn refusal(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::SendKeyReused => "the key was used with other words",
        RefusalReason::NoConversation => "no such conversation",
        RefusalReason::ConversationClosed => "the conversation is closed",
        RefusalReason::ConversationEnded => "the talk is over",
        RefusalReason::AlreadyStarted => "there is a conversation already",
        RefusalReason::AnswerMissing => "an answer is missing",
        RefusalReason::AnswerUnknown => "no such question",
        RefusalReason::AnswerInvalid => "an answer does not fit",
        RefusalReason::UnknownWidget => "no such widget",
        RefusalReason::WrongState => "not in this state",
        RefusalReason::NotYours => "not theirs",
        RefusalReason::OfferGone => "the offer is gone",
        RefusalReason::AlreadyTaken => "somebody else has it",
        RefusalReason::NotAllowed => "not allowed",
        RefusalReason::ConversationFull => "the conversation is full",
        RefusalReason::PresenceNotChoosable => "can't be chosen",
        RefusalReason::TooManyLinks => "there are as many links as may be",
        RefusalReason::NoPortal => "a link would lead nowhere",
        RefusalReason::ReconnectIsOff => "reconnect is off",
        RefusalReason::NoExtensionLeft => "no more time",
        RefusalReason::AgentUnavailable => "that agent can't be asked",
        RefusalReason::NoRoom => "that agent has no room",
        RefusalReason::AlreadyThere => "that agent is there already",
        RefusalReason::InvitationRunning => "another invitation runs",
        RefusalReason::InvitationGone => "the invitation is gone",
        RefusalReason::NobodyServesIt => "nobody serves that queue",
        RefusalReason::YourOwn => "it is their own",
        RefusalReason::TooManyParticipants => "as many take part as may",
        RefusalReason::QueueClosed => "that queue is closed",
        RefusalReason::UnknownPresence => "no such presence",
    }
}

/// Why a customer is still waiting, in one line.
pub(crate) fn why(names: &Names, why: &WhyWaiting) -> String {
    let reasons = why.reasons.iter().map(|reason| match *reason {
        QueueReason::Picked => "agents pick".to_owned(),
        QueueReason::CustomerAway => "the customer may be away".to_owned(),
        QueueReason::OutOfHours => "the queue is closed".to_owned(),
        QueueReason::Offered { agent, until } => format!("offered to {} until {}", names.agent(agent), clock(until)),
        QueueReason::NobodyServes => "nobody serves the queue".to_owned(),
        QueueReason::NobodyHere => "nobody is here".to_owned(),
        QueueReason::EveryoneDeclined => "everyone declined".to_owned(),
    });
    let agents = why.agents.iter().map(|why| {
        let reasons: Vec<String> = why.reasons.iter().map(|reason| why_not(*reason)).collect();
        let reasons = if reasons.is_empty() { "can be asked".to_owned() } else { reasons.join(" and ") };
        format!("{}: {reasons}", names.agent(why.agent))
    });
    reasons.chain(agents).collect::<Vec<_>>().join("; ")
}

fn why_not(reason: AgentReason) -> String {
    match reason {
        AgentReason::Disabled => "disabled".to_owned(),
        AgentReason::NotInQueue => "not in the queue".to_owned(),
        AgentReason::NoConsole => "no console".to_owned(),
        AgentReason::Presence(presence) => called(presence).to_owned(),
        AgentReason::CapacityShort { by } => format!("{} units short", by.0),
        AgentReason::AskedAgainAt(at) => format!("asked again at {}", clock(at)),
        AgentReason::LimitReached => "had it as often as may be".to_owned(),
    }
}

fn close_reason(reason: CloseReason) -> &'static str {
    match reason {
        CloseReason::AgentEnded => "the agent ended it",
        CloseReason::CustomerEnded => "the customer ended it",
        CloseReason::CustomerDisconnected => "the customer was away too long",
        CloseReason::AutoClosed => "nobody came",
        CloseReason::ForceClosed => "a supervisor closed it",
        CloseReason::OverflowEnded => "the queue was full",
        CloseReason::OutOfHours => "the queue was closed",
        CloseReason::WaitedTooLong => "waited too long",
    }
}

fn returned_by(how: ReturnedBy) -> &'static str {
    match how {
        ReturnedBy::Token => "by their token",
        ReturnedBy::Link => "by link",
        ReturnedBy::Prompt => "at the prompt",
        ReturnedBy::SignIn => "by signing in",
        ReturnedBy::Handover => "from another site",
    }
}

fn promise_end(why: PromiseEnd) -> &'static str {
    match why {
        PromiseEnd::LimitReached => "the limit is over",
        PromiseEnd::StartedNew => "they started anew",
        PromiseEnd::EndedByCustomer => "they ended it",
        PromiseEnd::ForceClosed => "a supervisor closed it",
    }
}

fn session_end(reason: SessionEnd) -> &'static str {
    match reason {
        SessionEnd::AgentClosed => "closed",
        SessionEnd::AutoClosed => "closed by itself",
        SessionEnd::AgentDisconnected => "the agent is gone",
        SessionEnd::AgentSignedOut => "the agent signed out",
        SessionEnd::AgentReleased => "released",
        SessionEnd::AgentDisabled => "the agent is disabled",
        SessionEnd::ForceClosed => "a supervisor closed it",
        SessionEnd::Transferred => "transferred",
        SessionEnd::TransferredToQueue => "transferred to a queue",
        SessionEnd::TransferredBySupervisor => "transferred by a supervisor",
        SessionEnd::CustomerReturned => "the customer came back",
    }
}
