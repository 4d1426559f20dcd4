//! The rules at random: ten million steps from seeds, held against a second, naive implementation and against what must hold
//! after every step.
//!
//! `REJOIN_SIM_STEPS` sets how many steps (10^7), `REJOIN_SIM_SEED` the first seed (1). A failure names its seed and step; a
//! seed that was once bad is kept in `KEPT`.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing where something must be has failed")]
#![expect(clippy::wildcard_enum_match_arm, reason = "checks look at what they are about and pass over the rest")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the rate and a bad seed are for people to read")]

mod checks;
mod customers;
mod promises;
mod random;
mod reference;
mod settings;
mod world;

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use checks::{Delivery, Screens};
use model::{
    Audience, CloseReason, ConnectionId, ConsultEnd, HoldEnd, InvitationEnd, InvitationKind, MonitorEnd, OfferEnd,
    OverflowCause, PromiseEnd, ReturnedBy, SessionEnd, Timestamp,
};
use promises::Promises;
use reference::{Reference, State, Talk};
use rejoin_desk::{Author, ConversationFact, Desk, Fact, Input, Notice, Outcome, Record, Recorded};
use world::World;

/// Steps of one world; then the next seed begins.
const STEPS_PER_SEED: u64 = 20_000;
/// Every so many seeds the house is a large one. The reference looks at everybody for everything, so such a run is shorter.
const LARGE_EVERY: u64 = 25;
const LARGE_SHORTER: u64 = 20;
/// Views are compared this often, and whole replays this much less often.
const VIEWS_EVERY: u64 = 16;

/// Seeds that once showed a mistake.
const KEPT: &[u64] = &[];

