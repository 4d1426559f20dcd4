//! What the page shows and what a person can do on it. Every component is a function of a part of [`Model`] and reports
//! [`Act`]s; who decides is `client::agent::Console`.

use std::rc::Rc;
use std::sync::Arc;

use model::{Answered, ConversationId, MessageText, SendKey, Seq, Timestamp};
use wire::api::{Me, QuickReply};
use wire::{
    AgentsEntry, AutomatedText, Card, ColleaguesState, ConversationState, CustomerClaims, DeskState, PartsState,
    Refusal, Request, StaffState,
};

use crate::floor::FloorView;
use crate::route::Route;

/// Everything on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Who is signed in.
    pub me: Me,
    /// Where in the console one is.
    pub route: Route,
    /// The conversation that the desk showed last, so that it is there again when one comes back to it.
    pub desk_at: Option<ConversationId>,
    /// The console's own connection.
    pub link: Link,
    /// The latest desk; `None` before the first one came.
    pub desk: Option<Rc<DeskState>>,
    /// The conversation in the middle.
    pub open: Option<Rc<Open>>,
    /// What was asked for and is not answered yet.
    pub asking: Vec<Request>,
    /// What was refused lately, oldest first.
    pub notices: Vec<Notice>,
    /// How many messages wait to be sent, over all conversations.
    pub unsent: usize,
    /// Invitations, conversations of colleagues that one takes part in, and rights; `None` before they came.
    pub staff: Option<Rc<StaffState>>,
    /// Whom one can ask, while somebody is chosen.
    pub colleagues: Option<Rc<ColleaguesState>>,
    /// All ongoing conversations and all agents, while they are looked at.
    pub floor: Option<Rc<FloorView>>,
    /// Why a customer is still waiting: the latest answer.
    pub why: Option<Rc<wire::WhyWaiting>>,
    /// Custom presences, and who is in one: shown by title in place of the base.
    pub presences: Rc<wire::PresencesState>,
    /// Quick replies, once somebody has asked for them.
    pub quick_replies: Option<Rc<[QuickReply]>>,
    /// A reconnect link that was taken and not put away yet.
    pub taken_link: Option<client::agent::TakenLink>,
}

impl Model {
    /// A conversation's card, from whichever list has it.
    #[must_use]
    pub fn card(&self, id: ConversationId) -> Option<&Card> {
        let listed = self.desk.as_deref().and_then(|desk| {
            let offers = desk.offers.iter().map(|offer| &offer.card);
            desk.mine.iter().chain(offers).chain(&desk.open).chain(&desk.closed).find(|card| card.conversation == id)
        });
        let open = self.open.as_deref().and_then(Open::card).filter(|card| card.conversation == id);
        let staff = self.staff.as_deref().and_then(|staff| {
            let invited = staff.invitations.iter().map(|one| &one.card);
            staff.consulting.iter().chain(&staff.monitoring).chain(invited).find(|card| card.conversation == id)
        });
        listed.or(open).or(staff)
    }

    /// Whether something was asked about this conversation and is not answered yet.
    #[must_use]
    pub fn is_asking(&self, id: ConversationId) -> bool {
        self.asking.iter().any(|request| request.conversation() == Some(id))
    }
}

/// The console's own connection. Instants are in the relay's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The first connection is being made.
    Connecting,
    /// It lives.
    Connected,
    /// It was lost, or never came about.
    Lost {
        /// Since when.
        since: Timestamp,
        /// When the next try begins; `None` while one is under way.
        next_try_at: Option<Timestamp>,
        /// Whether the browser says that there is no network.
        offline: bool,
    },
    /// Nothing is tried until a person asks for it.
    Stopped(Stopped),
}

/// Why nothing is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Too many windows of this agent are open; this was the oldest.
    TooManyWindows,
    /// The page is older than the relay supports.
    Outdated,
    /// The relay and this page don't understand each other.
    Protocol(u16),
}

/// A conversation that this window has open.
#[derive(Clone, Debug, PartialEq)]
pub struct Open {
    /// Which.
    pub id: ConversationId,
    /// The latest state; `None` before the first one came.
    pub state: Option<ConversationState>,
    /// Who takes part and what I may do; `None` before that came.
    pub parts: Option<PartsState>,
    /// What the page says about the customer; `None` before that came.
    pub claims: Option<Arc<CustomerClaims>>,
    /// Automated messages as the owner words them for agents; none: our own words.
    pub texts: Arc<Vec<AutomatedText>>,
    /// What the customer answered before the conversation.
    pub answers: Arc<[Answered]>,
    /// The transcript, dense.
    pub entries: Rc<Vec<AgentsEntry>>,
    /// Whether all that the relay has was received.
    pub caught_up: bool,
    /// The messages of this agent that are not durable yet, in order.
    pub unsent: Vec<Unsent>,
    /// What is in the composer, for the customer.
    pub reply: String,
    /// What is in the composer, for colleagues.
    pub internal: String,
    /// What was unread when it was opened, so that the mark stays where it was.
    pub new_after: Option<Seq>,
    /// Whether nothing more of it comes to this window, because another agent has it now.
    pub gone: bool,
}

