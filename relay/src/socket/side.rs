//! What differs between customers' and consoles' connections once they have said hello.

use std::sync::Arc;

use desk::{Author, Notice, Recorded, WhyWaiting};
use gate::{
    AgentsTextsOf, Answer, ConsoleGate, CustomerGate, Hole, Incoming, MintedLink, Misbehavior, Names, Page, Portal,
    Received, SignInResult,
};
use log::commit::Sender;
use model::{ConversationId, Millis, Timestamp, WidgetId};
use wire::{AutomatedText, Encoding, Frame, Refusal, RelayToConsole, RelayToCustomer};

use crate::ids;
use crate::qr::qr_code;
use crate::switchboard::{FloorMail, Mail, OpenMail};
use crate::widgets::{Widget, Widgets};

/// One identified connection, of either side.
pub(super) trait Side: Send {
    /// What is sent to the peer.
    type Out: Frame + Send;

    fn encoding(&self) -> Encoding;
    fn author(&self) -> Author;
    fn receive(&mut self, now: Timestamp, message: Incoming<'_>) -> Result<Received<Self::Out>, Misbehavior>;
    /// The gate of a customer's connection.
    fn as_customer(&mut self) -> Option<&mut CustomerGate>;
    /// The texts of automated messages to send, if there are others than those sent last.
    fn take_texts(&mut self) -> Option<Self::Out>;
    /// A conversation whose agents' texts are to be made: its widget, and from what.
    fn lacks_agents_texts(&self, widgets: &Widgets) -> Option<(ConversationId, Arc<Widget>, AgentsTextsOf)>;
    /// Takes them. Gives the frame, where they are others than those sent last.
    fn put_agents_texts(
        &mut self,
        conversation: ConversationId,
        of: AgentsTextsOf,
        texts: Vec<AutomatedText>,
    ) -> Option<Self::Out>;
    /// What is asked before a conversation, if the peer is to be told.
    fn take_questions(&mut self) -> Option<Self::Out>;
    /// The widget of a customer's connection.
    fn widget(&self) -> Option<WidgetId>;
    /// Whether the widget is set otherwise by now than the welcome said: the next hello is told what holds.
    fn is_outdated(&self, widgets: &Widgets) -> bool;
    /// What was found out about a JWT that a customer showed after the hello.
    fn signed_in(&mut self, result: SignInResult) -> Option<Received<Self::Out>>;
    /// The frame of a link that is durable.
    fn link(&self, minted: &MintedLink, portal: Option<&Portal>) -> Self::Out;
    /// The answer to the question why a customer is still waiting, where this side can ask it.
    fn why_waiting(&self, request: u32, why: Option<&WhyWaiting>, names: &dyn Names) -> Option<Self::Out>;
    /// What a notice means here.
    fn notice(&mut self, now: Timestamp, notice: &Notice) -> Answer<Self::Out>;
    /// The answer to an input that was not written.
    fn not_taken(&mut self, now: Timestamp, sender: Sender, refusal: Refusal) -> Self::Out;
    /// Takes new heads and views.
    fn take_news(&mut self, mail: &mut Mail, names: &dyn Names);
    fn take_state(&mut self) -> Option<Self::Out>;
    fn page(&self) -> Option<(ConversationId, Page)>;
    /// A conversation of which the peer is to be told what its page said, and the row that has it.
    fn claims_page(&self) -> Option<(ConversationId, Page)>;
    fn take_claims(&mut self, conversation: ConversationId, rows: &[Recorded]) -> Option<Self::Out>;
    fn take_rows(
        &mut self,
        conversation: ConversationId,
        rows: &[Recorded],
        names: &dyn Names,
    ) -> Result<Option<Self::Out>, Hole>;
    fn last_heard(&self) -> Timestamp;
    fn sent(&mut self, now: Timestamp);
    fn due(&self) -> Timestamp;
    fn tick(&mut self, now: Timestamp) -> Result<Option<Self::Out>, Misbehavior>;
    fn draining(come_back_after: Millis) -> Self::Out;
}

impl Side for CustomerGate {
    type Out = RelayToCustomer;

    fn encoding(&self) -> Encoding {
        self.encoding()
    }

    fn author(&self) -> Author {
        Author::Customer
    }

    fn receive(&mut self, now: Timestamp, message: Incoming<'_>) -> Result<Received<Self::Out>, Misbehavior> {
        self.receive(now, message, ids::fresh(now))
    }

    fn as_customer(&mut self) -> Option<&mut CustomerGate> {
        Some(self)
    }

    fn take_texts(&mut self) -> Option<Self::Out> {
        self.take_texts()
    }

    fn lacks_agents_texts(&self, _widgets: &Widgets) -> Option<(ConversationId, Arc<Widget>, AgentsTextsOf)> {
        None
    }

