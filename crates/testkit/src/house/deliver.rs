//! Telling everybody what happened.

use std::collections::BTreeSet;

use desk::{Author, Notice, RefusalReason, Sent, ViewKey};
use gate::{
    Answer, card, colleagues_state, conversation_state, customer_state, desk_state, floor_agent, floor_row,
    parts_state, presences_state, prompt_state, staff_state,
};
use log::commit::{Sender, Settled};
use model::{Audience, ConnectionId, ConversationId, Millis, Timestamp};
use wire::{Frame, Refusal, RefusalCode, RelayToConsole, RelayToCustomer};

use super::{Gate, House, Out, Socket};

/// A relay that can't write suggests to come back after this.
const TRY_AGAIN_AFTER: Millis = Millis::seconds(1);

impl House {
    pub(super) fn deliver(&mut self, now: Timestamp, settled: Settled) {
        for recorded in settled.entries.iter() {
            self.words.learn(recorded);
        }
        for sender in &settled.unsaved {
            self.refuse(now, *sender, RefusalCode::NotKnownToBeSaved);
        }
        for sender in &settled.refused {
            self.refuse(now, *sender, RefusalCode::ReadOnly);
        }
        let mut views = BTreeSet::new();
        for notice in settled.notices {
            let notice = self.look_in_the_rows(notice);
            views.extend(view_of(&notice));
            self.notify(now, &notice);
        }
        if settled.refresh {
            views.extend(self.all_views());
            self.floors.clone().into_iter().for_each(|connection| self.show_floor(connection));
        }
        for view in views {
            self.show(view);
        }
        let connections: Vec<_> = self.sockets.keys().copied().collect();
        for connection in connections {
            self.pump(connection);
        }
        self.look_at_what_leaves();
    }

    /// Before a sender reads "closed", the rows are searched for the key: the retry of an accepted send gets its acknowledgement.
    fn look_in_the_rows(&self, notice: Notice) -> Notice {
        let Notice::NotSent { connection, conversation: Some(id), key, reason: RefusalReason::ConversationClosed } =
            notice
        else {
            return notice;
        };
        let author = match self.sockets.get(&connection).map(|socket| &socket.gate) {
            Some(Gate::Console(gate)) => Author::Agent(gate.agent()),
            Some(Gate::Customer(_)) => Author::Customer,
            Some(Gate::NewCustomer(_) | Gate::NewConsole(_)) | None => return notice,
        };
        match self.log.reader.find_send(id, author, key) {
            Ok(Some(found)) => {
                let (audience, seq) = match author {
                    Author::Customer => (Audience::Customer, found.customer_seq),
                    Author::Agent(_) => (Audience::Agents, found.agents_seq),
                };
                Notice::Sent { connection, key, sent: Sent { conversation: id, audience, seq } }
            }
            Ok(None) | Err(_) => notice,
        }
    }

    fn notify(&mut self, now: Timestamp, notice: &Notice) {
        let mut parted = Vec::new();
        let portal = self.rules.portal();
        for (connection, socket) in &mut self.sockets {
            let encoding = socket.encoding;
            let answer = match &mut socket.gate {
                Gate::NewCustomer(_) | Gate::NewConsole(_) => Answer::Nothing,
                Gate::Customer(gate) => match gate.notice(now, notice) {
                    Answer::Link(minted) => {
                        Answer::Frame(gate.link(&minted, portal.as_ref(), |_| None).encode(encoding))
                    }
                    answer @ (Answer::Nothing | Answer::Frame(_) | Answer::Close(_)) => encoded(answer, encoding),
                },
                Gate::Console(gate) => match gate.notice(notice) {
                    Answer::Link(minted) => Answer::Frame(gate.link(&minted, portal.as_ref()).encode(encoding)),
                    answer @ (Answer::Nothing | Answer::Frame(_) | Answer::Close(_)) => encoded(answer, encoding),
                },
            };
            match answer {
                Answer::Nothing | Answer::Link(_) => {}
                Answer::Frame(bytes) => self.out.push(Out::Frame(*connection, bytes)),
                Answer::Close(code) => parted.push((*connection, code)),
            }
        }
        for (connection, code) in parted {
            self.part(connection, code, now);
        }
        if let Notice::FloorOpened { connection } = notice {
            self.floors.insert(*connection);
            self.show_floor(*connection);
        }
        if let Notice::FloorOver { connection } = notice {
            self.floors.remove(connection);
        }
        if let Notice::WhyWaiting { connection, request, conversation } = *notice {
            self.answer_why(connection, request, conversation);
        }
        if let Notice::Resumed { connection, conversation } = notice
            && let Some(page) = self.sockets.get(connection).and_then(|socket| socket.page.clone())
        {
            self.words.pages.insert(*conversation, page);
        }
    }

