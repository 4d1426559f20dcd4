//! The transcript as rows: day marks, events, and messages grouped by speaker. A pure function of entries and outbox.

use model::{AgentId, ReturnedBy, Seq, Timestamp, Trigger};
use wire::{AgentsEntry, AgentsEvent, AutomatedText, Speaker};

use crate::clock::{Clock, span};
use crate::view::{Kind, Progress, Transcript, Unsent};
use crate::words;

/// Messages of one speaker within this time stand together, with one time.
const GROUP_WITHIN: model::Millis = model::Millis::minutes(3);

/// One row of the log.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// A new day.
    Day(String),
    /// What follows was unread when the conversation was opened.
    New,
    /// Something happened.
    Event(Event),
    /// Messages of one speaker.
    Group(Group),
}

/// Something that happened, in one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// What tells it from other rows.
    pub key: String,
    /// How it is drawn.
    pub weight: Weight,
    /// The line.
    pub text: String,
    /// The time of day.
    pub time: String,
}

/// How an event is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Part of the business: small, without a line.
    Quiet,
    /// A turning point: between two lines.
    Turn,
    /// The customer's connection.
    Away,
}

/// Which side of the log a group is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The customer's words.
    Customer,
    /// My words.
    Mine,
    /// A colleague's words.
    Colleague,
}

/// Messages of one speaker to one audience, shortly after one another.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What tells it from other rows.
    pub key: String,
    /// Where it stands.
    pub side: Side,
    /// Whether only colleagues see it.
    pub internal: bool,
    /// Who wrote.
    pub speaker: String,
    /// The messages.
    pub bubbles: Vec<Bubble>,
    /// The time of the last one, or how it stands: "14:04 · Read".
    pub foot: String,
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct Bubble {
    /// What tells it from others: its send key stays the same when it becomes durable.
    pub key: String,
    /// The words.
    pub text: String,
    /// How it stands; `None` once it is durable.
    pub unsent: Option<Unsent>,
}

struct Reader<'a> {
    me: AgentId,
    customer: &'a str,
    clock: Clock,
    read_by_customer: Seq,
    texts: &'a [AutomatedText],
    /// Where the disconnect stands that the customer has not come back from.
    gone_after: Option<Seq>,
    rows: Vec<Row>,
    last_day: Option<i64>,
    last: Option<(Speaker, Timestamp)>,
}

/// The rows of a conversation.
#[must_use]
pub fn rows(transcript: &Transcript, me: AgentId, customer: &str, clock: Clock) -> Vec<Row> {
    let read_by_customer = transcript.read_by_customer;
    let gone_after = gone_after(&transcript.entries);
    let texts = &transcript.texts;
    let (rows, last_day, last) = (Vec::new(), None, None);
    let mut reader = Reader { me, customer, clock, read_by_customer, texts, gone_after, rows, last_day, last };
    for (index, entry) in transcript.entries.iter().enumerate() {
        let next = transcript.entries.get(index + 1).map(|entry| &entry.event);
        let new = transcript.new_after == Some(Seq(entry.seq.0.saturating_sub(1))) && index > 0;
        reader.entry(entry, next, new);
    }
    for unsent in &transcript.unsent {
        reader.unsent(unsent);
    }
    reader.rows
}

