//! Coming back on a customer's connection: the prompt, arrivals, sign-in, links, hand-overs.

use desk::{Input, NotResumed};
use model::{ConversationId, HandoverCode, LinkSecret, Seq, Timestamp};
use wire::{ArrivalAnswer, CanResume, Jwt, QrCode, Refusal, RefusalCode, RelayToCustomer, limits};

use crate::bucket::Bucket;
use crate::customer::{Awaits, CustomerGate, Place};
use crate::digest::link_hash;
use crate::incoming::{Answer, Handover, Received};
use crate::link::{MintedLink, Portal, reconnect_url};
use crate::sign_in::SignInResult;

type Reply = Received<RelayToCustomer>;

fn refused(code: RefusalCode) -> RelayToCustomer {
    RelayToCustomer::Refused { refusal: Refusal::of(code) }
}

/// Takes a token, or says when there is one.
fn take(bucket: &mut Bucket, now: Timestamp) -> Result<(), RelayToCustomer> {
    bucket.take(now).map_err(|wait| RelayToCustomer::Refused {
        refusal: Refusal { code: RefusalCode::RateLimited, retry_after: Some(wait) },
    })
}

impl CustomerGate {
    pub(crate) fn resumed(&mut self, now: Timestamp, conversation: ConversationId) -> Answer<RelayToCustomer> {
        let asked = self.asked.as_deref().copied();
        let has_arrived = asked.is_some_and(|asked| asked.arrival.is_some())
            && match self.awaits {
                Awaits::Hello => self.arrival == ArrivalAnswer::NotAsked,
                Awaits::Arrival => true,
                Awaits::Nothing => false,
            };
        if has_arrived {
            self.arrival = ArrivalAnswer::Joined;
        }
        // The hello's position is one of its token's conversation. Whoever comes to another one begins at its beginning.
        let after =
            asked.filter(|_| self.awaits == Awaits::Hello && !has_arrived).map_or(Seq::START, |asked| asked.after);
        self.answered();
        self.join(conversation, after);
        Answer::Frame(self.welcome(now, CanResume::Yes))
    }

    pub(crate) fn cannot_resume(&mut self, now: Timestamp, why: NotResumed) -> Answer<RelayToCustomer> {
        let had_token = self.asked.as_ref().is_some_and(|asked| asked.token.is_some()) || self.prompted().is_some();
        self.place = Place::Nowhere;
        let resume = match why {
            NotResumed::Expired if had_token => CanResume::Expired,
            NotResumed::Expired => CanResume::NotAsked,
            NotResumed::NotYours => CanResume::NotYours,
            NotResumed::SignInNeeded | NotResumed::SignInUnknown => return Answer::Frame(self.unknown(now)),
        };
        self.answered();
        Answer::Frame(self.welcome(now, resume))
    }

    /// Nothing is decided: what was asked is kept, to be asked again.
    fn unknown(&mut self, now: Timestamp) -> RelayToCustomer {
        self.awaits = Awaits::Nothing;
        self.welcome(now, CanResume::Unknown { retry_after: limits::UNKNOWN_RETRY_AFTER })
    }

    /// The hello is answered. What waits for a choice is kept.
    pub(crate) fn answered(&mut self) {
        self.awaits = Awaits::Nothing;
        if self.arrival != ArrivalAnswer::Waits {
            self.asked = None;
        } else if let Some(asked) = &mut self.asked {
            asked.token = None;
        }
    }

    /// An arrival leads nowhere. With a hello the desk's answer about the rest of it follows; else all stays as it was.
    pub(crate) fn arrival_answered(&mut self, now: Timestamp, answer: ArrivalAnswer) -> Answer<RelayToCustomer> {
        self.arrival = answer;
        if let Some(asked) = &mut self.asked {
            asked.arrival = None;
        }
        if self.awaits == Awaits::Hello {
            return Answer::Nothing;
        }
        self.awaits = Awaits::Nothing;
        self.asked = None;
        let present = match self.place {
            Place::Nowhere => CanResume::NotAsked,
            Place::AtPrompt(_) => CanResume::Prompt,
            Place::Joined(_) => CanResume::Yes,
        };
        Answer::Frame(self.welcome(now, present))
    }

