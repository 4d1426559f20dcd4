//! The relay without its sockets: real gates, the real commit loop, the real desk and a real log, driven as the relay's desk task
//! drives them.

mod deliver;
mod leaves;
mod views;
mod words;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use desk::{Desk, Input};
use gate::{
    AwaitsConsole, AwaitsCustomer, ConsoleGate, ConsoleWelcome, CustomerGate, FreshIds, Handover, Incoming,
    KnownWidget, Misbehavior, Received, Unidentified,
};
use log::commit::{CommitLoop, Prepared, Settled};
use log::{Log, MemoryDisk};
use model::{
    AgentId, ConnectionId, ConversationId, CustomerId, HandoverCode, LinkSecret, Millis, PageAddress, Role, Timestamp,
};
use wire::limits::HANDOVER_FOR;
use wire::{CloseCode, Encoding, Frame};

use crate::people::{Rules, agent_name, called, site_of, widget_slug};
use words::Words;

/// The relay writes a sign of life this often.
const ALIVE_EVERY: Millis = Millis::seconds(5);

/// What the relay does to a socket.
#[derive(Debug)]
pub(crate) enum Out {
    Frame(ConnectionId, Vec<u8>),
    Close(ConnectionId, CloseCode),
}

enum Gate {
    NewCustomer(Unidentified<AwaitsCustomer>),
    NewConsole(Unidentified<AwaitsConsole>),
    Customer(Box<CustomerGate>),
    Console(Box<ConsoleGate>),
}

struct Socket {
    encoding: Encoding,
    gate: Gate,
    page: Option<PageAddress>,
}

/// Where a process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kill {
    /// Between the append and everything that tells of it.
    AfterAppend,
    /// Before the append.
    BeforeAppend,
}

/// The relay was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Killed;

pub(crate) struct House {
    commit: CommitLoop,
    log: Log,
    rules: Rules,
    queue: VecDeque<Input>,
    sockets: BTreeMap<ConnectionId, Socket>,
    words: Words,
    wake_at: Option<Timestamp>,
    alive_at: Timestamp,
    kill: Option<Kill>,
    /// Sockets whose buffers are full: nothing that can wait is written to them.
    full: BTreeSet<ConnectionId>,
    /// Windows that watch the floor.
    floors: BTreeSet<ConnectionId>,
    widget: Arc<KnownWidget>,
    /// Hand-over codes that are good, and until when. They die with the process.
    handovers: Vec<(Timestamp, Handover)>,
    out: Vec<Out>,
    /// So much of it was looked at.
    looked_at: usize,
}

/// Ids are counted by the world, so that a restarted relay mints no old one.
pub(crate) type Mint<'a> = &'a mut dyn FnMut() -> u128;

impl House {
    pub(crate) fn start(disk: &MemoryDisk, rules: &Rules, now: Timestamp) -> Self {
        let log = disk.open().expect("the disk of a world can be opened");
        let commit = CommitLoop::new(log.opened.clone(), now);
        Self {
            commit,
            rules: rules.clone(),
            queue: rules.configurations().into_iter().map(Input::Configure).collect(),
            sockets: BTreeMap::new(),
            words: Words::of(&disk.facts()),
            wake_at: Some(now),
            alive_at: log.opened.alive_at.unwrap_or(now),
            kill: None,
            full: BTreeSet::new(),
            floors: BTreeSet::new(),
            widget: Arc::new(rules.known_widget()),
            handovers: Vec::new(),
            out: Vec::new(),
            looked_at: 0,
            log,
        }
    }

    /// What the owner's settings and the world around say from now on.
    pub(crate) fn set_rules(&mut self, rules: &Rules) {
        self.rules = rules.clone();
    }

    /// The same, and the desk is told at once.
    pub(crate) fn configure(&mut self, rules: &Rules) {
        self.set_rules(rules);
        self.queue.extend(rules.configurations().into_iter().map(Input::Configure));
    }

    /// A code works once, within its time, on its site.
    fn redeem(&mut self, now: Timestamp, code: &HandoverCode, site: Option<&str>) -> Option<ConversationId> {
        self.handovers.retain(|(until, _)| *until > now);
        let place = self.handovers.iter().position(|(_, one)| one.code == *code)?;
        let (_, handover) = self.handovers.remove(place);
        (site == Some(handover.site.as_str())).then_some(handover.conversation)
    }

    pub(crate) fn desk(&self) -> &Desk {
        self.commit.desk()
    }

    /// All conversations that there ever were.
    pub(crate) fn conversations(&self) -> BTreeSet<ConversationId> {
        self.words.conversations.clone()
    }