impl Open {
    /// Its card, once the state came.
    #[must_use]
    pub fn card(&self) -> Option<&Card> {
        self.state.as_ref().map(|state| &state.card)
    }

    /// The draft for an audience.
    #[must_use]
    pub fn draft(&self, kind: Kind) -> &str {
        match kind {
            Kind::Reply => &self.reply,
            Kind::Internal => &self.internal,
        }
    }
}

/// What the log shows: not the drafts, so that a key press draws no transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    /// Of which conversation.
    pub id: ConversationId,
    /// The entries, dense.
    pub entries: Rc<Vec<AgentsEntry>>,
    /// Automated messages as the owner words them for agents.
    pub texts: Arc<Vec<AutomatedText>>,
    /// The messages of this agent that are not durable yet, in order.
    pub unsent: Vec<Unsent>,
    /// What was unread when it was opened, so that the mark stays where it was.
    pub new_after: Option<Seq>,
    /// The last position of the customer's sequence that the customer has read.
    pub read_by_customer: Seq,
    /// Whether the customer is writing right now.
    pub customer_typing: bool,
}

impl From<&Open> for Transcript {
    fn from(open: &Open) -> Self {
        Self {
            id: open.id,
            entries: Rc::clone(&open.entries),
            texts: Arc::clone(&open.texts),
            unsent: open.unsent.clone(),
            new_after: open.new_after,
            read_by_customer: open.state.as_ref().map_or(Seq::START, |state| state.read_by_customer),
            customer_typing: open.state.as_ref().is_some_and(|state| state.customer_typing),
        }
    }
}

/// Whom a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The customer, and colleagues.
    Reply,
    /// Colleagues only.
    Internal,
}

/// A message that is not durable yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsent {
    /// Its key.
    pub key: SendKey,
    /// Whom it is for.
    pub kind: Kind,
    /// The words.
    pub text: MessageText,
    /// How it stands.
    pub progress: Progress,
}

/// How a message that is not durable yet stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is no connection, or earlier ones go first.
    Waiting,
    /// It is on its way.
    Sending,
    /// The relay asked to wait; it goes again by itself then.
    Later {
        /// When, in the relay's clock.
        at: Timestamp,
    },
    /// It was refused.
    Failed(Refusal),
}

/// Something that was refused, said once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its number in this window.
    pub id: u32,
    /// One or two sentences.
    pub text: String,
}

/// What a person did.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Shows a conversation in the middle.
    Open(ConversationId),
    /// Shows none.
    Leave,
    /// Asks the relay for something.
    Ask(Request),
    /// Changed what is in the composer.
    Draft {
        /// Of which conversation.
        conversation: ConversationId,
        /// For whom.
        kind: Kind,
        /// The whole text.
        text: String,
    },
    /// Sends what is in the composer.
    Send {
        /// In which conversation.
        conversation: ConversationId,
        /// For whom.
        kind: Kind,
        /// The words.
        text: MessageText,
    },
    /// Looks at colleagues and queues to choose from, or no longer does.
    WatchColleagues(bool),
    /// Wants the quick replies as they are now.
    LoadQuickReplies,
    /// Sends a failed message again.
    Retry(ConversationId, SendKey),
    /// Takes a failed message back into the composer.
    TakeBack(ConversationId, SendKey),
    /// Dials at once, or again after a stop.
    TryNow,
    /// Loads the page anew.
    Reload,
    /// Has read a notice.
    Dismiss(u32),
    /// Puts away the reconnect link that was taken.
    ForgetLink,
    /// Switches desktop notifications on or off.
    Notify(bool),
    /// Switches the sound on or off.
    Sound(bool),
    /// Plays the sound once, to hear what it is like.
    Chime,
    /// Switches the single-key shortcuts on or off.
    Shortcuts(bool),
    /// Hands out the transcript of a conversation as a file.
    Download {
        /// Of which conversation.
        conversation: ConversationId,
        /// With what only colleagues see.
        internal: bool,
    },
    /// Signs out, in all windows of this browser.
    SignOut,
}
