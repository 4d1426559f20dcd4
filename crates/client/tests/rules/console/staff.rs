//! The staff side in a window: invitations, parts, the floor, colleagues.

use model::{InvitationKind, Part, QueueId, SupervisorRights};
use wire::{
    Abilities, AgentName, ColleaguesState, FloorRow, InvitationCard, PartsState, QueueName, RowAbilities, StaffState,
};

use super::*;

fn sofia() -> AgentName {
    AgentName { agent: AgentId::from_u128(9), name: DisplayName::new("Sofia").unwrap() }
}

fn staff(version: u64, invited_to: &[(u128, u64)], consulting: &[u128]) -> RelayToConsole {
    let invitations = invited_to.iter().map(|(n, made_at)| InvitationCard {
        card: card(*n, 0),
        kind: InvitationKind::Consult,
        from: sofia(),
        queue: None,
        made_at: Timestamp(*made_at),
        until: Timestamp(made_at + 120_000),
    });
    RelayToConsole::Staff(StaffState {
        version,
        oversees: true,
        rights: SupervisorRights::default(),
        invitations: invitations.collect(),
        consulting: consulting.iter().map(|n| card(*n, 0)).collect(),
        monitoring: Vec::new(),
    })
}

fn parts(version: u64, n: u128, say_internally: bool) -> RelayToConsole {
    RelayToConsole::Parts(PartsState {
        version,
        conversation: id(n),
        participants: Vec::new(),
        invitation: None,
        my_part: Some(Part::Monitor),
        may: Abilities { say_internally, ..Abilities::default() },
    })
}

fn row(n: u128, connections: u32) -> FloorRow {
    FloorRow {
        conversation: id(n),
        number: 1,
        customer: None,
        state: CardState::Open { since: Timestamp(0) },
        connection: ConnectionClock::Connected { connections },
        queue: QueueName { queue: QueueId::from_u128(1), name: "Support".to_owned() },
        workstream: "chat".to_owned(),
        widget: "shop".to_owned(),
        agent: None,
        offered_to: None,
        started_at: Timestamp(0),
        last_at: Timestamp(0),
        cost: Units(1),
        transfers: 0,
        consultants: 0,
        monitors: 0,
        invitation: None,
        may: RowAbilities::default(),
    }
}

fn rows(starts_over: bool, more: bool, rows: Vec<FloorRow>, gone: &[u128]) -> RelayToConsole {
    RelayToConsole::FloorRows { starts_over, more, rows, gone: gone.iter().map(|n| id(*n)).collect() }
}

fn shown(window: &Window) -> Vec<u128> {
    window.machine.floor().map(|floor| floor.rows().map(|row| row.conversation.as_u128()).collect()).unwrap_or_default()
}

#[test]
fn an_invitation_is_told_once_and_again_when_it_is_made_again() {
    let mut window = Window::working();
    window.hears(10, staff(2, &[(7, 5)], &[]), &[Did::NewInvitation(7)]);
    window.hears(20, staff(3, &[(7, 5)], &[]), &[]);
    window.hears(30, staff(4, &[(7, 25)], &[]), &[Did::NewInvitation(7)]);
    // Older than what is known.
    window.hears(40, staff(3, &[(7, 5), (8, 1)], &[]), &[]);
    assert_eq!(window.machine.card(id(7)).map(|card| card.conversation), Some(id(7)), "its card is known");
}

#[test]
fn whoever_advises_takes_part() {
    let mut window = Window::working();
    assert!(!window.machine.takes_part(id(7)));
    window.hears(10, staff(2, &[], &[7]), &[]);
    assert!(window.machine.takes_part(id(7)) && !window.machine.is_mine(id(7)));
}

#[test]
fn what_was_another_agents_is_followed_again_when_it_becomes_this_ones() {
    let mut window = Window::working();
    window.hears(10, staff(2, &[], &[7]), &[]);
    window.give(11, focus(Some(7)));
    window.hears(12, staff(3, &[], &[]), &[]);
    window.hears(13, RelayToConsole::Unfollowed { conversation: id(7) }, &[]);
    assert!(window.machine.opened(id(7)).unwrap().is_gone());
    window.hears(14, RelayToConsole::Desk(desk(5, &[card(1, 0)])), &[]);
    // A transfer to this agent, who still looks at it.
    window.hears(15, RelayToConsole::Desk(desk(6, &[card(1, 0), card(7, 0)])), &[open(7, 0)]);
    assert!(!window.machine.opened(id(7)).unwrap().is_gone());
}

#[test]
fn who_only_reads_writes_to_nobody() {
    let mut window = Window::working();
    assert!(window.machine.opened(id(1)).unwrap().may_write(true));
    window.hears(10, parts(2, 1, false), &[]);
    assert!(!window.machine.opened(id(1)).unwrap().may_write(true));
    window.at(20, submit(1, true, 3, "psst"), &[]);
    window.hears(30, parts(1, 1, true), &[]);
    assert!(!window.machine.opened(id(1)).unwrap().may_write(true), "an older one counts no more");
    window.hears(40, parts(3, 1, true), &[]);
    assert!(window.machine.opened(id(1)).unwrap().may_write(true));
}