    fn refuse(&mut self, now: Timestamp, sender: Sender, code: RefusalCode) {
        let refusal = Refusal { code, retry_after: Some(TRY_AGAIN_AFTER) };
        match sender {
            Sender::Start { connection, key } | Sender::Customer { connection, key } => {
                self.send(connection, &RelayToCustomer::NotAccepted { key, refusal });
            }
            Sender::CustomerRequest { connection } => {
                let Some(Socket { encoding, gate: Gate::Customer(gate), .. }) = self.sockets.get_mut(&connection)
                else {
                    return;
                };
                let bytes = gate.not_taken(now, refusal).encode(*encoding);
                self.out.push(Out::Frame(connection, bytes));
            }
            Sender::Agent { connection, conversation, key } => {
                self.send(connection, &RelayToConsole::NotAccepted { conversation, key, refusal });
            }
            Sender::AgentRequest { connection, request } => {
                let Some(Socket { encoding, gate: Gate::Console(gate), .. }) = self.sockets.get_mut(&connection) else {
                    return;
                };
                let bytes = gate.not_taken(request, refusal).encode(*encoding);
                self.out.push(Out::Frame(connection, bytes));
            }
            Sender::SignOut { .. } | Sender::Configuration => {}
        }
    }

    fn send<F: Frame>(&mut self, connection: ConnectionId, frame: &F) {
        if let Some(socket) = self.sockets.get(&connection) {
            self.out.push(Out::Frame(connection, frame.encode(socket.encoding)));
        }
    }

    fn all_views(&self) -> BTreeSet<ViewKey> {
        let mut views = BTreeSet::new();
        for socket in self.sockets.values() {
            match &socket.gate {
                Gate::Customer(gate) => {
                    views.extend(gate.conversation().map(ViewKey::Customer));
                    views.extend(gate.prompted().map(ViewKey::Prompt));
                }
                Gate::Console(gate) => {
                    views.extend([ViewKey::Agent(gate.agent()), ViewKey::OpenCards(gate.agent())]);
                    views.extend([ViewKey::Presences, ViewKey::Colleagues]);
                    views.extend(gate.followed().map(ViewKey::Conversation));
                }
                Gate::NewCustomer(_) | Gate::NewConsole(_) => {}
            }
        }
        views
    }

    /// All of the floor, in place of what the window has of it.
    fn show_floor(&mut self, connection: ConnectionId) {
        let Some(Socket { gate: Gate::Console(gate), .. }) = self.sockets.get_mut(&connection) else { return };
        let desk = self.commit.desk();
        let rows = desk.floor_rows(gate.agent()).map(|row| floor_row(&row, &self.words)).collect();
        let agents = desk.floor_agents().map(|agent| floor_agent(&agent, &self.words)).collect();
        gate.put_floor(rows, agents);
    }

    fn answer_why(&mut self, connection: ConnectionId, request: u32, conversation: ConversationId) {
        let Some(Socket { encoding, gate: Gate::Console(gate), .. }) = self.sockets.get(&connection) else { return };
        let why = self.commit.desk().why_waiting(conversation);
        let bytes = gate.why_waiting(request, why.as_ref(), &self.words).encode(*encoding);
        self.out.push(Out::Frame(connection, bytes));
    }

    /// Asks the desk for a whole latest value and hands it to those who watch it.
    fn show(&mut self, view: ViewKey) {
        let desk = self.commit.desk();
        for socket in self.sockets.values_mut() {
            match (view, &mut socket.gate) {
                (ViewKey::Customer(id), Gate::Customer(gate)) if gate.conversation() == Some(id) => {
                    if let Some(view) = desk.customer_view(id) {
                        gate.put_state(customer_state(&view, &self.words));
                    }
                }
                (ViewKey::Prompt(id), Gate::Customer(gate)) if gate.prompted() == Some(id) => {
                    let view = desk.prompt_view(id);
                    gate.put_prompt(view.map(|view| prompt_state(&view, &self.words)));
                }
                (ViewKey::Conversation(id), Gate::Console(gate)) => {
                    if gate.followed().any(|followed| followed == id)
                        && let Some(view) = desk.conversation_view(id, gate.agent())
                    {
                        gate.put_state(conversation_state(&view, &self.words));
                        if let Some(parts) = desk.parts_view(id, gate.agent()) {
                            gate.put_parts(parts_state(&parts, &self.words));
                        }
                    }
                }
                (ViewKey::Agent(id), Gate::Console(gate)) if gate.agent() == id => {
                    if let Some(view) = desk.agent_view(id) {
                        gate.put_desk(desk_state(&view, &self.words));
                        gate.put_staff(staff_state(view.version, &view.staff, &self.words));
                    }
                }
                (ViewKey::OpenCard(id), Gate::Console(gate)) => {
                    let view = desk.open_card(id, gate.agent());
                    gate.put_open_card(id, view.map(|view| card(&view, &self.words)));
                }
                (ViewKey::OpenCards(id), Gate::Console(gate)) if gate.agent() == id => {
                    let views = desk.open_cards(id);
                    gate.put_open_cards(views.iter().map(|view| card(view, &self.words)).collect());
                }
                (ViewKey::FloorRow(id), Gate::Console(gate)) => {
                    let row = desk.floor_row(id, gate.agent());
                    gate.put_floor_row(id, row.map(|row| floor_row(&row, &self.words)));
                }
                (ViewKey::FloorAgent(id), Gate::Console(gate)) => {
                    let row = desk.floor_agent(id);
                    gate.put_floor_agent(id, row.map(|row| floor_agent(&row, &self.words)));
                }
                (ViewKey::Colleagues, Gate::Console(gate)) => {
                    gate.put_colleagues(colleagues_state(&desk.colleagues_view(), gate.agent(), &self.words));
                }
                (ViewKey::Presences, Gate::Console(gate)) => {
                    gate.put_presences(presences_state(&desk.presences_view(), &self.words));
                }
                (
                    ViewKey::Customer(_)
                    | ViewKey::Conversation(_)
                    | ViewKey::Agent(_)
                    | ViewKey::OpenCards(_)
                    | ViewKey::OpenCard(_)
                    | ViewKey::Prompt(_)
                    | ViewKey::FloorRow(_)
                    | ViewKey::FloorAgent(_)
                    | ViewKey::Colleagues
                    | ViewKey::Presences,
                    _,
                ) => {}
            }
        }
    }