    pub(crate) fn is_read_only(&self) -> bool {
        self.commit.outage().is_some()
    }

    pub(crate) fn kill_at(&mut self, kill: Kill) {
        self.kill = Some(kill);
    }

    /// A reader takes nothing at the moment, or takes something again.
    pub(crate) fn set_full(&mut self, connection: ConnectionId, full: bool) {
        if full {
            self.full.insert(connection);
        } else if self.full.remove(&connection) {
            self.pump(connection);
            self.look_at_what_leaves();
        }
    }

    pub(crate) fn accept_customer(&mut self, now: Timestamp, connection: ConnectionId, encoding: Encoding) {
        let gate = Gate::NewCustomer(Unidentified::customer(connection, encoding, now));
        self.sockets.insert(connection, Socket { encoding, gate, page: None });
    }

    pub(crate) fn accept_console(
        &mut self,
        now: Timestamp,
        connection: ConnectionId,
        encoding: Encoding,
        agent: AgentId,
    ) {
        let gate = Gate::NewConsole(Unidentified::console(connection, encoding, agent, now));
        self.sockets.insert(connection, Socket { encoding, gate, page: None });
    }

    /// The socket is closed from the other side.
    pub(crate) fn closed(&mut self, now: Timestamp, connection: ConnectionId) {
        self.full.remove(&connection);
        self.floors.remove(&connection);
        if self.sockets.remove(&connection).is_some() {
            self.queue.push_back(Input::LoseConnection { connection, last_heard: now });
        }
    }

    /// The agent signs out everywhere.
    pub(crate) fn sign_out(&mut self, agent: AgentId) {
        self.queue.push_back(Input::SignOut { agent });
    }

    pub(crate) fn receive(&mut self, now: Timestamp, connection: ConnectionId, bytes: &[u8], mint: Mint<'_>) {
        let Some(socket) = self.sockets.remove(&connection) else { return };
        match self.take(now, socket, bytes, mint) {
            Ok(socket) => {
                self.sockets.insert(connection, socket);
                self.pump(connection);
                self.look_at_what_leaves();
            }
            Err(misbehavior) => self.part(connection, misbehavior.close_code(), now),
        }
    }

    fn take(&mut self, now: Timestamp, socket: Socket, bytes: &[u8], mint: Mint<'_>) -> Result<Socket, Misbehavior> {
        let Socket { encoding, gate, mut page } = socket;
        let message = match encoding {
            Encoding::Json => Incoming::Text(bytes),
            Encoding::Binary => Incoming::Binary(bytes),
        };
        let gate = match gate {
            Gate::NewCustomer(gate) => {
                let known = |slug: &model::Slug| (*slug == widget_slug()).then(|| Arc::clone(&self.widget));
                let hailed = gate.hello(now, message, 1, known)?;
                let sign_in = hailed.jwt().map(|jwt| self.rules.verify(now, jwt));
                let site = hailed.page().map(|page| site_of(page.as_str()).to_owned());
                let handover = hailed.handover().and_then(|code| self.redeem(now, code, site.as_deref()));
                let greeted = hailed.greet(now, sign_in, handover);
                page = greeted.page;
                self.react(greeted.gate.connection(), encoding, greeted.input, greeted.reply);
                Gate::Customer(Box::new(greeted.gate))
            }
            Gate::NewConsole(gate) => {
                let name = agent_name(gate.agent()).expect("invariant: the agents of a world have names");
                let role = called(gate.agent()).map_or(Role::Agent, |name| self.rules.role(name));
                let welcome = ConsoleWelcome { epoch: 1, name, role };
                let greeted = gate.hello(now, message, welcome)?;
                self.react(greeted.gate.connection(), encoding, greeted.input, greeted.reply);
                Gate::Console(Box::new(greeted.gate))
            }
            Gate::Customer(mut gate) => {
                let fresh = FreshIds {
                    conversation: ConversationId::from_u128(mint()),
                    customer: CustomerId::from_u128(mint()),
                    link: LinkSecret::from_bytes(secret(mint(), 1)),
                    handover: HandoverCode::from_bytes(secret(mint(), 2)),
                };
                let mut received = gate.receive(now, message, fresh)?;
                if let Some(jwt) = received.sign_in.take() {
                    received = gate.signed_in(self.rules.verify(now, &jwt));
                }
                let Received { input, reply, handover, .. } = received;
                self.handovers.extend(handover.map(|handover| (now + HANDOVER_FOR, handover)));
                self.react(gate.connection(), encoding, input, reply);
                Gate::Customer(gate)
            }
            Gate::Console(mut gate) => {
                let link = LinkSecret::from_bytes(secret(mint(), 3));
                let Received { input, reply, .. } = gate.receive(now, message, link)?;
                self.react(gate.connection(), encoding, input, reply);
                Gate::Console(gate)
            }
        };
        Ok(Socket { encoding, gate, page })
    }

