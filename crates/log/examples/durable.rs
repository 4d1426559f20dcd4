//! How many messages a second become durable, against a plain file that is synced as often, and how long a start takes.
//!
//! `cargo run --release -p rejoin-log --example durable --features delayed [-- MESSAGES]` (1,000,000 by default, for the start).

#![expect(clippy::print_stdout, reason = "a table is what it makes")]
#![expect(clippy::unwrap_used, reason = "a bench that can't go on panics")]
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "a bench measures real time")]

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use desk::{AgentRequest, Author, Configuration, ConversationFact, Fact, Input, Recorded};
use model::{
    AgentId, AgentRules, Audience, BodyDigest, ConnectionId, ConversationId, CustomerId, MessageText, QueueId,
    QueueRules, Role, SendKey, Seq, Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use rejoin_log::commit::{CommitLoop, Prepared};
use rejoin_log::delayed::Delayed;
use rejoin_log::{Log, LogWriter, SqliteOptions, codec, open_sqlite};
use tempfile::TempDir;

const CONVERSATIONS: u64 = 10_000;
const START: Timestamp = Timestamp(1_764_590_400_000);
const DELAYS: [Duration; 2] = [Duration::ZERO, Duration::from_millis(1)];
const BATCHES: [usize; 4] = [1, 8, 64, 512];

fn conversation(number: u64) -> ConversationId {
    // Ids of one day: the same beginning, then noise, as UUIDv7 has it.
    let noise = u128::from(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    ConversationId::from_u128((0x0193_5a3c_0000_7000_u128 << 64) | (u128::from(number) << 80) | noise)
}

fn key(number: u64) -> SendKey {
    SendKey((u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c834)).to_be_bytes())
}

fn message(number: u64) -> Recorded {
    let position = u32::try_from(number / CONVERSATIONS + 1).unwrap();
    let what = ConversationFact::Said {
        by: Author::Customer,
        audience: Audience::Customer,
        key: key(number),
        digest: BodyDigest(number.to_be_bytes()),
    };
    let fact = Fact::Conversation {
        id: conversation(number % CONVERSATIONS),
        position,
        customer_seq: Seq(position),
        agents_seq: Seq(position),
        what,
    };
    let words =
        format!("{number:08} the quick brown fox jumps over the lazy dog, and then it has something else to do, too");
    Recorded { at: START, fact, body: Some(desk::Body::Words(MessageText::new(words).unwrap())) }
}

struct Speed {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
}

/// Calls `append` with batches for about two seconds.
fn measure(batch: usize, mut append: impl FnMut(&[Recorded])) -> Speed {
    let (mut number, mut took) = (0, Vec::new());
    let mut appending = Duration::ZERO;
    while appending < Duration::from_secs(2) {
        let facts: Vec<Recorded> = (number..number + batch as u64).map(message).collect();
        let begin = Instant::now();
        append(&facts);
        let elapsed = begin.elapsed();
        appending += elapsed;
        took.push(elapsed.as_secs_f64() * 1e3);
        number += batch as u64;
    }
    took.sort_by(f64::total_cmp);
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    Speed { per_second: number as f64 / appending.as_secs_f64(), p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1.0) }
}

fn sqlite(folder: &Path, batch: usize, delay: Duration) -> Speed {
    let log = open_sqlite(folder, SqliteOptions::default()).unwrap();
    let mut writer = Delayed::new(log.writer, delay);
    measure(batch, |facts| {
        writer.append(facts).unwrap();
    })
}

/// The control: the same bytes at the end of a plain file, synced as often.
fn plain_file(folder: &Path, batch: usize, delay: Duration) -> Speed {
    let mut file = File::create(folder.join("plain")).unwrap();
    measure(batch, |facts| {
        let mut bytes = Vec::new();
        for recorded in facts {
            bytes.extend(codec::encode_fact(&recorded.fact));
            bytes.extend(recorded.body.iter().flat_map(codec::encode_body));
        }
        file.write_all(&bytes).unwrap();
        std::thread::sleep(delay);
        file.sync_data().unwrap();
    })
}

fn appends() {
    println!("| append | batch | messages/s | of a plain file | p50 ms | p99 ms | max ms |");
    println!("|---|---|---|---|---|---|---|");
    for delay in DELAYS {
        for batch in BATCHES {
            let folder = TempDir::new().unwrap();
            let control = plain_file(folder.path(), batch, delay);
            let speed = sqlite(folder.path(), batch, delay);
            println!(
                "| {} | {batch} | {:.0} | {:.2} | {:.2} | {:.2} | {:.2} |",
                if delay.is_zero() { "disk as it is" } else { "fsync + 1 ms" },
                speed.per_second,
                speed.per_second / control.per_second,
                speed.p50_ms,
                speed.p99_ms,
                speed.max_ms
            );
        }
    }
}

/// A desk in its loop on a real disk.
struct Shop {
    log: Log,
    commit: CommitLoop,
    now: Timestamp,
    snapshots: u32,
    snapshot_ms: f64,
    save_ms: f64,
}

impl Shop {
    fn open(folder: &Path) -> Self {
        let log = open_sqlite(folder, SqliteOptions::default()).unwrap();
        let commit = CommitLoop::new(log.opened.clone(), START);
        Self { log, commit, now: START, snapshots: 0, snapshot_ms: 0.0, save_ms: 0.0 }
    }

