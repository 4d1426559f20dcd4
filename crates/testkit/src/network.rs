//! The network: connections that keep order, and may be cut, stalled or half-open.

use std::collections::VecDeque;

use client::SocketId;
use model::{ConnectionId, Timestamp};

/// Where a socket's other end is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// A tab of a customer's browser.
    Tab(String),
    /// A console window.
    Window(String),
}

/// What travels.
#[derive(Clone, Debug)]
pub(crate) enum Parcel {
    /// The upgrade request, or its answer.
    Open,
    /// A frame.
    Frame(Vec<u8>),
    /// A close.
    Close(u16),
}

/// One direction of a connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pipe {
    /// In order, with the earliest instant of arrival.
    parcels: VecDeque<(Timestamp, Parcel)>,
    bytes: usize,
    stalled: bool,
    lossy: bool,
}

/// More than this under way and the sender's side is full.
const PIPE_BYTES: usize = 16 * 1024;

impl Pipe {
    pub(crate) fn put(&mut self, at: Timestamp, parcel: Parcel) {
        if self.lossy {
            return;
        }
        let at = self.parcels.back().map_or(at, |(last, _)| at.max(*last));
        if let Parcel::Frame(bytes) = &parcel {
            self.bytes += bytes.len();
        }
        self.parcels.push_back((at, parcel));
    }

    pub(crate) fn next_at(&self) -> Option<Timestamp> {
        if self.stalled { None } else { self.parcels.front().map(|(at, _)| *at) }
    }

    pub(crate) fn take(&mut self, now: Timestamp) -> Option<Parcel> {
        if self.next_at()? > now {
            return None;
        }
        let (_, parcel) = self.parcels.pop_front()?;
        if let Parcel::Frame(bytes) = &parcel {
            self.bytes -= bytes.len();
        }
        Some(parcel)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.bytes > PIPE_BYTES
    }

    pub(crate) fn stall(&mut self, stalled: bool) {
        self.stalled = stalled;
    }

    /// Everything under way and everything later is lost, and nobody is told.
    pub(crate) fn lose(&mut self) {
        self.parcels.clear();
        self.bytes = 0;
        self.lossy = true;
    }
}

/// A connection between a client and the relay.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    pub(crate) end: End,
    pub(crate) socket: SocketId,
    pub(crate) connection: ConnectionId,
    pub(crate) up: Pipe,
    pub(crate) down: Pipe,
    /// The client still listens.
    pub(crate) client_listens: bool,
    /// The relay still listens.
    pub(crate) relay_listens: bool,
}

impl Wire {
    pub(crate) fn new(end: End, socket: SocketId, connection: ConnectionId) -> Self {
        Self {
            end,
            socket,
            connection,
            up: Pipe::default(),
            down: Pipe::default(),
            client_listens: true,
            relay_listens: false,
        }
    }

    /// Bytes vanish in both directions, and nobody is told.
    pub(crate) fn half_open(&mut self) {
        self.up.lose();
        self.down.lose();
    }

    pub(crate) fn stall(&mut self, stalled: bool) {
        self.up.stall(stalled);
        self.down.stall(stalled);
    }

    /// Nothing is under way.
    pub(crate) fn is_idle(&self) -> bool {
        self.up.next_at().is_none() && self.down.next_at().is_none()
    }

    pub(crate) fn is_over(&self) -> bool {
        !self.client_listens && !self.relay_listens
    }
}
