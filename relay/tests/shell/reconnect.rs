//! Coming back after a disconnect, with real sockets: by link, at the prompt, by sign-in, from another site; and what is answered to
//! links, codes and JWTs that are no good.

use std::time::{SystemTime, UNIX_EPOCH};

use model::{ConversationId, HandoverCode, LinkSecret, PageAddress, ReturnedBy, Seq, Timestamp};
use serde_json::{Value, json};
use wire::{
    AgentsEvent, Arrival, ArrivalAnswer, CanResume, CardState, CustomerEntry, CustomerEvent, CustomerToRelay, Encoding,
    EndedBecause, Hello, Jwt, LedgerCause, Phase, PromptState, RelayToConsole, RelayToCustomer, Request, RequestId,
    Resume, SignInAnswer, Welcome,
};

use crate::provider::{Behavior, KeyServer, SigningKey};
use crate::support::{Console, Customer, Place, Server, token};

const SHOP: &str = "http://shop.localhost:8081";
const CARE: &str = "http://care.localhost:8081";
const LATE: &str = "http://care.localhost:8081/late.html";

/// A shop on two sites, with reconnect on and a sign-in of its own; another widget without any of that.
fn settings(sign_in: &str, more: &str) -> String {
    format!(
        r#"
[[queues]]
name = "support"

[[workstreams]]
name = "chat"
queue = "support"

[[widgets]]
name = "shop"
sites = ["{SHOP}", "{CARE}"]
workstream = "chat"
disconnect_after = "3s"
reconnect_to_previous_agent_for = "5m"
reconnect_time_limit = "10m"
portal_url = "{SHOP}/product.html?a=1"
redirection_url = "{LATE}"
{more}
{sign_in}

[[widgets]]
name = "help"
sites = ["http://help.localhost:8081"]
workstream = "chat"
disconnect_after = "3s"
"#
    )
}

fn by_address(server: &KeyServer) -> String {
    format!(
        "[widgets.sign_in]\nissuer = \"https://id.example\"\naudience = \"shop\"\njwks_url = \"{}\"\n",
        server.url()
    )
}

fn claims(who: &str) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    json!({"iss": "https://id.example", "aud": "shop", "sub": who, "exp": now + 3_600})
}

fn jwt(key: &SigningKey, who: &str) -> Jwt {
    Jwt::new(key.sign("k", &claims(who))).unwrap()
}

impl Server {
    /// A customer's connection with this hello, and what it is told about it.
    async fn greet(&self, hello: Hello) -> (Customer, Welcome) {
        let mut customer = Customer(self.socket("/v1/customer", Encoding::Binary, None).await.unwrap());
        customer.send(&CustomerToRelay::Hello(hello)).await;
        let welcome = customer.welcome().await;
        (customer, welcome)
    }

    fn metric(&self, line: &str) -> bool {
        self.get("/metrics").body.contains(line)
    }
}

fn of(widget: &str) -> Hello {
    Hello::of(widget.parse().unwrap())
}

fn with_token(number: u8) -> Hello {
    Hello { resume: Some(Resume { token: token(number), after: Seq::START }), ..of("shop") }
}

fn with_link(secret: &LinkSecret, number: u8) -> Hello {
    Hello { arrival: Some(Arrival::Link { secret: secret.clone(), token: token(number) }), ..of("shop") }
}

fn with_code(code: &HandoverCode, number: u8, page: &str) -> Hello {
    let arrival = Some(Arrival::Handover { code: code.clone(), token: token(number) });
    Hello { arrival, page: Some(PageAddress::new(page).unwrap()), ..of("shop") }
}

impl Customer {
    async fn welcome(&mut self) -> Welcome {
        self.until(|frame| match frame {
            RelayToCustomer::Welcome(welcome) => Some(welcome.clone()),
            _ => None,
        })
        .await
    }

