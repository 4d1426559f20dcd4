//! The desk in each of its states.

use std::rc::Rc;

use model::{CloseReason, HoldEnd, MessageText, Millis, Presence, ReturnedBy, Role, Seq, SessionEnd, Units};
use wire::{
    AgentsEntry, AgentsEvent, Card, CardState, ConnectionClock, DeskState, LedgerCause, LedgerLine, OfferCard, Refusal,
    RefusalCode, Speaker, StaffState, api,
};

use super::staff::{colleagues, invited, no_staff, parts, presences, quick_replies};
use super::{ME, MIA, NOW, ago, away, desk, entries, entry, id, key, me, name, named, open, says, waiting};
use crate::route::Route;
use crate::view::{Kind, Link, Model, Notice, Open, Progress, Stopped, Unsent};

/// A state of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Before the desk came.
    Loading,
    /// Nothing to do.
    Empty,
    /// All is well.
    Talking,
    /// Two offers at once.
    Offers,
    /// The customer may be away.
    Away,
    /// The customer disconnected.
    WrapUp,
    /// The customer disconnected and their place is kept.
    Held,
    /// The hold is over, the promise is not.
    Promised,
    /// The customer came back by a link.
    Returned,
    /// Somebody waits; looked at before picking.
    Waiting,
    /// Closed today.
    Closed,
    /// Another agent has it.
    Colleague,
    /// Names and words that are far too long.
    Long,
    /// Sends in every state.
    Sending,
    /// The console's own connection is lost.
    Reconnecting,
    /// Too many windows.
    Paused,
    /// A missed offer.
    Inactive,
    /// A colleague advises.
    Consulted,
    /// A transfer is on its way.
    HandingOver,
    /// Colleagues ask.
    Invited,
    /// I advise.
    Advising,
    /// I read along as a supervisor.
    Monitoring,
}

impl Scene {
    /// All of them, with their names in addresses.
    pub const ALL: [(&'static str, Self); 22] = [
        ("loading", Self::Loading),
        ("empty", Self::Empty),
        ("talking", Self::Talking),
        ("offers", Self::Offers),
        ("away", Self::Away),
        ("wrap-up", Self::WrapUp),
        ("held", Self::Held),
        ("promised", Self::Promised),
        ("returned", Self::Returned),
        ("waiting", Self::Waiting),
        ("closed", Self::Closed),
        ("colleague", Self::Colleague),
        ("long", Self::Long),
        ("sending", Self::Sending),
        ("reconnecting", Self::Reconnecting),
        ("paused", Self::Paused),
        ("inactive", Self::Inactive),
        ("consulted", Self::Consulted),
        ("handing-over", Self::HandingOver),
        ("invited", Self::Invited),
        ("advising", Self::Advising),
        ("monitoring", Self::Monitoring),
    ];
}

fn disconnected_entries() -> Vec<AgentsEntry> {
    let mut entries = entries();
    entries.truncate(8);
    entries.push(entry(9, ago(250), AgentsEvent::LinkOffered { who: me() }));
    entries.push(entry(10, ago(235), AgentsEvent::CustomerAway { since: ago(245) }));
    entries.push(entry(11, ago(65), AgentsEvent::CustomerDisconnected));
    entries
}

/// Away for too long; the agent goes on writing.
fn held(desk: &mut DeskState) -> Open {
    let until = NOW + Millis::seconds(378);
    desk.mine[0].state = CardState::WrapUp {
        since: ago(65),
        closes_at: until + Millis::minutes(15),
        hold_until: Some(until),
        promise_until: Some(NOW + Millis::minutes(23)),
    };
    desk.mine[0].connection = ConnectionClock::Disconnected { since: ago(245) };
    desk.ledger[0] =
        LedgerLine { conversation: id(MIA), units: Units(1), cause: LedgerCause::Hold, until: Some(until) };
    let mut entries = disconnected_entries();
    entries.push(entry(12, ago(40), says(me(), 8, "I have asked the courier; they call you today.")));
    let mut one = open(desk.mine[0].clone(), entries);
    one.state.iter_mut().for_each(|state| state.may_write = true);
    one
}

/// The hold was released.
fn promised(desk: &mut DeskState) -> Open {
    desk.mine[0].state = CardState::WrapUp {
        since: ago(65),
        closes_at: NOW + Millis::minutes(12),
        hold_until: None,
        promise_until: Some(NOW + Millis::minutes(23)),
    };
    desk.mine[0].connection = ConnectionClock::Disconnected { since: ago(245) };
    let mut entries = disconnected_entries();
    entries.push(entry(12, ago(30), AgentsEvent::HoldEnded { why: HoldEnd::Released }));
    open(desk.mine[0].clone(), entries)
}

/// Back on another device.
fn returned() -> Vec<AgentsEntry> {
    let mut entries = disconnected_entries();
    entries.push(entry(12, ago(40), says(me(), 8, "I have asked the courier; they call you today.")));
    entries.push(entry(13, ago(20), AgentsEvent::OtherDeviceJoined { how: ReturnedBy::Link }));
    entries.push(entry(14, ago(20), AgentsEvent::CustomerReturned { how: ReturnedBy::Link }));
    entries.push(entry(15, ago(12), says(Speaker::Customer, 9, "Back on my phone, thanks for waiting!")));
    entries
}

fn unsent(number: u8, kind: Kind, text: &str, progress: Progress) -> Unsent {
    let text = MessageText::new(text).expect("invariant: canned words are words");
    Unsent { key: key(number), kind, text, progress }
}

fn offer(card: Card, left: u64) -> OfferCard {
    OfferCard { card, made_at: NOW + Millis::seconds(left) - Millis::minutes(2), until: NOW + Millis::seconds(left) }
}

const LONG: &str = "I have been waiting since last Tuesday, called twice, wrote one e-mail, and every time I was told that \
    the parcel is on its way. The tracking page at \
    https://tracking.example/parcels/00340434161094000000000000000000000000000000000000000000001 shows nothing new.\n\nWhat \
    do I do now?";

/// What a scene changes.
struct Stage {
    desk: DeskState,
    link: Link,
    notices: Vec<Notice>,
    shown: Option<Open>,
    staff: StaffState,
}

impl Stage {
    /// Everybody at work, Mia's conversation open.
    fn plain() -> Self {
        let desk = desk();
        let shown = Some(open(desk.mine[0].clone(), entries()));
        Self { desk, link: Link::Connected, notices: Vec::new(), shown, staff: no_staff() }
    }

