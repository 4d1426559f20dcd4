//! Limits: token buckets for sign-in tries, per name and per address, and for what programs do in a person's name.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Mutex;

use model::{AgentId, Millis, Timestamp};
use wire::limits::ACTS_PER_MINUTE;

/// Names and addresses remembered at once; where more are tried, the fullest buckets are forgotten first.
const REMEMBERED_MAX: usize = 10_000;

/// Tries left, in thousandths, and when that was counted.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    thousandths: u64,
    at: Timestamp,
}

/// Buckets of one kind: `burst` tries at once, and as many per minute.
#[derive(Debug)]
struct Buckets<K> {
    burst: u64,
    buckets: BTreeMap<K, Bucket>,
}

impl<K: Ord + Clone> Buckets<K> {
    fn new(burst: u32) -> Self {
        Self { burst: u64::from(burst), buckets: BTreeMap::new() }
    }

    fn level(&self, bucket: Bucket, now: Timestamp) -> u64 {
        let gained = now.since(bucket.at).0.saturating_mul(self.burst) / 60;
        bucket.thousandths.saturating_add(gained).min(self.burst * 1_000)
    }

    /// Takes one try, or says how long to wait for the next.
    fn take(&mut self, key: &K, now: Timestamp) -> Result<(), Millis> {
        let fresh = Bucket { thousandths: self.burst * 1_000, at: now };
        let bucket = self.buckets.get(key).copied().unwrap_or(fresh);
        let level = self.level(bucket, now);
        let Some(left) = level.checked_sub(1_000) else {
            return Err(Millis(((1_000 - level) * 60).div_ceil(self.burst)));
        };
        self.make_room(now);
        self.buckets.insert(key.clone(), Bucket { thousandths: left, at: now });
        Ok(())
    }

    fn make_room(&mut self, now: Timestamp) {
        if self.buckets.len() < REMEMBERED_MAX {
            return;
        }
        let full = self.burst * 1_000;
        let burst = self.burst;
        self.buckets.retain(|_, bucket| bucket.thousandths + now.since(bucket.at).0.saturating_mul(burst) / 60 < full);
        if self.buckets.len() >= REMEMBERED_MAX {
            let fullest = self.buckets.iter().max_by_key(|(_, bucket)| bucket.thousandths).map(|(key, _)| key.clone());
            fullest.map(|key| self.buckets.remove(&key));
        }
    }
}

/// Limits on sign-in tries, and on acting.
#[derive(Debug)]
pub(crate) struct RateLimits {
    names: Mutex<Buckets<String>>,
    addresses: Mutex<Buckets<IpAddr>>,
    acts: Mutex<Buckets<AgentId>>,
}

impl RateLimits {
    pub(crate) fn new(tries_per_name: u32, tries_per_address: u32) -> Self {
        Self {
            names: Mutex::new(Buckets::new(tries_per_name)),
            addresses: Mutex::new(Buckets::new(tries_per_address)),
            acts: Mutex::new(Buckets::new(ACTS_PER_MINUTE)),
        }
    }

    /// Takes one try from this address.
    pub(crate) fn address(&self, address: IpAddr, now: Timestamp) -> Result<(), Millis> {
        lock(&self.addresses).take(&address, now)
    }

    /// Takes one request in this person's name that the desk must look at.
    pub(crate) fn act(&self, agent: AgentId, now: Timestamp) -> Result<(), Millis> {
        lock(&self.acts).take(&agent, now)
    }

    /// Takes one try for this name, known or not.
    pub(crate) fn name(&self, name: &str, now: Timestamp) -> Result<(), Millis> {
        lock(&self.names).take(&name.to_owned(), now)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_as_many_per_minute() {
        let mut buckets = Buckets::new(2);
        let start = Timestamp(1_000_000);
        assert_eq!(buckets.take(&"ravi", start), Ok(()));
        assert_eq!(buckets.take(&"ravi", start), Ok(()));
        assert_eq!(buckets.take(&"ravi", start), Err(Millis(30_000)));
        assert_eq!(buckets.take(&"sofia", start), Ok(()));
        assert_eq!(buckets.take(&"ravi", start + Millis(29_999)), Err(Millis(30)));
        assert_eq!(buckets.take(&"ravi", start + Millis(30_000)), Ok(()));
    }

    #[test]
    fn remembers_no_more_than_its_limit() {
        let mut buckets = Buckets::new(10);
        for name in 0..REMEMBERED_MAX + 50 {
            assert_eq!(buckets.take(&name, Timestamp(1)), Ok(()));
        }
        assert!(buckets.buckets.len() <= REMEMBERED_MAX);
    }
}
