//! What must hold after every step, whatever happened.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AgentId, Audience, ConversationId, InvitationKind, Millis, Part, Presence, Role, SendKey, Seq, Timestamp, Units,
};
use rejoin_desk::{
    AgentView, Author, ClientConnection, ConversationFact as What, ConversationStage, ConversationView, CustomerView,
    Desk, Fact, FloorAgentView, FloorRowView, LedgerCause, Notice, Outcome, PartsView, PresencesView, PromptView,
    QueueReason, Recorded, StageCounts, ViewKey, WhyNot,
};

use crate::reference::{Clock, Reference, State, Talk};

/// What was seen of each conversation's log, to hold the promises of delivery (product 4).
#[derive(Default)]
pub(crate) struct Delivery {
    heads: BTreeMap<ConversationId, (u32, Seq, Seq)>,
    keys: BTreeSet<(ConversationId, Author, SendKey)>,
    had: BTreeMap<ConversationId, AgentId>,
}

impl Delivery {
    /// One order, dense sequences per audience, no key twice, no conversation with two agents.
    pub(crate) fn check(&mut self, outcome: &Outcome) {
        for recorded in &outcome.facts {
            let Fact::Conversation { id, position, customer_seq, agents_seq, what } = &recorded.fact else { continue };
            let (last, customer, agents) = self.heads.get(id).copied().unwrap_or((0, Seq(0), Seq(0)));
            assert_eq!(*position, last + 1, "positions are dense");
            let step = |audience| u32::from(what.is_for(audience));
            assert_eq!(customer_seq.0, customer.0 + step(Audience::Customer), "the customer's sequence is dense");
            assert_eq!(agents_seq.0, agents.0 + step(Audience::Agents), "the agents' sequence is dense");
            self.heads.insert(*id, (*position, *customer_seq, *agents_seq));
            match what {
                What::Said { by, key, .. } => {
                    assert!(self.keys.insert((*id, *by, *key)), "a key is written once");
                }
                What::AgentJoined { agent, .. } => {
                    assert_eq!(self.had.insert(*id, *agent), None, "two agents never get one conversation");
                }
                What::SessionEnded { agent, .. } => {
                    assert_eq!(self.had.remove(id), Some(*agent), "who had it leaves it");
                }
                What::Forgotten => {
                    self.heads.remove(id);
                    self.keys.retain(|(conversation, _, _)| conversation != id);
                }
                _ => {}
            }
        }
        self.check_heads(outcome);
    }

    /// Whoever writes an entry announces the head.
    fn check_heads(&self, outcome: &Outcome) {
        let mut announced = BTreeMap::new();
        for notice in &outcome.notices {
            if let Notice::Head { conversation, customer, agents } = notice {
                announced.insert(*conversation, (*customer, *agents));
            }
        }
        for recorded in &outcome.facts {
            let Fact::Conversation { id, what, .. } = &recorded.fact else { continue };
            let is_entry = what.is_for(Audience::Customer) || what.is_for(Audience::Agents);
            if let Some((_, customer, agents)) = self.heads.get(id).filter(|_| is_entry) {
                assert_eq!(announced.get(id), Some(&(*customer, *agents)), "the head of {id} is announced");
            }
        }
    }
}

/// A firing is never early and at most one step late: nothing is due after a step, and the next wake is what the reference says
/// or earlier.
pub(crate) fn check_clocks(reference: &Reference, outcome: &Outcome, now: Timestamp) {
    if let Some(wake_at) = outcome.wake_at {
        assert!(wake_at > now, "nothing due is left behind");
    }
    if let Some((at, clock)) = reference.next_clock() {
        assert!(outcome.wake_at.is_some_and(|wake_at| wake_at <= at), "{clock:?} at {at} would be slept through");
    }
}