    async fn refused(&mut self) -> &'static str {
        self.until(|frame| match frame {
            RelayToCustomer::Refused { refusal } => Some(refusal.code.as_str()),
            _ => None,
        })
        .await
    }

    async fn minted(&mut self) -> (String, LinkSecret) {
        self.send(&CustomerToRelay::MintLink).await;
        let (url, has_qr) = self
            .until(|frame| match frame {
                RelayToCustomer::Link { url, qr } => Some((url.clone(), qr.is_some())),
                _ => None,
            })
            .await;
        assert!(has_qr);
        let secret = secret_of(&url);
        (url, secret)
    }

    async fn code_for(&mut self, wanted: &str) -> HandoverCode {
        self.send(&CustomerToRelay::MintHandover { site: wanted.to_owned() }).await;
        self.until(|frame| match frame {
            RelayToCustomer::Handover { site, code, .. } => (site == wanted).then(|| code.clone()),
            _ => None,
        })
        .await
    }

    async fn prompt(&mut self, wanted: impl Fn(&PromptState) -> bool) -> PromptState {
        self.until(|frame| match frame {
            RelayToCustomer::Prompt(state) => wanted(state).then(|| state.clone()),
            _ => None,
        })
        .await
    }

    async fn phase(&mut self, wanted: impl Fn(&Phase) -> bool) {
        self.until(|frame| match frame {
            RelayToCustomer::State(state) => wanted(&state.phase).then_some(()),
            _ => None,
        })
        .await;
    }

    async fn entry(&mut self, wanted: impl Fn(&CustomerEvent) -> bool) {
        self.until(|frame| match frame {
            RelayToCustomer::Entries { entries } | RelayToCustomer::Snapshot { entries } => {
                entries.iter().any(|entry| wanted(&entry.event)).then_some(())
            }
            _ => None,
        })
        .await;
    }
}

fn secret_of(url: &str) -> LinkSecret {
    let (_, text) = url.split_once("rejoin=").unwrap();
    LinkSecret::from_base64url(text).unwrap()
}

impl Console {
    /// The state of a conversation that this window follows.
    async fn state(&mut self, wanted: impl Fn(&wire::ConversationState) -> bool) -> wire::ConversationState {
        self.until(|frame| match frame {
            RelayToConsole::Conversation(state) => wanted(state).then(|| state.clone()),
            _ => None,
        })
        .await
    }

    /// Waits until the agent's units are taken because of this and nothing else, and says until when.
    async fn units(&mut self, cause: Option<LedgerCause>) -> Option<Timestamp> {
        self.until(|frame| match frame {
            RelayToConsole::Desk(desk) => match (desk.ledger.as_slice(), cause) {
                ([], None) => Some(None),
                ([line], Some(cause)) if line.cause == cause => Some(line.until),
                _ => None,
            },
            _ => None,
        })
        .await
    }

    async fn event(&mut self, wanted: impl Fn(&AgentsEvent) -> bool) {
        self.until(|frame| match frame {
            RelayToConsole::Entries { entries, .. } | RelayToConsole::Snapshot { entries, .. } => {
                entries.iter().any(|entry| wanted(&entry.event)).then_some(())
            }
            _ => None,
        })
        .await;
    }
}

fn is_disconnected(state: &wire::ConversationState) -> bool {
    matches!(state.card.state, CardState::WrapUp { promise_until: Some(_), .. })
}

fn is_active(state: &wire::ConversationState) -> bool {
    matches!(state.card.state, CardState::Active { .. })
}

/// Mia and Ravi talk; his window follows the conversation.
async fn talking(server: &Server, hello: Hello) -> (Customer, Console, ConversationId) {
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    let (mut mia, _) = server.greet(hello).await;
    mia.start(1, "hello canary").await;
    let conversation = ravi.offered().await;
    assert_eq!(ravi.ask(1, Request::Accept { conversation }).await, Ok(()));
    mia.phase(|phase| matches!(phase, Phase::Talking { .. })).await;
    ravi.entries(conversation, Seq::START).await;
    (mia, ravi, conversation)
}

fn seqs(entries: &[CustomerEntry]) -> Vec<u32> {
    entries.iter().map(|entry| entry.seq.0).collect()
}

fn server(place: &Place) -> Server {
    place.add_agent("ravi", "Ravi");
    place.serve()
}

