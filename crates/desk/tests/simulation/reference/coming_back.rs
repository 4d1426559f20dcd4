//! Who may come in, by what they show: token, link, hand-over, sign-in; and the prompt.

use model::{ConnectionId, IdentityHash, ReturnedBy, TokenHash, WidgetId};
use rejoin_desk::{Arrival, ConversationFact as What, NotResumed, Notice, RefusalReason as No, limits};

use super::{Reference, Talk};

/// What a connection shows.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) connection: ConnectionId,
    pub(super) widget: WidgetId,
    pub(super) token: Option<TokenHash>,
    pub(super) identity: Option<IdentityHash>,
    pub(super) is_unknown: bool,
}

/// Where a link or hand-over leads.
enum Leads {
    To(usize),
    Nowhere,
    ToSomeoneElse,
}

fn token_of(arrival: Arrival) -> (TokenHash, ReturnedBy) {
    match arrival {
        Arrival::Link { token, .. } => (token, ReturnedBy::Link),
        Arrival::Handover { token, .. } => (token, ReturnedBy::Handover),
    }
}

impl Talk {
    pub(crate) fn has_token(&self, token: TokenHash) -> bool {
        self.tokens.iter().any(|(known, _)| *known == token)
    }
}

impl Reference {
    pub(super) fn live_of(&self, widget: WidgetId, who: IdentityHash) -> Option<usize> {
        let all: Vec<usize> = (0..self.talks.len())
            .filter(|index| self.talks[*index].widget == widget && self.talks[*index].identity == Some(who))
            .filter(|index| self.is_live(*index))
            .collect();
        assert!(all.len() < 2, "a customer of a widget has one live conversation");
        all.first().copied()
    }

    pub(super) fn standing(&self, connection: ConnectionId) -> Option<(usize, bool)> {
        self.talks.iter().enumerate().find_map(|(index, talk)| {
            let standing = talk.prompted.iter().find(|(standing, _)| *standing == connection)?;
            Some((index, standing.1))
        })
    }

    pub(super) fn stand_at_prompt(
        &mut self,
        connection: ConnectionId,
        index: usize,
        holds: bool,
        who: Option<IdentityHash>,
    ) {
        let conversation = self.talks[index].id;
        self.lose(connection, self.now);
        self.talks[index].prompted.push((connection, holds));
        self.remember_sign_in(connection, who);
        self.replies.push(Notice::Prompted { connection, conversation });
        if self.talks[index].prompted.len() > limits::PROMPTED_PER_CONVERSATION_MAX {
            let (oldest, _) = self.talks[index].prompted.remove(0);
            self.signed_in.remove(&oldest);
            self.replies.push(Notice::Displace { connection: oldest });
        }
    }

    fn stand_at_prompt_of_another(
        &mut self,
        connection: ConnectionId,
        index: usize,
        who: Option<IdentityHash>,
        was_theirs: bool,
    ) {
        self.stand_at_prompt(connection, index, false, who);
        self.replies.push(Notice::PromptOfAnother { connection, was_theirs });
    }

    fn cannot(&mut self, connection: ConnectionId, why: NotResumed) {
        self.lose(connection, self.now);
        self.replies.push(Notice::CannotResume { connection, why });
    }

    /// The conversation of the browser's token, and whether the browser may open it.
    fn own(&self, shown: Shown) -> Option<(usize, Option<NotResumed>)> {
        let token = shown.token?;
        let index = self.talks.iter().position(|talk| talk.has_token(token) && talk.widget == shown.widget)?;
        let talk = &self.talks[index];
        let Some(whose) = talk.identity else { return Some((index, None)) };
        let no = match shown.identity {
            Some(who) if who == whose => None,
            Some(_) => Some(NotResumed::NotYours),
            None if shown.is_unknown => Some(NotResumed::SignInUnknown),
            None if talk.tokens.contains(&(token, true)) => None,
            None => Some(NotResumed::SignInNeeded),
        };
        Some((index, no))
    }

