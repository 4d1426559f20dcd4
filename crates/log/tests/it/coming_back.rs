//! Coming back while the disk fails: never a yes that was not written, and what was asked can be asked again.

use desk::{AgentRequest, Arrival, Configuration, ConversationStage, Input, NotResumed, Notice};
use model::{ConversationId, LinkHash, Millis, PromiseEnd, ReconnectRules, TokenHash, WidgetRules};
use rejoin_log::Fault;
use rejoin_log::commit::Sender;

use crate::shop::{Shop, WIDGET, WORKSTREAM, connection, resume};

const LINK: LinkHash = LinkHash([7; 32]);

/// A customer who was disconnected and may come back; their browser is asked at the prompt.
fn promised() -> (Shop, ConversationId) {
    let mut shop = Shop::with_agents(1);
    let reconnect = ReconnectRules { hold_for: Millis::minutes(10), limit: Millis::minutes(60) };
    let rules = WidgetRules {
        reconnect: Some(reconnect),
        has_portal: true,
        prompts_anonymous: true,
        ..WidgetRules::for_workstream(WORKSTREAM)
    };
    shop.hear([Input::Configure(Configuration::Widget(WIDGET, rules))]);
    let id = shop.talk(1);
    shop.hear([Input::MintLink { connection: connection(1), link: LINK }]);
    let last_heard = shop.now;
    shop.hear([Input::LoseConnection { connection: connection(1), last_heard }]);
    shop.pass(Millis::minutes(4));
    assert!(is_promised(&shop, id));
    (shop, id)
}

fn is_promised(shop: &Shop, id: ConversationId) -> bool {
    let stage = shop.commit.desk().customer_view(id).map(|view| view.stage);
    matches!(stage, Some(ConversationStage::WrapUp { promise: Some(_), .. }))
}

fn by_link(at: u128) -> Input {
    Input::Resume {
        connection: connection(at),
        widget: WIDGET,
        token: None,
        arrival: Some(Arrival::Link { link: LINK, token: TokenHash([9; 32]) }),
        identity: None,
        sign_in_is_unknown: false,
    }
}

#[test]
fn start_new_that_was_not_written_can_be_pressed_again() {
    let (mut shop, id) = promised();
    let settled = shop.hear([resume(connection(2), 1)]);
    assert!(settled.notices.contains(&Notice::Prompted { connection: connection(2), conversation: id }));
    shop.disk.fail_next(Fault::Full);
    let press = || [Input::StartNew { connection: connection(2) }];
    let settled = shop.hear(press());
    assert_eq!(settled.unsaved, [Sender::CustomerRequest { connection: connection(2) }]);
    assert_eq!(settled.notices, []);
    assert!(is_promised(&shop, id));
    shop.pass(Millis::seconds(2));
    let settled = shop.hear(press());
    assert!(settled.notices.contains(&Notice::Left { connection: connection(2) }));
    assert!(settled.notices.contains(&Notice::PromiseEnded { why: PromiseEnd::StartedNew }), "it ends what it says");
    assert!(!is_promised(&shop, id));
}

#[test]
fn continue_that_was_not_written_can_be_pressed_again() {
    let (mut shop, id) = promised();
    shop.hear([resume(connection(2), 1)]);
    shop.disk.fail_next(Fault::Io);
    let press = || [Input::Continue { connection: connection(2), token: TokenHash([8; 32]) }];
    let settled = shop.hear(press());
    assert_eq!(settled.unsaved, [Sender::CustomerRequest { connection: connection(2) }]);
    assert!(is_promised(&shop, id));
    shop.pass(Millis::seconds(2));
    let settled = shop.hear(press());
    assert!(settled.notices.contains(&Notice::Resumed { connection: connection(2), conversation: id }));
    assert!(!is_promised(&shop, id));
    assert_eq!(*shop.commit.desk().record(), shop.replay());
}

#[test]
fn a_link_is_neither_good_nor_dead_while_nothing_can_be_written() {
    let (mut shop, id) = promised();
    shop.disk.fail_until_lifted(Some(Fault::Full));
    shop.hear([Input::Ask { connection: connection(1001), request: 1, ask: AgentRequest::ReleaseHold(id) }]);
    let unknown = |at| Notice::CannotResume { connection: connection(at), why: NotResumed::SignInUnknown };
    let settled = shop.hear([by_link(2)]);
    assert_eq!(settled.notices, [unknown(2)]);
    shop.disk.fail_until_lifted(None);
    shop.pass(Millis::seconds(2));
    let settled = shop.hear([by_link(3)]);
    assert!(settled.notices.contains(&Notice::Resumed { connection: connection(3), conversation: id }));
    assert_eq!(*shop.commit.desk().record(), shop.replay());
}

#[test]
fn a_link_of_a_batch_that_failed_is_neither_good_nor_dead() {
    let (mut shop, id) = promised();
    shop.disk.fail_next(Fault::Full);
    let settled = shop.hear([by_link(2)]);
    let unknown = Notice::CannotResume { connection: connection(2), why: NotResumed::SignInUnknown };
    assert_eq!(settled.notices, [unknown]);
    assert!(is_promised(&shop, id));
    shop.pass(Millis::seconds(2));
    let settled = shop.hear([by_link(2)]);
    assert!(settled.notices.contains(&Notice::Resumed { connection: connection(2), conversation: id }));
}
