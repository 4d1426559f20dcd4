//! What the relay tells by itself.

use super::*;

/// What the relay tells by itself: who waits for what, who took over, and the notice; at length, and switched off.
pub(super) fn told(lang: &str) -> Vec<State> {
    let waiting = |position, wait| {
        let expected_at = START + Millis::minutes(4) + wait;
        Stage::joined(lang, &first()).state(Phase::WaitingUntil { position, closes_at: None, expected_at }, 0, false)
    };
    let notice = Trigger::MonitoringNotice.default_text(lang);
    let first_screen = || Stage::new(lang).connect(CanResume::NotAsked);
    let ana = || DisplayName::new("Ana Silva").expect("invariant: a name");
    let mut transfer = Stage::joined(lang, &conversation());
    let at = START + Millis::minutes(4);
    for event in [CustomerEvent::ColleagueLeft { agent: ravi() }, CustomerEvent::AgentJoined { agent: ana() }] {
        let seq = Seq(u32::try_from(transfer.entries.len()).unwrap_or(u32::MAX)).next();
        transfer.entries.push(CustomerEntry { seq, at, event });
    }
    let entries = transfer.entries.split_off(transfer.entries.len() - 2);
    transfer.hear(&RelayToCustomer::Entries { entries: entries.clone() });
    transfer.entries.extend(entries);
    let ana_talks = Phase::Talking { agent: AgentCard { name: ana() }, connection: AgentConnection::Connected };
    vec![
        waiting(3, Millis::minutes(7)).is("wait-minutes"),
        waiting(3, Millis::minutes(120)).is("wait-hours"),
        waiting(3, Millis::minutes(95)).is("wait-hours-minutes"),
        waiting(1, Millis::minutes(2)).beside(Trigger::AgentAsked).is("agent-asked"),
        waiting(2, Millis::minutes(9)).beside(Trigger::NobodyAvailable).is("nobody-available"),
        transfer.state(ana_talks, 5, false).is("transferred"),
        Stage::joined(lang, &conversation())
            .state(talking(), 5, false)
            .beside(Trigger::ConsultAccepted)
            .is("consulting"),
        first_screen().telling(Trigger::Greeting, None).is("greeting-is-off"),
        first_screen().telling(Trigger::MonitoringNotice, notice).is("monitored-first-screen"),
        Stage::joined(lang, &conversation())
            .telling(Trigger::MonitoringNotice, notice)
            .state(talking(), 5, false)
            .is("monitored"),
        waiting(3, Millis::minutes(7))
            .telling(Trigger::PlaceInLine, Some(&at_length("{Place}")))
            .telling(Trigger::AgentAsked, Some(&at_length("{Place}")))
            .telling(Trigger::MonitoringNotice, Some(&at_length("")))
            .beside(Trigger::AgentAsked)
            .is("told-at-length"),
        Stage::joined(lang, &conversation())
            .telling(Trigger::AgentJoined, Some(&at_length("{AgentName}")))
            .telling(Trigger::MonitoringNotice, Some(&at_length("")))
            .state(talking(), 5, false)
            .is("talking-at-length"),
        waiting(3, Millis::minutes(7))
            .telling(Trigger::PlaceInLine, None)
            .telling(Trigger::WaitMinutes, None)
            .is("place-is-off"),
        Stage::joined(lang, &conversation())
            .telling(Trigger::AgentJoined, None)
            .state(talking(), 5, false)
            .is("joined-is-off"),
    ]
}

/// As long a text as an owner may write, with a word that does not break.
fn at_length(first: &str) -> String {
    let mut text =
        [first, ": https://shop.example/a-very-long-address-that-has-no-place-to-break-and-goes-on-and-on-and-on\n"]
            .concat();
    while text.chars().count() < 1_950 {
        text.push_str("We answer in the order of arrival, and nobody loses their place. ");
    }
    text
}