    fn react<F: Frame>(
        &mut self,
        connection: ConnectionId,
        encoding: Encoding,
        input: Option<Input>,
        reply: Option<F>,
    ) {
        if let Some(Input::LeaveFloor { connection }) = &input {
            self.floors.remove(connection);
        }
        self.queue.extend(input);
        self.out.extend(reply.map(|reply| Out::Frame(connection, reply.encode(encoding))));
    }

    /// The relay ends a connection.
    fn part(&mut self, connection: ConnectionId, code: CloseCode, last_heard: Timestamp) {
        self.sockets.remove(&connection);
        self.full.remove(&connection);
        self.floors.remove(&connection);
        self.queue.push_back(Input::LoseConnection { connection, last_heard });
        self.out.push(Out::Close(connection, code));
    }

    /// When something is due.
    pub(crate) fn due(&self) -> Timestamp {
        let sockets = self.sockets.values().map(|socket| match &socket.gate {
            Gate::NewCustomer(gate) => gate.due(),
            Gate::NewConsole(gate) => gate.due(),
            Gate::Customer(gate) => gate.due(),
            Gate::Console(gate) => gate.due(),
        });
        let alive = self.alive_at + ALIVE_EVERY;
        sockets.chain(self.wake_at).chain([alive]).min().unwrap_or(alive)
    }

    /// Does what is due, and what waits in the queue.
    pub(crate) fn run(&mut self, now: Timestamp) -> Result<Vec<Out>, Killed> {
        self.beat(now);
        if now >= self.alive_at + ALIVE_EVERY {
            // Nobody can be told where this fails; the next append finds the same.
            let _ = self.log.writer.mark_alive(now);
            self.alive_at = now;
        }
        while !self.queue.is_empty() || self.wake_at.is_some_and(|at| at <= now) {
            let settled = self.commit(now)?;
            assert_eq!(settled.fatal, None, "no disk of a world is damaged");
            self.wake_at = settled.wake_at;
            self.deliver(now, settled);
        }
        self.looked_at = 0;
        Ok(core::mem::take(&mut self.out))
    }

    fn commit(&mut self, now: Timestamp) -> Result<Settled, Killed> {
        Ok(match self.commit.prepare(now, &mut self.queue) {
            Prepared::Append(entries) => {
                if self.kill == Some(Kill::BeforeAppend) {
                    return Err(Killed);
                }
                let result = self.log.writer.append(&entries);
                if self.kill == Some(Kill::AfterAppend) {
                    return Err(Killed);
                }
                self.commit.settle(now, result)
            }
            Prepared::Reopen(known) => {
                let result = self.log.writer.reopen(known);
                self.commit.reopened(now, result)
            }
            Prepared::Deliver(settled) => settled,
        })
    }

    fn beat(&mut self, now: Timestamp) {
        let mut silent = Vec::new();
        for (connection, socket) in &mut self.sockets {
            let encoding = socket.encoding;
            let beat = match &mut socket.gate {
                Gate::NewCustomer(gate) => gate.tick(now).map(|()| None),
                Gate::NewConsole(gate) => gate.tick(now).map(|()| None),
                Gate::Customer(gate) => gate.tick(now).map(|beat| beat.map(|beat| beat.encode(encoding))),
                Gate::Console(gate) => gate.tick(now).map(|beat| beat.map(|beat| beat.encode(encoding))),
            };
            match beat {
                Ok(None) => {}
                Ok(Some(bytes)) => self.out.push(Out::Frame(*connection, bytes)),
                Err(misbehavior) => silent.push((*connection, misbehavior, last_heard(&socket.gate, now))),
            }
        }
        for (connection, misbehavior, heard) in silent {
            self.part(connection, misbehavior.close_code(), heard);
        }
    }
}

/// The bytes of a secret that is minted once.
fn secret(minted: u128, kind: u8) -> [u8; 32] {
    let mut bytes = [kind; 32];
    bytes[..16].copy_from_slice(&minted.to_be_bytes());
    bytes
}

fn last_heard(gate: &Gate, now: Timestamp) -> Timestamp {
    match gate {
        Gate::NewCustomer(_) | Gate::NewConsole(_) => now,
        Gate::Customer(gate) => gate.last_heard(),
        Gate::Console(gate) => gate.last_heard(),
    }
}
