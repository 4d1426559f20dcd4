//! Hands what the desk said to the connections that must hear it.
//!
//! The desk's thread posts answers, heads and whole latest values into the [`Slot`] of a connection and wakes its task; it never
//! waits for a connection. Entries are not posted: a task reads them by its cursor from the [`Rings`] of recent entries, else
//! from the log (design 2.8).

mod callers;
mod names;
mod ring;
mod slot;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use desk::{Desk, Notice, ViewKey};
use log::commit::{Sender, Settled};
use model::{AgentId, ConnectionId, ConversationId, PageAddress};
use tokio::sync::{Notify, oneshot};
use wire::{CloseCode, RefusalCode};

use callers::Callers;
pub(crate) use callers::Reply;
pub(crate) use names::NameStore;
pub(crate) use ring::Rings;
pub(crate) use slot::{Answered, FloorMail, Mail, NotTaken, OpenMail, Slot};

/// Views that must be shown after a batch.
#[derive(Debug, Default)]
pub(crate) struct Views {
    /// For somebody who has none yet.
    pub(crate) new: BTreeSet<ViewKey>,
    /// Because something in them changed.
    pub(crate) changed: BTreeSet<ViewKey>,
    /// Windows that must get the whole floor.
    pub(crate) floors: BTreeSet<ConnectionId>,
    /// Who asked why a customer is still waiting, under which number.
    pub(crate) asked_why: Vec<(ConnectionId, u32, ConversationId)>,
}

/// Who watches what.
#[derive(Debug, Default)]
pub(crate) struct Switchboard {
    board: Mutex<Board>,
    /// Recent entries.
    pub(crate) rings: Rings,
    /// Told when the last connection is gone.
    emptied: Notify,
}

#[derive(Debug, Default)]
struct Board {
    slots: BTreeMap<ConnectionId, Arc<Slot>>,
    customers: BTreeMap<ConversationId, Vec<ConnectionId>>,
    /// Customers who stand at the prompt of a conversation, and have not joined it.
    prompted: BTreeMap<ConversationId, Vec<ConnectionId>>,
    followers: BTreeMap<ConversationId, Vec<ConnectionId>>,
    windows: BTreeMap<AgentId, Vec<ConnectionId>>,
    /// Windows that watch the floor.
    floor: BTreeSet<ConnectionId>,
    /// Windows that want to know whom their agent can ask.
    colleagues: BTreeSet<ConnectionId>,
    /// Programs that wait for the one answer to what they asked.
    callers: Callers,
    /// Slots with mail whose tasks are not woken yet.
    to_wake: Vec<Arc<Slot>>,
}