    fn hear(&mut self, inputs: impl IntoIterator<Item = Input>) {
        let mut queue: VecDeque<Input> = inputs.into_iter().collect();
        while !queue.is_empty() {
            if let Prepared::Append(entries) = self.commit.prepare(self.now, &mut queue) {
                let result = self.log.writer.append(&entries);
                let settled = self.commit.settle(self.now, result);
                assert!(settled.unsaved.is_empty());
            }
        }
        if let Some(work) = self.commit.snapshot_work() {
            let begin = Instant::now();
            let snapshot = work.run();
            self.snapshot_ms += begin.elapsed().as_secs_f64() * 1e3;
            let begin = Instant::now();
            self.log.snapshots.save(&snapshot).unwrap();
            self.save_ms += begin.elapsed().as_secs_f64() * 1e3;
            self.commit.snapshot_made(&snapshot);
            self.snapshots += 1;
        }
    }
}

fn digest() -> BodyDigest {
    BodyDigest([3; 8])
}

/// Writes so many messages, `each` per conversation; the talk is over and closed before the next one begins, or all go on.
fn fill(folder: &Path, messages: u64, each: u64, close: bool) {
    let (queue, workstream, widget) = (QueueId::from_u128(1), WorkstreamId::from_u128(1), WidgetId::from_u128(1));
    let (agent, console) = (AgentId::from_u128(1), ConnectionId::from_u128(1));
    let rules = AgentRules { enabled: true, role: Role::Agent, capacity: Units(1_000), queues: vec![queue] };
    let mut shop = Shop::open(folder);
    let configurations = [
        Configuration::Queue(queue, QueueRules::DEFAULT),
        Configuration::Workstream(workstream, WorkstreamRules::for_queue(queue)),
        Configuration::Widget(widget, WidgetRules::for_workstream(workstream)),
        Configuration::Agent(agent, rules),
    ];
    shop.hear(configurations.into_iter().map(Input::Configure));
    shop.hear([Input::ConnectAgent { connection: console, agent }]);
    for talk in 0..messages / each {
        let (browser, id) = (ConnectionId::from_u128(100 + u128::from(talk)), conversation(talk));
        let text =
            MessageText::new("the quick brown fox jumps over the lazy dog, and has something else to do, too").unwrap();
        let mut token = [0; 32];
        token[..8].copy_from_slice(&talk.to_be_bytes());
        shop.hear([Input::Start {
            connection: browser,
            conversation: id,
            customer: CustomerId::from_u128(u128::from(talk)),
            widget,
            token: TokenHash(token),
            key: key(talk * each),
            digest: digest(),
            text: text.clone(),
            name: None,
            identity: None,
            said: None,
        }]);
        shop.hear([Input::Ask { connection: console, request: 1, ask: AgentRequest::Accept(id) }]);
        shop.hear((1..each).map(|number| Input::Say {
            connection: browser,
            key: key(talk * each + number),
            digest: digest(),
            text: text.clone(),
        }));
        if close {
            shop.hear([
                Input::Ask { connection: console, request: 2, ask: AgentRequest::End(id) },
                Input::Ask { connection: console, request: 3, ask: AgentRequest::Close(id) },
                Input::LoseConnection { connection: browser, last_heard: shop.now },
            ]);
        }
    }
    println!(
        "  ({} snapshots while writing, each folded in {:.0} ms and saved in {:.0} ms, aside)",
        shop.snapshots,
        shop.snapshot_ms / f64::from(shop.snapshots.max(1)),
        shop.save_ms / f64::from(shop.snapshots.max(1))
    );
}

fn time_start(folder: &Path) -> (f64, Log) {
    let begin = Instant::now();
    let log = open_sqlite(folder, SqliteOptions::default()).unwrap();
    let _ = CommitLoop::new(log.opened.clone(), START);
    (begin.elapsed().as_secs_f64() * 1e3, log)
}

fn starts(messages: u64) {
    let empty = TempDir::new().unwrap();
    drop(time_start(empty.path()));
    println!("start, empty log: {:.1} ms", time_start(empty.path()).0);
    for (what, each, close) in [("closed conversations", 50, true), ("conversations that go on", 1_000, false)] {
        let folder = TempDir::new().unwrap();
        fill(folder.path(), messages, each, close);
        let (killed, log) = time_start(folder.path());
        println!(
            "start, {messages} messages in {what}, as after a kill: {killed:.0} ms ({:?}, {} facts replayed)",
            log.opened.snapshot, log.opened.replayed
        );
        let mut log = log;
        let mut commit = CommitLoop::new(log.opened.clone(), START);
        log.snapshots.save(&commit.last_snapshot()).unwrap();
        drop(log);
        println!("start, {messages} messages in {what}, after a stop: {:.0} ms", time_start(folder.path()).0);
        let snapshot = folder.path().join("rejoin.snapshot");
        let bytes = |path: &Path| path.metadata().unwrap().len() as f64 / 1e6;
        println!("  (database {:.0} MB, snapshot {:.1} MB)", bytes(&folder.path().join("rejoin.db")), bytes(&snapshot));
        std::fs::remove_file(&snapshot).unwrap();
        println!("start, {messages} messages in {what}, without a snapshot: {:.0} ms", time_start(folder.path()).0);
    }
}

fn main() {
    let messages = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1_000_000);
    appends();
    starts(messages);
}
