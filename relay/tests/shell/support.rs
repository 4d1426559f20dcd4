//! A real relay as a process on a free port, and real clients.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use model::{ConversationId, MessageText, ResumeToken, SendKey, Seq};
use tempfile::TempDir;
use tokio::net::TcpStream as AsyncTcp;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use wire::{
    AgentsEntry, ConsoleToRelay, CustomerEntry, CustomerToRelay, Encoding, Frame, Hello, RelayToConsole,
    RelayToCustomer, Request, RequestId, Resume,
};

/// Nothing in these tests takes this long unless it is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// People are away for as long as they like: tests answer no heartbeats while they read nothing, and machines are busy.
pub(crate) const SETTINGS: &str = r#"
[[queues]]
name = "support"
title = "Support"

[[workstreams]]
name = "chat"
queue = "support"

[[widgets]]
name = "shop"
sites = ["http://shop.localhost:8081", "https://shop.example.com"]
workstream = "chat"
disconnect_after = "3m"

[[widgets]]
name = "help"
sites = ["http://help.localhost:8081"]
workstream = "chat"
"#;

/// A folder with settings, data and assets.
pub(crate) struct Place {
    pub(crate) folder: TempDir,
    pub(crate) environment: Vec<(&'static str, String)>,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self::with(SETTINGS)
    }

    pub(crate) fn with(settings: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("rejoin.toml"), settings).unwrap();
        let assets = folder.path().join("dist/assets");
        std::fs::create_dir_all(assets.join("a/abc")).unwrap();
        for (name, content) in [
            ("rejoin.js", "loader();"),
            ("rejoin.js.br", "brotli of the loader"),
            ("rejoin.js.gz", "gzip of the loader"),
            ("widget.html", "<!doctype html><title>widget</title>"),
            ("console.html", "<!doctype html><title>console</title>"),
            ("a/abc/start.js", "start();"),
            ("a/abc/widget.wasm", "wasm"),
        ] {
            std::fs::write(assets.join(name), content).unwrap();
        }
        std::fs::write(folder.path().join("dist/secret.txt"), "never served").unwrap();
        Self { folder, environment: Vec::new() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rejoin"));
        command.current_dir(self.path()).args(arguments).envs(self.environment.iter().cloned());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str], stdin: &str) -> Output {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that refuses its arguments never reads.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        child.wait_with_output().unwrap()
    }

    pub(crate) fn add_agent(&self, name: &str, shown: &str) {
        let arguments = [
            "agent",
            "add",
            name,
            "--display-name",
            shown,
            "--queue",
            "support",
            "--capacity",
            "3",
            "--password-stdin",
        ];
        let output = self.run(&arguments, "correct horse\n");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub(crate) fn add_role(&self, name: &str, role: &str) {
        let arguments = ["agent", "add", name, "--role", role, "--queue", "support", "--password-stdin"];
        let output = self.run(&arguments, "correct horse\n");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    pub(crate) fn serve(&self) -> Server {
        Server::start(self.command(&["serve", "--listen", "127.0.0.1:0"]))
    }
}

/// A running relay.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    health: Option<SocketAddr>,
    log: Arc<Mutex<String>>,
}

