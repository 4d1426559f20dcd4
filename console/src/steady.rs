//! A list that holds its place: while somebody's pointer or focus is in it, no row moves under it.

use std::collections::{BTreeMap, BTreeSet};

use model::ConversationId;
use wire::Card;

/// What a steady list can be made of.
pub trait Keyed: Clone {
    /// What tells rows from one another.
    type Key: Ord + Copy;

    /// The key of this one.
    fn key(&self) -> Self::Key;
}

impl Keyed for Card {
    type Key = ConversationId;

    fn key(&self) -> ConversationId {
        self.conversation
    }
}

/// One row of a steady list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<T = Card> {
    /// What it shows.
    pub card: T,
    /// Whether it has left the list and only keeps its place.
    pub gone: bool,
}

/// The rows to show. Not held: the latest. Held: every row stays where it was, with its latest content or marked as gone;
/// new ones come at the end.
#[must_use]
pub fn steady<T: Keyed>(shown: &[Place<T>], latest: &[T], held: bool) -> Vec<Place<T>> {
    let fresh = |card: &T| Place { card: card.clone(), gone: false };
    if !held {
        return latest.iter().map(fresh).collect();
    }
    let by_key: BTreeMap<T::Key, &T> = latest.iter().map(|card| (card.key(), card)).collect();
    let known: BTreeSet<T::Key> = shown.iter().map(|place| place.card.key()).collect();
    let kept = shown.iter().map(|place| match by_key.get(&place.card.key()) {
        Some(card) => fresh(card),
        None => Place { card: place.card.clone(), gone: true },
    });
    kept.chain(latest.iter().filter(|card| !known.contains(&card.key())).map(fresh)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::card;

    fn numbers(places: &[Place]) -> Vec<(u32, bool)> {
        places.iter().map(|place| (place.card.number, place.gone)).collect()
    }

    #[test]
    fn a_held_list_marks_what_left_and_appends_what_came() {
        let shown = steady(&[], &[card(1), card(2), card(3)], false);
        let latest = [card(4), card(1), card(3)];
        assert_eq!(numbers(&steady(&shown, &latest, true)), [(1, false), (2, true), (3, false), (4, false)]);
        assert_eq!(numbers(&steady(&shown, &latest, false)), [(4, false), (1, false), (3, false)]);
    }

    #[test]
    fn what_comes_back_takes_its_old_place() {
        let shown = steady(&steady(&[], &[card(1), card(2)], false), &[card(2)], true);
        assert_eq!(numbers(&steady(&shown, &[card(2), card(1)], true)), [(1, false), (2, false)]);
    }
}