/// Customers count as disconnected from the limit on, never earlier. That it is not later either is [`check_clocks`]'s.
pub(crate) fn check_disconnects(reference: &Reference, outcome: &Outcome) {
    for recorded in &outcome.facts {
        let Fact::Conversation { id, what: What::CustomerDisconnected, .. } = &recorded.fact else { continue };
        let Some(talk) = reference.talks.iter().find(|talk| talk.id == *id) else { continue };
        let is_past = |away_for: &Millis| *away_for >= talk.limit;
        let told = outcome
            .notices
            .iter()
            .any(|notice| matches!(notice, Notice::Disconnected { away_for } if is_past(away_for)));
        assert!(told, "{id} counts as disconnected too early");
    }
}

/// Nobody waits while somebody could be asked, and the answer to "why is this customer still waiting?" says what is so.
pub(crate) fn check_nobody_forgotten(desk: &Desk, reference: &Reference) {
    for talk in reference.talks.iter().filter(|talk| talk.state == State::Open) {
        let why = desk.why_waiting(talk.id).expect("who is Open waits");
        assert_eq!((why.queue, why.since), (talk.queue, talk.queued_at));
        let is_passed_over = why.reasons.iter().any(|reason| {
            matches!(reason, QueueReason::Picked | QueueReason::CustomerAway | QueueReason::Offered { .. })
        });
        let may_be_asked = |why: &WhyNot| why.reasons.is_empty();
        assert!(is_passed_over || !why.agents.iter().any(may_be_asked), "{} is forgotten: {why:?}", talk.id);
        if let Some(agent) = talk.offer {
            let offered =
                why.reasons.iter().any(|it| matches!(it, QueueReason::Offered { agent: to, .. } if *to == agent));
            assert!(offered, "{} is being offered", talk.id);
        }
    }
    for talk in reference.talks.iter().filter(|talk| talk.state != State::Open) {
        assert_eq!(desk.why_waiting(talk.id), None);
    }
}

/// The wait estimate is the average of what the reference saw, told from twenty on.
fn check_estimates(desk: &Desk, reference: &Reference) {
    for (queue, waits) in &reference.waits {
        let week = Millis::hours(7 * 24);
        let mut lately: Vec<(Timestamp, Millis)> = Vec::new();
        for wait in waits {
            if lately.last().is_some_and(|last| wait.0.since(last.0) > week) {
                lately.clear();
            }
            lately.push(*wait);
        }
        let first = lately.first().map_or(0, |(_, wait)| wait.0);
        let average = lately.iter().fold(first, |average, (_, wait)| {
            if wait.0 > average { average + (wait.0 - average) / 8 } else { average - (average - wait.0) / 8 }
        });
        let is_known = lately.len() >= 20 && lately.last().is_some_and(|last| reference.now.since(last.0) <= week);
        let expected = is_known.then(|| Millis(average.div_ceil(15_000) * 15_000));
        assert_eq!(desk.wait_estimate(*queue), expected, "the estimate of {queue}");
    }
}

/// The metrics count what the reference counts.
fn check_counts(desk: &Desk, reference: &Reference) {
    let count = |is: fn(&State) -> bool| reference.talks.iter().filter(|talk| is(&talk.state)).count();
    let expected = StageCounts {
        open: count(|state| *state == State::Open),
        active: count(|state| matches!(state, State::Active(_))),
        wrap_up: count(|state| matches!(state, State::WrapUp(Some(_)))),
    };
    assert_eq!(desk.stage_counts(), expected);
}

