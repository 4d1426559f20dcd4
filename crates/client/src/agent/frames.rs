//! What the relay says.

use std::sync::Arc;

use model::{ConversationId, SendKey, Seq, Timestamp};
use wire::{
    Card, CardState, ConsoleToRelay, ConversationState, DecodeError, DeskState, Frame, Refusal, RefusalCode,
    RelayToConsole, Request, RequestId,
};

use super::{Console, Effect, Me, NoticeKind, TakenLink};
use crate::outbox::Settled;
use crate::stream::Pushed;

impl Console {
    pub(super) fn received(&mut self, now: Timestamp, bytes: &[u8]) {
        let frame = match RelayToConsole::decode(self.encoding, bytes) {
            Ok(frame) => frame,
            // Newer than this page: not for it.
            Err(DecodeError::Unknown) => return,
            Err(_) => return self.link.distrust_peer(now, &mut self.steps),
        };
        let is_welcome = matches!(frame, RelayToConsole::Welcome { .. });
        if is_welcome == self.link.is_up() {
            self.link.distrust_peer(now, &mut self.steps);
            return;
        }
        match frame {
            RelayToConsole::Welcome { epoch, now: relay, heartbeat_every, agent, name, role } => {
                self.link.welcomed(now, heartbeat_every);
                self.clock.hear(relay);
                self.welcomed(epoch, Me { agent, name, role });
            }
            RelayToConsole::Desk(desk) => self.took_desk(now, desk),
            RelayToConsole::Conversation(state) => self.took_state(now, state),
            RelayToConsole::Entries { conversation, entries } => {
                let Some(opened) = self.opened.get_mut(&conversation) else { return };
                let pushed = opened.stream.push(now, entries);
                self.took(conversation, pushed);
            }
            RelayToConsole::Snapshot { conversation, entries } => {
                let Some(opened) = self.opened.get_mut(&conversation) else { return };
                let pushed = opened.stream.replace(now, entries);
                self.took(conversation, pushed);
                self.touched = true;
            }
            RelayToConsole::Accepted { conversation, key, seq } => self.accepted(now, conversation, key, seq),
            RelayToConsole::NotAccepted { conversation, key, refusal } => {
                self.not_accepted(now, conversation, key, &refusal);
            }
            RelayToConsole::Done { id } => {
                if self.requests.remove(&id).is_some() {
                    self.touched = true;
                }
            }
            RelayToConsole::Refused { id, refusal } => self.refused(id, &refusal),
            RelayToConsole::Beat { now: relay } => {
                self.clock.hear(relay);
                // A mark has no answer: one that was lost on a living connection, and no state after it, is sent again.
                self.opened.values_mut().for_each(|opened| opened.read_sent = Seq::START);
                self.link.beaten(&mut self.steps);
            }
            RelayToConsole::Draining { come_back_after } => self.link.draining(now, come_back_after),
            RelayToConsole::Unfollowed { conversation } => self.unfollowed(conversation),
            RelayToConsole::Link { id, url } => {
                if let Some((Request::TakeLink { conversation }, _)) = self.requests.remove(&id) {
                    self.taken_link = Some(TakenLink { conversation, url });
                    self.touched = true;
                }
            }
            RelayToConsole::Staff(state) => self.took_staff(state),
            RelayToConsole::Parts(parts) => self.took_parts(parts),
            RelayToConsole::FloorRows { starts_over, more, rows, gone } => {
                self.took_floor_rows(starts_over, more, rows, &gone);
            }
            RelayToConsole::FloorAgents { starts_over, more, agents, gone } => {
                self.took_floor_agents(starts_over, more, agents, &gone);
            }
            RelayToConsole::FloorOver => self.floor_over(),
            RelayToConsole::Colleagues(colleagues) => self.took_colleagues(colleagues),
            RelayToConsole::WhyWaiting { id, why } => {
                if self.requests.remove(&id).is_some() {
                    self.why_waiting = Some(why);
                    self.touched = true;
                }
            }
            RelayToConsole::Presences(presences) => {
                self.presences = presences;
                self.touched = true;
            }
            RelayToConsole::OpenRows { starts_over, more, rows, gone } => {
                self.took_open_rows(starts_over, more, rows, &gone);
            }
            RelayToConsole::AgentsTexts { conversation, texts } => {
                if let Some(opened) = self.opened.get_mut(&conversation) {
                    opened.texts = Arc::new(texts);
                    self.touched = true;
                }
            }
            RelayToConsole::Claims(claims) => {
                if let Some(opened) = self.opened.get_mut(&claims.conversation) {
                    opened.claims = Some(Arc::new(claims));
                    self.touched = true;
                }
            }
            RelayToConsole::BeforeChat { conversation, answers } => {
                if let Some(opened) = self.opened.get_mut(&conversation) {
                    opened.answers = answers.into();
                    self.touched = true;
                }
            }
        }
    }

