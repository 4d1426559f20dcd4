//! Long answers, written by a thread that blocks while the peer reads: no answer is held as a whole.

use std::io::Write;

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use tokio::sync::mpsc;

/// Bytes of one piece, and pieces that wait for the peer.
const PIECE_BYTES: usize = 32 * 1024;
const PIECES_MAX: usize = 4;

/// Where the answer is written.
#[derive(Debug)]
pub(super) struct Sink {
    piece: Vec<u8>,
    pieces: mpsc::Sender<Result<Bytes, std::io::Error>>,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.piece);
        // The peer is gone: whoever writes stops.
        self.pieces.blocking_send(Ok(piece.into())).map_err(|_| std::io::ErrorKind::BrokenPipe.into())
    }
}

/// An answer that `write` writes. When it fails, the answer ends in the middle, which every client notices.
pub(super) fn streamed(write: impl FnOnce(&mut Sink) -> std::io::Result<()> + Send + 'static) -> Response {
    let (pieces, receiver) = mpsc::channel(PIECES_MAX);
    tokio::task::spawn_blocking(move || {
        let mut sink = Sink { piece: Vec::new(), pieces };
        if let Err(error) = write(&mut sink).and_then(|()| sink.flush()) {
            if error.kind() != std::io::ErrorKind::BrokenPipe {
                tracing::warn!(%error, "a long answer could not be finished");
            }
            let _ = sink.pieces.blocking_send(Err(error));
        }
    });
    let stream = futures_util::stream::unfold(receiver, async |mut receiver| Some((receiver.recv().await?, receiver)));
    let mut response = Body::from_stream(stream).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