#[tokio::test]
async fn a_link_brings_the_customer_back_on_another_device_and_works_again() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, conversation) = talking(&server, of("shop")).await;
    assert_eq!(ravi.ask(2, Request::OfferLink { conversation }).await, Ok(()));
    mia.entry(|event| matches!(event, CustomerEvent::LinkOffered { agent } if agent.as_str() == "Ravi")).await;
    let (url, secret) = mia.minted().await;
    assert!(url.starts_with(&format!("{SHOP}/product.html?a=1#rejoin=")), "the portal, and the secret in the fragment");
    drop(mia);
    let state = ravi.state(is_disconnected).await;
    assert!(matches!(state.card.state, CardState::WrapUp { hold_until: Some(_), .. }));

    let (mut phone, welcome) = server.greet(with_link(&secret, 9)).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Joined));
    let entries = phone.entries_until(Seq(4)).await;
    assert_eq!(seqs(&entries), [1, 2, 3, 4], "every message from the first on");
    assert!(matches!(&entries[3].event, CustomerEvent::OtherDeviceJoined));
    let state = ravi.state(is_active).await;
    assert_eq!((state.returned_by, state.signed_in), (Some(ReturnedBy::Link), false));
    // As often as needed; a further device joins beside the one that is connected, and both are told.
    let (_tablet, welcome) = server.greet(with_link(&secret, 10)).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Joined));
    phone.entry(|event| matches!(event, CustomerEvent::OtherDeviceJoined)).await;
    ravi.event(|event| matches!(event, AgentsEvent::OtherDeviceJoined { .. })).await;
    // From then on the phone's own token is enough.
    let (_, welcome) = server.greet(with_token(9)).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::NotAsked));
    // The agent's own copy.
    ravi.send(&wire::ConsoleToRelay::Ask { id: RequestId(3), request: Request::TakeLink { conversation } }).await;
    let url = ravi
        .until(|frame| match frame {
            RelayToConsole::Link { id: RequestId(3), url } => Some(url.clone()),
            _ => None,
        })
        .await;
    let (_, welcome) = server.greet(with_link(&secret_of(&url), 11)).await;
    assert_eq!(welcome.arrival, ArrivalAnswer::Joined);
    for line in [
        r#"rejoin_returns_total{kind="link"} 1"#,
        r#"rejoin_holds_ended_total{kind="customer-returned"} 1"#,
        r#"rejoin_conversation_facts_total{kind="link-minted"} 2"#,
        r#"rejoin_customer_losses_total{kind="gone"} "#,
    ] {
        assert!(server.metric(line), "{line} in\n{}", server.get("/metrics").body);
    }
}

