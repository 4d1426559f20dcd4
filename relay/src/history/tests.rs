//! The history over a log in memory: figures, resuming, rebuilding, and how long a report over a million conversations takes.

use desk::{ConversationFact, Fact, Recorded};
use log::MemoryDisk;
use model::{
    AgentId, CloseReason, ConversationId, CustomerId, HoldEnd, Millis, OfferEnd, OverflowCause, Presence, PresenceId,
    QueueId, ReconnectRules, ReturnedBy, Seq, SessionEnd, Timestamp, TokenHash, Units, WidgetId, WorkstreamId,
};

use super::{Asked, CsvNames, GroupBy, History, Manner, Step, build};

const DAY: u64 = 86_400_000;
/// 2026-11-02, at midnight.
const START: u64 = 20_759 * DAY;

fn agent(number: u128) -> AgentId {
    AgentId::from_u128(number)
}

struct Writer {
    facts: Vec<Recorded>,
    positions: std::collections::BTreeMap<u128, u32>,
}

impl Writer {
    fn new() -> Self {
        Self { facts: Vec::new(), positions: std::collections::BTreeMap::new() }
    }

    fn say(&mut self, at: u64, conversation: u128, what: ConversationFact) {
        let position = self.positions.entry(conversation).or_insert(0);
        *position += 1;
        let fact = Fact::Conversation {
            id: ConversationId::from_u128(conversation),
            position: *position,
            customer_seq: Seq(0),
            agents_seq: Seq(*position),
            what,
        };
        self.facts.push(Recorded { at: Timestamp(at), fact, body: None });
    }

    fn start(&mut self, at: u64, conversation: u128, queue: u128) {
        let what = ConversationFact::Started {
            customer: CustomerId::from_u128(conversation),
            widget: WidgetId::from_u128(1),
            workstream: WorkstreamId::from_u128(1),
            queue: QueueId::from_u128(queue),
            token: TokenHash([0; 32]),
            number: 1,
            cost: Units(1),
            disconnect_after: Millis::minutes(3),
            reconnect: Some(ReconnectRules { hold_for: Millis::minutes(10), limit: Millis::hours(1) }),
            identity: None,
        };
        self.say(at, conversation, what);
    }
}

fn ended(agent: AgentId, reason: SessionEnd) -> ConversationFact {
    ConversationFact::SessionEnded { agent, reason, in_wrap_up: true }
}

/// Three conversations: one answered, kept and saved; one abandoned; one declined, missed, transferred, held in vain.
fn story() -> Vec<Recorded> {
    let mut writer = Writer::new();
    let s = |seconds: u64| START + seconds * 1_000;
    writer.start(s(0), 1, 7);
    writer.say(s(12), 1, ConversationFact::AgentJoined { agent: agent(1), picked: false });
    writer.start(s(20), 2, 7);
    writer.say(s(26), 2, ConversationFact::EndedByCustomer);
    writer.say(s(26), 2, ConversationFact::Closed(CloseReason::CustomerEnded));
    writer.say(s(100), 1, ConversationFact::CustomerDisconnected);
    writer.say(s(160), 1, ConversationFact::CustomerReturned { how: ReturnedBy::Link });
    writer.say(s(200), 1, ConversationFact::EndedByAgent(agent(1)));
    writer.say(s(230), 1, ended(agent(1), SessionEnd::AgentClosed));
    writer.say(s(230), 1, ConversationFact::Closed(CloseReason::AgentEnded));
    let later = |seconds: u64| START + DAY + seconds * 1_000;
    writer.start(later(0), 3, 8);
    let until = Timestamp(later(120));
    writer.say(later(0), 3, ConversationFact::OfferMade { agent: agent(1), until });
    writer.say(later(5), 3, ConversationFact::OfferEnded { agent: agent(1), how: OfferEnd::Declined });
    writer.say(later(5), 3, ConversationFact::OfferMade { agent: agent(2), until });
    writer.say(later(125), 3, ConversationFact::OfferEnded { agent: agent(2), how: OfferEnd::Missed });
    writer.say(later(130), 3, ConversationFact::AgentJoined { agent: agent(2), picked: true });
    writer.say(later(190), 3, ended(agent(2), SessionEnd::TransferredToQueue));
    let to = QueueId::from_u128(9);
    writer.say(later(191), 3, ConversationFact::Overflowed { to, cause: OverflowCause::OutOfHours });
    writer.say(later(200), 3, ConversationFact::AgentJoined { agent: agent(1), picked: false });
    writer.say(later(260), 3, ConversationFact::CustomerDisconnected);
    writer.say(later(860), 3, ConversationFact::HoldEnded(HoldEnd::Expired));
    writer.say(later(900), 3, ended(agent(1), SessionEnd::AutoClosed));
    writer.facts
}

