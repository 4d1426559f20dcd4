//! `Origin` is checked on every socket and every POST: exactly one, and one of the relay's own (design 2).

use std::net::SocketAddr;

use axum::http::{HeaderMap, StatusCode, header};

use super::Problem;
use crate::settings::Server;

/// The origins under which browsers reach this relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnOrigins(Vec<String>);

impl OwnOrigins {
    /// Those of the settings; without `public_url`, those of the address listened on.
    pub(crate) fn new(server: &Server, listening: SocketAddr) -> Self {
        let mut origins = server.other_urls.clone();
        if server.public_url.is_empty() {
            origins.push(format!("http://{listening}"));
            if listening.ip().is_loopback() {
                origins.push(format!("http://localhost:{}", listening.port()));
            }
        } else {
            origins.push(server.public_url.clone());
        }
        Self(origins)
    }

    /// All of them; the one of the settings is the last.
    pub(crate) fn all(&self) -> &[String] {
        &self.0
    }

    /// Refuses what does not come from a page of this relay.
    pub(crate) fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let mut sent = headers.get_all(header::ORIGIN).iter();
        let fits = match (sent.next(), sent.next()) {
            (Some(only), None) => self.0.iter().any(|own| own.as_bytes() == only.as_bytes()),
            _ => false,
        };
        if fits {
            Ok(())
        } else {
            Err(Problem::new(
                StatusCode::FORBIDDEN,
                "origin-refused",
                "Only pages of this relay may do this; the Origin header names another one, none, or several.",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn exactly_one_own_origin_passes() {
        let server = Server { other_urls: vec!["https://b.example".to_owned()], ..Server::default() };
        let own = OwnOrigins::new(&server, "127.0.0.1:8080".parse().expect("an address"));
        let cases: &[(&[&str], bool)] = &[
            (&["http://127.0.0.1:8080"], true),
            (&["http://localhost:8080"], true),
            (&["https://b.example"], true),
            (&[], false),
            (&["null"], false),
            (&[""], false),
            (&["http://127.0.0.1:8080", "http://127.0.0.1:8080"], false),
            (&["http://127.0.0.1:8081"], false),
            (&["https://127.0.0.1:8080"], false),
            (&["http://127.0.0.1:8080/"], false),
            (&["HTTP://127.0.0.1:8080"], false),
            (&["http://127.0.0.1:8080.evil.example"], false),
            (&["http://127.0.0.1:8080 http://evil.example"], false),
        ];
        for (sent, passes) in cases {
            let mut headers = HeaderMap::new();
            for origin in *sent {
                headers.append(header::ORIGIN, HeaderValue::from_str(origin).expect("a header value"));
            }
            assert_eq!(own.check(&headers).is_ok(), *passes, "{sent:?}");
        }
    }
}