impl Server {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut errors = child.stderr.take().unwrap();
        let log = Arc::new(Mutex::new(String::new()));
        let copy = Arc::clone(&log);
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = errors.read(&mut buffer) {
                copy.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..count]));
            }
        });
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut health = None;
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("{}", log.lock().unwrap())).unwrap();
            if let Some(address) = line.strip_prefix("Health and metrics are on http://") {
                health = Some(address.parse().unwrap());
            }
            if let Some(address) = line.strip_prefix("Rejoin listens on http://") {
                break address.parse().unwrap();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, health, log }
    }

    pub(crate) fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// kill −9.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM.
    pub(crate) fn terminate(&self) {
        let status = Command::new("kill").arg(self.pid().to_string()).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end; gives the log.
    pub(crate) fn wait(mut self) -> (bool, String) {
        let status = self.child.wait().unwrap();
        (status.success(), self.log())
    }

    /// One raw HTTP request; gives status, headers (lower-case names) and body.
    pub(crate) fn http(&self, head: &str, body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(head.replace('\n', "\r\n").as_bytes()).unwrap();
        stream.write_all(b"\r\n").unwrap();
        // The relay may refuse a body that is too large before all of it is sent.
        let _ = stream.write_all(body);
        read_answer(&mut stream)
    }

    /// From the separate listener.
    pub(crate) fn health(&self, path: &str) -> Answer {
        let mut stream = TcpStream::connect(self.health.unwrap()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
        read_answer(&mut stream)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.http(&format!("GET {path} HTTP/1.1\nhost: {}\nconnection: close\n", self.address), b"")
    }

    pub(crate) fn post(&self, path: &str, more: &str, body: &[u8]) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\nhost: {}\nconnection: close\ncontent-length: {}\n{more}",
            self.address,
            body.len()
        );
        self.http(&head, body)
    }

    /// One request of the API, as the console makes it; `who` is a cookie.
    pub(crate) fn call(&self, who: &str, method: &str, path: &str, body: &serde_json::Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head = format!(
            "{method} {path} HTTP/1.1\nhost: {}\nconnection: close\ncontent-length: {}\ncookie: {who}\norigin: {}\ncontent-type: application/json\n",
            self.address,
            body.len(),
            self.origin()
        );
        self.http(&head, body.as_bytes())
    }

    /// One request of the API, as a program makes it.
    pub(crate) fn call_by_token(&self, token: &str, method: &str, path: &str, body: &serde_json::Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let head = format!(
            "{method} {path} HTTP/1.1\nhost: {}\nconnection: close\ncontent-length: {}\nauthorization: Bearer {token}\ncontent-type: application/json\n",
            self.address,
            body.len(),
        );
        self.http(&head, body.as_bytes())
    }

    /// Signs in and gives the cookie.
    pub(crate) fn sign_in(&self, name: &str) -> String {
        let body = format!(r#"{{"name":"{name}","password":"correct horse"}}"#);
        let more = format!("origin: {}\ncontent-type: application/json\n", self.origin());
        let answer = self.post("/api/sign-in", &more, body.as_bytes());
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    }

    pub(crate) async fn customer(&self, resume: Option<(ResumeToken, Seq)>) -> Customer {
        let mut customer = Customer(self.socket("/v1/customer", Encoding::Binary, None).await.unwrap());
        let resume = resume.map(|(token, after)| Resume { token, after });
        let hello = Hello { resume, ..Hello::of("shop".parse().unwrap()) };
        customer.send(&CustomerToRelay::Hello(hello)).await;
        customer
    }

    pub(crate) async fn console(&self, cookie: &str) -> Console {
        let mut console = Console(self.socket("/v1/console", Encoding::Json, Some(cookie)).await.unwrap());
        console.send(&ConsoleToRelay::Hello).await;
        console
    }

    pub(crate) async fn socket(&self, path: &str, encoding: Encoding, cookie: Option<&str>) -> Result<Socket, Error> {
        let origin = self.origin();
        let mut headers = vec![("origin", origin.as_str()), ("sec-websocket-protocol", encoding.subprotocol())];
        headers.extend(cookie.map(|cookie| ("cookie", cookie)));
        self.socket_with(path, &headers).await
    }

    /// A customer's socket that takes as little at a time as the system allows.
    pub(crate) async fn socket_slow(&self, path: &str) -> Socket {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(4096).unwrap();
        let stream = socket.connect(self.address).await.unwrap();
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.append("origin", self.origin().parse().unwrap());
        headers.append("sec-websocket-protocol", Encoding::Binary.subprotocol().parse().unwrap());
        tokio_tungstenite::client_async(request, stream).await.unwrap().0
    }

    pub(crate) async fn socket_with(&self, path: &str, headers: &[(&str, &str)]) -> Result<Socket, Error> {
        let mut request = format!("ws://{}{path}", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().unwrap();
            request.headers_mut().append(name, value.parse().unwrap());
        }
        let stream = AsyncTcp::connect(self.address).await.unwrap();
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let connect = tokio_tungstenite::client_async_with_config(request, stream, Some(config));
        let (socket, _) = tokio::time::timeout(PATIENCE, connect).await.unwrap()?;
        Ok(socket)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An HTTP answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Status and code, or status and the start of the body.
    pub(crate) fn told(&self) -> String {
        format!("{} {}", self.status, self.code())
    }

    /// The code of a problem, or the start of the body.
    pub(crate) fn code(&self) -> String {
        match self.body.split_once("/problems/") {
            Some((_, rest)) => rest.split('"').next().unwrap().to_owned(),
            None => self.body.chars().take(40).collect(),
        }
    }
}

pub(crate) fn read_answer(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    // A reset after the answer is as good as a close.
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok()).unwrap_or(0);
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let headers: Vec<(String, String)> = headers;
    let is_chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if is_chunked { unchunked(body) } else { body.to_owned() };
    Answer { status, headers, body }
}

/// A chunked body as one. The tests' long answers are ASCII, so that bytes and characters count the same.
fn unchunked(mut rest: &str) -> String {
    let mut body = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap_or(0);
        body += &after[..size.min(after.len())];
        rest = after.get(size + 2..).unwrap_or("");
    }
    body
}

