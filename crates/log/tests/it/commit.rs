//! Stop and commit, one rule at a time.

use std::collections::VecDeque;

use desk::{AgentRequest, ConversationFact, ConversationStage, Fact, Input, NotResumed, Notice, ViewKey};
use model::{MessageText, Millis, SendKey, Timestamp};
use rejoin_log::commit::{BATCH_BYTES_MAX, BATCH_INPUTS_MAX, CommitLoop, PROBE_EVERY, Prepared, Sender};
use rejoin_log::{AppendError, Fault, Lsn, MemoryDisk};

use crate::shop::{Shop, agent_says, configuration, connect_agent, connection, resume, say, start, was_sent};
use crate::support::{NOON, agent, conversation, key};

#[test]
fn nobody_hears_before_it_is_durable() {
    let mut shop = Shop::with_agents(1);
    let mut queue = VecDeque::from([start(1, connection(1), conversation(1), key(0))]);
    let Prepared::Append(entries) = shop.commit.prepare(NOON, &mut queue) else { panic!("a start is a fact") };
    assert!(!entries.is_empty());
    let lsn = shop.log.writer.append(&entries).unwrap();
    let settled = shop.commit.settle(NOON, Ok(lsn));
    assert!(was_sent(&settled, key(0)));
    assert_eq!(settled.entries, entries);
    assert_eq!(shop.commit.lsn(), lsn);
}

#[test]
fn what_needs_no_fact_is_delivered_at_once() {
    let mut shop = Shop::with_agents(1);
    let id = shop.talk(1);
    let mut queue = VecDeque::from([Input::Follow { connection: connection(1001), conversation: id }]);
    let Prepared::Deliver(settled) = shop.commit.prepare(shop.now, &mut queue) else { panic!("reading is no fact") };
    assert!(settled.notices.contains(&Notice::Following { connection: connection(1001), conversation: id }));
    assert!(queue.is_empty());
}

#[test]
fn a_batch_is_limited_in_inputs_and_in_bytes() {
    let mut shop = Shop::with_agents(1);
    shop.talk(1);
    shop.queue.extend((0..1000).map(|number| say(connection(1), key(number))));
    shop.turn();
    assert_eq!(shop.queue.len(), 1000 - BATCH_INPUTS_MAX);
    shop.queue.clear();

    let long = "x".repeat(4_000);
    let words = |number: u64| Input::Say {
        connection: connection(1),
        key: key(number),
        digest: model::BodyDigest([0; 8]),
        text: MessageText::new(long.clone()).unwrap(),
    };
    shop.queue.extend((0..500).map(words));
    shop.turn();
    let taken = 500 - shop.queue.len();
    assert!(taken * 4_000 <= BATCH_BYTES_MAX && taken > 250, "{taken}");
}

#[test]
fn a_failed_batch_is_told_to_its_senders_and_to_nobody_else() {
    for fault in [Fault::Full, Fault::Io, Fault::Torn(1)] {
        let mut shop = Shop::with_agents(1);
        let id = shop.talk(1);
        let before = shop.replay();
        shop.disk.fail_next(fault);
        let settled = shop.hear([
            say(connection(1), key(1)),
            agent_says(connection(1001), id, key(2)),
            Input::EndByCustomer { connection: connection(1) },
            Input::Ask { connection: connection(1001), request: 7, ask: AgentRequest::Close(id) },
            start(2, connection(2), conversation(2), key(3)),
            Input::CustomerTypes { connection: connection(1) },
        ]);
        assert_eq!(
            settled.unsaved,
            [
                Sender::Customer { connection: connection(1), key: key(1) },
                Sender::Agent { connection: connection(1001), conversation: id, key: key(2) },
                Sender::CustomerRequest { connection: connection(1) },
                Sender::AgentRequest { connection: connection(1001), request: 7 },
                Sender::Start { connection: connection(2), key: key(3) },
            ]
        );
        assert_eq!(settled.notices, [], "{fault:?}");
        assert_eq!(settled.entries.len(), 0);
        assert_eq!(*shop.commit.desk().record(), before, "{fault:?}: back to what is durable");
        assert_eq!(settled.wake_at, Some(shop.now + PROBE_EVERY));
        assert!(shop.commit.outage().is_some());
    }
}