impl Reader<'_> {
    fn entry(&mut self, entry: &AgentsEntry, next: Option<&AgentsEvent>, new: bool) {
        let days = self.clock.days_ago(entry.at);
        if self.last_day != Some(days) {
            // The first day needs no mark while it is today's: the times say it.
            if self.last_day.is_some() || days > 0 {
                self.break_row(Row::Day(self.clock.day(entry.at)));
            }
            self.last_day = Some(days);
        }
        if new {
            self.break_row(Row::New);
        }
        let event = &entry.event;
        if let AgentsEvent::Message { from, key, text, customer_seq } = event {
            let seen = match from {
                Speaker::Customer => None,
                Speaker::Agent { .. } if *customer_seq <= self.read_by_customer => Some("Read"),
                // Written while the agent's place is kept: it waits for the customer (product 3).
                Speaker::Agent { .. } => self.gone_after.filter(|gone| *gone < entry.seq).map(|_| "Not seen yet"),
            };
            self.message(entry.at, from, false, seen, bubble(key, text.as_str()));
        } else if let AgentsEvent::Internal { from, key, text } = event {
            self.message(entry.at, from, true, None, bubble(key, text.as_str()));
        } else if let Some((weight, text)) = line(event, next, self.me, self.customer) {
            let text = told(event, self.texts).unwrap_or(text);
            // It is written 10 s after the last sign of life, which is what counts.
            let at = if let AgentsEvent::CustomerAway { since } = event { *since } else { entry.at };
            let (key, time) = (format!("e{}", entry.seq), self.clock.time_of_day(at));
            self.break_row(Row::Event(Event { key, weight, text, time }));
        }
    }

    fn message(&mut self, at: Timestamp, from: &Speaker, internal: bool, seen: Option<&str>, bubble: Bubble) {
        let time = self.clock.time_of_day(at);
        let foot = match seen {
            Some(seen) => format!("{time} · {seen}"),
            None => time,
        };
        let goes_on = self.last.as_ref().is_some_and(|(who, when)| who == from && at.since(*when) <= GROUP_WITHIN);
        self.last = Some((from.clone(), at));
        if let Some(Row::Group(group)) = self.rows.last_mut()
            && goes_on
            && group.internal == internal
        {
            group.bubbles.push(bubble);
            group.foot = foot;
            return;
        }
        self.rows.push(Row::Group(Group {
            key: bubble.key.clone(),
            side: self.side(from),
            internal,
            speaker: words::speaker(from, self.me, self.customer),
            bubbles: vec![bubble],
            foot,
        }));
    }

    fn unsent(&mut self, unsent: &Unsent) {
        let internal = unsent.kind == Kind::Internal;
        let foot = match &unsent.progress {
            Progress::Waiting => "Waiting to send".to_owned(),
            Progress::Sending => "Sending".to_owned(),
            Progress::Later { .. } => "Too many at once".to_owned(),
            Progress::Failed(refusal) => format!("Not sent · {}", words::not_sent(refusal)),
        };
        let bubble =
            Bubble { key: key_text(&unsent.key), text: unsent.text.as_str().to_owned(), unsent: Some(unsent.clone()) };
        // Words on their way are never put under the foot of durable ones: "Read" and "Sending" can't both be true.
        if let Some(Row::Group(group)) = self.rows.last_mut()
            && group.internal == internal
            && group.foot == foot
            && group.bubbles.last().is_some_and(|last| last.unsent.is_some())
        {
            group.bubbles.push(bubble);
            return;
        }
        self.rows.push(Row::Group(Group {
            key: bubble.key.clone(),
            side: Side::Mine,
            internal,
            speaker: "You".to_owned(),
            bubbles: vec![bubble],
            foot,
        }));
    }

    fn break_row(&mut self, row: Row) {
        self.rows.push(row);
        self.last = None;
    }

    fn side(&self, from: &Speaker) -> Side {
        match from {
            Speaker::Customer => Side::Customer,
            Speaker::Agent { id, .. } if *id == self.me => Side::Mine,
            Speaker::Agent { .. } => Side::Colleague,
        }
    }
}

/// What happened as its owner words it for agents.
fn told(event: &AgentsEvent, texts: &[AutomatedText]) -> Option<String> {
    let trigger = matches!(event, AgentsEvent::CustomerDisconnected).then_some(Trigger::CustomerDisconnected)?;
    let text = texts.iter().find(|text| text.trigger == trigger.code())?;
    // Agents' texts have no places of their own, so only a brace can be left.
    Some(text.text.replace("{{", "{"))
}

