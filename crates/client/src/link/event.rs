//! What happens to a link, and what it looks like.

use model::Timestamp;

use crate::clock::Clock;

/// Names one socket of a machine, so that a late event of an older one can't be taken for one of the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// What happened to a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEvent {
    /// It is open.
    Opened {
        /// Which.
        socket: SocketId,
    },
    /// A whole frame came.
    Received {
        /// On which.
        socket: SocketId,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// It is closed, or the dial failed (1006).
    Closed {
        /// Which.
        socket: SocketId,
        /// The close code.
        code: u16,
        /// A fresh random number, for the back-off.
        jitter: u32,
    },
}

/// What happened to the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageEvent {
    /// The browser says that there is a network.
    Online,
    /// The browser says that there is none.
    Offline,
    /// The page became visible.
    Visible,
    /// The page became hidden.
    Hidden,
    /// `pagehide` or `freeze`: the page may never run again.
    Parked,
    /// `pageshow` with `persisted`, or `resume`: the page runs again after it was parked.
    Restored,
}

/// What to do with sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SocketEffect {
    /// Open a new socket under this name.
    Dial {
        /// Its name.
        socket: SocketId,
    },
    /// Send a frame.
    Send {
        /// On which.
        socket: SocketId,
        /// The frame.
        bytes: Vec<u8>,
    },
    /// Close it, and forget it: nothing that it still says counts.
    Close {
        /// Which.
        socket: SocketId,
        /// With which code.
        code: u16,
    },
}

/// Why the link does not try again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// This page is older than the relay supports: reload it, nothing is lost (4002).
    VersionUnsupported,
    /// The sign-in is over (4003).
    SignedOut,
    /// The widget is not known to the relay or is switched off (4004).
    WidgetUnknown,
    /// More windows than allowed are open and this was the oldest (4006).
    TooManyConnections,
    /// Another code that says stop: the relay and this page don't understand each other.
    Protocol(u16),
}

/// The link as a person may see it. Instants are in the browser's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Nothing was dialed yet, and nothing is to be.
    Idle,
    /// The first dial of this page.
    Connecting,
    /// The relay has welcomed us.
    Connected,
    /// It was lost, or never came about.
    Reconnecting {
        /// Since when there is no connection.
        since: Timestamp,
        /// When the next try begins; `None` while one is under way.
        next_try_at: Option<Timestamp>,
        /// Whether the browser says that there is no network.
        offline: bool,
    },
    /// The page is hidden away.
    Parked,
    /// Nothing is tried until a person asks for it.
    Stopped(StopReason),
}

impl Connection {
    /// The same with its instants brought from a machine's clock into the browser's.
    pub(crate) fn with_clock(self, clock: Clock) -> Self {
        match self {
            Self::Reconnecting { since, next_try_at, offline } => {
                let next_try_at = next_try_at.map(|at| clock.raw(at));
                Self::Reconnecting { since: clock.raw(since), next_try_at, offline }
            }
            Self::Idle | Self::Connecting | Self::Connected | Self::Parked | Self::Stopped(_) => self,
        }
    }
}
