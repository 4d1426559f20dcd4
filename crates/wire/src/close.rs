//! Close codes. Each carries a verdict, so that a client knows what to do without reading the reason.

/// What a client does after a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Do not come back unchanged.
    Stop,
    /// Come back with back-off.
    BackOff,
    /// Come back at once.
    AtOnce,
}

/// The close codes of Rejoin: 40xx stop, 41xx back off, 42xx come back at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum CloseCode {
    /// The frame is not one of the protocol, or is too large.
    Malformed = 4000,
    /// A frame came that this state does not allow (a second hello, a send before hello).
    OutOfOrder = 4001,
    /// The page is older than the relay supports: reload the iframe, nothing is lost.
    VersionUnsupported = 4002,
    /// The sign-in of this console is over.
    SignedOut = 4003,
    /// The widget is not known or is switched off.
    WidgetUnknown = 4004,
    /// More connections for one customer or agent than allowed; the oldest goes.
    TooManyConnections = 4006,
    /// The relay has more to do than it can.
    Overloaded = 4100,
    /// The reader was too slow to take what was sent.
    SlowReader = 4101,
    /// Too many frames.
    RateLimited = 4102,
    /// The first frame did not come in time.
    HelloTimeout = 4103,
    /// Nothing was heard for too long.
    Silent = 4104,
    /// Something went wrong inside the relay; this connection alone ended.
    Fault = 4110,
    /// The relay stops; come back in a while, spread out.
    Draining = 4200,
    /// The relay lost step with this connection; resume.
    Resync = 4201,
    /// The page was hidden away (back/forward cache, frozen, left) and closed the socket itself.
    Parked = 4250,
    /// The client heard nothing for too long and closed the socket itself.
    ClientWatchdog = 4299,
}

impl CloseCode {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Malformed,
        Self::OutOfOrder,
        Self::VersionUnsupported,
        Self::SignedOut,
        Self::WidgetUnknown,
        Self::TooManyConnections,
        Self::Overloaded,
        Self::SlowReader,
        Self::RateLimited,
        Self::HelloTimeout,
        Self::Silent,
        Self::Fault,
        Self::Draining,
        Self::Resync,
        Self::Parked,
        Self::ClientWatchdog,
    ];

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// What a client does after a close with `number`, known to it or not.
    #[must_use]
    pub const fn verdict(number: u16) -> Verdict {
        match number {
            4000..=4099 => Verdict::Stop,
            4200..=4299 => Verdict::AtOnce,
            _ => Verdict::BackOff,
        }
    }
}