/// What happened as one line; `None` for words, and for what the entry after it says as well.
#[must_use]
pub fn line(event: &AgentsEvent, next: Option<&AgentsEvent>, me: AgentId, customer: &str) -> Option<(Weight, String)> {
    let who = |speaker: &Speaker| words::speaker(speaker, me, customer);
    Some(match event {
        AgentsEvent::Message { .. } | AgentsEvent::Internal { .. } => return None,
        AgentsEvent::Started => (Weight::Turn, format!("{customer} started the conversation")),
        // Who is offered it and joins right away needs one line, not two.
        AgentsEvent::Offered { to, .. } => match next {
            Some(AgentsEvent::Joined { who, .. }) if who == to => return None,
            _ => (Weight::Quiet, format!("Offered to {}", object(&who(to)))),
        },
        AgentsEvent::OfferDeclined { by } => (Weight::Quiet, format!("{} declined", who(by))),
        AgentsEvent::OfferMissed { by } => (Weight::Quiet, format!("{} missed the offer", who(by))),
        AgentsEvent::OfferWithdrawn { from } => {
            (Weight::Quiet, format!("The offer to {} was withdrawn", object(&who(from))))
        }
        AgentsEvent::Joined { who: agent, picked } => {
            (Weight::Turn, format!("{} {}", who(agent), if *picked { "picked it" } else { "joined" }))
        }
        AgentsEvent::CustomerAway { .. } => (Weight::Away, format!("{customer} may be away")),
        AgentsEvent::CustomerBack => (Weight::Quiet, format!("{customer} is back")),
        AgentsEvent::CustomerDisconnected => (Weight::Away, "The customer has disconnected".to_owned()),
        AgentsEvent::EndedByAgent { who: agent } => (Weight::Turn, format!("{} ended the conversation", who(agent))),
        AgentsEvent::EndedByCustomer => (Weight::Turn, format!("{customer} ended the conversation")),
        AgentsEvent::SessionEnded { who: agent, reason } => {
            (Weight::Quiet, format!("{} {}", who(agent), words::left(*reason)))
        }
        AgentsEvent::Requeued => (Weight::Quiet, "Back in the queue, at its old place".to_owned()),
        AgentsEvent::StillWaiting => (Weight::Quiet, format!("{customer} is still waiting")),
        AgentsEvent::CustomerReturned { how } => (Weight::Turn, format!("{customer} {}", words::returned(*how))),
        AgentsEvent::HoldEnded { why } => (Weight::Quiet, words::hold_ended(*why)?.to_owned()),
        AgentsEvent::PromiseEnded { why } => (Weight::Quiet, words::promise_ended(*why).to_owned()),
        AgentsEvent::LimitExtended => (Weight::Quiet, format!("{customer} is deciding: two more minutes to come back")),
        AgentsEvent::LinkOffered { who: agent } => (Weight::Quiet, format!("{} offered a reconnect link", who(agent))),
        AgentsEvent::LinkTaken { who: agent } => {
            (Weight::Quiet, format!("{} took a reconnect link to send it by other ways", who(agent)))
        }
        AgentsEvent::OtherDeviceJoined { how } => {
            (Weight::Turn, format!("Another device of {customer} joined {}", words::joined_by(*how)))
        }
        AgentsEvent::SignedIn => (Weight::Quiet, format!("{customer} signed in")),
        AgentsEvent::Overflowed { queue, cause } => {
            (Weight::Turn, format!("Moved to {queue} · {}", words::overflowed(*cause)))
        }
        AgentsEvent::Closed { reason } => (Weight::Turn, format!("Closed · {}", words::closed(*reason))),
        AgentsEvent::Invited { .. }
        | AgentsEvent::InvitationEnded { .. }
        | AgentsEvent::ConsultBegan { .. }
        | AgentsEvent::LetIn { .. }
        | AgentsEvent::ConsultEnded { .. }
        | AgentsEvent::SentToQueue { .. }
        | AgentsEvent::MonitoringBegan { .. }
        | AgentsEvent::MonitoringEnded { .. }
        | AgentsEvent::SupervisorJoined { .. }
        | AgentsEvent::Assigned { .. }
        | AgentsEvent::ForceClosed { .. } => return staff_line(event, me, customer),
    })
}

