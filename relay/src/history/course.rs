//! The course of one conversation, as far as reports want to know it.

use desk::ConversationFact;
use model::{
    AgentId, CloseReason, ConversationId, OfferEnd, QueueId, ReturnedBy, SessionEnd, Timestamp, WidgetId, WorkstreamId,
};
use serde::{Deserialize, Serialize};

/// What has happened so far, and what it comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Course {
    pub(super) widget: WidgetId,
    pub(super) workstream: WorkstreamId,
    /// Where it began.
    pub(super) queue: QueueId,
    /// Where it waits, or waited last.
    pub(super) last_queue: QueueId,
    pub(super) started_at: u64,
    /// Left the first wait: accepted, or closed without that.
    pub(super) waited_until: Option<u64>,
    pub(super) first_agent: Option<AgentId>,
    pub(super) closed: Option<(u64, CloseReason)>,
    pub(super) sessions: Vec<Session>,
    pub(super) offers: Vec<Offer>,
    /// To whom, from which queue and when it was offered.
    pub(super) offered: Vec<(AgentId, QueueId, u64)>,
    pub(super) transfers: i64,
    pub(super) disconnects: i64,
    /// By token, link, prompt, sign-in, hand-over.
    pub(super) returns: [i64; 5],
    pub(super) hold_saved_ms: i64,
    pub(super) hold_wasted_ms: i64,
    holds: bool,
    hold_since: Option<u64>,
}

/// One agent's part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) agent: AgentId,
    pub(super) queue: QueueId,
    pub(super) joined_at: u64,
    pub(super) picked: bool,
    pub(super) talked_ms: i64,
    pub(super) wrapped_up_ms: i64,
    pub(super) ended: Option<(u64, SessionEnd)>,
    in_wrap_up: bool,
    since: u64,
}

/// An offer that was declined or missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Offer {
    pub(super) agent: AgentId,
    pub(super) queue: QueueId,
    pub(super) at: u64,
    pub(super) missed: bool,
}

fn span(from: u64, to: u64) -> i64 {
    i64::try_from(to.saturating_sub(from)).unwrap_or(i64::MAX)
}

/// Whether a session that ended so went on with somebody else.
pub(crate) fn is_transfer(reason: SessionEnd) -> bool {
    matches!(reason, SessionEnd::Transferred | SessionEnd::TransferredToQueue | SessionEnd::TransferredBySupervisor)
}

impl Session {
    fn count(&mut self, at: u64) {
        let passed = span(self.since, at);
        if self.in_wrap_up {
            self.wrapped_up_ms += passed;
        } else {
            self.talked_ms += passed;
        }
        self.since = at;
    }

    fn end(&mut self, at: u64, reason: SessionEnd) {
        self.count(at);
        self.ended = Some((at, reason));
    }
}

impl Course {
    /// Begins with the fact that begins a conversation.
    pub(super) fn begin(at: Timestamp, what: &ConversationFact) -> Option<Self> {
        let ConversationFact::Started { widget, workstream, queue, reconnect, .. } = what else { return None };
        Some(Self {
            widget: *widget,
            workstream: *workstream,
            queue: *queue,
            last_queue: *queue,
            started_at: at.0,
            waited_until: None,
            first_agent: None,
            closed: None,
            sessions: Vec::new(),
            offers: Vec::new(),
            offered: Vec::new(),
            transfers: 0,
            disconnects: 0,
            returns: [0; 5],
            hold_saved_ms: 0,
            hold_wasted_ms: 0,
            holds: reconnect.is_some_and(|reconnect| reconnect.hold_for.0 > 0),
            hold_since: None,
        })
    }

    /// Whose it was last.
    pub(super) fn agent(&self) -> Option<AgentId> {
        self.sessions.last().map(|session| session.agent)
    }

    /// Takes what happened next.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "reports count a few facts of many; new ones change nothing here"
    )]
    pub(super) fn take(&mut self, at: Timestamp, what: &ConversationFact) {
        let at = at.0;
        match *what {
            ConversationFact::OfferMade { agent, .. } => self.offered.push((agent, self.last_queue, at)),
            ConversationFact::OfferEnded { agent, how: OfferEnd::Declined } => {
                self.offers.push(Offer { agent, queue: self.last_queue, at, missed: false });
            }
            ConversationFact::OfferEnded { agent, how: OfferEnd::Missed } => {
                self.offers.push(Offer { agent, queue: self.last_queue, at, missed: true });
            }
            ConversationFact::AgentJoined { agent, picked } => self.join(at, agent, picked),
            ConversationFact::EndedByAgent(_) | ConversationFact::EndedByCustomer => self.wrap_up(at),
            ConversationFact::CustomerDisconnected => {
                self.disconnects += 1;
                if self.holds && self.open_session().is_some() {
                    self.hold_since = Some(at);
                }
                self.wrap_up(at);
            }
            ConversationFact::CustomerReturned { how } => {
                self.returns[match how {
                    ReturnedBy::Token => 0,
                    ReturnedBy::Link => 1,
                    ReturnedBy::Prompt => 2,
                    ReturnedBy::SignIn => 3,
                    ReturnedBy::Handover => 4,
                }] += 1;
                if let Some(since) = self.hold_since.take() {
                    self.hold_saved_ms += span(since, at);
                }
                if let Some(session) = self.open_session() {
                    session.count(at);
                    session.in_wrap_up = false;
                }
            }
            ConversationFact::HoldEnded(_) | ConversationFact::PromiseEnded(_) => self.end_hold(at),
            ConversationFact::SessionEnded { agent, reason, .. } => {
                self.transfers += i64::from(is_transfer(reason));
                let open =
                    self.sessions.iter_mut().rev().find(|session| session.agent == agent && session.ended.is_none());
                if let Some(session) = open {
                    session.end(at, reason);
                    self.end_hold(at);
                }
            }
            ConversationFact::Overflowed { to: queue, .. } | ConversationFact::SentToQueue { queue, .. } => {
                self.last_queue = queue;
            }
            ConversationFact::Closed(reason) => self.close(at, reason),
            _ => {}
        }
    }

    fn open_session(&mut self) -> Option<&mut Session> {
        self.sessions.iter_mut().rev().find(|session| session.ended.is_none())
    }

    fn join(&mut self, at: u64, agent: AgentId, picked: bool) {
        self.waited_until.get_or_insert(at);
        self.first_agent.get_or_insert(agent);
        let session = Session {
            agent,
            queue: self.last_queue,
            joined_at: at,
            picked,
            talked_ms: 0,
            wrapped_up_ms: 0,
            ended: None,
            in_wrap_up: false,
            since: at,
        };
        self.sessions.push(session);
    }

    fn wrap_up(&mut self, at: u64) {
        if let Some(session) = self.open_session() {
            session.count(at);
            session.in_wrap_up = true;
        }
    }

    fn end_hold(&mut self, at: u64) {
        if let Some(since) = self.hold_since.take() {
            self.hold_wasted_ms += span(since, at);
        }
    }

    fn close(&mut self, at: u64, reason: CloseReason) {
        self.waited_until.get_or_insert(at);
        self.end_hold(at);
        self.closed = Some((at, reason));
    }

    /// Nothing more is going to be counted.
    pub(super) fn is_done(&self) -> bool {
        self.closed.is_some() && self.sessions.iter().all(|session| session.ended.is_some())
    }
}

/// A conversation that the history knows, with its course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) id: ConversationId,
    pub(super) course: Course,
}
