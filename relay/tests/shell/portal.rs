//! The demo portal: sites told apart by host name.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::Stdio;

use crate::support::{Answer, PATIENCE, Place, read_answer};

fn get(address: SocketAddr, host: &str, path: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").as_bytes()).unwrap();
    read_answer(&mut stream)
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
    let mut command = place.command(&["portal", "--listen", "127.0.0.1:0", "--dir", "portal"]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let line = BufReader::new(child.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let address = line.strip_prefix("The demo portal listens on http://").unwrap().split(':').take(2);
    let address: SocketAddr = address.collect::<Vec<_>>().join(":").parse().unwrap();
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
    child.kill().unwrap();
    child.wait().unwrap();
}
