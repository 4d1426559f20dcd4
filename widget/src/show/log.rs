//! The log: entries and unsent words as one list, laid out.

use client::customer::{MessageState, Screen};
use client::group::{Block, blocks};
use client::stream::Positioned;
use model::{CloseReason, DisplayName, SendKey, Seq, Timestamp, Trigger};
use wire::{CustomerEntry, CustomerEvent, QrCode, RefusalCode};

use super::Scene;
use crate::view::{Act, Choice, Item, LinkView, LogView, MessageView, Standing};
use crate::words::{digits, fill, made, own, say, tell};

/// One line of the log, whether it has arrived or not.
struct Line<'a> {
    at: Timestamp,
    seq: Seq,
    what: What<'a>,
}

enum What<'a> {
    Mine {
        key: SendKey,
        text: &'a str,
        state: MessageState,
    },
    Theirs {
        agent: &'a str,
        text: &'a str,
    },
    Event(String),
    /// The reconnect link, offered by an agent; only the last one is a card.
    Offer {
        agent: &'a str,
    },
}

#[derive(PartialEq)]
enum Speaker<'a> {
    Me,
    Agent(&'a str),
}

impl Positioned for Line<'_> {
    fn seq(&self) -> Seq {
        self.seq
    }

    fn at(&self) -> Timestamp {
        self.at
    }
}

impl<'a> Line<'a> {
    fn speaker(&self) -> Option<Speaker<'a>> {
        match &self.what {
            What::Mine { .. } => Some(Speaker::Me),
            What::Theirs { agent, .. } => Some(Speaker::Agent(agent)),
            What::Event(_) | What::Offer { .. } => None,
        }
    }

    /// Stable from the first drawing on: own words keep the key that they were sent with.
    fn key(&self) -> String {
        match &self.what {
            What::Mine { key, .. } => page::base64::encode(&key.0),
            What::Theirs { .. } | What::Event(_) | What::Offer { .. } => digits(self.seq.0.into()),
        }
    }
}

/// The log, and whether a clock runs in it.
pub(super) fn log(scene: &Scene<'_>) -> (LogView, bool) {
    let lines = lines(scene);
    let last_own = lines.iter().rposition(|line| matches!(line.what, What::Mine { .. }));
    let blocks = blocks(&lines, |at| scene.calendar.day_number(at), |line| line.speaker());
    let mut items: Vec<Item> = blocks
        .into_iter()
        .map(|block| match block {
            Block::Day { day, at } => {
                Item::Day { key: ["day", &digits(day.cast_unsigned())].concat(), text: made(day_mark(scene, at)) }
            }
            Block::Event { entry } => match lines[entry].what {
                What::Offer { agent } => Item::Link(offer(scene, lines[entry].key(), agent)),
                What::Mine { .. } | What::Theirs { .. } | What::Event(_) => {
                    Item::Event { key: lines[entry].key(), text: made(event_text(&lines[entry])) }
                }
            },
            Block::Group { speaker, at, entries } => {
                let group = &lines[entries.clone()];
                let shows_state = last_own.is_some_and(|own| entries.contains(&own));
                Item::Group {
                    key: ["group", &group[0].key()].concat(),
                    speaker: match speaker {
                        Speaker::Me => None,
                        Speaker::Agent(name) => Some(own(name)),
                    },
                    messages: group.iter().map(|line| message(scene, line)).collect(),
                    foot: made(foot(scene, at, group, shows_state)),
                }
            }
        })
        .collect();
    if let Screen::Talking { agent, .. } = scene.screen
        && let Some(text) = scene.customer.beside()
    {
        items.push(Item::Event { key: "beside".to_owned(), text: made(tell(text, &[("AgentName", agent.as_str())])) });
    }
    let writing = scene.customer.agent_is_typing().then(|| {
        let name = scene.customer.agent().map_or("", |name| name.as_str());
        say(scene.words.is_writing, &[name])
    });
    let ticks = lines.iter().any(|line| matches!(line.what, What::Mine { state: MessageState::Delayed { .. }, .. }));
    (LogView { is_cut: scene.customer.is_cut(), items: items.into(), writing }, ticks)
}

