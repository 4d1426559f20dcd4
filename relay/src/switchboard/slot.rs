//! What waits for one connection: bounded whatever the desk says and however slowly the peer reads.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::Poll;

use desk::{
    AgentView, ColleaguesView, ConversationView, CustomerView, FloorAgentView, FloorRowView, Notice, PartsView,
    PresencesView, PromptView, WhyWaiting,
};
use futures_util::task::AtomicWaker;
use gate::SignInResult;
use log::commit::Sender;
use model::{AgentId, ConnectionId, ConversationId, PageAddress, Seq};
use wire::{CloseCode, RefusalCode};

/// Answers that may wait for one connection. A peer that asks without reading the answers is a slow reader.
const ANSWERS_MAX: usize = 512;

/// Where the desk's thread leaves things for a connection's task.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Whose.
    pub(crate) connection: ConnectionId,
    /// Whose window it is, for a console.
    pub(crate) agent: Option<AgentId>,
    /// Nothing is allocated while nothing waits: most connections are idle.
    inside: Mutex<Inside>,
    waker: AtomicWaker,
}

#[derive(Debug, Default)]
struct Inside {
    mail: Option<Box<Mail>>,
    /// The conversations whose news this connection gets.
    watched: Vec<ConversationId>,
    /// The page that a customer is on, until it belongs to a conversation.
    page: Option<PageAddress>,
}

/// What waits: answers in order, and of everything else only the newest.
#[derive(Debug, Default)]
pub(crate) struct Mail {
    /// Answers, in order.
    pub(crate) answers: Vec<Answered>,
    /// New heads: customer's and agents' sequence.
    pub(crate) heads: Vec<(ConversationId, Seq, Seq)>,
    /// The customer's view.
    pub(crate) customer: Option<Box<CustomerView>>,
    /// The view of the prompt that the customer stands at; `Some(None)`: its conversation is over.
    pub(crate) prompt: Option<Option<PromptView>>,
    /// What was found out about the newest JWT that was shown after the hello, and its number.
    pub(crate) sign_in: Option<(u32, SignInResult)>,
    /// Views of conversations that a window follows.
    pub(crate) conversations: Vec<(ConversationView, Option<PartsView>)>,
    /// What is new among what is Open in the agent's queues.
    pub(crate) open: Option<Box<OpenMail>>,
    /// What is new on the floor, for a window that watches it.
    pub(crate) floor: Option<Box<FloorMail>>,
    /// Whom the agent can ask, for a window that wants to know.
    pub(crate) colleagues: Option<Arc<ColleaguesView>>,
    /// The custom presences and who is in one.
    pub(crate) presences: Option<Arc<PresencesView>>,
    /// The agent's view.
    pub(crate) desk: Option<Arc<AgentView>>,
    /// Close with this.
    pub(crate) close: Option<CloseCode>,
    /// The relay stops.
    pub(crate) draining: bool,
    /// Answers to the question why a customer is still waiting, by the console's numbers.
    pub(crate) whys: Vec<(u32, Option<Box<WhyWaiting>>)>,
}

/// One answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answered {
    /// The desk's.
    Notice(Notice),
    /// Nothing was written.
    NotTaken(NotTaken),
}

/// Somebody's input was not written, and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotTaken {
    /// Whose.
    pub(crate) sender: Sender,
    /// Why.
    pub(crate) code: RefusalCode,
}

impl Mail {
    /// Keeps an answer.
    pub(super) fn answer(&mut self, answer: Answered) {
        if self.answers.len() < ANSWERS_MAX {
            self.answers.push(answer);
        } else {
            self.close = Some(CloseCode::SlowReader);
        }
    }

    /// Keeps the answer to the question why a customer is still waiting.
    pub(super) fn answer_why(&mut self, request: u32, why: Option<Box<WhyWaiting>>) {
        if self.whys.len() < ANSWERS_MAX {
            self.whys.push((request, why));
        } else {
            self.close = Some(CloseCode::SlowReader);
        }
    }

    /// Keeps the newest head.
    pub(crate) fn announce(&mut self, conversation: ConversationId, customer: Seq, agents: Seq) {
        match self.heads.iter_mut().find(|(other, ..)| *other == conversation) {
            Some((_, known_customer, known_agents)) => {
                *known_customer = (*known_customer).max(customer);
                *known_agents = (*known_agents).max(agents);
            }
            None => self.heads.push((conversation, customer, agents)),
        }
    }

    /// Keeps the answer about the newest JWT.
    pub(crate) fn put_sign_in(&mut self, number: u32, result: SignInResult) {
        if self.sign_in.is_none_or(|(other, _)| other < number) {
            self.sign_in = Some((number, result));
        }
    }

    /// The connection goes elsewhere: news of where it was are not for it any more.
    pub(crate) fn move_on(&mut self) {
        self.heads.clear();
        self.customer = None;
        self.prompt = None;
    }

