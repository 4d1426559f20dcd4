//! Visibility is a function, tested over every fact, both audiences and both encodings (product 4.6).

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

extern crate rejoin_gate as gate;

use std::collections::BTreeSet;

use desk::{Author, Body, ConversationFact, Fact, PageSaid, Recorded};
use gate::{Names, agents_entry, customer_entry, said_before};
use model::{
    AgentId, Answered, Audience, BodyDigest, CloseReason, ConsultEnd, Context, ContextValue, ContextVariable,
    ConversationId, CustomerId, DisplayName, HoldEnd, IdentityHash, InvitationEnd, InvitationKind, LinkHash,
    MessageText, Millis, MonitorEnd, OfferEnd, OverflowCause, PageAddress, PromiseEnd, QueueId, ReturnedBy, SendKey,
    Seq, SessionEnd, Timestamp, TokenHash, Units, WidgetId, WorkstreamId,
};
use wire::{Encoding, Frame, RelayToConsole, RelayToCustomer};

const CANARY: &str = "only-for-colleagues";
const RAVI: AgentId = AgentId::from_u128(0x7a7a_7a7a_7a7a_7a7a_7a7a_7a7a_7a7a_7a7a);
const ID: ConversationId = ConversationId::from_u128(1);

struct Ravi;

impl Names for Ravi {
    fn agent(&self, _agent: AgentId) -> Option<DisplayName> {
        DisplayName::new("Ravi").ok()
    }

    fn queue(&self, _queue: QueueId) -> Option<String> {
        None
    }

    fn customer(&self, _conversation: ConversationId) -> Option<DisplayName> {
        None
    }

    fn last_words(&self, _conversation: ConversationId) -> Option<String> {
        None
    }

    fn page(&self, _conversation: ConversationId) -> Option<PageAddress> {
        None
    }
}

const AUDIENCES: [Audience; 2] = [Audience::Customer, Audience::Agents];
const SESSION_ENDS: [SessionEnd; 11] = [
    SessionEnd::AgentClosed,
    SessionEnd::AutoClosed,
    SessionEnd::AgentDisconnected,
    SessionEnd::AgentSignedOut,
    SessionEnd::AgentReleased,
    SessionEnd::AgentDisabled,
    SessionEnd::ForceClosed,
    SessionEnd::Transferred,
    SessionEnd::CustomerReturned,
    SessionEnd::TransferredToQueue,
    SessionEnd::TransferredBySupervisor,
];
const CLOSE_REASONS: [CloseReason; 8] = [
    CloseReason::AgentEnded,
    CloseReason::CustomerEnded,
    CloseReason::CustomerDisconnected,
    CloseReason::AutoClosed,
    CloseReason::ForceClosed,
    CloseReason::OverflowEnded,
    CloseReason::OutOfHours,
    CloseReason::WaitedTooLong,
];
const WAYS_BACK: [ReturnedBy; 5] =
    [ReturnedBy::Token, ReturnedBy::Link, ReturnedBy::Prompt, ReturnedBy::SignIn, ReturnedBy::Handover];
const PROMISE_ENDS: [PromiseEnd; 4] =
    [PromiseEnd::LimitReached, PromiseEnd::StartedNew, PromiseEnd::EndedByCustomer, PromiseEnd::ForceClosed];
const OFFER_ENDS: [OfferEnd; 4] = [OfferEnd::Accepted, OfferEnd::Declined, OfferEnd::Missed, OfferEnd::Withdrawn];

