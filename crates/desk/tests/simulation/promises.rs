//! What was promised is kept, whatever happened (product 3). Looked at on what the desk wrote and answered, not on how it decides.

use std::collections::BTreeMap;

use model::{ConversationId, LinkHash, ReconnectRules, Timestamp, TokenHash, WidgetId};
use rejoin_desk::{Arrival, ConversationFact as What, Fact, Input, Notice, Outcome, times};

use crate::reference::{Clock, Reference, State};

/// What the facts alone say of each conversation's promise.
#[derive(Default)]
pub(crate) struct Promises {
    fixed: BTreeMap<ConversationId, (WidgetId, Option<ReconnectRules>)>,
    had_an_agent: BTreeMap<ConversationId, bool>,
    /// When the promise and the hold end.
    running: BTreeMap<ConversationId, (Timestamp, Option<Timestamp>)>,
    links: BTreeMap<LinkHash, ConversationId>,
    tokens: BTreeMap<TokenHash, ConversationId>,
}

/// At most one live conversation per token and per signed-in customer of a widget; no hold without promise and session.
pub(crate) fn check_live(reference: &Reference) {
    let mut customers = BTreeMap::new();
    let mut tokens = BTreeMap::new();
    for (index, talk) in reference.talks.iter().enumerate() {
        for (token, _) in &talk.tokens {
            assert_eq!(tokens.insert(*token, talk.id), None, "a token leads to one conversation");
        }
        if let Some(who) = talk.identity.filter(|_| reference.is_live(index)) {
            assert_eq!(customers.insert((talk.widget, who), talk.id), None, "a customer has one live conversation");
        }
        let (hold, promise) = (reference.end_of(Clock::Hold(talk.id)), reference.end_of(Clock::Promise(talk.id)));
        if let Some(hold) = hold {
            assert!(promise.is_some_and(|promise| hold <= promise), "no hold outlives its promise");
            assert!(matches!(talk.state, State::WrapUp(Some(_))), "no hold outlives its session");
        }
        assert!(promise.is_none() || matches!(talk.state, State::WrapUp(_)), "a promise is kept in wrap-up");
    }
}

impl Promises {
    pub(crate) fn check(&mut self, reference: &Reference, now: Timestamp, input: &Input, outcome: &Outcome) {
        for recorded in &outcome.facts {
            match &recorded.fact {
                // Each deadline is moved by a fact and by nothing else.
                Fact::RelayStarted { down_since } | Fact::WritesResumed { down_since } => {
                    let outage = recorded.at.since(*down_since);
                    for (until, hold) in self.running.values_mut() {
                        *until += outage;
                        *hold = hold.map(|hold| hold + outage);
                    }
                }
                Fact::Conversation { id, what, .. } => self.hear(*id, recorded.at, what),
                _ => {}
            }
        }
        for (id, (until, hold)) in &self.running {
            assert_eq!(reference.end_of(Clock::Promise(*id)), Some(*until), "the promise of {id} is what facts say");
            assert_eq!(reference.end_of(Clock::Hold(*id)), *hold, "the hold of {id} is what facts say");
            assert!(*until > now && hold.is_none_or(|hold| hold > now), "nothing lives longer than was said");
        }
        let promised = reference.talks.iter().filter(|talk| reference.is_promised(talk.id)).count();
        assert_eq!(promised, self.running.len());
        self.check_answer(reference, input, outcome);
    }

    fn hear(&mut self, id: ConversationId, at: Timestamp, what: &What) {
        match what {
            What::Started { widget, reconnect, token, .. } => {
                self.fixed.insert(id, (*widget, *reconnect));
                self.tokens.insert(*token, id);
            }
            What::AgentJoined { .. } => {
                self.had_an_agent.insert(id, true);
            }
            What::CustomerDisconnected => {
                let had_one = self.had_an_agent.contains_key(&id);
                if let Some(rules) = self.fixed[&id].1.filter(|_| had_one) {
                    let has_session = self.had_an_agent[&id] && rules.hold_for.0 > 0;
                    let hold = has_session.then_some(at + rules.hold_for);
                    self.running.insert(id, (at + rules.limit, hold));
                }
            }
            What::SessionEnded { .. } => {
                self.had_an_agent.insert(id, false);
                if let Some((_, hold)) = self.running.get_mut(&id) {
                    *hold = None;
                }
            }
            What::HoldEnded(_) => self.running.get_mut(&id).unwrap().1 = None,
            What::PromiseExtended => self.running.get_mut(&id).unwrap().0 += times::EXTENSION,
            What::PromiseEnded(_) | What::CustomerReturned { .. } => {
                assert!(self.running.remove(&id).is_some(), "a promise ends once");
            }
            What::LinkMinted { link, .. } => {
                self.links.insert(*link, id);
            }
            What::TokenAdded { token, .. } => {
                self.tokens.insert(*token, id);
            }
            What::Closed(_) => {
                assert!(!self.running.contains_key(&id), "nothing is closed that was promised");
                self.links.retain(|_, leads_to| *leads_to != id);
            }
            What::Forgotten => {
                self.fixed.remove(&id);
                self.had_an_agent.remove(&id);
                self.tokens.retain(|_, leads_to| *leads_to != id);
            }
            _ => {}
        }
    }

    /// A yes always leads to the conversation of what was shown, and a link that is expired never does.
    fn check_answer(&self, reference: &Reference, input: &Input, outcome: &Outcome) {
        let Input::Resume { connection, widget, token, arrival, .. } = input else { return };
        let mut yes = None;
        let mut is_refused = false;
        let mut answers = 0;
        for notice in &outcome.notices {
            match notice {
                Notice::Resumed { connection: whose, conversation } if whose == connection => {
                    yes = Some(*conversation);
                    answers += 1;
                }
                Notice::Prompted { .. } | Notice::CannotResume { .. } => answers += 1,
                Notice::LinkDead { .. } | Notice::ArrivalWaits { .. } | Notice::SignedInAsSomeoneElse { .. } => {
                    is_refused = true;
                }
                _ => {}
            }
        }
        assert_eq!(answers, 1, "one answer");
        let arrives_at = match arrival {
            Some(Arrival::Link { link, .. }) => self.links.get(link).copied(),
            Some(Arrival::Handover { conversation, .. }) => Some(*conversation),
            None => None,
        };
        let own = token.and_then(|token| self.tokens.get(&token).copied());
        if let Some(yes) = yes {
            let by_arrival = arrival.is_some() && !is_refused;
            assert_eq!(Some(yes), if by_arrival { arrives_at } else { own }, "the same conversation for the same yes");
            let index = reference.find(yes).unwrap();
            assert_eq!(reference.talks[index].widget, *widget);
            assert!(!by_arrival || reference.is_live(index), "nobody comes into what is over");
        }
        let started = outcome
            .facts
            .iter()
            .any(|recorded| matches!(recorded.fact, Fact::Conversation { what: What::Started { .. }, .. }));
        assert!(!started, "coming back never starts a conversation");
    }
}
