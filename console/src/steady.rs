//! A list that holds its place: while somebody's pointer or focus is in it, no row moves under it.

use wire::Card;

/// One row of a steady list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The conversation.
    pub card: Card,
    /// Whether it has left the list and only keeps its place.
    pub gone: bool,
}

/// The rows to show. Not held: the latest. Held: every row stays where it was, with its latest content or marked as gone;
/// new ones come at the end.
#[must_use]
pub fn steady(shown: &[Place], latest: &[Card], held: bool) -> Vec<Place> {
    let fresh = |card: &Card| Place { card: card.clone(), gone: false };
    if !held {
        return latest.iter().map(fresh).collect();
    }
    let find = |place: &Place| latest.iter().find(|card| card.conversation == place.card.conversation);
    let kept = shown.iter().map(|place| match find(place) {
        Some(card) => fresh(card),
        None => Place { card: place.card.clone(), gone: true },
    });
    let is_new = |card: &&Card| shown.iter().all(|place| place.card.conversation != card.conversation);
    kept.chain(latest.iter().filter(is_new).map(fresh)).collect()
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
