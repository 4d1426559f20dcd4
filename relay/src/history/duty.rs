//! What facts say of agents' presences, for how long each lasted. What is computed from capacity is no fact of its own: where nothing is
//! chosen, the history says so.

use std::collections::BTreeMap;

use desk::{ConversationFact, Fact};
use model::{AgentId, OfferEnd, Presence, PresenceId, Timestamp, WorkstreamId};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use wire::api::{PresenceReport, PresenceSpan, PresenceTimes};

use super::store::{integer, key};
use super::{History, HistoryError};

/// The presence of whoever has a console and has chosen nothing.
const BY_CAPACITY: &str = "by-capacity";
/// Spans of one agent in one answer.
const SPANS_MAX: usize = 2_000;

pub(super) const TABLES: &str = "
    CREATE TABLE presence (
        agent BLOB NOT NULL,
        since INTEGER NOT NULL,
        until INTEGER,
        presence TEXT NOT NULL,
        PRIMARY KEY (agent, since)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX presence_by_end ON presence (until);
    CREATE TABLE duty (id INTEGER PRIMARY KEY CHECK (id = 1), people TEXT NOT NULL) STRICT;
";

/// Everybody, as far as the facts have been read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Duties {
    people: BTreeMap<AgentId, Duty>,
    /// Workstreams whose agents are not disturbed after they declined.
    disturbs_no_more: Vec<WorkstreamId>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Duty {
    is_here: bool,
    set: Option<Presence>,
    /// The custom one that is shown in place of `set`, its base.
    custom: Option<PresenceId>,
    /// Since when it is shown so, and how; nothing before the first fact.
    shown: Option<(u64, String)>,
}

impl Duty {
    fn name(&self) -> String {
        if let Some(custom) = self.custom.filter(|_| self.is_here) {
            return custom.to_string();
        }
        let presence = if self.is_here { self.set } else { Some(Presence::Offline) };
        let name =
            presence.map(|presence| serde_json::to_value(presence).expect("invariant: a presence can be written"));
        name.as_ref().and_then(|name| name.as_str()).unwrap_or(BY_CAPACITY).to_owned()
    }

    fn arrive(&mut self) {
        self.is_here = true;
        self.choose(None, None);
    }

    fn leave(&mut self) {
        self.is_here = false;
        self.choose(None, None);
    }

    fn choose(&mut self, set: Option<Presence>, custom: Option<PresenceId>) {
        (self.set, self.custom) = (set, custom);
    }

    /// Available and Busy last until the next accepted or closed conversation (dynamics 5).
    fn lapse(&mut self) {
        if matches!(self.set, Some(Presence::Available | Presence::Busy)) {
            self.choose(None, None);
        }
    }
}

/// A presence that is over: whose, since when, until when, which.
pub(super) type Span = (AgentId, u64, u64, String);

impl Duties {
    /// Takes what happened next; gives what is over by it. `workstream` is that of the fact's conversation.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "a few facts of many are about presences; others change nothing here"
    )]
    pub(super) fn take(&mut self, at: Timestamp, fact: &Fact, workstream: Option<WorkstreamId>) -> Vec<Span> {
        let change: (AgentId, fn(&mut Duty)) = match fact {
            Fact::RelayStarted { down_since } => return self.lose_all(*down_since),
            Fact::RoutingSet(workstream, routing) => {
                self.disturbs_no_more.retain(|known| known != workstream);
                self.disturbs_no_more.extend(routing.decline_sets_do_not_disturb.then_some(*workstream));
                return Vec::new();
            }
            Fact::AgentConfigured(agent, rules) if !rules.enabled => (*agent, Duty::leave),
            Fact::AgentArrived(agent) => (*agent, Duty::arrive),
            Fact::AgentReturned(agent) => (*agent, |duty| duty.is_here = true),
            Fact::AgentLost { agent, .. } => (*agent, |duty| duty.is_here = false),
            Fact::AgentGone(agent) | Fact::AgentSignedOut(agent) => (*agent, Duty::leave),
            Fact::PresenceChosen { agent, presence } | Fact::PresenceSetBy { agent, presence, .. } => {
                return self.set(at.0, *agent, *presence, None).into_iter().collect();
            }
            Fact::CustomPresenceChosen { agent, presence, base, .. } => {
                return self.set(at.0, *agent, Some(*base), Some(*presence)).into_iter().collect();
            }
            Fact::Conversation { what, .. } => match *what {
                ConversationFact::AgentJoined { agent, .. } | ConversationFact::SessionEnded { agent, .. } => {
                    (agent, Duty::lapse)
                }
                ConversationFact::OfferEnded { agent, how: OfferEnd::Missed } => {
                    (agent, |duty| duty.choose(Some(Presence::Inactive), None))
                }
                ConversationFact::OfferEnded { agent, how: OfferEnd::Declined }
                    if workstream.is_some_and(|workstream| self.disturbs_no_more.contains(&workstream)) =>
                {
                    (agent, |duty| duty.choose(Some(Presence::DoNotDisturb), None))
                }
                _ => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let (agent, change) = change;
        self.change(at.0, agent, change).into_iter().collect()
    }

    fn set(&mut self, at: u64, agent: AgentId, presence: Option<Presence>, custom: Option<PresenceId>) -> Option<Span> {
        self.change(at, agent, |duty| duty.choose(presence, custom))
    }

    /// The relay ended without a word: nobody has been there since.
    fn lose_all(&mut self, down_since: Timestamp) -> Vec<Span> {
        let all: Vec<AgentId> = self.people.keys().copied().collect();
        all.into_iter().filter_map(|agent| self.change(down_since.0, agent, |duty| duty.is_here = false)).collect()
    }

    fn change(&mut self, at: u64, agent: AgentId, change: impl FnOnce(&mut Duty)) -> Option<Span> {
        let duty = self.people.entry(agent).or_default();
        change(duty);
        let name = duty.name();
        let before = duty.shown.clone();
        if before.as_ref().is_some_and(|(_, shown)| *shown == name) {
            return None;
        }
        let since = before.as_ref().map_or(at, |(since, _)| at.max(*since));
        duty.shown = Some((since, name));
        before.filter(|(began, _)| *began < since).map(|(began, shown)| (agent, began, since, shown))
    }
}

/// Reads how far everybody was known.
pub(super) fn load(connection: &Connection) -> Result<Duties, HistoryError> {
    let sql = "SELECT people FROM duty WHERE id = 1";
    let found: Option<String> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(found.map(|found| serde_json::from_str(&found)).transpose()?.unwrap_or_default())
}

/// Writes what is over, and how everybody is known now.
pub(super) fn write(transaction: &Transaction<'_>, spans: &[Span], duties: &Duties) -> Result<(), HistoryError> {
    let mut statement = transaction
        .prepare_cached("INSERT OR REPLACE INTO presence (agent, since, until, presence) VALUES (?1, ?2, ?3, ?4)")?;
    for (agent, since, until, presence) in spans {
        statement.execute(params![key(agent.as_u128()), integer(*since), Some(integer(*until)), presence])?;
    }
    // What goes on is a row without an end; a later one of the same beginning takes its place.
    transaction.execute("DELETE FROM presence WHERE until IS NULL", [])?;
    for (agent, duty) in &duties.people {
        let Some((since, presence)) = &duty.shown else { continue };
        statement.execute(params![key(agent.as_u128()), integer(*since), None::<i64>, presence])?;
    }
    let people = serde_json::to_string(duties)?;
    transaction.execute("INSERT OR REPLACE INTO duty (id, people) VALUES (1, ?1)", [people])?;
    Ok(())
}

impl History {
    /// How long agents were in which presence between two instants; with the spans, where it is about one of them. Blocks.
    pub(crate) fn presences(
        &self,
        from: Timestamp,
        to: Timestamp,
        agent: Option<AgentId>,
    ) -> Result<PresenceReport, HistoryError> {
        self.with(|connection| {
            let mut people: BTreeMap<AgentId, BTreeMap<String, u64>> = BTreeMap::new();
            let mut spans = Vec::new();
            let of_one = if agent.is_some() { " AND agent = ?3" } else { "" };
            let mut statement = connection.prepare_cached(&format!(
                "SELECT agent, since, until, presence FROM presence
                 WHERE (until > ?1 OR until IS NULL) AND since < ?2{of_one} ORDER BY since"
            ))?;
            let mut values: Vec<Box<dyn rusqlite::ToSql>> = vec![Box::new(integer(from.0)), Box::new(integer(to.0))];
            values.extend(agent.map(|agent| Box::new(key(agent.as_u128())) as Box<dyn rusqlite::ToSql>));
            let mut rows = statement.query(rusqlite::params_from_iter(values))?;
            while let Some(row) = rows.next()? {
                let who = AgentId::from_u128(u128::from_be_bytes(row.get(0)?));
                let since = Timestamp(row.get::<_, i64>(1)?.unsigned_abs()).max(from);
                let until = row.get::<_, Option<i64>>(2)?.map_or(to, |until| Timestamp(until.unsigned_abs())).min(to);
                let presence: String = row.get(3)?;
                *people.entry(who).or_default().entry(presence.clone()).or_insert(0) += until.since(since).0;
                if agent.is_some() && spans.len() < SPANS_MAX {
                    spans.push(PresenceSpan { since, until, presence });
                }
            }
            let people =
                people.into_iter().map(|(agent, presences_ms)| PresenceTimes { agent, presences_ms }).collect();
            Ok(PresenceReport { from, to, people, spans })
        })
    }
}