#[tokio::test]
async fn links_and_codes_that_are_no_good_open_nothing() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, _) = talking(&server, of("shop")).await;
    let (_, secret) = mia.minted().await;
    let (first, second) = (mia.code_for(CARE).await, mia.code_for(CARE).await);
    let third = mia.code_for(CARE).await;
    let page = |site: &str| format!("{site}/index.html?x=http://shop.localhost:8081/#y");
    let mut one_off = *secret.expose();
    one_off[31] ^= 1;
    let guessed_link = LinkSecret::from_bytes(one_off);
    let guessed_code = HandoverCode::from_bytes([7; 32]);
    let code_as_link = LinkSecret::from_bytes(*first.expose());
    let link_as_code = HandoverCode::from_bytes(*secret.expose());
    let token_as_link = LinkSecret::from_bytes(*token(1).expose());
    let foreign = Hello { widget: "help".parse().unwrap(), ..with_link(&secret, 20) };
    let foreign_code =
        Hello { widget: "help".parse().unwrap(), ..with_code(&second, 21, &page("http://help.localhost:8081")) };
    let cases = [
        ("a guessed link", with_link(&guessed_link, 20)),
        ("a link of zeros", with_link(&LinkSecret::from_bytes([0; 32]), 20)),
        ("a hand-over code as a link", with_link(&code_as_link, 20)),
        ("a token as a link", with_link(&token_as_link, 20)),
        ("a link at another widget", foreign),
        ("a guessed code", with_code(&guessed_code, 21, &page(CARE))),
        ("a link as a code", with_code(&link_as_code, 21, &page(CARE))),
        ("a code on the site that it came from", with_code(&first, 21, &page(SHOP))),
        ("the same code where it was for", with_code(&first, 21, &page(CARE))),
        ("a code at another widget", foreign_code),
        ("the same code at its own", with_code(&second, 21, &page(CARE))),
        ("a code on no page", Hello { page: None, ..with_code(&third, 21, &page(CARE)) }),
    ];
    for (name, hello) in cases {
        let (mut stranger, welcome) = server.greet(hello).await;
        assert_eq!((welcome.resume, welcome.arrival), (CanResume::NotAsked, ArrivalAnswer::Dead), "{name}");
        stranger.say(30, "into nothing").await;
        let refused = stranger
            .until(|frame| match frame {
                RelayToCustomer::NotAccepted { refusal, .. } => Some(refusal.code.as_str()),
                _ => None,
            })
            .await;
        assert_eq!(refused, "no-conversation", "{name}");
    }
    // The tokens that came along open nothing either.
    for number in [20, 21] {
        assert_eq!(server.greet(with_token(number)).await.1.resume, CanResume::Expired);
    }
    // A dead link in a browser with a living conversation is told, and that one goes on.
    let (_, welcome) = server.greet(Hello { resume: with_token(1).resume, ..with_link(&guessed_link, 22) }).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Dead));
    assert_eq!(welcome.redirect.as_ref().map(wire::WebUrl::as_str), Some(LATE));
    // Truncated, longer, spelled otherwise: no frame at all.
    let link = secret.to_base64url();
    let good_token = token(23).to_base64url();
    for bad in [&link[..42], &format!("{link}A"), &format!("{link}="), &link.replace(['-', '_', 'A'], "+"), "", "../x"]
    {
        if bad == link {
            continue;
        }
        let mut socket = server.socket("/v1/customer", Encoding::Json, None).await.unwrap();
        let arrival = json!({"Link": {"secret": bad, "token": good_token}});
        let hello =
            json!({"Hello": {"widget": "shop", "resume": null, "page": null, "arrival": arrival, "sign_in": null}});
        let message = tokio_tungstenite::tungstenite::Message::text(hello.to_string());
        futures_util::SinkExt::send(&mut socket, message).await.unwrap();
        assert_eq!(crate::support::closed(&mut socket).await, Some(4000), "{bad:?}");
    }
    // Sites that are not the widget's get no code.
    for site in ["https://evil.example", "", "http://care.localhost:8081/", "http://help.localhost:8081"] {
        mia.send(&CustomerToRelay::MintHandover { site: site.to_owned() }).await;
        assert_eq!(mia.refused().await, "not-allowed", "{site:?}");
    }
    let (mut nobody, _) = server.greet(of("shop")).await;
    nobody.send(&CustomerToRelay::MintHandover { site: CARE.to_owned() }).await;
    assert_eq!(nobody.refused().await, "no-conversation");
    nobody.send(&CustomerToRelay::MintLink).await;
    assert_eq!(nobody.refused().await, "no-conversation");
    // After the end a link is dead, and the browser is told where to go.
    mia.send(&CustomerToRelay::End).await;
    ravi.state(|state| matches!(state.card.state, CardState::WrapUp { .. })).await;
    let (_, welcome) = server.greet(with_link(&secret, 24)).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::NotAsked, ArrivalAnswer::Dead));
    assert_eq!(welcome.redirect.as_ref().map(wire::WebUrl::as_str), Some(LATE));
    assert!(server.metric(r#"rejoin_dead_links_total{kind="redirected"}"#));
    let body = server.get("/metrics").body;
    assert!(!body.contains(&link), "{body}");
}

#[tokio::test]
async fn a_code_takes_the_conversation_to_the_other_site_once() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, _) = talking(&server, of("shop")).await;
    let code = mia.code_for(CARE).await;
    let (mut care, welcome) = server.greet(with_code(&code, 5, &format!("{CARE}/index.html"))).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Joined));
    assert_eq!(welcome.sites, [SHOP, CARE]);
    assert_eq!(seqs(&care.entries_until(Seq(3)).await), [1, 2, 3]);
    care.say(6, "from the other site").await;
    ravi.event(|event| matches!(event, AgentsEvent::Message { .. })).await;
    let (_, welcome) = server.greet(with_code(&code, 6, &format!("{CARE}/index.html"))).await;
    assert_eq!(welcome.arrival, ArrivalAnswer::Dead, "once");
    // A lost code costs nothing: a fresh one is there.
    let code = care.code_for(SHOP).await;
    let (_, welcome) = server.greet(with_code(&code, 7, &format!("{SHOP}/"))).await;
    assert_eq!(welcome.arrival, ArrivalAnswer::Joined);
}

