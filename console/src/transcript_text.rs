//! A transcript as a file: plain text, one line an entry, with absolute times.

use model::{AgentId, Seq};
use wire::{AgentsEntry, AgentsEvent, Card};

use crate::clock::Clock;
use crate::transcript::line;
use crate::words;

/// Nobody: whoever reads the file later is not "you".
const NOBODY: AgentId = AgentId::from_u128(0);

/// The name of the file: "conversation-7-2026-11-20.txt".
#[must_use]
pub fn file_name(card: &Card, entries: &[AgentsEntry], clock: Clock) -> String {
    let began = entries.first().map_or(card.last_at, |entry| entry.at);
    format!("conversation-{}-{}.txt", card.number, clock.date(began))
}

/// The text: what the customer reads, or with `internal` everything that agents read.
#[must_use]
pub fn text(card: &Card, entries: &[AgentsEntry], internal: bool, clock: Clock) -> String {
    let customer = words::customer(card);
    let mut text = format!("Conversation with {customer} · {}\n", card.queue);
    if internal {
        text.push_str("With messages that only colleagues see. Not for the customer.\n");
    }
    if entries.first().is_some_and(|entry| entry.seq > Seq(1)) {
        text.push_str("Earlier entries are not in this file.\n");
    }
    text.push('\n');
    for entry in entries {
        if let Some(said) = said(&entry.event, &customer, internal) {
            text.push_str(&format!("{} {}  {said}\n", clock.date(entry.at), clock.time_of_day(entry.at)));
        }
    }
    text
}

fn said(event: &AgentsEvent, customer: &str, internal: bool) -> Option<String> {
    let who = |from| words::speaker(from, NOBODY, customer);
    if let AgentsEvent::Message { from, text, .. } = event {
        return Some(format!("{}: {}", who(from), indented(text.as_str())));
    }
    if !internal && !is_for_the_customer(event) {
        return None;
    }
    if let AgentsEvent::Internal { from, text, .. } = event {
        return Some(format!("{} (internal): {}", who(from), indented(text.as_str())));
    }
    line(event, None, NOBODY, customer).map(|(_, line)| format!("({line})"))
}

/// Whether the customer reads an entry of the same meaning.
const fn is_for_the_customer(event: &AgentsEvent) -> bool {
    matches!(
        event,
        AgentsEvent::Joined { .. }
            | AgentsEvent::EndedByAgent { .. }
            | AgentsEvent::EndedByCustomer
            | AgentsEvent::LinkOffered { .. }
            | AgentsEvent::Closed { .. }
    )
}

/// Further lines of a message stand under its first.
fn indented(text: &str) -> String {
    text.replace('\n', "\n                  ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, CLOCK, Scene};

    fn shown(internal: bool) -> String {
        let model = canned::model(Scene::Talking);
        let open = model.open.unwrap();
        text(open.card().unwrap(), &open.entries, internal, CLOCK)
    }

    #[test]
    fn what_only_colleagues_see_is_in_no_file_for_the_customer() {
        insta::assert_snapshot!(shown(false), @r"
        Conversation with Mia Berg · Delivery

        2026-11-20 14:01  Mia Berg: Hi! My order 48213 says delivered, but nothing came.
        2026-11-20 14:02  (Ravi Kumar joined)
        2026-11-20 14:02  Ravi Kumar: Hello! Let me look that up for you.
        2026-11-20 14:02  Ravi Kumar: The courier left it with a neighbour at number 14. Could you check there?
        2026-11-20 14:06  Mia Berg: Good idea, one moment
        ");
    }

    #[test]
    fn the_whole_says_that_it_is_not_for_the_customer() {
        let whole = shown(true);
        assert!(whole.contains("Not for the customer.") && whole.contains("Sofia Marin (internal): I saw"), "{whole}");
        assert!(whole.contains("(Mia Berg may be away)"), "{whole}");
    }
}
