//! Programs that ask one thing without a connection, and wait for its answer.

use std::collections::BTreeMap;

use desk::{Notice, WhyWaiting};
use model::ConnectionId;
use tokio::sync::oneshot::{self, Receiver, Sender};
use wire::RefusalCode;

/// The one answer; what it tells is durable.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The desk's.
    Notice(Notice),
    /// Nothing was written, or it is not known whether.
    NotTaken(RefusalCode),
    /// Why a customer is still waiting; `None`: they are not any more.
    Why(Option<Box<WhyWaiting>>),
}

/// Who waits.
#[derive(Debug, Default)]
pub(super) struct Callers(BTreeMap<ConnectionId, Sender<Reply>>);

impl Callers {
    pub(super) fn add(&mut self, caller: ConnectionId) -> Receiver<Reply> {
        let (sender, receiver) = oneshot::channel();
        self.0.insert(caller, sender);
        receiver
    }

    pub(super) fn remove(&mut self, caller: ConnectionId) {
        self.0.remove(&caller);
    }

    /// Answers, where it is a program that asked; who has gone meanwhile hears nothing.
    pub(super) fn answer(&mut self, caller: ConnectionId, reply: Reply) -> bool {
        let Some(sender) = self.0.remove(&caller) else { return false };
        let _ = sender.send(reply);
        true
    }

    /// The same; what is for a window comes back.
    pub(super) fn answer_why(
        &mut self,
        caller: ConnectionId,
        why: Option<Box<WhyWaiting>>,
    ) -> Result<(), Option<Box<WhyWaiting>>> {
        let Some(sender) = self.0.remove(&caller) else { return Err(why) };
        let _ = sender.send(Reply::Why(why));
        Ok(())
    }
}