    fn welcomed(&mut self, epoch: u64, me: Me) {
        if self.me.as_ref().is_some_and(|before| before.agent != me.agent) {
            // Somebody else signed in: nothing of the one before is shown to them.
            self.opened.clear();
            self.looked_at.clear();
            self.focused = None;
            self.desk = None;
            self.open = super::open::Open::default();
            self.unanswered.clear();
            self.taken_link = None;
            self.staff = super::staff::Staff::default();
            self.why_waiting = None;
            self.notices.clear();
            self.store();
        }
        self.me = Some(me);
        let is_other_store = self.epoch.replace(epoch).is_some_and(|before| before != epoch);
        self.desk_is_current = false;
        // Not sent where there are none.
        self.presences = wire::PresencesState::default();
        for opened in self.opened.values_mut() {
            if is_other_store {
                opened.stream.clear();
            }
            opened.state_is_current = false;
            opened.parts_are_current = false;
            opened.outbox.connected();
        }
        self.follow();
        self.watch_again();
        self.touched = true;
    }

    fn took_desk(&mut self, now: Timestamp, mut desk: DeskState) {
        let is_older = self.desk_is_current && self.desk.as_ref().is_some_and(|known| known.version > desk.version);
        if is_older {
            return;
        }
        let is_first = !core::mem::replace(&mut self.desk_is_current, true);
        self.open.put_into(&mut desk);
        let before = self.desk.replace(desk);
        self.announce(before.as_ref());
        self.follow_again(Self::is_mine);
        if is_first {
            self.ask_again(now);
        }
        self.touched = true;
    }

    /// New offers and new words, against what was known before.
    fn announce(&mut self, before: Option<&DeskState>) {
        let Some(desk) = &self.desk else { return };
        for offer in &desk.offers {
            let conversation = offer.card.conversation;
            let known = before.is_some_and(|before| {
                before
                    .offers
                    .iter()
                    .any(|other| other.card.conversation == conversation && other.made_at == offer.made_at)
            });
            if !known {
                self.effects.push(Effect::NewOffer { conversation });
            }
        }
        let looked_at = self.focused.filter(|_| self.visible);
        for card in &desk.mine {
            let unread_before = before.and_then(|before| find(&before.mine, card.conversation)).map(|card| card.unread);
            // A conversation that just became this agent's announced itself by its offer.
            if unread_before.is_some_and(|unread| unread < card.unread) && looked_at != Some(card.conversation) {
                self.effects.push(Effect::NewMessage { conversation: card.conversation });
            }
        }
    }

    /// Asks again for what an earlier connection left unanswered, unless the desk shows that it was done.
    fn ask_again(&mut self, now: Timestamp) {
        for request in core::mem::take(&mut self.unanswered) {
            if !self.desk.as_ref().is_some_and(|desk| is_done(&request, desk)) {
                self.request(now, request);
            }
        }
    }

    fn took_state(&mut self, now: Timestamp, state: ConversationState) {
        let Some(opened) = self.opened.get_mut(&state.card.conversation) else { return };
        let is_older =
            opened.state_is_current && opened.state.as_ref().is_some_and(|known| known.version > state.version);
        if is_older {
            return;
        }
        opened.stream.head_is(now, state.head);
        opened.is_gone = false;
        opened.state_is_current = true;
        // A mark is not answered, and may have met a relay that could not save it: what the relay knows is what counts.
        opened.read_sent = opened.read_sent.min(state.read_by_me);
        opened.state = Some(state);
        self.touched = true;
    }

    fn took(&mut self, conversation: ConversationId, pushed: Pushed) {
        if let Some(after) = pushed.ask_after {
            self.send(&ConsoleToRelay::Open { conversation, after });
        }
        let Some(opened) = self.opened.get_mut(&conversation).filter(|_| pushed.added > 0) else { return };
        self.touched = true;
        if opened.settle(pushed.added) {
            self.store();
        }
    }

