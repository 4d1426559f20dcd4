//! The data folder: made when missing, locked while somebody uses it.

use std::fs::{DirBuilder, File, OpenOptions};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// A locked data folder.
#[derive(Debug)]
pub(crate) struct DataFolder {
    /// Where it is.
    pub(crate) path: PathBuf,
    _lock: File,
}

/// Why the data folder can't be used. One sentence each.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderError {
    /// Another process has it.
    #[error("The data folder {0} is in use by another relay; stop it or set another [store] path.")]
    InUse(String),
    /// It can't be made or written.
    #[error("The data folder {path} can't be written: {error}.")]
    NotWritable {
        /// Where it is.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
}

impl DataFolder {
    /// Makes the folder where it is missing, and locks it.
    pub(crate) fn lock(path: &Path) -> Result<Self, FolderError> {
        let shown = path.display().to_string();
        let not_writable = |error| FolderError::NotWritable { path: shown.clone(), error };
        // It holds conversations and password hashes: nobody else's business.
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(not_writable)?;
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("relay.lock"))
            .map_err(not_writable)?;
        match flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(rustix::io::Errno::WOULDBLOCK) => Err(FolderError::InUse(shown)),
            Err(error) => Err(not_writable(error.into())),
        }
    }
}
