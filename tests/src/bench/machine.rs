//! What else the machine does while something is measured.

use std::fs;
use std::time::Instant;

use anyhow::{Context, Result};

/// The kernel counts in hundredths of a second for user space.
pub(super) const TICKS_PER_SECOND: f64 = 100.0;

/// Processor time of the whole machine and of this program, to tell how much of it others took in the meantime.
pub(super) struct Machine {
    since: Instant,
    all: u64,
    own: u64,
}

impl Machine {
    /// Looks now.
    ///
    /// # Errors
    /// Where `/proc` can't be read.
    pub(super) fn look() -> Result<Self> {
        Ok(Self { since: Instant::now(), all: all_ticks()?, own: ticks_of("/proc/self/stat")? })
    }

    /// How busy others kept the machine since, in hundredths of one processor, given the ticks that the server took.
    ///
    /// # Errors
    /// Where `/proc` can't be read.
    pub(super) fn others(&self, server_seconds: f64) -> Result<u64> {
        let all = (all_ticks()? - self.all) as f64 / TICKS_PER_SECOND;
        let own = (ticks_of("/proc/self/stat")? - self.own) as f64 / TICKS_PER_SECOND;
        let others = (all - own - server_seconds).max(0.0);
        Ok((others * 100.0 / self.since.elapsed().as_secs_f64()).round() as u64)
    }
}

/// Busy ticks of all processors.
fn all_ticks() -> Result<u64> {
    let stat = fs::read_to_string("/proc/stat")?;
    let fields: Vec<u64> = stat
        .lines()
        .next()
        .context("no line")?
        .split_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    // user, nice, system, idle, iowait, irq, softirq, steal: all but idle and iowait.
    Ok(fields.iter().take(8).sum::<u64>() - fields.iter().skip(3).take(2).sum::<u64>())
}

/// User and system ticks of one process.
pub(super) fn ticks_of(path: &str) -> Result<u64> {
    let stat = fs::read_to_string(path)?;
    let fields: Vec<&str> = stat.rsplit_once(')').context("no name")?.1.split_whitespace().collect();
    Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
}