/// Every fact there can be in a conversation, as far as its variants go.
fn every_fact() -> Vec<ConversationFact> {
    let upto = Seq(3);
    let (key, digest) = (SendKey([1; 16]), BodyDigest([2; 8]));
    let mut all = vec![
        ConversationFact::Started {
            customer: CustomerId::from_u128(2),
            widget: WidgetId::from_u128(3),
            workstream: WorkstreamId::from_u128(4),
            queue: QueueId::from_u128(5),
            token: TokenHash([6; 32]),
            number: 7,
            cost: Units(1),
            disconnect_after: Millis::minutes(3),
            reconnect: None,
            identity: None,
        },
        ConversationFact::ReadByCustomer { upto },
        ConversationFact::ReadByAgent { agent: RAVI, upto },
        ConversationFact::OfferMade { agent: RAVI, until: Timestamp(9) },
        ConversationFact::CustomerAway { since: Timestamp(8) },
        ConversationFact::CustomerBack,
        ConversationFact::CustomerDisconnected,
        ConversationFact::WaitingConfirmed,
        ConversationFact::EndedByAgent(RAVI),
        ConversationFact::EndedByCustomer,
        ConversationFact::Requeued,
        ConversationFact::Forgotten,
        ConversationFact::PromiseExtended,
        ConversationFact::LinkOffered(RAVI),
        ConversationFact::CustomerIdentified(IdentityHash([7; 32])),
        ConversationFact::Routed { rule: Some(1) },
        ConversationFact::Overflowed { to: QueueId::from_u128(6), cause: OverflowCause::OutOfHours },
    ];
    all.extend(WAYS_BACK.map(|how| ConversationFact::CustomerReturned { how }));
    all.extend([HoldEnd::Expired, HoldEnd::Released].map(ConversationFact::HoldEnded));
    all.extend(PROMISE_ENDS.map(ConversationFact::PromiseEnded));
    for is_other_device in [true, false] {
        let (token, needs_sign_in) = (TokenHash([8; 32]), false);
        all.extend(WAYS_BACK.map(|how| ConversationFact::TokenAdded { token, how, is_other_device, needs_sign_in }));
    }
    for by in [Author::Customer, Author::Agent(RAVI)] {
        all.extend(AUDIENCES.map(|audience| ConversationFact::Said { by, audience, key, digest }));
        all.push(ConversationFact::LinkMinted { link: LinkHash([9; 32]), by });
    }
    all.extend([true, false].map(|picked| ConversationFact::AgentJoined { agent: RAVI, picked }));
    all.extend(OFFER_ENDS.map(|how| ConversationFact::OfferEnded { agent: RAVI, how }));
    for in_wrap_up in [true, false] {
        all.extend(SESSION_ENDS.map(|reason| ConversationFact::SessionEnded { agent: RAVI, reason, in_wrap_up }));
    }
    all.extend(CLOSE_REASONS.map(ConversationFact::Closed));
    all.extend(staff_side());
    all
}

/// What happens between colleagues.
fn staff_side() -> Vec<ConversationFact> {
    let (kind, by, to, queue) = (InvitationKind::Consult, RAVI, RAVI, QueueId::from_u128(5));
    let mut all = vec![
        ConversationFact::Invited { kind, by, to, queue: Some(queue), until: Timestamp(9), passed_on: false },
        ConversationFact::ConsultBegan(RAVI),
        ConversationFact::ConsultantLetIn { agent: RAVI, by: RAVI },
        ConversationFact::SentToQueue { by: RAVI, queue },
        ConversationFact::MonitoringBegan(RAVI),
        ConversationFact::SupervisorJoined(RAVI),
        ConversationFact::Assigned { by: RAVI, to: RAVI, over: Units(2) },
        ConversationFact::ForceClosedBy(RAVI),
    ];
    let invitations =
        [InvitationEnd::Accepted, InvitationEnd::Declined, InvitationEnd::Missed, InvitationEnd::Withdrawn];
    all.extend(invitations.map(|how| ConversationFact::InvitationEnded { kind, to, how }));
    for told in [true, false] {
        let why = ConsultEnd::Left;
        all.push(ConversationFact::ConsultEnded { agent: RAVI, why, was_let_in: told });
        let why = MonitorEnd::Stopped;
        all.push(ConversationFact::MonitoringEnded { agent: RAVI, why, had_joined: told });
    }
    all
}

#[test]
fn a_customer_reads_of_colleagues_only_who_may_write_to_them() {
    let read: Vec<String> =
        staff_side().into_iter().filter(|what| what.is_for(Audience::Customer)).map(|what| variant(&what)).collect();
    assert_eq!(read, ["ConsultantLetIn", "SupervisorJoined", "ConsultEnded", "MonitoringEnded"]);
}

/// The fact with the canary beside it, whether it has words or not.
fn recorded(what: ConversationFact) -> Recorded {
    let words = MessageText::new(format!("{CANARY} and more")).unwrap();
    Recorded {
        at: Timestamp(10),
        fact: Fact::Conversation { id: ID, position: 20, customer_seq: Seq(11), agents_seq: Seq(12), what },
        body: Some(Body::Words(words)),
    }
}

/// The variant's name.
fn variant(what: &ConversationFact) -> String {
    format!("{what:?}").chars().take_while(|c| c.is_alphanumeric()).collect()
}

#[test]
fn the_list_has_every_fact() {
    let listed: BTreeSet<_> = every_fact().iter().map(variant).collect();
    let declared: BTreeSet<_> =
        wire::variant_names::<ConversationFact>().iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(listed, declared);
}

#[test]
fn an_entry_is_made_exactly_for_whom_the_fact_is() {
    for what in every_fact() {
        let row = recorded(what.clone());
        let customer = customer_entry(&row, &Ravi);
        let agents = agents_entry(&row, &Ravi);
        assert_eq!(customer.is_some(), what.is_for(Audience::Customer), "{what:?}");
        assert_eq!(agents.is_some(), what.is_for(Audience::Agents), "{what:?}");
        assert!(customer.is_none_or(|entry| (entry.seq, entry.at) == (Seq(11), Timestamp(10))), "{what:?}");
        assert!(agents.is_none_or(|entry| (entry.seq, entry.at) == (Seq(12), Timestamp(10))), "{what:?}");
    }
}