/// What happened between colleagues.
fn staff_line(event: &AgentsEvent, me: AgentId, customer: &str) -> Option<(Weight, String)> {
    let who = |speaker: &Speaker| words::speaker(speaker, me, customer);
    Some(match event {
        AgentsEvent::Invited { kind, by, to, queue, .. } => {
            let of = queue.as_ref().map_or_else(String::new, |queue| format!(" of {queue}"));
            let to = who(to);
            (Weight::Quiet, format!("{} invited {}{of} {}", who(by), object(&to), words::invited_to(*kind)))
        }
        AgentsEvent::InvitationEnded { to, how, .. } => {
            (Weight::Quiet, format!("{} {}", who(to), words::invitation_ended(*how)))
        }
        AgentsEvent::ConsultBegan { who: agent } => (Weight::Turn, format!("{} advises", who(agent))),
        AgentsEvent::LetIn { who: agent, by } => {
            let agent = who(agent);
            (Weight::Turn, format!("{} let {} write to {}", who(by), object(&agent), customer))
        }
        AgentsEvent::ConsultEnded { who: agent, why } => {
            (Weight::Quiet, format!("{} {}", who(agent), words::consult_ended(*why)))
        }
        AgentsEvent::SentToQueue { by, queue } => (Weight::Turn, format!("{} sent it to {queue}", who(by))),
        AgentsEvent::MonitoringBegan { who: agent } => (Weight::Quiet, format!("{} monitors", who(agent))),
        AgentsEvent::MonitoringEnded { who: agent, why } => {
            (Weight::Quiet, format!("{} {}", who(agent), words::monitoring_ended(*why)))
        }
        AgentsEvent::SupervisorJoined { who: agent } => {
            (Weight::Turn, format!("{} joined as a supervisor", who(agent)))
        }
        AgentsEvent::Assigned { by, to, over } => {
            let over = match over.0 {
                ..=0 => String::new(),
                1 => ", 1 unit beyond their capacity".to_owned(),
                units => format!(", {units} units beyond their capacity"),
            };
            let to = who(to);
            (Weight::Turn, format!("{} assigned it to {}{over}", who(by), object(&to)))
        }
        AgentsEvent::ForceClosed { by } => (Weight::Turn, format!("{} closed it as a supervisor", who(by))),
        AgentsEvent::Started
        | AgentsEvent::Message { .. }
        | AgentsEvent::Internal { .. }
        | AgentsEvent::Offered { .. }
        | AgentsEvent::OfferDeclined { .. }
        | AgentsEvent::OfferMissed { .. }
        | AgentsEvent::OfferWithdrawn { .. }
        | AgentsEvent::Joined { .. }
        | AgentsEvent::CustomerAway { .. }
        | AgentsEvent::CustomerBack
        | AgentsEvent::CustomerDisconnected
        | AgentsEvent::EndedByAgent { .. }
        | AgentsEvent::EndedByCustomer
        | AgentsEvent::SessionEnded { .. }
        | AgentsEvent::Requeued
        | AgentsEvent::StillWaiting
        | AgentsEvent::Closed { .. }
        | AgentsEvent::CustomerReturned { .. }
        | AgentsEvent::HoldEnded { .. }
        | AgentsEvent::PromiseEnded { .. }
        | AgentsEvent::LimitExtended
        | AgentsEvent::LinkOffered { .. }
        | AgentsEvent::LinkTaken { .. }
        | AgentsEvent::OtherDeviceJoined { .. }
        | AgentsEvent::Overflowed { .. }
        | AgentsEvent::SignedIn => return None,
    })
}

/// Where the last disconnect stands, while nothing after it brought the customer back.
fn gone_after(entries: &[AgentsEntry]) -> Option<Seq> {
    let is_gone = |entry: &&AgentsEntry| matches!(entry.event, AgentsEvent::CustomerDisconnected);
    let is_back =
        |entry: &AgentsEntry| matches!(entry.event, AgentsEvent::CustomerReturned { .. } | AgentsEvent::CustomerBack);
    entries.iter().rev().take_while(|entry| !is_back(entry)).find(is_gone).map(|entry| entry.seq)
}

