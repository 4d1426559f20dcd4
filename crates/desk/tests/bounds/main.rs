//! What things cost: memory per conversation, work per input, and the bounds of what one conversation or queue can hold.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing where something must be has failed")]
#![expect(clippy::print_stdout, reason = "what a conversation takes is for people to read")]

mod counting;

use counting::bytes_in_use;
use model::{
    AgentId, AgentRules, BodyDigest, ConnectionId, ConversationId, CustomerId, LinkHash, MessageText, Millis, QueueId,
    ReconnectRules, Role, SendKey, Seq, Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId,
    WorkstreamRules,
};
use rejoin_desk::{
    AgentRequest, Arrival, Configuration, Desk, Input, Notice, Outcome, RefusalReason, ViewKey, limits, times,
};

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
            said: None,
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

/// A widget with reconnect, and a customer who has an agent and a link.
fn with_reconnect() -> Shop {
    let mut shop = Shop::new();
    let reconnect = ReconnectRules { hold_for: Millis::minutes(10), limit: Millis::minutes(60) };
    let rules = WidgetRules {
        reconnect: Some(reconnect),
        has_portal: true,
        prompts_anonymous: true,
        ..WidgetRules::for_workstream(WorkstreamId::from_u128(1))
    };
    let _ = shop.tell(Input::Configure(Configuration::Widget(WIDGET, rules)));
    let _ = shop.start(1);
    shop.pick(1);
    shop
}

fn mint(shop: &mut Shop, number: u8) -> Outcome {
    shop.tell(Input::MintLink { connection: ConnectionId::from_u128(1), link: LinkHash([number; 32]) })
}

fn arrive(shop: &mut Shop, at: u128) -> Outcome {
    let mut token = [9; 32];
    token[..16].copy_from_slice(&at.to_be_bytes());
    let arrival = Some(Arrival::Link { link: LinkHash([1; 32]), token: TokenHash(token) });
    let connection = ConnectionId::from_u128(at);
    let (widget, token, identity) = (WIDGET, None, None);
    shop.tell(Input::Resume { connection, widget, token, arrival, identity, sign_in_is_unknown: false })
}

fn resume(shop: &mut Shop, at: u128, token: [u8; 32]) -> Outcome {
    let (connection, token) = (ConnectionId::from_u128(at), Some(TokenHash(token)));
    let (widget, arrival, identity) = (WIDGET, None, None);
    shop.tell(Input::Resume { connection, widget, token, arrival, identity, sign_in_is_unknown: false })
}

#[test]
fn a_conversation_has_so_many_links_and_the_same_again_is_no_new_one() {
    let mut shop = with_reconnect();
    let connection = ConnectionId::from_u128(1);
    for number in 1..=u8::try_from(limits::LINKS_PER_CONVERSATION_MAX).unwrap() {
        assert_eq!(mint(&mut shop, number).facts.len(), 1);
    }
    assert_eq!(mint(&mut shop, 1).notices, [Notice::LinkMinted { connection }]);
    let refused = mint(&mut shop, 200);
    assert_eq!(refused.notices, [Notice::Refused { connection, request: None, reason: RefusalReason::TooManyLinks }]);
}

/// The first token stays, of the others the oldest goes; and what is rare costs what it may.
#[test]
fn a_conversation_has_so_many_tokens() {
    let mut shop = with_reconnect();
    for number in 1..=20 {
        let _ = mint(&mut shop, number);
    }
    let before = bytes_in_use();
    for at in 100..100 + limits::TOKENS_PER_CONVERSATION_MAX as u128 {
        let joined = arrive(&mut shop, at);
        assert!(joined.notices.iter().any(|notice| matches!(notice, Notice::Resumed { .. })));
    }
    println!("{} bytes for {} more tokens", bytes_in_use() - before, limits::TOKENS_PER_CONVERSATION_MAX);
    let is_yes = |outcome: &Outcome| outcome.notices.iter().any(|notice| matches!(notice, Notice::Resumed { .. }));
    let token = |at: u128| {
        let mut token = [9; 32];
        token[..16].copy_from_slice(&at.to_be_bytes());
        token
    };
    let mut first = [0; 32];
    first[..16].copy_from_slice(&1u128.to_be_bytes());
    assert!(is_yes(&resume(&mut shop, 300, first)), "the browser that started it");
    assert!(!is_yes(&resume(&mut shop, 301, token(100))), "the oldest of the others is gone");
    assert!(is_yes(&resume(&mut shop, 302, token(101))));
}

/// Whoever stands at a prompt costs little, and there is room for so many.
#[test]
fn so_many_connections_stand_at_one_prompt() {
    let mut shop = with_reconnect();
    let last_heard = shop.now;
    let _ = shop.tell(Input::LoseConnection { connection: ConnectionId::from_u128(1), last_heard });
    for _ in 0..2 {
        shop.now += Millis::minutes(3);
        let _ = shop.tell(Input::Tick);
    }
    let mut token = [0; 32];
    token[..16].copy_from_slice(&1u128.to_be_bytes());
    let most = limits::PROMPTED_PER_CONVERSATION_MAX as u128;
    for at in 10..10 + most {
        let prompted = resume(&mut shop, at, token);
        let connection = ConnectionId::from_u128(at);
        let conversation = ConversationId::from_u128(1);
        assert_eq!(prompted.notices, [Notice::Prompted { connection, conversation }]);
    }
    let displaced = resume(&mut shop, 10 + most, token);
    let oldest = ConnectionId::from_u128(10);
    assert!(displaced.notices.contains(&Notice::Displace { connection: oldest }));
    let refused = shop.tell(Input::Continue { connection: oldest, token: TokenHash(token) });
    let reason = RefusalReason::NoConversation;
    assert_eq!(refused.notices, [Notice::Refused { connection: oldest, request: None, reason }]);
}
