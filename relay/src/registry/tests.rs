//! People and sign-ins, with time moved by hand.

use model::{DisplayName, Millis, Role, Timestamp, Units};

use super::{AgentChange, By, CookieToken, NewAgent, PasswordHash, Registry, RegistryError};

const IDLE: Millis = Millis::hours(12);
const END: Millis = Millis::hours(24);

fn registry() -> (tempfile::TempDir, Registry) {
    let folder = tempfile::tempdir().expect("a folder");
    let registry = Registry::open(folder.path()).expect("a new registry");
    (folder, registry)
}

fn ravi() -> NewAgent {
    NewAgent {
        name: "ravi".parse().expect("a name"),
        display_name: DisplayName::new("Ravi").expect("a name"),
        role: Role::Supervisor,
        capacity: Units(3),
        queues: vec!["support".parse().expect("a name"), "sales".parse().expect("a name")],
        begins_in: "away".parse().expect("a name"),
        password: PasswordHash::from_stored("hash".to_owned()),
    }
}

#[test]
fn what_is_added_is_found_again_after_opening_anew() {
    let (folder, registry) = registry();
    let added = registry.add_agent(Timestamp(5), By::CommandLine, &ravi()).expect("added");
    let epoch = registry.epoch().expect("an epoch");
    assert!(
        matches!(registry.add_agent(Timestamp(6), By::CommandLine, &ravi()), Err(RegistryError::NameTaken(name)) if name == "ravi")
    );
    drop(registry);
    let registry = Registry::open(folder.path()).expect("the same registry");
    assert_eq!(registry.agents().expect("agents"), [added]);
    assert_eq!(registry.epoch().expect("an epoch"), epoch, "a restart changes no positions");
    assert!(epoch < 1 << 53);
}

#[test]
fn a_newer_schema_is_refused() {
    let (folder, registry) = registry();
    drop(registry);
    let raw = rusqlite::Connection::open(folder.path().join("registry.sqlite")).expect("the file");
    raw.pragma_update(None, "user_version", 99).expect("an update");
    drop(raw);
    let error = Registry::open(folder.path()).expect_err("newer");
    assert_eq!(
        error.to_string(),
        "the registry was written by a newer version of Rejoin (schema 99, this one knows 10)"
    );
}

#[test]
fn a_sign_in_ends_when_idle_when_old_when_signed_out_and_when_the_account_changes() {
    let (_folder, registry) = registry();
    let agent = registry.add_agent(Timestamp(0), By::CommandLine, &ravi()).expect("added");
    let start = Timestamp(1_000_000);
    let sign_in = || {
        let token = CookieToken::mint();
        registry.sign_in(start, agent.id, &token).expect("signed in");
        token
    };
    let counts =
        |token: &CookieToken, at: Timestamp| registry.signed_in(at, token, IDLE, END).expect("an answer").is_some();
    let used = sign_in();
    assert!(counts(&used, start + Millis::hours(11)), "and that counts as use");
    assert!(counts(&used, start + Millis::hours(22)));
    assert!(!counts(&used, start + Millis::hours(24)), "too old, used or not");
    assert!(!counts(&used, start), "what has ended stays ended");
    let idle = sign_in();
    assert!(!counts(&idle, start + Millis::hours(12)));
    let signed_out = sign_in();
    registry.sign_out(start, agent.id).expect("signed out");
    assert!(!counts(&signed_out, start));
    let disabled = sign_in();
    let change = |change: AgentChange| registry.change_named(start, &agent.name, &change).expect("changed");
    change(AgentChange { enabled: Some(false), ..AgentChange::default() });
    assert!(!counts(&disabled, start));
    change(AgentChange { enabled: Some(true), ..AgentChange::default() });
    assert!(!counts(&disabled, start));
    let changed = sign_in();
    let password = Some(PasswordHash::from_stored("other".to_owned()));
    change(AgentChange { password, ..AgentChange::default() });
    assert!(!counts(&changed, start));
    assert!(!counts(&CookieToken::mint(), start));
}

#[test]
fn tokens_and_passwords_never_show() {
    let token = CookieToken::mint();
    assert_eq!(
        format!("{token:?} {:?}", PasswordHash::from_stored("hash".to_owned())),
        "CookieToken(…) PasswordHash(…)"
    );
    assert!(CookieToken::parse(token.expose()).is_some());
    for bad in ["", "x", &"A".repeat(64), &"g".repeat(64), &"a".repeat(63), &"a".repeat(65)] {
        assert!(CookieToken::parse(bad).is_none(), "{bad}");
    }
}
