//! What a console is shown: a conversation's agents' sequence and what the page says about its customer, the floor, that somebody writes.

use desk::{Action, check};
use model::{Role, SendKey, Seq};
use serde_json::Value;
use wire::{AgentsEvent, ConsoleToRelay, CustomerToRelay, RelayToCustomer};

use super::CANARY;
use super::cells::{Is, Where, code};
use super::house::House;
use super::window::Asked;
use crate::support::text;

/// What only colleagues read.
const WHISPER: &str = "between-colleagues-of-this-conversation";

impl House {
    /// Opens a conversation and watches the floor as Dana, and says to the customer that she writes.
    pub(super) async fn show(&mut self, role: Role, is: Is) -> usize {
        let (mut customer, conversation) = self.arrange(role, is).await;
        self.another_window(role, is).await;
        let (rights, relations) = (self.rights, is.relations());
        let may = |action: Action| check(action, role, rights, &relations).map_err(|reason| code(reason).to_owned());
        let colleague = if is.serves() { None } else { Some(&mut self.pia) };
        if let Some(pia) = colleague.filter(|_| is.stage() == Where::Active) {
            let key = SendKey(conversation.as_u128().to_be_bytes());
            pia.asks(Asked::Quiet(ConsoleToRelay::SayInternal { conversation, key, text: text(WHISPER) }))
                .await
                .unwrap();
        }
        let who = format!("{role:?} who is {is:?}");
        let dana = self.dana(role, is);
        let opened = dana.asks(Asked::Quiet(ConsoleToRelay::Open { conversation, after: Seq::START })).await;
        assert_eq!(opened, may(Action::Read), "{who} opens it");
        if opened.is_ok() {
            let is_whole = |sees: &super::window::Seen| {
                let last = sees.entries.get(&conversation).and_then(|entries| entries.last());
                let head = sees.heads.get(&conversation);
                last.map(|entry| &entry.seq) == head && head.is_some() && sees.parts.contains(&conversation)
            };
            dana.until("the whole of an opened conversation", is_whole).await;
        }
        let floor = dana.asks(Asked::Quiet(ConsoleToRelay::WatchFloor)).await;
        assert_eq!(floor, may(Action::WatchFloor), "{who} watches the floor");
        if floor.is_ok() {
            let is_shown =
                |sees: &super::window::Seen| sees.floor.as_ref().is_some_and(|floor| floor.contains_key(&conversation));
            dana.until("the conversation on the floor", is_shown).await;
        }
        let sees = dana.sees.borrow().clone();
        let entries = sees.entries.get(&conversation).map_or(&[][..], Vec::as_slice);
        assert_eq!(sees.floor.is_some(), floor.is_ok(), "{who} and the floor");
        assert_eq!(sees.claims.contains_key(&conversation), opened.is_ok(), "{who} and the claims");
        assert_eq!(sees.parts.contains(&conversation), opened.is_ok(), "{who} and the parts");
        assert_eq!(sees.heads.contains_key(&conversation), opened.is_ok(), "{who} and the state");
        // From the first entry on, whoever was let in when.
        assert!(entries.iter().zip(1..).all(|(entry, seq)| entry.seq == Seq(seq)), "{who} reads all in order");
        assert_eq!(entries.first().is_some_and(|entry| entry.event == AgentsEvent::Started), opened.is_ok(), "{who}");
        let has = |canary: &str| sees.raw.windows(canary.len()).any(|bytes| bytes == canary.as_bytes());
        assert_eq!(has(CANARY), opened.is_ok(), "{who} and what the page says");
        let is_whispered = !is.serves() && is.stage() == Where::Active;
        assert_eq!(has(WHISPER), opened.is_ok() && is_whispered, "{who} and what colleagues say");
        let mut looked_at = 6;
        if let Some(customer) = customer.as_mut().filter(|_| is.stage() == Where::Active) {
            let is_accepted = |frame: &RelayToCustomer| matches!(frame, RelayToCustomer::Accepted { .. }).then_some(());
            let shown = |frame: &RelayToCustomer| match frame {
                RelayToCustomer::State(state) => Some(state.agent_typing),
                _ => None,
            };
            let cookie = dana.cookie.clone();
            for (number, by_socket) in [(7, true), (8, false)] {
                if by_socket {
                    let typing = ConsoleToRelay::Typing { conversation };
                    self.dana(role, is).asks(Asked::Quiet(typing)).await.unwrap();
                } else {
                    let path = format!("/api/conversations/{conversation}/typing");
                    self.server.call(&cookie, "POST", &path, &Value::Null);
                }
                let key = SendKey([number; 16]);
                customer.send(&CustomerToRelay::Say { key, text: text("Still there?") }).await;
                customer.until(is_accepted).await;
                let is_shown = may(Action::Say).is_ok();
                assert_eq!(customer.until(shown).await, is_shown, "{who} writes, by socket: {by_socket}");
                if is_shown {
                    // Words end it.
                    let internal = false;
                    self.dana(role, is).asks(Asked::Say { conversation, internal }).await.unwrap();
                    while customer.until(shown).await {}
                }
                looked_at += 1;
            }
        }
        self.clear(conversation).await;
        looked_at
    }
}