fn lines<'a>(scene: &Scene<'a>) -> Vec<Line<'a>> {
    let customer = scene.customer;
    let offered = |entry: &CustomerEntry| matches!(entry.event, CustomerEvent::LinkOffered { .. });
    let last_offer = customer.entries().iter().rev().find(|entry| offered(entry)).map(|entry| entry.seq);
    let last_offer = last_offer.filter(|_| customer.may_have_link());
    let words = scene.words;
    let mut lines = Vec::new();
    // Who left last, and when: who joins in that moment has taken over.
    let mut left = None;
    for entry in customer.entries() {
        let before = left.take();
        let what = match &entry.event {
            CustomerEvent::Mine { key, text } => {
                What::Mine { key: *key, text: text.as_str(), state: customer.entry_state(entry.seq) }
            }
            CustomerEvent::Theirs { agent, text } => What::Theirs { agent: agent.as_str(), text: text.as_str() },
            CustomerEvent::EndedByCustomer => What::Event(words.ended_by_you.to_owned()),
            CustomerEvent::LinkOffered { agent } if last_offer == Some(entry.seq) => {
                What::Offer { agent: agent.as_str() }
            }
            CustomerEvent::LinkOffered { agent } => What::Event(fill(words.link_offered, &[agent.as_str()])),
            CustomerEvent::OtherDeviceJoined => What::Event(words.other_device.to_owned()),
            told @ (CustomerEvent::AgentJoined { .. }
            | CustomerEvent::AgentLeft { .. }
            | CustomerEvent::EndedByAgent { .. }
            | CustomerEvent::Closed { .. }
            | CustomerEvent::ColleagueJoined { .. }
            | CustomerEvent::ColleagueLeft { .. }) => {
                if let CustomerEvent::ColleagueLeft { agent } = told {
                    left = Some((entry.at, agent));
                }
                match automated(told, before.filter(|(at, _)| *at == entry.at).map(|(_, agent)| agent)) {
                    Some((trigger, agent)) => match scene.told(trigger, &[("AgentName", agent)]) {
                        Some(text) => What::Event(text),
                        // One that is off is not drawn.
                        None => continue,
                    },
                    None => What::Event(words.closed.to_owned()),
                }
            }
        };
        lines.push(Line { at: entry.at, seq: entry.seq, what });
    }
    for unsent in customer.unsent() {
        let state = customer.unsent_state(unsent);
        let what = What::Mine { key: unsent.key, text: unsent.text.as_str(), state };
        lines.push(Line { at: unsent.at, seq: Seq(u32::MAX), what });
    }
    lines
}

/// The automated message that tells of an entry, and the agent whom it is about; `None` where it is no such entry. `left`: who left in
/// the same moment, right before.
fn automated<'a>(event: &'a CustomerEvent, left: Option<&DisplayName>) -> Option<(&'static str, &'a str)> {
    let (trigger, agent) = match event {
        CustomerEvent::AgentJoined { agent } if left.is_some_and(|other| other != agent) => {
            (const { Trigger::TransferAccepted.code() }, agent)
        }
        CustomerEvent::AgentJoined { agent } => (const { Trigger::AgentJoined.code() }, agent),
        CustomerEvent::AgentLeft { agent } => (const { Trigger::AgentLeft.code() }, agent),
        CustomerEvent::EndedByAgent { agent } => (const { Trigger::AgentEnded.code() }, agent),
        CustomerEvent::ColleagueJoined { agent } => (const { Trigger::ColleagueJoined.code() }, agent),
        CustomerEvent::ColleagueLeft { agent } => (const { Trigger::ColleagueLeft.code() }, agent),
        CustomerEvent::Closed { reason } => return closed(*reason).map(|trigger| (trigger, "")),
        CustomerEvent::Mine { .. }
        | CustomerEvent::Theirs { .. }
        | CustomerEvent::EndedByCustomer
        | CustomerEvent::LinkOffered { .. }
        | CustomerEvent::OtherDeviceJoined => return None,
    };
    Some((trigger, agent.as_str()))
}

/// The automated message about a conversation that was closed so, where that is one.
fn closed(reason: CloseReason) -> Option<&'static str> {
    match reason {
        CloseReason::AgentEnded => Some(const { Trigger::SessionEnded.code() }),
        CloseReason::ForceClosed => Some(const { Trigger::ForceClosed.code() }),
        CloseReason::OutOfHours => Some(const { Trigger::OutOfHours.code() }),
        CloseReason::OverflowEnded | CloseReason::WaitedTooLong => Some(const { Trigger::OverflowEnded.code() }),
        CloseReason::CustomerEnded | CloseReason::CustomerDisconnected | CloseReason::AutoClosed => None,
    }
}

fn event_text(line: &Line<'_>) -> String {
    match &line.what {
        What::Event(text) => text.clone(),
        What::Mine { text, .. } | What::Theirs { text, .. } => (*text).to_owned(),
        What::Offer { agent } => (*agent).to_owned(),
    }
}

/// The card of the reconnect link.
fn offer(scene: &Scene<'_>, key: String, agent: &str) -> LinkView {
    let (words, used, link) = (scene.words, scene.local.link, scene.customer.reconnect_link());
    let is_awaited = scene.customer.is_minting();
    let failed = link.is_none() && !is_awaited && (used.wants_copy || used.shows_qr);
    LinkView {
        key,
        text: say(words.link_text, &[agent]),
        is_copied: used.is_copied,
        is_awaited,
        failed: failed.then_some(words.no_link.into()),
        url: link.filter(|_| used.copy_failed).map(|link| own(&link.url)),
        qr: link.filter(|_| used.shows_qr).and_then(|link| link.qr.as_ref()).map(|qr| (qr.size(), made(path(qr)))),
    }
}

