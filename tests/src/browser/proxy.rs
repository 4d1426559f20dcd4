//! The network between a browser and the relay, in a test's hands.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// What the network does with what is sent over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    /// Carries it.
    Fair,
    /// Swallows it and says nothing: half-open connections, as when a train enters a tunnel.
    Silent,
}

/// A TCP proxy. Each state of the network is set for all connections at once.
pub struct Proxy {
    /// Where browsers connect.
    pub address: SocketAddr,
    relay: SocketAddr,
    accepting: Option<JoinHandle<()>>,
    generation: Arc<Mutex<watch::Sender<Weather>>>,
}

impl Proxy {
    /// A proxy in front of `relay`, on a free port.
    pub async fn start(relay: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let generation = Arc::new(Mutex::new(watch::channel(Weather::Fair).0));
        let accepting = Some(accept(listener, relay, Arc::clone(&generation)));
        Ok(Self { address, relay, accepting, generation })
    }

    /// Its address as browsers write it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Closes all connections now. New ones work.
    pub fn cut(&self) {
        // Connections live as long as the sender that they watch.
        *self.lock() = watch::channel(Weather::Fair).0;
    }

    /// From now on nothing comes through, on no connection, and nobody is told. New connections are taken and stay mute.
    pub fn go_silent(&self) {
        self.lock().send_replace(Weather::Silent);
    }

    /// Closes all connections and refuses new ones.
    pub async fn refuse(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
            // Its end is what is awaited; that it was cancelled is known.
            drop(accepting.await);
        }
        self.cut();
    }

    /// Fair weather again. Connections from before stay as dead as they were.
    pub async fn recover(&mut self) -> Result<()> {
        let silent = {
            let mut generation = self.lock();
            std::mem::replace(&mut *generation, watch::channel(Weather::Fair).0)
        };
        // Connections that went silent must not be closed by the cure: in a real network nobody would tell either end.
        tokio::spawn(async move { silent.closed().await });
        if self.accepting.is_none() {
            let listener = TcpListener::bind(self.address).await.context("the proxy's port was taken meanwhile")?;
            self.accepting = Some(accept(listener, self.relay, Arc::clone(&self.generation)));
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, watch::Sender<Weather>> {
        self.generation.lock().expect("invariant: no panic under this lock")
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(accepting) = self.accepting.take() {
            accepting.abort();
        }
    }
}

fn accept(listener: TcpListener, relay: SocketAddr, generation: Arc<Mutex<watch::Sender<Weather>>>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while let Ok((browser, _)) = listener.accept().await {
            let weather = generation.lock().expect("invariant: no panic under this lock").subscribe();
            tokio::spawn(connection(browser, relay, weather));
        }
    })
}

/// Carries one connection until an end closes it, or the proxy does.
async fn connection(browser: TcpStream, relay: SocketAddr, mut weather: watch::Receiver<Weather>) {
    let Ok(relay) = TcpStream::connect(relay).await else { return };
    let (from_browser, to_browser) = browser.into_split();
    let (from_relay, to_relay) = relay.into_split();
    let (up, down) = (carry(from_browser, to_relay, weather.clone()), carry(from_relay, to_browser, weather.clone()));
    tokio::select! {
        // When one direction is closed the other may still have something to say, but a dead end ends both.
        _ = async { tokio::join!(up, down) } => {}
        () = async { while weather.changed().await.is_ok() {} } => {}
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut weather: watch::Receiver<Weather>) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        // Whoever reads in silence would acknowledge; the kernel's buffers fill instead, as they do in a tunnel.
        if weather.wait_for(|weather| *weather == Weather::Fair).await.is_err() {
            return;
        }
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            _ = weather.wait_for(|weather| *weather == Weather::Silent) => continue,
        };
        match read {
            Ok(count) if count > 0 => {
                let silent = *weather.borrow() == Weather::Silent;
                if !silent && to.write_all(&buffer[..count]).await.is_err() {
                    return;
                }
            }
            _ => {
                // The other end reads the end too.
                drop(to.shutdown().await);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// An echo, a proxy before it, and a connection through both.
    async fn echo() -> (Proxy, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.into_split();
                    drop(tokio::io::copy(&mut from, &mut to).await);
                });
            }
        });
        let proxy = Proxy::start(address).await.unwrap();
        let stream = TcpStream::connect(proxy.address).await.unwrap();
        (proxy, stream)
    }

    async fn works(stream: &mut TcpStream) -> bool {
        let mut answer = [0; 2];
        stream.write_all(b"hi").await.is_ok()
            && matches!(tokio::time::timeout(Duration::from_secs(10), stream.read_exact(&mut answer)).await, Ok(Ok(_)))
            && &answer == b"hi"
    }

    #[tokio::test]
    async fn a_cut_closes_what_is_open_and_lets_new_ones_through() {
        let (proxy, mut stream) = echo().await;
        assert!(works(&mut stream).await);
        proxy.cut();
        assert!(!works(&mut stream).await);
        assert!(works(&mut TcpStream::connect(proxy.address).await.unwrap()).await);
    }

    #[tokio::test]
    async fn silence_keeps_connections_open_and_mute_even_after_it() {
        let (mut proxy, mut stream) = echo().await;
        assert!(works(&mut stream).await);
        proxy.go_silent();
        stream.write_all(b"hi").await.unwrap();
        proxy.recover().await.unwrap();
        assert!(works(&mut TcpStream::connect(proxy.address).await.unwrap()).await);
        let mut answer = [0; 2];
        let waited = tokio::time::timeout(Duration::from_millis(100), stream.read(&mut answer)).await;
        assert!(waited.is_err(), "neither an answer nor an end");
    }

    #[tokio::test]
    async fn a_refusing_network_refuses_until_it_recovers() {
        let (mut proxy, mut stream) = echo().await;
        assert!(works(&mut stream).await);
        proxy.refuse().await;
        assert!(!works(&mut stream).await);
        assert!(TcpStream::connect(proxy.address).await.is_err());
        proxy.recover().await.unwrap();
        assert!(works(&mut TcpStream::connect(proxy.address).await.unwrap()).await);
    }
}