#[test]
fn while_read_only_reading_works_and_sending_is_refused() {
    let mut shop = Shop::with_agents(1);
    let id = shop.talk(1);
    shop.disk.fail_until_lifted(Some(Fault::Full));
    shop.hear([say(connection(1), key(1))]);
    let before = shop.replay();

    let settled = shop.hear([
        resume(connection(11), 1),
        resume(connection(12), 99),
        say(connection(11), key(1)),
        Input::Follow { connection: connection(1001), conversation: id },
        connect_agent(1),
    ]);
    assert!(settled.notices.contains(&Notice::Resumed { connection: connection(11), conversation: id }));
    assert!(settled.notices.contains(&Notice::CannotResume { connection: connection(12), why: NotResumed::Expired }));
    assert!(settled.notices.contains(&Notice::Following { connection: connection(1001), conversation: id }));
    assert_eq!(settled.refused, [Sender::Customer { connection: connection(11), key: key(1) }]);
    assert_eq!(settled.unsaved, []);
    assert_eq!(*shop.commit.desk().record(), before);
    assert_eq!(
        shop.commit.desk().customer_view(id).map(|view| matches!(view.stage, ConversationStage::Active { .. })),
        Some(true)
    );
}

#[test]
fn connections_of_a_failed_batch_are_attached_all_the_same() {
    let mut shop = Shop::with_agents(1);
    let id = shop.talk(1);
    shop.disk.fail_next(Fault::Full);
    let settled = shop.hear([resume(connection(11), 1), say(connection(11), key(1))]);
    assert_eq!(settled.unsaved, [Sender::Customer { connection: connection(11), key: key(1) }]);
    assert!(settled.notices.contains(&Notice::Resumed { connection: connection(11), conversation: id }));
    shop.pass(Millis::seconds(2));
    assert!(was_sent(&shop.hear([say(connection(11), key(1))]), key(1)), "it has joined");
}

#[test]
fn a_full_disk_is_probed_with_the_same_connection_and_an_error_opens_anew() {
    for (fault, reopens) in [(Fault::Full, false), (Fault::Io, true)] {
        let mut shop = Shop::with_agents(1);
        shop.talk(1);
        shop.disk.fail_next(fault);
        shop.hear([say(connection(1), key(1))]);
        let at = shop.now + PROBE_EVERY;
        let mut queue = VecDeque::new();
        match shop.commit.prepare(at, &mut queue) {
            Prepared::Reopen(known) => {
                assert!(reopens);
                assert_eq!(known, shop.commit.lsn());
            }
            Prepared::Append(probe) => {
                assert!(!reopens);
                assert!(matches!(probe[0].fact, Fact::WritesResumed { down_since } if down_since == NOON));
            }
            Prepared::Deliver(_) => panic!("it is time to try"),
        }
    }
}

#[test]
fn it_recovers_by_itself_and_says_so() {
    for fault in [Fault::Full, Fault::Io] {
        let mut shop = Shop::with_agents(1);
        shop.talk(1);
        shop.disk.fail_until_lifted(Some(fault));
        shop.hear([say(connection(1), key(1))]);
        let settled = shop.pass(Millis::minutes(10));
        assert_eq!(settled.entries.len(), 0, "{fault:?}");
        shop.disk.fail_until_lifted(None);
        let settled = shop.pass(Millis::seconds(2));
        assert!(settled.refresh);
        assert!(matches!(settled.entries[0].fact, Fact::WritesResumed { down_since } if down_since == NOON));
        assert_eq!(shop.commit.outage(), None);
        assert!(was_sent(&shop.hear([say(connection(1), key(1))]), key(1)));
        assert_eq!(*shop.commit.desk().record(), shop.replay());
    }
}

#[test]
fn a_batch_that_was_written_all_the_same_is_found_and_never_written_twice() {
    let mut shop = Shop::with_agents(1);
    let id = shop.talk(1);
    shop.disk.fail_next(Fault::IoButWritten);
    let settled = shop.hear([say(connection(1), key(1))]);
    assert_eq!(settled.unsaved.len(), 1);
    assert!(!was_sent(&settled, key(1)));
    let settled = shop.pass(Millis::seconds(2));
    assert!(settled.entries.iter().any(|entry| matches!(&entry.fact,
        Fact::Conversation { what: ConversationFact::Said { key: found, .. }, .. } if *found == key(1))));
    assert!(
        settled.notices.iter().any(|notice| matches!(notice, Notice::Head { conversation, .. } if *conversation == id))
    );
    assert!(was_sent(&shop.hear([say(connection(1), key(1))]), key(1)), "the retry is answered");
    assert_eq!(times_written(&shop, key(1)), 1);
    assert_eq!(*shop.commit.desk().record(), shop.replay());
}