/// The dark modules of a code as an SVG path: one rectangle for each run in a row.
fn path(code: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let run = (x..code.size()).take_while(|x| code.is_dark(*x, y)).count();
            if run > 0 {
                let (x, y, run) = (digits(x.into()), digits(y.into()), digits(run as u64));
                path.extend(["M", &x, " ", &y, "h", &run, "v1h-", &run, "z"]);
            }
            x = x.saturating_add(u8::try_from(run).unwrap_or(u8::MAX)).saturating_add(1);
        }
    }
    path
}

fn message(scene: &Scene<'_>, line: &Line<'_>) -> MessageView {
    let (text, standing) = match &line.what {
        What::Mine { key, text, state } => (*text, standing(scene, *key, *state)),
        What::Theirs { text, .. } => (*text, Standing::Said),
        What::Event(text) => (text.as_str(), Standing::Said),
        What::Offer { agent } => (*agent, Standing::Said),
    };
    MessageView { key: line.key(), text: own(text), standing }
}

fn standing(scene: &Scene<'_>, key: SendKey, state: MessageState) -> Standing {
    let words = scene.words;
    match state {
        MessageState::Failed { code } => Standing::Failed {
            why: say(words.not_sent, &[why(scene, code)]),
            choices: if scene.is_over() {
                Vec::new()
            } else {
                vec![Choice::of(words.retry, Act::Retry(key)), Choice::of(words.discard, Act::Discard(key))]
            },
        },
        MessageState::WaitingToSend | MessageState::Delayed { .. } | MessageState::Sending if scene.is_over() => {
            Standing::Failed { why: say(words.not_sent, &[words.why_ended]), choices: Vec::new() }
        }
        MessageState::WaitingToSend | MessageState::Delayed { .. } => Standing::Waiting,
        MessageState::Sending | MessageState::Sent | MessageState::Read => Standing::Said,
    }
}

fn why(scene: &Scene<'_>, code: RefusalCode) -> &'static str {
    if matches!(code, RefusalCode::ConversationClosed | RefusalCode::ConversationEnded) {
        scene.words.why_ended
    } else if code == RefusalCode::ConversationFull {
        scene.words.why_full
    } else {
        scene.words.why_refused
    }
}

/// Under a group: its time; under the last own one also where its last message stands.
fn foot(scene: &Scene<'_>, at: Timestamp, group: &[Line<'_>], shows_state: bool) -> String {
    let time = scene.time(at);
    let state = match group.last().map(|line| &line.what) {
        Some(What::Mine { state, .. }) if shows_state => *state,
        _ => return time,
    };
    let words = scene.words;
    match state {
        MessageState::Sent => [&time, " · ", words.sent].concat(),
        MessageState::Read => [&time, " · ", words.read].concat(),
        // Said beside the message itself.
        MessageState::Failed { .. } => String::new(),
        MessageState::Sending | MessageState::WaitingToSend | MessageState::Delayed { .. } if scene.is_over() => {
            String::new()
        }
        MessageState::Sending => words.sending.to_owned(),
        MessageState::WaitingToSend => words.waiting_to_send.to_owned(),
        MessageState::Delayed { code, retry_at } => {
            let sentence = if code == RefusalCode::RateLimited { words.too_many } else { words.busy };
            fill(sentence, &[&scene.seconds_until(retry_at)])
        }
    }
}

fn day_mark(scene: &Scene<'_>, at: Timestamp) -> String {
    match days_ago(scene, at) {
        0 => scene.words.today.to_owned(),
        1 => scene.words.yesterday.to_owned(),
        _ => scene.calendar.day(at),
    }
}

/// "Today, 14:09".
pub(super) fn moment(scene: &Scene<'_>, at: Timestamp) -> String {
    let time = scene.time(at);
    match days_ago(scene, at) {
        0 => fill(scene.words.today_at, &[&time]),
        _ => fill(scene.words.day_at, &[&day_mark(scene, at), &time]),
    }
}

fn days_ago(scene: &Scene<'_>, at: Timestamp) -> i64 {
    scene.calendar.day_number(scene.customer.relay_now(scene.now)) - scene.calendar.day_number(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_run_by_run() {
        let code = QrCode::new(4, |x, y| y == 0 || (y == 2 && x != 1));
        assert_eq!(path(&code), "M0 0h4v1h-4zM0 2h1v1h-1zM2 2h2v1h-2z");
    }
}
