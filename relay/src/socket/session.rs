//! The life of an identified connection.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use desk::{Input, Notice, Recorded, RefusalReason, Sent};
use futures_util::SinkExt;
use gate::{Answer, Incoming, Misbehavior};
use log::commit::Sender;
use model::{Audience, BodyDigest, ConversationId, Millis, SendKey, Timestamp};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, Sleep};
use tracing::Instrument;
use wire::{CloseCode, Encoding, Frame, Refusal, RefusalCode};

use super::comeback::portal;
use super::customer::finish;
use super::end::End;
use super::senders::{send_of, sender_of};
use super::side::Side;
use crate::ids;
use crate::metrics::Code;
use crate::relay::Relay;
use crate::switchboard::{Answered, Mail, Slot};

/// When a busy or read-only relay may be asked again.
const TRY_AGAIN_AFTER: Millis = Millis::seconds(1);
/// Sends without an answer that are remembered to recognize retries; older ones are forgotten.
const PENDING_MAX: usize = 64;

/// An identified connection. Kept in a box: what an idle connection's task holds itself is copied into every state that the
/// compiler makes of it.
pub(super) struct Session<S> {
    pub(super) relay: Arc<Relay>,
    pub(super) socket: Box<WebSocket>,
    pub(super) slot: Arc<Slot>,
    pub(super) side: S,
    /// Digests of sends without an answer, for retries that meet a closed conversation.
    pub(super) pending: Vec<(SendKey, BodyDigest)>,
    /// How many JWTs were shown after the hello: only the answer about the newest counts.
    pub(super) sign_ins: u32,
}

enum Event {
    Mail(Box<Mail>),
    Message(Option<Result<Message, axum::Error>>),
    Due,
}

impl<S: Side> Session<S> {
    /// Talks until the connection ends.
    pub(super) async fn talk(&mut self) -> End {
        // One timer for the connection's life: what is due only ever moves back, so it may ring early, and is set anew then.
        let mut timer = std::pin::pin!(tokio::time::sleep(self.until_due()));
        loop {
            let event = self.wait(timer.as_mut()).await;
            let rang = matches!(event, Event::Due);
            // Most of the time a connection waits above; what it does then must not make the waiting task larger.
            let span = tracing::debug_span!("connection", id = %self.slot.connection);
            if let Err(end) = Box::pin(self.handle(event).instrument(span)).await {
                return end;
            }
            if rang {
                timer.as_mut().reset(Instant::now() + self.until_due());
            }
        }
    }

    fn until_due(&self) -> Duration {
        Duration::from_millis(self.side.due().since(self.relay.clock.now()).0)
    }

    async fn wait(&mut self, timer: Pin<&mut Sleep>) -> Event {
        tokio::select! {
            mail = self.slot.mail() => Event::Mail(mail),
            message = self.socket.recv() => Event::Message(message),
            () = timer => Event::Due,
        }
    }

    async fn handle(&mut self, event: Event) -> Result<(), End> {
        match event {
            Event::Mail(mail) => self.take_mail(mail).await?,
            Event::Message(message) => self.take_message(message).await?,
            Event::Due => {
                if self.side.is_outdated(&self.relay.widgets) {
                    return Err(End::Closed(CloseCode::Resync));
                }
                if let Some(beat) = self.side.tick(self.relay.clock.now())? {
                    self.send(&beat).await?;
                }
            }
        }
        self.flush().await
    }

    async fn take_message(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        let received = match message {
            None => return Err(End::Gone),
            Some(Ok(Message::Close(_))) => return Err(End::Left),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            // Too large, not UTF-8 or not a WebSocket frame at all; where the connection is simply gone, nobody reads the code.
            Some(Err(error)) => return Err(read_failed(&error)),
            Some(Ok(Message::Text(text))) => self.receive(Incoming::Text(text.as_bytes()))?,
            Some(Ok(Message::Binary(bytes))) => self.receive(Incoming::Binary(&bytes))?,
        };
        self.carry_out(received).await
    }

