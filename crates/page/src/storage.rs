//! The browser's storage. Every call may fail (private windows, blocked third-party storage, full disk) and breaks nothing.

use crate::{base64, window};

/// Which storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// Shared by the tabs of one site and kept.
    Local,
    /// Of this tab alone.
    Tab,
}

impl Storage {
    fn open(self) -> Option<web_sys::Storage> {
        match self {
            Self::Local => window().local_storage(),
            Self::Tab => window().session_storage(),
        }
        .ok()
        .flatten()
    }

    /// Whether something can be written at all.
    #[must_use]
    pub fn works(self) -> bool {
        let probe = "rejoin.v1.probe";
        self.write(probe, "1") && self.remove(probe)
    }

    /// Any key that begins like this.
    #[must_use]
    pub fn key_with_prefix(self, prefix: &str) -> Option<String> {
        let storage = self.open()?;
        let count = storage.length().ok()?;
        (0..count).filter_map(|index| storage.key(index).ok().flatten()).find(|key| key.starts_with(prefix))
    }

    /// Reads a text.
    #[must_use]
    pub fn read(self, key: &str) -> Option<String> {
        self.open()?.get_item(key).ok().flatten()
    }

    /// Writes a text; says whether it is kept.
    pub fn write(self, key: &str, value: &str) -> bool {
        self.open().is_some_and(|storage| storage.set_item(key, value).is_ok())
    }

    /// Removes a key; says whether it is gone.
    pub fn remove(self, key: &str) -> bool {
        self.open().is_some_and(|storage| storage.remove_item(key).is_ok())
    }

    /// Reads bytes that [`Self::write_bytes`] wrote.
    #[must_use]
    pub fn read_bytes(self, key: &str) -> Option<Vec<u8>> {
        base64::decode(&self.read(key)?)
    }

    /// Writes bytes; says whether they are kept.
    pub fn write_bytes(self, key: &str, bytes: &[u8]) -> bool {
        self.write(key, &base64::encode(bytes))
    }
}