/// The views say what the reference says.
pub(crate) fn check_views(desk: &Desk, reference: &Reference) {
    check_counts(desk, reference);
    check_estimates(desk, reference);
    let mut places: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for talk in reference.talks.iter().filter(|talk| talk.state == State::Open) {
        places.entry(talk.queue).or_default().push((talk.opened, talk.number));
    }
    places.values_mut().for_each(|queue| queue.sort_unstable());
    for talk in &reference.talks {
        let view = desk.customer_view(talk.id).expect("a remembered conversation can be seen");
        assert_eq!(view.head, Seq(talk.customer_seq));
        assert_eq!(view.read_by_customer, Seq(talk.read_by_customer));
        let place = places.get(&talk.queue).and_then(|queue| {
            queue.iter().position(|place| *place == (talk.opened, talk.number) && talk.state == State::Open)
        });
        assert_eq!(view.position as usize, place.map_or(0, |place| place + 1), "place in the queue");
        let is_asked = talk.state == State::Open && talk.ask_at <= reference.now;
        assert_eq!(view.closes_at.is_some(), is_asked, "still waiting?");
        match (view.stage, talk.state) {
            (ConversationStage::Open { since }, State::Open) => assert_eq!(since, talk.opened),
            (ConversationStage::Active { agent, .. }, State::Active(has)) => assert_eq!(agent, has),
            (ConversationStage::WrapUp { agent, because, promise, .. }, State::WrapUp(has)) => {
                assert_eq!((agent, because), (has, talk.because));
                assert_eq!(promise.map(|promise| promise.until), reference.end_of(Clock::Promise(talk.id)));
                assert_eq!(promise.and_then(|promise| promise.hold_until), reference.end_of(Clock::Hold(talk.id)));
            }
            (ConversationStage::Closed { reason, .. }, State::Closed) => assert_eq!(reason, talk.because),
            (shown, is) => panic!("{} is shown as {shown:?} and is {is:?}", talk.id),
        }
        let going = matches!(talk.state, State::Open | State::Active(_));
        let shown = desk.conversation_view(talk.id, AgentId::from_u128(1)).expect("as above").connection;
        match shown {
            ClientConnection::Connected { connections } => {
                assert!(going && talk.away_since.is_none());
                assert_eq!(connections as usize, talk.windows.len());
            }
            ClientConnection::Away { since, .. } => assert!(going && talk.away_since == Some(since)),
            ClientConnection::Disconnected { .. } | ClientConnection::Over => assert!(!going),
        }
        check_prompt(desk, reference, talk);
        check_parts(desk, talk);
    }
    for (agent, person) in &reference.people {
        let view = desk.agent_view(*agent).expect("a known agent has a desk");
        let used: Units = view.ledger.iter().map(|entry| entry.units).sum();
        assert_eq!(used, Units(reference.used(*agent)), "capacity in the ledger equals capacity in use");
        let over = view.ledger.iter().filter(|entry| entry.cause == LedgerCause::Override);
        let over: Units = over.map(|entry| entry.units).sum();
        assert_eq!(over, Units(reference.overridden(*agent)), "what went beyond the capacity is shown as that");
        let holds = view.ledger.iter().filter(|entry| entry.cause == LedgerCause::Hold);
        for entry in holds {
            assert_eq!(
                entry.until,
                reference.end_of(Clock::Hold(entry.conversation)),
                "a hold ends when it is said to"
            );
            assert!(entry.until.is_some(), "a hold is in the ledger while it runs");
        }
        assert_eq!(view.presence, reference.presence(*agent), "presence of {agent}");
        let chosen = person.set.map(|set| set.presence).filter(|set| *set != Presence::Inactive);
        assert_eq!(view.chosen, chosen);
        let mine = reference
            .talks
            .iter()
            .filter(|talk| matches!(talk.state, State::Active(has) | State::WrapUp(Some(has)) if has == *agent));
        assert_eq!(view.mine.len(), mine.clone().count());
        for talk in mine {
            let card = view.mine.iter().find(|card| card.id == talk.id).expect("each of mine has a card");
            let read = talk.read_by.get(agent).copied().unwrap_or(0);
            let unread = talk.lines.iter().filter(|line| line.by == Author::Customer && line.agents_seq > read);
            assert_eq!(card.unread as usize, unread.count(), "unread of {}", talk.id);
        }
        let offered = reference.talks.iter().filter(|talk| talk.offer == Some(*agent)).count();
        assert_eq!(view.offers.len(), offered);
        let open = reference.talks.iter().filter(|talk| talk.state == State::Open);
        let open = open.filter(|talk| person.rules.queues.contains(&talk.queue)).count();
        assert_eq!(desk.open_cards(*agent).len(), open);
    }
}