    /// Does what the gate made of a frame.
    async fn carry_out(&mut self, received: gate::Received<S::Out>) -> Result<(), End> {
        if received.unknown {
            self.relay.metrics.unknown_frames.inc();
        }
        if let Some(jwt) = received.sign_in {
            self.verify(jwt);
        }
        if let (Some(handover), Some(widget)) = (received.handover, self.side.widget()) {
            self.relay.handovers.put(self.relay.clock.now(), widget, handover);
        }
        if let Some(reply) = received.reply {
            self.send(&reply).await?;
        }
        match received.input {
            Some(input) => self.tell(input).await,
            None => Ok(()),
        }
    }

    fn receive(&mut self, message: Incoming<'_>) -> Result<gate::Received<S::Out>, End> {
        self.learn_questions();
        Ok(self.side.receive(self.relay.clock.now(), message)?)
    }

    /// Tells the desk, or the peer that the desk has too much to do.
    pub(super) async fn tell(&mut self, input: Input) -> Result<(), End> {
        if let Some((key, digest)) = send_of(&input) {
            self.remember(key, digest);
        }
        if let Input::Unfollow { conversation, .. } = input {
            self.relay.switchboard.unfollow(&self.slot, conversation);
        }
        if let Input::LeaveFloor { .. } = input {
            self.relay.switchboard.leave_floor(&self.slot);
        }
        if let Input::LeaveColleagues { .. } = input {
            self.relay.switchboard.leave_colleagues(&self.slot);
        }
        if let Input::Identify { .. } = input {
            // Nobody waits for an answer, and without it the conversation would not become the customer's.
            self.relay.desk.tell_surely(input);
            return Ok(());
        }
        let (sender, follows) = (sender_of(&input), matches!(input, Input::Follow { .. }));
        if self.relay.desk.tell(input).is_ok() {
            return Ok(());
        }
        if follows {
            // A window that believes it follows would miss everything: it comes back and asks for all that it has open.
            return Err(End::Closed(CloseCode::Overloaded));
        }
        match sender {
            Some(sender) => {
                let refusal = Refusal { code: RefusalCode::Overloaded, retry_after: Some(TRY_AGAIN_AFTER) };
                self.refuse(sender, refusal).await
            }
            None => Ok(()),
        }
    }

    fn remember(&mut self, key: SendKey, digest: BodyDigest) {
        if self.pending.len() >= PENDING_MAX {
            self.pending.remove(0);
        }
        self.pending.push((key, digest));
    }

    fn forget(&mut self, key: SendKey) -> Option<BodyDigest> {
        let place = self.pending.iter().position(|(known, _)| *known == key)?;
        let (_, digest) = self.pending.remove(place);
        if self.pending.is_empty() {
            // An idle connection keeps no memory for sends.
            self.pending = Vec::new();
        }
        Some(digest)
    }

    async fn take_mail(&mut self, mut mail: Box<Mail>) -> Result<(), End> {
        for answered in std::mem::take(&mut mail.answers) {
            match answered {
                Answered::Notice(notice) => self.take_notice(notice).await?,
                Answered::NotTaken(not_taken) => {
                    let refusal = Refusal { code: not_taken.code, retry_after: Some(TRY_AGAIN_AFTER) };
                    self.refuse(not_taken.sender, refusal).await?;
                }
            }
        }
        let newest = mail.sign_in.take().filter(|(number, _)| *number == self.sign_ins);
        if let Some(received) = newest.and_then(|(_, result)| self.side.signed_in(result)) {
            self.carry_out(received).await?;
        }
        if let Some(code) = mail.close {
            return Err(End::Closed(code));
        }
        if mail.draining {
            return self.drain().await;
        }
        for (request, why) in std::mem::take(&mut mail.whys) {
            if let Some(frame) = self.side.why_waiting(request, why.as_deref(), self.relay.names.as_ref()) {
                self.send(&frame).await?;
            }
        }
        self.load_names(&mail).await;
        self.side.take_news(&mut mail, self.relay.names.as_ref());
        Ok(())
    }