    fn put_agents_texts(
        &mut self,
        _conversation: ConversationId,
        _of: AgentsTextsOf,
        _texts: Vec<AutomatedText>,
    ) -> Option<Self::Out> {
        None
    }

    fn take_questions(&mut self) -> Option<Self::Out> {
        self.take_questions()
    }

    fn widget(&self) -> Option<WidgetId> {
        Some(self.widget().id)
    }

    fn is_outdated(&self, widgets: &Widgets) -> bool {
        // A widget that is gone takes nothing new, but what is under way goes on with what it was told.
        widgets.get(self.widget().id).is_some_and(|now| *now.known != *self.widget())
    }

    fn signed_in(&mut self, result: SignInResult) -> Option<Received<Self::Out>> {
        Some(self.signed_in(result))
    }

    fn link(&self, minted: &MintedLink, portal: Option<&Portal>) -> Self::Out {
        self.link(minted, portal, qr_code)
    }

    fn why_waiting(&self, _request: u32, _why: Option<&WhyWaiting>, _names: &dyn Names) -> Option<Self::Out> {
        None
    }

    fn notice(&mut self, now: Timestamp, notice: &Notice) -> Answer<Self::Out> {
        self.notice(now, notice)
    }

    fn not_taken(&mut self, now: Timestamp, sender: Sender, refusal: Refusal) -> Self::Out {
        match sender {
            Sender::Start { key, .. } | Sender::Customer { key, .. } | Sender::Agent { key, .. } => {
                RelayToCustomer::NotAccepted { key, refusal }
            }
            Sender::CustomerRequest { .. }
            | Sender::AgentRequest { .. }
            | Sender::SignOut { .. }
            | Sender::Configuration => self.not_taken(now, refusal),
        }
    }

    fn take_news(&mut self, mail: &mut Mail, names: &dyn Names) {
        for (conversation, customer, _) in mail.heads.drain(..) {
            if self.conversation() == Some(conversation) {
                self.announce(customer);
            }
        }
        if let Some(view) = mail.customer.take() {
            self.put_waiting(&view);
            self.put_state(gate::customer_state(&view, names));
        }
        if let Some(view) = mail.prompt.take() {
            self.put_prompt(view.map(|view| gate::prompt_state(&view, names)));
        }
    }

    fn take_state(&mut self) -> Option<Self::Out> {
        self.take_state()
    }

    fn page(&self) -> Option<(ConversationId, Page)> {
        self.page()
    }

    fn claims_page(&self) -> Option<(ConversationId, Page)> {
        None
    }

    fn take_claims(&mut self, _conversation: ConversationId, _rows: &[Recorded]) -> Option<Self::Out> {
        None
    }

    fn take_rows(
        &mut self,
        _conversation: ConversationId,
        rows: &[Recorded],
        names: &dyn Names,
    ) -> Result<Option<Self::Out>, Hole> {
        self.take_rows(rows, names)
    }

    fn last_heard(&self) -> Timestamp {
        self.last_heard()
    }

    fn sent(&mut self, now: Timestamp) {
        self.sent(now);
    }

    fn due(&self) -> Timestamp {
        self.due()
    }

    fn tick(&mut self, now: Timestamp) -> Result<Option<Self::Out>, Misbehavior> {
        self.tick(now)
    }

    fn draining(come_back_after: Millis) -> Self::Out {
        RelayToCustomer::Draining { come_back_after }
    }
}

fn take_open(gate: &mut ConsoleGate, open: OpenMail, names: &dyn Names) {
    let OpenMail { starts_over, cards } = open;
    if starts_over {
        return gate.put_open_cards(cards.values().flatten().map(|view| gate::card(view, names)).collect());
    }
    for (conversation, view) in cards {
        gate.put_open_card(conversation, view.map(|view| gate::card(&view, names)));
    }
}

fn take_floor(gate: &mut ConsoleGate, floor: FloorMail, names: &dyn Names) {
    let FloorMail { starts_over, rows, agents } = floor;
    if starts_over {
        let rows = rows.values().flatten().map(|row| gate::floor_row(row, names)).collect();
        let agents = agents.values().flatten().map(|agent| gate::floor_agent(agent, names)).collect();
        gate.put_floor(rows, agents);
        return;
    }
    for (conversation, row) in rows {
        gate.put_floor_row(conversation, row.map(|row| gate::floor_row(&row, names)));
    }
    for (agent, row) in agents {
        gate.put_floor_agent(agent, row.map(|row| gate::floor_agent(&row, names)));
    }
}

impl Side for ConsoleGate {
    type Out = RelayToConsole;

    fn encoding(&self) -> Encoding {
        self.encoding()
    }

    fn author(&self) -> Author {
        Author::Agent(self.agent())
    }

