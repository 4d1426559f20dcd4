//! While nothing can be written: reading works, sends are refused, time stands still, and a probe is tried now and then.

use std::collections::VecDeque;

use desk::{ConversationFact, Fact, Input, NotResumed, Notice, Outcome, Recorded};
use model::Timestamp;

use crate::api::AppendError;
use crate::commit::sender::Sender;
use crate::commit::{BATCH_INPUTS_MAX, CommitLoop, InFlight, Outage, PROBE_EVERY, Prepared, Settled, Stage};

/// The inputs of a batch that change who is connected and who reads, without the words. If the batch fails, they are
/// handled again on the durable record.
#[derive(Debug, Default)]
pub(super) struct Reattach(Vec<Input>);

impl Reattach {
    pub(super) fn note(&mut self, input: &Input) {
        if is_about_connections(input) {
            self.0.push(input.clone());
        }
    }
}

fn is_about_connections(input: &Input) -> bool {
    matches!(
        input,
        Input::Resume { .. }
            | Input::Identify { .. }
            | Input::LoseConnection { .. }
            | Input::ConnectAgent { .. }
            | Input::Follow { .. }
            | Input::Unfollow { .. }
            | Input::WatchFloor { .. }
            | Input::LeaveFloor { .. }
            | Input::WatchColleagues { .. }
            | Input::LeaveColleagues { .. }
    )
}

/// Whether somebody may only come in because this was written.
fn lets_in(recorded: &Recorded) -> bool {
    let Fact::Conversation { what, .. } = &recorded.fact else { return false };
    matches!(what, ConversationFact::TokenAdded { .. } | ConversationFact::CustomerReturned { .. })
}

/// Whether a notice is true although the facts of its outcome were not written.
fn needs_no_fact(notice: &Notice) -> bool {
    match notice {
        Notice::Resumed { .. }
        | Notice::CannotResume { .. }
        | Notice::Prompted { .. }
        | Notice::PromptOfAnother { .. }
        | Notice::LinkDead { .. }
        | Notice::ArrivalWaits { .. }
        | Notice::SignedInAsSomeoneElse { .. }
        | Notice::Refused { .. }
        | Notice::Following { .. }
        | Notice::Unfollowed { .. }
        | Notice::FloorOpened { .. }
        | Notice::FloorOver { .. }
        | Notice::ColleaguesWatched { .. }
        | Notice::Changed(_)
        | Notice::WhyWaiting { .. }
        | Notice::Displace { .. }
        | Notice::SignedOut { .. } => true,
        Notice::Started { .. }
        | Notice::Sent { .. }
        | Notice::NotSent { .. }
        | Notice::Done { .. }
        | Notice::Head { .. }
        | Notice::Left { .. }
        | Notice::LinkMinted { .. }
        | Notice::Returned { .. }
        | Notice::HoldEnded { .. }
        | Notice::PromiseEnded { .. }
        | Notice::InvitationEnded { .. }
        | Notice::Disconnected { .. } => false,
    }
}

/// What the batch did to consoles is not written, and has been done: who was put out comes in again, and whose window was closed hears
/// it. Then everybody else of the batch is attached again.
fn take_back(told: &[Notice], reattach: Vec<Input>) -> (Vec<Notice>, Vec<Input>) {
    let mut notices = Vec::new();
    let mut inputs = Vec::new();
    for notice in told {
        if let Notice::Unfollowed { connection, conversation } = *notice {
            inputs.push(Input::Follow { connection, conversation });
        } else if let Notice::FloorOver { connection } = *notice {
            inputs.push(Input::WatchFloor { connection });
        } else if let Notice::Displace { .. } | Notice::SignedOut { .. } = notice {
            notices.push(*notice);
        }
    }
    inputs.extend(reattach);
    (notices, inputs)
}

impl CommitLoop {
    /// The batch is not known to be durable: nobody hears of it, the desk goes back, its senders are told.
    pub(super) fn fall(&mut self, flight: InFlight, error: AppendError) -> Settled {
        let (since, probe) = match std::mem::replace(&mut self.stage, Stage::Writing) {
            Stage::ReadOnly(outage) => (outage.since, outage.probe),
            Stage::Starting(_) | Stage::Writing => {
                // A relay that could not even write that it started has been down since its last sign of life, and says so.
                let probe = flight.first.unwrap_or(Input::ResumeWrites { down_since: flight.now });
                (flight.now, probe)
            }
        };
        self.go_back();
        // Backwards, so that each stands where it stood first.
        for standing in flight.standings.into_iter().rev() {
            self.desk.put_back(standing);
        }
        let (mut notices, inputs) = take_back(&flight.notices, flight.reattach.0);
        notices.extend(self.attach(since, inputs));
        let settled = Settled { unsaved: flight.senders, notices, ..Settled::default() };
        self.stay_read_only(since, probe, error, settled)
    }

