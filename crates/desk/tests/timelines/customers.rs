//! What customers do on a timeline. Every name is a browser; "phone is signed in as mia" makes it one of hers.

use model::{Answered, Context, ContextVariable, ConversationId, CustomerId, IdentityHash, LinkHash, Seq, TokenHash};
use rejoin_desk::{Arrival, Input, NotResumed, Notice, Outcome, RefusalReason, StartSaid};

use crate::settings::{span, text_value};
use crate::stage::{Stage, WIDGET};

/// A browser of a customer.
#[derive(Default)]
pub(crate) struct Browser {
    /// What its storage holds.
    pub(crate) token: Option<TokenHash>,
    /// How many tokens it has minted.
    minted: u32,
    /// The conversation that it has joined.
    pub(crate) has: Option<ConversationId>,
    /// The conversation at whose prompt it stands.
    pub(crate) asked: Option<ConversationId>,
    /// Who is signed in.
    identity: Option<IdentityHash>,
    sign_in_is_unknown: bool,
    /// The link or hand-over that opened its page.
    arrival: Option<Arrival>,
}

impl Stage {
    pub(crate) fn customer_acts(&mut self, who: &str, what: &str) -> Option<()> {
        if let Some(said) = what.strip_prefix("starts with ") {
            return self.start(who, said, None);
        }
        if let Some(said) = what.strip_prefix("opens a conversation with ") {
            return self.start(who, "\"Hello\"", Some(page_said(said)?));
        }
        match what {
            "opens a conversation" => return self.start(who, "\"Hello\"", None),
            "is back" | "opens a second tab" | "opens the page" => return self.resume(who, None),
            "reloads" => {
                self.lose(who, self.now)?;
                return self.customer_acts(who, "is back");
            }
            "connection drops" => return self.lose(who, self.now),
            _ => {}
        }
        if let Some(ago) = what.strip_prefix("connection turns out dead for ") {
            let last_heard = self.now - span(ago)?;
            return self.lose(who, last_heard);
        }
        if let Some(done) = self.arrives(who, what).or_else(|| self.is_signed_in(who, what)) {
            return Some(done);
        }
        let connection = *self.connections.get(who)?.last()?;
        let input = match what {
            "types" => Input::CustomerTypes { connection },
            "reads" => Input::CustomerReads { connection, upto: Seq(u32::MAX) },
            "ends" => Input::EndByCustomer { connection },
            "still waits" => Input::ConfirmWaiting { connection },
            "starts anew" => Input::StartNew { connection },
            "asks for more time" => Input::ExtendPromise { connection },
            "continues" => {
                let token = self.browser(who).token.unwrap_or_else(|| self.mint_token(who));
                self.token_for_a_yes = Some((who.to_owned(), token));
                Input::Continue { connection, token }
            }
            "goes to that one" => {
                let arrival = self.browser(who).arrival?;
                self.token_for_a_yes = Some((who.to_owned(), token_of(&arrival)));
                Input::FollowArrival { connection, arrival }
            }
            "copies a link" => {
                let link = self.mint_link(who);
                Input::MintLink { connection, link }
            }
            _ => {
                let (text, key, digest) = self.send(who, what.strip_prefix("says ")?)?;
                Input::Say { connection, key, digest, text }
            }
        };
        self.tell(input);
        Some(())
    }

    pub(crate) fn browser(&mut self, who: &str) -> &mut Browser {
        self.browsers.entry(who.to_owned()).or_default()
    }

    /// A link that `who` holds from now on.
    pub(crate) fn mint_link(&mut self, who: &str) -> LinkHash {
        let mut link = [3; 32];
        link[..16].copy_from_slice(&self.fresh().to_be_bytes());
        self.links.insert(who.to_owned(), LinkHash(link));
        LinkHash(link)
    }

    fn mint_token(&mut self, who: &str) -> TokenHash {
        let browser = self.browser(who);
        browser.minted += 1;
        let name = format!("{who} {}", browser.minted);
        let mut token = [0; 32];
        for (slot, byte) in token.iter_mut().zip(name.bytes()) {
            *slot = byte;
        }
        TokenHash(token)
    }

    fn resume(&mut self, who: &str, arrival: Option<Arrival>) -> Option<()> {
        let connection = self.connect(who);
        let browser = self.browser(who);
        browser.arrival = arrival;
        let (token, identity, sign_in_is_unknown) = (browser.token, browser.identity, browser.sign_in_is_unknown);
        self.token_for_a_yes = arrival.map(|arrival| (who.to_owned(), token_of(&arrival)));
        let widget = WIDGET;
        self.tell_of_connection(Input::Resume { connection, widget, token, arrival, identity, sign_in_is_unknown });
        Some(())
    }

    /// By a link, or from another site of the same owner.
    fn arrives(&mut self, who: &str, what: &str) -> Option<()> {
        let arrival = if let Some(holder) = what.strip_prefix("opens ").and_then(|what| what.strip_suffix("'s link")) {
            let link = *self.links.get(holder)?;
            Arrival::Link { link, token: self.mint_token(who) }
        } else if what == "opens a forged link" {
            Arrival::Link { link: LinkHash([66; 32]), token: self.mint_token(who) }
        } else {
            let other = what.strip_prefix("comes over from ")?.strip_suffix("'s page")?;
            let conversation = self.browser(other).has?;
            Arrival::Handover { conversation, token: self.mint_token(who) }
        };
        self.resume(who, Some(arrival))
    }

