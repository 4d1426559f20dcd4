//! The loop itself.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use desk::{Input, Notice, Sent, ViewKey};
use log::commit::{BATCH_INPUTS_MAX, CommitLoop, Prepared, Sender, Settled};
use log::{AppendError, Log, LogWriter};
use model::{Millis, Timestamp};

use super::showing::Showing;
use super::snapshots::Snapshots;
use super::{DeskHandle, DeskState, Look, Told};
use crate::clock::Clock;
use crate::metrics::Metrics;
use crate::switchboard::{NameStore, Switchboard};

/// A sign of life is written this often while clocks run (product 3).
const ALIVE_EVERY: Millis = Millis::seconds(5);

/// What the thread works with.
#[derive(Debug)]
pub(crate) struct DeskParts {
    /// The opened log.
    pub(crate) log: Log,
    /// The relay's clock.
    pub(crate) clock: Clock,
    /// Where answers go.
    pub(crate) switchboard: Arc<Switchboard>,
    /// Words beside facts.
    pub(crate) names: Arc<NameStore>,
    /// What is counted.
    pub(crate) metrics: Arc<Metrics>,
    /// The rules of everything configured; told again after a read-only spell.
    pub(crate) configuration: Vec<Input>,
    /// Inputs that may wait.
    pub(crate) waiting_max: usize,
}

/// Starts the thread. `on_fatal` is called when the log is damaged or the thread panics: the process must end.
pub(crate) fn start(parts: DeskParts, on_fatal: impl FnOnce() + Send + 'static) -> std::io::Result<DeskHandle> {
    let (sender, receiver) = sync_channel(parts.waiting_max);
    let state = Arc::new(DeskState::default());
    state.writable.store(true, Ordering::Relaxed);
    let handle = DeskHandle { told: sender, state: Arc::clone(&state) };
    let snapshots = Snapshots::start(parts.log.snapshots)?;
    let now = parts.clock.now();
    let desk_thread = DeskThread {
        commit: CommitLoop::new(parts.log.opened, now),
        writer: parts.log.writer,
        snapshots,
        clock: parts.clock,
        switchboard: parts.switchboard,
        names: parts.names,
        metrics: parts.metrics,
        queue: parts.configuration.iter().cloned().collect(),
        configuration: parts.configuration,
        looks: Vec::new(),
        signed_out: Vec::new(),
        greeted: BTreeSet::new(),
        showing: Showing::default(),
        wake_at: Some(Timestamp::ZERO),
        looked_at: now - ALIVE_EVERY,
        state,
    };
    std::thread::Builder::new().name("desk".to_owned()).spawn(move || {
        let state = Arc::clone(&desk_thread.state);
        let run = std::panic::AssertUnwindSafe(|| desk_thread.run(&receiver));
        let ended_well = std::panic::catch_unwind(run).unwrap_or(false);
        state.writable.store(false, Ordering::Relaxed);
        state.ended.store(true, Ordering::Release);
        if !ended_well {
            on_fatal();
        }
    })?;
    Ok(handle)
}

struct DeskThread {
    commit: CommitLoop,
    writer: Box<dyn LogWriter>,
    snapshots: Snapshots,
    clock: Clock,
    switchboard: Arc<Switchboard>,
    names: Arc<NameStore>,
    metrics: Arc<Metrics>,
    queue: VecDeque<Input>,
    configuration: Vec<Input>,
    /// Who wants to know something after this batch.
    looks: Vec<Look>,
    /// Sign-outs that could not be written; told again after the spell.
    signed_out: Vec<Input>,
    /// Agents with a new window in this batch: it needs the whole desk, changed or not.
    greeted: BTreeSet<ViewKey>,
    showing: Showing,
    wake_at: Option<Timestamp>,
    /// When the thread last looked whether clocks run.
    looked_at: Timestamp,
    state: Arc<DeskState>,
}

impl DeskThread {
    /// Runs until told to stop; `false` where the log is damaged.
    fn run(mut self, receiver: &Receiver<Told>) -> bool {
        loop {
            let stop = self.wait(receiver);
            loop {
                let settled = self.turn();
                if let Some(error) = &settled.fatal {
                    tracing::error!(%error, "the log is damaged; the relay ends");
                    return false;
                }
                self.deliver(&settled);
                if self.queue.is_empty() {
                    break;
                }
            }
            for Look(look) in self.looks.drain(..) {
                look(self.commit.desk());
            }
            self.keep_house();
            if stop {
                self.snapshots.finish(&self.commit.last_snapshot());
                return true;
            }
        }
    }

    /// Waits for inputs or a deadline and takes what waits. Says whether the thread is to stop.
    fn wait(&mut self, receiver: &Receiver<Told>) -> bool {
        let now = self.clock.now();
        let looks_at = self.looked_at + ALIVE_EVERY;
        let wake_at = [self.wake_at, self.showing.wake_at()].into_iter().flatten().fold(looks_at, Timestamp::min);
        let sleep = Duration::from_millis(wake_at.since(now).0);
        match receiver.recv_timeout(sleep) {
            Ok(told) => {
                if self.take(told) {
                    return true;
                }
            }
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => return true,
        }
        while self.queue.len() < BATCH_INPUTS_MAX {
            match receiver.try_recv() {
                Ok(told) => {
                    if self.take(told) {
                        return true;
                    }
                }
                Err(_) => break,
            }
        }
        false
    }