#[test]
fn no_byte_of_internal_words_reaches_a_customer_in_any_encoding() {
    let mut sent = 0;
    for what in every_fact() {
        let is_public = matches!(what, ConversationFact::Said { audience: Audience::Customer, .. });
        let Some(entry) = customer_entry(&recorded(what.clone()), &Ravi) else { continue };
        for encoding in Encoding::ALL {
            for frame in [
                RelayToCustomer::Entries { entries: vec![entry.clone()] },
                RelayToCustomer::Snapshot { entries: vec![entry.clone()] },
            ] {
                let bytes = frame.encode(encoding);
                let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
                assert_eq!(has(CANARY.as_bytes()), is_public, "{what:?} in {encoding:?}");
                assert!(!has(&RAVI.as_u128().to_be_bytes()), "an agent's id in {what:?}");
                assert!(!has(RAVI.to_string().as_bytes()), "an agent's id in {what:?}");
                sent += 1;
            }
        }
    }
    assert!(sent > 20);
}

/// What the page said and the customer answered, with the canary in both.
fn claimed(what: ConversationFact) -> Recorded {
    let variable = ContextVariable { name: "Plan".to_owned(), value: ContextValue::Text(CANARY.to_owned()) };
    let said = PageSaid { language: Some("de-AT".to_owned()), context: Context::new(vec![variable]).unwrap() };
    let [name, question, value] = ["topic", CANARY, CANARY].map(str::to_owned);
    let answers = vec![Answered { name, question, value }];
    Recorded { body: Some(Body::Answered(said, answers)), ..recorded(what) }
}

#[test]
fn what_was_said_before_is_no_entry_of_anybody_and_for_whoever_is_let_in() {
    for what in every_fact() {
        let row = claimed(what.clone());
        let customer = customer_entry(&row, &Ravi).map(|entry| RelayToCustomer::Entries { entries: vec![entry] });
        let agents =
            agents_entry(&row, &Ravi).map(|entry| RelayToConsole::Entries { conversation: ID, entries: vec![entry] });
        let (claims, answers) = said_before(ID, std::slice::from_ref(&row));
        let is_said = matches!(what, ConversationFact::Routed { .. });
        assert_eq!(claims.context.get("Plan").is_some(), is_said, "{what:?}");
        assert_eq!(claims.language.as_deref(), is_said.then_some("de-AT"), "{what:?}");
        assert_eq!(answers.len(), usize::from(is_said), "{what:?}");
        for encoding in Encoding::ALL {
            let has = |bytes: Vec<u8>| bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes());
            assert!(!customer.as_ref().is_some_and(|frame| has(frame.encode(encoding))), "{what:?}");
            assert!(!agents.as_ref().is_some_and(|frame| has(frame.encode(encoding))), "{what:?}");
        }
    }
    let other = ConversationId::from_u128(2);
    let (claims, answers) = said_before(other, &[claimed(ConversationFact::Routed { rule: None })]);
    assert!(claims.context.is_empty() && claims.language.is_none() && answers.is_empty(), "another conversation's row");
}

#[test]
fn internal_words_do_reach_colleagues() {
    let whisper = ConversationFact::Said {
        by: Author::Agent(RAVI),
        audience: Audience::Agents,
        key: SendKey([1; 16]),
        digest: BodyDigest([2; 8]),
    };
    let row = recorded(whisper);
    assert_eq!(customer_entry(&row, &Ravi), None);
    let entries = vec![agents_entry(&row, &Ravi).unwrap()];
    for encoding in Encoding::ALL {
        let bytes = RelayToConsole::Entries { conversation: ID, entries: entries.clone() }.encode(encoding);
        assert!(bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()));
    }
}

#[test]
fn erased_words_leave_a_mark_and_no_hole() {
    for what in every_fact() {
        let with = recorded(what);
        let without = Recorded { body: None, ..with.clone() };
        assert_eq!(customer_entry(&with, &Ravi).is_some(), customer_entry(&without, &Ravi).is_some());
        assert_eq!(agents_entry(&with, &Ravi).is_some(), agents_entry(&without, &Ravi).is_some());
    }
}

#[test]
fn facts_that_are_of_no_conversation_are_no_entries() {
    let row = Recorded { at: Timestamp(1), fact: Fact::AgentArrived(RAVI), body: None };
    assert_eq!(customer_entry(&row, &Ravi), None);
    assert_eq!(agents_entry(&row, &Ravi), None);
}
