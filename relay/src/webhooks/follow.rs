//! Reads what is to be told out of the log, as long as somebody hears it.

use std::path::Path;

use log::{LogReader, Lsn, ReadError};
use model::Timestamp;

use super::event;
use super::outbox::Outbox;
use super::{WebhookError, WebhookParts};
use crate::registry::StoredWebhook;

/// Facts of one transaction.
const PAGE_FACTS: usize = 1_000;

/// How far the log has been read.
pub(super) struct Follower {
    outbox: Outbox,
    position: Lsn,
    /// Nobody heard when this was last looked at: what the log holds since then is not read.
    is_asleep: bool,
}

impl Follower {
    pub(super) fn open(path: &Path, parts: &WebhookParts) -> Result<Self, WebhookError> {
        let mut outbox = Outbox::open(path)?;
        let position = outbox.reached(parts.reader.as_ref(), parts.head)?;
        Ok(Self { outbox, position, is_asleep: true })
    }

    /// Reads once, where somebody hears. Whether there is more to read at once.
    pub(super) fn step(&mut self, parts: &WebhookParts) -> Result<bool, WebhookError> {
        if self.is_asleep {
            let since = hearers(parts)?.iter().map(|hearer| hearer.hears_since).min();
            let Some(since) = since else { return Ok(false) };
            self.position = first_since(parts.reader.as_ref(), self.position, since)?;
            self.is_asleep = false;
        }
        let page = parts.reader.facts_after(self.position, PAGE_FACTS)?;
        let Some(last) = page.last() else { return Ok(false) };
        // After the page: whoever was added before one of its facts hears it.
        let hearers = hearers(parts)?;
        if hearers.is_empty() {
            self.is_asleep = true;
            return Ok(false);
        }
        let mut told = Vec::new();
        for recorded in &page {
            let Some(kind) = event::kind(&recorded.fact) else { continue };
            let hears = |hearer: &&StoredWebhook| hearer.hears(kind) && hearer.hears_since <= recorded.at;
            let mut hearers = hearers.iter().filter(hears).peekable();
            if hearers.peek().is_none() {
                continue;
            }
            let Some(event) = event::event(parts.reader.as_ref(), recorded, kind)? else { continue };
            told.extend(hearers.map(|hearer| (hearer.id, event.clone())));
        }
        let position = self.position.plus(page.len());
        self.outbox.put(&told, position, last.at)?;
        self.position = position;
        Ok(page.len() == PAGE_FACTS)
    }
}

/// Those who hear anything.
fn hearers(parts: &WebhookParts) -> Result<Vec<StoredWebhook>, WebhookError> {
    let mut all = parts.registry.webhooks()?;
    all.retain(|hearer| hearer.enabled);
    Ok(all)
}