    async fn take_notice(&mut self, notice: Notice) -> Result<(), End> {
        let notice = self.look_up_closed(notice).await;
        self.count(&notice);
        if let Notice::Started { key, .. } | Notice::Sent { key, .. } | Notice::NotSent { key, .. } = notice {
            self.forget(key);
        }
        if let Notice::NotSent { reason, .. } | Notice::Refused { reason, .. } = notice {
            self.count_refusal(gate::refusal_code(reason));
        }
        match self.side.notice(self.relay.clock.now(), &notice) {
            Answer::Nothing => Ok(()),
            Answer::Frame(frame) => self.send(&frame).await,
            Answer::Link(minted) => {
                let portal = portal(Arc::clone(&self.relay), self.side.widget(), minted.conversation).await;
                let frame = self.side.link(&minted, portal.as_ref());
                self.send(&frame).await
            }
            Answer::Close(code) => Err(End::Closed(code)),
        }
    }

    /// The retry of an accepted send must get its acknowledgement, in a closed conversation too (design 2.9).
    async fn look_up_closed(&mut self, notice: Notice) -> Notice {
        let Notice::NotSent { connection, conversation: Some(conversation), key, reason } = notice else {
            return notice;
        };
        if reason != RefusalReason::ConversationClosed {
            return notice;
        }
        let Some(digest) = self.forget(key) else { return notice };
        let author = self.side.author();
        match self.relay.reader.find_send(conversation, author, key).await {
            Some(found) if found.digest == digest => {
                let (audience, seq) = match author {
                    desk::Author::Customer => (Audience::Customer, found.customer_seq),
                    desk::Author::Agent(_) => (Audience::Agents, found.agents_seq),
                };
                Notice::Sent { connection, key, sent: Sent { conversation, audience, seq } }
            }
            Some(_) => {
                let (conversation, reason) = (Some(conversation), RefusalReason::SendKeyReused);
                Notice::NotSent { connection, conversation, key, reason }
            }
            None => notice,
        }
    }

    /// After a restart the words on cards are read from the log once.
    async fn load_names(&mut self, mail: &Mail) {
        let names = &self.relay.names;
        let mut missing = mail.desk.as_ref().map(|view| names.missing(view)).unwrap_or_default();
        let followed = mail.conversations.iter().map(|(view, _)| view).filter(|view| names.is_missing(view.id));
        missing.extend(followed.map(|view| (view.id, view.head)));
        let open = mail.open.iter().flat_map(|open| open.cards.values().flatten());
        missing.extend(open.filter(|view| names.is_missing(view.id)).map(|view| (view.id, view.head)));
        let rows = mail.floor.iter().flat_map(|floor| floor.rows.values().flatten());
        missing.extend(rows.filter(|row| names.is_missing(row.id)).map(|row| (row.id, row.head)));
        if !missing.is_empty() {
            let (names, reader) = (Arc::clone(names), self.relay.reader.clone());
            let load = tokio::task::spawn_blocking(move || names.load(reader.0.as_ref(), &missing));
            // A panic there leaves cards without words.
            let _ = load.await;
        }
    }

    /// Sends what there is to send: entries first, then states, which name their heads.
    pub(super) async fn flush(&mut self) -> Result<(), End> {
        self.tell_texts().await?;
        while let Some((conversation, page)) = self.side.claims_page() {
            let rows = self.rows(conversation, page).await?;
            if let Some(frame) = self.side.take_claims(conversation, &rows) {
                self.send(&frame).await?;
            }
        }
        while let Some((conversation, page)) = self.side.page() {
            let rows = self.rows(conversation, page).await?;
            let frame = self.side.take_rows(conversation, &rows, self.relay.names.as_ref());
            let frame = frame.map_err(|hole| {
                tracing::warn!(connection = %self.slot.connection, %conversation, %hole, "a connection lost step and must resume");
                End::Closed(CloseCode::Resync)
            })?;
            if let Some(frame) = frame {
                self.send(&frame).await?;
            }
        }
        self.tell_agents_texts().await?;
        while let Some(state) = self.side.take_state() {
            self.send(&state).await?;
        }
        self.tell_questions().await?;
        self.write_out().await
    }