    fn stay_read_only(&mut self, since: Timestamp, probe: Input, reason: AppendError, mut settled: Settled) -> Settled {
        if let AppendError::Corrupt(_) = reason {
            settled.fatal = Some(reason.clone());
        }
        let probe_at = self.clock + PROBE_EVERY;
        settled.wake_at = Some(probe_at);
        let must_reopen = !matches!(reason, AppendError::Full(_));
        self.stage = Stage::ReadOnly(Outage { since, reason, probe_at, must_reopen, probe });
        settled
    }

    fn go_back(&mut self) {
        let record = self.durable.record();
        self.desk.replace_record(record);
    }

    /// Handles inputs that change who is connected, at the instant when the outage began, so that no deadline is over by it.
    /// What they would have written is left for its end: the desk finds it then by looking at who is connected.
    fn attach(&mut self, since: Timestamp, inputs: Vec<Input>) -> Vec<Notice> {
        let mut notices = Vec::new();
        let mut strayed = false;
        for input in inputs {
            let resumes = if let Input::Resume { connection, .. } = input { Some(connection) } else { None };
            let Outcome { facts, notices: new, .. } = self.desk.handle(since, input);
            strayed |= !facts.is_empty();
            // A way back in that had to be written is no yes and no no: the customer asks again.
            if let Some(connection) = resumes.filter(|_| facts.iter().any(lets_in)) {
                let _ = self.desk.handle(since, Input::LoseConnection { connection, last_heard: since });
                self.go_back();
                notices.push(Notice::CannotResume { connection, why: NotResumed::SignInUnknown });
                continue;
            }
            notices.extend(new.into_iter().filter(|notice| facts.is_empty() || needs_no_fact(notice)));
        }
        if strayed {
            self.go_back();
        }
        // Somebody may have come in by what is not written.
        notices.extend(self.desk.put_out_strangers());
        notices
    }

    pub(super) fn prepare_read_only(&mut self, outage: Outage, queue: &mut VecDeque<Input>) -> Prepared {
        let Outage { since, probe_at, must_reopen, .. } = outage;
        let probe = outage.probe.clone();
        self.stage = Stage::ReadOnly(outage);
        if self.clock < probe_at {
            Prepared::Deliver(self.answer_read_only(since, queue, probe_at))
        } else if must_reopen {
            Prepared::Reopen(self.durable.lsn())
        } else {
            self.prepare_probe(probe)
        }
    }

    fn answer_read_only(&mut self, since: Timestamp, queue: &mut VecDeque<Input>, probe_at: Timestamp) -> Settled {
        let mut inputs = Vec::new();
        let mut refused = Vec::new();
        for input in queue.drain(..queue.len().min(BATCH_INPUTS_MAX)) {
            refused.extend(Sender::of(&input));
            if is_about_connections(&input) {
                inputs.push(input);
            }
        }
        Settled { notices: self.attach(since, inputs), refused, wake_at: Some(probe_at), ..Settled::default() }
    }

    fn prepare_probe(&mut self, probe: Input) -> Prepared {
        let mut flight = InFlight { now: self.clock, first: Some(probe.clone()), ..InFlight::default() };
        let mut facts = Vec::new();
        self.handle(probe, &mut facts, &mut flight);
        assert!(!facts.is_empty(), "invariant: the end of an outage is a fact");
        self.launch(facts, flight)
    }

    /// Takes the result of opening the log anew.
    ///
    /// # Panics
    /// If [`CommitLoop::prepare`] did not ask for it.
    pub fn reopened(&mut self, now: Timestamp, result: Result<Vec<Recorded>, AppendError>) -> Settled {
        self.clock = self.clock.max(now);
        let Stage::ReadOnly(mut outage) = std::mem::replace(&mut self.stage, Stage::Writing) else {
            unreachable!("invariant: the log is opened anew only while nothing can be written")
        };
        match result {
            Err(error) => self.stay_read_only(outage.since, outage.probe, error, Settled::default()),
            Ok(found) => {
                outage.must_reopen = false;
                outage.probe_at = self.clock;
                self.stage = Stage::ReadOnly(outage);
                self.take_in(found)
            }
        }
    }

    /// A batch that failed is durable after all. Its senders were told "not known"; they find out by trying again.
    fn take_in(&mut self, found: Vec<Recorded>) -> Settled {
        let wake_at = Some(self.clock);
        if found.is_empty() {
            return Settled { wake_at, ..Settled::default() };
        }
        self.durable.extend(&found);
        self.go_back();
        // What it ended for somebody they hear before anything that is new.
        let mut notices = self.desk.put_out_strangers();
        notices.extend(found.iter().filter_map(head));
        Settled { entries: found.into(), notices, wake_at, refresh: true, ..Settled::default() }
    }
}

fn head(recorded: &Recorded) -> Option<Notice> {
    let Fact::Conversation { id, customer_seq, agents_seq, .. } = &recorded.fact else { return None };
    Some(Notice::Head { conversation: *id, customer: *customer_seq, agents: *agents_seq })
}
