//! A relay of one connection: a real gate on a real desk, in a situation.

use std::sync::Arc;

use desk::{AgentRequest, Configuration, Desk, Fact, Input, Notice, Record, Recorded};
use gate::{
    Answer, ConsoleGate, ConsoleWelcome, CustomerGate, FreshIds, Incoming, KnownWidget, Misbehavior, Names, Portal,
    SignInResult, Unidentified, body_digest, customer_state, identity_hash, link_hash, prompt_state, token_hash,
};
use model::{
    AgentId, AgentRules, ConnectionId, ConversationId, CustomerId, DisplayName, HandoverCode, LinkSecret, MessageText,
    Millis, PageAddress, QueueId, QueueRules, ReconnectRules, ResumeToken, Role, SendKey, Timestamp, Units, WidgetId,
    WidgetRules, WorkstreamId, WorkstreamRules,
};
use wire::{Encoding, Frame};

pub(crate) const QUEUE: QueueId = QueueId::from_u128(1);
pub(crate) const WORKSTREAM: WorkstreamId = WorkstreamId::from_u128(2);
pub(crate) const WIDGET: WidgetId = WidgetId::from_u128(3);
pub(crate) const RAVI: AgentId = AgentId::from_u128(4);
pub(crate) const SOFIA: AgentId = AgentId::from_u128(5);
pub(crate) const CONVERSATION: ConversationId = ConversationId::from_u128(6);
pub(crate) const NOW: Timestamp = Timestamp(1_795_262_400_000);

const MIA: ConnectionId = ConnectionId::from_u128(7);
const RAVIS: ConnectionId = ConnectionId::from_u128(8);
const SUBJECT: ConnectionId = ConnectionId::from_u128(9);

/// How things stand when the connection under test speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// There is no conversation.
    Nothing,
    /// Mia waits in the queue; nobody was offered her conversation.
    Waiting,
    /// Ravi has Mia's conversation.
    Talking,
    /// Ravi has ended the talk.
    Ended,
    /// Ravi has closed his side: nothing reopens it.
    Closed,
    /// Ravi has the conversation of Mia, who is signed in.
    SignedIn,
    /// Mia was away for too long; Ravi's place is kept, and she may come back.
    Gone,
    /// The same, and she was signed in.
    GoneSignedIn,
    /// She may not come back any more.
    TooLate,
}

/// Whose connection is under test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum As {
    /// A socket on the customers' path that has said nothing.
    NewCustomer,
    /// A customer who has said hello and holds no token.
    Customer,
    /// Another tab of Mia's: it has said hello with her token.
    Mia,
    /// A socket on the consoles' path that has said nothing.
    NewConsole,
    /// Another console window of Ravi's.
    Ravi,
    /// A console window of Sofia's, who serves the same queue.
    Sofia,
}

pub(crate) struct Nameless;

impl Names for Nameless {
    fn agent(&self, agent: AgentId) -> Option<DisplayName> {
        DisplayName::new(if agent == RAVI { "Ravi" } else { "Sofia" }).ok()
    }

    fn queue(&self, _queue: QueueId) -> Option<String> {
        None
    }

    fn customer(&self, _conversation: ConversationId) -> Option<DisplayName> {
        None
    }

    fn last_words(&self, _conversation: ConversationId) -> Option<String> {
        None
    }

    fn page(&self, _conversation: ConversationId) -> Option<PageAddress> {
        None
    }
}

enum Gate {
    NewCustomer(Unidentified<gate::AwaitsCustomer>),
    NewConsole(Unidentified<gate::AwaitsConsole>),
    Customer(Box<CustomerGate>),
    Console(Box<ConsoleGate>),
    Gone,
}

pub(crate) struct Rig {
    pub(crate) now: Timestamp,
    desk: Desk,
    facts: Vec<Recorded>,
    encoding: Encoding,
    gate: Gate,
    heard: Vec<String>,
    pub(crate) widget: Arc<KnownWidget>,
    pub(crate) portal: Option<Portal>,
    /// Codes that were given and not redeemed.
    handovers: Vec<(HandoverCode, ConversationId)>,
    secrets: u8,
    wake_at: Option<Timestamp>,
}

pub(crate) fn key(n: u8) -> SendKey {
    SendKey([n; 16])
}

pub(crate) fn token() -> ResumeToken {
    ResumeToken::from_bytes([0x5a; 32])
}

/// The secret of the reconnect link that Mia has made.
pub(crate) fn link() -> LinkSecret {
    LinkSecret::from_bytes([0x1c; 32])
}