    /// Rows of a conversation, from memory or from the log.
    pub(super) async fn rows(&mut self, conversation: ConversationId, page: gate::Page) -> Result<Vec<Recorded>, End> {
        match self.relay.switchboard.rings.rows(conversation, page) {
            Some(rows) => Ok(rows),
            None => self.read(conversation, page).await,
        }
    }

    async fn read(&mut self, conversation: ConversationId, page: gate::Page) -> Result<Vec<Recorded>, End> {
        let reader = self.relay.reader.clone();
        let read = move || reader.0.conversation(conversation, page.after_position, page.rows_max);
        match tokio::task::spawn_blocking(read).await {
            Ok(Ok(rows)) => Ok(rows),
            Ok(Err(error)) => {
                tracing::error!(%error, "a page of a conversation could not be read");
                Err(End::Closed(CloseCode::Fault))
            }
            Err(_) => Err(End::Closed(CloseCode::Fault)),
        }
    }

    async fn refuse(&mut self, sender: Sender, refusal: Refusal) -> Result<(), End> {
        if let Sender::Start { key, .. } | Sender::Customer { key, .. } | Sender::Agent { key, .. } = sender {
            self.forget(key);
        }
        self.count_refusal(refusal.code);
        let frame = self.side.not_taken(self.relay.clock.now(), sender, refusal);
        self.send(&frame).await
    }

    fn count_refusal(&self, code: RefusalCode) {
        self.relay.metrics.refusals.get_or_create(&Code::new(&code.as_str())).inc();
    }

    /// Tells the peer to come back in a while of its own, so that not all come at once.
    async fn drain(&mut self) -> Result<(), End> {
        let come_back_after = ids::spread(self.relay.settings.server.come_back_within);
        self.send(&S::draining(come_back_after)).await?;
        Err(End::Closed(CloseCode::Draining))
    }

    /// Puts a frame into the socket's buffer, which [`Session::write_out`] empties.
    pub(super) async fn send(&mut self, frame: &S::Out) -> Result<(), End> {
        let message = message(frame, self.side.encoding());
        let within = self.write_within();
        in_time(tokio::time::timeout(within, self.socket.feed(message)).await)?;
        self.side.sent(self.relay.clock.now());
        Ok(())
    }

    /// Writes what was sent: all frames of one event in one piece. Gives a slow reader so much time and no more.
    pub(super) async fn write_out(&mut self) -> Result<(), End> {
        let within = self.write_within();
        in_time(tokio::time::timeout(within, self.socket.flush()).await)
    }

    fn write_within(&self) -> Duration {
        Duration::from_millis(self.relay.settings.limits.write_within.0)
    }

    /// Ends the socket and counts how.
    pub(super) async fn finish(&mut self, end: End) {
        finish(&self.relay, &mut self.socket, self.slot.connection, end).await;
    }

    /// When the peer was last heard of, for the desk.
    pub(super) fn last_heard(&self, end: End) -> Timestamp {
        if end.is_sign_of_life() { self.relay.clock.now() } else { self.side.last_heard() }
    }
}

fn in_time(written: Result<Result<(), axum::Error>, Elapsed>) -> Result<(), End> {
    written.map_err(|_| Misbehavior::TooSlow)?.map_err(|_| End::Gone)
}

/// A frame as a WebSocket message.
pub(super) fn message<F: Frame>(frame: &F, encoding: Encoding) -> Message {
    let bytes = frame.encode(encoding);
    match encoding {
        Encoding::Binary => Message::Binary(bytes.into()),
        Encoding::Json => Message::Text(Utf8Bytes::try_from(bytes).expect("invariant: JSON is UTF-8")),
    }
}

/// What a failed read means: a peer that sent what can't be a message is told, one that is gone is not.
pub(super) fn read_failed(error: &axum::Error) -> End {
    use std::error::Error;
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = cause {
        // The library has no type of ours for a stream that ends without a close frame, as it does when a tab dies.
        if error.is::<std::io::Error>() || error.to_string().ends_with("without closing handshake") {
            return End::Gone;
        }
        cause = error.source();
    }
    End::Misbehaved(Misbehavior::NotAFrame)
}
