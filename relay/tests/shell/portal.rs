//! The demo portal: sites told apart by host name.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};

use wire::{CustomerToRelay, Encoding, Hello, Jwt, RelayToCustomer, SignInAnswer};

use crate::support::{Answer, Customer, PATIENCE, Place, SETTINGS, read_answer};

fn get(address: SocketAddr, host: &str, path: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    read_answer(&mut stream)
}

/// A running portal; ended when dropped.
struct Portal {
    child: Child,
    address: SocketAddr,
}

impl Portal {
    fn start(place: &Place) -> Self {
        let mut command = place.command(&["portal", "--listen", "127.0.0.1:0", "--dir", "portal"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let line = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
        let address = line.strip_prefix("The demo portal listens on http://").unwrap().split(':').take(2);
        let address = address.collect::<Vec<_>>().join(":").parse().unwrap();
        Self { child, address }
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn each_site_has_its_pages_and_one_has_a_strict_policy() {
    let place = Place::new();
    for (file, content) in
        [("shop/index.html", "the shop"), ("shop/sale/index.html", "a sale"), ("help/index.html", "help")]
    {
        let file = place.path().join("portal").join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }
    let portal = Portal::start(&place);
    let address = portal.address;
    let cases = [
        ("shop.localhost:8081", "/", 200, "the shop"),
        ("shop.localhost:8081", "/sale/", 200, "a sale"),
        ("shop.localhost:8081", "/sale", 308, ""),
        ("shop.localhost:8081", "/../rejoin.toml", 404, "not-found"),
        ("help.localhost", "/", 200, "help"),
        ("help.localhost", "/sale/", 404, "not-found"),
        ("evil.example", "/", 404, "unknown-site"),
        ("", "/", 404, "unknown-site"),
    ];
    for (host, path, status, body) in cases {
        let answer = get(address, host, path);
        assert_eq!((answer.status, answer.code().as_str()), (status, body), "{host} {path}");
    }
    let policy = get(address, "help.localhost", "/").header("content-security-policy").map(str::to_owned);
    insta::assert_snapshot!(policy.unwrap(), @"default-src 'none'; script-src http://127.0.0.1:8080; frame-src http://127.0.0.1:8080; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'");
    assert_eq!(get(address, "shop.localhost", "/").header("content-security-policy"), None);
}

#[tokio::test]
async fn the_demos_sign_in_is_good_for_a_relay_that_is_told_so() {
    let portal_place = Place::new();
    std::fs::create_dir_all(portal_place.path().join("portal/shop")).unwrap();
    let portal = Portal::start(&portal_place);
    let at = format!("http://127.0.0.1:{}", portal.address.port());
    let sign_in = format!(
        "disconnect_after = \"3m\"\n[widgets.sign_in]\nissuer = \"{at}\"\naudience = \"shop\"\njwks_url = \"{at}/demo-keys.json\""
    );
    let place = Place::with(&SETTINGS.replace("disconnect_after = \"3m\"", &sign_in));
    let server = place.serve();
    let answer = get(portal.address, "shop.localhost", "/demo-token?name=mia");
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    let hello = Hello { sign_in: Jwt::new(answer.body), ..Hello::of("shop".parse().unwrap()) };
    let mut mia = Customer(server.socket("/v1/customer", Encoding::Binary, None).await.unwrap());
    mia.send(&CustomerToRelay::Hello(hello)).await;
    let RelayToCustomer::Welcome(welcome) = mia.next().await.unwrap() else { panic!("a welcome comes first") };
    assert!(matches!(welcome.sign_in, SignInAnswer::Accepted { .. }), "{welcome:?}");
    for bad in ["", "?name=", "?name=Mia", "?name=mia&aud=x", "?name=%22", "?sub=mia"] {
        let answer = get(portal.address, "shop.localhost", &format!("/demo-token{bad}"));
        assert_eq!((answer.status, answer.code().as_str()), (400, "bad-name"), "{bad:?}");
    }
}