impl Rig {
    pub(crate) fn new(who: As, at: At, encoding: Encoding) -> Self {
        let mut rig = Self {
            now: NOW,
            desk: Desk::new(Record::default()),
            facts: Vec::new(),
            encoding,
            gate: Gate::Gone,
            heard: Vec::new(),
            widget: Arc::new(KnownWidget::plain(WIDGET, Millis::minutes(3))),
            portal: "https://shop.example/chat".parse().ok().map(|url| Portal { url, in_query: false }),
            handovers: Vec::new(),
            secrets: 0,
            wake_at: None,
        };
        rig.furnish();
        rig.bring_about(at);
        rig.connect(who);
        rig.heard.clear();
        rig
    }

    fn redeem(&mut self, code: &HandoverCode) -> Option<ConversationId> {
        let place = self.handovers.iter().position(|(known, _)| known == code)?;
        Some(self.handovers.remove(place).1)
    }

    fn furnish(&mut self) {
        let reconnect = Some(ReconnectRules { hold_for: Millis::minutes(10), limit: Millis::minutes(30) });
        let rules = WidgetRules { reconnect, has_portal: true, ..WidgetRules::for_workstream(WORKSTREAM) };
        self.tell(Input::StartRelay { down_since: NOW });
        let agent = || AgentRules { enabled: true, role: Role::Agent, capacity: Units(3), queues: vec![QUEUE] };
        for configuration in [
            Configuration::Queue(QUEUE, QueueRules::DEFAULT),
            Configuration::Workstream(WORKSTREAM, WorkstreamRules::for_queue(QUEUE)),
            Configuration::Widget(WIDGET, rules),
            Configuration::Agent(RAVI, agent()),
            Configuration::Agent(SOFIA, agent()),
        ] {
            self.tell(Input::Configure(configuration));
        }
    }

    fn bring_about(&mut self, at: At) {
        if at == At::Nothing {
            return;
        }
        let text = MessageText::new("Does the lamp dim?").unwrap();
        self.tell(Input::Start {
            connection: MIA,
            conversation: CONVERSATION,
            customer: CustomerId::from_u128(1),
            widget: WIDGET,
            token: token_hash(&token()),
            key: key(1),
            digest: body_digest(&text),
            text,
            name: None,
            identity: matches!(at, At::SignedIn | At::GoneSignedIn).then(|| identity_hash("https://id.example", "mia")),
            said: None,
        });
        let asks: &[AgentRequest] = match at {
            At::Nothing | At::Waiting => return,
            At::Talking | At::SignedIn | At::Gone | At::GoneSignedIn | At::TooLate => {
                &[AgentRequest::Accept(CONVERSATION)]
            }
            At::Ended => &[AgentRequest::Accept(CONVERSATION), AgentRequest::End(CONVERSATION)],
            At::Closed => &[
                AgentRequest::Accept(CONVERSATION),
                AgentRequest::End(CONVERSATION),
                AgentRequest::Close(CONVERSATION),
            ],
        };
        self.tell(Input::ConnectAgent { connection: RAVIS, agent: RAVI });
        for (ask, request) in asks.iter().zip(1..) {
            self.tell(Input::Ask { connection: RAVIS, request, ask: *ask });
        }
        if matches!(at, At::SignedIn | At::Gone | At::GoneSignedIn | At::TooLate) {
            self.tell(Input::MintLink { connection: MIA, link: link_hash(&link()) });
        }
        if matches!(at, At::Gone | At::GoneSignedIn | At::TooLate) {
            self.tell(Input::LoseConnection { connection: MIA, last_heard: self.now });
            self.passes(Millis::minutes(4));
        }
        if at == At::TooLate {
            self.passes(Millis::minutes(40));
        }
    }

    /// Lets time pass: the desk fires what is due.
    pub(crate) fn passes(&mut self, span: Millis) {
        let until = self.now + span;
        while let Some(at) = self.wake_at.filter(|at| *at <= until) {
            self.now = self.now.max(at);
            self.tell(Input::Tick);
        }
        self.now = until;
    }

    /// The same situation for a widget that is set otherwise.
    pub(crate) fn with(who: As, at: At, widget: KnownWidget) -> Self {
        let mut rig = Self::new(As::NewCustomer, at, Encoding::Json);
        rig.widget = Arc::new(widget);
        rig.connect(who);
        rig.heard.clear();
        rig
    }

    /// Another connection takes the place of the one under test.
    pub(crate) fn reconnects(&mut self) {
        self.tell(Input::LoseConnection { connection: SUBJECT, last_heard: self.now });
        self.connect(As::NewCustomer);
    }