fn times_written(shop: &Shop, wanted: SendKey) -> usize {
    let is_it = |fact: &Fact| matches!(fact, Fact::Conversation { what: ConversationFact::Said { key, .. }, .. } if *key == wanted);
    shop.disk.facts().iter().filter(|recorded| is_it(&recorded.fact)).count()
}

#[test]
fn no_deadline_is_over_while_nothing_can_be_written() {
    let mut shop = Shop::with_agents(1);
    let id = shop.talk(1);
    let lost_at = shop.now;
    shop.hear([Input::LoseConnection { connection: connection(1), last_heard: lost_at }]);
    shop.pass(Millis::seconds(60));
    shop.disk.fail_until_lifted(Some(Fault::Full));
    shop.hear([agent_says(connection(1001), id, key(1))]);
    let outage = Millis::minutes(20);
    let during = shop.pass(outage);
    assert_eq!(during.entries.len(), 0);
    shop.disk.fail_until_lifted(None);
    // The probe comes within a second; the customer's remaining two minutes begin with it.
    let back_at = shop.now + Millis::seconds(1);
    shop.pass(Millis::seconds(1));
    let remaining = Millis::seconds(120);
    let until = back_at + Millis(remaining.0 - 1);
    let settled = shop.pass(until.since(shop.now));
    assert!(!says(&settled.entries, &ConversationFact::CustomerDisconnected), "never early");
    let settled = shop.pass(Millis::seconds(2));
    assert!(says(&settled.entries, &ConversationFact::CustomerDisconnected), "at most a second late");
}

fn says(entries: &[desk::Recorded], wanted: &ConversationFact) -> bool {
    entries.iter().any(|entry| matches!(&entry.fact, Fact::Conversation { what, .. } if what == wanted))
}

#[test]
fn who_came_and_went_meanwhile_is_written_down_afterwards() {
    let mut shop = Shop::with_agents(2);
    let (one, two) = (shop.talk(1), conversation(2));
    shop.hear([start(2, connection(2), two, key(5))]);
    // Customer 1 is away before the outage and comes back during it; customer 2 goes during it.
    let lost_at = shop.now;
    shop.hear([Input::LoseConnection { connection: connection(1), last_heard: lost_at }]);
    shop.pass(Millis::seconds(30));
    shop.disk.fail_until_lifted(Some(Fault::Io));
    shop.hear([say(connection(2), key(6))]);
    shop.hear([resume(connection(11), 1)]);
    let now = shop.now;
    shop.hear([Input::LoseConnection { connection: connection(2), last_heard: now }]);
    shop.pass(Millis::minutes(5));
    shop.disk.fail_until_lifted(None);
    let settled = shop.pass(Millis::seconds(5));
    assert!(settled.entries.iter().any(|entry| matches!(&entry.fact,
        Fact::Conversation { id, what: ConversationFact::CustomerBack, .. } if *id == one)));
    let settled = shop.pass(Millis::seconds(10));
    assert!(settled.entries.iter().any(|entry| matches!(&entry.fact,
        Fact::Conversation { id, what: ConversationFact::CustomerAway { .. }, .. } if *id == two)));
}

#[test]
fn a_start_that_cannot_be_written_is_made_up_for() {
    let mut shop = Shop::with_agents(1);
    let id = shop.talk(1);
    let stopped_at = shop.now;
    shop.disk.fail_until_lifted(Some(Fault::Full));
    shop.restart(Millis::minutes(1));
    let settled = shop.turn();
    assert_eq!(settled.fatal, None);
    assert!(shop.commit.outage().is_some());
    let settled = shop.hear([resume(connection(21), 1), connect_agent(1)]);
    assert!(settled.notices.contains(&Notice::Resumed { connection: connection(21), conversation: id }));
    shop.pass(Millis::minutes(9));
    shop.disk.fail_until_lifted(None);
    let settled = shop.pass(Millis::seconds(1));
    assert!(matches!(settled.entries[0].fact, Fact::RelayStarted { down_since } if down_since == stopped_at));
    assert!(settled.entries.iter().any(|entry| entry.fact == Fact::AgentReturned(agent(1))));
    assert!(was_sent(&shop.hear([say(connection(21), key(9))]), key(9)));
    assert!(was_sent(&shop.hear([agent_says(connection(1001), id, key(10))]), key(10)));
}

