//! Coming back after a disconnect, with real sockets: by link, at the prompt, by sign-in, from another site; and what is answered to
//! links, codes and JWTs that are no good.

mod identity;
mod lasting;
mod links;
mod prompt;

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