fn object(who: &str) -> &str {
    if who == "You" { "you" } else { who }
}

fn bubble(key: &model::SendKey, text: &str) -> Bubble {
    Bubble { key: key_text(key), text: text.to_owned(), unsent: None }
}

fn key_text(key: &model::SendKey) -> String {
    format!("{key:?}")
}

/// One moment of the customer's connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// How it is drawn: `connected`, `away`, `disconnected` or `over`.
    pub tone: &'static str,
    /// In plain words.
    pub text: String,
}

/// What happened to the customer's connection, newest first.
#[must_use]
pub fn moments(entries: &[AgentsEntry]) -> Vec<Moment> {
    let mut away_since = None;
    let mut moments: Vec<Moment> = entries.iter().filter_map(|entry| moment(entry, &mut away_since)).collect();
    moments.reverse();
    moments
}

fn moment(entry: &AgentsEntry, away_since: &mut Option<Timestamp>) -> Option<Moment> {
    let (at, tone, text) = match &entry.event {
        AgentsEvent::Started => (entry.at, "connected", "Connected".to_owned()),
        AgentsEvent::CustomerAway { since } => {
            *away_since = Some(*since);
            (*since, "away", "Dropped".to_owned())
        }
        AgentsEvent::CustomerBack => {
            let text = match away_since.take() {
                Some(since) => format!("Back after {}, nothing missed", span(entry.at.since(since))),
                None => "Back, nothing missed".to_owned(),
            };
            (entry.at, "connected", text)
        }
        AgentsEvent::CustomerDisconnected => (entry.at, "disconnected", "Counted as disconnected".to_owned()),
        AgentsEvent::CustomerReturned { how } => {
            let after =
                away_since.take().map_or_else(String::new, |since| format!(" after {}", span(entry.at.since(since))));
            (entry.at, "connected", format!("Back{after}: {}", moment_of_return(*how)))
        }
        AgentsEvent::HoldEnded { why } => (entry.at, "over", words::hold_ended(*why)?.to_owned()),
        AgentsEvent::PromiseEnded { why } => (entry.at, "over", words::promise_ended(*why).to_owned()),
        AgentsEvent::LimitExtended => (entry.at, "away", "At the prompt: two more minutes".to_owned()),
        AgentsEvent::OtherDeviceJoined { how } => {
            (entry.at, "connected", format!("Another device joined {}", words::joined_by(*how)))
        }
        AgentsEvent::SignedIn => (entry.at, "connected", "Signed in".to_owned()),
        AgentsEvent::EndedByCustomer => (entry.at, "over", "Ended by the customer".to_owned()),
        AgentsEvent::Closed { .. } => (entry.at, "over", "Conversation closed".to_owned()),
        AgentsEvent::Message { .. }
        | AgentsEvent::Overflowed { .. }
        | AgentsEvent::Internal { .. }
        | AgentsEvent::Offered { .. }
        | AgentsEvent::OfferDeclined { .. }
        | AgentsEvent::OfferMissed { .. }
        | AgentsEvent::OfferWithdrawn { .. }
        | AgentsEvent::Joined { .. }
        | AgentsEvent::EndedByAgent { .. }
        | AgentsEvent::SessionEnded { .. }
        | AgentsEvent::Requeued
        | AgentsEvent::LinkOffered { .. }
        | AgentsEvent::LinkTaken { .. }
        | AgentsEvent::StillWaiting
        | AgentsEvent::Invited { .. }
        | AgentsEvent::InvitationEnded { .. }
        | AgentsEvent::ConsultBegan { .. }
        | AgentsEvent::LetIn { .. }
        | AgentsEvent::ConsultEnded { .. }
        | AgentsEvent::SentToQueue { .. }
        | AgentsEvent::MonitoringBegan { .. }
        | AgentsEvent::MonitoringEnded { .. }
        | AgentsEvent::SupervisorJoined { .. }
        | AgentsEvent::Assigned { .. }
        | AgentsEvent::ForceClosed { .. } => return None,
    };
    Some(Moment { at, tone, text })
}