/// Who takes part is who was let in, one primary at most, and nobody twice.
fn check_parts(desk: &Desk, talk: &Talk) {
    let view = desk.parts_view(talk.id, AgentId::from_u128(1)).expect("a remembered conversation can be seen");
    let mut expected: Vec<(AgentId, Part)> = Vec::new();
    if let State::Active(has) | State::WrapUp(Some(has)) = talk.state {
        expected.push((has, Part::Primary));
    }
    let consultants = talk.beside.consultants.iter();
    expected.extend(consultants.map(|(who, let_in)| (*who, if *let_in { Part::LetIn } else { Part::Consultant })));
    let monitors = talk.beside.monitors.iter();
    expected.extend(monitors.map(|(who, joined)| (*who, if *joined { Part::Joined } else { Part::Monitor })));
    let shown: Vec<_> = view.participants.iter().map(|one| (one.agent, one.part)).collect();
    assert_eq!(shown, expected, "who takes part in {}", talk.id);
    let distinct: BTreeSet<_> = expected.iter().map(|(who, _)| *who).collect();
    assert_eq!(distinct.len(), expected.len(), "nobody takes part twice in {}", talk.id);
    let asked = view.invitation.map(|running| (running.kind, running.by, running.to, running.queue));
    assert_eq!(asked, talk.beside.invited.map(|asked| (asked.kind, asked.by, asked.to, asked.queue)));
    if !matches!(talk.state, State::Active(_)) {
        assert!(view.invitation.is_none() && talk.beside.consultants.is_empty(), "only an Active one has consultants");
    }
    if let Some(row) = desk.floor_row(talk.id, AgentId::from_u128(1)) {
        assert_eq!(row.transfers, talk.transfers, "how often {} was given away", talk.id);
    }
}

/// Nobody acts as a supervisor who lacks the right, and nobody over their own.
pub(crate) fn check_oversight(reference: &Reference, outcome: &Outcome) {
    for recorded in &outcome.facts {
        let Fact::Conversation { what, .. } = &recorded.fact else { continue };
        let (by, is_on) = match what {
            What::MonitoringBegan(by) | What::SupervisorJoined(by) => (by, reference.rights.monitor),
            What::Assigned { by, .. } => (by, reference.rights.assign),
            What::Invited { kind: InvitationKind::SupervisorTransfer, by, .. } => (by, reference.rights.transfer),
            What::ForceClosedBy(by) => (by, reference.rights.force_close),
            _ => continue,
        };
        assert!(is_on, "{what:?} needs a right that is off");
        assert_ne!(reference.people[by].rules.role, Role::Agent, "{what:?} needs a role");
    }
}

/// The prompt shows what was promised, and nothing once it is over.
fn check_prompt(desk: &Desk, reference: &Reference, talk: &Talk) {
    let prompt = desk.prompt_view(talk.id);
    let going = matches!(talk.state, State::Open | State::Active(_));
    let until = reference.end_of(Clock::Promise(talk.id));
    assert_eq!(prompt.is_some(), going || until.is_some());
    let Some(prompt) = prompt else { return };
    assert_eq!((prompt.until, prompt.is_elsewhere), (until, going));
    assert_eq!(prompt.hold_until, reference.end_of(Clock::Hold(talk.id)));
    let has_it = match talk.state {
        State::Active(agent) | State::WrapUp(Some(agent)) => Some(agent),
        State::WrapUp(None) | State::Open | State::Closed => None,
    };
    let asked = talk.last_agent.filter(|_| reference.asks_previous_first(talk.stream));
    assert_eq!(prompt.agent, has_it.or(asked));
    assert_eq!(prompt.may_extend, until.is_some() && talk.extensions < rejoin_desk::limits::EXTENSIONS_MAX);
    let card = desk.conversation_view(talk.id, AgentId::from_u128(1)).expect("a remembered conversation can be seen");
    assert_eq!((card.returned_by, card.reconnect), (talk.returned_by, talk.reconnect.is_some()));
    let all_sign_in = talk.tokens.iter().skip(1).all(|(_, alone)| !alone);
    assert_eq!(card.signed_in, talk.identity.is_some() && all_sign_in);
}

