//! What customers do: with several browsers, signed in or not, by link, from another site, at the prompt.

use model::{ConnectionId, ConversationId, CustomerId, IdentityHash, LinkHash, TokenHash, WidgetId};
use rejoin_desk::{Arrival, Input};

use crate::reference::{Reference, Talk};
use crate::world::World;

const TALKS_MAX: usize = 16;
/// People who can sign in.
const PEOPLE: u64 = 3;

/// A browser that holds a token.
#[derive(Clone, Copy)]
pub(crate) struct Stored {
    pub(crate) widget: WidgetId,
    pub(crate) token: TokenHash,
    /// Who is mostly signed in there.
    pub(crate) who: Option<IdentityHash>,
}

impl World {
    pub(crate) fn customer_acts(&mut self, screens: &Reference) -> Input {
        let choice = self.random.below(100);
        if choice < 22 || self.browsers.is_empty() {
            return self.customer_comes(screens);
        }
        let standing: Vec<_> =
            screens.talks.iter().flat_map(|talk| talk.prompted.iter().map(|(open, _)| *open)).collect();
        let connection = match self.random.pick(&standing).copied() {
            Some(standing) if self.random.one_in(4) => standing,
            _ => self.a_browser(),
        };
        if screens.talks.iter().any(|talk| talk.prompted.iter().any(|(standing, _)| *standing == connection)) {
            return self.at_the_prompt(connection, screens);
        }
        let is_reading = |talk: &&Talk| screens.is_promised(talk.id) && talk.windows.contains(&connection);
        if let Some(talk) = screens.talks.iter().find(is_reading).filter(|_| self.random.one_in(3)) {
            return self.reads_what_was_promised(connection, talk);
        }
        match choice {
            22..54 => {
                let (key, digest) = self.send();
                Input::Say { connection, key, digest, text: self.text.clone() }
            }
            54..62 => self.asks_for_something_rare(connection, screens),
            62..72 => Input::CustomerReads { connection, upto: self.position() },
            72..76 => Input::CustomerTypes { connection },
            76..78 => Input::EndByCustomer { connection },
            78..84 => Input::ConfirmWaiting { connection },
            _ => self.leaves(connection),
        }
    }

    /// Who only reads a disconnected conversation: ends it late, starts anew, signs in.
    fn reads_what_was_promised(&mut self, connection: ConnectionId, talk: &Talk) -> Input {
        match self.random.below(4) {
            0 => Input::EndByCustomer { connection },
            1 => Input::StartNew { connection },
            _ => Input::Identify { connection, widget: talk.widget, identity: self.somebody() },
        }
    }

    fn leaves(&mut self, connection: ConnectionId) -> Input {
        self.browsers.retain(|open| *open != connection);
        Input::LoseConnection { connection, last_heard: self.last_heard() }
    }

    fn a_browser(&mut self) -> ConnectionId {
        let stranger = self.random.one_in(50);
        match self.random.pick(&self.browsers).copied().filter(|_| !stranger) {
            Some(open) => open,
            None => ConnectionId::from_u128(self.fresh()),
        }
    }

    fn at_the_prompt(&mut self, connection: ConnectionId, screens: &Reference) -> Input {
        match self.random.below(20) {
            0..7 => {
                let token = self.any_token(WidgetId::from_u128(1));
                Input::Continue { connection, token }
            }
            7..10 => Input::StartNew { connection },
            10..14 => Input::ExtendPromise { connection },
            14..17 => self.asks_for_something_rare(connection, screens),
            _ => self.leaves(connection),
        }
    }

    fn asks_for_something_rare(&mut self, connection: ConnectionId, screens: &Reference) -> Input {
        let widget = WidgetId::from_u128(1 + u128::from(self.random.below(3)));
        let here = screens.talks.iter().find(|talk| talk.windows.contains(&connection)).map(|talk| talk.id);
        match self.random.below(10) {
            0 => Input::StartNew { connection },
            1 => Input::FollowArrival { connection, arrival: self.arrival(screens).1 },
            2 => Input::Continue { connection, token: self.new_token(widget, None) },
            3..5 => {
                let identity = self.somebody();
                let here = screens.talks.iter().find(|talk| Some(talk.id) == here).map(|talk| talk.widget);
                Input::Identify { connection, widget: here.unwrap_or(widget), identity }
            }
            _ => Input::MintLink {
                connection,
                link: self.new_link(screens, here.unwrap_or(ConversationId::from_u128(0))),
            },
        }
    }

    fn somebody(&mut self) -> IdentityHash {
        IdentityHash([1 + u8::try_from(self.random.below(PEOPLE)).unwrap(); 32])
    }

    /// Mostly a new one; now and then one that exists.
    pub(crate) fn new_link(&mut self, screens: &Reference, talk: ConversationId) -> LinkHash {
        if let Some((_, known)) = self.random.pick(&self.links).copied().filter(|_| self.random.one_in(12)) {
            return known;
        }
        let mut bytes = [8; 32];
        bytes[..16].copy_from_slice(&self.fresh().to_be_bytes());
        let widget = screens.find(talk).map_or(WidgetId::from_u128(1), |index| screens.talks[index].widget);
        self.links.push((widget, LinkHash(bytes)));
        LinkHash(bytes)
    }

