//! Runs a machine of rules in a page: feeds it what the browser tells, does what it asks for, draws when it says so.
//!
//! A machine (`client::customer::Customer`, `client::agent::Console`) decides; the page that uses it implements [`Machine`]
//! for a type of its own around it, translating in both directions and nothing else:
//!
//! ```ignore
//! impl Machine for Chat {
//!     type Event = client::customer::Event;
//!     type Effect = client::customer::Effect;
//!     fn handle(&mut self, now: Timestamp, event: Event) -> Vec<Effect> { self.customer.handle(now, event) }
//!     fn translate(signal: Signal) -> Event {
//!         match signal { Signal::Socket(event) => Event::Socket(event), Signal::Woke { jitter } => Event::Wake { jitter }, … }
//!     }
//!     fn perform(driver: &Driver<Self>, effect: Effect) {
//!         match effect {
//!             Effect::Socket(effect) => driver.socket(effect, "/v1/customer", Encoding::Binary),
//!             Effect::Changed => driver.changed(),
//!             …
//!         }
//!     }
//! }
//! ```

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use client::{PageEvent, SocketEffect, SocketEvent, SocketId};
use model::Timestamp;
use wire::Encoding;

use crate::socket::{self, Heard, Socket};
use crate::timer::Alarm;
use crate::{clock, lifecycle, random};

/// What a browser tells a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Something happened to the machine's socket.
    Socket(SocketEvent),
    /// Something happened to the page.
    Page(PageEvent),
    /// The time asked for by [`Driver::wake_at`] is here, or a little before it: the machine looks at `now`.
    Woke {
        /// A fresh random number.
        jitter: u32,
    },
}

/// A machine of rules as a page runs it.
pub trait Machine: Sized + 'static {
    /// What it can be told.
    type Event: 'static;
    /// What it asks for.
    type Effect;

    /// Decides.
    fn handle(&mut self, now: Timestamp, event: Self::Event) -> Vec<Self::Effect>;
    /// Says in the machine's words what the browser told.
    fn translate(signal: Signal) -> Self::Event;
    /// Does what the machine asked for. It may feed further events: they are handled afterwards, in order.
    fn perform(driver: &Driver<Self>, effect: Self::Effect);
}

struct Inner<M: Machine> {
    machine: RefCell<M>,
    inbox: RefCell<VecDeque<M::Event>>,
    working: Cell<bool>,
    changed: Cell<bool>,
    socket: RefCell<Option<(SocketId, Socket)>>,
    alarm: Alarm,
    draw: RefCell<Rc<dyn Fn()>>,
}

/// A handle of a running machine; clones are the same machine.
pub struct Driver<M: Machine> {
    inner: Rc<Inner<M>>,
}

impl<M: Machine> Clone for Driver<M> {
    fn clone(&self) -> Self {
        Self { inner: Rc::clone(&self.inner) }
    }
}

impl<M: Machine> PartialEq for Driver<M> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl<M: Machine> Driver<M> {
    /// Starts a machine and follows the page's life for it.
    #[must_use]
    pub fn start(machine: M) -> Self {
        let driver = Self {
            inner: Rc::new(Inner {
                machine: RefCell::new(machine),
                inbox: RefCell::default(),
                working: Cell::new(false),
                changed: Cell::new(false),
                socket: RefCell::default(),
                alarm: Alarm::default(),
                draw: RefCell::new(Rc::new(|| ())),
            }),
        };
        let weak = Rc::downgrade(&driver.inner);
        lifecycle::listen(move |what| signal(&weak, Signal::Page(what)));
        driver
    }

    /// Who draws: called once after a round of events, if the machine said that something changed.
    pub fn on_change(&self, draw: impl Fn() + 'static) {
        self.inner.draw.replace(Rc::new(draw));
    }

    /// Looks at the machine.
    ///
    /// # Panics
    /// From within [`Machine::handle`].
    pub fn look<R>(&self, look: impl FnOnce(&M) -> R) -> R {
        look(&self.inner.machine.borrow())
    }

    /// Changes what the page keeps around the machine, outside of its rules. Nothing is drawn because of it.
    ///
    /// # Panics
    /// From within [`Machine::handle`] or [`Self::look`].
    pub fn change<R>(&self, change: impl FnOnce(&mut M) -> R) -> R {
        change(&mut self.inner.machine.borrow_mut())
    }

    /// Draws, because of something that the page keeps around the machine.
    pub fn redraw(&self) {
        let draw = Rc::clone(&self.inner.draw.borrow());
        draw();
    }

    /// Tells the machine something, and does everything that it then asks for before returning, unless this is called from
    /// within such doing: then it is told afterwards.
    pub fn feed(&self, event: M::Event) {
        self.inner.inbox.borrow_mut().push_back(event);
        if self.inner.working.replace(true) {
            return;
        }
        loop {
            let next = self.inner.inbox.borrow_mut().pop_front();
            let Some(event) = next else { break };
            let effects = self.inner.machine.borrow_mut().handle(clock::now(), event);
            for effect in effects {
                M::perform(self, effect);
            }
        }
        self.inner.working.set(false);
        if self.inner.changed.take() {
            let draw = Rc::clone(&self.inner.draw.borrow());
            draw();
        }
    }

    /// Does something with a socket: `path` is of the page's own origin. There is one socket at a time; a new dial lets an
    /// older one go.
    pub fn socket(&self, effect: SocketEffect, path: &str, encoding: Encoding) {
        match effect {
            SocketEffect::Dial { socket } => self.dial(socket, path, encoding),
            SocketEffect::Send { socket, bytes } => {
                if let Some((id, open)) = &*self.inner.socket.borrow()
                    && *id == socket
                {
                    open.send(&bytes);
                }
            }
            SocketEffect::Close { socket, code } => {
                let open = self.inner.socket.borrow_mut().take_if(|(id, _)| *id == socket);
                if let Some((_, open)) = open {
                    open.close(code);
                }
            }
        }
    }

    fn dial(&self, id: SocketId, path: &str, encoding: Encoding) {
        drop(self.inner.socket.take());
        let weak = Rc::downgrade(&self.inner);
        let tell = Rc::new(move |heard| signal(&weak, Signal::Socket(named(id, heard))));
        let socket = Socket::dial(&socket::own_address(path), encoding, tell);
        if socket.is_none() {
            self.feed(M::translate(Signal::Socket(named(id, Heard::Closed(socket::ABNORMAL)))));
        }
        *self.inner.socket.borrow_mut() = socket.map(|socket| (id, socket));
    }

    /// Wakes the machine then, instead of when it asked for before.
    pub fn wake_at(&self, at: Timestamp) {
        let weak = Rc::downgrade(&self.inner);
        self.inner.alarm.set(at, Rc::new(move || signal(&weak, Signal::Woke { jitter: random::jitter() })));
    }

    /// Wakes the machine no more until it asks again.
    pub fn do_not_wake(&self) {
        self.inner.alarm.clear();
    }

    /// Something that is shown changed: drawn once, when the round is over.
    pub fn changed(&self) {
        self.inner.changed.set(true);
    }
}

fn named(socket: SocketId, heard: Heard) -> SocketEvent {
    match heard {
        Heard::Opened => SocketEvent::Opened { socket },
        Heard::Received(bytes) => SocketEvent::Received { socket, bytes },
        Heard::Closed(code) => SocketEvent::Closed { socket, code, jitter: random::jitter() },
    }
}

fn signal<M: Machine>(inner: &Weak<Inner<M>>, signal: Signal) {
    if let Some(inner) = inner.upgrade() {
        Driver { inner }.feed(M::translate(signal));
    }
}
