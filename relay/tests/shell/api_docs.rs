//! docs/API.md, run: each example against a real relay, by a real curl. And the description for programs, held against the relay.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Answer, Place, Server};

const PAGE: &str = include_str!("../../../docs/API.md");

#[test]
#[expect(clippy::print_stdout, reason = "how a test says that it can't run")]
fn the_examples_of_the_docs_do_what_they_say() {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("skipped: there is no curl on this machine");
        return;
    }
    let place = Place::new();
    place.add_role("ada", "admin");
    let server = place.serve();
    let cookie = server.sign_in("ada");
    let mut token = String::new();
    let mut run = 0;
    for block in PAGE.split("```sh\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let (command, expected) = block.split_once("\n# ").unwrap();
        let (status, body) = expected.trim_end_matches('\n').split_once(' ').unwrap_or((expected.trim(), ""));
        let output = Command::new("sh")
            .args(["-c", &format!("{command} -w '\n%{{http_code}}'")])
            .env("RELAY", server.origin())
            .env("COOKIE", &cookie)
            .env("TOKEN", &token)
            .output()
            .unwrap();
        let answer = String::from_utf8(output.stdout).unwrap();
        let (got, code) = answer.rsplit_once('\n').unwrap();
        assert!(code == status && got.starts_with(body), "{command}\n{got}\n{code}");
        if token.is_empty() {
            let made: Value = serde_json::from_str(got).unwrap();
            token = made["secret"].as_str().unwrap().to_owned();
        }
        run += 1;
    }
    assert!(run >= 9, "{run} examples");
}

/// An address with something in every place.
fn filled(path: &str) -> String {
    let id = if path.contains("people") {
        "agt_00000000000000000000000000"
    } else if path.contains("quick-replies") {
        "qrp_00000000000000000000000000"
    } else if path.contains("conversations") {
        "cnv_00000000000000000000000000"
    } else if path.contains("tokens") {
        "atk_00000000000000000000000000"
    } else {
        "whk_00000000000000000000000000"
    };
    path.replace("{id}", id)
        .replace("{name}", "nowhere")
        .replace("{trigger}", "agent-joined")
        .replace("{language}", "de")
}

fn operations(server: &Server) -> Vec<(String, String, Value)> {
    let description = server.get("/api/openapi.json").json();
    assert_eq!(description["openapi"], "3.1.0");
    let paths = description["paths"].as_object().unwrap();
    let each = |(path, methods): (&String, &Value)| -> Vec<(String, String, Value)> {
        let methods = methods.as_object().unwrap().iter();
        methods.map(|(method, what)| (method.to_uppercase(), path.clone(), what.clone())).collect()
    };
    paths.iter().flat_map(each).collect()
}

fn rank(role: &str) -> usize {
    ["", "agent", "supervisor", "admin"].iter().position(|known| *known == role).unwrap()
}

/// Everybody calls every operation, with and without a token: who may not is told so, and who may gets past that.
#[test]
fn every_operation_asks_who_calls() {
    let place = Place::new();
    for role in ["agent", "supervisor", "admin"] {
        place.add_role(role, role);
    }
    let server = place.serve();
    let cookie = |role: &str| if role.is_empty() { String::new() } else { server.sign_in(role) };
    let callers = ["", "agent", "supervisor", "admin"].map(|role| (role, cookie(role)));
    let token = server.call(&callers[3].1, "POST", "/api/tokens", &json!({"title": "x", "scope": "read"})).json();
    let token = token["secret"].as_str().unwrap();
    let all = operations(&server);
    assert!(all.len() > 35, "{} operations", all.len());
    for (method, path, what) in &all {
        let address = filled(path);
        let body = if what["requestBody"].is_null() { Value::Null } else { json!({}) };
        let least = rank(what["x-rejoin-least-role"].as_str().unwrap());
        let stated = |answer: &Answer, who: &str| {
            let status = answer.status.to_string();
            assert!(
                !what["responses"][&status].is_null(),
                "{method} {path} as {who:?}: {} is not stated",
                answer.told()
            );
        };
        for (role, cookie) in &callers {
            let answer = server.call(cookie, method, &address, &body);
            stated(&answer, role);
            let expected = match rank(role) {
                0 => "401 not-signed-in",
                rank if rank < least => "403 not-allowed",
                _ => {
                    assert!(!matches!(answer.status, 401 | 403), "{method} {path} as {role}: {}", answer.told());
                    continue;
                }
            };
            assert_eq!(answer.told(), expected, "{method} {path} as {role:?}");
        }
        let answer = server.call_by_token(token, method, &address, &body);
        stated(&answer, "a token that reads");
        let for_people = path.starts_with("/api/tokens");
        let expected = if for_people {
            Some("403 not-by-token")
        } else if method == "GET" {
            None
        } else {
            Some("403 scope-too-small")
        };
        match expected {
            Some(expected) => assert_eq!(answer.told(), expected, "{method} {path} by a token"),
            None => assert!(!matches!(answer.status, 401 | 403), "{method} {path} by a token: {}", answer.told()),
        }
        if method != "GET" {
            let head = format!(
                "{method} {address} HTTP/1.1\nhost: x\nconnection: close\ncookie: {}\norigin: https://evil.example\ncontent-length: 0\n",
                callers[3].1
            );
            assert_eq!(server.http(&head, b"").told(), "403 origin-refused", "{method} {path} from elsewhere");
        }
    }
}

/// `REJOIN_LONG=1`, with schemathesis from PyPI on the path or named by `REJOIN_SCHEMATHESIS`: what a stranger makes of the description.
#[test]
#[expect(clippy::print_stdout, reason = "how a test says that it can't run")]
fn a_stranger_finds_nothing_in_the_api() {
    let named = std::env::var("REJOIN_SCHEMATHESIS").ok();
    let program = named.clone().unwrap_or_else(|| "schemathesis".to_owned());
    let is_there = Command::new(&program).arg("--version").output().is_ok();
    // Whoever names one wants it to run.
    assert!(is_there || named.is_none(), "{program} can't be started");
    if std::env::var_os("REJOIN_LONG").is_none() || !is_there {
        println!("skipped: needs REJOIN_LONG=1 and schemathesis");
        return;
    }
    let place = Place::new();
    place.add_role("ada", "admin");
    let server = place.serve();
    let cookie = server.sign_in("ada");
    let token = server.call(&cookie, "POST", "/api/tokens", &json!({"title": "x", "scope": "admin"})).json();
    let token = token["secret"].as_str().unwrap();
    let output = Command::new(program)
        .current_dir(place.path())
        .args(["run", &format!("{}/api/openapi.json", server.origin())])
        .args(["-H", &format!("Authorization: Bearer {token}")])
        // Tokens are for people only. That a body fits the schema is not all that it takes: queues must exist, names be free.
        // The Authorization that it takes away it puts back by itself, so it can't see that the header counts.
        .args(["--exclude-path-regex", "/api/tokens", "--exclude-checks", "positive_data_acceptance,ignored_auth"])
        .args(["--max-examples", "100", "--workers", "1", "--seed", "1"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(!server.log().contains("ERROR"), "{}", server.log());
}