/// What was last sent of each view. A view that changed without a notice would stay old on somebody's screen.
#[derive(Default)]
pub(crate) struct Screens {
    seen: BTreeMap<ViewKey, View>,
}

#[derive(Debug, PartialEq)]
enum View {
    Customer(Option<CustomerView>),
    Conversation(Option<(ConversationView, PartsView)>),
    FloorRow(Option<FloorRowView>),
    FloorAgent(Option<FloorAgentView>),
    Agent(Option<Box<AgentView>>),
    Prompt(Option<PromptView>),
    Presences(PresencesView),
    Open(BTreeMap<ConversationId, ConversationView>),
}

impl Screens {
    /// Sends what must be sent again.
    pub(crate) fn hear(&mut self, desk: &Desk, reference: &Reference, outcome: &Outcome) {
        for notice in &outcome.notices {
            match notice {
                Notice::Changed(ViewKey::OpenCard(id)) => self.show_open_card(desk, *id),
                Notice::Changed(key) => self.show(desk, *key),
                Notice::Resumed { conversation, .. } => self.show(desk, ViewKey::Customer(*conversation)),
                Notice::Started { sent, .. } => self.show(desk, ViewKey::Customer(sent.conversation)),
                Notice::Prompted { conversation, .. } => self.show(desk, ViewKey::Prompt(*conversation)),
                Notice::Following { conversation, .. } => self.show(desk, ViewKey::Conversation(*conversation)),
                Notice::FloorOpened { .. } => floor(reference).into_iter().for_each(|key| self.show(desk, key)),
                _ => {}
            }
        }
        let watched = watched(reference);
        let is_floor_watched = !reference.floor.is_empty();
        let is_of_floor = |key: &ViewKey| matches!(key, ViewKey::FloorRow(_) | ViewKey::FloorAgent(_));
        self.seen.retain(|key, _| if is_of_floor(key) { is_floor_watched } else { watched.contains(key) });
    }

    pub(crate) fn show(&mut self, desk: &Desk, key: ViewKey) {
        self.seen.insert(key, look(desk, key));
    }

    /// One card, to everybody who has been told all of theirs.
    fn show_open_card(&mut self, desk: &Desk, id: ConversationId) {
        for (key, view) in &mut self.seen {
            if let (ViewKey::OpenCards(agent), View::Open(cards)) = (key, view) {
                match desk.open_card(id, *agent) {
                    Some(card) => cards.insert(id, on_a_card(card)),
                    None => cards.remove(&id),
                };
            }
        }
    }

    /// Nobody's screen is old.
    pub(crate) fn check(&self, desk: &Desk, reference: &Reference) {
        for key in watched(reference) {
            let is = look(desk, key);
            assert_eq!(self.seen.get(&key), Some(&is), "{key:?} changed and nobody was told");
        }
    }

    /// The same for the floor, which has a row for everything.
    pub(crate) fn check_floor(&self, desk: &Desk, reference: &Reference) {
        if reference.floor.is_empty() {
            return;
        }
        for key in floor(reference) {
            let is = look(desk, key);
            assert_eq!(self.seen.get(&key), Some(&is), "{key:?} changed and nobody was told");
        }
    }
}

