//! What can be asked, over HTTP and over a socket, and the line of the policy table that each is about.

use std::collections::BTreeSet;

use desk::{Action, RefusalReason, Relation};
use model::{AgentId, ConversationId, PresenceId, QueueId, Role, Seq};
use serde_json::{Value, json};
use wire::{ConsoleToRelay, Request, variant_names};

use super::window::Asked;

/// What somebody is to a conversation, and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    Primary,
    Consultant,
    LetIn,
    Monitor,
    Joined,
    Invited,
    TookPart,
    Nobody,
    OpenOffered,
    OpenOfQueue,
    OpenNobody,
    WrapUpPrimary,
    WrapUpHeld,
    WrapUpNobody,
}

/// Those for which nothing is offered to anybody.
pub(super) const PICKED: [Is; 13] = [
    Is::Primary,
    Is::Consultant,
    Is::LetIn,
    Is::Monitor,
    Is::Joined,
    Is::Invited,
    Is::TookPart,
    Is::Nobody,
    Is::OpenOfQueue,
    Is::OpenNobody,
    Is::WrapUpPrimary,
    Is::WrapUpHeld,
    Is::WrapUpNobody,
];

pub(super) const ROLES: [Role; 3] = [Role::Agent, Role::Supervisor, Role::Admin];

/// Where a conversation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    Open,
    Active,
    WrapUp,
}

impl Is {
    pub(super) fn relations(self) -> BTreeSet<Relation> {
        match self {
            Self::Primary | Self::WrapUpPrimary | Self::WrapUpHeld => [Relation::Primary, Relation::TookPart].into(),
            Self::Consultant => [Relation::Consultant].into(),
            Self::LetIn => [Relation::LetIn].into(),
            Self::Monitor => [Relation::Monitor].into(),
            Self::Joined => [Relation::Joined].into(),
            Self::Invited => [Relation::Invited].into(),
            Self::TookPart => [Relation::TookPart].into(),
            Self::OpenOffered => [Relation::Offered, Relation::OfTheQueue].into(),
            Self::OpenOfQueue => [Relation::OfTheQueue].into(),
            Self::Nobody | Self::OpenNobody | Self::WrapUpNobody => BTreeSet::new(),
        }
    }

    /// Whether they are of the queue.
    pub(super) const fn serves(self) -> bool {
        matches!(
            self,
            Self::Primary
                | Self::TookPart
                | Self::OpenOffered
                | Self::OpenOfQueue
                | Self::WrapUpPrimary
                | Self::WrapUpHeld
        )
    }

    pub(super) const fn stage(self) -> Where {
        match self {
            Self::OpenOffered | Self::OpenOfQueue | Self::OpenNobody => Where::Open,
            Self::WrapUpPrimary | Self::WrapUpHeld | Self::WrapUpNobody => Where::WrapUp,
            _ => Where::Active,
        }
    }

    /// Nobody of this role can become that.
    pub(super) fn never(self, role: Role) -> bool {
        role == Role::Agent && matches!(self, Self::Monitor | Self::Joined)
    }
}

/// An address with its body.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) method: &'static str,
    pub(super) path: String,
    pub(super) body: Value,
}

/// One thing that can be asked.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) name: String,
    /// `None`: everybody may.
    pub(super) action: Option<Action>,
    pub(super) socket: Asked,
    pub(super) http: Address,
}

/// Of whom and what the cells are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Named {
    pub(super) conversation: ConversationId,
    pub(super) helper: AgentId,
    pub(super) support: QueueId,
    pub(super) billing: QueueId,
    pub(super) presence: PresenceId,
}

