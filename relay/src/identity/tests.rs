//! Every attack on a JWT that is known, with its exact answer, and a key server that rotates and fails.

use serde_json::{Value, json};

use super::provider::{Behavior, KeyServer, RSA_PUBLIC_PEM, SigningKey, part};
use super::*;

const ISSUER: &str = "https://id.example.com";
const AUDIENCE: &str = "shop";
const NOW: Timestamp = Timestamp(1_800_000_000_000);
const NOW_S: u64 = NOW.0 / 1_000;

fn expected() -> Expected {
    Expected { issuer: ISSUER.to_owned(), audience: AUDIENCE.to_owned() }
}

fn claims() -> Value {
    json!({"iss": ISSUER, "aud": AUDIENCE, "sub": "mia", "exp": NOW_S + 300, "iat": NOW_S})
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().unwrap().remove(name);
    claims
}

fn set(keys: &[Value]) -> KeySet {
    KeySet::from_answer(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

/// A JWT signed by HMAC, with whatever was lying around as its secret.
fn hmac(head: &str, claims: &str, secret: &[u8]) -> String {
    let message = format!("{}.{}", part(head), part(claims));
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    let signature = ring::hmac::sign(&key, message.as_bytes());
    format!("{message}.{}", part(signature))
}

struct House {
    rsa: SigningKey,
    ec: SigningKey,
    ed: SigningKey,
    keys: KeySet,
}

impl House {
    fn new() -> Self {
        let (rsa, ec, ed) = (SigningKey::rsa(), SigningKey::ec(), SigningKey::ed());
        let keys = set(&[rsa.jwk("r"), ec.jwk("c"), ed.jwk("d")]);
        Self { rsa, ec, ed, keys }
    }

    fn said(&self, jwt: &str) -> &'static str {
        match check::check(NOW, jwt, &self.keys, &expected()) {
            Ok(checked) => {
                assert_eq!(checked.subject, "mia");
                "good"
            }
            Err(Bad::Jwt) => "refused",
            Err(Bad::UnknownKey) => "unknown key",
        }
    }
}

#[test]
fn good_jwts_of_every_kind() {
    let house = House::new();
    let cases = [
        ("RS256", house.rsa.sign("r", &claims())),
        ("ES256", house.ec.sign("c", &claims())),
        ("EdDSA", house.ed.sign("d", &claims())),
        ("no kid", house.ed.sign_raw(r#"{"alg":"EdDSA"}"#, &claims().to_string())),
        ("several audiences", house.ed.sign("d", &with("aud", json!(["help", AUDIENCE])))),
        ("a fraction of a second", house.ed.sign("d", &with("exp", json!(NOW_S as f64 + 0.5)))),
        ("ended 59 s ago", house.ed.sign("d", &with("exp", json!(NOW_S - 59)))),
        ("begins in 60 s", house.ed.sign("d", &with("nbf", json!(NOW_S + 60)))),
        ("a time that no clock shows", house.ed.sign("d", &with("exp", json!(u64::MAX)))),
        ("more claims, nested", house.ed.sign("d", &with("realm", json!({"a": [1, {"b": null}]})))),
        (
            "a key in its head that nobody looks at",
            house.ed.sign_raw(
                &json!({"alg": "EdDSA", "kid": "d", "jwk": SigningKey::ed().jwk("x")}).to_string(),
                &claims().to_string(),
            ),
        ),
    ];
    for (name, jwt) in cases {
        assert_eq!(house.said(&jwt), "good", "{name}");
    }
}

#[test]
fn every_attack_has_its_answer() {
    let house = House::new();
    let good = house.ed.sign("d", &claims());
    let [head, body, signature]: [&str; 3] = good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let stranger = SigningKey::ed();
    let text = claims().to_string();
    let head_of = |value: Value| value.to_string();
    let flipped = {
        let last = if signature.starts_with('A') { 'B' } else { 'A' };
        format!("{head}.{body}.{last}{}", &signature[1..])
    };
    let public = SigningKey::rsa().jwk("r");
    let modulus = public["n"].as_str().unwrap();
    let cases: Vec<(&str, String, &str)> = vec![
        ("nothing", String::new(), "refused"),
        ("dots", "..".to_owned(), "refused"),
        ("words", "canary".to_owned(), "refused"),
        ("two parts", format!("{head}.{body}"), "refused"),
        ("four parts", format!("{good}.x"), "refused"),
        ("five parts, encrypted", "a.b.c.d.e".to_owned(), "refused"),
        ("no signature", format!("{head}.{body}."), "refused"),
        ("half a signature", format!("{head}.{body}.{}", &signature[..40]), "refused"),
        ("a longer signature", format!("{good}AAAA"), "refused"),
        ("one bit of the signature", flipped, "refused"),
        ("padding", format!("{good}=="), "refused"),
        ("a space", format!(" {good}"), "refused"),
        ("a line", format!("{good}\n"), "refused"),
        (
            "another subject under the same signature",
            format!("{head}.{}.{signature}", part(with("sub", json!("ada")).to_string())),
            "refused",
        ),
        ("alg none", format!("{}.{}.", part(r#"{"alg":"none"}"#), part(&text)), "refused"),
        ("alg none with a signature", format!("{}.{}.{signature}", part(r#"{"alg":"none"}"#), part(&text)), "refused"),
        ("alg NoNe", format!("{}.{}.AA", part(r#"{"alg":"NoNe"}"#), part(&text)), "refused"),
        ("no alg", format!("{}.{}.AA", part(r#"{"kid":"d"}"#), part(&text)), "refused"),
        ("alg a number", format!("{}.{}.AA", part(r#"{"alg":1}"#), part(&text)), "refused"),
        (
            "HS256 with the public PEM",
            hmac(r#"{"alg":"HS256","kid":"r"}"#, &text, RSA_PUBLIC_PEM.as_bytes()),
            "refused",
        ),
        ("HS256 with the modulus", hmac(r#"{"alg":"HS256","kid":"r"}"#, &text, modulus.as_bytes()), "refused"),
        ("HMAC that says RS256", hmac(r#"{"alg":"RS256","kid":"r"}"#, &text, RSA_PUBLIC_PEM.as_bytes()), "refused"),
        ("RS512", house.rsa.sign_raw(r#"{"alg":"RS512","kid":"r"}"#, &text), "refused"),
        ("PS256", house.rsa.sign_raw(r#"{"alg":"PS256","kid":"r"}"#, &text), "refused"),
        ("ES384", house.ec.sign_raw(r#"{"alg":"ES384","kid":"c"}"#, &text), "refused"),
        ("another algorithm than the key's", house.ed.sign_raw(r#"{"alg":"ES256","kid":"d"}"#, &text), "refused"),
        ("another key's kid", house.ed.sign("r", &claims()), "refused"),
        ("another key's kid of another kind", house.ec.sign_raw(r#"{"alg":"ES256","kid":"d"}"#, &text), "refused"),
        ("a stranger's key", stranger.sign("d", &claims()), "refused"),
        ("a stranger's key without kid", stranger.sign_raw(r#"{"alg":"EdDSA"}"#, &text), "refused"),
        ("an unknown kid", stranger.sign("z", &claims()), "unknown key"),
        ("a kid that is a path", stranger.sign("../../../dev/null", &claims()), "unknown key"),
        ("a kid that is SQL", stranger.sign("x' UNION SELECT 'key", &claims()), "unknown key"),
        ("a kid that is an address", stranger.sign("https://evil.example/keys", &claims()), "unknown key"),
        ("an empty kid", stranger.sign("", &claims()), "unknown key"),
        ("a kid that is null", stranger.sign_raw(r#"{"alg":"EdDSA","kid":null}"#, &text), "refused"),
        ("a kid that is a list", stranger.sign_raw(r#"{"alg":"EdDSA","kid":["d"]}"#, &text), "refused"),
        (
            "its own key in its head",
            stranger.sign_raw(&head_of(json!({"alg": "EdDSA", "kid": "d", "jwk": stranger.jwk("d")})), &text),
            "refused",
        ),
        (
            "the address of its own keys",
            stranger.sign_raw(&head_of(json!({"alg": "EdDSA", "kid": "d", "jku": "https://evil.example/k"})), &text),
            "refused",
        ),
        (
            "its own certificate",
            stranger.sign_raw(&head_of(json!({"alg": "EdDSA", "x5c": ["AAAA"], "x5u": "https://evil.example"})), &text),
            "refused",
        ),
        (
            "something that must be understood",
            house.ed.sign_raw(r#"{"alg":"EdDSA","kid":"d","crit":["b64"],"b64":false}"#, &text),
            "refused",
        ),
        ("alg twice", house.ed.sign_raw(r#"{"alg":"none","alg":"EdDSA","kid":"d"}"#, &text), "refused"),
        ("alg twice, spelled otherwise", house.ed.sign_raw(r#"{"alg":"EdDSA","\u0061lg":"none"}"#, &text), "refused"),
        ("a head that is a list", house.ed.sign_raw(r#"["EdDSA"]"#, &text), "refused"),
        ("a head that is no JSON", house.ed.sign_raw("EdDSA", &text), "refused"),
        ("claims that are no JSON", house.ed.sign_raw(r#"{"alg":"EdDSA"}"#, "mia"), "refused"),
        ("claims that are a list", house.ed.sign_raw(r#"{"alg":"EdDSA"}"#, "[]"), "refused"),
        ("claims nested 10,000 deep", house.ed.sign_raw(r#"{"alg":"EdDSA"}"#, &"[".repeat(5_000)), "refused"),
        (
            "sub twice",
            house
                .ed
                .sign_raw(r#"{"alg":"EdDSA"}"#, &text.replace("\"sub\":\"mia\"", "\"sub\":\"ada\",\"sub\":\"mia\"")),
            "refused",
        ),
        ("another issuer", house.ed.sign("d", &with("iss", json!("https://evil.example"))), "refused"),
        ("an issuer with a slash more", house.ed.sign("d", &with("iss", json!(format!("{ISSUER}/")))), "refused"),
        ("a list of issuers", house.ed.sign("d", &with("iss", json!([ISSUER]))), "refused"),
        ("another audience", house.ed.sign("d", &with("aud", json!("help"))), "refused"),
        ("other audiences", house.ed.sign("d", &with("aud", json!(["help", "desk"]))), "refused"),
        ("an audience that contains ours", house.ed.sign("d", &with("aud", json!("shopping"))), "refused"),
        ("an audience that is a number", house.ed.sign("d", &with("aud", json!(1))), "refused"),
        ("no issuer", house.ed.sign("d", &without("iss")), "refused"),
        ("no audience", house.ed.sign("d", &without("aud")), "refused"),
        ("no subject", house.ed.sign("d", &without("sub")), "refused"),
        ("no end", house.ed.sign("d", &without("exp")), "refused"),
        ("an empty subject", house.ed.sign("d", &with("sub", json!(""))), "refused"),
        ("a subject that is a number", house.ed.sign("d", &with("sub", json!(7))), "refused"),
        ("a subject of 1,001 bytes", house.ed.sign("d", &with("sub", json!("m".repeat(1_001)))), "refused"),
        ("ended 60 s ago", house.ed.sign("d", &with("exp", json!(NOW_S - 60))), "refused"),
        ("ended long ago", house.ed.sign("d", &with("exp", json!(0))), "refused"),
        ("ended before time began", house.ed.sign("d", &with("exp", json!(-1))), "refused"),
        ("an end in words", house.ed.sign("d", &with("exp", json!((NOW_S + 300).to_string()))), "refused"),
        ("an end that is null", house.ed.sign("d", &with("exp", Value::Null)), "refused"),
        ("begins in 61 s", house.ed.sign("d", &with("nbf", json!(NOW_S + 61))), "refused"),
        ("a beginning in words", house.ed.sign("d", &with("nbf", json!("now"))), "refused"),
        ("8,193 bytes and more", house.ed.sign("d", &with("pad", json!("p".repeat(6_000)))), "refused"),
        ("a megabyte", "A".repeat(1 << 20), "refused"),
    ];
    assert!(cases.len() >= 60);
    for (name, jwt, answer) in cases {
        assert_eq!(house.said(&jwt), answer, "{name}");
    }
}

#[test]
fn files_hold_public_keys_and_say_what_is_wrong() {
    let (rsa, ec, ed) = (SigningKey::rsa(), SigningKey::ec(), SigningKey::ed());
    for key in [&rsa, &ec, &ed] {
        let from_pem = KeySet::from_file(&key.pem()).unwrap();
        // A key in PEM has no name and fits whatever name the JWT has.
        let jwt = key.sign("whatever", &claims());
        assert!(check::check(NOW, &jwt, &from_pem, &expected()).is_ok(), "{}", key.algorithm());
        let from_jwk = KeySet::from_file(&key.jwk("k").to_string()).unwrap();
        assert!(check::check(NOW, &key.sign("k", &claims()), &from_jwk, &expected()).is_ok());
        assert_eq!(check::check(NOW, &jwt, &from_jwk, &expected()), Err(Bad::UnknownKey));
    }
    let all = json!({"keys": [rsa.jwk("r"), ec.jwk("c"), {"kty": "oct", "kid": "o"}, {"kty": "new"}, 7]});
    assert!(KeySet::from_file(&all.to_string()).is_ok());
    let mut secret = ed.jwk("d");
    secret["d"] = json!("AAAA");
    let mut encrypts = rsa.jwk("r");
    encrypts["use"] = json!("enc");
    let mut other = rsa.jwk("r");
    other["alg"] = json!("RS512");
    let no_key = "has no key for RS256, ES256 or EdDSA";
    let secret_key = "holds a secret key; the relay needs the public one only";
    let cases = [
        ("", "is neither a public key in PEM nor a JSON Web Key"),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "is neither a public key in PEM nor a JSON Web Key",
        ),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", secret_key),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", no_key),
        ("{", "is not a JSON Web Key or a set of them"),
        (r#"{"keys":1}"#, "is not a JSON Web Key or a set of them"),
        (r#"{"keys":[]}"#, no_key),
        (r#"{"kty":"oct","k":"AAAA"}"#, secret_key),
        (&secret.to_string(), secret_key),
        (&encrypts.to_string(), no_key),
        (&other.to_string(), no_key),
        (r#"{"kty":"EC","crv":"P-384","x":"AAAA","y":"AAAA"}"#, no_key),
        (r#"{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}"#, no_key),
        (r#"{"kty":"OKP","crv":"Ed25519","x":"AAAA"}"#, no_key),
        (r#"{"kty":"RSA","n":"AAAA","e":"AQAB"}"#, no_key),
    ];
    for (text, sentence) in cases {
        assert_eq!(KeySet::from_file(text).unwrap_err(), sentence, "{text}");
    }
}

#[test]
fn keys_come_by_https_or_from_this_machine() {
    for good in ["https://id.example.com/keys", "http://127.0.0.1:9/k", "http://localhost/k", "http://[::1]:80/k"] {
        assert!(is_good_address(good), "{good}");
    }
    for bad in [
        "",
        "id.example.com",
        "http://id.example.com/keys",
        "https://",
        "https://user:password@id.example.com/keys",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://127.0.0.1.evil.example/",
        "http://localhost.evil.example/",
        "http://127.0.0.1@evil.example/",
    ] {
        assert!(!is_good_address(bad), "{bad}");
    }
}

fn remote(server: &KeyServer) -> Verifier {
    Verifier::new(IdentitySettings { expected: expected(), keys: KeySource::Address(server.url()) })
}

fn late(after: model::Millis) -> Timestamp {
    NOW + after
}

/// A JWT that is good for a week.
fn lasting(key: &SigningKey, id: &str) -> String {
    key.sign(id, &with("exp", json!(NOW_S + 7 * 86_400)))
}

fn is_verified(verdict: SignInResult) -> bool {
    matches!(verdict, SignInResult::Verified { .. })
}

#[tokio::test]
async fn keys_are_fetched_kept_and_rotated() {
    use model::Millis;
    let (old, new) = (SigningKey::ed(), SigningKey::ec());
    let server = KeyServer::start(Behavior::Keys(vec![old.jwk("old")]));
    let verifier = remote(&server);
    let (by_old, by_new) = (lasting(&old, "old"), lasting(&new, "new"));
    let first = verifier.verify(NOW, &by_old).await;
    let identity = gate::identity_hash(ISSUER, "mia");
    assert_eq!(first, SignInResult::Verified { identity, expires_at: Timestamp((NOW_S + 7 * 86_400) * 1_000) });
    for _ in 0..50 {
        assert!(is_verified(verifier.verify(NOW, &by_old).await));
    }
    assert_eq!(server.asked(), 1);
    // The set was fetched this moment: a key that is not in it is not the provider's.
    assert_eq!(verifier.verify(NOW, &by_new).await, SignInResult::Refused);
    server.behave(Behavior::Keys(vec![old.jwk("old"), new.jwk("new")]));
    assert_eq!(verifier.verify(late(Millis(29_999)), &by_new).await, SignInResult::Refused);
    assert_eq!(server.asked(), 1, "at most every 30 s");
    assert!(is_verified(verifier.verify(late(Millis::seconds(30)), &by_new).await));
    assert_eq!(server.asked(), 2);
    // Forged names of keys don't become a storm on the provider.
    for number in 0..50 {
        let forged = SigningKey::ed().sign(&format!("forged-{number}"), &claims());
        assert_eq!(verifier.verify(late(Millis::seconds(31)), &forged).await, SignInResult::Refused);
    }
    assert_eq!(server.asked(), 2);
    // A withdrawn key stops within ten minutes.
    server.behave(Behavior::Keys(vec![new.jwk("new")]));
    assert!(is_verified(verifier.verify(late(Millis::minutes(10)), &by_old).await));
    assert_eq!(verifier.verify(late(Millis::minutes(11)), &by_old).await, SignInResult::Refused);
    assert!(is_verified(verifier.verify(late(Millis::minutes(11)), &by_new).await));
    assert_eq!(server.asked(), 3);
}

#[tokio::test]
async fn a_key_server_that_is_down_makes_nobody_a_stranger() {
    use model::Millis;
    let key = SigningKey::ed();
    let server = KeyServer::start(Behavior::Down);
    let verifier = remote(&server);
    let (good, unknown) = (lasting(&key, "k"), lasting(&SigningKey::ed(), "other"));
    assert_eq!(verifier.verify(NOW, &good).await, SignInResult::Unknown, "never fetched");
    assert_eq!(verifier.verify(NOW, "a.b.c").await, SignInResult::Refused, "no key could make it good");
    let tried = server.asked();
    assert_eq!(verifier.verify(late(Millis(4_999)), &good).await, SignInResult::Unknown);
    assert_eq!(server.asked(), tried, "not more often than every 5 s");
    server.behave(Behavior::Keys(vec![key.jwk("k")]));
    let fetched_at = late(Millis::seconds(5));
    assert!(is_verified(verifier.verify(fetched_at, &good).await));
    let broken = [
        Behavior::Down,
        Behavior::Raw("HTTP/1.1 500 Oops".to_owned(), Vec::new()),
        Behavior::Raw("HTTP/1.1 200 OK".to_owned(), b"<html>".to_vec()),
        Behavior::Raw("HTTP/1.1 200 OK".to_owned(), b"{\"keys\":{}}".to_vec()),
        Behavior::Raw("HTTP/1.1 200 OK".to_owned(), vec![b' '; 257 * 1024]),
        Behavior::Raw("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/keys".to_owned(), Vec::new()),
        Behavior::Raw("HTTP/1.1 429 Slow".to_owned(), Vec::new()),
    ];
    let mut now = fetched_at + Millis::minutes(10);
    for behavior in broken {
        server.behave(behavior);
        now += Millis::minutes(1);
        let asked = server.asked();
        assert!(is_verified(verifier.verify(now, &good).await), "kept keys serve");
        assert!(server.asked() > asked, "and newer ones are asked for");
        assert_eq!(verifier.verify(now, &unknown).await, SignInResult::Unknown, "it may be a new key of theirs");
    }
    let last = fetched_at + Millis::hours(24);
    assert!(is_verified(verifier.verify(Timestamp(last.0 - 1), &good).await));
    assert_eq!(verifier.verify(last, &good).await, SignInResult::Unknown, "a day is over");
    server.behave(Behavior::Keys(vec![key.jwk("k")]));
    assert!(is_verified(verifier.verify(last + Millis::minutes(1), &good).await));
}
