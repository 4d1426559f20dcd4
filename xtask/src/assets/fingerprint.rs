//! One hash over all that the assets are made of.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::run;

/// The fingerprint of files and folders under `root`, and of the compiler.
pub(super) fn of(root: &Path, sources: &[&str]) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(run::first_line("rustc".as_ref(), &["--version"]).unwrap_or_default());
    for source in sources {
        let path = root.join(source);
        if path.exists() {
            add(&mut hash, root, &path)?;
        }
    }
    Ok(hex(&hash.finalize(), 32))
}

/// The first `digits` hexadecimal digits of a hash.
pub(super) fn hex(bytes: &[u8], digits: usize) -> String {
    let mut text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(digits);
    text
}

fn add(hash: &mut Sha256, root: &Path, path: &Path) -> Result<()> {
    if path.is_dir() {
        let mut inside: Vec<_> = fs::read_dir(path)
            .with_context(|| format!("{} can't be read", path.display()))?
            .map(|entry| entry.map(|entry| entry.path()))
            .collect::<Result<_, _>>()?;
        inside.sort();
        return inside.iter().try_for_each(|path| add(hash, root, path));
    }
    let bytes = fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
    let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
    for part in [name.as_bytes(), &bytes] {
        // With its length before it, so that no two sets of files read the same.
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_moved_or_added_file_changes_the_fingerprint() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let now = || of(folder.path(), &["."]).unwrap();
        write("a", "one");
        let first = now();
        assert_eq!(first, now());
        write("a", "two");
        let second = now();
        assert_ne!(first, second);
        write("b", "");
        let third = now();
        assert_ne!(second, third);
        fs::rename(folder.path().join("b"), folder.path().join("c")).unwrap();
        assert_ne!(third, now());
    }
}
