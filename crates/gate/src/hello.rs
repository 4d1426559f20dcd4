//! A connection before and at its hello.

use desk::Input;
use model::{AgentId, ConnectionId, DisplayName, Millis, PageAddress, Role, Slug, Timestamp, WidgetId};
use wire::{ConsoleToRelay, CustomerToRelay, Encoding, Hello, RelayToConsole, RelayToCustomer, limits};

use crate::console::ConsoleGate;
use crate::customer::CustomerGate;
use crate::digest::token_hash;
use crate::incoming::{Decoded, Incoming, decode};
use crate::misbehavior::Misbehavior;

/// The kind of a connection that will be a customer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwaitsCustomer;

/// The kind of a connection that will be a console's: the upgrade request named a signed-in agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwaitsConsole {
    agent: AgentId,
}

/// A connection that has not said hello. It can do nothing but say it, and is consumed by that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unidentified<Kind> {
    connection: ConnectionId,
    encoding: Encoding,
    opened_at: Timestamp,
    kind: Kind,
}

/// What the relay knows of the widget that a hello names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownWidget {
    /// Its id.
    pub id: WidgetId,
    /// When its away customers count as disconnected.
    pub disconnect_after: Millis,
}

/// What a console is welcomed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleWelcome {
    /// Changes when the store was restored or rebuilt; below 2^53.
    pub epoch: u64,
    /// What the agent is called.
    pub name: DisplayName,
    /// What they may do.
    pub role: Role,
}

/// A hello was taken.
#[derive(Debug)]
pub struct Greeted<Gate, F> {
    /// The identified connection.
    pub gate: Gate,
    /// What the desk is to be told.
    pub input: Option<Input>,
    /// What is sent at once. A customer with a token is welcomed when the desk has answered.
    pub reply: Option<F>,
    /// The page that the customer is on, as it claims.
    pub page: Option<PageAddress>,
}

impl<Kind> Unidentified<Kind> {
    /// The connection.
    #[must_use]
    pub const fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// When the hello is too late.
    #[must_use]
    pub fn due(&self) -> Timestamp {
        self.opened_at + limits::HELLO_WITHIN
    }

    /// Looks at the clock.
    ///
    /// # Errors
    /// [`Misbehavior::HelloTooLate`] at the deadline.
    pub fn tick(&self, now: Timestamp) -> Result<(), Misbehavior> {
        if now >= self.due() { Err(Misbehavior::HelloTooLate) } else { Ok(()) }
    }
}

impl Unidentified<AwaitsCustomer> {
    /// A socket that opened at `now` on the customers' path.
    #[must_use]
    pub const fn customer(connection: ConnectionId, encoding: Encoding, now: Timestamp) -> Self {
        Self { connection, encoding, opened_at: now, kind: AwaitsCustomer }
    }

    /// Takes the first message. `widget` looks the named widget up; `epoch` is that of the store, below 2^53.
    ///
    /// # Errors
    /// [`Misbehavior`] for everything but a hello of a known widget in time.
    pub fn hello(
        self,
        now: Timestamp,
        message: Incoming<'_>,
        epoch: u64,
        widget: impl FnOnce(&Slug) -> Option<KnownWidget>,
    ) -> Result<Greeted<CustomerGate, RelayToCustomer>, Misbehavior> {
        self.tick(now)?;
        let Decoded::Frame(CustomerToRelay::Hello(Hello { widget: slug, resume, page, .. })) =
            decode(self.encoding, message)?
        else {
            return Err(Misbehavior::NoHello);
        };
        let widget = widget(&slug).ok_or(Misbehavior::UnknownWidget)?;
        let after = resume.as_ref().map(|resume| resume.after);
        let gate = CustomerGate::new(self.connection, self.encoding, widget, epoch, after, now);
        let reply = resume.is_none().then(|| gate.welcome(now, wire::CanResume::NotAsked));
        let input = resume.map(|resume| Input::Resume {
            connection: self.connection,
            widget: widget.id,
            token: Some(token_hash(&resume.token)),
            arrival: None,
            identity: None,
            sign_in_is_unknown: false,
        });
        Ok(Greeted { gate, input, reply, page })
    }
}

impl Unidentified<AwaitsConsole> {
    /// A socket that opened at `now` on the consoles' path with the sign-in of `agent`.
    #[must_use]
    pub const fn console(connection: ConnectionId, encoding: Encoding, agent: AgentId, now: Timestamp) -> Self {
        Self { connection, encoding, opened_at: now, kind: AwaitsConsole { agent } }
    }

    /// Who is signed in.
    #[must_use]
    pub const fn agent(&self) -> AgentId {
        self.kind.agent
    }

    /// Takes the first message.
    ///
    /// # Errors
    /// [`Misbehavior`] for everything but a hello in time.
    pub fn hello(
        self,
        now: Timestamp,
        message: Incoming<'_>,
        welcome: ConsoleWelcome,
    ) -> Result<Greeted<ConsoleGate, RelayToConsole>, Misbehavior> {
        self.tick(now)?;
        let Decoded::Frame(ConsoleToRelay::Hello) = decode(self.encoding, message)? else {
            return Err(Misbehavior::NoHello);
        };
        let agent = self.kind.agent;
        let gate = ConsoleGate::new(self.connection, self.encoding, agent, now);
        let reply = RelayToConsole::Welcome {
            epoch: welcome.epoch,
            now,
            heartbeat_every: gate.heartbeat_every(),
            agent,
            name: welcome.name,
            role: welcome.role,
        };
        let input = Some(Input::ConnectAgent { connection: self.connection, agent });
        Ok(Greeted { gate, input, reply: Some(reply), page: None })
    }
}
