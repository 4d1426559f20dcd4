//! A customer's connection after its hello.

use desk::{Input, Notice, Recorded};
use model::{Audience, ConnectionId, ConversationId, Millis, SendKey, Seq, Timestamp};
use wire::{
    ArrivalAnswer, CanResume, CloseCode, CustomerState, CustomerToRelay, Encoding, Refusal, RefusalCode,
    RelayToCustomer, SignInAnswer, Welcome, limits,
};

use crate::bucket::Bucket;
use crate::cursor::{Cursor, Delivery, Hole, Page};
use crate::digest::{body_digest, token_hash};
use crate::entries::customer_entry;
use crate::heartbeat::Heartbeat;
use crate::hello::KnownWidget;
use crate::incoming::{Answer, Decoded, FreshIds, Incoming, Received, decode};
use crate::latest::Latest;
use crate::misbehavior::Misbehavior;
use crate::names::Names;
use crate::refusal::refusal;

/// A customer's connection after its hello.
#[derive(Clone, Debug)]
pub struct CustomerGate {
    connection: ConnectionId,
    encoding: Encoding,
    widget: KnownWidget,
    epoch: u64,
    /// The position in the hello, until the desk has answered it.
    after: Option<Seq>,
    joined: Option<Joined>,
    state: Latest<CustomerState>,
    heartbeat: Heartbeat,
    frames: Bucket,
    sends: Bucket,
}

#[derive(Clone, Copy, Debug)]
struct Joined {
    conversation: ConversationId,
    /// `None` until the first state has told the head.
    cursor: Option<Cursor>,
    after: Seq,
}

impl CustomerGate {
    pub(crate) fn new(
        connection: ConnectionId,
        encoding: Encoding,
        widget: KnownWidget,
        epoch: u64,
        after: Option<Seq>,
        now: Timestamp,
    ) -> Self {
        let second = Millis::seconds(1);
        Self {
            connection,
            encoding,
            widget,
            epoch,
            after,
            joined: None,
            state: Latest::default(),
            heartbeat: Heartbeat::for_customer(widget.disconnect_after, now),
            frames: Bucket::new(limits::CUSTOMER_FRAMES_BURST, limits::CUSTOMER_FRAMES_PER_SECOND, second, now),
            sends: Bucket::new(
                limits::CUSTOMER_SENDS_BURST,
                limits::CUSTOMER_SENDS_PER_MINUTE,
                Millis::minutes(1),
                now,
            ),
        }
    }

    /// The connection.
    #[must_use]
    pub const fn connection(&self) -> ConnectionId {
        self.connection
    }

    /// How frames are written.
    #[must_use]
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The conversation that this connection has joined.
    #[must_use]
    pub fn conversation(&self) -> Option<ConversationId> {
        self.joined.map(|joined| joined.conversation)
    }

    /// Takes one message.
    ///
    /// # Errors
    /// [`Misbehavior`]: the connection is to be closed.
    pub fn receive(
        &mut self,
        now: Timestamp,
        message: Incoming<'_>,
        fresh: FreshIds,
    ) -> Result<Received<RelayToCustomer>, Misbehavior> {
        self.heartbeat.heard(now);
        self.frames.take(now).map_err(|_| Misbehavior::TooManyFrames)?;
        let Decoded::Frame(frame) = decode(self.encoding, message)? else {
            return Ok(Received::UNKNOWN);
        };
        if let CustomerToRelay::Start { key, .. } | CustomerToRelay::Say { key, .. } = &frame
            && let Err(wait) = self.sends.take(now)
        {
            return Ok(Received::reply(too_many_sends(*key, wait)));
        }
        self.translate(now, frame, fresh)
    }