fn asked() -> Asked {
    Asked {
        from: Timestamp(START),
        to: Timestamp(START + 3 * DAY),
        queue: None,
        agent: None,
        widget: None,
        step: Some(Step::Day),
        by: None,
        short_abandon_s: Some(5),
    }
}

#[test]
fn figures_are_those_of_the_story_however_it_is_read() {
    let disk = MemoryDisk::new();
    let mut log = disk.open().expect("a log");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.sqlite");
    let history = History::new(folder.path());
    // One fact at a time, with a new process after each.
    for fact in story() {
        log.writer.append(&[fact]).expect("appended");
        build(&path, log.reader.as_ref()).expect("built");
    }
    let summary = history.summary(&asked(), &Manner::default()).expect("a summary");
    let total = &summary.total;
    assert_eq!((total.incoming, total.engaged, total.abandoned, total.abandoned_short, total.closed), (3, 2, 1, 0, 2));
    assert_eq!((total.answer_ms_mean, total.wait_ms_mean), (Some(71_000), Some(49_333)));
    assert_eq!((total.answered_within["10"], total.answered_within["20"], total.answered_within["120"]), (0, 1, 1));
    assert_eq!((total.sessions, total.transfers, total.declined, total.missed), (3, 1, 1, 1));
    assert_eq!((total.offered, total.longest_wait_ms), (2, Some(130_000)));
    assert_eq!((total.disconnects, total.returns.link, total.returns.token), (2, 1, 0));
    assert_eq!((total.hold_saved_ms, total.hold_wasted_ms), (60_000, 600_000));
    // Talk: 88 + 40, 60, 60 s. Wrap-up: 60 + 30, 0, 640 s.
    assert_eq!((total.talk_ms_mean, total.wrap_up_ms_mean), (Some(248_000 / 3), Some(730_000 / 3)));
    let days: Vec<(u64, u64)> = summary.series.iter().map(|point| (point.at.0, point.figures.incoming)).collect();
    assert_eq!(days, [(START, 2), (START + DAY, 1)]);
    let short =
        history.summary(&Asked { short_abandon_s: Some(10), ..asked() }, &Manner::default()).expect("a summary").total;
    assert_eq!((short.abandoned, short.abandoned_short), (0, 1));
    let of = |changed: Asked| history.summary(&changed, &Manner::default()).expect("a summary").total;
    assert_eq!(of(Asked { queue: Some(QueueId::from_u128(8)), ..asked() }).incoming, 1);
    let overflowed = of(Asked { queue: Some(QueueId::from_u128(9)), ..asked() });
    assert_eq!((overflowed.incoming, overflowed.sessions), (0, 1));
    assert_eq!(of(Asked { widget: Some(WidgetId::from_u128(2)), ..asked() }).incoming, 0);
    assert_eq!(of(Asked { agent: Some(agent(1)), ..asked() }).sessions, 2);
    assert_eq!(of(Asked { from: Timestamp(START + DAY / 2), ..asked() }).incoming, 1);
    let by =
        history.summary(&Asked { by: Some(GroupBy::Agent), ..asked() }, &Manner::default()).expect("a summary").groups;
    let by: Vec<(String, u64)> = by.iter().map(|group| (group.id.clone(), group.figures.sessions)).collect();
    assert_eq!(by, [(agent(1).to_string(), 2), (agent(2).to_string(), 1)]);
    // At once, from the first fact, gives the same.
    let other = tempfile::tempdir().expect("a folder");
    build(&other.path().join("history.sqlite"), log.reader.as_ref()).expect("built");
    let other = History::new(other.path());
    assert_eq!(
        other.summary(&asked(), &Manner::default()).expect("a summary"),
        history.summary(&asked(), &Manner::default()).expect("a summary")
    );
    let csv = |history: &History| {
        let mut bytes = Vec::new();
        history.csv(&asked(), &CsvNames::default(), &mut bytes).expect("written");
        String::from_utf8(bytes).expect("text")
    };
    assert_eq!(csv(&other), csv(&history));
    let lines: Vec<String> = csv(&history).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0].split(',').count(), lines[1].split(',').count());
    assert!(
        lines[1].contains("agent-ended")
            && lines[1].ends_with(",12000,128000,90000,1,0,0,0,1,0,1,0,0,0,60000,0,que_00000000000000000000000007"),
        "{}",
        lines[1]
    );
}