struct Run {
    world: World,
    desk: Desk,
    reference: Reference,
    /// Folded from facts alone.
    shadow: Record,
    facts: Vec<Recorded>,
    snapshot: Option<(Vec<u8>, usize)>,
    delivery: Delivery,
    screens: Screens,
    promises: Promises,
    wake_at: Option<Timestamp>,
    trace: u64,
    kinds: BTreeMap<&'static str, u64>,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut run = Self {
            world: World::new(seed, is_large(seed)),
            desk: Desk::default(),
            reference: Reference::default(),
            shadow: Record::default(),
            facts: Vec::new(),
            snapshot: None,
            delivery: Delivery::default(),
            screens: Screens::default(),
            promises: Promises::default(),
            wake_at: None,
            trace: 0,
            kinds: BTreeMap::new(),
        };
        for input in run.world.settings() {
            run.tell(&input);
        }
        run
    }

    fn step(&mut self, number: u64) {
        self.world.pass_time(self.wake_at);
        match self.world.random.below(4_000) {
            0 => self.restart(),
            1 => self.lose_writes(),
            _ => {
                let input = self.world.act(&self.reference);
                self.tell(&input);
            }
        }
        if number.is_multiple_of(VIEWS_EVERY) {
            self.check_fold();
            checks::check_views(&self.desk, &self.reference);
            self.screens.check(&self.desk, &self.reference);
            let (talks, reference) = (&self.reference.talks, &self.reference);
            self.world
                .forget(|id| reference.find(id).is_some(), |token| talks.iter().any(|talk| talk.has_token(token)));
        }
        if number.is_multiple_of(VIEWS_EVERY * 8) {
            self.screens.check_floor(&self.desk, &self.reference);
        }
        if number.is_multiple_of(VIEWS_EVERY * 64) {
            self.check_snapshot();
        }
    }

    fn tell(&mut self, input: &Input) {
        let now = self.world.now;
        let outcome = self.desk.handle(now, input.clone());
        self.reference.step(now, input);
        self.compare(input, &outcome);
        checks::check_nobody_forgotten(&self.desk, &self.reference);
        checks::check_clocks(&self.reference, &outcome, now);
        checks::check_disconnects(&self.reference, &outcome);
        checks::check_oversight(&self.reference, &outcome);
        promises::check_live(&self.reference);
        self.promises.check(&self.reference, now, input, &outcome);
        self.delivery.check(&outcome);
        for recorded in &outcome.facts {
            assert_eq!(recorded.at, now);
            self.shadow.apply(recorded.at, &recorded.fact);
            *self.kinds.entry(kind(&recorded.fact)).or_insert(0) += 1;
        }
        // Only facts change the record; that nothing else does is looked at with the views.
        if !outcome.facts.is_empty() {
            self.check_fold();
        }
        self.screens.hear(&self.desk, &self.reference, &outcome);
        self.world.hear(&outcome.notices);
        self.wake_at = outcome.wake_at;
        self.facts.extend(outcome.facts);
    }

    /// The same facts in the same order, the same answers in the same order.
    fn compare(&mut self, input: &Input, outcome: &Outcome) {
        let same_facts = outcome.facts.iter().map(|recorded| &recorded.fact).eq(self.reference.facts.iter());
        let answers = outcome.notices.iter().filter(|notice| is_answer(notice));
        if same_facts && answers.clone().eq(self.reference.replies.iter()) {
            let mut hasher = DefaultHasher::new();
            (self.trace, self.world.now, outcome.notices.len()).hash(&mut hasher);
            for recorded in &outcome.facts {
                std::mem::discriminant(&recorded.fact).hash(&mut hasher);
                if let Fact::Conversation { id, position, what, .. } = &recorded.fact {
                    (id, position, std::mem::discriminant(what)).hash(&mut hasher);
                }
            }
            self.trace = hasher.finish();
            return;
        }
        let facts: Vec<&Fact> = outcome.facts.iter().map(|recorded| &recorded.fact).collect();
        let answers: Vec<&Notice> = answers.collect();
        panic!(
            "at {} the desk and the reference differ\ninput: {input:#?}\ndesk wrote: {facts:#?}\nreference wrote: {:#?}\n\
             desk answered: {answers:#?}\nreference answered: {:#?}",
            self.world.now, self.reference.facts, self.reference.replies
        );
    }

    /// The process dies and comes back, from all facts or from a snapshot and the facts after it.
    fn restart(&mut self) {
        let down_since = self.world.now;
        self.world.pass_time(None);
        let record = match &self.snapshot {
            Some((bytes, count)) if self.world.random.one_in(2) => from_snapshot(bytes, &self.facts[*count..]),
            Some(_) | None => checks::replayed(&self.facts),
        };
        self.desk = Desk::new(record);
        self.world.forget_connections();
        self.tell(&Input::StartRelay { down_since });
    }

    /// The disk takes no writes for a while: a batch is taken back, then the desk is told of connections only, at the time of
    /// what was last durable.
    fn lose_writes(&mut self) {
        let settled_at = self.reference.now;
        let (down_since, durable) = (self.world.now, self.reference.clone());
        for _ in 0..=self.world.random.below(3) {
            let input = self.world.act(&self.reference);
            self.tell_in_vain(&durable, down_since, input);
        }
        for _ in 0..self.world.random.below(12) {
            self.world.now += model::Millis(self.world.random.below(20_000));
            let input = self.world.act(&self.reference);
            if is_about_connections(&input) {
                self.tell_in_vain(&durable, settled_at, input);
            }
        }
        self.screens = Screens::default();
        self.tell(&Input::ResumeWrites { down_since });
        // After such a spell the shell sends every view again.
        for key in checks::watched(&self.reference).into_iter().chain(checks::floor(&self.reference)) {
            self.screens.show(&self.desk, key);
        }
    }

    fn tell_in_vain(&mut self, durable: &Reference, now: Timestamp, input: Input) {
        let moved = moved_by(&input).map(|connection| (connection, self.desk.standing(connection)));
        let before = self.reference.clone();
        self.reference.step(now, &input);
        let outcome = self.desk.handle(now, input);
        self.world.hear(&outcome.notices);
        self.desk.replace_record(self.shadow.clone());
        self.reference = taken_back(durable, &self.reference);
        if let Some((connection, standing)) = moved {
            self.desk.put_back(standing);
            self.reference.put_back(&before, connection);
        }
    }

    fn check_fold(&self) {
        assert!(self.shadow == *self.desk.record(), "the record is the fold of its facts");
    }

    /// A snapshot and the facts after it are the same as all facts.
    fn check_snapshot(&mut self) {
        if let Some((bytes, count)) = &self.snapshot {
            let record = from_snapshot(bytes, &self.facts[*count..]);
            assert!(record == *self.desk.record(), "snapshot and tail are the same as all facts");
        }
        let bytes = postcard::to_stdvec(self.desk.record()).unwrap();
        self.snapshot = Some((bytes, self.facts.len()));
    }
}

