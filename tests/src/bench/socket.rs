//! Raw protocol clients for load: no rules of `client`, only frames.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, anyhow, bail};
use futures_util::{SinkExt, StreamExt};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use wire::{Encoding, Frame};

/// One WebSocket that speaks frames.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    encoding: Encoding,
}

/// Buffers small enough for fifteen thousand sockets in the loading process.
fn config() -> WebSocketConfig {
    WebSocketConfig::default().read_buffer_size(2_048).write_buffer_size(0).max_write_buffer_size(1 << 20)
}

/// Ports of one source address run out at about 28,000, so connections are spread over several of them.
async fn dial(to: SocketAddr, number: usize) -> Result<TcpStream> {
    let source = Ipv4Addr::new(127, 0, 0, u8::try_from(2 + number / 10_000)?);
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(IpAddr::V4(source), 0))?;
    let stream = socket.connect(to).await.context("the server did not take the connection")?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Opens a WebSocket without sub-protocol: for the controls.
pub async fn plain(to: SocketAddr, path: &str, number: usize) -> Result<WebSocketStream<TcpStream>> {
    let request = format!("ws://{to}{path}").into_client_request()?;
    let (stream, _) =
        tokio_tungstenite::client_async_with_config(request, dial(to, number).await?, Some(config())).await?;
    Ok(stream)
}

/// Opens a WebSocket to the relay, as its pages do.
pub async fn of_relay(
    to: SocketAddr,
    path: &str,
    encoding: Encoding,
    cookie: Option<&str>,
    number: usize,
) -> Result<WebSocketStream<TcpStream>> {
    let mut request = format!("ws://{to}{path}").into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("origin", HeaderValue::from_str(&format!("http://{to}"))?);
    headers.insert("sec-websocket-protocol", HeaderValue::from_static(encoding.subprotocol()));
    if let Some(cookie) = cookie {
        headers.insert("cookie", HeaderValue::from_str(cookie)?);
    }
    let tcp = dial(to, number).await?;
    let (stream, _) = tokio_tungstenite::client_async_with_config(request, tcp, Some(config())).await?;
    Ok(stream)
}

impl Socket {
    /// Opens a socket of the relay.
    pub async fn open(
        to: SocketAddr,
        path: &str,
        encoding: Encoding,
        cookie: Option<&str>,
        number: usize,
    ) -> Result<Self> {
        Ok(Self { stream: of_relay(to, path, encoding, cookie, number).await?, encoding })
    }

    /// Sends one frame.
    pub async fn send<F: Frame>(&mut self, frame: &F) -> Result<()> {
        Ok(self.stream.send(message(frame, self.encoding)?).await?)
    }

    /// The next frame.
    pub async fn next<F: Frame>(&mut self) -> Result<F> {
        loop {
            let message = self.stream.next().await.ok_or_else(|| anyhow!("the relay hung up"))??;
            match message {
                Message::Text(text) => return decode(self.encoding, text.as_bytes()),
                Message::Binary(bytes) => return decode(self.encoding, &bytes),
                Message::Close(close) => bail!("the relay closed: {close:?}"),
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Both halves, for tasks that read and write independently.
    pub fn split(self) -> (Sender, Receiver) {
        let (sink, stream) = self.stream.split();
        (Sender { sink, encoding: self.encoding }, Receiver { stream, encoding: self.encoding })
    }
}

fn message<F: Frame>(frame: &F, encoding: Encoding) -> Result<Message> {
    let bytes = frame.encode(encoding);
    Ok(match encoding {
        Encoding::Json => Message::text(String::from_utf8(bytes)?),
        Encoding::Binary => Message::binary(bytes),
    })
}

fn decode<F: Frame>(encoding: Encoding, bytes: &[u8]) -> Result<F> {
    F::decode(encoding, bytes).map_err(|error| anyhow!("{error}"))
}

/// The writing half of a [`Socket`].
pub struct Sender {
    sink: futures_util::stream::SplitSink<WebSocketStream<TcpStream>, Message>,
    encoding: Encoding,
}

impl Sender {
    /// Sends one frame.
    pub async fn send<F: Frame>(&mut self, frame: &F) -> Result<()> {
        Ok(self.sink.send(message(frame, self.encoding)?).await?)
    }
}

/// The reading half of a [`Socket`].
pub struct Receiver {
    stream: futures_util::stream::SplitStream<WebSocketStream<TcpStream>>,
    encoding: Encoding,
}

impl Receiver {
    /// The next frame; `None` for one that begins with `unread`, which is not looked into.
    pub async fn next_unless<F: Frame>(&mut self, unread: &[u8]) -> Result<Option<F>> {
        loop {
            let message = self.stream.next().await.ok_or_else(|| anyhow!("the relay hung up"))??;
            match message {
                Message::Text(text) if text.as_bytes().starts_with(unread) => return Ok(None),
                Message::Text(text) => return decode(self.encoding, text.as_bytes()).map(Some),
                Message::Binary(bytes) => return decode(self.encoding, &bytes).map(Some),
                Message::Close(close) => bail!("the relay closed: {close:?}"),
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }
}

/// Signs an agent in and gives the cookie.
pub async fn sign_in(to: SocketAddr, name: &str, password: &str) -> Result<String> {
    let body = format!(r#"{{"name":"{name}","password":"{password}"}}"#);
    let request = format!(
        "POST /api/sign-in HTTP/1.1\r\nhost: {to}\r\norigin: http://{to}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(to).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let cookie = answer
        .lines()
        .find_map(|line| line.to_ascii_lowercase().starts_with("set-cookie: ").then(|| &line["set-cookie: ".len()..]))
        .and_then(|cookie| cookie.split(';').next())
        .with_context(|| format!("no cookie: {}", answer.lines().next().unwrap_or("no answer")))?;
    Ok(cookie.to_owned())
}