fn open_rows(starts_over: bool, more: bool, rows: &[u128], gone: &[u128]) -> RelayToConsole {
    let rows =
        rows.iter().map(|n| Card { state: CardState::Open { since: Timestamp(100 - *n as u64) }, ..card(*n, 0) });
    RelayToConsole::OpenRows { starts_over, more, rows: rows.collect(), gone: gone.iter().map(|n| id(*n)).collect() }
}

fn open_ones(window: &Window) -> (Vec<u128>, u32) {
    let desk = window.machine.desk().unwrap();
    (desk.open.iter().map(|card| card.conversation.as_u128()).collect(), desk.open_count)
}

#[test]
fn what_is_open_comes_card_by_card_and_stands_in_the_desk_longest_waiting_first() {
    let mut window = Window::working();
    window.hears(0, open_rows(true, true, &[2, 3], &[]), &[]);
    assert_eq!(open_ones(&window), (vec![], 0), "not before all of it is there");
    window.hears(0, open_rows(false, false, &[4], &[]), &[]);
    assert_eq!(open_ones(&window), (vec![4, 3, 2], 3));
    window.hears(1, open_rows(false, false, &[5], &[3]), &[]);
    assert_eq!(open_ones(&window), (vec![5, 4, 2], 3));
    window.hears(2, RelayToConsole::Desk(desk(2, &[card(1, 0)])), &[]);
    assert_eq!(open_ones(&window), (vec![5, 4, 2], 3), "a newer desk has it, too");
    window.loses(3);
    window.welcomed(1_000);
    assert_eq!(open_ones(&window), (vec![5, 4, 2], 3), "what was known stands until the new one is whole");
    window.hears(1_001, open_rows(true, false, &[6], &[]), &[]);
    assert_eq!(open_ones(&window), (vec![6], 1));
}

#[test]
fn the_floor_is_watched_again_after_a_reconnect_and_stands_until_the_new_one_is_whole() {
    let mut window = Window::working();
    window.at(10, Event::WatchFloor { on: true }, &[Did::Send(ConsoleToRelay::WatchFloor)]);
    window.at(11, Event::WatchFloor { on: true }, &[]);
    window.hears(20, rows(true, true, vec![row(1, 1), row(2, 1)], &[]), &[]);
    assert!(shown(&window).is_empty(), "half a list is none");
    window.hears(30, rows(false, false, vec![row(3, 1)], &[]), &[]);
    assert_eq!(shown(&window), [1, 2, 3]);
    window.hears(40, rows(false, false, vec![row(4, 1), row(3, 2)], &[1]), &[]);
    assert_eq!(shown(&window), [2, 3, 4]);

    window.loses(50);
    assert_eq!(window.welcomed(400), [hello(), open(1, 1), Did::Send(ConsoleToRelay::WatchFloor)]);
    window.hears(410, rows(true, true, vec![row(9, 1)], &[]), &[]);
    assert_eq!(shown(&window), [2, 3, 4]);
    window.hears(420, rows(false, false, vec![], &[]), &[]);
    assert_eq!(shown(&window), [9]);

    window.at(430, Event::WatchFloor { on: false }, &[Did::Send(ConsoleToRelay::LeaveFloor)]);
    window.hears(440, rows(false, false, vec![row(10, 1)], &[]), &[]);
    assert!(window.machine.floor().is_none(), "what comes late is not kept");
}

#[test]
fn nothing_of_the_floor_stays_where_the_right_is_taken() {
    let mut window = Window::working();
    window.give(10, Event::WatchFloor { on: true });
    window.hears(20, rows(true, false, vec![row(1, 1)], &[]), &[]);
    window.hears(30, RelayToConsole::FloorOver, &[]);
    assert!(window.machine.floor().is_none());
    window.loses(40);
    assert_eq!(window.welcomed(400), [hello(), open(1, 1)]);
}

#[test]
fn colleagues_are_known_while_one_chooses() {
    let mut window = Window::working();
    window.at(10, Event::WatchColleagues { on: true }, &[Did::Send(ConsoleToRelay::WatchColleagues)]);
    let nobody = ColleaguesState { version: 1, agents: Vec::new(), queues: Vec::new() };
    window.hears(20, RelayToConsole::Colleagues(nobody.clone()), &[]);
    assert_eq!(window.machine.colleagues(), Some(&nobody));
    window.at(30, Event::WatchColleagues { on: false }, &[Did::Send(ConsoleToRelay::LeaveColleagues)]);
    assert!(window.machine.colleagues().is_none());
}