impl Switchboard {
    fn lock(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Adds a customer's connection.
    pub(crate) fn add_customer(&self, connection: ConnectionId, page: Option<PageAddress>) -> Arc<Slot> {
        let slot = Arc::new(Slot::new(connection, None, page));
        self.lock().slots.insert(connection, Arc::clone(&slot));
        slot
    }

    /// Adds a console window.
    pub(crate) fn add_window(&self, connection: ConnectionId, agent: AgentId) -> Arc<Slot> {
        let slot = Arc::new(Slot::new(connection, Some(agent), None));
        let mut board = self.lock();
        board.slots.insert(connection, Arc::clone(&slot));
        board.windows.entry(agent).or_default().push(connection);
        slot
    }

    /// Adds a program that is going to ask one thing.
    pub(crate) fn add_caller(&self, caller: ConnectionId) -> oneshot::Receiver<Reply> {
        self.lock().callers.add(caller)
    }

    /// Takes out a program that waits no longer.
    pub(crate) fn remove_caller(&self, caller: ConnectionId) {
        self.lock().callers.remove(caller);
    }

    /// The page that a customer is on, once: from then on it is known by the conversation.
    pub(crate) fn take_page(&self, connection: ConnectionId) -> Option<PageAddress> {
        self.lock().slots.get(&connection).and_then(|slot| slot.take_page())
    }

    /// Takes a connection out.
    pub(crate) fn remove(&self, slot: &Slot) {
        let mut board = self.lock();
        board.slots.remove(&slot.connection);
        board.floor.remove(&slot.connection);
        board.colleagues.remove(&slot.connection);
        if let Some(agent) = slot.agent {
            forget(&mut board.windows, agent, slot.connection);
        }
        for conversation in slot.take_watched() {
            if slot.agent.is_some() {
                forget(&mut board.followers, conversation, slot.connection);
            } else {
                board.forget_customer(conversation, slot.connection);
            }
        }
        if board.slots.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    /// A window no longer follows a conversation.
    pub(crate) fn unfollow(&self, slot: &Slot, conversation: ConversationId) {
        slot.unwatch(conversation);
        forget(&mut self.lock().followers, conversation, slot.connection);
    }

    /// A window no longer watches the floor.
    pub(crate) fn leave_floor(&self, slot: &Slot) {
        self.lock().floor.remove(&slot.connection);
    }

    /// A window no longer wants to know whom its agent can ask.
    pub(crate) fn leave_colleagues(&self, slot: &Slot) {
        self.lock().colleagues.remove(&slot.connection);
    }

    /// Closes all windows of an agent: their sign-in is over, or they must hear anew who they are.
    pub(crate) fn close_windows(&self, agent: AgentId, code: CloseCode) {
        let board = self.lock();
        for connection in board.windows.get(&agent).into_iter().flatten() {
            board.close(*connection, code);
        }
    }

    /// Tells everybody that the relay stops.
    pub(crate) fn drain(&self) {
        for slot in self.lock().slots.values() {
            slot.post(|mail| mail.draining = true);
        }
    }

    /// Everybody looks again at what they are told by itself.
    pub(crate) fn tell_texts(&self) {
        for slot in self.lock().slots.values() {
            slot.post(|_| {});
        }
    }

    /// How many connections there are: customers', consoles'.
    pub(crate) fn count(&self) -> (usize, usize) {
        let board = self.lock();
        let windows = board.windows.values().map(Vec::len).sum();
        (board.slots.len() - windows, windows)
    }

    /// Waits until no connection is left.
    pub(crate) async fn empty(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.lock().slots.is_empty() {
                return;
            }
            emptied.await;
        }
    }

    /// Delivers what settled, in order, and gives the views that must be shown. Nobody is woken before [`Switchboard::wake`].
    pub(crate) fn deliver(&self, settled: &Settled) -> Views {
        self.rings.extend(&settled.entries);
        let mut board = self.lock();
        let mut views = Views::default();
        for notice in &settled.notices {
            board.deliver(notice, &mut views);
        }
        for sender in &settled.unsaved {
            board.not_taken(*sender, RefusalCode::NotKnownToBeSaved);
        }
        for sender in &settled.refused {
            board.not_taken(*sender, RefusalCode::ReadOnly);
        }
        if settled.refresh {
            views.changed.extend(board.customers.keys().map(|conversation| ViewKey::Customer(*conversation)));
            views.changed.extend(board.prompted.keys().map(|conversation| ViewKey::Prompt(*conversation)));
            views.changed.extend(board.followers.keys().map(|conversation| ViewKey::Conversation(*conversation)));
            views.changed.extend(board.windows.keys().map(|agent| ViewKey::Agent(*agent)));
            views.changed.insert(ViewKey::Presences);
            views.changed.extend(board.windows.keys().map(|agent| ViewKey::OpenCards(*agent)));
            views.changed.extend((!board.colleagues.is_empty()).then_some(ViewKey::Colleagues));
            views.floors.extend(&board.floor);
        }
        views
    }

    /// Answers why customers are still waiting. Nobody is woken before [`Switchboard::wake`].
    pub(crate) fn answer_why(&self, desk: &Desk, asked: Vec<(ConnectionId, u32, ConversationId)>) {
        let mut board = self.lock();
        let Board { slots, to_wake, callers, .. } = &mut *board;
        for (connection, request, conversation) in asked {
            let why = desk.why_waiting(conversation).map(Box::new);
            let Err(why) = callers.answer_why(connection, why) else { continue };
            post(slots, to_wake, &connection, |mail| mail.answer_why(request, why));
        }
    }

    /// Computes views and puts them into the slots of those who watch them. Nobody is woken before [`Switchboard::wake`].
    pub(crate) fn show(
        &self,
        desk: &Desk,
        views: impl Iterator<Item = ViewKey>,
        floors: impl Iterator<Item = ConnectionId>,
    ) {
        let mut board = self.lock();
        views.for_each(|view| board.show(desk, view));
        floors.for_each(|connection| board.show_floor(desk, connection));
    }

    /// Wakes everybody who got something: once a batch, so that a connection takes all of it in one go and writes it in one piece.
    pub(crate) fn wake(&self) {
        // Woken tasks want the board too.
        let to_wake = std::mem::take(&mut self.lock().to_wake);
        for slot in to_wake {
            slot.wake();
        }
    }
}

fn add<K: Ord>(map: &mut BTreeMap<K, Vec<ConnectionId>>, key: K, connection: ConnectionId) {
    let connections = map.entry(key).or_default();
    // Mostly there is one; a list of its own accord makes room for four.
    connections.reserve_exact(1);
    connections.push(connection);
}

fn forget<K: Ord>(map: &mut BTreeMap<K, Vec<ConnectionId>>, key: K, connection: ConnectionId) {
    if let std::collections::btree_map::Entry::Occupied(mut entry) = map.entry(key) {
        entry.get_mut().retain(|other| *other != connection);
        if entry.get().is_empty() {
            entry.remove();
        }
    }
}

/// Where a customer's connection stands.
#[derive(Clone, Copy, Debug)]
enum Place {
    In(ConversationId),
    AtPrompt(ConversationId),
}

impl Board {
    fn deliver(&mut self, notice: &Notice, views: &mut Views) {
        match *notice {
            Notice::Changed(view) => {
                views.changed.insert(view);
            }
            Notice::Head { conversation, customer, agents } => {
                let customers = self.customers.get(&conversation);
                let followers = self.followers.get(&conversation);
                for connection in customers.into_iter().chain(followers).flatten() {
                    post(&self.slots, &mut self.to_wake, connection, |mail| {
                        mail.announce(conversation, customer, agents);
                    });
                }
            }
            Notice::Resumed { connection, conversation } => {
                self.go(connection, Some(Place::In(conversation)));
                views.new.insert(ViewKey::Customer(conversation));
                self.answer(connection, notice);
            }
            Notice::Prompted { connection, conversation } => {
                self.go(connection, Some(Place::AtPrompt(conversation)));
                views.new.insert(ViewKey::Prompt(conversation));
                self.answer(connection, notice);
            }
            Notice::CannotResume { connection, .. } | Notice::Left { connection } => {
                self.go(connection, None);
                self.answer(connection, notice);
            }
            Notice::Started { connection, sent, .. } => {
                self.go(connection, Some(Place::In(sent.conversation)));
                views.new.insert(ViewKey::Customer(sent.conversation));
                self.answer(connection, notice);
            }
            Notice::Following { connection, conversation } => {
                self.follow(connection, conversation);
                views.new.insert(ViewKey::Conversation(conversation));
                self.answer(connection, notice);
            }
            Notice::Unfollowed { connection, conversation } => {
                if let Some(slot) = self.slots.get(&connection) {
                    slot.unwatch(conversation);
                }
                forget(&mut self.followers, conversation, connection);
                self.answer(connection, notice);
            }
            Notice::FloorOpened { connection } => {
                self.floor.insert(connection);
                views.floors.insert(connection);
                self.answer(connection, notice);
            }
            Notice::FloorOver { connection } => {
                self.floor.remove(&connection);
                // Rows that wait there would begin the floor anew.
                post(&self.slots, &mut self.to_wake, &connection, |mail| mail.floor = None);
                self.answer(connection, notice);
            }
            Notice::ColleaguesWatched { connection } => {
                self.colleagues.insert(connection);
                views.new.insert(ViewKey::Colleagues);
                self.answer(connection, notice);
            }
            Notice::PromptOfAnother { connection, .. }
            | Notice::LinkDead { connection }
            | Notice::ArrivalWaits { connection }
            | Notice::SignedInAsSomeoneElse { connection }
            | Notice::LinkMinted { connection }
            | Notice::Sent { connection, .. }
            | Notice::NotSent { connection, .. }
            | Notice::Done { connection, .. }
            | Notice::Refused { connection, .. }
            | Notice::Displace { connection }
            | Notice::SignedOut { connection } => self.answer(connection, notice),
            Notice::WhyWaiting { connection, request, conversation } => {
                views.asked_why.push((connection, request, conversation));
            }
            Notice::Disconnected { .. }
            | Notice::Returned { .. }
            | Notice::HoldEnded { .. }
            | Notice::InvitationEnded { .. }
            | Notice::PromiseEnded { .. } => {}
        }
    }