#[test]
fn a_damaged_log_ends_the_process() {
    let mut shop = Shop::with_agents(1);
    shop.talk(1);
    shop.disk.fail_next(Fault::Corrupt);
    let settled = shop.hear([say(connection(1), key(1))]);
    assert!(matches!(settled.fatal, Some(AppendError::Corrupt(_))));
    assert_eq!(settled.unsaved.len(), 1);
}

#[test]
fn a_log_that_forgot_what_was_accepted_ends_the_process() {
    let mut shop = Shop::with_agents(1);
    shop.talk(1);
    shop.disk.fail_next(Fault::Io);
    shop.hear([say(connection(1), key(1))]);
    shop.disk.lose_last(1);
    assert!(matches!(shop.pass(Millis::seconds(2)).fatal, Some(AppendError::Corrupt(_))));
}

#[test]
fn the_first_fact_says_since_when_the_relay_was_down() {
    let disk = MemoryDisk::new();
    let mut shop = Shop::open(&disk, NOON);
    let settled = shop.turn();
    assert_eq!(settled.entries[0].fact, Fact::RelayStarted { down_since: NOON });
    shop.log.writer.mark_alive(NOON + Millis(5_000)).unwrap();
    shop.restart(Millis::minutes(1));
    let settled = shop.turn();
    assert_eq!(settled.entries[0].fact, Fact::RelayStarted { down_since: NOON + Millis(5_000) });
}

#[test]
fn time_never_goes_back() {
    let mut shop = Shop::with_agents(1);
    shop.talk(1);
    shop.now = Timestamp(NOON.0 - 3_600_000);
    let settled = shop.hear([say(connection(1), key(1))]);
    assert_eq!(settled.entries[0].at, NOON);
    shop.restart(Millis::ZERO);
    assert_eq!(shop.turn().entries[0].at, NOON);
}

#[test]
fn snapshots_are_made_aside_and_the_way_back_still_leads_to_what_is_durable() {
    let mut shop = Shop::with_agents(1);
    let mut made = 0;
    let mut out = None;
    for number in 1..=10 {
        let id = conversation(number);
        let at = connection(number);
        shop.hear([start(number, at, id, key(0))]);
        for round in 0..10u64 {
            shop.hear((0..500).map(|each| say(at, key(1 + round * 500 + each))));
            if let Some(work) = shop.commit.snapshot_work() {
                assert!(shop.commit.snapshot_work().is_none(), "one at a time");
                out = Some(work);
            } else if let Some(work) = out.take() {
                // Made while others wrote on.
                let snapshot = work.run();
                shop.log.snapshots.save(&snapshot).unwrap();
                shop.commit.snapshot_made(&snapshot);
                made += 1;
            }
        }
    }
    assert!(made >= 1);
    assert!(shop.commit.last_snapshot().record().as_ref() == Some(shop.commit.desk().record()));
    shop.disk.fail_next(Fault::Full);
    shop.hear([say(connection(1), key(99_999))]);
    assert!(*shop.commit.desk().record() == shop.replay());
    shop.pass(Millis::seconds(2));
    assert!(*shop.commit.desk().record() == shop.replay());
    let (lsn, record) = (shop.commit.lsn(), shop.replay());
    shop.restart(Millis::ZERO);
    assert_eq!(shop.log.opened.lsn, lsn);
    assert!(shop.log.opened.record == record);
    assert!(Lsn(shop.log.opened.replayed) < lsn, "only the tail was replayed");
}

#[test]
fn views_are_those_of_what_is_durable() {
    let mut shop = Shop::with_agents(1);
    let id = conversation(1);
    shop.disk.fail_next(Fault::Full);
    shop.hear([start(1, connection(1), id, key(0))]);
    assert_eq!(shop.commit.desk().customer_view(id), None);
    shop.pass(Millis::seconds(2));
    let settled = shop.hear([start(1, connection(1), id, key(0))]);
    assert!(settled.notices.contains(&Notice::Changed(ViewKey::Customer(id))));
    assert!(shop.commit.desk().customer_view(id).is_some());
}

#[test]
fn configuration_that_was_not_written_is_told() {
    let mut shop = Shop::open(&MemoryDisk::new(), NOON);
    shop.turn();
    shop.disk.fail_next(Fault::Full);
    let settled = shop.hear(configuration(1));
    assert_eq!(settled.unsaved, [Sender::Configuration; 4]);
    let again: CommitLoop = CommitLoop::new(shop.disk.open().unwrap().opened, NOON);
    assert!(again.outage().is_none());
}