    /// Keeps the newest view.
    pub(crate) fn put_conversation(&mut self, view: ConversationView, parts: Option<PartsView>) {
        match self.conversations.iter_mut().find(|(other, _)| other.id == view.id) {
            Some(other) => *other = (view, parts),
            None => self.conversations.push((view, parts)),
        }
    }

    /// What is new among what is Open.
    pub(super) fn open(&mut self) -> &mut OpenMail {
        self.open.get_or_insert_default()
    }

    /// What is new on the floor.
    pub(super) fn floor(&mut self) -> &mut FloorMail {
        self.floor.get_or_insert_default()
    }
}

/// What is new among what is Open in an agent's queues: the newest of each card; `None`: it is gone.
#[derive(Debug, Default)]
pub(crate) struct OpenMail {
    /// This is all of it, in place of what the window has.
    pub(crate) starts_over: bool,
    /// Cards.
    pub(crate) cards: BTreeMap<ConversationId, Option<ConversationView>>,
}

impl OpenMail {
    /// All of it.
    pub(super) fn all(cards: &[ConversationView]) -> Self {
        Self { starts_over: true, cards: cards.iter().map(|card| (card.id, Some(*card))).collect() }
    }
}

/// What is new on the floor: the newest of each row; `None`: it is gone.
#[derive(Debug, Default)]
pub(crate) struct FloorMail {
    /// This is all of it, in place of what the window has.
    pub(crate) starts_over: bool,
    /// Conversations.
    pub(crate) rows: BTreeMap<ConversationId, Option<FloorRowView>>,
    /// Agents.
    pub(crate) agents: BTreeMap<AgentId, Option<FloorAgentView>>,
}

impl FloorMail {
    /// All of it.
    pub(super) fn all(rows: impl Iterator<Item = FloorRowView>, agents: impl Iterator<Item = FloorAgentView>) -> Self {
        Self {
            starts_over: true,
            rows: rows.map(|row| (row.id, Some(row))).collect(),
            agents: agents.map(|agent| (agent.agent, Some(agent))).collect(),
        }
    }

    pub(super) fn put_row(&mut self, conversation: ConversationId, row: Option<FloorRowView>) {
        self.rows.insert(conversation, row);
    }

    pub(super) fn put_agent(&mut self, agent: AgentId, row: Option<FloorAgentView>) {
        self.agents.insert(agent, row);
    }
}

impl Slot {
    pub(super) fn new(connection: ConnectionId, agent: Option<AgentId>, page: Option<PageAddress>) -> Self {
        let inside = Mutex::new(Inside { page, ..Inside::default() });
        Self { connection, agent, inside, waker: AtomicWaker::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Changes what waits and wakes the connection's task.
    pub(crate) fn post(&self, put: impl FnOnce(&mut Mail)) {
        self.put(put);
        self.wake();
    }

    /// Changes what waits without waking the connection's task; `true` where nothing waited before, so that it has to be woken.
    pub(super) fn put(&self, put: impl FnOnce(&mut Mail)) -> bool {
        let mail = &mut self.lock().mail;
        let first = mail.is_none();
        put(mail.get_or_insert_default());
        first
    }

    /// Wakes the connection's task.
    pub(super) fn wake(&self) {
        self.waker.wake();
    }

    /// Waits for something and takes all of it.
    pub(crate) async fn mail(&self) -> Box<Mail> {
        std::future::poll_fn(|context| {
            if let Some(mail) = self.lock().mail.take() {
                return Poll::Ready(mail);
            }
            self.waker.register(context.waker());
            // Posted between the look and the registration.
            self.lock().mail.take().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }

    /// Remembers a watched conversation; `false` if it was watched already.
    pub(super) fn watch(&self, conversation: ConversationId) -> bool {
        let watched = &mut self.lock().watched;
        let new = !watched.contains(&conversation);
        if new {
            watched.reserve_exact(1);
            watched.push(conversation);
        }
        new
    }

    pub(super) fn unwatch(&self, conversation: ConversationId) {
        self.lock().watched.retain(|other| *other != conversation);
    }

    pub(super) fn take_page(&self) -> Option<PageAddress> {
        self.lock().page.take()
    }

    pub(super) fn take_watched(&self) -> Vec<ConversationId> {
        std::mem::take(&mut self.lock().watched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_answer_about_an_older_jwt_is_left_out() {
        let mut mail = Mail::default();
        mail.put_sign_in(2, SignInResult::Refused);
        mail.put_sign_in(1, SignInResult::Unknown);
        assert_eq!(mail.sign_in, Some((2, SignInResult::Refused)));
        mail.put_sign_in(3, SignInResult::Unknown);
        assert_eq!(mail.sign_in, Some((3, SignInResult::Unknown)));
    }
}
