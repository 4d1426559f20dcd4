//! A snapshot is used only by the fold that made it. So the fold of one long story is pinned: whoever changes what facts do, or
//! how the record is kept, has to raise `desk::FOLD_VERSION`, and old snapshots are thrown away instead of misread.

use std::collections::{BTreeMap, BTreeSet};

use desk::{AgentRequest, Arrival, Configuration, FOLD_VERSION, Fact, Input, PageSaid, Record, Recorded};
use model::{
    AgentRules, Condition, Distribution, FullRule, IdentityHash, LinkHash, Millis, Overflow, Presence, PresenceChoice,
    PresenceId, QueueId, QueueRules, ReconnectRules, Role, Routing, RoutingRule, Seq, Share, SupervisorRights,
    Timestamp, TokenHash, Units, WidgetRules, WorkstreamRules, WrapUpRule,
};
use rejoin_log::codec;

use crate::golden::{bytes_of, check, folder, name, names_of_all_facts};
use crate::shop::{
    QUEUE, Shop, WIDGET, WORKSTREAM, agent_says, configuration, connect_agent, connection, resume, say, start,
};
use crate::support::{agent, conversation, key};

/// The story, as it was told once. New kinds of facts are told at its end, in lines of their own.
fn story() -> Vec<(Timestamp, Fact)> {
    let text = std::fs::read_to_string(folder().join("story.txt")).unwrap();
    text.lines()
        .map(|line| {
            let (at, fact) = line.split_once(' ').unwrap();
            (Timestamp(at.parse().unwrap()), codec::decode_fact(&bytes_of(fact)).unwrap())
        })
        .collect()
}

fn fold(story: &[(Timestamp, Fact)]) -> Record {
    let mut record = Record::default();
    for (at, fact) in story {
        record.apply(*at, fact);
    }
    record
}

#[test]
fn the_fold_of_a_story_is_that_of_its_version() {
    let story = story();
    let told: BTreeSet<String> = story.iter().map(|(_, fact)| format!("fact-{}", name(fact))).collect();
    assert_eq!(told, names_of_all_facts(), "the story has every kind of fact");
    let bytes = postcard::to_extend(&fold(&story), Vec::new()).unwrap();
    assert_eq!(postcard::from_bytes::<Record>(&bytes).unwrap(), fold(&story), "a snapshot is read as it was written");
    // If this fails: raise FOLD_VERSION in the desk, and let REJOIN_BLESS=1 write the file of the new version.
    check(&format!("record-{FOLD_VERSION}"), &bytes);
}

/// Prints `golden/story.txt`; the file was made by it.
#[test]
#[ignore = "a tool: tells the story anew"]
#[expect(clippy::print_stdout, reason = "that is what it is for")]
fn print_the_story() {
    for Recorded { at, fact, .. } in tell() {
        let hex: String = codec::encode_fact(&fact).iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{at} {hex}");
    }
}

fn ask(shop: &mut Shop, console: u128, ask: AgentRequest) {
    shop.hear([Input::Ask { connection: connection(console), request: 1, ask }]);
}

fn lose(shop: &mut Shop, number: u128) {
    let last_heard = shop.now;
    shop.hear([Input::LoseConnection { connection: connection(number), last_heard }]);
}

fn tell() -> Vec<Recorded> {
    let mut shop = Shop::with_agents(1);
    a_day_before(&mut shop);
    people_come_and_go(&mut shop);
    agents_come_and_go(&mut shop);
    customers_come_back(&mut shop);
    queues_overflow(&mut shop);
    colleagues_and_supervisors(&mut shop);
    conversations_are_routed(&mut shop);
    people_are_in_presences_of_their_own(&mut shop);
    shop.disk.facts()
}