/// How they came back, after "Back after 5:10: ".
const fn moment_of_return(how: ReturnedBy) -> &'static str {
    match how {
        ReturnedBy::Token => "the same browser",
        ReturnedBy::Link => "by link",
        ReturnedBy::Prompt => "chose to continue",
        ReturnedBy::SignIn => "signed in",
        ReturnedBy::Handover => "from another site",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, CLOCK, Scene};

    fn shown(scene: Scene) -> Vec<String> {
        let model = canned::model(scene);
        let open = model.open.unwrap();
        let line = |row: Row| match row {
            Row::Day(day) => format!("== {day}"),
            Row::New => "== new".to_owned(),
            Row::Event(event) => format!("-- {} {}", event.time, event.text),
            Row::Group(group) => {
                let lock = if group.internal { " (internal)" } else { "" };
                format!("{}{lock}: {} messages, {}", group.speaker, group.bubbles.len(), group.foot)
            }
        };
        rows(&Transcript::from(&*open), model.me.agent, "Mia", CLOCK).into_iter().map(line).collect()
    }

    #[test]
    fn words_to_a_disconnected_customer_are_not_seen_yet() {
        let last = |scene| shown(scene).pop().unwrap();
        assert_eq!(last(Scene::Held), "You: 1 messages, 14:06 · Not seen yet");
        let back = shown(Scene::Returned);
        assert!(back.contains(&"You: 1 messages, 14:06".to_owned()), "{back:?}");
        assert!(back.contains(&"-- 14:07 Mia came back by a reconnect link".to_owned()), "{back:?}");
    }

    #[test]
    fn the_timeline_says_how_they_came_back() {
        let entries = canned::model(Scene::Returned).open.unwrap().entries.clone();
        let texts: Vec<String> = moments(&entries).into_iter().map(|moment| moment.text).collect();
        assert_eq!(
            texts[..3],
            ["Back after 3:45: by link", "Another device joined by a reconnect link", "Counted as disconnected"]
        );
    }

    #[test]
    fn messages_are_grouped_by_speaker_and_audience() {
        assert_eq!(
            shown(Scene::Talking),
            [
                "-- 14:01 Mia started the conversation",
                "Mia: 1 messages, 14:01",
                "-- 14:02 You joined",
                "You: 2 messages, 14:02 · Read",
                "-- 14:02 Mia may be away",
                "-- 14:03 Mia is back",
                "You (internal): 1 messages, 14:04",
                "Sofia Marin (internal): 1 messages, 14:04",
                "== new",
                "Mia: 1 messages, 14:06",
            ]
        );
    }

    #[test]
    fn words_on_their_way_stand_apart_from_durable_ones() {
        let rows = shown(Scene::Sending);
        assert_eq!(
            rows[rows.len() - 4..],
            [
                "You: 1 messages, Sending",
                "You (internal): 1 messages, Sending",
                "You: 1 messages, Waiting to send",
                "You: 1 messages, Not sent · the conversation had ended",
            ]
        );
    }

    #[test]
    fn an_offer_that_was_accepted_needs_no_line_of_its_own() {
        assert!(!shown(Scene::Talking).iter().any(|row| row.contains("Offered")));
    }

    #[test]
    fn the_timeline_is_newest_first_and_says_how_long_it_took() {
        let entries = canned::model(Scene::WrapUp).open.unwrap().entries.clone();
        let moments: Vec<String> = moments(&entries).into_iter().map(|moment| moment.text).collect();
        assert_eq!(
            moments,
            ["Counted as disconnected", "Dropped", "Back after 0:15, nothing missed", "Dropped", "Connected"]
        );
    }
}