    fn receive(&mut self, now: Timestamp, message: Incoming<'_>) -> Result<Received<Self::Out>, Misbehavior> {
        self.receive(now, message, ids::link())
    }

    fn as_customer(&mut self) -> Option<&mut CustomerGate> {
        None
    }

    fn take_texts(&mut self) -> Option<Self::Out> {
        None
    }

    fn lacks_agents_texts(&self, widgets: &Widgets) -> Option<(ConversationId, Arc<Widget>, AgentsTextsOf)> {
        self.places().find_map(|(conversation, widget, queue)| {
            // One that is gone keeps what it said last.
            let widget = widgets.get(widget)?;
            let of = widget.automated.agents_texts_of(queue);
            self.lacks_agents_texts(conversation, of).then_some((conversation, widget, of))
        })
    }

    fn put_agents_texts(
        &mut self,
        conversation: ConversationId,
        of: AgentsTextsOf,
        texts: Vec<AutomatedText>,
    ) -> Option<Self::Out> {
        self.put_agents_texts(conversation, of, texts)
    }

    fn take_questions(&mut self) -> Option<Self::Out> {
        None
    }

    fn widget(&self) -> Option<WidgetId> {
        None
    }

    fn is_outdated(&self, _widgets: &Widgets) -> bool {
        false
    }

    fn signed_in(&mut self, _result: SignInResult) -> Option<Received<Self::Out>> {
        None
    }

    fn link(&self, minted: &MintedLink, portal: Option<&Portal>) -> Self::Out {
        self.link(minted, portal)
    }

    fn why_waiting(&self, request: u32, why: Option<&WhyWaiting>, names: &dyn Names) -> Option<Self::Out> {
        Some(self.why_waiting(request, why, names))
    }

    fn notice(&mut self, _now: Timestamp, notice: &Notice) -> Answer<Self::Out> {
        self.notice(notice)
    }

    fn not_taken(&mut self, _now: Timestamp, sender: Sender, refusal: Refusal) -> Self::Out {
        match sender {
            Sender::Agent { conversation, key, .. } => RelayToConsole::NotAccepted { conversation, key, refusal },
            Sender::AgentRequest { request, .. } => self.not_taken(request, refusal),
            Sender::Start { .. }
            | Sender::Customer { .. }
            | Sender::CustomerRequest { .. }
            | Sender::SignOut { .. }
            | Sender::Configuration => RelayToConsole::Refused { id: None, refusal },
        }
    }

    fn take_news(&mut self, mail: &mut Mail, names: &dyn Names) {
        for (conversation, customer, agents) in mail.heads.drain(..) {
            let head = Notice::Head { conversation, customer, agents };
            let _: Answer<RelayToConsole> = self.notice(&head);
        }
        for (view, parts) in mail.conversations.drain(..) {
            self.put_place(&view);
            self.put_state(gate::conversation_state(&view, names));
            if let Some(parts) = parts {
                self.put_parts(gate::parts_state(&parts, names));
            }
        }
        if let Some(view) = mail.desk.take() {
            self.put_desk(gate::desk_state(&view, names));
            self.put_staff(gate::staff_state(view.version, &view.staff, names));
        }
        if let Some(view) = mail.presences.take() {
            self.put_presences(gate::presences_state(&view, names));
        }
        if let Some(open) = mail.open.take() {
            take_open(self, *open, names);
        }
        if let Some(floor) = mail.floor.take() {
            take_floor(self, *floor, names);
        }
        if let Some(view) = mail.colleagues.take() {
            let state = gate::colleagues_state(&view, self.agent(), names);
            self.put_colleagues(state);
        }
    }

    fn take_state(&mut self) -> Option<Self::Out> {
        self.take_state()
    }

    fn page(&self) -> Option<(ConversationId, Page)> {
        self.page()
    }

    fn claims_page(&self) -> Option<(ConversationId, Page)> {
        self.claims_page()
    }

    fn take_claims(&mut self, conversation: ConversationId, rows: &[Recorded]) -> Option<Self::Out> {
        Some(self.take_claims(conversation, rows))
    }

    fn take_rows(
        &mut self,
        conversation: ConversationId,
        rows: &[Recorded],
        names: &dyn Names,
    ) -> Result<Option<Self::Out>, Hole> {
        self.take_rows(conversation, rows, names)
    }

    fn last_heard(&self) -> Timestamp {
        self.last_heard()
    }

    fn sent(&mut self, now: Timestamp) {
        self.sent(now);
    }

    fn due(&self) -> Timestamp {
        self.due()
    }

    fn tick(&mut self, now: Timestamp) -> Result<Option<Self::Out>, Misbehavior> {
        self.tick(now)
    }

    fn draining(come_back_after: Millis) -> Self::Out {
        RelayToConsole::Draining { come_back_after }
    }
}
