//! What a widget is told and what it does.

use model::{Context, DisplayName, HandoverCode, MessageText, Millis, PageAddress, ResumeToken, SendKey, Timestamp};
use wire::{Arrival, Jwt, WebUrl};

use crate::link::{PageEvent, SocketEffect, SocketEvent};

/// What the widget knows when it starts to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Init {
    /// The token in the host page's storage.
    pub token: Option<ResumeToken>,
    /// The panel is open in this tab.
    pub open: bool,
    /// The page is hidden (`document.visibilityState`).
    pub hidden: bool,
    /// The page that the customer is on.
    pub page: Option<PageAddress>,
    /// The language of the chat, a tag such as `de-AT` of at most 35 bytes.
    pub language: Option<String>,
    /// The host page's storage works.
    pub can_store: bool,
    /// This tab's outbox as last stored by [`Effect::StoreOutbox`].
    pub outbox: Option<Vec<u8>>,
    /// The start that this browser's tabs share, as last stored by [`Effect::StoreStart`].
    pub start: Option<Vec<u8>>,
    /// This tab's draft as last stored by [`Effect::StoreDraft`].
    pub draft: String,
    /// The link or hand-over that the page was opened with and that is not answered yet, with a fresh random token.
    pub arrival: Option<Arrival>,
    /// The page has a sign-in provider.
    pub has_provider: bool,
}

/// What happens to a widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The host page answered: everything that is known at the start. Comes first, once.
    Init(Box<Init>),
    /// A socket opened, spoke or closed.
    Socket(SocketEvent),
    /// The page came or went.
    Page(PageEvent),
    /// The instant of the last [`Effect::WakeAt`] has come.
    Wake {
        /// A fresh random number.
        jitter: u32,
    },
    /// The panel was opened.
    Opened,
    /// The panel was minimized.
    Minimized,
    /// The host page says which token it holds: the answer to [`Effect::StoreToken`], or another tab changed it.
    Token {
        /// The token.
        token: Option<ResumeToken>,
    },
    /// The answer to [`Effect::LoadStart`].
    StoredStart {
        /// What is stored.
        bytes: Option<Vec<u8>>,
    },
    /// The composer's text changed.
    Draft {
        /// All of it.
        text: String,
    },
    /// The customer pressed Enter.
    Submit {
        /// A fresh random key.
        key: SendKey,
        /// A fresh random token; used only where these words start a conversation.
        token: ResumeToken,
        /// The words.
        text: MessageText,
        /// What the customer wants to be called; used only where these words start a conversation.
        name: Option<DisplayName>,
    },
    /// The customer answered what [`super::Customer::asking`] says.
    Answered {
        /// Names and values in turn, with a NUL between two of them.
        answers: String,
    },
    /// Try a failed or delayed message again.
    Retry {
        /// Its key.
        key: SendKey,
        /// A fresh random key, used only where the old one was refused as used before.
        fresh: SendKey,
    },
    /// Give up a failed message.
    Discard {
        /// Its key.
        key: SendKey,
    },
    /// Leave the conversation that is over, too late, or asked about, and begin a new one: unsent words move into the composer.
    StartNew,
    /// *Continue* at the prompt.
    Continue {
        /// A fresh random token.
        token: ResumeToken,
    },
    /// "More time" at the prompt.
    Extend,
    /// "Go to that one."
    GoToArrival,
    /// "Stay."
    Stay,
    /// The notice was read.
    DismissNotice,
    /// Go where customers are sent who come too late: the second button.
    FollowRedirect,
    /// Copy, or Show QR code: a reconnect link is wanted.
    WantLink,
    /// The page's provider answered [`Effect::AskSignIn`], or its customer just signed in.
    SignedIn {
        /// The JWT; `None` where nobody is signed in.
        jwt: Option<Jwt>,
        /// The provider threw, gave what is no JWT, or took too long.
        failed: bool,
    },
    /// The customer signed out of the host page.
    SignOut,
    /// The host page said what it knows about its customer, in place of what it said before. Told with the start of the next
    /// conversation.
    Context {
        /// Context variables.
        context: Context,
    },
    /// The host page is about to follow a link to another of the owner's sites.
    HandoverWanted {
        /// Its origin.
        site: String,
    },
    /// End the conversation.
    End,
    /// "Still waiting?": yes.
    StillWaiting,
    /// Try to connect now.
    TryNow,
}