/// Why the thread waits a little under load, too, instead of taking each batch of the log by itself.
#[test]
fn larger_pages_write_less_and_come_to_the_same() {
    let disk = MemoryDisk::new();
    let mut log = disk.open().expect("a log");
    for round in 0..20 {
        let mut facts = story();
        for fact in &mut facts {
            fact.at += Millis(round);
            if let Fact::Conversation { id, .. } = &mut fact.fact {
                *id = ConversationId::from_u128(id.as_u128() + u128::from(round) * 3);
            }
        }
        log.writer.append(&facts).expect("appended");
    }
    let written = |page_facts: usize| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut store = super::store::Store::open(&folder.path().join("history.sqlite"), log.reader.as_ref());
        let store = store.as_mut().expect("a store");
        let mut pages = 0;
        loop {
            let page = log.reader.facts_after(store.position(), page_facts).expect("a page");
            if page.is_empty() {
                break;
            }
            store.take(&page).expect("taken");
            pages += 1;
        }
        let summary = History::new(folder.path()).summary(&asked(), &Manner::default()).expect("a summary");
        (pages, store.rows_written(), summary)
    };
    let (small, large) = (written(5), written(250));
    assert_eq!(small.2, large.2);
    assert!(
        large.0 * 40 <= small.0 && large.1 * 3 <= small.1,
        "{} rows in {} pages, {} in {}",
        large.1,
        large.0,
        small.1,
        small.0
    );
}

/// Days and hours are those of the time zone, whatever its clocks do; the total is the same.
#[test]
fn days_are_those_of_the_time_zone() {
    let disk = MemoryDisk::new();
    let mut log = disk.open().expect("a log");
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = Writer::new();
    const HOUR: u64 = DAY / 24;
    // Every 15 minutes from the Saturday before clocks change in Berlin (2026-03-29) to the Monday after.
    let saturday = 20_540 * DAY;
    for quarter in 0..3 * 96 {
        writer.start(saturday + quarter * HOUR / 4 + 1, u128::from(quarter) + 1, 7);
    }
    log.writer.append(&writer.facts).expect("appended");
    build(&folder.path().join("history.sqlite"), log.reader.as_ref()).expect("built");
    let history = History::new(folder.path());
    let of = |zone: &str, step: Step| {
        let time_zone = jiff::tz::TimeZone::get(zone).expect("a time zone");
        let manner = Manner { time_zone, ..Manner::default() };
        let asked = Asked { from: Timestamp(saturday), to: Timestamp(saturday + 3 * DAY), step: Some(step), ..asked() };
        let summary = history.summary(&asked, &manner).expect("a summary");
        assert_eq!(summary.total.incoming, 288, "{zone}");
        assert_eq!(summary.time_zone, zone);
        let points =
            summary.series.iter().map(|point| (point.at.0.wrapping_sub(saturday) as i64, point.figures.incoming));
        points.collect::<Vec<(i64, u64)>>()
    };
    let hours = |hours: i64| hours * HOUR as i64;
    assert_eq!(of("UTC", Step::Day), [(0, 96), (hours(24), 96), (hours(48), 96)]);
    // The Sunday has 23 hours.
    let berlin = [(hours(-1), 92), (hours(23), 92), (hours(46), 96), (hours(70), 8)];
    assert_eq!(of("Europe/Berlin", Step::Day), berlin);
    let kathmandu = -(HOUR as i64 * 23 / 4);
    assert_eq!(of("Asia/Kathmandu", Step::Day)[..2], [(kathmandu, 73), (kathmandu + hours(24), 96)]);
    assert_eq!(of("Asia/Kathmandu", Step::Hour)[..2], [(kathmandu + hours(5), 1), (kathmandu + hours(6), 4)]);
    assert_eq!(of("Europe/Berlin", Step::Hour).len(), 72);
}

