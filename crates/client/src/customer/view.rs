//! What the widget draws.

use model::{DisplayName, Millis, Seq, Timestamp};
use wire::{AgentConnection, CustomerEntry, CustomerEvent, EndedBecause, Phase, QrCode, RefusalCode, WebUrl};

use super::{ASKS_BEFORE, Customer, HostState, NOTICEABLE_AFTER, Standing};
use crate::clock::Clock;
use crate::link::{Connection, LONG_OUTAGE_AFTER};
use crate::outbox::{SendState, Unsent};

/// Where the conversation is. The connection is told apart from it, by [`Customer::connection`]: while it is lost the last
/// known screen stays. Instants are in the relay's time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Screen {
    /// No conversation: the composer waits for the first words.
    Idle,
    /// The first words are on their way.
    Starting,
    /// The browser holds a conversation; the relay has not said yet how it stands.
    Resuming,
    /// In the queue.
    Waiting {
        /// 1 = next in line.
        position: u32,
        /// Asked "Still waiting?": closes by itself then.
        closes_at: Option<Timestamp>,
        /// When an agent may be expected, where enough is known of the queue; long over where nobody knows.
        expected_at: Option<Timestamp>,
    },
    /// An agent has it.
    Talking {
        /// Who.
        agent: DisplayName,
        /// The agent's connection dropped: their place is kept until then.
        away_until: Option<Timestamp>,
    },
    /// The talk is over: readable, no writing, Start new.
    Ended {
        /// Why.
        because: EndedBecause,
        /// When.
        at: Timestamp,
    },
    /// The relay knows nothing of the conversation any more: Start new.
    Expired,
    /// *Continue / Start new*. Its clocks are read from here at every tick; [`Customer::asks_for_time`] says when to offer more.
    Prompt {
        /// Who keeps the place, or is asked first.
        agent: Option<DisplayName>,
        /// Until when the agent's place is kept, while it is.
        hold_until: Option<Timestamp>,
        /// Until when the customer may continue; `None` while the conversation is going on elsewhere.
        until: Option<Timestamp>,
        /// It is going on elsewhere: "continue here".
        is_elsewhere: bool,
    },
    /// Too late: one sentence why, Start new, and [`Customer::late_redirect`] as a second button where there is one.
    TooLate {
        /// Of what.
        of: Late,
    },
}

/// What it is too late for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// The limit was over while the customer stood at the prompt.
    Prompt,
    /// The link or hand-over is expired, used, or was never given.
    Link,
    /// The link is good, but of somebody else than the customer signed in here.
    LinkOfSomeoneElse,
}

/// One sentence about the link that the page was opened with, where a conversation goes on: shown until it is dismissed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// It does not work any more; the conversation here goes on.
    LinkDead,
    /// It is of somebody else than the customer signed in here.
    LinkOfSomeoneElse,
}

/// A reconnect link for Copy and Show QR code: in this page's memory, and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct ReconnectLink {
    /// The address with the secret in it.
    pub url: String,
    /// The same as a QR code.
    pub qr: Option<QrCode>,
}

impl core::fmt::Debug for ReconnectLink {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("ReconnectLink(…)")
    }
}

/// Where one of the customer's own messages stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    /// On its way.
    Sending,
    /// Durable.
    Sent,
    /// An agent has seen it.
    Read,
    /// Goes out when there is a connection again.
    WaitingToSend,
    /// Refused for now; sent again by itself at that instant of the browser's clock.
    Delayed {
        /// Why.
        code: RefusalCode,
        /// When.
        retry_at: Timestamp,
    },
    /// Refused; a person decides.
    Failed {
        /// Why.
        code: RefusalCode,
    },
}

impl MessageState {
    pub(crate) fn of(unsent: &Unsent, clock: Clock) -> Self {
        match unsent.state {
            SendState::WaitingToSend => Self::WaitingToSend,
            SendState::Sending => Self::Sending,
            SendState::Sent { .. } => Self::Sent,
            SendState::Delayed { code, retry_at } => Self::Delayed { code, retry_at: clock.raw(retry_at) },
            SendState::Failed { code } => Self::Failed { code },
        }
    }
}

impl Customer {
    /// Grows whenever something that can be seen has changed.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Where the conversation is.
    #[must_use]
    pub fn screen(&self) -> Screen {
        match (self.standing, &self.state) {
            (Standing::Idle, _) => Screen::Idle,
            // Whose it is is not known: nothing of it is shown.
            (Standing::Unknown, _) if self.undecided => Screen::Resuming,
            (Standing::Expired, _) => Screen::Expired,
            (Standing::Late(of), _) => Screen::TooLate { of },
            (Standing::Prompted, _) => match &self.prompt {
                None => Screen::Resuming,
                Some(prompt) => Screen::Prompt {
                    agent: prompt.agent.as_ref().map(|agent| agent.name.clone()),
                    hold_until: prompt.hold_until,
                    until: prompt.until,
                    is_elsewhere: prompt.is_elsewhere,
                },
            },
            (_, Some(state)) => screen_of(&state.phase),
            _ if self.start.is_some() || matches!(self.standing, Standing::AskingHost { .. }) => Screen::Starting,
            (_, None) => Screen::Resuming,
        }
    }

