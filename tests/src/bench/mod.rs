//! Benchmarks: what a claim rests on. Every figure stands beside a control measured in the same run, because machines are
//! shared and noisy; nothing here passes or fails on time.

pub mod process;
pub mod socket;

mod controls;
mod load;
mod memory;
mod startup;
mod table;

pub use controls::run as controls;
pub use load::run as throughput;
pub use memory::run as memory;
pub use startup::run as startup;
pub use table::Table;

use std::path::PathBuf;

/// What the benchmarks need to know.
pub struct Setup {
    /// The relay's binary, built for release.
    pub relay: PathBuf,
    /// The axum control's binary.
    pub control_axum: PathBuf,
    /// The Node control's script, and the folder in which `ws` is installed.
    pub control_ws: PathBuf,
    /// A folder for data; emptied by its owner.
    pub scratch: PathBuf,
    /// A tenth of the size, to see that it works.
    pub quick: bool,
}
