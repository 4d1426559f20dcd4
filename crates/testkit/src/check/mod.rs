//! What must be true whenever a world is at rest (product 4).

mod rights;
mod staff;

use std::collections::{BTreeMap, BTreeSet};

use client::customer::Screen;
use client::{SendState, Unsent};
use desk::{Author, Body, ConversationFact, Fact, LedgerCause, Record, Recorded};
use gate::{agents_entry, customer_entry, token_hash};
use model::{Audience, ConversationId, SendKey, Seq};
use wire::CustomerEvent;

use crate::browser::{Tab, Window};
use crate::house::House;
use crate::network::End;
use crate::people::{AGENTS, Registry, agent_id};
use crate::see::waits;
use crate::world::{Fate, World};

pub use staff::Compared;

use rights::check_rights;

type Rows = BTreeMap<ConversationId, Vec<Recorded>>;

impl World {
    /// Checks all promises. The world must be at rest ([`World::settle`]).
    ///
    /// # Panics
    /// Where a promise is broken.
    pub fn check(&self) {
        let _ = self.compare();
    }

    /// The same; tells how much of consoles was compared with what the desk says.
    pub(crate) fn compare(&self) -> Compared {
        let rows = self.rows();
        self.check_fold();
        check_sequences(&rows);
        self.check_sends(&rows);
        for (name, tab) in &self.tabs {
            self.check_tab(name, tab, &rows);
        }
        for (name, window) in &self.windows {
            check_window(name, window, &rows);
        }
        self.check_tabs_agree();
        self.check_one_live(&rows);
        self.check_holds();
        check_rights(&self.disk.facts());
        let mut compared = Compared::default();
        for (name, window) in &self.windows {
            compared += self.check_console(name, window, &rows);
        }
        compared
    }

    fn rows(&self) -> Rows {
        let mut rows = Rows::new();
        for recorded in self.disk.facts() {
            if let Fact::Conversation { id, .. } = &recorded.fact {
                rows.entry(*id).or_default().push(recorded);
            }
        }
        rows
    }

    pub(crate) fn conversations(&self) -> BTreeSet<ConversationId> {
        self.house.as_ref().map(House::conversations).unwrap_or_default()
    }

    /// The desk's state is the fold of what is on the disk, and nothing else (design 2.5).
    fn check_fold(&self) {
        let Some(house) = &self.house else { return };
        let mut record = Record::default();
        for recorded in self.disk.facts() {
            record.apply(recorded.at, &recorded.fact);
        }
        assert!(record == *house.desk().record(), "the record is not the fold of the facts on the disk");
    }

    /// A signed-in customer has at most one live conversation, and a token leads to one.
    fn check_one_live(&self, rows: &Rows) {
        let Some(house) = &self.house else { return };
        let (mut live, mut tokens) = (BTreeMap::new(), BTreeMap::new());
        for (id, row) in rows.iter().flat_map(|(id, rows)| rows.iter().map(move |row| (*id, row))) {
            let Fact::Conversation { what, .. } = &row.fact else { continue };
            if let ConversationFact::Started { token, .. } | ConversationFact::TokenAdded { token, .. } = what {
                let before = tokens.insert(*token, id);
                assert!(before.is_none_or(|before| before == id), "one token, two conversations: {id} and {before:?}");
            }
            let mut identity = None;
            if let ConversationFact::Started { identity: Some(who), .. } | ConversationFact::CustomerIdentified(who) =
                what
            {
                identity = Some(*who);
            }
            if let Some(identity) = identity.filter(|_| house.desk().prompt_view(id).is_some()) {
                let before = live.insert(identity, id);
                assert!(before.is_none_or(|before| before == id), "one customer, two live: {id} and {before:?}");
            }
        }
    }

    /// No hold outlives its promise or its conversation, and each is in one agent's ledger.
    fn check_holds(&self) {
        let Some(house) = &self.house else { return };
        let desk = house.desk();
        for agent in AGENTS.map(agent_id) {
            let Some(view) = desk.agent_view(agent) else { continue };
            for line in view.ledger.iter().filter(|line| line.cause == LedgerCause::Hold) {
                let prompt = desk.prompt_view(line.conversation);
                let held = prompt.and_then(|prompt| Some((prompt.hold_until?, prompt.until?)));
                let Some((hold, promise)) = held else { panic!("a hold without a promise: {}", line.conversation) };
                assert!(
                    hold <= promise && line.until >= Some(hold),
                    "a hold beyond its promise: {}",
                    line.conversation
                );
            }
        }
    }