    fn translate(
        &mut self,
        now: Timestamp,
        frame: CustomerToRelay,
        fresh: FreshIds,
    ) -> Result<Received<RelayToCustomer>, Misbehavior> {
        let connection = self.connection;
        Ok(match frame {
            CustomerToRelay::Hello(_) => return Err(Misbehavior::SecondHello),
            CustomerToRelay::Start { key, token, text, name } => Received::input(Input::Start {
                connection,
                conversation: fresh.conversation,
                customer: fresh.customer,
                widget: self.widget.id,
                token: token_hash(&token),
                key,
                digest: body_digest(&text),
                text,
                name,
                identity: None,
            }),
            CustomerToRelay::Say { key, text } => {
                Received::input(Input::Say { connection, key, digest: body_digest(&text), text })
            }
            CustomerToRelay::Typing => Received::input(Input::CustomerTypes { connection }),
            CustomerToRelay::Read { upto } => Received::input(Input::CustomerReads { connection, upto }),
            CustomerToRelay::End => Received::input(Input::EndByCustomer { connection }),
            CustomerToRelay::StillWaiting => Received::input(Input::ConfirmWaiting { connection }),
            CustomerToRelay::Fetch { after } => self.fetch(after),
            CustomerToRelay::Continue { .. }
            | CustomerToRelay::StartNew
            | CustomerToRelay::Extend
            | CustomerToRelay::GoToArrival
            | CustomerToRelay::SignIn { .. }
            | CustomerToRelay::MintLink
            | CustomerToRelay::MintHandover { .. } => {
                Received::reply(RelayToCustomer::Refused { refusal: Refusal::of(RefusalCode::WrongState) })
            }
            CustomerToRelay::Beat { seq } => {
                self.beat(seq);
                if self.heartbeat.wants_answer() {
                    Received::reply(RelayToCustomer::Beat { now, head: self.head() })
                } else {
                    Received::NOTHING
                }
            }
        })
    }

    fn fetch(&mut self, after: Seq) -> Received<RelayToCustomer> {
        match &mut self.joined {
            None => Received::reply(RelayToCustomer::Refused { refusal: Refusal::of(RefusalCode::NoConversation) }),
            Some(joined) => {
                joined.after = after;
                if let Some(cursor) = &mut joined.cursor {
                    cursor.rewind(after);
                }
                Received::NOTHING
            }
        }
    }

    /// A client that shows more than there is can't be right: it starts over (product 4.8).
    fn beat(&mut self, shown: Seq) {
        if let Some(cursor) = self.joined.as_mut().and_then(|joined| joined.cursor.as_mut())
            && shown > cursor.head()
        {
            cursor.rewind(shown);
        }
    }

    /// What a notice means for this connection. Notices for other connections and conversations mean nothing.
    pub fn notice(&mut self, now: Timestamp, notice: &Notice) -> Answer<RelayToCustomer> {
        match *notice {
            Notice::Resumed { connection, conversation } if connection == self.connection => {
                self.join(conversation);
                Answer::Frame(self.welcome(now, CanResume::Yes))
            }
            Notice::CannotResume { connection, .. } if connection == self.connection => {
                self.after = None;
                Answer::Frame(self.welcome(now, CanResume::Expired))
            }
            Notice::Started { connection, key, sent } if connection == self.connection => {
                if self.conversation() != Some(sent.conversation) {
                    self.join(sent.conversation);
                }
                Answer::Frame(RelayToCustomer::Started { key, seq: sent.seq })
            }
            Notice::Sent { connection, key, sent } if connection == self.connection => {
                Answer::Frame(RelayToCustomer::Accepted { key, seq: sent.seq })
            }
            Notice::NotSent { connection, key, reason, .. } if connection == self.connection => {
                Answer::Frame(RelayToCustomer::NotAccepted { key, refusal: refusal(reason) })
            }
            Notice::Refused { connection, reason, .. } if connection == self.connection => {
                Answer::Frame(RelayToCustomer::Refused { refusal: refusal(reason) })
            }
            Notice::Displace { connection } if connection == self.connection => {
                Answer::Close(CloseCode::TooManyConnections)
            }
            Notice::Head { conversation, customer, .. } if Some(conversation) == self.conversation() => {
                self.announce(customer);
                Answer::Nothing
            }
            Notice::Resumed { .. }
            | Notice::CannotResume { .. }
            | Notice::Started { .. }
            | Notice::Sent { .. }
            | Notice::NotSent { .. }
            | Notice::Refused { .. }
            | Notice::Displace { .. }
            | Notice::Head { .. }
            | Notice::Done { .. }
            | Notice::Following { .. }
            | Notice::Unfollowed { .. }
            | Notice::Changed(_)
            | Notice::SignedOut { .. }
            | Notice::Prompted { .. }
            | Notice::LinkDead { .. }
            | Notice::ArrivalWaits { .. }
            | Notice::SignedInAsSomeoneElse { .. }
            | Notice::Left { .. }
            | Notice::LinkMinted { .. }
            | Notice::Returned { .. }
            | Notice::HoldEnded { .. }
            | Notice::PromiseEnded { .. }
            | Notice::Disconnected { .. } => Answer::Nothing,
        }
    }