    fn follow(&mut self, connection: ConnectionId, conversation: ConversationId) {
        let Some(slot) = self.slots.get(&connection) else { return };
        if slot.watch(conversation) {
            add(&mut self.followers, conversation, connection);
        }
    }

    /// A customer is in one conversation, at one prompt, or nowhere.
    fn go(&mut self, connection: ConnectionId, place: Option<Place>) {
        let Some(slot) = self.slots.get(&connection).map(Arc::clone) else { return };
        let before = slot.take_watched();
        let is_joined = |conversation| self.customers.get(&conversation).is_some_and(|all| all.contains(&connection));
        if let Some(Place::In(conversation)) = place
            && before == [conversation]
            && is_joined(conversation)
        {
            slot.watch(conversation);
            return;
        }
        if !before.is_empty() {
            post(&self.slots, &mut self.to_wake, &connection, Mail::move_on);
        }
        for conversation in before {
            self.forget_customer(conversation, connection);
        }
        let (map, conversation) = match place {
            Some(Place::In(conversation)) => (&mut self.customers, conversation),
            Some(Place::AtPrompt(conversation)) => (&mut self.prompted, conversation),
            None => return,
        };
        slot.watch(conversation);
        add(map, conversation, connection);
    }

    fn forget_customer(&mut self, conversation: ConversationId, connection: ConnectionId) {
        forget(&mut self.customers, conversation, connection);
        forget(&mut self.prompted, conversation, connection);
    }