/// A supervisor assigns, a colleague advises and is let in, and it goes to a queue and is closed.
fn colleagues_and_supervisors(shop: &mut Shop) {
    let eight = conversation(8);
    let rights = SupervisorRights { monitor: true, assign: true, transfer: true, force_close: true };
    let dana = AgentRules { enabled: true, role: Role::Supervisor, capacity: Units(3), queues: vec![QUEUE] };
    shop.hear([Input::Configure(Configuration::Agent(agent(3), dana))]);
    shop.hear([Input::Configure(Configuration::Supervision(rights))]);
    shop.hear([connect_agent(2), connect_agent(3)]);
    ask(shop, 1003, AgentRequest::AssignToAgent(eight, agent(1)));
    ask(shop, 1001, AgentRequest::Consult(eight, agent(2)));
    ask(shop, 1002, AgentRequest::AcceptInvitation(eight));
    ask(shop, 1001, AgentRequest::LetIn(eight, agent(2)));
    ask(shop, 1003, AgentRequest::Monitor(eight));
    ask(shop, 1003, AgentRequest::Join(eight));
    ask(shop, 1003, AgentRequest::StopMonitoring(eight));
    ask(shop, 1003, AgentRequest::Monitor(eight));
    ask(shop, 1002, AgentRequest::LeaveConsult(eight));
    ask(shop, 1001, AgentRequest::TransferToQueue(eight, QUEUE));
    ask(shop, 1003, AgentRequest::SetPresenceOf(agent(1), Some(Presence::Away)));
    shop.hear([start(10, connection(10), conversation(10), key(10))]);
    ask(shop, 1003, AgentRequest::AssignToAgent(conversation(10), agent(2)));
    ask(shop, 1002, AgentRequest::Consult(conversation(10), agent(1)));
    ask(shop, 1003, AgentRequest::ForceClose(eight));
}

/// Moved to another queue at once: the first takes none.
fn queues_overflow(shop: &mut Shop) {
    let other = QueueId::from_u128(2);
    let full = Some(FullRule { waiting_max: 1, then: Overflow::Queue(other) });
    shop.hear([Input::Configure(Configuration::Queue(other, QueueRules { priority: 5, ..QueueRules::DEFAULT }))]);
    shop.hear([Input::Configure(Configuration::Queue(QUEUE, QueueRules { full, ..QueueRules::DEFAULT }))]);
    shop.hear([start(8, connection(8), conversation(8), key(8))]);
    shop.hear([start(9, connection(9), conversation(9), key(9))]);
}

/// Custom presences come, are chosen and set, and one goes; who begins in one is in it.
fn people_are_in_presences_of_their_own(shop: &mut Shop) {
    let (training, lunch) = (PresenceId::from_u128(6), PresenceId::from_u128(7));
    let both = [(training, Presence::DoNotDisturb), (lunch, Presence::Away)].into();
    let presences = |all: BTreeMap<PresenceId, Presence>| Input::Configure(Configuration::Presences(all));
    let begins = |who, choice| Input::Configure(Configuration::DefaultPresence(agent(who), choice));
    shop.hear([presences(both)]);
    let more = Distribution { presences: vec![training], previous_agent_first: false };
    shop.hear([Input::Configure(Configuration::Distribution(WORKSTREAM, more))]);
    ask(shop, 1002, AgentRequest::SetCustomPresence(lunch));
    ask(shop, 1003, AgentRequest::SetCustomPresenceOf(agent(2), training));
    shop.hear([begins(1, Some(PresenceChoice::Base(Presence::Away))), begins(2, Some(PresenceChoice::Custom(lunch)))]);
    shop.hear([begins(3, Some(PresenceChoice::Base(Presence::Offline))), begins(3, None)]);
    ask(shop, 1003, AgentRequest::SetCustomPresence(training));
    shop.hear([presences([(lunch, Presence::Away)].into())]);
}

/// By the page's language, to the other queue.
fn conversations_are_routed(shop: &mut Shop) {
    let to = vec![Share { queue: QueueId::from_u128(2), percent: 100 }];
    let rules = vec![RoutingRule { all: vec![Condition::Language("de".to_owned())], to }];
    let routing = Routing { rules, ..Routing::default() };
    shop.hear([Input::Configure(Configuration::Routing(WORKSTREAM, routing))]);
    let mut routed = start(20, connection(20), conversation(20), key(20));
    if let Input::Start { said, .. } = &mut routed {
        let page = PageSaid { language: Some("de-AT".to_owned()), ..PageSaid::default() };
        *said = Some(Box::new(page.into()));
    }
    shop.hear([routed]);
}

/// Ended, closed, and forgotten a day later.
fn a_day_before(shop: &mut Shop) {
    let id = shop.talk(1);
    shop.hear([agent_says(connection(1001), id, key(2))]);
    shop.hear([Input::CustomerReads { connection: connection(1), upto: Seq(2) }]);
    shop.hear([Input::AgentReads { connection: connection(1001), conversation: id, upto: Seq(3) }]);
    shop.hear([Input::EndByCustomer { connection: connection(1) }]);
    ask(shop, 1001, AgentRequest::Close(id));
    lose(shop, 1);
    shop.pass(Millis::hours(25));
}