    /// What the page's sign-in says; told at once where a connection is open.
    fn is_signed_in(&mut self, who: &str, what: &str) -> Option<()> {
        let browser = self.browser(who);
        match what {
            "may be signed in" => {
                (browser.identity, browser.sign_in_is_unknown) = (None, true);
                return Some(());
            }
            "is signed out" => {
                (browser.identity, browser.sign_in_is_unknown) = (None, false);
                return Some(());
            }
            _ => {}
        }
        let (name, is_told) = match what.strip_prefix("is signed in as ") {
            Some(name) => (name, false),
            None => (what.strip_prefix("signs in as ")?, true),
        };
        let mut identity = [5; 32];
        for (slot, byte) in identity.iter_mut().zip(name.bytes()) {
            *slot = byte;
        }
        let identity = IdentityHash(identity);
        (browser.identity, browser.sign_in_is_unknown) = (Some(identity), false);
        let connection = self.connections.get(who).and_then(|open| open.last()).copied();
        if let Some(connection) = connection.filter(|_| is_told) {
            self.tell_of_connection(Input::Identify { connection, widget: WIDGET, identity });
        }
        Some(())
    }

    /// What browsers learn and keep, as the widget does.
    pub(crate) fn note_browsers(&mut self, outcome: &Outcome) {
        for notice in &outcome.notices {
            match *notice {
                Notice::Started { connection, sent, .. } => {
                    let known = self.starting.take().filter(|(_, id)| *id == sent.conversation);
                    if let Some((who, id)) = known {
                        let earlier = (2..).map(|number| format!("{who} {number}"));
                        let mut names = std::iter::once(who.clone()).chain(earlier);
                        let name = names.find(|name| !self.talks.contains_key(name)).unwrap();
                        self.talks.insert(name.clone(), id);
                        self.names.talks.insert(id, name);
                    }
                    let who = self.whose(connection);
                    let browser = self.browser(&who);
                    (browser.has, browser.asked) = (Some(sent.conversation), None);
                }
                Notice::Resumed { connection, conversation } => {
                    let who = self.whose(connection);
                    let token = self.token_for_a_yes.take().filter(|(whose, _)| *whose == who);
                    let browser = self.browser(&who);
                    (browser.has, browser.asked) = (Some(conversation), None);
                    browser.token = token.map(|(_, token)| token).or(browser.token);
                }
                Notice::Prompted { connection, conversation } => {
                    let who = self.whose(connection);
                    let browser = self.browser(&who);
                    (browser.has, browser.asked) = (None, Some(conversation));
                }
                Notice::CannotResume { connection, why } => {
                    let who = self.whose(connection);
                    let browser = self.browser(&who);
                    (browser.has, browser.asked) = (None, None);
                    if matches!(why, NotResumed::Expired | NotResumed::NotYours) {
                        browser.token = None;
                    }
                }
                Notice::PromptOfAnother { connection, was_theirs: false } => {
                    let who = self.whose(connection);
                    self.browser(&who).token = None;
                }
                Notice::Left { connection } => {
                    let who = self.whose(connection);
                    let browser = self.browser(&who);
                    (browser.has, browser.asked, browser.token) = (None, None, None);
                }
                Notice::LinkDead { .. } | Notice::ArrivalWaits { .. } | Notice::SignedInAsSomeoneElse { .. } => {
                    self.token_for_a_yes = None;
                }
                _ => {}
            }
        }
    }

    fn start(&mut self, who: &str, said: &str, page: Option<StartSaid>) -> Option<()> {
        let (text, key, digest) = self.send(who, said)?;
        let connection = match self.connections.get(who).and_then(|open| open.last()) {
            Some(open) => *open,
            None => self.connect(who),
        };
        let token = match self.browser(who).token {
            Some(token) => token,
            None => self.mint_token(who),
        };
        let conversation = ConversationId::from_u128(self.fresh());
        self.starting = Some((who.to_owned(), conversation));
        self.browser(who).token = Some(token);
        let identity = self.browser(who).identity;
        self.tell(Input::Start {
            connection,
            conversation,
            customer: CustomerId::from_u128(conversation.as_u128()),
            widget: WIDGET,
            token,
            key,
            digest,
            text,
            name: None,
            identity,
            said: page.map(Box::new),
        });
        Some(())
    }
}

/// `plan gold, orders 7, language de-AT, answer topic return, no answer`.
fn page_said(text: &str) -> Option<StartSaid> {
    let mut said = StartSaid::default();
    let mut variables = Vec::new();
    for one in text.split(", ") {
        let (name, value) = one.split_once(' ')?;
        match name {
            "language" => said.page.language = Some(value.to_owned()),
            "answer" => {
                let (name, value) = value.split_once(' ')?;
                let question = format!("What {name}?");
                said.answers.push(Answered { name: name.to_owned(), question, value: value.to_owned() });
            }
            "no" => said.refused = Some(RefusalReason::AnswerMissing),
            _ => variables.push(ContextVariable { name: name.to_owned(), value: text_value(value) }),
        }
    }
    said.page.context = Context::new(variables).ok()?;
    Some(said)
}

fn token_of(arrival: &Arrival) -> TokenHash {
    match arrival {
        Arrival::Link { token, .. } | Arrival::Handover { token, .. } => *token,
    }
}