/// Every request that the wire has. What it changes of agents, and not of the conversation, is taken back by the next.
fn requests(named: Named) -> Vec<Request> {
    let Named { conversation, helper: agent, billing: queue, presence, .. } = named;
    let all = vec![
        Request::SetCustomPresence { presence },
        Request::SetPresence { presence: None },
        Request::SetCustomPresenceOf { agent, presence },
        Request::SetPresenceOf { agent, presence: None },
        Request::WhyWaiting { conversation },
        Request::Accept { conversation },
        Request::Decline { conversation },
        Request::Pick { conversation },
        Request::End { conversation },
        Request::Close { conversation },
        Request::Release { conversation },
        Request::OfferLink { conversation },
        Request::TakeLink { conversation },
        Request::ReleaseHold { conversation },
        Request::Consult { conversation, agent },
        Request::ConsultQueue { conversation, queue },
        Request::LetIn { conversation, agent },
        Request::EndConsult { conversation, agent },
        Request::LeaveConsult { conversation },
        Request::TransferToAgent { conversation, agent },
        Request::TransferToQueue { conversation, queue },
        Request::WithdrawInvitation { conversation },
        Request::AcceptInvitation { conversation },
        Request::DeclineInvitation { conversation },
        Request::Monitor { conversation },
        Request::StopMonitoring { conversation },
        Request::Join { conversation },
        Request::AssignToAgent { conversation, agent },
        Request::AssignToQueue { conversation, queue },
        Request::SupervisorTransfer { conversation, agent },
        Request::ForceClose { conversation },
    ];
    let named: BTreeSet<String> = all.iter().map(name_of).collect();
    let known: BTreeSet<String> = variant_names::<Request>().iter().map(|&name| name.to_owned()).collect();
    assert_eq!(named, known, "every request of the wire is asked");
    all
}

fn name_of(request: &Request) -> String {
    format!("{request:?}").chars().take_while(|letter| letter.is_alphabetic()).collect()
}

/// The line of a request, and its address: no request is without.
fn line(request: &Request) -> (Option<Action>, &'static str, Value) {
    const NONE: Value = Value::Null;
    let agent = |agent: &AgentId| json!({ "agent": agent });
    let queue = || json!({ "queue": "billing" });
    let (action, verb, body) = match request {
        Request::Accept { .. } => (Action::AnswerOffer, "accept", NONE),
        Request::Decline { .. } => (Action::AnswerOffer, "decline", NONE),
        Request::Pick { .. } => (Action::Pick, "pick", NONE),
        Request::End { .. } => (Action::End, "end", NONE),
        Request::Close { .. } => (Action::Close, "close", NONE),
        Request::Release { .. } => (Action::Release, "release", NONE),
        Request::OfferLink { .. } => (Action::OfferLink, "offer-link", NONE),
        Request::TakeLink { .. } => (Action::OfferLink, "take-link", NONE),
        Request::ReleaseHold { .. } => (Action::ReleaseHold, "release-hold", NONE),
        Request::Consult { agent: who, .. } => (Action::Consult, "consult", agent(who)),
        Request::ConsultQueue { .. } => (Action::Consult, "consult", queue()),
        Request::LetIn { agent: who, .. } => (Action::Consult, "let-in", agent(who)),
        Request::EndConsult { agent: who, .. } => (Action::Consult, "end-consult", agent(who)),
        Request::LeaveConsult { .. } => (Action::LeaveConsult, "leave-consult", NONE),
        Request::TransferToAgent { agent: who, .. } => (Action::Transfer, "transfer", agent(who)),
        Request::TransferToQueue { .. } => (Action::Transfer, "transfer", queue()),
        Request::WithdrawInvitation { .. } => (Action::Withdraw, "withdraw-invitation", NONE),
        Request::AcceptInvitation { .. } => (Action::AnswerInvitation, "accept-invitation", NONE),
        Request::DeclineInvitation { .. } => (Action::AnswerInvitation, "decline-invitation", NONE),
        Request::Monitor { .. } => (Action::Monitor, "monitor", NONE),
        Request::StopMonitoring { .. } => (Action::StopMonitoring, "stop-monitoring", NONE),
        Request::Join { .. } => (Action::Join, "join", NONE),
        Request::AssignToAgent { agent: who, .. } => (Action::Assign, "assign", agent(who)),
        Request::AssignToQueue { .. } => (Action::Assign, "assign", queue()),
        Request::SupervisorTransfer { agent: who, .. } => {
            (Action::SupervisorTransfer, "supervisor-transfer", agent(who))
        }
        Request::ForceClose { .. } => (Action::ForceClose, "force-close", NONE),
        Request::WhyWaiting { .. } => (Action::AskWhy, "why-waiting", NONE),
        Request::SetPresenceOf { .. } => (Action::SetPresenceOf, "", json!({ "presence": null })),
        Request::SetCustomPresenceOf { .. } => (Action::SetPresenceOf, "", json!({ "presence": "training" })),
        Request::SetPresence { .. } => return (None, "", json!({ "presence": null })),
        Request::SetCustomPresence { .. } => return (None, "", json!({ "presence": "training" })),
    };
    (Some(action), verb, body)
}

