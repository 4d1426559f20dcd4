//! What a console is told and what it does.

use model::{ConversationId, MessageText, SendKey, Timestamp};
use wire::Request;

use crate::link::{PageEvent, SocketEffect, SocketEvent};

/// What happens to a console window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The agent is signed in and the window runs. Comes first; again after another sign-in.
    Init {
        /// What this window stored last by [`Effect::Store`].
        stored: Option<Vec<u8>>,
        /// The page is hidden (`document.visibilityState`).
        hidden: bool,
    },
    /// A socket opened, spoke or closed.
    Socket(SocketEvent),
    /// The page came or went.
    Page(PageEvent),
    /// The instant of the last [`Effect::WakeAt`] has come.
    Wake {
        /// A fresh random number.
        jitter: u32,
    },
    /// The agent looks at this conversation, or at none. It is opened in this window, and read while the page is visible.
    Focus {
        /// Which.
        conversation: Option<ConversationId>,
    },
    /// A composer's text changed.
    Draft {
        /// Of which conversation.
        conversation: ConversationId,
        /// Of the composer for colleagues.
        internal: bool,
        /// All of it.
        text: String,
    },
    /// The agent pressed Enter.
    Submit {
        /// In which conversation.
        conversation: ConversationId,
        /// For colleagues only.
        internal: bool,
        /// A fresh random key.
        key: SendKey,
        /// The words.
        text: MessageText,
    },
    /// Try a failed or delayed message again.
    Retry {
        /// In which conversation.
        conversation: ConversationId,
        /// Its key.
        key: SendKey,
        /// A fresh random key, used only where the old one was refused as used before.
        fresh: SendKey,
    },
    /// Give up a failed message.
    Discard {
        /// In which conversation.
        conversation: ConversationId,
        /// Its key.
        key: SendKey,
    },
    /// Ask the relay for something: accept, end, choose a presence.
    Ask {
        /// What.
        request: Request,
    },
    /// The link that was taken is not needed any more.
    ForgetLink,
    /// The agent looks at all ongoing conversations and all agents, or no longer does.
    WatchFloor {
        /// Whether they do.
        on: bool,
    },
    /// The agent chooses among colleagues and queues, or no longer does.
    WatchColleagues {
        /// Whether they do.
        on: bool,
    },
    /// The agent has read this notice.
    Dismiss {
        /// Its number.
        notice: u32,
    },
    /// Try to connect now.
    TryNow,
    /// The agent signed out in this window, or `GET /api/me` said that nobody is signed in.
    SignedOut,
}

/// What a console's owner must do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Something with a socket.
    Socket(SocketEffect),
    /// Give [`Event::Wake`] at this instant of the browser's clock; replaces the instant named before.
    WakeAt(Timestamp),
    /// Put this window's drafts and unsent words into the tab's storage; empty bytes: remove them.
    Store(Vec<u8>),
    /// An offer came that was not there before: sound and desktop notification.
    NewOffer {
        /// Of which conversation.
        conversation: ConversationId,
    },
    /// A colleague asks for something that was not asked before: sound and desktop notification.
    NewInvitation {
        /// About which conversation.
        conversation: ConversationId,
    },
    /// A customer wrote in a conversation of this agent that is not looked at.
    NewMessage {
        /// In which conversation.
        conversation: ConversationId,
    },
    /// A dial failed before it opened, which is also how a refused sign-in looks to a browser: ask `GET /api/me`, and give
    /// [`Event::SignedOut`] where it answers 401.
    CheckSignIn,
    /// The sign-in is over: show the sign-in form. Drafts and unsent words stay stored.
    SignedOut,
    /// This page is older than the relay supports: load it again. Everything is stored.
    Reload,
    /// What is shown changed: read the view again.
    Changed,
}