    /// How the connection stands, in the browser's clock.
    #[must_use]
    pub fn connection(&self) -> Connection {
        self.link.connection().with_clock(self.clock)
    }

    /// Whether the connection has been missing for long enough to say so.
    #[must_use]
    pub fn shows_reconnecting(&self, now: Timestamp) -> bool {
        self.is_noticeable(self.clock.inner(now))
    }

    /// Whether the outage is so long that other ways of reaching the owner should be shown too (product 3).
    #[must_use]
    pub fn shows_other_ways(&self, now: Timestamp) -> bool {
        self.is_long_outage(self.clock.inner(now))
    }

    /// The relay's clock, whatever the browser's says; the browser's until the relay was heard.
    #[must_use]
    pub fn relay_now(&self, now: Timestamp) -> Timestamp {
        self.clock.relay_now(now)
    }

    /// What has arrived, in order; nothing while it is not known whose conversation it is.
    #[must_use]
    pub fn entries(&self) -> &[CustomerEntry] {
        if self.undecided { &[] } else { self.stream.entries() }
    }

    /// Whether older entries were left out.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.stream.is_cut()
    }

    /// The customer's words that are not among the entries yet, in order; shown after them.
    #[must_use]
    pub fn unsent(&self) -> &[Unsent] {
        self.outbox.entries()
    }

    /// Where an own message among the entries stands.
    #[must_use]
    pub fn entry_state(&self, seq: Seq) -> MessageState {
        match &self.state {
            Some(state) if seq <= state.read_by_agent => MessageState::Read,
            _ => MessageState::Sent,
        }
    }

    /// Where an unsent message stands.
    #[must_use]
    pub fn unsent_state(&self, unsent: &Unsent) -> MessageState {
        MessageState::of(unsent, self.clock)
    }

    /// The composer's text.
    #[must_use]
    pub fn draft(&self) -> &str {
        &self.draft
    }

    /// Whether words can be written and submitted: also while offline, not after the end.
    #[must_use]
    pub fn may_write(&self) -> bool {
        !self.is_over() && self.outbox.has_room()
    }

    /// Messages of agents that nobody has seen in any tab.
    #[must_use]
    pub fn unread(&self) -> u32 {
        self.theirs_after(self.read)
    }

    /// The last position seen in any tab: the first unread message is the first of an agent's after it.
    #[must_use]
    pub fn read_upto(&self) -> Seq {
        self.read
    }

    /// Whether the agent is writing.
    #[must_use]
    pub fn agent_is_typing(&self) -> bool {
        self.state_is_current && self.state.as_ref().is_some_and(|state| state.agent_typing)
    }

    /// The agent who has the conversation or had it last, for the header.
    #[must_use]
    pub fn agent(&self) -> Option<&DisplayName> {
        if let Some(Phase::Talking { agent, .. }) = self.state.as_ref().map(|state| &state.phase) {
            return Some(&agent.name);
        }
        self.stream.entries().iter().rev().find_map(|entry| match &entry.event {
            CustomerEvent::Theirs { agent, .. }
            | CustomerEvent::AgentJoined { agent }
            | CustomerEvent::AgentLeft { agent }
            | CustomerEvent::LinkOffered { agent }
            | CustomerEvent::EndedByAgent { agent } => Some(agent),
            CustomerEvent::Mine { .. }
            | CustomerEvent::EndedByCustomer
            | CustomerEvent::Closed { .. }
            // They are beside the agent.
            | CustomerEvent::ColleagueJoined { .. }
            | CustomerEvent::ColleagueLeft { .. }
            | CustomerEvent::OtherDeviceJoined => None,
        })
    }

    /// The text of an automated message, by its code, in the chat's language; `None` where it is off, or the relay has not said.
    #[must_use]
    pub fn text(&self, trigger: &str) -> Option<&str> {
        self.texts.as_ref()?.iter().find(|text| text.trigger == trigger).map(|text| text.text.as_str())
    }

    /// Whether the relay has said which automated messages are on.
    #[must_use]
    pub fn knows_texts(&self) -> bool {
        self.texts.is_some()
    }

    /// What the customer is told besides how the conversation stands: while they wait, that an agent is being asked or nobody is there;
    /// in a talk, that a colleague is asked.
    #[must_use]
    pub fn beside(&self) -> Option<&str> {
        self.text(self.beside.as_deref()?)
    }

    /// Whether the relay's last word on the conversation is of the present connection: if not, only the relay knows more.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.state_is_current
    }

    /// How long a customer of this widget may be away; unknown before the first welcome.
    #[must_use]
    pub fn disconnect_after(&self) -> Option<Millis> {
        self.disconnect_after
    }

    /// The customer pressed End and the relay has not answered yet.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.ending
    }

    /// The panel is open in this tab.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// Nothing survives a reload: the host page's storage is blocked.
    #[must_use]
    pub fn storage_is_blocked(&self) -> bool {
        !self.can_store
    }

    /// Whether the prompt asks for more time now: from a minute before the limit on, while there is more to be had.
    #[must_use]
    pub fn asks_for_time(&self, now: Timestamp) -> bool {
        let Some(prompt) = self.prompt.as_ref().filter(|_| self.standing == Standing::Prompted) else { return false };
        prompt.may_extend && prompt.until.is_some_and(|until| until.since(self.relay_now(now)) <= ASKS_BEFORE)
    }

    /// A press at the prompt, or *Start new*, was sent and is not answered: its buttons wait.
    #[must_use]
    pub fn is_answering(&self) -> bool {
        self.leaving || self.coming.is_some()
    }

    /// A link that opened this page is good, but a conversation goes on here: "Go to that one / Stay".
    #[must_use]
    pub fn asks_where(&self) -> bool {
        self.arrival_waits && self.link.is_up()
    }

    /// What is to be told about the link that opened this page.
    #[must_use]
    pub fn notice(&self) -> Option<Notice> {
        self.notice
    }

    /// Where a customer can go who came too late, as a second button.
    #[must_use]
    pub fn late_redirect(&self) -> Option<&WebUrl> {
        self.redirect.as_ref().filter(|_| self.is_too_late())
    }

    /// Whether a reconnect link can be made now: Copy, Show QR code.
    #[must_use]
    pub fn may_have_link(&self) -> bool {
        self.links && self.is_live()
    }

    /// The link that was made, while this page and its conversation last.
    #[must_use]
    pub fn reconnect_link(&self) -> Option<&ReconnectLink> {
        self.reconnect_link.as_ref()
    }

    /// A link was asked for and is not there yet.
    #[must_use]
    pub fn is_minting(&self) -> bool {
        self.minting
    }

    /// What the relay refused last, other than a send.
    #[must_use]
    pub fn refusal(&self) -> Option<RefusalCode> {
        self.refusal
    }

    /// How many of the agents' messages there are after a position.
    pub(super) fn theirs_after(&self, seq: Seq) -> u32 {
        let entries = self.stream.entries().iter().rev().take_while(|entry| entry.seq > seq);
        let theirs = entries.filter(|entry| matches!(entry.event, CustomerEvent::Theirs { .. }));
        u32::try_from(theirs.count()).unwrap_or(u32::MAX)
    }

    pub(super) fn is_ended(&self) -> bool {
        self.state.as_ref().is_some_and(|state| matches!(state.phase, Phase::Ended { .. }))
    }

    pub(super) fn is_over(&self) -> bool {
        matches!(self.standing, Standing::Expired | Standing::Late(_) | Standing::Prompted)
            || (self.standing != Standing::Idle && self.is_ended())
    }

    pub(super) fn is_noticeable(&self, now: Timestamp) -> bool {
        self.troubled_since().is_some_and(|since| since + NOTICEABLE_AFTER <= now)
    }

    pub(super) fn is_long_outage(&self, now: Timestamp) -> bool {
        self.troubled_since().is_some_and(|since| since + LONG_OUTAGE_AFTER <= now)
    }

    /// Since when the connection is missing, or the relay or the page's provider can't say what is to be known.
    pub(super) fn troubled_since(&self) -> Option<Timestamp> {
        match (self.link.lost_at(), self.unknown_since) {
            (Some(lost), Some(unknown)) => Some(lost.min(unknown)),
            (lost, unknown) => lost.or(unknown),
        }
    }

    /// Whether the customer came too late for what this browser held or came for.
    pub(super) fn is_too_late(&self) -> bool {
        match self.screen() {
            Screen::Expired | Screen::TooLate { .. } => true,
            Screen::Ended { because, .. } => because == EndedBecause::CustomerDisconnected,
            Screen::Idle
            | Screen::Starting
            | Screen::Resuming
            | Screen::Waiting { .. }
            | Screen::Talking { .. }
            | Screen::Prompt { .. } => false,
        }
    }

    pub(super) fn host_state(&self, now: Timestamp) -> HostState {
        match self.screen() {
            Screen::Idle => HostState::Idle,
            Screen::Ended { .. } | Screen::Expired | Screen::TooLate { .. } => HostState::Ended,
            _ if self.is_noticeable(now) => HostState::Reconnecting,
            Screen::Starting | Screen::Resuming | Screen::Prompt { .. } => HostState::Connecting,
            Screen::Waiting { .. } => HostState::Waiting,
            Screen::Talking { away_until: Some(_), .. } => HostState::Away,
            Screen::Talking { .. } => HostState::Talking,
        }
    }
}

fn screen_of(phase: &Phase) -> Screen {
    match phase {
        Phase::Waiting { position, closes_at } => {
            Screen::Waiting { position: *position, closes_at: *closes_at, expected_at: None }
        }
        Phase::WaitingUntil { position, closes_at, expected_at } => {
            Screen::Waiting { position: *position, closes_at: *closes_at, expected_at: Some(*expected_at) }
        }
        Phase::Talking { agent, connection } => Screen::Talking {
            agent: agent.name.clone(),
            away_until: match connection {
                AgentConnection::Connected => None,
                AgentConnection::Away { until } => Some(*until),
            },
        },
        Phase::Ended { because, at } => Screen::Ended { because: *because, at: *at },
    }
}
