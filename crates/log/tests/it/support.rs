//! Facts to write.

use desk::{Author, Body, ConversationFact, Fact, Recorded};
use model::{
    AgentId, Audience, BodyDigest, ConversationId, CustomerId, DisplayName, MessageText, Millis, QueueId, SendKey, Seq,
    Timestamp, TokenHash, Units, WidgetId, WorkstreamId,
};

pub(crate) const NOON: Timestamp = Timestamp(1_764_590_400_000);

pub(crate) fn conversation(number: u128) -> ConversationId {
    ConversationId::from_u128(0x0193_5a3c_9d7e_7c11_8a2b_0000_0000_0000 + number)
}

pub(crate) fn agent(number: u128) -> AgentId {
    AgentId::from_u128(0x0193_5a3c_9d7e_7000_8000_0000_0000_0000 + number)
}

/// A key that differs for every number.
pub(crate) fn key(number: u64) -> SendKey {
    let mut bytes = [7; 16];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    SendKey(bytes)
}

pub(crate) fn started(number: u128) -> ConversationFact {
    ConversationFact::Started {
        customer: CustomerId::from_u128(number),
        widget: WidgetId::from_u128(1),
        workstream: WorkstreamId::from_u128(2),
        queue: QueueId::from_u128(3),
        token: TokenHash([9; 32]),
        number: u32::try_from(number).unwrap(),
        cost: Units(1),
        disconnect_after: Millis::minutes(3),
        reconnect: None,
        identity: None,
    }
}

pub(crate) fn said(by: Author, audience: Audience, number: u64) -> ConversationFact {
    ConversationFact::Said { by, audience, key: key(number), digest: BodyDigest(number.to_be_bytes()) }
}

pub(crate) fn words(text: &str) -> Option<Body> {
    Some(Body::Words(MessageText::new(text).unwrap()))
}

/// Writes facts of one conversation with right positions and seqs.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) id: ConversationId,
    position: u32,
    customer_seq: Seq,
    agents_seq: Seq,
    at: Timestamp,
}

impl Story {
    pub(crate) fn new(number: u128) -> Self {
        Self { id: conversation(number), position: 0, customer_seq: Seq(0), agents_seq: Seq(0), at: NOON }
    }

    pub(crate) fn tell(&mut self, what: ConversationFact, body: Option<Body>) -> Recorded {
        self.position += 1;
        self.at += Millis(10);
        if what.is_for(Audience::Customer) {
            self.customer_seq = self.customer_seq.next();
        }
        if what.is_for(Audience::Agents) {
            self.agents_seq = self.agents_seq.next();
        }
        let fact = Fact::Conversation {
            id: self.id,
            position: self.position,
            customer_seq: self.customer_seq,
            agents_seq: self.agents_seq,
            what,
        };
        Recorded { at: self.at, fact, body }
    }

    pub(crate) fn start(&mut self) -> Recorded {
        let number = self.id.as_u128() & 0xffff_ffff;
        self.tell(started(number), Some(Body::Name(DisplayName::new("Mia").unwrap())))
    }

    pub(crate) fn say(&mut self, number: u64) -> Recorded {
        self.tell(said(Author::Customer, Audience::Customer, number), words(&format!("message {number}")))
    }

    pub(crate) fn whisper(&mut self, number: u64) -> Recorded {
        self.tell(said(Author::Agent(agent(1)), Audience::Agents, number), words(&format!("whisper {number}")))
    }
}