    /// Writes what a socket lags behind, unless its reader takes nothing at the moment.
    pub(super) fn pump(&mut self, connection: ConnectionId) {
        if self.full.contains(&connection) {
            return;
        }
        let Some(Socket { encoding, gate, .. }) = self.sockets.get_mut(&connection) else { return };
        let mut lost_step = false;
        loop {
            let next = match gate {
                Gate::NewCustomer(_) | Gate::NewConsole(_) => None,
                Gate::Customer(gate) => match gate.page() {
                    None => gate.take_state().map(|frame| Ok(Some(frame.encode(*encoding)))),
                    Some((id, page)) => {
                        let rows = self.log.reader.conversation(id, page.after_position, page.rows_max);
                        let frame = gate.take_rows(&rows.expect("a world's log can be read"), &self.words);
                        Some(frame.map(|frame| frame.map(|frame| frame.encode(*encoding))))
                    }
                },
                Gate::Console(gate) if gate.claims_page().is_some() => gate.claims_page().map(|(id, page)| {
                    let rows = self.log.reader.conversation(id, page.after_position, page.rows_max);
                    let frame = gate.take_claims(id, &rows.expect("a world's log can be read"));
                    Ok(Some(frame.encode(*encoding)))
                }),
                Gate::Console(gate) => match gate.page() {
                    None => gate.take_state().map(|frame| Ok(Some(frame.encode(*encoding)))),
                    Some((id, page)) => {
                        let rows = self.log.reader.conversation(id, page.after_position, page.rows_max);
                        let frame = gate.take_rows(id, &rows.expect("a world's log can be read"), &self.words);
                        Some(frame.map(|frame| frame.map(|frame| frame.encode(*encoding))))
                    }
                },
            };
            match next {
                None => break,
                Some(Ok(frame)) => self.out.extend(frame.map(|bytes| Out::Frame(connection, bytes))),
                Some(Err(_hole)) => {
                    lost_step = true;
                    break;
                }
            }
        }
        assert!(!lost_step, "the relay lost step with {connection}: its log has a hole");
    }
}

fn encoded<F: Frame>(answer: Answer<F>, encoding: wire::Encoding) -> Answer<Vec<u8>> {
    match answer {
        Answer::Nothing | Answer::Link(_) => Answer::Nothing,
        Answer::Frame(frame) => Answer::Frame(frame.encode(encoding)),
        Answer::Close(code) => Answer::Close(code),
    }
}

/// The view that goes with a notice: a connection that joins or follows is shown where things stand.
fn view_of(notice: &Notice) -> Option<ViewKey> {
    match *notice {
        Notice::Changed(view) => Some(view),
        Notice::Resumed { conversation, .. } => Some(ViewKey::Customer(conversation)),
        Notice::Started { sent, .. } => Some(ViewKey::Customer(sent.conversation)),
        Notice::Following { conversation, .. } => Some(ViewKey::Conversation(conversation)),
        Notice::Prompted { conversation, .. } => Some(ViewKey::Prompt(conversation)),
        Notice::ColleaguesWatched { .. } => Some(ViewKey::Colleagues),
        Notice::CannotResume { .. }
        | Notice::Sent { .. }
        | Notice::NotSent { .. }
        | Notice::Done { .. }
        | Notice::WhyWaiting { .. }
        | Notice::Refused { .. }
        | Notice::Unfollowed { .. }
        | Notice::Head { .. }
        | Notice::Displace { .. }
        | Notice::SignedOut { .. }
        | Notice::PromptOfAnother { .. }
        | Notice::LinkDead { .. }
        | Notice::ArrivalWaits { .. }
        | Notice::SignedInAsSomeoneElse { .. }
        | Notice::Left { .. }
        | Notice::LinkMinted { .. }
        | Notice::Returned { .. }
        | Notice::HoldEnded { .. }
        | Notice::PromiseEnded { .. }
        | Notice::InvitationEnded { .. }
        | Notice::FloorOpened { .. }
        | Notice::FloorOver { .. }
        | Notice::Disconnected { .. } => None,
    }
}
