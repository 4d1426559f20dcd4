//! The durable log, and the loop that writes it before anybody hears.
//!
//! ```text
//!             ┌ writer:    append(batch) → durable, all or nothing            one, owned by the desk's task
//! open → Log ─┼ reader:    conversation(…) in pages, find_send(…)             shared, from any thread
//!             ├ snapshots: save(…), a cache that makes the next start fast    one, on a thread of its own
//!             └ opened:    the record as it was, and the last signs of life
//! ```
//!
//! * [`commit::CommitLoop`] owns the desk and decides what is written, delivered and told after a failure. Pure: it knows no disk.
//! * [`sqlite`] is the log of the product.
//! * [`MemoryDisk`] is a log in memory whose disk fails when a test says so.
//!
//! What every implementation promises is written down as a test that each of them has to pass (`tests/contract.rs`).

mod api;
pub mod codec;
pub mod commit;
#[cfg(feature = "delayed")]
pub mod delayed;
mod memory;
#[cfg(feature = "sqlite")]
pub mod sqlite;

pub use api::{
    AppendError, FoundSend, Log, LogReader, LogWriter, Lsn, OpenError, Opened, PAGE_ROWS_MAX, ReadError, Snapshot,
    SnapshotFound, SnapshotKeeper, TAIL_FACTS_MAX,
};
pub use memory::{Fault, MemoryDisk};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteOptions, open_sqlite};