/// The position after the last fact from before a time, from a position on: facts lie in the order of their times, so a few of them tell.
fn first_since(reader: &dyn LogReader, from: Lsn, since: Timestamp) -> Result<Lsn, ReadError> {
    let is_before = |position: Lsn| -> Result<bool, ReadError> {
        Ok(reader.facts_after(position, 1)?.first().is_some_and(|fact| fact.at < since))
    };
    if !is_before(from)? {
        return Ok(from);
    }
    let (mut low, mut high, mut step) = (from, from.plus(1), 1);
    while is_before(high)? {
        step *= 2;
        (low, high) = (high, high.plus(step));
    }
    while high.0 - low.0 > 1 {
        let middle = Lsn(low.0.midpoint(high.0));
        if is_before(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(high)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use desk::{Author, ConversationFact, Fact, Recorded};
    use log::{FoundSend, Log, MemoryDisk};
    use model::{
        CloseReason, ConversationId, CustomerId, Millis, QueueId, SendKey, Seq, TokenHash, Units, WebhookId, WidgetId,
        WorkstreamId,
    };

    use super::*;
    use crate::clock::Clock;
    use crate::registry::{By, Registry};
    use crate::webhooks::EVENTS;

    /// Counts the facts that are read.
    struct Counted {
        reader: Arc<dyn LogReader>,
        read: AtomicUsize,
        asked: AtomicUsize,
    }

    impl LogReader for Counted {
        fn conversation(&self, id: ConversationId, after: u32, limit: usize) -> Result<Vec<Recorded>, ReadError> {
            self.reader.conversation(id, after, limit)
        }

        fn facts_after(&self, after: Lsn, limit: usize) -> Result<Vec<Recorded>, ReadError> {
            let found = self.reader.facts_after(after, limit)?;
            self.asked.fetch_add(1, Ordering::Relaxed);
            self.read.fetch_add(found.len(), Ordering::Relaxed);
            Ok(found)
        }

        fn find_send(
            &self,
            conversation: ConversationId,
            author: Author,
            key: SendKey,
        ) -> Result<Option<FoundSend>, ReadError> {
            self.reader.find_send(conversation, author, key)
        }
    }

    struct Place {
        folder: tempfile::TempDir,
        log: Log,
        counted: Arc<Counted>,
        parts: WebhookParts,
        conversations: u128,
    }

    impl Place {
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let log = MemoryDisk::new().open().expect("a log");
            let reader = Arc::clone(&log.reader);
            let counted = Arc::new(Counted { reader, read: AtomicUsize::new(0), asked: AtomicUsize::new(0) });
            let parts = WebhookParts {
                registry: Arc::new(Registry::open(folder.path()).expect("a registry")),
                reader: Arc::<Counted>::clone(&counted),
                clock: Clock::start(Timestamp(0)),
                stopping: crate::stop::channel().1,
                head: Lsn(0),
                allow_private: true,
                retry_after: Millis::seconds(5),
            };
            Self { folder, log, counted, parts, conversations: 0 }
        }

        fn follower(&self) -> Follower {
            Follower::open(&self.folder.path().join("webhooks.sqlite"), &self.parts).expect("a follower")
        }

        /// A conversation that starts and closes at this time.
        fn happens(&mut self, at: u64) {
            self.conversations += 1;
            let number = self.conversations;
            let started = ConversationFact::Started {
                customer: CustomerId::from_u128(number),
                widget: WidgetId::from_u128(1),
                workstream: WorkstreamId::from_u128(1),
                queue: QueueId::from_u128(1),
                token: TokenHash([0; 32]),
                number: 1,
                cost: Units(1),
                disconnect_after: Millis::minutes(3),
                reconnect: None,
                identity: None,
            };
            let facts = [started, ConversationFact::Closed(CloseReason::CustomerEnded)];
            let facts = (1..).zip(facts).map(|(position, what)| {
                let id = ConversationId::from_u128(number);
                let fact = Fact::Conversation { id, position, customer_seq: Seq(0), agents_seq: Seq(position), what };
                Recorded { at: Timestamp(at), fact, body: None }
            });
            self.log.writer.append(&facts.collect::<Vec<Recorded>>()).expect("appended");
        }

        fn add(&self, number: u128, at: u64) -> StoredWebhook {
            let stored = StoredWebhook {
                id: WebhookId::from_u128(number),
                url: "https://hooks.example.com/".to_owned(),
                secret: vec![1; 32],
                old_secret: None,
                events: EVENTS.map(str::to_owned).to_vec(),
                title: "CRM".to_owned(),
                enabled: true,
                made_at: Timestamp(at),
                failing_since: None,
                hears_since: Timestamp(at),
            };
            self.parts.registry.add_webhook(By::Relay, &stored).expect("added");
            stored
        }

        /// The ids of what waits for one.
        fn waits_for(&self, number: u128) -> Vec<String> {
            let outbox = Outbox::open(&self.folder.path().join("webhooks.sqlite")).expect("an outbox");
            let due = outbox.due_for(WebhookId::from_u128(number), Timestamp(u64::MAX / 2), 1_000).expect("read");
            due.into_iter().map(|delivery| delivery.event.id).collect()
        }

        fn counts(&self) -> (usize, usize) {
            (self.counted.asked.swap(0, Ordering::Relaxed), self.counted.read.swap(0, Ordering::Relaxed))
        }
    }

    /// The ids of the events of conversations.
    fn events(conversations: core::ops::RangeInclusive<u128>) -> Vec<String> {
        let of = |number| {
            let id = ConversationId::from_u128(number);
            [format!("evt_{id}_1"), format!("evt_{id}_2")]
        };
        conversations.flat_map(of).collect()
    }

    #[test]
    fn nothing_is_read_while_nobody_hears_and_all_since_somebody_does() {
        let mut place = Place::new();
        let mut follower = place.follower();
        place.counts();
        for round in 0..100 {
            for number in 0..50 {
                place.happens(1_000 + round * 50 + number);
            }
            assert!(!follower.step(&place.parts).expect("a step"));
        }
        assert_eq!(place.counts(), (0, 0), "10,000 facts, and none is read");
        place.add(1, 6_000);
        place.happens(6_000);
        place.happens(6_001);
        assert!(!follower.step(&place.parts).expect("a step"));
        assert_eq!(place.waits_for(1), events(5_001..=5_002));
        let (asked, read) = place.counts();
        assert!(asked <= 32 && read <= 36, "{read} facts of 10,004 in {asked} pages");
        // Another one hears from its own beginning; nobody hears anything twice.
        place.happens(6_002);
        place.add(2, 6_003);
        place.happens(6_003);
        assert!(!follower.step(&place.parts).expect("a step"));
        assert_eq!((place.waits_for(1), place.waits_for(2)), (events(5_001..=5_004), events(5_004..=5_004)));
        assert!(!place.follower().step(&place.parts).expect("a step"), "as after a restart");
        assert_eq!(place.waits_for(1).len(), 8);
    }

    #[test]
    fn a_restart_right_after_it_was_added_loses_nothing() {
        let mut place = Place::new();
        drop(place.follower());
        for at in 1..=200 {
            place.happens(at);
        }
        place.add(1, 201);
        place.happens(201);
        // The one before never saw it; the log ends elsewhere by now.
        place.parts.head = Lsn(402);
        place.follower().step(&place.parts).expect("a step");
        assert_eq!(place.waits_for(1), events(201..=201));
    }

    #[test]
    fn who_hears_again_hears_nothing_of_the_time_between() {
        let mut place = Place::new();
        let mut follower = place.follower();
        let hearer = place.add(1, 0);
        place.happens(1);
        follower.step(&place.parts).expect("a step");
        let off = StoredWebhook { enabled: false, ..hearer.clone() };
        place.parts.registry.change_webhook(Timestamp(2), By::Relay, &off).expect("changed");
        place.happens(3);
        follower.step(&place.parts).expect("a step");
        place.happens(4);
        place.counts();
        follower.step(&place.parts).expect("a step");
        assert_eq!(place.counts(), (0, 0));
        let on = StoredWebhook { hears_since: Timestamp(5), ..hearer };
        place.parts.registry.change_webhook(Timestamp(5), By::Relay, &on).expect("changed");
        place.happens(5);
        follower.step(&place.parts).expect("a step");
        assert_eq!(place.waits_for(1), [events(1..=1), events(4..=4)].concat());
    }
}
