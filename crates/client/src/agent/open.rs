//! What is Open in the agent's queues: its cards come one by one, and stand in the desk.

use model::{ConversationId, Timestamp};
use wire::limits::CARDS_PER_LIST_MAX;
use wire::{Card, CardState, DeskState};

use super::Console;
use super::listed::Listed;

/// All of it, and what of it the desk shows.
#[derive(Debug, Default)]
pub(super) struct Open {
    cards: Listed<ConversationId, Card>,
    longest_waiting: Vec<Card>,
}

impl Open {
    /// What is known is of an earlier connection.
    pub(super) fn lost(&mut self) {
        self.cards.arriving = None;
    }

    /// Shows it in a desk.
    pub(super) fn put_into(&self, desk: &mut DeskState) {
        desk.open.clone_from(&self.longest_waiting);
        desk.open_count = u32::try_from(self.cards.shown.len()).unwrap_or(u32::MAX);
    }

    fn sort(&mut self) {
        let mut all: Vec<&Card> = self.cards.shown.values().map(AsRef::as_ref).collect();
        all.sort_unstable_by_key(|card| (since(card), card.number));
        self.longest_waiting = all.into_iter().take(CARDS_PER_LIST_MAX).cloned().collect();
    }
}

fn since(card: &Card) -> Option<Timestamp> {
    if let CardState::Open { since } = card.state { Some(since) } else { None }
}

impl Console {
    pub(super) fn took_open_rows(&mut self, starts_over: bool, more: bool, rows: Vec<Card>, gone: &[ConversationId]) {
        let rows = rows.into_iter().map(|card| (card.conversation, card));
        if !self.open.cards.take(starts_over, more, rows, gone) {
            return;
        }
        self.open.sort();
        if let Some(desk) = &mut self.desk {
            self.open.put_into(desk);
            self.touched = true;
        }
    }
}
