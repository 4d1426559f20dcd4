//! HTTP to a driver.

use std::{pin::Pin, sync::Arc};

use anyhow::{Context, Result};
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, Response, body::Bytes};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use thirtyfour::{
    common::command::ExtensionCommand,
    error::{WebDriverError, WebDriverResult},
    session::http::{Body, HttpClient},
};

/// A command that the library has no name for.
#[derive(Debug)]
pub(super) struct Extension {
    pub(super) method: Method,
    /// Without the session's own part.
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

impl ExtensionCommand for Extension {
    fn parameters_json(&self) -> Option<Value> {
        self.body.clone()
    }

    fn method(&self) -> Method {
        self.method.clone()
    }

    fn endpoint(&self) -> Arc<str> {
        self.path.as_str().into()
    }
}

/// One connection per request: the driver is on this machine, and a kept connection would outlive its runtime.
pub(super) struct Client;

type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl HttpClient for Client {
    fn send<'a, 'b, 'c>(&'a self, request: Request<Body<'b>>) -> Answer<'c, WebDriverResult<Response<Bytes>>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(
            async move { send(request).await.map_err(|error| WebDriverError::RequestFailed(format!("{error:#}"))) },
        )
    }

    fn new<'a, 'c>(&'a self) -> Answer<'c, Arc<dyn HttpClient>>
    where
        'a: 'c,
        Self: 'c,
    {
        Box::pin(async { Arc::new(Self) as Arc<dyn HttpClient> })
    }
}

async fn send(request: Request<Body<'_>>) -> Result<Response<Bytes>> {
    let (mut parts, body) = request.into_parts();
    let host = parts.uri.authority().context("a driver has an address")?.clone();
    let stream = tokio::net::TcpStream::connect(host.as_str()).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let body = match body {
        Body::Empty => Bytes::new(),
        Body::Json(json) => serde_json::to_vec(json)?.into(),
    };
    parts.headers.insert("host", host.as_str().parse()?);
    parts.headers.insert("content-length", body.len().into());
    parts.uri = parts.uri.path_and_query().context("a command has a path")?.as_str().parse()?;
    let response = sender.send_request(Request::from_parts(parts, Full::new(body))).await?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    connection.abort();
    Ok(Response::from_parts(parts, body))
}
