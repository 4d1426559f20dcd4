//! What things cost: memory per conversation, work per input, and the bounds of what one conversation or queue can hold.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing where something must be has failed")]
#![expect(clippy::print_stdout, reason = "what a conversation takes is for people to read")]

mod counting;

use counting::bytes_in_use;
use model::{
    AgentId, AgentRules, BodyDigest, ConnectionId, ConversationId, CustomerId, MessageText, Millis, QueueId, Role,
    SendKey, Seq, Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use rejoin_desk::{AgentRequest, Configuration, Desk, Input, Notice, Outcome, RefusalReason, ViewKey, limits, times};

const QUEUE: QueueId = QueueId::from_u128(1);
const WIDGET: WidgetId = WidgetId::from_u128(1);

/// A shop with one agent who can carry everybody, and as many customers as are asked for.
struct Shop {
    desk: Desk,
    now: Timestamp,
    sends: u128,
}

impl Shop {
    fn new() -> Self {
        let mut shop = Self { desk: Desk::default(), now: Timestamp(1_700_000_000_000), sends: 0 };
        let stream = WorkstreamId::from_u128(1);
        let rules = AgentRules { enabled: true, role: Role::Agent, capacity: Units(1_000), queues: vec![QUEUE] };
        for input in [
            Input::StartRelay { down_since: shop.now },
            Input::Configure(Configuration::Workstream(stream, WorkstreamRules::for_queue(QUEUE))),
            Input::Configure(Configuration::Widget(WIDGET, WidgetRules::for_workstream(stream))),
            Input::Configure(Configuration::Agent(AgentId::from_u128(1), rules)),
        ] {
            let _ = shop.tell(input);
        }
        shop
    }

    fn tell(&mut self, input: Input) -> Outcome {
        self.desk.handle(self.now, input)
    }

    fn send(&mut self) -> (SendKey, BodyDigest) {
        self.sends += 1;
        // Keys are random, so that they lie anywhere among those that are known.
        let mixed = self.sends.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        (SendKey(mixed.to_be_bytes()), BodyDigest([1; 8]))
    }

    fn start(&mut self, customer: u128) -> Outcome {
        let (key, digest) = self.send();
        let mut token = [0; 32];
        token[..16].copy_from_slice(&customer.to_be_bytes());
        self.tell(Input::Start {
            connection: ConnectionId::from_u128(customer),
            conversation: ConversationId::from_u128(customer),
            customer: CustomerId::from_u128(customer),
            widget: WIDGET,
            token: TokenHash(token),
            key,
            digest,
            text: MessageText::new("Hello").unwrap(),
            name: None,
            identity: None,
        })
    }

    fn say(&mut self, customer: u128) -> (SendKey, Outcome) {
        let (key, digest) = self.send();
        let text = MessageText::new("words").unwrap();
        let connection = ConnectionId::from_u128(customer);
        (key, self.tell(Input::Say { connection, key, digest, text }))
    }

    /// An agent of their own comes and takes this one.
    fn pick(&mut self, customer: u128) {
        let (agent, connection) = (AgentId::from_u128(1), ConnectionId::from_u128(u128::MAX));
        let _ = self.tell(Input::ConnectAgent { connection, agent });
        let ask = AgentRequest::Pick(ConversationId::from_u128(customer));
        let done = self.tell(Input::Ask { connection, request: 1, ask });
        assert!(done.notices.contains(&Notice::Done { connection, request: 1 }));
    }
}

/// Everything the desk keeps of a live conversation with a connected customer who has said ten things: keys, marks, index.
#[test]
fn a_live_conversation_takes_less_than_two_kilobytes() {
    const CUSTOMERS: u128 = 2_000;
    let mut shop = Shop::new();
    let before = bytes_in_use();
    for customer in 1..=CUSTOMERS {
        let _ = shop.start(customer);
        for _ in 0..9 {
            let _ = shop.say(customer);
        }
    }
    let each = (bytes_in_use() - before) / usize::try_from(CUSTOMERS).unwrap();
    println!("{each} bytes per live conversation of ten messages");
    assert!(each < 2_048, "{each} bytes");
}

/// The number of facts and notices of an input hangs on the people it is about, not on how many others there are.
#[test]
fn an_input_tells_only_those_it_is_about() {
    let mut shop = Shop::new();
    for customer in 1..=500 {
        let started = shop.start(customer);
        assert!(started.notices.len() <= 4 + limits::POSITIONS_AT_ONCE_MAX, "{}", started.notices.len());
    }
    let (_, said) = shop.say(250);
    assert_eq!((said.facts.len(), said.notices.len()), (1, 3), "sent, head, the customer's own view");
    let ended = shop.tell(Input::EndByCustomer { connection: ConnectionId::from_u128(1) });
    assert!(ended.notices.len() <= 4);
}

/// In a long queue, everybody behind learns of a new place within a second, all at once.
#[test]
fn a_long_queue_learns_of_new_places_within_a_second() {
    let mut shop = Shop::new();
    for customer in 1..=200 {
        let _ = shop.start(customer);
    }
    let place = |shop: &Shop, customer| shop.desk.customer_view(ConversationId::from_u128(customer)).unwrap().position;
    shop.now += Millis::minutes(1);
    let _ = shop.tell(Input::Tick);
    assert_eq!((place(&shop, 1), place(&shop, 200)), (1, 200));
    let ended = shop.tell(Input::EndByCustomer { connection: ConnectionId::from_u128(1) });
    assert_eq!(ended.wake_at, Some(shop.now + times::POSITIONS_WITHIN));
    shop.now += times::POSITIONS_WITHIN;
    let told = shop.tell(Input::Tick);
    let customers = told.notices.iter().filter(|notice| matches!(notice, Notice::Changed(ViewKey::Customer(_))));
    assert_eq!(customers.count(), 199);
    assert_eq!((place(&shop, 2), place(&shop, 200)), (1, 199));
    let _ = shop.start(201);
    assert_eq!(place(&shop, 201), 200, "whoever comes knows their place at once");
}

/// A full conversation takes no more words, and still answers for those that it took.
#[test]
fn a_full_conversation_still_answers_for_what_it_took() {
    let mut shop = Shop::new();
    let _ = shop.start(1);
    shop.pick(1);
    let connection = ConnectionId::from_u128(1);
    let (first, _) = shop.say(1);
    let refused = loop {
        let (key, said) = shop.say(1);
        if said.facts.is_empty() {
            break (key, said);
        }
    };
    let conversation = Some(ConversationId::from_u128(1));
    let reason = RefusalReason::ConversationFull;
    assert_eq!(refused.1.notices, [Notice::NotSent { connection, conversation, key: refused.0, reason }]);
    let text = MessageText::new("words").unwrap();
    let again = shop.tell(Input::Say { connection, key: first, digest: BodyDigest([1; 8]), text });
    let answered = again.notices.iter().any(|notice| matches!(notice, Notice::Sent { sent, .. } if sent.seq == Seq(3)));
    assert!(answered, "{again:?}");
}