    fn connect(&mut self, who: As) {
        let (encoding, now) = (self.encoding, self.now);
        let customer =
            |resume: &str| format!("{{\"Hello\":{{\"widget\":\"shop\",\"resume\":{resume},\"page\":null}}}}");
        let resume = format!("{{\"token\":\"{}\",\"after\":0}}", token().to_base64url());
        let new_customer = Gate::NewCustomer(Unidentified::customer(SUBJECT, encoding, now));
        let new_console = |agent| Gate::NewConsole(Unidentified::console(SUBJECT, encoding, agent, now));
        let (gate, hello) = match who {
            As::NewCustomer => (new_customer, None),
            As::Customer => (new_customer, Some(customer("null"))),
            As::Mia => (new_customer, Some(customer(&resume))),
            As::NewConsole => (new_console(RAVI), None),
            As::Ravi => (new_console(RAVI), Some("\"Hello\"".to_owned())),
            As::Sofia => (new_console(SOFIA), Some("\"Hello\"".to_owned())),
        };
        self.gate = gate;
        if let Some(hello) = hello {
            let bytes = self.in_encoding(who, &hello);
            assert_eq!(self.hear_plain(&bytes), Ok(()));
        }
    }

    fn in_encoding(&self, who: As, json: &str) -> Vec<u8> {
        match who {
            As::NewCustomer | As::Customer | As::Mia => {
                wire::CustomerToRelay::decode(Encoding::Json, json.as_bytes()).unwrap().encode(self.encoding)
            }
            As::NewConsole | As::Ravi | As::Sofia => {
                wire::ConsoleToRelay::decode(Encoding::Json, json.as_bytes()).unwrap().encode(self.encoding)
            }
        }
    }

    fn hear_plain(&mut self, bytes: &[u8]) -> Result<(), Misbehavior> {
        match self.encoding {
            Encoding::Json => self.hear(Incoming::Text(bytes)),
            Encoding::Binary => self.hear(Incoming::Binary(bytes)),
        }
    }

    /// The connection under test sends a message; what it is told in return is in [`Rig::told`].
    pub(crate) fn hear(&mut self, message: Incoming<'_>) -> Result<(), Misbehavior> {
        let now = self.now;
        let (gate, input, reply, unknown) = match core::mem::replace(&mut self.gate, Gate::Gone) {
            Gate::Gone => panic!("the connection is closed"),
            Gate::NewCustomer(gate) => {
                let help = KnownWidget::plain(WidgetId::from_u128(33), Millis::minutes(3));
                let known = |slug: &model::Slug| match slug.as_str() {
                    "shop" => Some(Arc::clone(&self.widget)),
                    "help" => Some(Arc::new(help)),
                    _ => None,
                };
                let hailed = gate.hello(now, message, 1, known)?;
                let sign_in = hailed.jwt().map(verify);
                let handover = hailed.handover().and_then(|code| self.redeem(code));
                let greeted = hailed.greet(now, sign_in, handover);
                let reply = greeted.reply.map(|reply| text(&reply));
                (Gate::Customer(Box::new(greeted.gate)), greeted.input, reply, false)
            }
            Gate::NewConsole(gate) => {
                let welcome = ConsoleWelcome { epoch: 1, name: DisplayName::new("Ravi").unwrap(), role: Role::Agent };
                let greeted = gate.hello(now, message, welcome)?;
                let reply = greeted.reply.map(|reply| text(&reply));
                (Gate::Console(Box::new(greeted.gate)), greeted.input, reply, false)
            }
            Gate::Customer(mut gate) => {
                self.secrets += 1;
                let fresh = FreshIds {
                    conversation: ConversationId::from_u128(60),
                    customer: CustomerId::from_u128(61),
                    link: LinkSecret::from_bytes([self.secrets; 32]),
                    handover: HandoverCode::from_bytes([self.secrets; 32]),
                };
                let mut received = gate.receive(now, message, fresh)?;
                if let Some(jwt) = received.sign_in.take() {
                    received = gate.signed_in(verify(&jwt));
                }
                self.handovers.extend(received.handover.map(|handover| (handover.code, handover.conversation)));
                (Gate::Customer(gate), received.input, received.reply.map(|reply| text(&reply)), received.unknown)
            }
            Gate::Console(mut gate) => {
                let received = gate.receive(now, message, LinkSecret::from_bytes([0x77; 32]))?;
                (Gate::Console(gate), received.input, received.reply.map(|reply| text(&reply)), received.unknown)
            }
        };
        self.gate = gate;
        if unknown {
            self.heard.push("ignored and counted".to_owned());
        }
        self.heard.extend(reply);
        if let Some(input) = input {
            self.tell(input);
        }
        self.pump();
        Ok(())
    }