#[tokio::test]
async fn the_prompt_shows_the_hold_and_one_press_decides() {
    let place = Place::with(&settings("", "prompt_anonymous = true"));
    let server = server(&place);
    let (mia, mut ravi, conversation) = talking(&server, of("shop")).await;
    drop(mia);
    ravi.state(is_disconnected).await;
    let (mut back, welcome) = server.greet(with_token(1)).await;
    assert_eq!(welcome.resume, CanResume::Prompt);
    let state = back.prompt(|state| state.hold_until.is_some()).await;
    assert_eq!(state.agent.map(|agent| agent.name.as_str().to_owned()), Some("Ravi".to_owned()));
    assert!(state.until > state.hold_until && !state.is_elsewhere && state.may_extend);
    back.send(&CustomerToRelay::Extend).await;
    back.prompt(|later| later.until == state.until.map(|until| until + model::Millis::minutes(2))).await;
    // Nothing of the conversation is shown before the press.
    back.send(&CustomerToRelay::Fetch { after: Seq::START }).await;
    assert_eq!(back.refused().await, "no-conversation");
    // The prompt changes at once when the hold is released.
    assert_eq!(ravi.ask(5, Request::ReleaseHold { conversation }).await, Ok(()));
    back.prompt(|state| state.hold_until.is_none()).await;
    back.send(&CustomerToRelay::Continue { token: token(1) }).await;
    assert_eq!(back.welcome().await.resume, CanResume::Yes);
    back.entries_until(Seq(2)).await;
    drop(back);
    // Started new from the prompt: the agent is free at once, and the conversation can't be had any more.
    let place = Place::with(&settings("", "prompt_anonymous = true"));
    let server = self::server(&place);
    let (mia, mut ravi, _) = talking(&server, of("shop")).await;
    drop(mia);
    ravi.state(is_disconnected).await;
    let (mut back, welcome) = server.greet(with_token(1)).await;
    assert_eq!(welcome.resume, CanResume::Prompt);
    let (mut other, welcome) = server.greet(with_token(1)).await;
    assert_eq!(welcome.resume, CanResume::Prompt, "in a second tab too");
    back.send(&CustomerToRelay::StartNew).await;
    back.until(|frame| matches!(frame, RelayToCustomer::Left).then_some(())).await;
    other.until(|frame| matches!(frame, RelayToCustomer::PromptOver).then_some(())).await;
    ravi.units(None).await;
    back.send(&CustomerToRelay::Start {
        key: crate::support::key(2),
        token: token(2),
        text: crate::support::text("anew"),
        name: None,
    })
    .await;
    back.until(|frame| matches!(frame, RelayToCustomer::Started { .. }).then_some(())).await;
    assert!(server.metric(r#"rejoin_promises_ended_total{kind="started-new"} 1"#));
}

#[tokio::test]
async fn a_link_that_meets_another_conversation_asks_which() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, first) = talking(&server, of("shop")).await;
    let (_, secret) = mia.minted().await;
    let (mut other, _) = server.greet(of("shop")).await;
    let (key, words) = (crate::support::key(50), crate::support::text("another question"));
    other.send(&CustomerToRelay::Start { key, token: token(2), text: words, name: None }).await;
    let second = ravi.offered().await;
    assert_ne!(first, second);
    // The link waits, and as long as it does all goes on as it was; reloading asks again.
    for _ in 0..2 {
        let (_, welcome) = server.greet(Hello { resume: with_token(2).resume, ..with_link(&secret, 3) }).await;
        assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Waits));
    }
    let (mut browser, _) = server.greet(Hello { resume: with_token(2).resume, ..with_link(&secret, 3) }).await;
    browser.send(&CustomerToRelay::GoToArrival).await;
    let welcome = browser.welcome().await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Joined));
    let entries = browser.entries_until(Seq(3)).await;
    assert_eq!(entries[0].seq, Seq(1), "from its beginning");
    // What was left is over in the other tab too.
    other.phase(|phase| matches!(phase, Phase::Ended { because: EndedBecause::CustomerEnded, .. })).await;
    browser.send(&CustomerToRelay::GoToArrival).await;
    assert_eq!(browser.refused().await, "wrong-state");
}

#[tokio::test]
async fn without_a_prompt_the_old_conversation_is_read_and_a_new_one_frees_the_agent() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mia, mut ravi, _) = talking(&server, of("shop")).await;
    drop(mia);
    ravi.state(is_disconnected).await;
    let (mut back, welcome) = server.greet(with_token(1)).await;
    assert_eq!(welcome.resume, CanResume::Yes);
    back.phase(|phase| matches!(phase, Phase::Ended { because: EndedBecause::CustomerDisconnected, .. })).await;
    back.send(&CustomerToRelay::StartNew).await;
    back.until(|frame| matches!(frame, RelayToCustomer::Left).then_some(())).await;
    ravi.units(None).await;
}