fn from_snapshot(bytes: &[u8], tail: &[Recorded]) -> Record {
    let mut record: Record = postcard::from_bytes(bytes).unwrap();
    for recorded in tail {
        record.apply(recorded.at, &recorded.fact);
    }
    record
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
    )
}

/// Whoever is told that this was not written stands where they stood.
fn moved_by(input: &Input) -> Option<ConnectionId> {
    match input {
        Input::Start { connection, .. }
        | Input::Continue { connection, .. }
        | Input::StartNew { connection }
        | Input::FollowArrival { connection, .. } => Some(*connection),
        _ => None,
    }
}

/// What is durable as it was before, connections as they are now.
fn taken_back(durable: &Reference, now: &Reference) -> Reference {
    let mut back = durable.clone();
    for talk in &mut back.talks {
        talk.windows.clear();
        talk.followers.clear();
        talk.heard = Timestamp::ZERO;
        talk.dropped = None;
        talk.starters.clear();
        talk.prompted.clear();
        let Some(now) = now.talks.iter().find(|other| other.id == talk.id) else { continue };
        talk.windows.clone_from(&now.windows);
        talk.followers.clone_from(&now.followers);
        talk.starters.clone_from(&now.starters);
        talk.prompted.clone_from(&now.prompted);
        let is_going = matches!(now.state, State::Open | State::Active(_));
        if is_going || !now.windows.is_empty() || !now.followers.is_empty() {
            // Of one that was over and watched by nobody nothing was kept, even if that was taken back.
            talk.heard = now.heard;
            talk.dropped = now.dropped;
        }
    }
    back.floor.clone_from(&now.floor);
    back.signed_in.clone_from(&now.signed_in);
    let still = |connection: &ConnectionId| {
        let is_in = |talk: &Talk| {
            talk.windows.contains(connection) || talk.prompted.iter().any(|(standing, _)| standing == connection)
        };
        back.talks.iter().any(is_in)
    };
    let signed_in = back.signed_in.clone().into_iter().filter(|(connection, _)| still(connection)).collect();
    back.signed_in = signed_in;
    for (agent, person) in &mut back.people {
        person.windows.clone_from(&now.people[agent].windows);
    }
    for index in 0..back.talks.len() {
        back.watch(index);
    }
    back
}

fn is_answer(notice: &Notice) -> bool {
    !matches!(notice, Notice::Head { .. } | Notice::Changed(_))
}

/// What one run wrote.
#[derive(PartialEq, Eq, Debug)]
struct Wrote {
    /// Hangs on everything that was written and answered.
    trace: u64,
    /// How often each kind of fact was written.
    kinds: BTreeMap<&'static str, u64>,
}

fn is_large(seed: u64) -> bool {
    seed.is_multiple_of(LARGE_EVERY)
}

fn steps_of(seed: u64, steps: u64) -> u64 {
    if is_large(seed) { steps / LARGE_SHORTER } else { steps }
}

fn run_seed(seed: u64, steps: u64) -> Wrote {
    let mut run = Run::new(seed);
    let steps = steps_of(seed, steps);
    for number in 0..steps {
        let step = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run.step(number)));
        if let Err(cause) = step {
            eprintln!("seed {seed}, step {number}, {} facts", run.facts.len());
            std::panic::resume_unwind(cause);
        }
    }
    assert!(checks::replayed(&run.facts) == *run.desk.record(), "all facts give the same record");
    let last_at = run.facts.last().map_or(Timestamp::ZERO, |recorded| recorded.at);
    assert_eq!(run.desk.record().last_at(), last_at, "the record knows when the last fact was written");
    Wrote { trace: run.trace, kinds: run.kinds }
}