    /// The conversation went to somebody else: what was read stays readable, until the agent looks elsewhere.
    fn unfollowed(&mut self, conversation: ConversationId) {
        let Some(opened) = self.opened.get_mut(&conversation) else { return };
        opened.is_gone = true;
        opened.state_is_current = false;
        opened.parts = None;
        if let Some(state) = &mut opened.state {
            state.may_write = false;
            state.customer_typing = false;
        }
        self.touched = true;
    }

    /// The window follows as many as it may, and the relay does not say which is too many: the one that was asked for and of which
    /// nothing came. Where that is another one after all, its state follows and says so.
    fn not_followed(&mut self) {
        let mut unanswered =
            self.opened.iter_mut().filter(|(_, opened)| opened.is_awaited() && !opened.state_is_current);
        if let (Some((_, opened)), None) = (unanswered.next(), unanswered.next()) {
            opened.is_gone = true;
        }
    }

    fn accepted(&mut self, now: Timestamp, conversation: ConversationId, key: SendKey, seq: Seq) {
        let Some(opened) = self.opened.get_mut(&conversation) else { return };
        opened.stream.head_is(now, seq);
        if opened.outbox.accepted(key, seq, opened.stream.shown()) == Settled::Accepted {
            self.store();
            self.touched = true;
        }
    }

    fn not_accepted(&mut self, now: Timestamp, conversation: ConversationId, key: SendKey, refusal: &Refusal) {
        let Some(opened) = self.opened.get_mut(&conversation) else { return };
        if opened.outbox.refused(now, key, refusal) == Settled::Refused {
            self.store();
            self.touched = true;
        }
    }

    fn refused(&mut self, id: Option<RequestId>, refusal: &Refusal) {
        let request = id.and_then(|id| self.requests.remove(&id)).map(|(request, _)| request);
        if id.is_none() && refusal.code == RefusalCode::TooManyOpen {
            self.not_followed();
        }
        let kind = NoticeKind::Refused { code: refusal.code, retry_after: refusal.retry_after };
        self.notice(kind, request);
        self.touched = true;
    }
}

pub(super) fn find(cards: &[Card], conversation: ConversationId) -> Option<&Card> {
    cards.iter().find(|card| card.conversation == conversation)
}

fn is_done(request: &Request, desk: &DeskState) -> bool {
    match request {
        Request::Accept { conversation } | Request::Pick { conversation } => find(&desk.mine, *conversation).is_some(),
        Request::Decline { conversation } => !desk.offers.iter().any(|offer| offer.card.conversation == *conversation),
        Request::End { conversation } => !find(&desk.mine, *conversation)
            .is_some_and(|card| matches!(card.state, CardState::Open { .. } | CardState::Active { .. })),
        Request::Close { conversation } | Request::Release { conversation } => {
            find(&desk.mine, *conversation).is_none()
        }
        Request::SetPresence { presence } => desk.chosen == *presence,
        Request::OfferLink { .. } => false,
        // Each is an audit entry: the agent presses again where none came.
        Request::TakeLink { .. } => true,
        // The desk does not show whether it was done, and a second time it is answered or refused, never done twice.
        Request::Consult { .. }
        | Request::ConsultQueue { .. }
        | Request::EndConsult { .. }
        | Request::LetIn { .. }
        | Request::LeaveConsult { .. }
        | Request::TransferToAgent { .. }
        | Request::TransferToQueue { .. }
        | Request::WithdrawInvitation { .. }
        | Request::AcceptInvitation { .. }
        | Request::DeclineInvitation { .. }
        | Request::Monitor { .. }
        | Request::StopMonitoring { .. }
        | Request::Join { .. }
        | Request::AssignToAgent { .. }
        | Request::AssignToQueue { .. }
        | Request::SupervisorTransfer { .. }
        | Request::ForceClose { .. }
        | Request::SetPresenceOf { .. }
        | Request::SetCustomPresence { .. }
        | Request::SetCustomPresenceOf { .. }
        | Request::WhyWaiting { .. } => false,
        Request::ReleaseHold { conversation } => !find(&desk.mine, *conversation)
            .is_some_and(|card| matches!(card.state, CardState::WrapUp { hold_until: Some(_), .. })),
    }
}