#[tokio::test]
async fn a_signed_in_customer_is_found_on_any_device_and_nobody_else_is() {
    let key = SigningKey::ed();
    let provider = KeyServer::start(Behavior::Keys(vec![key.jwk("k")]));
    let place = Place::with(&settings(&by_address(&provider), ""));
    let server = server(&place);
    let signed_in = |who: &str, hello: Hello| Hello { sign_in: Some(jwt(&key, who)), ..hello };
    let (mia, mut ravi, conversation) = talking(&server, signed_in("mia", of("shop"))).await;
    assert!(ravi.state(|state| state.signed_in).await.signed_in);
    drop(mia);
    ravi.state(is_disconnected).await;
    let stranger = SigningKey::ed();
    let forged = Jwt::new(stranger.sign("k", &claims("mia"))).unwrap();
    // The token alone, somebody else, a forged one, a widget without sign-in.
    let (_, welcome) = server.greet(with_token(1)).await;
    assert!(matches!(welcome.resume, CanResume::Unknown { .. }), "{welcome:?}");
    let (_, welcome) = server.greet(signed_in("ada", with_token(1))).await;
    assert_eq!(welcome.resume, CanResume::NotYours);
    let (_, welcome) = server.greet(signed_in("ada", of("shop"))).await;
    assert_eq!(welcome.resume, CanResume::NotAsked);
    let (_, welcome) = server.greet(Hello { sign_in: Some(forged.clone()), ..with_token(1) }).await;
    assert!(matches!((welcome.resume, welcome.sign_in), (CanResume::Unknown { .. }, SignInAnswer::Refused)));
    let (_, welcome) = server.greet(Hello { sign_in: Some(forged), ..of("shop") }).await;
    assert_eq!((welcome.resume, welcome.sign_in), (CanResume::NotAsked, SignInAnswer::Refused));
    let (_, welcome) = server.greet(signed_in("mia", of("help"))).await;
    assert_eq!((welcome.resume, welcome.sign_in), (CanResume::NotAsked, SignInAnswer::Refused));
    // She herself, on a device that has never seen the conversation.
    let (mut phone, welcome) = server.greet(signed_in("mia", of("shop"))).await;
    assert_eq!(welcome.resume, CanResume::Prompt);
    assert!(matches!(welcome.sign_in, SignInAnswer::Accepted { .. }));
    phone.prompt(|state| state.hold_until.is_some()).await;
    phone.send(&CustomerToRelay::Continue { token: token(8) }).await;
    assert_eq!(phone.welcome().await.resume, CanResume::Yes);
    assert_eq!(ravi.state(is_active).await.returned_by, Some(ReturnedBy::SignIn));
    // Signed in while connected: the answer comes, and the token of the first browser counts again.
    let (mut late, welcome) = server.greet(with_token(1)).await;
    assert!(matches!(welcome.resume, CanResume::Unknown { .. }));
    late.send(&CustomerToRelay::SignIn { jwt: jwt(&key, "mia") }).await;
    let answer = late
        .until(|frame| match frame {
            RelayToCustomer::SignIn { answer } => Some(*answer),
            _ => None,
        })
        .await;
    assert!(matches!(answer, SignInAnswer::Accepted { .. }));
    assert_eq!(late.welcome().await.resume, CanResume::Yes);
    late.entries_until(Seq(2)).await;
    assert_eq!(ravi.ask(9, Request::End { conversation }).await, Ok(()));
    for line in
        [r#"rejoin_customer_sign_ins_total{kind="accepted"} "#, r#"rejoin_customer_sign_ins_total{kind="refused"} 3"#]
    {
        assert!(server.metric(line), "{line} in\n{}", server.get("/metrics").body);
    }
}

#[tokio::test]
async fn a_key_server_that_is_down_leaves_everything_unknown() {
    let key = SigningKey::ec();
    let provider = KeyServer::start(Behavior::Down);
    let place = Place::with(&settings(&by_address(&provider), ""));
    let server = server(&place);
    let hello = Hello { sign_in: Some(jwt(&key, "mia")), ..of("shop") };
    let (_, welcome) = server.greet(hello.clone()).await;
    assert!(
        matches!((welcome.resume, welcome.sign_in), (CanResume::Unknown { .. }, SignInAnswer::Unknown)),
        "not a no"
    );
    let garbage = Hello { sign_in: Jwt::new("no.good.jwt".to_owned()), ..of("shop") };
    assert_eq!(server.greet(garbage).await.1.sign_in, SignInAnswer::Refused, "no key would make it good");
    provider.behave(Behavior::Raw("HTTP/1.1 200 OK".to_owned(), b"<html>".to_vec()));
    assert_eq!(server.greet(hello.clone()).await.1.sign_in, SignInAnswer::Unknown);
    provider.behave(Behavior::Keys(vec![key.jwk("k")]));
    let mut answer = welcome.sign_in;
    while answer == SignInAnswer::Unknown {
        answer = server.greet(hello.clone()).await.1.sign_in;
    }
    assert!(matches!(answer, SignInAnswer::Accepted { .. }));
    assert!(server.metric(r#"rejoin_customer_sign_ins_total{kind="unknown"}"#));
    assert!(provider.asked() < 10, "asked with pauses");
}

#[tokio::test]
async fn a_sign_in_that_runs_out_ends_no_connection() {
    let key = SigningKey::ed();
    let provider = KeyServer::start(Behavior::Keys(vec![key.jwk("k")]));
    // Nobody answers heartbeats here, so silence must not be found first.
    let patient =
        settings(&by_address(&provider), "").replace("disconnect_after = \"3s\"", "disconnect_after = \"3m\"");
    let place = Place::with(&patient);
    let server = server(&place);
    let mut soon = claims("mia");
    // Over in some seconds, with the leeway of a minute.
    soon["exp"] = json!(soon["exp"].as_u64().unwrap() - 3_600 - 57);
    let hello = Hello { sign_in: Jwt::new(key.sign("k", &soon)), ..of("shop") };
    let (mut mia, mut ravi, _) = talking(&server, hello.clone()).await;
    while server.greet(hello.clone()).await.1.sign_in != SignInAnswer::Refused {}
    mia.say(2, "still talking").await;
    ravi.event(|event| matches!(event, AgentsEvent::Message { .. })).await;
    let (_, welcome) = server.greet(Hello { sign_in: hello.sign_in, ..with_token(1) }).await;
    assert!(matches!(welcome.resume, CanResume::Unknown { .. }), "a new hello needs a fresh one");
    let (_, welcome) = server.greet(Hello { sign_in: Some(jwt(&key, "mia")), ..with_token(1) }).await;
    assert_eq!(welcome.resume, CanResume::Yes);
}

#[tokio::test]
async fn keys_in_files_are_read_again_with_the_settings() {
    let (old, new) = (SigningKey::ed(), SigningKey::rsa());
    let sign_in = "[widgets.sign_in]\nissuer = \"https://id.example\"\naudience = \"shop\"\nkeys = [\"id.pem\"]\n";
    let place = Place::with(&settings(sign_in, ""));
    let file = place.path().join("id.pem");
    std::fs::write(&file, old.pem()).unwrap();
    let server = place.serve();
    let answer =
        async |key: &SigningKey| server.greet(Hello { sign_in: Some(jwt(key, "mia")), ..of("shop") }).await.1.sign_in;
    assert!(matches!(answer(&old).await, SignInAnswer::Accepted { .. }));
    assert_eq!(answer(&new).await, SignInAnswer::Refused);
    std::fs::write(&file, new.pem()).unwrap();
    assert_eq!(answer(&new).await, SignInAnswer::Refused, "not before the reload");
    assert!(place.run(&["reload"], "").status.success());
    assert_eq!(answer(&old).await, SignInAnswer::Refused);
    assert!(matches!(answer(&new).await, SignInAnswer::Accepted { .. }));
}

#[tokio::test]
async fn a_killed_relay_keeps_hold_and_promise() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, conversation) = talking(&server, of("shop")).await;
    let (_, secret) = mia.minted().await;
    drop(mia);
    let promised = |state: &wire::ConversationState| match state.card.state {
        CardState::WrapUp { hold_until: Some(hold), promise_until: Some(promise), .. } => Some((hold, promise)),
        _ => None,
    };
    let before = promised(&ravi.state(|state| promised(state).is_some()).await).unwrap();
    let cookie = server.sign_in("ravi");
    server.kill();
    let server = place.serve();
    let mut ravi = server.console(&cookie).await;
    ravi.send(&wire::ConsoleToRelay::Open { conversation, after: Seq::START }).await;
    let after = promised(&ravi.state(|state| promised(state).is_some()).await).unwrap();
    assert!(after.0 >= before.0 && after.1 >= before.1, "moved by the outage, never shortened");
    assert_eq!(after.1.since(after.0), before.1.since(before.0), "both by the same");
    let (mut phone, welcome) = server.greet(with_link(&secret, 9)).await;
    assert_eq!((welcome.resume, welcome.arrival), (CanResume::Yes, ArrivalAnswer::Joined));
    phone.entries_until(Seq(2)).await;
    ravi.state(is_active).await;
}

#[tokio::test]
async fn new_settings_reach_links_and_redirects_but_no_promise() {
    let place = Place::with(&settings("", ""));
    let server = server(&place);
    let (mut mia, mut ravi, _) = talking(&server, of("shop")).await;
    let (_, secret) = mia.minted().await;
    let changed = settings("", "link_in_query = true")
        .replace("/product.html?a=1", "/back.html")
        .replace("/late.html", "/later.html")
        .replace("reconnect_time_limit = \"10m\"", "reconnect_time_limit = \"6m\"");
    std::fs::write(place.path().join("rejoin.toml"), changed).unwrap();
    assert!(place.run(&["reload"], "").status.success());
    let (url, _) = mia.minted().await;
    assert!(url.starts_with(&format!("{SHOP}/back.html?rejoin=")), "read when used");
    let (_, welcome) = server.greet(of("shop")).await;
    assert_eq!(welcome.redirect.as_ref().map(wire::WebUrl::as_str), Some(format!("{CARE}/later.html").as_str()));
    drop(mia);
    let state = ravi.state(is_disconnected).await;
    let CardState::WrapUp { since, promise_until: Some(until), .. } = state.card.state else { panic!("{state:?}") };
    assert_eq!(until.since(since), model::Millis::minutes(10), "as it was when the conversation began");
    let (_, welcome) = server.greet(with_link(&secret, 9)).await;
    assert_eq!(welcome.arrival, ArrivalAnswer::Joined, "a link that was made before");
}

#[tokio::test]
async fn no_log_has_a_secret() {
    let key = SigningKey::rsa();
    let provider = KeyServer::start(Behavior::Keys(vec![key.jwk("k")]));
    let mut place = Place::with(&settings(&by_address(&provider), ""));
    place.environment.push(("REJOIN__LOGS__LEVEL", "trace".to_owned()));
    let server = server(&place);
    let good = jwt(&key, "canary-mia");
    let (mut mia, mut ravi, conversation) = talking(&server, Hello { sign_in: Some(good.clone()), ..of("shop") }).await;
    let (url, secret) = mia.minted().await;
    ravi.send(&wire::ConsoleToRelay::Ask { id: RequestId(3), request: Request::TakeLink { conversation } }).await;
    let taken = ravi
        .until(|frame| match frame {
            RelayToConsole::Link { url, .. } => Some(url.clone()),
            _ => None,
        })
        .await;
    let code = mia.code_for(CARE).await;
    for hello in [
        with_link(&secret, 9),
        with_link(&LinkSecret::from_bytes([1; 32]), 9),
        with_code(&code, 10, &format!("{CARE}/canary-page")),
        Hello { sign_in: Some(good.clone()), ..with_token(1) },
        Hello { sign_in: Jwt::new(format!("{}canary", good.expose())), ..with_token(1) },
    ] {
        drop(server.greet(hello).await);
    }
    provider.behave(Behavior::Down);
    mia.send(&CustomerToRelay::SignIn { jwt: Jwt::new(key.sign("unknown-canary", &claims("canary"))).unwrap() }).await;
    mia.until(|frame| matches!(frame, RelayToCustomer::SignIn { .. }).then_some(())).await;
    let metrics = server.get("/metrics").body;
    server.terminate();
    let (_, log) = server.wait();
    let [head, body, signature]: [&str; 3] = good.expose().split('.').collect::<Vec<_>>().try_into().unwrap();
    let secrets = [
        "canary",
        head,
        body,
        signature,
        &url,
        &secret.to_base64url(),
        &secret_of(&taken).to_base64url(),
        &code.to_base64url(),
        &token(1).to_base64url(),
        &token(9).to_base64url(),
        "rejoin=",
    ];
    let hex = |bytes: &[u8; 32]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let raw = [hex(secret.expose()), hex(code.expose()), format!("{:?}", secret.expose())];
    for secret in secrets.into_iter().map(str::to_owned).chain(raw) {
        assert!(!log.contains(&secret) && !metrics.contains(&secret), "{secret} in {log}");
    }
}