    fn tell(&mut self, input: Input) {
        let outcome = self.desk.handle(self.now, input);
        self.wake_at = outcome.wake_at;
        self.facts.extend(outcome.facts);
        for notice in outcome.notices {
            self.notify(&notice);
        }
    }

    fn notify(&mut self, notice: &Notice) {
        let now = self.now;
        let told = match &mut self.gate {
            Gate::Customer(gate) => match gate.notice(now, notice) {
                Answer::Link(minted) => Some(text(&gate.link(&minted, self.portal.as_ref(), |_| None))),
                answer @ (Answer::Nothing | Answer::Frame(_) | Answer::Close(_)) => told(answer),
            },
            Gate::Console(gate) => match gate.notice(notice) {
                Answer::Link(minted) => Some(text(&gate.link(&minted, self.portal.as_ref()))),
                answer @ (Answer::Nothing | Answer::Frame(_) | Answer::Close(_)) => told(answer),
            },
            Gate::NewCustomer(_) | Gate::NewConsole(_) | Gate::Gone => None,
        };
        self.heard.extend(told);
        // Where a gate has joined or follows, it is shown how things stand; here only the head of it matters.
        match (notice, &mut self.gate) {
            (Notice::Resumed { conversation, .. }, Gate::Customer(gate)) => {
                let view = self.desk.customer_view(*conversation).unwrap();
                gate.put_state(customer_state(&view, &Nameless));
            }
            (Notice::Prompted { conversation, .. }, Gate::Customer(gate)) => {
                let view = self.desk.prompt_view(*conversation);
                gate.put_prompt(view.map(|view| prompt_state(&view, &Nameless)));
            }
            (Notice::Started { sent, .. }, Gate::Customer(gate)) => {
                let view = self.desk.customer_view(sent.conversation).unwrap();
                gate.put_state(customer_state(&view, &Nameless));
            }
            (Notice::Following { conversation, .. }, Gate::Console(gate)) => {
                let view = self.desk.conversation_view(*conversation, gate.agent()).unwrap();
                gate.put_state(gate::conversation_state(&view, &Nameless));
            }
            _ => {}
        }
    }

    fn pump(&mut self) {
        loop {
            let rows = |id: ConversationId, after: u32, max: usize| -> Vec<Recorded> {
                let mine = |row: &&Recorded| matches!(&row.fact, Fact::Conversation { id: of, position, .. } if *of == id && *position > after);
                self.facts.iter().filter(mine).take(max).cloned().collect()
            };
            let frame = match &mut self.gate {
                Gate::Customer(gate) => match gate.page() {
                    Some((id, page)) => {
                        let rows = rows(id, page.after_position, page.rows_max);
                        gate.take_rows(&rows, &Nameless).unwrap().map(|frame| text(&frame))
                    }
                    None => return,
                },
                Gate::Console(gate) => match gate.page() {
                    Some((id, page)) => {
                        let rows = rows(id, page.after_position, page.rows_max);
                        gate.take_rows(id, &rows, &Nameless).unwrap().map(|frame| text(&frame))
                    }
                    None => return,
                },
                Gate::NewCustomer(_) | Gate::NewConsole(_) | Gate::Gone => return,
            };
            self.heard.extend(frame);
        }
    }

    /// What the connection was told since the last call, states aside; as JSON.
    pub(crate) fn told(&mut self) -> Vec<String> {
        core::mem::take(&mut self.heard)
    }

    /// What Ravi's console shows of Mia's conversation.
    pub(crate) fn state(&self) -> wire::ConversationState {
        gate::conversation_state(&self.desk.conversation_view(CONVERSATION, RAVI).unwrap(), &Nameless)
    }

    /// How many facts there are: what was refused has made none.
    pub(crate) fn facts(&self) -> usize {
        self.facts.len()
    }
}

/// A relay that verifies by looking: `good.<sub>` is signed, of an issuer that it knows; `far.` can't be verified now.
fn verify(jwt: &wire::Jwt) -> SignInResult {
    match jwt.expose().split_once('.') {
        Some(("good", sub)) => {
            let identity = identity_hash("https://id.example", sub);
            SignInResult::Verified { identity, expires_at: NOW + Millis::minutes(15) }
        }
        Some(("far", _)) => SignInResult::Unknown,
        _ => SignInResult::Refused,
    }
}

fn text<F: Frame>(frame: &F) -> String {
    String::from_utf8(frame.encode(Encoding::Json)).unwrap()
}

fn told<F: Frame>(answer: Answer<F>) -> Option<String> {
    match answer {
        Answer::Nothing => None,
        Answer::Link(_) => unreachable!("links are told with a portal"),
        Answer::Frame(frame) => Some(text(&frame)),
        Answer::Close(code) => Some(format!("close {}", code.number())),
    }
}