    fn leads(&self, widget: WidgetId, arrival: Arrival, who: Option<IdentityHash>) -> Leads {
        let found = self.talks.iter().position(|talk| match arrival {
            Arrival::Link { link, .. } => talk.links.contains(&link),
            Arrival::Handover { conversation, .. } => talk.id == conversation,
        });
        let Some(index) = found.filter(|index| self.talks[*index].widget == widget && self.is_live(*index)) else {
            return Leads::Nowhere;
        };
        match (self.talks[index].identity, who) {
            (Some(whose), Some(who)) if whose != who => Leads::ToSomeoneElse,
            _ => Leads::To(index),
        }
    }

    pub(super) fn resume(&mut self, shown: Shown, arrival: Option<Arrival>) {
        let (connection, own) = (shown.connection, self.own(shown));
        let leads = arrival.map(|arrival| (arrival, self.leads(shown.widget, arrival, shown.identity)));
        match leads {
            None => {}
            Some((_, Leads::Nowhere)) => self.replies.push(Notice::LinkDead { connection }),
            Some((_, Leads::ToSomeoneElse)) => self.replies.push(Notice::SignedInAsSomeoneElse { connection }),
            Some((arrival, Leads::To(index))) => {
                let own_is_unknown = matches!(own, Some((_, Some(NotResumed::SignInUnknown))));
                if shown.is_unknown && (self.talks[index].identity.is_some() || own_is_unknown) {
                    return self.cannot(connection, NotResumed::SignInUnknown);
                }
                let waits = matches!(own, Some((other, None)) if other != index && self.is_live(other));
                if !waits {
                    let (token, how) = token_of(arrival);
                    let holds = shown.token.is_some_and(|token| self.talks[index].has_token(token));
                    return self.let_in(connection, index, token, how, holds, shown.identity);
                }
                self.replies.push(Notice::ArrivalWaits { connection });
            }
        }
        match own {
            Some((index, None)) => self.resume_own(shown, index),
            None | Some((_, Some(_))) => {
                let other = shown.identity.and_then(|who| self.live_of(shown.widget, who));
                let unknown = if shown.is_unknown { NotResumed::SignInUnknown } else { NotResumed::Expired };
                match (other, own) {
                    (Some(other), Some(_)) => {
                        self.stand_at_prompt_of_another(connection, other, shown.identity, false);
                    }
                    (Some(other), None) => self.stand_at_prompt(connection, other, false, shown.identity),
                    (None, Some((_, Some(why)))) => self.cannot(connection, why),
                    (None, _) => self.cannot(connection, unknown),
                }
            }
        }
    }

    fn resume_own(&mut self, shown: Shown, index: usize) {
        let (connection, token) = (shown.connection, shown.token.unwrap());
        self.may_become_theirs(index, token, shown.identity);
        let conversation = self.talks[index].id;
        let other = shown.identity.and_then(|who| self.live_of(shown.widget, who));
        if let Some(other) = other.filter(|_| !self.is_live(index)) {
            return self.stand_at_prompt_of_another(connection, other, shown.identity, true);
        }
        let is_known = shown.identity.is_some() && self.talks[index].identity == shown.identity;
        let asks = is_known || self.widgets[&shown.widget].prompts_anonymous;
        if self.is_promised(conversation) && asks {
            return self.stand_at_prompt(connection, index, true, shown.identity);
        }
        self.replies.push(Notice::Resumed { connection, conversation });
        self.join(connection, index, token, shown.identity);
    }

