//! The built widget, console and www: read once at start, served from memory by exact name, so that no path can leave the folder.

use std::collections::BTreeMap;
use std::path::Path;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use super::Problem;

/// The largest folder that is read.
const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// How deep folders may lie in each other.
const DEPTH_MAX: usize = 6;

/// One file in its encodings.
#[derive(Clone, Debug, Default)]
struct Asset {
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
    etag: String,
}

/// All files by path, without a leading slash.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assets {
    files: BTreeMap<String, Asset>,
}

/// How long a browser may keep a file without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Its name changes when its content does.
    Forever,
    /// Ten minutes.
    Shortly,
    /// Asks each time.
    Never,
}

impl Keep {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Forever => "public, max-age=31536000, immutable",
            Self::Shortly => "public, max-age=600",
            Self::Never => "no-cache",
        })
    }
}

impl Assets {
    /// Reads a folder.
    ///
    /// # Errors
    /// One sentence.
    pub(crate) fn read(folder: &Path) -> Result<Self, String> {
        let mut raw = BTreeMap::new();
        let mut bytes = 0;
        read_folder(folder, "", 0, &mut bytes, &mut raw)
            .map_err(|error| format!("the assets in {} can't be read: {error}", folder.display()))?;
        Ok(Self::from_raw(raw))
    }

    /// Reads a folder in whose pages some texts stand for others.
    ///
    /// # Errors
    /// One sentence.
    pub(crate) fn read_with(folder: &Path, texts: &[(&str, &str)]) -> Result<Self, String> {
        let read = Self::read(folder)?;
        let raw = read.files.into_iter().map(|(name, asset)| {
            let page = name.ends_with(".html").then(|| std::str::from_utf8(&asset.plain).ok()).flatten();
            let bytes = page.map_or_else(
                || asset.plain.clone(),
                |page| Bytes::from(texts.iter().fold(page.to_owned(), |page, (from, to)| page.replace(from, to))),
            );
            (name, bytes)
        });
        Ok(Self::from_raw(raw.collect()))
    }

    /// Those in the binary.
    #[cfg(feature = "embed-assets")]
    pub(crate) fn embedded() -> Self {
        #[derive(rust_embed::RustEmbed)]
        #[folder = "../dist/assets"]
        struct Embedded;
        let raw = Embedded::iter().filter_map(|name| {
            Embedded::get(&name).map(|file| (name.into_owned(), Bytes::from(file.data.into_owned())))
        });
        Self::from_raw(raw.collect())
    }

    fn from_raw(mut raw: BTreeMap<String, Bytes>) -> Self {
        let names: Vec<String> =
            raw.keys().filter(|name| !name.ends_with(".br") && !name.ends_with(".gz")).cloned().collect();
        let files = names.into_iter().map(|name| {
            let brotli = raw.remove(&format!("{name}.br"));
            let gzip = raw.remove(&format!("{name}.gz"));
            let plain = raw.remove(&name).unwrap_or_default();
            let digest = Sha256::digest(&plain);
            let etag =
                digest.iter().take(12).fold(String::from("\""), |text, byte| text + &format!("{byte:02x}")) + "\"";
            (name, Asset { plain, brotli, gzip, etag })
        });
        Self { files: files.collect() }
    }

    /// How many files there are.
    pub(crate) fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Answers with a file in the best encoding that the browser takes.
    pub(crate) fn answer(&self, path: &str, request: &HeaderMap, keep: Keep) -> Response {
        let Some(asset) = self.files.get(path) else {
            return Problem::new(StatusCode::NOT_FOUND, "not-found", "There is nothing at this address.")
                .into_response();
        };
        let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        let unchanged =
            known.is_some_and(|known| known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == asset.etag));
        let (encoding, body) = asset.best(request);
        let mut response = if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { body.into_response() };
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_TYPE);
        if !unchanged {
            headers.insert(header::CONTENT_TYPE, content_type(path));
            if let Some(encoding) = encoding {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
        }
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::CACHE_CONTROL, keep.header());
        headers.extend(HeaderValue::from_str(&asset.etag).ok().map(|etag| (header::ETAG, etag)));
        response
    }
}

impl Asset {
    fn best(&self, request: &HeaderMap) -> (Option<&'static str>, Bytes) {
        for (encoding, body) in [("br", &self.brotli), ("gzip", &self.gzip)] {
            if let Some(body) = body.as_ref().filter(|_| accepts(request, encoding)) {
                return (Some(encoding), body.clone());
            }
        }
        (None, self.plain.clone())
    }
}

/// Whether `Accept-Encoding` names the encoding without forbidding it by `q=0`.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    let lists = request.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        named && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn content_type(path: &str) -> HeaderValue {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    let text = match guess.essence_str() {
        "text/javascript" | "application/javascript" => "text/javascript; charset=utf-8".to_owned(),
        kind if kind.starts_with("text/") => format!("{kind}; charset=utf-8"),
        kind => kind.to_owned(),
    };
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
}

fn read_folder(
    folder: &Path,
    prefix: &str,
    depth: usize,
    bytes: &mut u64,
    into: &mut BTreeMap<String, Bytes>,
) -> std::io::Result<()> {
    if depth > DEPTH_MAX {
        return Err(std::io::Error::other("the folders lie too deep in each other"));
    }
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        // A link could lead out of the folder.
        let kind = entry.file_type()?;
        let path = format!("{prefix}{name}");
        if kind.is_dir() {
            read_folder(&entry.path(), &format!("{path}/"), depth + 1, bytes, into)?;
        } else if kind.is_file() {
            *bytes += entry.metadata()?.len();
            if *bytes > BYTES_MAX {
                return Err(std::io::Error::other("they are larger than 64 MiB"));
            }
            into.insert(path, Bytes::from(std::fs::read(entry.path())?));
        }
    }
    Ok(())
}