fn kind(fact: &Fact) -> &'static str {
    let Fact::Conversation { what, .. } = fact else {
        return match fact {
            Fact::RelayStarted { .. } => "relay started",
            Fact::WritesResumed { .. } => "writes resumed",
            Fact::AgentArrived(_) => "agent arrived",
            Fact::AgentLost { .. } => "agent lost",
            Fact::AgentReturned(_) => "agent returned",
            Fact::AgentGone(_) => "agent gone",
            Fact::AgentSignedOut(_) => "agent signed out",
            Fact::PresenceChosen { .. } => "presence chosen",
            Fact::CapacityFreed { .. } => "capacity freed",
            Fact::SupervisionConfigured(_) => "rights configured",
            Fact::PresenceSetBy { .. } => "presence set by a supervisor",
            Fact::CustomPresenceChosen { by: None, .. } => "custom presence chosen",
            Fact::CustomPresenceChosen { by: Some(_), .. } => "custom presence set by a supervisor",
            _ => "configured",
        };
    };
    match what {
        ConversationFact::Started { .. } => "started",
        ConversationFact::Said { by: Author::Customer, .. } => "said by customer",
        ConversationFact::Said { audience: Audience::Customer, .. } => "said by agent",
        ConversationFact::Said { audience: Audience::Agents, .. } => "said among agents",
        ConversationFact::ReadByCustomer { .. } => "read by customer",
        ConversationFact::ReadByAgent { .. } => "read by agent",
        ConversationFact::OfferMade { .. } => "offer made",
        ConversationFact::OfferEnded { how: OfferEnd::Declined, .. } => "offer declined",
        ConversationFact::OfferEnded { how: OfferEnd::Missed, .. } => "offer missed",
        ConversationFact::OfferEnded { .. } => "offer withdrawn",
        ConversationFact::AgentJoined { picked: false, .. } => "accepted",
        ConversationFact::AgentJoined { picked: true, .. } => "picked",
        ConversationFact::CustomerAway { .. } => "customer away",
        ConversationFact::CustomerBack => "customer back",
        ConversationFact::CustomerDisconnected => "customer disconnected",
        ConversationFact::WaitingConfirmed => "waiting confirmed",
        ConversationFact::EndedByAgent(_) => "ended by agent",
        ConversationFact::EndedByCustomer => "ended by customer",
        ConversationFact::SessionEnded { reason: SessionEnd::CustomerReturned, .. } => "session ended by a return",
        ConversationFact::SessionEnded { .. } => "session ended",
        ConversationFact::Requeued => "requeued",
        ConversationFact::Routed { rule: Some(_) } => "routed by a rule",
        ConversationFact::Routed { rule: None } => "routed by none",
        ConversationFact::Overflowed { cause: OverflowCause::OutOfHours, .. } => "moved out of hours",
        ConversationFact::Overflowed { cause: OverflowCause::QueueFull, .. } => "moved from a full queue",
        ConversationFact::Overflowed { cause: OverflowCause::WaitedTooLong, .. } => "moved from a slow queue",
        ConversationFact::Closed(CloseReason::OutOfHours) => "closed out of hours",
        ConversationFact::Closed(CloseReason::OverflowEnded) => "closed by a full queue",
        ConversationFact::Closed(CloseReason::WaitedTooLong) => "closed by a slow queue",
        ConversationFact::Closed(CloseReason::AutoClosed) => "auto-closed",
        ConversationFact::Closed(_) => "closed",
        ConversationFact::Forgotten => "forgotten",
        ConversationFact::CustomerReturned { how: ReturnedBy::Link } => "returned by link",
        ConversationFact::CustomerReturned { how: ReturnedBy::Handover } => "returned by hand-over",
        ConversationFact::CustomerReturned { how: ReturnedBy::SignIn } => "returned by signing in",
        ConversationFact::CustomerReturned { .. } => "returned at the prompt",
        ConversationFact::HoldEnded(HoldEnd::Released) => "hold released",
        ConversationFact::HoldEnded(_) => "hold expired",
        ConversationFact::PromiseEnded(PromiseEnd::LimitReached) => "limit reached",
        ConversationFact::PromiseEnded(PromiseEnd::StartedNew) => "started anew",
        ConversationFact::PromiseEnded(_) => "ended late",
        ConversationFact::PromiseExtended => "promise extended",
        ConversationFact::LinkMinted { by: Author::Customer, .. } => "link minted",
        ConversationFact::LinkMinted { .. } => "link taken",
        ConversationFact::LinkOffered(_) => "link offered",
        ConversationFact::TokenAdded { is_other_device: true, .. } => "other device",
        ConversationFact::TokenAdded { .. } => "same browser",
        ConversationFact::CustomerIdentified(_) => "identified",
        ConversationFact::Invited { kind: InvitationKind::Consult, queue: None, .. } => "invited to advise",
        ConversationFact::Invited { passed_on: true, .. } => "the next of a queue invited",
        ConversationFact::Invited { kind: InvitationKind::Consult, .. } => "a queue invited to advise",
        ConversationFact::Invited { kind: InvitationKind::Transfer, .. } => "invited to take over",
        ConversationFact::Invited { .. } => "invited by a supervisor",
        ConversationFact::InvitationEnded { how: InvitationEnd::Accepted, .. } => "invitation accepted",
        ConversationFact::InvitationEnded { how: InvitationEnd::Declined, .. } => "invitation declined",
        ConversationFact::InvitationEnded { how: InvitationEnd::Missed, .. } => "invitation missed",
        ConversationFact::InvitationEnded { .. } => "invitation withdrawn",
        ConversationFact::ConsultBegan(_) => "consult began",
        ConversationFact::ConsultantLetIn { .. } => "let in",
        ConversationFact::ConsultEnded { why: ConsultEnd::CustomerDisconnected, .. } => "consult ended by a disconnect",
        ConversationFact::ConsultEnded { why: ConsultEnd::AgentGone, .. } => "consultant gone",
        ConversationFact::ConsultEnded { .. } => "consult ended",
        ConversationFact::SentToQueue { .. } => "sent to a queue",
        ConversationFact::MonitoringBegan(_) => "monitoring began",
        ConversationFact::MonitoringEnded { why: MonitorEnd::RightTaken, .. } => "monitoring forbidden",
        ConversationFact::MonitoringEnded { .. } => "monitoring ended",
        ConversationFact::SupervisorJoined(_) => "supervisor joined",
        ConversationFact::Assigned { .. } => "assigned",
        ConversationFact::ForceClosedBy(_) => "force-closed",
    }
}