/// What the chat tells the host page about itself; the names are those of `wire::host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostState {
    /// No conversation.
    Idle,
    /// A conversation is being started or resumed.
    Connecting,
    /// In the queue.
    Waiting,
    /// With an agent.
    Talking,
    /// With an agent whose connection dropped.
    Away,
    /// The connection is lost.
    Reconnecting,
    /// The conversation is over.
    Ended,
}

impl HostState {
    /// The name on the wire to the host page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Connecting => "connecting",
            Self::Waiting => "waiting",
            Self::Talking => "talking",
            Self::Away => "away",
            Self::Reconnecting => "reconnecting",
            Self::Ended => "ended",
        }
    }
}

/// What the host page's listeners are told; the names are those of `wire::host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostEvent {
    /// The connection of a conversation has been missing for 10 s: the agent sees that the customer may be away.
    Away,
    /// The connection of a conversation is lost.
    Reconnecting,
    /// It is there again.
    Reconnected,
    /// It is too late for the conversation that this browser held or came for.
    Expired,
    /// The browser is sent to the owner's page for those who come too late.
    Redirected,
}

impl HostEvent {
    /// The name on the wire to the host page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Away => "away",
            Self::Reconnecting => "reconnecting",
            Self::Reconnected => "reconnected",
            Self::Expired => "expired",
            Self::Redirected => "redirected",
        }
    }
}

/// What a widget's owner must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Something with a socket.
    Socket(SocketEffect),
    /// Give [`Event::Wake`] at this instant of the browser's clock; replaces the instant named before.
    WakeAt(Timestamp),
    /// Put this tab's outbox into the iframe's own storage, under a name of this tab; empty bytes: remove it.
    StoreOutbox(Vec<u8>),
    /// Put this tab's draft into the iframe's own storage; empty: remove it.
    StoreDraft(String),
    /// Put the start into the iframe's own storage under the name that all tabs share; `None`: remove it.
    StoreStart(Option<Vec<u8>>),
    /// Read what is stored of [`Effect::StoreStart`] and answer with [`Event::StoredStart`].
    LoadStart,
    /// Ask the host page to store this token, or to remove the one that it holds; it answers with [`Event::Token`].
    StoreToken(Option<ResumeToken>),
    /// Ask the host page to store this token whatever it held before; it answers with [`Event::Token`].
    ReplaceToken(ResumeToken),
    /// Ask the host page's provider for a JWT, and answer with [`Event::SignedIn`] within 10 s.
    AskSignIn,
    /// The arrival of [`Init`] is answered: the host page forgets it.
    Arrived,
    /// Send the browser there. Only ever after the relay's own no.
    Redirect(WebUrl),
    /// The answer to [`Event::HandoverWanted`].
    Handover {
        /// For which site.
        site: String,
        /// The code.
        code: HandoverCode,
        /// How long it works.
        expires_in: Millis,
    },
    /// Tell the host page to which sites a conversation can be handed over, and whether one is live.
    Sites {
        /// Their origins.
        sites: Vec<String>,
        /// A conversation goes on.
        live: bool,
    },
    /// Something for the host page's listeners.
    HostEvent(HostEvent),
    /// The launcher's badge changed.
    Badge {
        /// Messages that nobody has seen.
        unread: u32,
        /// The connection of a conversation is lost.
        reconnecting: bool,
    },
    /// The state that the host page may know changed.
    HostState(HostState),
    /// This page is older than the relay supports: load the iframe again. Everything is stored.
    Reload,
    /// What is shown changed: read the view again.
    Changed,
}