fn people_come_and_go(shop: &mut Shop) {
    let workstream =
        WorkstreamRules { wrap_up: WrapUpRule::For(Millis::seconds(60)), ..WorkstreamRules::for_queue(QUEUE) };
    let reconnect = ReconnectRules { hold_for: Millis::minutes(10), limit: Millis::minutes(60) };
    let widget =
        WidgetRules { reconnect: Some(reconnect), has_portal: true, ..WidgetRules::for_workstream(WORKSTREAM) };
    // An agent ends and closes; the block outlives the session.
    shop.hear([Input::Configure(Configuration::Workstream(WORKSTREAM, workstream))]);
    let two = shop.talk(2);
    ask(shop, 1001, AgentRequest::End(two));
    ask(shop, 1001, AgentRequest::Close(two));
    shop.pass(Millis::minutes(2));
    // A customer is away, comes back, and is away for too long.
    let three = shop.talk(3);
    lose(shop, 3);
    shop.pass(Millis::seconds(20));
    shop.hear([resume(connection(33), 3), say(connection(33), key(33))]);
    lose(shop, 33);
    shop.pass(Millis::minutes(4));
    assert!(shop.commit.desk().customer_view(three).is_some());
    // Declined by two, then waiting for long.
    shop.hear(configuration(2));
    shop.hear([connect_agent(2)]);
    shop.hear([start(4, connection(4), conversation(4), key(4))]);
    ask(shop, 1001, AgentRequest::Decline(conversation(4)));
    ask(shop, 1002, AgentRequest::Decline(conversation(4)));
    shop.pass(Millis::minutes(19));
    shop.hear([Input::ConfirmWaiting { connection: connection(4) }]);
    shop.hear([Input::Configure(Configuration::Widget(WIDGET, widget))]);
    shop.hear([start(5, connection(5), conversation(5), key(5))]);
}

/// As was promised: within the hold by a link, after it at the prompt, and not at all.
fn customers_come_back(shop: &mut Shop) {
    let (identity, link) = (IdentityHash([7; 32]), LinkHash([8; 32]));
    shop.hear([start(7, connection(7), conversation(7), key(7))]);
    let seven = conversation(7);
    ask(shop, 1001, AgentRequest::Pick(seven));
    ask(shop, 1001, AgentRequest::OfferLink(seven));
    shop.hear([Input::MintLink { connection: connection(7), link }]);
    lose(shop, 7);
    shop.pass(Millis::minutes(4));
    ask(shop, 1001, AgentRequest::TakeLink(seven, LinkHash([9; 32])));
    let arrival = Some(Arrival::Link { link, token: TokenHash([10; 32]) });
    let by_link = |connection, identity| Input::Resume {
        connection,
        widget: WIDGET,
        token: None,
        arrival,
        identity,
        sign_in_is_unknown: false,
    };
    shop.hear([by_link(connection(71), None)]);
    lose(shop, 71);
    shop.pass(Millis::minutes(4));
    ask(shop, 1001, AgentRequest::ReleaseHold(seven));
    shop.hear([resume(connection(72), 7)]);
    shop.hear([Input::Identify { connection: connection(72), widget: WIDGET, identity }]);
    shop.hear([Input::ExtendPromise { connection: connection(72) }]);
    shop.hear([Input::Continue { connection: connection(72), token: TokenHash([11; 32]) }]);
    ask(shop, 1001, AgentRequest::Accept(seven));
    lose(shop, 72);
    shop.pass(Millis::minutes(30));
    shop.hear([by_link(connection(73), Some(IdentityHash([12; 32])))]);
    shop.pass(Millis::minutes(40));
}

fn agents_come_and_go(shop: &mut Shop) {
    let six = conversation(6);
    shop.hear([start(6, connection(6), six, key(6))]);
    ask(shop, 1001, AgentRequest::Pick(six));
    ask(shop, 1002, AgentRequest::SetPresence(Some(Presence::Away)));
    lose(shop, 1001);
    shop.pass(Millis::seconds(30));
    shop.hear([connect_agent(1)]);
    shop.disk.fail_next(rejoin_log::Fault::Full);
    shop.hear([say(connection(6), key(60))]);
    shop.pass(Millis::seconds(10));
    ask(shop, 1001, AgentRequest::Release(six));
    ask(shop, 1001, AgentRequest::Pick(six));
    lose(shop, 1001);
    shop.pass(Millis::minutes(3));
    shop.hear([connect_agent(1)]);
    ask(shop, 1001, AgentRequest::SetPresence(None));
    ask(shop, 1001, AgentRequest::Pick(six));
    shop.hear([Input::SignOut { agent: agent(2) }]);
}
