//! The command line: what it says, word for word, on good and bad days.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use crate::support::Place;

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    format!("{} {}", output.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).trim())
}

const GOOD: &str = "correct horse\n";

#[test]
fn commands_answer_in_one_sentence() {
    let place = Place::new();
    let path = place.path().display().to_string();
    let cases: &[(&[&str], &str, &str)] = &[
        (&["version"], "", concat!("0 rejoin ", env!("CARGO_PKG_VERSION"))),
        (&["check"], "", "0 The settings are good."),
        (
            &["check", "--settings", "missing.toml"],
            "",
            "1 missing.toml can't be read: No such file or directory (os error 2).",
        ),
        (&["agent", "list"], "", "0 "),
        (&["agent", "add", "ravi", "--queue", "support", "--password-stdin"], GOOD, "0 Added ravi."),
        (&["agent", "add", "ravi", "--password-stdin"], GOOD, "1 There is already an agent \"ravi\"."),
        (&["agent", "add", "sofia", "--password-stdin"], "short\n", "1 A password has at least 8 characters."),
        (&["agent", "add", "sofia", "--password-stdin"], "", "1 A password has at least 8 characters."),
        (
            &["agent", "add", "Sofia!", "--password-stdin"],
            GOOD,
            "1 \"Sofia!\" is not a name: use 1 to 40 of a-z, 0-9 and -, beginning with a letter.",
        ),
        (
            &["agent", "add", "sofia", "--queue", "nowhere", "--password-stdin"],
            GOOD,
            "1 The settings have no queue \"nowhere\".",
        ),
        (
            &["agent", "add", "sofia", "--capacity", "1001", "--password-stdin"],
            GOOD,
            "1 --capacity must be between 0 and 1000 units.",
        ),
        (
            &["agent", "add", "sofia", "--display-name", " ", "--password-stdin"],
            GOOD,
            "1 --display-name can't be used: the text is empty.",
        ),
        (&["agent", "disable", "sofia"], "", "1 There is no agent \"sofia\"."),
        (&["agent", "disable", "ravi"], "", "0 Disabled ravi."),
        (&["agent", "list"], "", "0 ravi\tagent\t4 units\tsupport\tdisabled"),
        (&["agent", "enable", "ravi"], "", "0 Enabled ravi."),
        (
            &["agent", "set-password", "ravi", "--password-stdin"],
            GOOD,
            "0 Set the password of ravi; their sign-ins are over.",
        ),
        (
            &["serve", "--listen", "nowhere"],
            "",
            "1 server.listen: must be an address and a port, such as \"127.0.0.1:8080\".",
        ),
        (
            &["portal", "--dir", "missing"],
            "",
            "1 The folder missing can't be read: No such file or directory (os error 2).",
        ),
        (&["portal", "--relay", "here"], "", "1 --relay must be an origin such as http://127.0.0.1:8080."),
    ];
    for (arguments, stdin, expected) in cases {
        assert_eq!(said(&place.run(arguments, stdin)).replace(&path, "…"), *expected, "{arguments:?}");
    }
    for wrong in
        [&["dance"][..], &[], &["agent"], &["agent", "add", "x", "--password", "secret"], &["serve", "--port", "1"]]
    {
        assert_eq!(place.run(wrong, "").status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn bad_settings_are_told_all_at_once() {
    let place = Place::with("colour = 1\n[server]\nport = 8080\n[[widgets]]\nname = \"Shop\"\n");
    insta::assert_snapshot!(said(&place.run(&["check"], "")), @r#"
    1 server.port: is not a known setting.
    widgets[0].name: a slug has 1 to 40 of a-z, 0-9 and `-`, and begins with a letter.
    widgets[0].workstream: is missing.
    widgets[0].sites: is missing.
    colour: is not a known setting.
    "#);
    let place = Place::with("[server\n");
    insta::assert_snapshot!(said(&place.run(&["check"], "")), @"1 rejoin.toml, line 1: unclosed table, expected `]`.");
}

#[test]
fn a_start_that_fails_says_why_in_one_sentence() {
    let place = Place::new();
    let server = place.serve();
    let other = Place::new();
    let busy = server.address.to_string();
    let expected = format!("1 Another program listens on {busy}; stop it or choose another address.");
    assert_eq!(said(&other.run(&["serve", "--listen", &busy], "")), expected);
    let same = said(&place.run(&["serve", "--listen", "127.0.0.1:0"], ""));
    assert_eq!(same, "1 The data folder data is in use by another relay; stop it or set another [store] path.");
    let file = other.path().join("file");
    std::fs::write(&file, "").unwrap();
    let on_file = said(&other.run(&["serve", "--listen", "127.0.0.1:0", "--data", "file/data"], ""));
    assert_eq!(on_file, "1 The data folder file/data can't be written: Not a directory (os error 20).");
    // Permissions do not hold root back, but a folder that the system itself keeps read-only does.
    let on_proc = said(&other.run(&["serve", "--listen", "127.0.0.1:0", "--data", "/proc/rejoin"], ""));
    assert_eq!(on_proc, "1 The data folder /proc/rejoin can't be written: No such file or directory (os error 2).");
}

#[test]
fn the_data_folder_and_the_command_socket_are_private() {
    let place = Place::new();
    let _server = place.serve();
    let mode = |name: &str| std::fs::metadata(place.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("data"), 0o700);
    assert_eq!(mode("data/control.sock"), 0o600);
}

#[test]
fn commands_reach_a_running_relay() {
    let place = Place::new();
    let server = place.serve();
    place.add_agent("ravi", "Ravi");
    let cookie = server.sign_in("ravi");
    assert!(cookie.starts_with("rejoin_sign_in="));
    assert_eq!(
        said(&place.run(&["agent", "set-password", "ravi", "--password-stdin"], "another horse\n")).chars().next(),
        Some('0')
    );
    let body = br#"{"name":"ravi","password":"correct horse"}"#;
    let more = format!("origin: {}\ncontent-type: application/json\n", server.origin());
    assert_eq!(server.post("/api/sign-in", &more, body).status, 401, "the old password is over");
    let head = format!("GET /api/me HTTP/1.1\nhost: x\nconnection: close\ncookie: {cookie}\n");
    assert_eq!(server.http(&head, b"").status, 401, "and so are the sign-ins made with it");
}