/// Presences are those of the facts, however they are read, also over a crash.
#[test]
fn presences_last_from_fact_to_fact() {
    let disk = MemoryDisk::new();
    let mut log = disk.open().expect("a log");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.sqlite");
    let s = |seconds: u64| Timestamp(START + seconds * 1_000);
    let (ravi, ana) = (agent(1), agent(2));
    let mut writer = Writer::new();
    let tell = |writer: &mut Writer, at: u64, fact: Fact| {
        writer.facts.push(Recorded { at: s(at), fact, body: None });
    };
    writer.start(START, 1, 7);
    tell(&mut writer, 0, Fact::AgentArrived(ravi));
    tell(&mut writer, 0, Fact::AgentArrived(ana));
    tell(&mut writer, 100, Fact::PresenceChosen { agent: ravi, presence: Some(Presence::Busy) });
    // Busy lasts until the next conversation.
    writer.say(s(160).0, 1, ConversationFact::AgentJoined { agent: ravi, picked: false });
    tell(&mut writer, 200, Fact::PresenceSetBy { agent: ravi, presence: Some(Presence::Away), by: ana });
    tell(&mut writer, 230, Fact::AgentLost { agent: ravi, since: s(230) });
    tell(&mut writer, 240, Fact::AgentReturned(ravi));
    writer.say(s(250).0, 1, ConversationFact::OfferEnded { agent: ana, how: OfferEnd::Missed });
    let lunch = PresenceId::from_u128(1);
    tell(&mut writer, 260, Fact::CustomPresenceChosen { agent: ravi, presence: lunch, base: Presence::Away, by: None });
    tell(&mut writer, 400, Fact::RelayStarted { down_since: s(300) });
    tell(&mut writer, 410, Fact::AgentSignedOut(ravi));
    tell(&mut writer, 420, Fact::AgentReturned(ana));
    let mut facts = writer.facts;
    facts.sort_by_key(|fact| fact.at);
    for fact in facts {
        log.writer.append(&[fact]).expect("appended");
        build(&path, log.reader.as_ref()).expect("built");
    }
    let other = tempfile::tempdir().expect("a folder");
    build(&other.path().join("history.sqlite"), log.reader.as_ref()).expect("built");
    let lunch = lunch.to_string();
    for folder in [folder.path(), other.path()] {
        let report = History::new(folder).presences(s(0), s(500), None).expect("a report");
        let of = |who: AgentId| {
            let times = report.people.iter().find(|times| times.agent == who).expect("they were there");
            times.presences_ms.iter().map(|(name, ms)| (name.as_str(), ms / 1_000)).collect::<Vec<_>>()
        };
        assert_eq!(
            of(ravi),
            [("away", 50), ("busy", 60), ("by-capacity", 140), ("offline", 210), (lunch.as_str(), 40)]
        );
        assert_eq!(of(ana), [("by-capacity", 250), ("inactive", 130), ("offline", 120)]);
        assert_eq!(report.spans, []);
        let part = History::new(folder).presences(s(90), s(210), Some(ravi)).expect("a report");
        let spans = part.spans.iter().map(|span| (span.presence.as_str(), span.until.since(span.since).0 / 1_000));
        assert_eq!(spans.collect::<Vec<_>>(), [("by-capacity", 10), ("busy", 60), ("by-capacity", 40), ("away", 10)]);
    }
}

/// Where a request names none, each queue has its own.
#[test]
fn short_abandons_are_those_of_the_queue() {
    let disk = MemoryDisk::new();
    let mut log = disk.open().expect("a log");
    let folder = tempfile::tempdir().expect("a folder");
    let mut writer = Writer::new();
    for (number, queue) in [(1, 7), (2, 8)] {
        writer.start(START, number, queue);
        writer.say(START + 18_000, number, ConversationFact::Closed(CloseReason::CustomerEnded));
    }
    log.writer.append(&writer.facts).expect("appended");
    build(&folder.path().join("history.sqlite"), log.reader.as_ref()).expect("built");
    let manner = Manner { short_abandons_s: [(QueueId::from_u128(8), 20)].into(), ..Manner::default() };
    let of = |short_abandon_s, queue: Option<u128>| {
        let asked = Asked { short_abandon_s, queue: queue.map(QueueId::from_u128), ..asked() };
        let total = History::new(folder.path()).summary(&asked, &manner).expect("a summary").total;
        (total.abandoned, total.abandoned_short)
    };
    assert_eq!(of(None, None), (1, 1));
    assert_eq!(of(None, Some(8)), (0, 1));
    assert_eq!(of(Some(5), None), (2, 0));
    assert_eq!(of(Some(120), None), (0, 2));
}

#[test]
fn a_log_that_has_lost_facts_is_read_anew() {
    let disk = MemoryDisk::new();
    let mut log = disk.open().expect("a log");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.sqlite");
    log.writer.append(&story()).expect("appended");
    build(&path, log.reader.as_ref()).expect("built");
    // As after a backup of the log alone was restored.
    disk.lose_last(12);
    let log = disk.open().expect("a log");
    build(&path, log.reader.as_ref()).expect("built anew");
    let total = History::new(folder.path()).summary(&asked(), &Manner::default()).expect("a summary").total;
    assert_eq!((total.incoming, total.engaged), (2, 1));
}