    fn take(&mut self, told: Told) -> bool {
        match told {
            Told::Stop => true,
            Told::Look(look) => {
                self.looks.push(look);
                false
            }
            Told::Input(input) => {
                if let Input::ConnectAgent { agent, .. } = &input {
                    self.greeted.insert(ViewKey::Agent(*agent));
                }
                if let Input::Configure(_) = &input {
                    self.remember_configuration(&input);
                }
                self.queue.push_back(input);
                false
            }
        }
    }

    fn remember_configuration(&mut self, input: &Input) {
        use desk::Configuration::{Agent, Queue, Routing, Supervision, Widget, Workstream};
        let same = |old: &Input| match (old, input) {
            (Input::Configure(Agent(old, _)), Input::Configure(Agent(new, _))) => old == new,
            (Input::Configure(Queue(old, _)), Input::Configure(Queue(new, _))) => old == new,
            (Input::Configure(Workstream(old, _)), Input::Configure(Workstream(new, _))) => old == new,
            (Input::Configure(Widget(old, _)), Input::Configure(Widget(new, _))) => old == new,
            (Input::Configure(Supervision(_)), Input::Configure(Supervision(_))) => true,
            (Input::Configure(Routing(old, _)), Input::Configure(Routing(new, _))) => old == new,
            _ => false,
        };
        self.configuration.retain(|old| !same(old));
        self.configuration.push(input.clone());
    }

    /// One batch: prepare, append, settle.
    fn turn(&mut self) -> Settled {
        let waiting = self.queue.len();
        match self.commit.prepare(self.clock.now(), &mut self.queue) {
            Prepared::Append(entries) => {
                let started = Instant::now();
                let result = self.writer.append(&entries);
                self.metrics.append_seconds.observe(started.elapsed().as_secs_f64());
                self.metrics.batch_facts.observe(entries.len() as f64);
                self.metrics.batch_inputs.observe((waiting - self.queue.len()) as f64);
                if let Err(error) = &result {
                    self.metrics.failed_appends.inc();
                    // Before anybody can see that nothing is written: why.
                    self.state.full.store(matches!(error, AppendError::Full(_)), Ordering::Relaxed);
                    if self.state.writable.swap(false, Ordering::Relaxed) {
                        tracing::error!(%error, "the log takes no writes; the relay is read-only and tries again");
                    }
                }
                self.commit.settle(self.clock.now(), result)
            }
            Prepared::Reopen(known) => {
                let result = self.writer.reopen(known);
                self.commit.reopened(self.clock.now(), result)
            }
            Prepared::Deliver(settled) => settled,
        }
    }

    fn deliver(&mut self, settled: &Settled) {
        if !settled.entries.is_empty() {
            self.names.extend(&settled.entries);
        }
        self.metrics.count_facts(&settled.entries);
        for notice in &settled.notices {
            self.note(notice);
        }
        let mut views = self.switchboard.deliver(settled);
        views.new.append(&mut self.greeted);
        let due = self.showing.due(self.clock.now(), views.new, views.changed);
        self.switchboard.show(self.commit.desk(), due.into_iter(), views.floors.into_iter());
        self.switchboard.answer_why(self.commit.desk(), views.asked_why);
        self.switchboard.wake();
        self.wake_at = settled.wake_at;
        self.note_outage(settled);
    }

    /// What a notice tells the shell itself. Pages come before the views that show them.
    fn note(&self, notice: &Notice) {
        self.metrics.note(notice);
        if let Notice::Resumed { connection, conversation }
        | Notice::Started { connection, sent: Sent { conversation, .. }, .. } = notice
            && let Some(page) = self.switchboard.take_page(*connection)
        {
            self.names.put_page(*conversation, page);
        }
    }

    fn note_outage(&mut self, settled: &Settled) {
        for sender in settled.unsaved.iter().chain(&settled.refused) {
            if let Sender::SignOut { agent } = sender {
                self.signed_out.push(Input::SignOut { agent: *agent });
            }
        }
        let outage = self.commit.outage();
        let writable = outage.is_none();
        self.state
            .full
            .store(outage.is_some_and(|outage| matches!(outage.reason, AppendError::Full(_))), Ordering::Relaxed);
        let was_writable = self.state.writable.swap(writable, Ordering::Relaxed);
        if writable && !was_writable {
            tracing::info!("the log takes writes again");
            self.queue.extend(self.configuration.iter().cloned());
            self.queue.extend(self.signed_out.drain(..));
        }
    }

    /// What is due besides the desk: signs of life and snapshots.
    fn keep_house(&mut self) {
        let now = self.clock.now();
        if now >= self.looked_at + ALIVE_EVERY {
            self.looked_at = now;
            self.metrics.count_stages(self.commit.desk().stage_counts());
            // What was appended since is a sign of life too, but a mark costs next to nothing.
            if self.commit.outage().is_none()
                && self.commit.desk().is_clock_running()
                && let Err(error) = self.writer.mark_alive(now)
            {
                tracing::warn!(%error, "a sign of life was not written");
            }
        }
        self.switchboard.rings.sweep(now);
        if let Some(made) = self.snapshots.made() {
            self.commit.snapshot_made(&made);
        }
        if let Some(work) = self.commit.snapshot_work() {
            self.snapshots.make(work);
        }
    }
}