pub(crate) fn watched(reference: &Reference) -> BTreeSet<ViewKey> {
    let mut keys = BTreeSet::new();
    for talk in &reference.talks {
        if !talk.windows.is_empty() {
            keys.insert(ViewKey::Customer(talk.id));
        }
        if !talk.prompted.is_empty() {
            keys.insert(ViewKey::Prompt(talk.id));
        }
        if !talk.followers.is_empty() {
            keys.insert(ViewKey::Conversation(talk.id));
        }
    }
    let here = reference.people.iter().filter(|(_, person)| !person.windows.is_empty());
    keys.extend(here.flat_map(|(agent, _)| [ViewKey::Agent(*agent), ViewKey::OpenCards(*agent)]));
    let has_windows = keys.iter().any(|key| matches!(key, ViewKey::Agent(_)));
    keys.extend((has_windows && !reference.presences.is_empty()).then_some(ViewKey::Presences));
    keys
}

/// All rows of the floor.
pub(crate) fn floor(reference: &Reference) -> Vec<ViewKey> {
    let going = reference.talks.iter().filter(|talk| talk.state != State::Closed);
    let rows = going.map(|talk| ViewKey::FloorRow(talk.id));
    rows.chain(reference.people.keys().map(|agent| ViewKey::FloorAgent(*agent))).collect()
}

/// A view without its version, which grows with every step.
fn look(desk: &Desk, key: ViewKey) -> View {
    match key {
        ViewKey::Customer(id) => View::Customer(desk.customer_view(id).map(|view| CustomerView { version: 0, ..view })),
        ViewKey::Conversation(id) => {
            let view = desk.conversation_view(id, AgentId::from_u128(1));
            let parts = desk.parts_view(id, AgentId::from_u128(1));
            let both = view.zip(parts);
            View::Conversation(both.map(|(view, parts)| {
                // What agent 1 may do changes with their role too, of which only their own windows are told.
                let may = rejoin_desk::StaffMay::default();
                (ConversationView { version: 0, ..view }, PartsView { version: 0, may, ..parts })
            }))
        }
        ViewKey::FloorRow(id) => View::FloorRow(desk.floor_row(id, AgentId::from_u128(1)).map(|row| {
            // As above.
            FloorRowView { may: rejoin_desk::RowMay::default(), ..row }
        })),
        ViewKey::FloorAgent(agent) => View::FloorAgent(desk.floor_agent(agent)),
        ViewKey::Presences => View::Presences(PresencesView { version: 0, ..desk.presences_view() }),
        ViewKey::Colleagues => panic!("nobody watches the colleagues"),
        ViewKey::Prompt(id) => View::Prompt(desk.prompt_view(id).map(|view| PromptView { version: 0, ..view })),
        ViewKey::Agent(agent) => View::Agent(desk.agent_view(agent).map(|mut view| {
            view.version = 0;
            let offers = view.offers.iter_mut().map(|offer| &mut offer.conversation);
            let asked = view.staff.invitations.iter_mut().map(|asked| &mut asked.conversation);
            let beside = asked.chain(&mut view.staff.consulting).chain(&mut view.staff.monitoring);
            for card in offers.chain(&mut view.mine).chain(&mut view.closed).chain(beside) {
                *card = on_a_card(*card);
            }
            Box::new(view)
        })),
        ViewKey::OpenCard(_) => panic!("cards are looked at all together"),
        ViewKey::OpenCards(agent) => {
            View::Open(desk.open_cards(agent).into_iter().map(|card| (card.id, on_a_card(card))).collect())
        }
    }
}

/// What a card shows of a conversation.
fn on_a_card(mut card: ConversationView) -> ConversationView {
    card.version = 0;
    // Typing and the customer's read mark are shown where the conversation is open, not on the cards.
    card.customer_typing = false;
    card.read_by_customer = Seq(0);
    if !matches!(card.stage, ConversationStage::Active { .. } | ConversationStage::WrapUp { .. }) {
        // How many tabs a waiting customer has is not worth a notice to everybody in the queue.
        if let ClientConnection::Connected { connections } = &mut card.connection {
            *connections = 0;
        }
    }
    card
}

/// The facts alone give the same record.
pub(crate) fn replayed(facts: &[Recorded]) -> rejoin_desk::Record {
    rejoin_desk::Record::replay(facts.iter().map(|recorded| (recorded.at, &recorded.fact)))
}