    /// What was written is durable exactly once, or still with its writer; everybody's words are in the order of writing.
    fn check_sends(&self, rows: &Rows) {
        let mut durable: BTreeMap<(Author, SendKey), (ConversationId, Seq, String)> = BTreeMap::new();
        for recorded in rows.values().flatten() {
            let Fact::Conversation { id, agents_seq, what: ConversationFact::Said { by, key, .. }, .. } =
                &recorded.fact
            else {
                continue;
            };
            let Some(Body::Words(text)) = &recorded.body else { panic!("a message without words in {id}") };
            let row = (*id, *agents_seq, text.as_str().to_owned());
            let before = durable.insert((*by, *key), row);
            assert_eq!(before, None, "written twice: {key:?} by {by:?}");
        }
        let mut last: BTreeMap<(String, ConversationId), Seq> = BTreeMap::new();
        for said in &self.said {
            let (name, author) = match &said.by {
                End::Tab(name) => (name, Author::Customer),
                End::Window(name) => (name, Author::Agent(self.windows[name].agent)),
            };
            match durable.remove(&(author, said.key)) {
                Some((id, seq, text)) => {
                    assert_eq!(text, said.text, "{name} wrote something else with key {:?}", said.key);
                    assert!(said.conversation.is_none_or(|wanted| wanted == id), "{name}'s words went elsewhere");
                    // What went back to the composer may still have been on its way: only what was kept has an order.
                    if said.fate == Fate::Kept {
                        let before = last.insert((name.clone(), id), seq);
                        assert!(before < Some(seq), "{name}'s words are out of order: {text:?}");
                    }
                    assert!(!self.is_failed(&said.by, said.key), "{name} reads that durable words failed: {text:?}");
                }
                None => assert!(
                    said.fate == Fate::GivenBack || self.is_with_sender(&said.by, said.key),
                    "{name}'s words are lost: {:?} {:?}",
                    said.text,
                    said.key
                ),
            }
        }
        assert!(durable.is_empty(), "durable and never written: {durable:?}");
    }

    fn is_with_sender(&self, by: &End, key: SendKey) -> bool {
        // A page that is not shown has its words in storage.
        self.unsent(by).is_none_or(|unsent| unsent.iter().any(|unsent| unsent.key == key))
    }

    fn is_failed(&self, by: &End, key: SendKey) -> bool {
        let failed = |unsent: &&Unsent| unsent.key == key && matches!(unsent.state, SendState::Failed { .. });
        self.unsent(by).is_some_and(|unsent| unsent.iter().any(failed))
    }

    /// The words that are still with their sender, where the page is shown.
    fn unsent(&self, by: &End) -> Option<Vec<&Unsent>> {
        Some(match by {
            End::Tab(name) => self.tabs.get(name)?.machine.as_ref()?.unsent().iter().collect(),
            End::Window(name) => {
                let machine = self.windows.get(name)?.machine.as_ref()?;
                let opened = self.conversations().into_iter().filter_map(|id| machine.opened(id));
                opened.flat_map(|opened| opened.unsent()).collect()
            }
        })
    }

    /// A tab shows its conversation: everything, once, in order.
    fn check_tab(&self, name: &str, tab: &Tab, rows: &Rows) {
        let Some(machine) = &tab.machine else { return };
        let token = self.browsers.get(&tab.browser).and_then(|browser| browser.token.as_ref()).map(token_hash);
        let mine = token.and_then(|token| {
            rows.iter().find(|(_, rows)| {
                rows.iter().any(|row| matches!(&row.fact,
                    Fact::Conversation { what: ConversationFact::Started { token: t, .. } | ConversationFact::TokenAdded { token: t, .. }, .. }
                        if *t == token))
            })
        });
        let shows_nothing = matches!(
            machine.screen(),
            Screen::Idle | Screen::Expired | Screen::Prompt { .. } | Screen::TooLate { .. } | Screen::Resuming
        );
        if shows_nothing || !machine.is_current() {
            return;
        }
        let Some((id, rows)) = mine else { panic!("{name} shows {:?} and holds no conversation", machine.screen()) };
        let all: Vec<_> = rows.iter().filter_map(|row| customer_entry(row, &Registry)).collect();
        let shown = machine.entries();
        assert_shows(name, *id, machine.is_cut(), shown, &all);
        let stuck = machine.unsent().iter().find(|unsent| waits(&unsent.state));
        assert_eq!(stuck, None, "{name} has words that wait");
        let theirs = |seq: Seq| {
            let later = all.iter().filter(|entry| entry.seq > seq);
            later.filter(|entry| matches!(entry.event, CustomerEvent::Theirs { .. })).count()
        };
        assert_eq!(machine.unread() as usize, theirs(machine.read_upto()), "{name} counts unread messages wrongly");
        assert_eq!(tab.badge, machine.unread(), "{name}'s badge lags");
    }