    fn let_in(
        &mut self,
        connection: ConnectionId,
        index: usize,
        token: TokenHash,
        how: ReturnedBy,
        holds: bool,
        who: Option<IdentityHash>,
    ) {
        let conversation = self.talks[index].id;
        self.replies.push(Notice::Resumed { connection, conversation });
        if self.talks.iter().all(|talk| !talk.has_token(token)) {
            let needs_sign_in = who.is_some() && self.talks[index].identity == who;
            self.note(index, What::TokenAdded { token, how, is_other_device: !holds, needs_sign_in });
            let talk = &mut self.talks[index];
            talk.tokens.push((token, !needs_sign_in));
            if talk.tokens.len() > limits::TOKENS_PER_CONVERSATION_MAX {
                talk.tokens.remove(1);
            }
            talk.returned_by = Some(how);
        }
        self.come_back(index, how);
        let index = self.find(conversation).unwrap();
        self.join(connection, index, token, who);
    }

    pub(super) fn may_become_theirs(&mut self, index: usize, token: TokenHash, who: Option<IdentityHash>) {
        let Some(who) = who else { return };
        let talk = &self.talks[index];
        let is_free = talk.identity.is_none() && self.live_of(talk.widget, who).is_none();
        if is_free && talk.tokens[0].0 == token && self.is_live(index) {
            self.note(index, What::CustomerIdentified(who));
            let talk = &mut self.talks[index];
            talk.identity = Some(who);
            talk.tokens.iter_mut().for_each(|(_, alone)| *alone = false);
        }
    }

    pub(super) fn press_continue(&mut self, connection: ConnectionId, token: TokenHash) {
        let Some((index, holds)) = self.standing(connection) else {
            return self.refuse(connection, No::NoConversation);
        };
        if !self.is_live(index) {
            return self.cannot(connection, NotResumed::Expired);
        }
        let who = self.signed_in.get(&connection).copied();
        self.may_become_theirs(index, token, who);
        let how = if holds { ReturnedBy::Prompt } else { ReturnedBy::SignIn };
        self.let_in(connection, index, token, how, holds, who);
    }

    pub(super) fn go_to_that_one(&mut self, connection: ConnectionId, arrival: Arrival) {
        let present = self.joined(connection).or(self.standing(connection).map(|(index, _)| index));
        let Some(present) = present else { return self.refuse(connection, No::NoConversation) };
        let who = self.signed_in.get(&connection).copied();
        match self.leads(self.talks[present].widget, arrival, who) {
            Leads::Nowhere => self.replies.push(Notice::LinkDead { connection }),
            Leads::ToSomeoneElse => self.replies.push(Notice::SignedInAsSomeoneElse { connection }),
            Leads::To(index) => {
                if index != present {
                    self.end_for_another(present);
                }
                let (token, how) = token_of(arrival);
                self.let_in(connection, index, token, how, index == present, who);
            }
        }
    }

    pub(super) fn sign_in(&mut self, connection: ConnectionId, widget: WidgetId, who: IdentityHash) {
        let joined = self.joined(connection);
        let present = joined.or(self.standing(connection).map(|(index, _)| index));
        let other = self.live_of(widget, who).filter(|other| Some(*other) != present);
        let whose = present.and_then(|index| self.talks[index].identity);
        if whose.is_some_and(|whose| whose != who) && other.is_none() {
            return self.cannot(connection, NotResumed::NotYours);
        }
        let stays = present.filter(|index| whose.is_none_or(|whose| whose == who) && self.is_live(*index));
        if present.is_some() {
            self.remember_sign_in(connection, Some(who));
        }
        match (stays, other) {
            (Some(index), _) => {
                if self.talks[index].starters.contains(&connection) {
                    let token = self.talks[index].tokens[0].0;
                    self.may_become_theirs(index, token, Some(who));
                    if self.is_promised(self.talks[index].id) && self.talks[index].identity == Some(who) {
                        self.stand_at_prompt(connection, index, true, Some(who));
                    }
                }
            }
            (None, Some(other)) if present.is_some() => {
                let was_theirs = whose.is_none_or(|whose| whose == who);
                self.stand_at_prompt_of_another(connection, other, Some(who), was_theirs);
            }
            (None, Some(other)) => self.stand_at_prompt(connection, other, false, Some(who)),
            (None, None) => {}
        }
    }
}
