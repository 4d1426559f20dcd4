//! What consoles show is what the desk says, row by row, once all is quiet (product 6 and 7).

use core::fmt::Debug;
use core::ops::AddAssign;

use client::agent::{Console, Opened};
use model::ConversationId;
use wire::limits::SNAPSHOT_ENTRIES;
use wire::{ConversationState, DeskState, PartsState, StaffState};

use super::Rows;
use crate::browser::Window;
use crate::house::House;
use crate::world::World;

/// How much was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Desks of windows.
    pub desks: usize,
    /// Rows of floors: conversations and agents.
    pub rows: usize,
    /// Conversations that are open in a window.
    pub opened: usize,
    /// Of them, those of somebody who was let in later than the beginning. Each is shown from the first entry on.
    pub late: usize,
    /// What pages say about their customers.
    pub claims: usize,
}

impl AddAssign for Compared {
    fn add_assign(&mut self, other: Self) {
        self.desks += other.desks;
        self.rows += other.rows;
        self.opened += other.opened;
        self.late += other.late;
        self.claims += other.claims;
    }
}

fn same<T: PartialEq + Debug>(name: &str, what: &str, shown: &T, wanted: &T) {
    if shown == wanted {
        return;
    }
    let (shown, wanted) = (format!("{shown:?}"), format!("{wanted:?}"));
    let differ = shown.bytes().zip(wanted.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| {
        String::from_utf8_lossy(&text.as_bytes()[differ.saturating_sub(200)..]).chars().take(300).collect::<String>()
    };
    panic!("{name} shows {what} otherwise than the desk: \n  … {} …\n  … {} …", around(&shown), around(&wanted));
}

impl World {
    pub(super) fn check_console(&self, name: &str, window: &Window, rows: &Rows) -> Compared {
        let mut compared = Compared::default();
        let (Some(house), Some(machine)) = (&self.house, &window.machine) else { return compared };
        if !machine.is_current() {
            return compared;
        }
        check_desk(name, window, machine, house);
        compared.desks += 1;
        compared.rows += check_floor(name, window, machine, house);
        for (id, rows) in rows {
            let Some(opened) = machine.opened(*id) else { continue };
            let takes_part = machine.is_mine(*id) || machine.takes_part(*id);
            assert!(!(opened.is_gone() && takes_part), "{name} takes part in {id} and is not shown it");
            if opened.is_gone() {
                continue;
            }
            let Some((state, parts)) = house.conversation_of(*id, window.agent) else {
                panic!("{name} shows {id} and may not read it");
            };
            if !opened.is_current() {
                continue;
            }
            let state_head = state.head.0;
            check_opened(name, opened, state, parts);
            check_claims(name, *id, opened, rows);
            compared.opened += 1;
            compared.claims +=
                usize::from(opened.claims().is_some_and(|claims| !claims.context.variables().is_empty()));
            assert!(
                !opened.is_cut() || state_head > SNAPSHOT_ENTRIES,
                "{name} does not show {id} from its first entry on"
            );
            compared.late += usize::from(machine.takes_part(*id));
        }
        compared
    }
}

fn check_desk(name: &str, window: &Window, machine: &Console, house: &House) {
    let Some((desk, staff)) = house.desk_of(window.agent) else { panic!("{name} has no desk") };
    if let Some(shown) = machine.desk() {
        same(name, "the desk", shown, &DeskState { version: shown.version, ..desk });
    }
    let shown = machine.staff().unwrap_or_else(|| panic!("{name} knows nothing of the staff side"));
    same(name, "what is beside", shown, &StaffState { version: shown.version, ..staff });
    if let Some(shown) = machine.colleagues() {
        let mut wanted = house.colleagues_of(window.agent);
        wanted.version = shown.version;
        same(name, "the colleagues", shown, &wanted);
    }
}

fn check_floor(name: &str, window: &Window, machine: &Console, house: &House) -> usize {
    let Some(floor) = machine.floor() else { return 0 };
    let Some((rows, agents)) = house.floor_of(window.agent) else {
        panic!("{name} shows the floor and oversees nobody");
    };
    assert!(floor.is_whole(), "{name} shows a part of the floor");
    for (shown, wanted) in floor.rows().zip(&rows) {
        same(name, "a row of the floor", &**shown, wanted);
    }
    for (shown, wanted) in floor.agents().zip(&agents) {
        same(name, "an agent on the floor", &**shown, wanted);
    }
    let counts = (floor.rows().count(), floor.agents().count());
    assert_eq!(counts, (rows.len(), agents.len()), "{name} shows another number of rows");
    rows.len() + agents.len()
}

fn check_opened(name: &str, opened: &Opened, state: ConversationState, parts: PartsState) {
    if let Some(shown) = opened.state() {
        same(name, "a conversation", shown, &ConversationState { version: shown.version, ..state });
    }
    let shown = opened.parts().unwrap_or_else(|| panic!("{name} does not know who takes part"));
    same(name, "who takes part", shown, &PartsState { version: shown.version, ..parts });
}

fn check_claims(name: &str, id: ConversationId, opened: &Opened, rows: &[desk::Recorded]) {
    let shown = opened.claims().unwrap_or_else(|| panic!("{name} does not know what the page says in {id}"));
    same(name, "what the page says", &**shown, &gate::said_before(id, rows).0);
}
