//! The demo portal: static sites told apart by the `Host` header, each from a folder of its own. For trying Rejoin out and for
//! tests; a real portal is the owner's own site.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use crate::demo_identity::DemoIdentity;
use crate::http::{Assets, Keep, Listening, Problem};

/// The site with the strict policy: nothing but what the documentation asks a host to allow.
const STRICT_SITE: &str = "help";

/// The relay that the pages name as they lie in the folder.
const DEMO_RELAY: &str = "http://127.0.0.1:8080";
/// How they name each other there.
const DEMO_PORTAL: &str = ".localhost:8081";

/// The sites.
#[derive(Debug)]
struct Portal {
    sites: BTreeMap<String, Assets>,
    strict_policy: HeaderValue,
    identity: DemoIdentity,
}

/// Serves until interrupted.
///
/// # Errors
/// One sentence.
pub(crate) async fn serve(listen: &str, folder: &Path, relay: &str) -> Result<(), String> {
    if !crate::settings::is_origin(relay) {
        return Err("--relay must be an origin such as http://127.0.0.1:8080.".to_owned());
    }
    let listening = Listening::bind(listen)?;
    let address = listening.address;
    let sites = read_sites(folder, relay, address.port())?;
    let policy = format!(
        "default-src 'none'; script-src {relay}; frame-src {relay}; style-src 'self'; img-src 'self'; base-uri 'none'; \
         form-action 'none'"
    );
    let strict_policy = HeaderValue::from_str(&policy).map_err(|_| "--relay is not an origin.".to_owned())?;
    let names: Vec<String> = sites.keys().map(|name| format!("http://{name}.localhost:{}", address.port())).collect();
    crate::cli::say(&format!("The demo portal listens on http://{address}: {}", names.join(" ")));
    let identity = DemoIdentity::new(format!("http://127.0.0.1:{}", address.port()))?;
    let router = Router::new().fallback(answer).with_state(Arc::new(Portal { sites, strict_policy, identity }));
    let stopped = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    // Demo pages only: the relay's own server is the hardened one.
    axum::serve(listening.into_listener(), router)
        .with_graceful_shutdown(stopped)
        .await
        .map_err(|error| format!("The demo portal ended: {error}."))
}

fn read_sites(folder: &Path, relay: &str, port: u16) -> Result<BTreeMap<String, Assets>, String> {
    let shown = folder.display();
    let entries = std::fs::read_dir(folder).map_err(|error| format!("The folder {shown} can't be read: {error}."))?;
    let portal = format!(".localhost:{port}");
    let mut sites = BTreeMap::new();
    for entry in entries.flatten() {
        if let (true, Ok(name)) = (entry.path().is_dir(), entry.file_name().into_string()) {
            sites.insert(name, Assets::read_with(&entry.path(), &[(DEMO_RELAY, relay), (DEMO_PORTAL, &portal)])?);
        }
    }
    if sites.is_empty() { Err(format!("The folder {shown} has no sites in it.")) } else { Ok(sites) }
}

async fn answer(State(portal): State<Arc<Portal>>, uri: Uri, request: HeaderMap) -> Response {
    match uri.path() {
        "/demo-keys.json" => return portal.identity.keys(),
        "/demo-token" => return portal.identity.token(uri.query()),
        _ => {}
    }
    let host = request.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
    let site = host.split(['.', ':']).next().unwrap_or("");
    let Some(pages) = portal.sites.get(site) else {
        return Problem::new(StatusCode::NOT_FOUND, "unknown-site", "There is no such site here.").into_response();
    };
    let path = uri.path().trim_start_matches('/');
    let mut response = if path.is_empty() || path.ends_with('/') {
        pages.answer(&format!("{path}index.html"), &request, Keep::Never)
    } else if pages.has(&format!("{path}/index.html")) {
        Redirect::permanent(&format!("/{path}/")).into_response()
    } else {
        pages.answer(path, &request, Keep::Never)
    };
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if site == STRICT_SITE {
        headers.insert(header::CONTENT_SECURITY_POLICY, portal.strict_policy.clone());
    }
    response
}
