//! A notice is for one connection; to all others it means nothing.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

extern crate rejoin_gate as gate;

use std::sync::Arc;

use desk::{Input, NotResumed, Notice, RefusalReason, Sent};
use gate::{Answer, ConsoleGate, ConsoleWelcome, CustomerGate, Incoming, KnownWidget, Unidentified};
use model::{
    AgentId, Audience, ConnectionId, ConversationId, DisplayName, LinkSecret, Millis, Role, SendKey, Seq, Timestamp,
    WidgetId,
};
use wire::{CloseCode, Encoding, RefusalCode, RelayToConsole, RelayToCustomer, limits};

const NOW: Timestamp = Timestamp(1_795_262_400_000);
const OURS: ConnectionId = ConnectionId::from_u128(1);
const ANOTHER: ConnectionId = ConnectionId::from_u128(2);

fn id(n: u128) -> ConversationId {
    ConversationId::from_u128(n)
}

fn console() -> ConsoleGate {
    let welcome = ConsoleWelcome { epoch: 1, name: DisplayName::new("Ravi").unwrap(), role: Role::Agent };
    let gate = Unidentified::console(OURS, Encoding::Json, AgentId::from_u128(4), NOW);
    gate.hello(NOW, Incoming::Text(b"\"Hello\""), welcome).unwrap().gate
}

fn customer() -> CustomerGate {
    let widget = KnownWidget::plain(WidgetId::from_u128(3), Millis::minutes(3));
    let hello = b"{\"Hello\":{\"widget\":\"shop\",\"resume\":null,\"page\":null}}";
    let gate = Unidentified::customer(OURS, Encoding::Json, NOW);
    let hailed = gate.hello(NOW, Incoming::Text(hello), 1, |_| Some(Arc::new(widget))).unwrap();
    hailed.greet(NOW, None, None).gate
}

/// Every notice that names a connection.
fn notices(connection: ConnectionId) -> Vec<Notice> {
    let (conversation, key, reason) = (id(1), SendKey([1; 16]), RefusalReason::NotYours);
    let sent = Sent { conversation, audience: Audience::Customer, seq: Seq(1) };
    vec![
        Notice::Resumed { connection, conversation },
        Notice::CannotResume { connection, why: NotResumed::NotYours },
        Notice::Prompted { connection, conversation },
        Notice::PromptOfAnother { connection, was_theirs: true },
        Notice::LinkDead { connection },
        Notice::ArrivalWaits { connection },
        Notice::SignedInAsSomeoneElse { connection },
        Notice::Left { connection },
        Notice::LinkMinted { connection },
        Notice::Started { connection, key, sent },
        Notice::Sent { connection, key, sent },
        Notice::NotSent { connection, conversation: Some(conversation), key, reason },
        Notice::Done { connection, request: 1 },
        Notice::WhyWaiting { connection, request: 1, conversation: ConversationId::from_u128(1) },
        Notice::Refused { connection, request: Some(1), reason },
        Notice::Following { connection, conversation },
        Notice::Unfollowed { connection, conversation },
        Notice::Displace { connection },
        Notice::SignedOut { connection },
    ]
}

#[test]
fn what_is_for_another_connection_means_nothing() {
    for notice in notices(ANOTHER) {
        let (mut console, mut customer) = (console(), customer());
        assert!(matches!(console.notice(&notice), Answer::Nothing), "{notice:?}");
        assert!(matches!(customer.notice(NOW, &notice), Answer::Nothing), "{notice:?}");
        assert_eq!((customer.conversation(), customer.prompted()), (None, None), "{notice:?}");
    }
}

#[test]
fn what_ends_a_connection_ends_this_one() {
    let displace = Notice::Displace { connection: OURS };
    assert!(matches!(console().notice(&displace), Answer::Close(CloseCode::TooManyConnections)));
    assert!(matches!(customer().notice(NOW, &displace), Answer::Close(CloseCode::TooManyConnections)));
    let signed_out = Notice::SignedOut { connection: OURS };
    assert!(matches!(console().notice(&signed_out), Answer::Close(CloseCode::SignedOut)));
    assert!(matches!(customer().notice(NOW, &Notice::Left { connection: OURS }), Answer::Frame(RelayToCustomer::Left)));
    for was_theirs in [true, false] {
        let another = Notice::PromptOfAnother { connection: OURS, was_theirs };
        assert!(matches!(
            customer().notice(NOW, &another),
            Answer::Frame(RelayToCustomer::PromptOfAnother { was_yours }) if was_yours == was_theirs
        ));
    }
}

#[test]
fn a_full_window_opens_what_it_has_open_again_and_nothing_else() {
    let mut gate = console();
    let open = |gate: &mut ConsoleGate, n: u128| {
        let frame = format!("{{\"Open\":{{\"conversation\":\"{}\",\"after\":0}}}}", id(n));
        gate.receive(NOW, Incoming::Text(frame.as_bytes()), LinkSecret::from_bytes([1; 32])).unwrap()
    };
    let full = limits::OPEN_PER_CONSOLE_MAX as u128;
    for n in 0..full {
        let input = open(&mut gate, n).input;
        assert_eq!(input, Some(Input::Follow { connection: OURS, conversation: id(n) }));
        gate.notice(&Notice::Following { connection: OURS, conversation: id(n) });
    }
    assert!(open(&mut gate, 0).input.is_some(), "again");
    let refused = open(&mut gate, full).reply;
    assert!(
        matches!(&refused, Some(RelayToConsole::Refused { id: None, refusal }) if refusal.code == RefusalCode::TooManyOpen),
        "{refused:?}"
    );
    let left = gate.notice(&Notice::Unfollowed { connection: OURS, conversation: id(0) });
    assert!(matches!(left, Answer::Frame(RelayToConsole::Unfollowed { conversation }) if conversation == id(0)));
    assert!(open(&mut gate, full).input.is_some(), "there is room again");
}
