//! Was anything lost, doubled, moved? What every customer and every agent could read at the end is held against what was said, and
//! against what the relay has.

#![expect(clippy::wildcard_enum_match_arm, reason = "of what both sides read, only the words are compared")]

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use futures_util::StreamExt;
use model::Seq;
use wire::{
    AgentsEvent, CanResume, CustomerEntry, CustomerEvent, CustomerToRelay, Encoding, Hello, RelayToCustomer, Resume,
    Speaker,
};

use super::words;
use super::{tab, window};
use crate::bench::socket::Socket;

/// Customers who look again at the same time.
const LOOKING_MAX: usize = 64;

/// What was found.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Messages said, by customers and agents.
    pub(super) said: usize,
    /// Of them, shown to the other side nowhere.
    pub(super) lost: usize,
    /// Shown more than once.
    pub(super) doubled: usize,
    /// Anything else that must not be: another's words, a hole, another order, something unsent, another story at the relay.
    pub(super) wrong: usize,
}

impl Found {
    fn add(&mut self, other: Self) {
        self.said += other.said;
        self.lost += other.lost;
        self.doubled += other.doubled;
        self.wrong += other.wrong;
    }

    /// Holds the words that one side reads of another against those that were said, in order.
    fn compare(&mut self, read: &[&str], said: impl Iterator<Item = String>) {
        let mut count: BTreeMap<&str, usize> = BTreeMap::new();
        for text in read {
            *count.entry(text).or_default() += 1;
        }
        let said: Vec<String> = said.collect();
        self.said += said.len();
        self.lost += said.iter().filter(|text| !count.contains_key(text.as_str())).count();
        self.doubled += count.values().map(|times| times - 1).sum::<usize>();
        let all_there = said.iter().all(|text| count.contains_key(text.as_str()));
        let as_many = count.len() == said.len();
        self.wrong += usize::from(all_there && as_many && read.len() == said.len() && read != said.as_slice());
        self.wrong += count.keys().filter(|text| !said.iter().any(|other| other == *text)).count();
    }
}

/// Compares what is left of everybody. `written` is how many messages every agent has written to every customer.
pub(super) async fn check(
    relay: SocketAddr,
    tabs: Vec<tab::Left>,
    windows: &[window::Left],
    written: usize,
) -> Result<Found> {
    let mut found = Found::default();
    let agents_side = by_customer(windows, &mut found);
    let mut looks = futures_util::stream::iter(tabs)
        .map(|left| async move { (look_again(relay, &left).await, left) })
        .buffer_unordered(LOOKING_MAX);
    while let Some((at_relay, left)) = looks.next().await {
        let at_relay = at_relay.with_context(|| format!("looking again at conversation {}", left.number))?;
        found.add(conversation(&left, &at_relay, agents_side.get(&left.number).copied(), written));
    }
    Ok(found)
}

fn by_customer<'a>(windows: &'a [window::Left], found: &mut Found) -> BTreeMap<usize, &'a window::Left> {
    let mut by_customer = BTreeMap::new();
    for left in windows {
        let first = left.entries.iter().find_map(window::customers_words);
        if let Some(number) = first.and_then(words::number_of) {
            found.wrong += usize::from(by_customer.insert(number, left).is_some());
        }
    }
    by_customer
}

fn conversation(
    left: &tab::Left,
    at_relay: &[CustomerEntry],
    agents_side: Option<&window::Left>,
    written: usize,
) -> Found {
    let mut found = Found::default();
    let theirs: Vec<&str> = left.entries.iter().filter_map(agents_words).collect();
    found.compare(&theirs, (0..written).map(|count| words::to(left.number, count)));
    let read: Vec<&str> =
        agents_side.map_or(&[][..], |side| &side.entries).iter().filter_map(window::customers_words).collect();
    found.compare(&read, (0..left.keys.len()).map(|count| words::from(left.number, count)));
    let is_dense = left.entries.iter().zip(1..).all(|(entry, seq)| entry.seq == Seq(seq));
    found.wrong += usize::from(!is_dense);
    found.wrong += usize::from(at_relay != left.entries);
    let mine: Vec<_> = left.entries.iter().filter_map(own_key).collect();
    found.wrong += usize::from(mine != left.keys);
    found.wrong += left.unsent + agents_side.map_or(0, |side| side.unsent);
    // Both sides read one story.
    let story: Vec<&str> = left.entries.iter().filter_map(anybodys_words).collect();
    found.wrong += usize::from(agents_side.is_none_or(|side| !agents_story(side).eq(story.iter().copied())));
    found
}

fn agents_story(side: &window::Left) -> impl Iterator<Item = &str> {
    side.entries.iter().filter_map(|entry| match &entry.event {
        AgentsEvent::Message { from: Speaker::Customer | Speaker::Agent { .. }, text, .. } => Some(text.as_str()),
        _ => None,
    })
}

fn agents_words(entry: &CustomerEntry) -> Option<&str> {
    match &entry.event {
        CustomerEvent::Theirs { text, .. } => Some(text.as_str()),
        _ => None,
    }
}

fn anybodys_words(entry: &CustomerEntry) -> Option<&str> {
    match &entry.event {
        CustomerEvent::Theirs { text, .. } | CustomerEvent::Mine { text, .. } => Some(text.as_str()),
        _ => None,
    }
}

fn own_key(entry: &CustomerEntry) -> Option<model::SendKey> {
    match &entry.event {
        CustomerEvent::Mine { key, .. } => Some(*key),
        _ => None,
    }
}

/// What the relay tells a page that knows nothing but the token.
async fn look_again(relay: SocketAddr, left: &tab::Left) -> Result<Vec<CustomerEntry>> {
    let token = left.token.clone().context("it holds no token")?;
    let mut socket = Socket::open(relay, "/v1/customer", Encoding::Binary, None, left.number).await?;
    let resume = Some(Resume { token, after: Seq::START });
    let widget = "shop".parse().expect("invariant: a slug");
    socket.send(&CustomerToRelay::Hello(Hello { resume, ..Hello::of(widget) })).await?;
    let mut all = Vec::new();
    loop {
        match socket.next().await? {
            RelayToCustomer::Welcome(welcome) if welcome.resume != CanResume::Yes => {
                bail!("it can't be resumed: {:?}", welcome.resume)
            }
            RelayToCustomer::Entries { entries } => all.extend(entries),
            RelayToCustomer::State(state) if all.last().is_some_and(|last| last.seq >= state.head) => return Ok(all),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(read: &[&str], said: &[&str]) -> Found {
        let mut found = Found::default();
        found.compare(read, said.iter().map(|&text| text.to_owned()));
        found
    }

    #[test]
    fn finds_what_is_lost_doubled_strange_or_out_of_order() {
        let none = Found { said: 2, ..Found::default() };
        assert_eq!(compared(&["a", "b"], &["a", "b"]), none);
        assert_eq!(compared(&["a"], &["a", "b"]), Found { lost: 1, ..none });
        assert_eq!(compared(&["a", "b", "a"], &["a", "b"]), Found { doubled: 1, ..none });
        assert_eq!(compared(&["b", "a"], &["a", "b"]), Found { wrong: 1, ..none });
        assert_eq!(compared(&["a", "b", "c"], &["a", "b"]), Found { wrong: 1, ..none });
    }
}