    fn answer(&mut self, connection: ConnectionId, notice: &Notice) {
        if self.callers.answer(connection, Reply::Notice(*notice)) {
            return;
        }
        post(&self.slots, &mut self.to_wake, &connection, |mail| mail.answer(Answered::Notice(*notice)));
    }

    fn close(&self, connection: ConnectionId, code: CloseCode) {
        if let Some(slot) = self.slots.get(&connection) {
            slot.post(|mail| mail.close = Some(code));
        }
    }

    fn not_taken(&mut self, sender: Sender, code: RefusalCode) {
        let connection = match sender {
            Sender::Start { connection, .. }
            | Sender::Customer { connection, .. }
            | Sender::Agent { connection, .. }
            | Sender::CustomerRequest { connection }
            | Sender::AgentRequest { connection, .. } => connection,
            // The desk's thread tries these again by itself.
            Sender::SignOut { .. } | Sender::Configuration => return,
        };
        if self.callers.answer(connection, Reply::NotTaken(code)) {
            return;
        }
        let not_taken = Answered::NotTaken(NotTaken { sender, code });
        post(&self.slots, &mut self.to_wake, &connection, |mail| mail.answer(not_taken));
    }

    /// Computes a view once (per agent where it differs) and puts it into the slots of those who watch it.
    fn show(&mut self, desk: &Desk, view: ViewKey) {
        let Self { slots, customers, prompted, followers, windows, floor, colleagues, to_wake, .. } = self;
        match view {
            ViewKey::Customer(conversation) => {
                let Some(connections) = customers.get(&conversation) else { return };
                let Some(view) = desk.customer_view(conversation) else { return };
                for connection in connections {
                    post(slots, to_wake, connection, |mail| mail.customer = Some(Box::new(view)));
                }
            }
            ViewKey::Prompt(conversation) => {
                let Some(connections) = prompted.get(&conversation) else { return };
                let view = desk.prompt_view(conversation);
                for connection in connections {
                    post(slots, to_wake, connection, |mail| mail.prompt = Some(view));
                }
            }
            ViewKey::Conversation(conversation) => {
                for connection in followers.get(&conversation).into_iter().flatten() {
                    let agent = slots.get(connection).and_then(|slot| slot.agent);
                    if let Some(view) = agent.and_then(|agent| desk.conversation_view(conversation, agent)) {
                        let parts = agent.and_then(|agent| desk.parts_view(conversation, agent));
                        post(slots, to_wake, connection, |mail| mail.put_conversation(view, parts));
                    }
                }
            }
            ViewKey::Agent(agent) => {
                let Some(connections) = windows.get(&agent) else { return };
                let Some(view) = desk.agent_view(agent).map(Arc::new) else { return };
                for connection in connections {
                    post(slots, to_wake, connection, |mail| mail.desk = Some(Arc::clone(&view)));
                }
            }
            ViewKey::OpenCard(conversation) => {
                for (agent, connections) in &*windows {
                    let card = desk.open_card(conversation, *agent);
                    for connection in connections {
                        post(slots, to_wake, connection, |mail| {
                            mail.open().cards.insert(conversation, card);
                        });
                    }
                }
            }
            ViewKey::OpenCards(agent) => {
                let Some(connections) = windows.get(&agent) else { return };
                let cards = desk.open_cards(agent);
                for connection in connections {
                    post(slots, to_wake, connection, |mail| mail.open = Some(Box::new(OpenMail::all(&cards))));
                }
            }
            ViewKey::FloorRow(conversation) => {
                for connection in &*floor {
                    let agent = slots.get(connection).and_then(|slot| slot.agent);
                    let row = agent.and_then(|agent| desk.floor_row(conversation, agent));
                    post(slots, to_wake, connection, |mail| mail.floor().put_row(conversation, row));
                }
            }
            ViewKey::FloorAgent(agent) => {
                let row = desk.floor_agent(agent);
                for connection in &*floor {
                    post(slots, to_wake, connection, |mail| mail.floor().put_agent(agent, row.clone()));
                }
            }
            ViewKey::Presences => {
                let view = Arc::new(desk.presences_view());
                for connection in windows.values().flatten() {
                    post(slots, to_wake, connection, |mail| mail.presences = Some(Arc::clone(&view)));
                }
            }
            ViewKey::Colleagues => {
                let view = Arc::new(desk.colleagues_view());
                for connection in &*colleagues {
                    post(slots, to_wake, connection, |mail| mail.colleagues = Some(Arc::clone(&view)));
                }
            }
        }
    }

    /// Puts all of the floor into the slot of a window, in place of what waits there of it.
    fn show_floor(&mut self, desk: &Desk, connection: ConnectionId) {
        let Some(agent) = self.slots.get(&connection).and_then(|slot| slot.agent) else { return };
        let all = FloorMail::all(desk.floor_rows(agent), desk.floor_agents());
        post(&self.slots, &mut self.to_wake, &connection, |mail| mail.floor = Some(Box::new(all)));
    }
}

/// Puts something into a connection's slot, and the slot on the list of those to wake where it was empty: with mail in it, it is on
/// the list or woken already.
fn post(
    slots: &BTreeMap<ConnectionId, Arc<Slot>>,
    to_wake: &mut Vec<Arc<Slot>>,
    connection: &ConnectionId,
    put: impl FnOnce(&mut Mail),
) {
    if let Some(slot) = slots.get(connection)
        && slot.put(put)
    {
        to_wake.push(Arc::clone(slot));
    }
}