#[expect(clippy::disallowed_methods, reason = "how long to run is asked outside of what is tested")]
fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(otherwise)
}

/// The seeds, shared out among the machine's processors.
fn run_seeds(first: u64, seeds: u64, steps: u64) -> BTreeMap<&'static str, u64> {
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let mut kinds = BTreeMap::new();
    std::thread::scope(|scope| {
        let share = |thread| {
            let mine = (first + thread..first + seeds).step_by(usize::try_from(threads).unwrap());
            scope.spawn(move || mine.map(|seed| run_seed(seed, steps).kinds).collect::<Vec<_>>())
        };
        let shares: Vec<_> = (0..threads).map(share).collect();
        for share in shares {
            for (kind, count) in share.join().unwrap().into_iter().flatten() {
                *kinds.entry(kind).or_insert(0) += count;
            }
        }
    });
    kinds
}

#[test]
fn the_desk_does_what_the_reference_does() {
    let steps = setting("REJOIN_SIM_STEPS", 10_000_000);
    let first = setting("REJOIN_SIM_SEED", 1);
    // Large worlds take fewer steps, so more seeds are needed.
    let (mut seeds, mut done) = (0, 0);
    while done < steps {
        done += steps_of(first + seeds, STEPS_PER_SEED.min(steps));
        seeds += 1;
    }
    #[expect(
        clippy::disallowed_methods,
        clippy::disallowed_types,
        reason = "only to print the rate; nothing depends on it"
    )]
    let began = std::time::Instant::now();
    let kinds = run_seeds(first, seeds, STEPS_PER_SEED.min(steps));
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "figure: {done} steps, seeds {first} to {}, {seconds:.1} s, {:.0} steps/s",
        first + seeds - 1,
        done as f64 / seconds
    );
    println!("wrote {kinds:?}");
    // A world in which something never happens tests nothing about it.
    if steps >= 1_000_000 {
        assert_eq!(kinds.len(), 83, "every kind of fact is written");
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    assert_eq!(run_seed(4_711, 5_000), run_seed(4_711, 5_000));
}

#[test]
fn seeds_that_were_bad_once_stay_good() {
    for seed in KEPT {
        run_seed(*seed, STEPS_PER_SEED);
    }
}