pub(crate) type Socket = WebSocketStream<AsyncTcp>;

/// What a socket gives next: a message, or how it was closed (`None`: without a close frame).
pub(crate) async fn next(socket: &mut Socket) -> Result<Message, Option<u16>> {
    loop {
        match tokio::time::timeout(PATIENCE, socket.next()).await.expect("something comes") {
            Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(message)) => return Ok(message),
            Some(Err(_)) | None => return Err(None),
        }
    }
}

/// Reads until the close, and gives its code.
pub(crate) async fn closed(socket: &mut Socket) -> Option<u16> {
    loop {
        if let Err(code) = next(socket).await {
            return code;
        }
    }
}

pub(crate) struct Customer(pub Socket);
pub(crate) struct Console(pub Socket);

macro_rules! peer {
    ($peer:ident, $encoding:expr, $out:ty, $in:ty) => {
        impl $peer {
            pub(crate) async fn send(&mut self, frame: &$out) {
                let bytes = frame.encode($encoding);
                let message = match $encoding {
                    Encoding::Binary => Message::binary(bytes),
                    Encoding::Json => Message::text(String::from_utf8(bytes).unwrap()),
                };
                self.0.send(message).await.unwrap();
            }

            pub(crate) async fn next(&mut self) -> Result<$in, Option<u16>> {
                let message = next(&mut self.0).await?;
                Ok(<$in>::decode($encoding, &message.into_data()).unwrap())
            }

            /// Reads until `wanted` takes a frame.
            pub(crate) async fn until<T>(&mut self, mut wanted: impl FnMut(&$in) -> Option<T>) -> T {
                loop {
                    let frame = self.next().await.unwrap_or_else(|code| panic!("closed with {code:?}"));
                    if let Some(found) = wanted(&frame) {
                        return found;
                    }
                }
            }
        }
    };
}

peer!(Customer, Encoding::Binary, CustomerToRelay, RelayToCustomer);
peer!(Console, Encoding::Json, ConsoleToRelay, RelayToConsole);

pub(crate) fn key(number: u8) -> SendKey {
    SendKey([number; 16])
}

pub(crate) fn token(number: u8) -> ResumeToken {
    ResumeToken::from_bytes([number; 32])
}

pub(crate) fn text(words: &str) -> MessageText {
    MessageText::new(words).unwrap()
}

impl Customer {
    pub(crate) async fn start(&mut self, number: u8, words: &str) {
        let (key, token, text) = (key(number), token(number), text(words));
        self.send(&CustomerToRelay::Start { key, token, text, name: None }).await;
    }

    pub(crate) async fn say(&mut self, number: u8, words: &str) {
        self.send(&CustomerToRelay::Say { key: key(number), text: text(words) }).await;
    }

    /// Entries until one of them is `last`.
    pub(crate) async fn entries_until(&mut self, last: Seq) -> Vec<CustomerEntry> {
        let mut all = Vec::new();
        while all.last().is_none_or(|entry: &CustomerEntry| entry.seq < last) {
            let entries = self
                .until(|frame| match frame {
                    RelayToCustomer::Entries { entries } | RelayToCustomer::Snapshot { entries } => {
                        Some(entries.clone())
                    }
                    _ => None,
                })
                .await;
            all.extend(entries);
        }
        all
    }
}

impl Console {
    pub(crate) async fn ask(&mut self, number: u32, request: Request) -> Result<(), String> {
        self.send(&ConsoleToRelay::Ask { id: RequestId(number), request }).await;
        self.until(|frame| match frame {
            RelayToConsole::Done { id } if id.0 == number => Some(Ok(())),
            RelayToConsole::Refused { id: Some(id), refusal } if id.0 == number => {
                Some(Err(refusal.code.as_str().to_owned()))
            }
            _ => None,
        })
        .await
    }

    /// The conversation of the first offer.
    pub(crate) async fn offered(&mut self) -> ConversationId {
        self.until(|frame| match frame {
            RelayToConsole::Desk(desk) => desk.offers.first().map(|offer| offer.card.conversation),
            _ => None,
        })
        .await
    }

    pub(crate) async fn entries(&mut self, conversation: ConversationId, after: Seq) -> Vec<AgentsEntry> {
        self.send(&ConsoleToRelay::Open { conversation, after }).await;
        self.until(|frame| match frame {
            RelayToConsole::Entries { entries, .. } | RelayToConsole::Snapshot { entries, .. } => Some(entries.clone()),
            _ => None,
        })
        .await
    }
}