    /// The tabs of one browser show the same unread count and state.
    fn check_tabs_agree(&self) {
        let mut first: BTreeMap<&str, (&str, Screen, u32)> = BTreeMap::new();
        for (name, tab) in &self.tabs {
            let Some(machine) = tab.machine.as_ref().filter(|machine| machine.is_current()) else { continue };
            let here = (name.as_str(), machine.screen(), machine.unread());
            match first.get(tab.browser.as_str()) {
                None => {
                    first.insert(&tab.browser, here);
                }
                Some((other, screen, unread)) => {
                    assert_eq!((screen, unread), (&here.1, &here.2), "{other} and {name} differ");
                }
            }
        }
    }
}

/// Everything once and in order; or the end of it, where older entries were left out.
fn assert_shows<E: PartialEq + core::fmt::Debug>(name: &str, id: ConversationId, is_cut: bool, shown: &[E], all: &[E]) {
    let expected = if is_cut { &all[all.len().saturating_sub(shown.len())..] } else { all };
    let differs = shown.iter().zip(expected).position(|(shown, expected)| shown != expected);
    let at = differs.unwrap_or(shown.len().min(expected.len()));
    assert!(
        shown == expected,
        "{name} does not show {id}: {} entries of {}, the first that differs is {:?} for {:?}",
        shown.len(),
        expected.len(),
        shown.get(at),
        expected.get(at),
    );
}

/// Positions and both sequences are dense.
fn check_sequences(rows: &Rows) {
    for (id, rows) in rows {
        let (mut customer, mut agents) = (0, 0);
        for (row, expected) in rows.iter().zip(1u32..) {
            let Fact::Conversation { position, customer_seq, agents_seq, what, .. } = &row.fact else { continue };
            customer += u32::from(what.is_for(Audience::Customer));
            agents += u32::from(what.is_for(Audience::Agents));
            assert_eq!((*position, *customer_seq, *agents_seq), (expected, Seq(customer), Seq(agents)), "in {id}");
        }
    }
}

/// A console shows every conversation that it follows: everything, once, in order; and counts what is unread.
fn check_window(name: &str, window: &Window, rows: &Rows) {
    let Some(machine) = &window.machine else { return };
    for (id, rows) in rows {
        let Some(opened) = machine.opened(*id).filter(|opened| opened.is_current() && !opened.is_gone()) else {
            continue;
        };
        let all: Vec<_> = rows.iter().filter_map(|row| agents_entry(row, &Registry)).collect();
        assert_shows(name, *id, opened.is_cut(), opened.entries(), &all);
    }
    let Some(desk) = machine.desk().filter(|_| machine.is_current()) else { return };
    for card in &desk.mine {
        let rows = rows.get(&card.conversation).map(Vec::as_slice).unwrap_or_default();
        assert_eq!(card.unread, unread(rows, window), "{name} counts unread messages of {} wrongly", card.conversation);
    }
}

fn unread(rows: &[Recorded], window: &Window) -> u32 {
    let mark = |row: &Recorded| {
        let Fact::Conversation { what: ConversationFact::ReadByAgent { agent, upto }, .. } = &row.fact else {
            return None;
        };
        (*agent == window.agent).then_some(*upto)
    };
    let read = rows.iter().filter_map(mark).max().unwrap_or_default();
    let by_customer = rows.iter().filter(|row| {
        matches!(&row.fact, Fact::Conversation { agents_seq, what: ConversationFact::Said { by: Author::Customer, .. }, .. }
            if *agents_seq > read)
    });
    u32::try_from(by_customer.count()).unwrap_or(u32::MAX)
}
