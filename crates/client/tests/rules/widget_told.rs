//! What the chat tells by itself, and what the page says about its customer.

use client::customer::{Event, HostState, Init};
use model::{Context, ContextValue, ContextVariable, SendKey};
use wire::{AutomatedText, CanResume, CustomerToRelay, RelayToCustomer};

use crate::stand::*;

fn texts(all: &[(&str, &str)]) -> RelayToCustomer {
    let text = |(trigger, text): &(&str, &str)| AutomatedText { trigger: (*trigger).into(), text: (*text).into() };
    RelayToCustomer::Texts { texts: all.iter().map(text).collect() }
}

fn beside(version: u64, trigger: Option<&str>) -> RelayToCustomer {
    RelayToCustomer::Beside { version, trigger: trigger.map(str::to_owned) }
}

fn context(plan: &str) -> Context {
    let value = ContextValue::Text(plan.to_owned());
    Context::new(vec![ContextVariable { name: "plan".to_owned(), value }]).unwrap()
}

fn speaking() -> Init {
    Init { language: Some("de-AT".to_owned()), open: true, ..usual() }
}

#[test]
fn language_and_context_go_along_with_hello_and_start() {
    let mut widget = Widget::new();
    widget.at(0, init(speaking()), &[Did::Dial(1)]);
    widget.at(1, Event::Context { context: context("silver") }, &[]);
    let Did::Send(CustomerToRelay::HelloWith { hello: plain, .. }) = hello(None) else { panic!() };
    let language = Some("de-AT".to_owned());
    widget.at(
        5,
        socket_opened(1),
        &[Did::Send(CustomerToRelay::HelloWith { hello: plain, language: language.clone() })],
    );
    widget.hears(6, welcome(6, CanResume::NotAsked), &[]);
    // What was said last counts.
    widget.at(7, Event::Context { context: context("gold") }, &[]);
    widget.give(10, submit(1, "hello"));
    let Did::Send(CustomerToRelay::StartAnswered { key, token, text, name, answers, .. }) = start(1, 1, "hello") else {
        panic!()
    };
    let start = CustomerToRelay::StartAnswered { key, token, text, name, language, context: context("gold"), answers };
    widget.at(20, host_says(Some(1)), &[Did::Start, Did::Send(start)]);
    // Of a conversation that exists it changes nothing.
    widget.hears(30, started(1, 1), &[Did::NoStart, Did::Outbox(0)]);
    widget.at(31, Event::Context { context: context("lead") }, &[]);
    let said = widget.give(32, submit(2, "again"));
    assert!(matches!(said.last(), Some(Did::Send(CustomerToRelay::Say { key: SendKey([2, ..]), .. }))), "{said:?}");
}

#[test]
fn texts_are_whole_values_and_what_holds_is_of_the_present_connection() {
    let mut widget = Widget::new();
    widget.at(0, init(Init { token: Some(token(1)), ..speaking() }), &[Did::Dial(1), Did::Host(HostState::Connecting)]);
    widget.welcomed(5, CanResume::Yes);
    widget.hears(
        6,
        texts(&[("agent-joined", "{AgentName}!"), ("agent-asked", "One moment"), ("yet-unknown", "?")]),
        &[],
    );
    widget.hears(7, state(1, waiting_phase(1), 0), &[Did::Host(HostState::Waiting)]);
    assert_eq!(widget.machine.text("agent-joined"), Some("{AgentName}!"));
    assert_eq!(widget.machine.text("agent-left"), None, "it is off");
    assert_eq!(widget.machine.beside(), None);
    widget.hears(8, beside(2, Some("agent-asked")), &[]);
    assert_eq!(widget.machine.beside(), Some("One moment"));
    // Switched off while it holds.
    widget.hears(9, texts(&[("agent-joined", "{AgentName}")]), &[]);
    assert_eq!((widget.machine.text("agent-joined"), widget.machine.beside()), (Some("{AgentName}"), None));
    widget.hears(10, texts(&[("agent-asked", "Soon")]), &[]);
    assert_eq!(widget.machine.beside(), Some("Soon"));
    // After a loss only the relay knows.
    widget.give(11, socket_closed(1, 1006));
    assert_eq!((widget.machine.beside(), widget.machine.text("agent-asked")), (None, Some("Soon")));
}