/// `REJOIN_LONG=1 cargo test --release -p rejoin a_report_over_a_million -- --nocapture` prints how long reports take.
#[test]
#[expect(clippy::print_stderr, reason = "figures for whoever runs it")]
fn a_report_over_a_million_conversations_reads_no_conversation() {
    let is_long = std::env::var_os("REJOIN_LONG").is_some();
    let conversations: u64 = if is_long { 1_000_000 } else { 2_000 };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.sqlite");
    let disk = MemoryDisk::new();
    let log = disk.open().expect("a log");
    let mut store = super::store::Store::open(&path, log.reader.as_ref()).expect("a store");
    let started = std::time::Instant::now();
    let mut writer = Writer::new();
    for number in 0..conversations {
        // Over a year, twenty queues and two hundred agents.
        let at = START + number * (365 * DAY / conversations);
        let id = u128::from(number) + 1;
        let who = agent(u128::from(number.wrapping_mul(2_654_435_761) % 200) + 1);
        writer.start(at, id, u128::from(number % 20) + 1);
        writer.say(at + 9_000, id, ConversationFact::AgentJoined { agent: who, picked: false });
        writer.say(at + 300_000, id, ConversationFact::EndedByAgent(who));
        writer.say(at + 330_000, id, ended(who, SessionEnd::AgentClosed));
        writer.say(at + 330_000, id, ConversationFact::Closed(CloseReason::AgentEnded));
        if writer.facts.len() >= 20_000 {
            store.take(&std::mem::take(&mut writer.facts)).expect("taken");
        }
    }
    store.take(&std::mem::take(&mut writer.facts)).expect("taken");
    eprintln!("figure: {conversations} conversations in {:.1?}", started.elapsed());
    let history = History::new(folder.path());
    // The control: what a report would cost that reads conversations.
    let started = std::time::Instant::now();
    let sql = "SELECT agent, count(*), sum(waited_ms), sum(talked_ms) FROM conversation GROUP BY agent";
    let agents = history.with(|connection| {
        let mut statement = connection.prepare(sql)?;
        let rows = statement.query_map([], |row| row.get::<_, i64>(1))?;
        Ok(rows.count())
    });
    let control = started.elapsed();
    assert_eq!(agents.expect("read"), 200);
    eprintln!("figure: control, one pass over all conversations by agent: {control:.1?}");
    let year = Asked { to: Timestamp(START + 366 * DAY), step: None, ..asked() };
    let month = Asked { to: Timestamp(START + 31 * DAY), ..year };
    for (name, report) in [
        ("a year", year),
        ("a year by day", Asked { step: Some(Step::Day), ..year }),
        ("a year by day in New York", Asked { step: Some(Step::Day), ..year }),
        (
            "a year by day, each queue's short abandons, in New York",
            Asked { step: Some(Step::Day), short_abandon_s: None, ..year },
        ),
        (
            "a year of a queue by day in New York",
            Asked { queue: Some(QueueId::from_u128(3)), step: Some(Step::Day), ..year },
        ),
        ("a year of an agent by day in New York", Asked { agent: Some(agent(7)), step: Some(Step::Day), ..year }),
        ("a year by agent", Asked { by: Some(GroupBy::Agent), ..year }),
        ("a year of an agent by day", Asked { agent: Some(agent(7)), step: Some(Step::Day), ..year }),
        ("a year of a queue by day", Asked { queue: Some(QueueId::from_u128(3)), step: Some(Step::Day), ..year }),
        ("a month by hour", Asked { step: Some(Step::Hour), ..month }),
        ("a month of an agent by hour", Asked { agent: Some(agent(7)), step: Some(Step::Hour), ..month }),
    ] {
        let mut manner = Manner::default();
        if name.ends_with("New York") {
            manner.time_zone = jiff::tz::TimeZone::get("America/New_York").expect("a time zone");
            manner.short_abandons_s.insert(QueueId::from_u128(3), 20);
        }
        let started = std::time::Instant::now();
        let summary = history.summary(&report, &manner).expect("a summary");
        let first = started.elapsed();
        let started = std::time::Instant::now();
        assert_eq!(history.summary(&report, &manner).expect("a summary"), summary);
        let again = started.elapsed();
        let ratio = again.as_secs_f64() / control.as_secs_f64();
        eprintln!("figure: {name}: {first:.1?}, again {again:.1?}, {ratio:.3} of the control");
        if report.to == year.to && report.agent.is_none() && report.queue.is_none() {
            assert_eq!(summary.total.incoming, conversations);
        }
    }
}
