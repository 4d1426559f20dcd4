//! Brotli and gzip beside each file, at the highest quality, because it is done once and served often.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use flate2::{Compression, write::GzEncoder};

/// The brotli window: 4 MiB, more than the largest file.
const WINDOW_BITS: i32 = 22;

/// Writes `.br` and `.gz` beside every file in the folder.
pub(super) fn folder(folder: &Path) -> Result<()> {
    for path in files(folder)? {
        let bytes = fs::read(&path)?;
        let with = |ending: &str| {
            let mut name = path.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        brotli_to(&with(".br"), &bytes).with_context(|| format!("{} can't be compressed", path.display()))?;
        gzip_to(&with(".gz"), &bytes).with_context(|| format!("{} can't be compressed", path.display()))?;
    }
    Ok(())
}

/// All files under a folder.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}

fn brotli_to(path: &Path, bytes: &[u8]) -> Result<()> {
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: WINDOW_BITS, ..Default::default() };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    fs::write(path, compressed)?;
    Ok(())
}

fn gzip_to(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut encoder = GzEncoder::new(BufWriter::new(File::create(path)?), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()?.flush()?;
    Ok(())
}