fn cell(request: Request, named: Named) -> Cell {
    let (action, verb, body) = line(&request);
    let (method, path) = match &request {
        Request::SetPresence { .. } | Request::SetCustomPresence { .. } => ("PUT", "/api/presence".to_owned()),
        Request::SetPresenceOf { agent, .. } | Request::SetCustomPresenceOf { agent, .. } => {
            ("PUT", format!("/api/people/{agent}/presence"))
        }
        Request::WhyWaiting { .. } => ("GET", format!("/api/conversations/{}/{verb}", named.conversation)),
        _ => ("POST", format!("/api/conversations/{}/{verb}", named.conversation)),
    };
    Cell { name: name_of(&request), action, socket: Asked::Request(request), http: Address { method, path, body } }
}

/// Everything that a console can ask about a conversation but for what shows it: see `reads`.
pub(super) fn cells(named: Named) -> Vec<Cell> {
    let conversation = named.conversation;
    let words = |internal: bool| {
        let (name, action) = if internal { ("SayInternal", Action::SayInternally) } else { ("Say", Action::Say) };
        let body = json!({ "key": "07".repeat(16), "text": "Yes", "internal": internal });
        let path = format!("/api/conversations/{conversation}/messages");
        let http = Address { method: "POST", path, body };
        Cell { name: name.to_owned(), action: Some(action), socket: Asked::Say { conversation, internal }, http }
    };
    let path = format!("/api/conversations/{conversation}/read");
    let read = Cell {
        name: "Read".to_owned(),
        action: Some(Action::Read),
        socket: Asked::Quiet(ConsoleToRelay::Read { conversation, upto: Seq(1) }),
        http: Address { method: "POST", path, body: json!({ "upto": 1 }) },
    };
    let typing = Cell {
        name: "Typing".to_owned(),
        action: Some(Action::Say),
        socket: Asked::Quiet(ConsoleToRelay::Typing { conversation }),
        http: Address { method: "POST", path: format!("/api/conversations/{conversation}/typing"), body: Value::Null },
    };
    let mut all = vec![words(false), words(true), read, typing];
    all.extend(requests(named).into_iter().map(|request| cell(request, named)));
    all
}

/// What an offer's answer and a pick are told by where the conversation is, before anybody looks at who asks.
pub(super) fn told_first(action: Option<Action>, is: Is) -> Option<&'static str> {
    match (action?, is.stage()) {
        (Action::AnswerOffer, Where::Active) if is != Is::Primary => Some("already-taken"),
        (Action::AnswerOffer, Where::Active | Where::WrapUp) => Some("offer-gone"),
        (Action::Pick, Where::Active) if is != Is::Primary => Some("already-taken"),
        (Action::Pick, Where::Active) => Some("wrong-state"),
        (Action::Pick, Where::WrapUp) => Some("conversation-ended"),
        _ => None,
    }
}

/// The code of the table's no.
pub(super) fn code(reason: RefusalReason) -> &'static str {
    match reason {
        RefusalReason::NotAllowed => "not-allowed",
        RefusalReason::NotYours => "not-yours",
        RefusalReason::YourOwn => "your-own",
        RefusalReason::OfferGone => "offer-gone",
        RefusalReason::InvitationGone => "invitation-gone",
        other => panic!("the table says {other:?}"),
    }
}

/// Whether a code says that somebody may not, and not that it doesn't fit.
pub(super) fn is_of_rights(code: &str) -> bool {
    ["not-allowed", "not-yours", "your-own", "no-conversation"].contains(&code)
}

impl Cell {
    /// Not by a socket: what comes of it is only seen, see `reads`.
    pub(super) fn is_never_answered(&self) -> bool {
        matches!(self.socket, Asked::Quiet(ConsoleToRelay::Typing { .. }))
    }

    /// Whether it can change the conversation, or what somebody is to it.
    pub(super) fn changes(&self) -> bool {
        if self.is_never_answered() {
            return false;
        }
        let Some(action) = self.action else { return false };
        !matches!(action, Action::Read | Action::AskWhy | Action::SetPresenceOf)
    }
}

/// Whether something has to be there that a request is about.
pub(super) fn needs_more(name: &str) -> bool {
    matches!(name, "LetIn" | "EndConsult" | "WithdrawInvitation")
}
