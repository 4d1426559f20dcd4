//! One conversation that a console window has open.

use std::sync::Arc;

use model::{Answered, ConversationId, Seq, Timestamp};
use serde::{Deserialize, Serialize};
use wire::{AgentsEntry, AgentsEvent, AutomatedText, ConversationState, CustomerClaims, PartsState, Speaker};

use crate::customer::MessageState;
use crate::outbox::{Kept, Outbox, Settled, Unsent};
use crate::stream::Stream;

/// A conversation in this window: transcript, unsent words, drafts.
#[derive(Clone, Debug, Default)]
pub struct Opened {
    pub(super) stream: Stream<AgentsEntry>,
    pub(super) outbox: Outbox,
    pub(super) state: Option<ConversationState>,
    /// The state is of the present connection, and the relay was asked for this conversation on it.
    pub(super) state_is_current: bool,
    /// Who takes part, and what this agent may do; whether that is of the present connection.
    pub(super) parts: Option<PartsState>,
    pub(super) parts_are_current: bool,
    /// What the page said; never changes.
    pub(super) claims: Option<Arc<CustomerClaims>>,
    /// Automated messages as the owner words them for agents; none: the console's own words.
    pub(super) texts: Arc<Vec<AutomatedText>>,
    /// What the customer answered before; never changes.
    pub(super) answers: Arc<[Answered]>,
    pub(super) followed: bool,
    pub(super) is_gone: bool,
    pub(super) draft: String,
    pub(super) draft_internal: String,
    pub(super) read_sent: Seq,
    pub(super) typing_sent: Option<Timestamp>,
}

/// How one conversation of a window is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    conversation: ConversationId,
    draft: String,
    draft_internal: String,
    unsent: Vec<Kept>,
}

impl Opened {
    /// What has arrived, in order.
    #[must_use]
    pub fn entries(&self) -> &[AgentsEntry] {
        self.stream.entries()
    }

    /// Whether older entries were left out.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.stream.is_cut()
    }

    /// Everything that is not an entry, once it has arrived.
    #[must_use]
    pub fn state(&self) -> Option<&ConversationState> {
        self.state.as_ref()
    }

    /// Who takes part and what this agent may do, once it has arrived.
    #[must_use]
    pub fn parts(&self) -> Option<&PartsState> {
        self.parts.as_ref()
    }

    /// What the page says about the customer, once it has arrived; empty where it said nothing.
    #[must_use]
    pub fn claims(&self) -> Option<&Arc<CustomerClaims>> {
        self.claims.as_ref()
    }

    /// The automated messages that agents read here, where the owner words them otherwise than the console does.
    #[must_use]
    pub fn texts(&self) -> &Arc<Vec<AutomatedText>> {
        &self.texts
    }

    /// What the customer answered before the conversation, once it has arrived; empty where nothing was asked.
    #[must_use]
    pub fn answers(&self) -> &Arc<[Answered]> {
        &self.answers
    }

    /// Whether the state is of the present connection.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.state_is_current
    }

    /// Whether the relay sends nothing more of it to this window, because another agent has it now.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// The agent's words that are not among the entries yet, in order.
    #[must_use]
    pub fn unsent(&self) -> &[Unsent] {
        self.outbox.entries()
    }

    /// The text of a composer.
    #[must_use]
    pub fn draft(&self, internal: bool) -> &str {
        if internal { &self.draft_internal } else { &self.draft }
    }

    /// Whether another message can be submitted: also while offline, not where the agent may not write.
    #[must_use]
    pub fn may_write(&self, internal: bool) -> bool {
        let may = if internal {
            // Until it is known who takes part, whoever can open it may write to colleagues; the relay refuses the others.
            self.parts.as_ref().is_none_or(|parts| parts.may.say_internally)
        } else {
            self.state.as_ref().is_some_and(|state| state.may_write)
        };
        self.outbox.has_room() && may
    }

    /// Where a message among the entries stands: read where the customer has seen it.
    #[must_use]
    pub fn entry_state(&self, entry: &AgentsEntry) -> MessageState {
        match (&entry.event, &self.state) {
            (AgentsEvent::Message { customer_seq, .. }, Some(state)) if *customer_seq <= state.read_by_customer => {
                MessageState::Read
            }
            _ => MessageState::Sent,
        }
    }

    /// Whether the relay was asked for it on this connection and has not said no.
    pub(super) fn is_awaited(&self) -> bool {
        self.followed && !self.is_gone
    }

    /// Whether the customer said something after a position.
    pub(super) fn has_words_after(&self, seq: Seq) -> bool {
        let mut entries = self.stream.entries().iter().rev().take_while(|entry| entry.seq > seq);
        entries.any(|entry| matches!(entry.event, AgentsEvent::Message { from: Speaker::Customer, .. }))
    }

    pub(super) fn draft_mut(&mut self, internal: bool) -> &mut String {
        if internal { &mut self.draft_internal } else { &mut self.draft }
    }

    pub(super) fn lost(&mut self) {
        self.followed = false;
        self.state_is_current = false;
        self.parts_are_current = false;
        self.read_sent = Seq::START;
        self.typing_sent = None;
        if let Some(state) = &mut self.state {
            state.customer_typing = false;
        }
        self.outbox.lost();
    }

    /// Takes the last `added` entries of the stream into account; true where an own send has arrived.
    pub(super) fn settle(&mut self, added: usize) -> bool {
        let entries = self.stream.entries();
        let mut settled = false;
        for entry in &entries[entries.len() - added..] {
            if let AgentsEvent::Message { key, .. } | AgentsEvent::Internal { key, .. } = &entry.event {
                settled |= self.outbox.arrived(*key) == Settled::Accepted;
            }
        }
        self.outbox.shown(self.stream.shown());
        settled
    }

    /// Whether closing it in this window would lose something.
    pub(super) fn holds_words(&self) -> bool {
        !self.draft.is_empty() || !self.draft_internal.is_empty() || !self.outbox.is_empty()
    }

    pub(super) fn store(&self, conversation: ConversationId) -> Stored {
        Stored {
            conversation,
            draft: self.draft.clone(),
            draft_internal: self.draft_internal.clone(),
            unsent: self.outbox.keep(),
        }
    }

    pub(super) fn restore(stored: Stored) -> (ConversationId, Self) {
        let opened = Self {
            draft: stored.draft,
            draft_internal: stored.draft_internal,
            outbox: Outbox::restore(stored.unsent),
            ..Self::default()
        };
        (stored.conversation, opened)
    }
}