    fn mia(&self) -> Card {
        self.desk.mine[0].clone()
    }

    fn show(&mut self, open: Open) {
        self.shown = Some(open);
    }

    fn empty(&mut self) {
        self.desk = DeskState {
            presence: Presence::Available,
            ledger: Vec::new(),
            mine: Vec::new(),
            open: Vec::new(),
            open_count: 0,
            closed: Vec::new(),
            closed_count: 0,
            ..desk()
        };
        self.shown = None;
    }

    fn talking(&mut self) {
        let mut one = open(self.mia(), entries());
        one.reply = "I have asked the courier to ".to_owned();
        one.new_after = Some(Seq(10));
        one.state.iter_mut().for_each(|state| state.customer_typing = true);
        self.show(one);
    }

    fn offers(&mut self) {
        let asks = Card {
            last_words: Some("Can I change the size after the order is paid?".into()),
            ..waiting(40, Some("Noor Haddad"), "Returns", 43)
        };
        self.desk.offers = vec![offer(asks, 77), offer(waiting(41, None, "Billing", 5), 115)];
        let until = Some(NOW + Millis::seconds(77));
        self.desk.ledger.push(LedgerLine { conversation: id(40), units: Units(1), cause: LedgerCause::Offer, until });
        self.notices.push(Notice { id: 1, text: "Jun Li is with another agent now.".to_owned() });
    }

    fn away(&mut self) {
        self.desk.mine[0].connection = away();
        let mut entries = entries();
        entries.push(entry(12, ago(52), AgentsEvent::CustomerAway { since: ago(62) }));
        self.show(open(self.mia(), entries));
    }

    fn wrap_up(&mut self) {
        let mut entries = entries();
        entries.push(entry(12, ago(300), AgentsEvent::CustomerAway { since: ago(310) }));
        entries.push(entry(13, ago(130), AgentsEvent::CustomerDisconnected));
        self.show(open(self.desk.mine[2].clone(), entries));
    }

    fn returned(&mut self) {
        let mut one = open(self.mia(), returned());
        one.state.iter_mut().for_each(|state| {
            (state.signed_in, state.returned_by) = (false, Some(ReturnedBy::Link));
        });
        self.show(one);
    }

    fn waiting(&mut self) {
        let mut one = open(self.desk.open[0].clone(), entries()[..2].to_vec());
        one.state.iter_mut().for_each(|state| (state.agent, state.session) = (None, None));
        self.show(one);
    }

    fn closed(&mut self) {
        let mut entries = entries();
        entries.push(entry(12, ago(60), AgentsEvent::EndedByAgent { who: me() }));
        entries.push(entry(13, ago(40), AgentsEvent::SessionEnded { who: me(), reason: SessionEnd::AgentClosed }));
        entries.push(entry(14, ago(40), AgentsEvent::Closed { reason: CloseReason::AgentEnded }));
        self.show(open(self.desk.closed[0].clone(), entries));
    }

