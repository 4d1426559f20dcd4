//! A connection before and at its hello.

use std::sync::Arc;

use desk::{Arrival, Input};
use model::{
    AgentId, ConnectionId, ConversationId, DisplayName, HandoverCode, Millis, PageAddress, Role, Seq, Slug, Timestamp,
    WidgetId,
};
use wire::{
    ArrivalAnswer, ConsoleToRelay, CustomerToRelay, Encoding, Hello, Jwt, RelayToConsole, RelayToCustomer,
    SignInAnswer, WebUrl, limits,
};

use crate::asked::Asked;

use crate::console::ConsoleGate;
use crate::customer::CustomerGate;
use crate::digest::{link_hash, token_hash};
use crate::incoming::{Decoded, Incoming, decode};
use crate::misbehavior::Misbehavior;
use crate::sign_in::SignInResult;
use crate::texts::Language;

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownWidget {
    /// Its id.
    pub id: WidgetId,
    /// When its away customers count as disconnected.
    pub disconnect_after: Millis,
    /// Where a customer is sent who comes too late.
    pub redirect: Option<WebUrl>,
    /// The origins of the sites that it is allowed on, at most [`limits::SITES_MAX`].
    pub sites: Vec<String>,
    /// Whether reconnect links can be made: reconnect is on, and there is a Portal URL.
    pub links: bool,
}

impl KnownWidget {
    /// A widget without a site, a redirect or links.
    #[must_use]
    pub const fn plain(id: WidgetId, disconnect_after: Millis) -> Self {
        Self { id, disconnect_after, redirect: None, sites: Vec::new(), links: false }
    }
}

/// A customer's hello that was taken, before the relay has found out what it must: see [`Hailed::jwt`] and [`Hailed::handover`].
/// Nothing of it has reached the desk.
#[derive(Debug)]
pub struct Hailed {
    connection: ConnectionId,
    encoding: Encoding,
    widget: Arc<KnownWidget>,
    epoch: u64,
    hello: Hello,
    /// Of a client that draws automated messages.
    language: Option<Language>,
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
    /// What is sent at once. A customer who showed something is welcomed when the desk has answered.
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
        widget: impl FnOnce(&Slug) -> Option<Arc<KnownWidget>>,
    ) -> Result<Hailed, Misbehavior> {
        self.tick(now)?;
        let (hello, language) = match decode(self.encoding, message)? {
            Decoded::Frame(CustomerToRelay::Hello(hello)) => (hello, None),
            Decoded::Frame(CustomerToRelay::HelloWith { hello, language }) => (hello, Some(Language(language))),
            Decoded::Frame(_) | Decoded::Unknown => return Err(Misbehavior::NoHello),
        };
        let widget = widget(&hello.widget).ok_or(Misbehavior::UnknownWidget)?;
        Ok(Hailed { connection: self.connection, encoding: self.encoding, widget, epoch, hello, language })
    }
}

impl Hailed {
    /// The connection.
    #[must_use]
    pub const fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// The widget that the page embeds.
    #[must_use]
    pub fn widget(&self) -> &KnownWidget {
        &self.widget
    }

    /// The page that the customer is on, as it claims. Its origin is the site that a hand-over code must be for.
    #[must_use]
    pub const fn page(&self) -> Option<&PageAddress> {
        self.hello.page.as_ref()
    }

    /// The JWT to verify before [`Hailed::greet`].
    #[must_use]
    pub const fn jwt(&self) -> Option<&Jwt> {
        self.hello.sign_in.as_ref()
    }

    /// The hand-over code to redeem before [`Hailed::greet`].
    #[must_use]
    pub const fn handover(&self) -> Option<&HandoverCode> {
        match &self.hello.arrival {
            Some(wire::Arrival::Handover { code, .. }) => Some(code),
            Some(wire::Arrival::Link { .. }) | None => None,
        }
    }

    /// Goes on with what was found out: about the JWT (`None` where there is none, and *unknown* where there is one), and what the
    /// hand-over code opens (`None`: nothing, or nothing any more).
    #[must_use]
    pub fn greet(
        self,
        now: Timestamp,
        sign_in: Option<SignInResult>,
        handover: Option<ConversationId>,
    ) -> Greeted<CustomerGate, RelayToCustomer> {
        let Self { connection, encoding, widget, epoch, hello, language } = self;
        let sign_in = hello.sign_in.as_ref().map(|_| sign_in.unwrap_or(SignInResult::Unknown));
        let (arrival, is_dead) = match &hello.arrival {
            None => (None, false),
            Some(wire::Arrival::Link { secret, token }) => {
                (Some(Arrival::Link { link: link_hash(secret), token: token_hash(token) }), false)
            }
            Some(wire::Arrival::Handover { token, .. }) => {
                let token = token_hash(token);
                (handover.map(|conversation| Arrival::Handover { conversation, token }), handover.is_none())
            }
        };
        let asked = Asked {
            token: hello.resume.as_ref().map(|resume| token_hash(&resume.token)),
            after: hello.resume.map_or(Seq::START, |resume| resume.after),
            arrival,
        };
        let identity = sign_in.and_then(SignInResult::identity);
        let is_unknown = sign_in == Some(SignInResult::Unknown);
        let asks = asked.token.is_some() || asked.arrival.is_some() || identity.is_some() || is_unknown;
        let input = asks.then(|| asked.input(connection, widget.id, identity, is_unknown));
        let mut gate = CustomerGate::new(connection, encoding, widget, epoch, asks.then_some(asked), now);
        if let Some(language) = language {
            gate.draws_texts(language);
        }
        gate.is_signed_in(identity, sign_in.map_or(SignInAnswer::NotAsked, SignInResult::answer));
        if is_dead {
            gate.arrival_is(ArrivalAnswer::Dead);
        }
        let reply = (!asks).then(|| gate.welcome(now, wire::CanResume::NotAsked));
        Greeted { gate, input, reply, page: hello.page }
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