    fn new_token(&mut self, widget: WidgetId, who: Option<IdentityHash>) -> TokenHash {
        let mut bytes = [7; 32];
        bytes[..16].copy_from_slice(&self.fresh().to_be_bytes());
        let token = TokenHash(bytes);
        self.stored.push(Stored { widget, token, who });
        token
    }

    fn any_token(&mut self, widget: WidgetId) -> TokenHash {
        let known = self.random.pick(&self.stored).copied().filter(|_| self.random.one_in(3));
        known.map_or_else(|| self.new_token(widget, None), |known| known.token)
    }

    /// A link that was minted or forged, or a hand-over of any conversation.
    fn arrival(&mut self, screens: &Reference) -> (WidgetId, Arrival) {
        let minted = self.random.pick(&self.links).copied().filter(|_| !self.random.one_in(10));
        let somewhere = WidgetId::from_u128(1 + u128::from(self.random.below(3)));
        if self.random.one_in(5) {
            let conversation = self.a_talk(screens, |talk: &Talk| !talk.windows.is_empty());
            let widget = screens.find(conversation).map_or(somewhere, |index| screens.talks[index].widget);
            let token = self.new_token(widget, None);
            return (widget, Arrival::Handover { conversation, token });
        }
        let (widget, link) = minted.unwrap_or((somewhere, LinkHash([66; 32])));
        let widget = if self.random.one_in(20) { somewhere } else { widget };
        let token = if self.random.one_in(20) { self.any_token(widget) } else { self.new_token(widget, None) };
        (widget, Arrival::Link { link, token })
    }

    fn customer_comes(&mut self, screens: &Reference) -> Input {
        let known = self.random.pick(&self.stored).copied();
        let connection = match self.random.pick(&self.browsers).copied() {
            Some(open) if self.random.one_in(4) => open,
            _ => ConnectionId::from_u128(self.fresh()),
        };
        self.browsers.retain(|open| *open != connection);
        self.browsers.push(connection);
        let is_new = known.is_none() || (self.stored.len() < TALKS_MAX && self.random.one_in(5));
        let promised: Vec<_> = screens.talks.iter().filter(|talk| screens.is_promised(talk.id)).collect();
        if let Some(talk) = self.random.pick(&promised).filter(|_| self.random.one_in(2)) {
            return self.comes_back(connection, talk);
        }
        if !is_new && !self.random.one_in(6) {
            return self.shows(connection, known, screens);
        }
        let widget = WidgetId::from_u128(1 + u128::from(self.random.below(3)));
        let browser = match known.filter(|_| !is_new) {
            Some(known) => known,
            None => {
                let who = if self.random.one_in(2) { Some(self.somebody()) } else { None };
                Stored { widget, token: self.new_token(widget, who), who }
            }
        };
        let widget = if self.random.one_in(50) { WidgetId::from_u128(9) } else { browser.widget };
        let identity = if self.random.one_in(12) { Some(self.somebody()) } else { browser.who };
        let (key, digest) = self.send();
        let conversation = ConversationId::from_u128(self.fresh());
        self.talks.push(conversation);
        Input::Start {
            connection,
            conversation,
            customer: CustomerId::from_u128(self.fresh()),
            widget,
            token: browser.token,
            key,
            digest,
            text: self.text.clone(),
            name: None,
            identity,
            said: self.page_says(),
        }
    }

    /// Somebody knows that they may come back: by one of the links, by token or by their sign-in.
    fn comes_back(&mut self, connection: ConnectionId, talk: &Talk) -> Input {
        let widget = talk.widget;
        let link = self.random.pick(&talk.links).copied().filter(|_| self.random.one_in(2));
        let link = link.map(|link| Arrival::Link { link, token: self.new_token(widget, talk.identity) });
        let comes_over = link.is_none() && self.random.one_in(8);
        let handover = comes_over
            .then(|| Arrival::Handover { conversation: talk.id, token: self.new_token(widget, talk.identity) });
        let arrival = link.or(handover);
        let token = self.random.pick(&talk.tokens).filter(|_| self.random.one_in(2)).map(|(token, _)| *token);
        let identity = talk.identity.filter(|_| !self.random.one_in(4));
        Input::Resume { connection, widget, token, arrival, identity, sign_in_is_unknown: self.random.one_in(20) }
    }

    /// A page opens: with what its storage holds or without, by link, with or without a sign-in.
    fn shows(&mut self, connection: ConnectionId, known: Option<Stored>, screens: &Reference) -> Input {
        let holds = known.filter(|_| !self.random.one_in(6));
        let arrival = if self.random.one_in(4) { Some(self.arrival(screens)) } else { None };
        let somewhere = WidgetId::from_u128(1 + u128::from(self.random.below(3)));
        let own = holds.map_or(somewhere, |known| known.widget);
        let widget = arrival.map_or(own, |(widget, _)| if self.random.one_in(10) { own } else { widget });
        let widget = if self.random.one_in(50) { WidgetId::from_u128(9) } else { widget };
        let (identity, sign_in_is_unknown) = match self.random.below(12) {
            0 => (Some(self.somebody()), false),
            1 => (None, true),
            2 => (None, false),
            3..5 if holds.is_none() => (Some(self.somebody()), false),
            _ => (holds.and_then(|known| known.who), false),
        };
        let (token, arrival) = (holds.map(|known| known.token), arrival.map(|(_, arrival)| arrival));
        Input::Resume { connection, widget, token, arrival, identity, sign_in_is_unknown }
    }
}