    /// Sofia has it, and I may not write.
    fn of_a_colleague(&mut self, gone: bool) {
        let mut one = open(named(50, "Ines Duarte", "I see"), entries());
        one.gone = gone;
        one.state.iter_mut().for_each(|state| {
            (state.agent, state.may_write) = (Some(name("Sofia Marin")), false);
            if !gone {
                state.may_offer_link = false;
            }
        });
        self.show(one);
    }

    fn long(&mut self) {
        let long = "Maximiliane Alexandra Freifrau von und zu Hohenstein-Waldburg-Zeil";
        self.desk.mine[0] =
            Card { unread: 128, queue: "International deliveries and customs".into(), ..named(MIA, long, LONG) };
        let mut entries = entries();
        entries.push(entry(12, ago(50), says(Speaker::Customer, 7, LONG)));
        entries.push(entry(13, ago(40), says(me(), 8, "ok")));
        let mut one = open(self.mia(), entries);
        one.reply = LONG.to_owned();
        self.show(one);
    }

    fn sending(&mut self) {
        let refused = Progress::Failed(Refusal::of(RefusalCode::ConversationEnded));
        let mut one = open(self.mia(), entries());
        one.unsent = vec![
            unsent(20, Kind::Reply, "It is on its way to you.", Progress::Sending),
            unsent(21, Kind::Internal, "Courier confirmed by phone.", Progress::Sending),
            unsent(22, Kind::Reply, "Anything else?", Progress::Waiting),
            unsent(23, Kind::Reply, "I can also send a voucher.", refused),
        ];
        self.show(one);
    }

    fn reconnecting(&mut self) {
        self.link = Link::Lost { since: ago(9), next_try_at: Some(NOW + Millis::seconds(4)), offline: false };
        let mut one = open(self.mia(), entries());
        one.unsent = vec![unsent(22, Kind::Reply, "They do have it!", Progress::Waiting)];
        self.show(one);
    }

    fn of(scene: Scene) -> Self {
        let hers = || vec![named(50, "Ines Duarte", "I see")];
        let mut stage = Self::plain();
        match scene {
            Scene::Loading => stage.link = Link::Connecting,
            Scene::Empty => stage.empty(),
            Scene::Talking => stage.talking(),
            Scene::Offers => stage.offers(),
            Scene::Away => stage.away(),
            Scene::WrapUp => stage.wrap_up(),
            Scene::Held => stage.shown = Some(held(&mut stage.desk)),
            Scene::Promised => stage.shown = Some(promised(&mut stage.desk)),
            Scene::Returned => stage.returned(),
            Scene::Waiting => stage.waiting(),
            Scene::Closed => stage.closed(),
            Scene::Colleague => stage.of_a_colleague(true),
            Scene::Long => stage.long(),
            Scene::Sending => stage.sending(),
            Scene::Reconnecting => stage.reconnecting(),
            Scene::Paused => stage.link = Link::Stopped(Stopped::TooManyWindows),
            Scene::Consulted | Scene::HandingOver => {}
            Scene::Invited => stage.staff = invited(),
            Scene::Advising => {
                stage.of_a_colleague(false);
                stage.staff.consulting = hers();
            }
            Scene::Monitoring => {
                stage.of_a_colleague(false);
                (stage.staff.oversees, stage.staff.monitoring) = (true, hers());
            }
            Scene::Inactive => {
                stage.desk.presence = Presence::Inactive;
                stage.shown = None;
            }
        }
        stage
    }
}

/// A scene as a model.
#[must_use]
pub fn model(scene: Scene) -> Model {
    let Stage { desk, link, notices, mut shown, staff } = Stage::of(scene);
    if let Some(open) = &mut shown {
        open.parts = parts(scene);
    }
    let is_there = scene != Scene::Loading;
    Model {
        me: api::Me { agent: ME, name: name("Ravi Kumar"), role: Role::Agent },
        route: Route::Desk(shown.as_ref().map(|open| open.id)),
        desk_at: shown.as_ref().map(|open| open.id),
        unsent: shown.as_ref().map_or(0, |open| open.unsent.len()),
        link,
        desk: is_there.then(|| Rc::new(desk)),
        open: shown.filter(|_| is_there).map(Rc::new),
        asking: Vec::new(),
        taken_link: None,
        staff: is_there.then(|| Rc::new(staff)),
        colleagues: Some(Rc::new(colleagues())),
        floor: None,
        why: None,
        presences: Rc::new(presences()),
        quick_replies: Some(quick_replies().quick_replies.into()),
        notices,
    }
}

/// The numbers of my conversations.
#[cfg(test)]
pub(crate) fn mine(model: &Model) -> Vec<u32> {
    model.desk.iter().flat_map(|desk| &desk.mine).map(|card| card.number).collect()
}
