//! Heartbeats, and finding silence.

use model::{Millis, Timestamp};
use wire::limits;

use crate::misbehavior::Misbehavior;

/// The heartbeat of one connection.
///
/// A beat is due when nothing was sent for `every`, and also when nothing was *heard* for `every`: traffic to a peer that has no
/// reason to answer must not make it look silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    every: Millis,
    silent_after: Millis,
    last_sent: Timestamp,
    last_beat: Timestamp,
    last_heard: Timestamp,
    /// A beat of ours that the peer has not answered yet.
    asked: bool,
}

impl Heartbeat {
    /// For a peer that nobody waits for with a shorter clock: a console.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            every: limits::HEARTBEAT_EVERY,
            silent_after: limits::SILENT_AFTER,
            last_sent: now,
            last_beat: now,
            last_heard: now,
            asked: false,
        }
    }

    /// For a customer who counts as disconnected after `disconnect_after`: silence is found within 30 s, and within a third of
    /// that where it is shorter (product 3).
    #[must_use]
    pub fn for_customer(disconnect_after: Millis, now: Timestamp) -> Self {
        let found_within = Millis(disconnect_after.0 / 3).min(Millis::seconds(30));
        let share = |full: Millis| Millis((full.0 * found_within.0 / Millis::seconds(30).0).max(1));
        Self { every: share(limits::HEARTBEAT_EVERY), silent_after: share(limits::SILENT_AFTER), ..Self::new(now) }
    }

    /// How long without traffic until a beat; told to the client in the welcome.
    #[must_use]
    pub const fn every(&self) -> Millis {
        self.every
    }

    /// The last sign of life: the last message read.
    #[must_use]
    pub const fn last_heard(&self) -> Timestamp {
        self.last_heard
    }

    /// A message was read.
    pub fn heard(&mut self, now: Timestamp) {
        self.last_heard = self.last_heard.max(now);
    }

    /// Something was sent.
    pub fn sent(&mut self, now: Timestamp) {
        self.last_sent = self.last_sent.max(now);
    }

    /// The peer beats. Whether that is a beat of its own, which wants an answer, and not the answer to one of ours: so every beat
    /// of either side gets exactly one answer.
    #[must_use]
    pub fn wants_answer(&mut self) -> bool {
        !core::mem::replace(&mut self.asked, false)
    }

    fn beat_at(&self) -> Timestamp {
        self.last_sent.min(self.last_heard.max(self.last_beat)) + self.every
    }

    /// When to call [`Heartbeat::tick`] at the latest.
    #[must_use]
    pub fn due(&self) -> Timestamp {
        self.beat_at().min(self.last_heard + self.silent_after)
    }

    /// Whether a beat is to be sent now; counts it as sent.
    ///
    /// # Errors
    /// [`Misbehavior::Silent`] where nothing was heard for too long.
    pub fn tick(&mut self, now: Timestamp) -> Result<bool, Misbehavior> {
        if now >= self.last_heard + self.silent_after {
            return Err(Misbehavior::Silent);
        }
        let due = now >= self.beat_at();
        if due {
            self.last_beat = now;
            self.asked = true;
            self.sent(now);
        }
        Ok(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_is_found_within_thirty_seconds_and_a_third_of_a_shorter_limit() {
        for disconnect_after in [3, 6, 30, 60, 89, 90, 91, 180, 86_400].map(Millis::seconds) {
            let within = Millis(disconnect_after.0 / 3).min(Millis::seconds(30));
            let mut beat = Heartbeat::for_customer(disconnect_after, Timestamp(0));
            let mut beats = 0;
            let found = loop {
                let now = beat.due();
                match beat.tick(now) {
                    Ok(true) => beats += 1,
                    Ok(false) => panic!("due at {now} and nothing to do"),
                    Err(misbehavior) => {
                        assert_eq!(misbehavior, Misbehavior::Silent);
                        break now;
                    }
                }
            };
            assert!(found <= Timestamp(within.0), "{disconnect_after}: found at {found}");
            assert_eq!(beats, 2, "a living peer is asked twice before it counts as silent");
        }
    }

    #[test]
    fn traffic_to_a_quiet_peer_does_not_keep_it_from_being_asked() {
        let mut beat = Heartbeat::new(Timestamp(0));
        let mut asked = 0;
        for second in 1..=300 {
            let now = Timestamp(second * 1_000);
            beat.sent(now);
            if now >= beat.due() && beat.tick(now).expect("the peer answers every beat") {
                asked += 1;
                beat.heard(now);
            }
        }
        assert!(asked >= 20, "asked {asked} times in five minutes");
    }

    #[test]
    fn a_beat_of_the_peers_own_is_answered_once_and_an_answer_is_not() {
        let mut beat = Heartbeat::new(Timestamp(0));
        assert!(beat.wants_answer());
        assert_eq!(beat.tick(beat.due()), Ok(true));
        assert!(!beat.wants_answer(), "this one was the answer");
        assert!(beat.wants_answer());
    }

    #[test]
    fn traffic_both_ways_needs_no_beat() {
        let mut beat = Heartbeat::new(Timestamp(0));
        for second in 1..=100 {
            beat.heard(Timestamp(second * 1_000));
            beat.sent(Timestamp(second * 1_000));
            assert_eq!(beat.tick(Timestamp(second * 1_000)), Ok(false));
        }
        assert_eq!(beat.last_heard(), Timestamp(100_000));
    }
}