    fn join(&mut self, conversation: ConversationId) {
        let after = self.after.take().unwrap_or(Seq::START);
        self.joined = Some(Joined { conversation, cursor: None, after });
        self.state.reset();
    }

    pub(crate) fn welcome(&self, now: Timestamp, resume: CanResume) -> RelayToCustomer {
        RelayToCustomer::Welcome(Welcome {
            epoch: self.epoch,
            now,
            heartbeat_every: self.heartbeat.every(),
            disconnect_after: self.widget.disconnect_after,
            resume,
            sign_in: SignInAnswer::NotAsked,
            arrival: ArrivalAnswer::NotAsked,
            redirect: None,
            sites: Vec::new(),
            links: false,
        })
    }

    /// The sequence has grown to `head`: the same as the desk's notice of it. Right after joining, entries are read once a head or
    /// a state was told.
    pub fn announce(&mut self, head: Seq) {
        if let Some(joined) = &mut self.joined {
            match &mut joined.cursor {
                Some(cursor) => cursor.announce(head),
                None => joined.cursor = Some(Cursor::new(Audience::Customer, joined.after, head)),
            }
        }
    }

    /// The newest state of the conversation; it replaces one that still waits to be sent, and announces its head.
    pub fn put_state(&mut self, state: CustomerState) {
        self.announce(state.head);
        self.state.put(state.version, state);
    }

    /// The state to send, if a newer one than the last sent waits.
    pub fn take_state(&mut self) -> Option<RelayToCustomer> {
        self.state.take().map(RelayToCustomer::State)
    }

    /// What to read next from the log of the joined conversation.
    #[must_use]
    pub fn page(&self) -> Option<(ConversationId, Page)> {
        let joined = self.joined.as_ref()?;
        Some((joined.conversation, joined.cursor?.page()?))
    }

    /// Turns the rows that [`CustomerGate::page`] asked for into a frame.
    ///
    /// # Errors
    /// [`Hole`]: close with [`CloseCode::Resync`].
    pub fn take_rows(&mut self, rows: &[Recorded], names: &dyn Names) -> Result<Option<RelayToCustomer>, Hole> {
        let Some(cursor) = self.joined.as_mut().and_then(|joined| joined.cursor.as_mut()) else { return Ok(None) };
        let delivery = cursor.take(rows, |row| customer_entry(row, names))?;
        Ok(delivery.map(|delivery| match delivery {
            Delivery::Entries(entries) => RelayToCustomer::Entries { entries },
            Delivery::Snapshot(entries) => RelayToCustomer::Snapshot { entries },
        }))
    }

    /// The connection's place in the conversation, for a shell that sends from memory.
    pub fn cursor(&mut self) -> Option<&mut Cursor> {
        self.joined.as_mut()?.cursor.as_mut()
    }

    /// The last sign of life: the last message read.
    #[must_use]
    pub const fn last_heard(&self) -> Timestamp {
        self.heartbeat.last_heard()
    }

    /// Something was written to the socket at `now`.
    pub fn sent(&mut self, now: Timestamp) {
        self.heartbeat.sent(now);
    }

    /// When to call [`CustomerGate::tick`] at the latest.
    #[must_use]
    pub fn due(&self) -> Timestamp {
        self.heartbeat.due()
    }

    /// A heartbeat, where one is due.
    ///
    /// # Errors
    /// [`Misbehavior::Silent`] where nothing was heard for too long.
    pub fn tick(&mut self, now: Timestamp) -> Result<Option<RelayToCustomer>, Misbehavior> {
        let due = self.heartbeat.tick(now)?;
        Ok(due.then(|| RelayToCustomer::Beat { now, head: self.head() }))
    }

    fn head(&self) -> Seq {
        self.joined.and_then(|joined| joined.cursor).map_or(Seq::START, |cursor| cursor.head())
    }
}

fn too_many_sends(key: SendKey, wait: Millis) -> RelayToCustomer {
    RelayToCustomer::NotAccepted { key, refusal: Refusal { code: RefusalCode::RateLimited, retry_after: Some(wait) } }
}