    pub(crate) fn go_to_arrival(&mut self) -> Reply {
        let arrival = self.asked.as_ref().and_then(|asked| asked.arrival);
        match arrival.filter(|_| self.awaits == Awaits::Nothing) {
            Some(arrival) => {
                self.awaits = Awaits::Arrival;
                Received::input(Input::FollowArrival { connection: self.connection(), arrival })
            }
            None => Received::reply(refused(RefusalCode::WrongState)),
        }
    }

    pub(crate) fn show_sign_in(&mut self, now: Timestamp, jwt: Jwt) -> Reply {
        match take(&mut self.sign_ins, now) {
            Ok(()) => Received { sign_in: Some(jwt), ..Received::NOTHING },
            Err(refused) => Received::reply(refused),
        }
    }

    /// The relay has found out about the JWT of [`Received::sign_in`].
    #[must_use]
    pub fn signed_in(&mut self, result: SignInResult) -> Received<RelayToCustomer> {
        let reply = Some(RelayToCustomer::SignIn { answer: result.answer() });
        let SignInResult::Verified { identity, .. } = result else {
            // Whoever was signed in stays it on this connection: what they had shown was good.
            if self.identity.is_none() {
                self.sign_in = result.answer();
            }
            return Received { reply, ..Received::NOTHING };
        };
        self.sign_in = result.answer();
        self.identity = Some(identity);
        let (connection, widget) = (self.connection(), self.widget().id);
        let input = match &self.asked {
            // The hello's questions have no answer yet: with a sign-in they may.
            Some(asked) if self.awaits == Awaits::Nothing && self.arrival != ArrivalAnswer::Waits => {
                let input = asked.input(connection, widget, Some(identity), false);
                self.awaits = Awaits::Hello;
                input
            }
            Some(_) | None => Input::Identify { connection, widget, identity },
        };
        Received { input: Some(input), reply, ..Received::NOTHING }
    }

    pub(crate) fn mint_link(&mut self, now: Timestamp, secret: LinkSecret) -> Reply {
        if let Err(refused) = take(&mut self.mints, now) {
            return Received::reply(refused);
        }
        if self.minting.is_some() {
            return Received::reply(refused(RefusalCode::Overloaded));
        }
        let link = link_hash(&secret);
        self.minting = Some(Box::new(secret));
        Received::input(Input::MintLink { connection: self.connection(), link })
    }

    pub(crate) fn link_minted(&mut self) -> Answer<RelayToCustomer> {
        match (self.minting.take(), self.conversation()) {
            (Some(secret), Some(conversation)) => {
                Answer::Link(MintedLink { conversation, secret: *secret, request: None })
            }
            _ => Answer::Nothing,
        }
    }

    /// The frame of a minted link; without a portal it was taken away meanwhile. `qr` draws the address.
    #[must_use]
    pub fn link(
        &self,
        minted: &MintedLink,
        portal: Option<&Portal>,
        qr: impl FnOnce(&str) -> Option<QrCode>,
    ) -> RelayToCustomer {
        match portal {
            Some(portal) => {
                let url = reconnect_url(portal, &minted.secret);
                let qr = qr(&url);
                RelayToCustomer::Link { url, qr }
            }
            None => refused(RefusalCode::NoPortal),
        }
    }

    pub(crate) fn mint_handover(&mut self, now: Timestamp, site: String, code: HandoverCode) -> Reply {
        if let Err(refused) = take(&mut self.mints, now) {
            return Received::reply(refused);
        }
        let Some(conversation) = self.conversation() else {
            return Received::reply(refused(RefusalCode::NoConversation));
        };
        if !self.widget().sites.contains(&site) {
            return Received::reply(refused(RefusalCode::NotAllowed));
        }
        let expires_at = now + limits::HANDOVER_FOR;
        let reply = RelayToCustomer::Handover { site: site.clone(), code: code.clone(), expires_at };
        Received { reply: Some(reply), handover: Some(Handover { code, conversation, site }), ..Received::NOTHING }
    }

    /// The answer to something, other than a send, that could not be written or told to the desk: unknown where it was the hello,
    /// else a refusal.
    pub fn not_taken(&mut self, now: Timestamp, refusal: Refusal) -> RelayToCustomer {
        if self.awaits == Awaits::Hello {
            return self.unknown(now);
        }
        self.was_refused();
        RelayToCustomer::Refused { refusal }
    }

    pub(crate) fn was_refused(&mut self) {
        self.minting = None;
        self.awaits = Awaits::Nothing;
    }
}
