//! An identity provider for tests: keys, JWTs signed with them, and a server on this machine that hands out the public ones.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::rsa::PublicKeyComponents;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};

/// A key of the provider.
pub(crate) enum SigningKey {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
    Ed(Ed25519KeyPair),
}

/// The public half of [`SigningKey::rsa`] as other tools write it.
pub(crate) const RSA_PUBLIC_PEM: &str = include_str!("rsa-of-tests.public.pem");

pub(crate) fn part(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl SigningKey {
    /// Always the same one: making one takes long.
    pub(crate) fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::from_der(include_bytes!("rsa-of-tests.der")).unwrap())
    }

    pub(crate) fn ec() -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random);
        Self::Ec(pair.unwrap())
    }

    pub(crate) fn ed() -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap())
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            Self::Rsa(_) => "RS256",
            Self::Ec(_) => "ES256",
            Self::Ed(_) => "EdDSA",
        }
    }

    /// The public half as a JSON Web Key.
    pub(crate) fn jwk(&self, id: &str) -> Value {
        match self {
            Self::Rsa(pair) => {
                let public: PublicKeyComponents<Vec<u8>> = pair.public().into();
                json!({"kty": "RSA", "kid": id, "use": "sig", "alg": "RS256", "n": part(public.n), "e": part(public.e)})
            }
            Self::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "kid": id, "crv": "P-256", "x": part(x), "y": part(y)})
            }
            Self::Ed(pair) => json!({"kty": "OKP", "kid": id, "crv": "Ed25519", "x": part(pair.public_key())}),
        }
    }

    /// The public half in PEM.
    pub(crate) fn pem(&self) -> String {
        let (head, key): (&[u8], &[u8]) = match self {
            Self::Rsa(_) => return RSA_PUBLIC_PEM.to_owned(),
            Self::Ec(pair) => (
                b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00",
                pair.public_key().as_ref(),
            ),
            Self::Ed(pair) => (b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", pair.public_key().as_ref()),
        };
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", STANDARD.encode([head, key].concat()))
    }

    /// A JWT of exactly this head and these claims, good JSON or not.
    pub(crate) fn sign_raw(&self, head: &str, claims: &str) -> String {
        let message = format!("{}.{}", part(head), part(claims));
        let bytes = message.as_bytes();
        let signature = match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), bytes, &mut signature).unwrap();
                signature
            }
            Self::Ec(pair) => pair.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec(),
            Self::Ed(pair) => pair.sign(bytes).as_ref().to_vec(),
        };
        format!("{message}.{}", part(signature))
    }

    /// A JWT with a head that fits this key.
    pub(crate) fn sign(&self, id: &str, claims: &Value) -> String {
        let head = json!({"alg": self.algorithm(), "typ": "JWT", "kid": id});
        self.sign_raw(&head.to_string(), &claims.to_string())
    }
}

/// What the server answers.
#[derive(Clone)]
pub(crate) enum Behavior {
    /// These keys.
    Keys(Vec<Value>),
    /// Exactly this: status line and headers, then the body.
    Raw(String, Vec<u8>),
    /// Nothing: it closes the connection.
    Down,
}

/// A key server on this machine.
pub(crate) struct KeyServer {
    pub(crate) address: SocketAddr,
    behavior: Arc<Mutex<Behavior>>,
    asked: Arc<AtomicUsize>,
}

impl KeyServer {
    pub(crate) fn start(behavior: Behavior) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (behavior, asked) = (Arc::new(Mutex::new(behavior)), Arc::new(AtomicUsize::new(0)));
        let (shared, counter) = (Arc::clone(&behavior), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::SeqCst);
                let behavior = shared.lock().unwrap().clone();
                // Whoever asked may be gone.
                let _ = answer(stream, behavior);
            }
        });
        Self { address, behavior, asked }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/keys.json", self.address)
    }

    pub(crate) fn behave(&self, behavior: Behavior) {
        *self.behavior.lock().unwrap() = behavior;
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn answer(mut stream: TcpStream, behavior: Behavior) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let (head, body) = match behavior {
        Behavior::Keys(keys) => (
            "HTTP/1.1 200 OK\r\ncontent-type: application/json".to_owned(),
            json!({ "keys": keys }).to_string().into_bytes(),
        ),
        Behavior::Raw(head, body) => (head, body),
        Behavior::Down => return Ok(()),
    };
    let mut lines = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    while lines.read_line(&mut line)? > 2 {
        line.clear();
    }
    let length = body.len();
    write!(stream, "{head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n")?;
    stream.write_all(&body)
}
