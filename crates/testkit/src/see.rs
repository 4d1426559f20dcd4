//! What people see, and whether the world is at rest.

use client::customer::Screen;
use client::{Connection, SendState, StopReason};
use model::Millis;
use wire::{AgentsEvent, CustomerEvent, Speaker};

use crate::act::person;
use crate::world::World;

impl World {
    /// Waits until nothing is under way: everybody who wants a connection has one, no words wait, the relay can write.
    ///
    /// # Panics
    /// After three minutes.
    pub fn settle(&mut self) {
        let mut calm = 0;
        for _ in 0..1_800 {
            self.passes(Millis(100));
            calm = if self.unrest().is_none() { calm + 1 } else { 0 };
            // Longer than the slowest frame and its answer are under way; a timer may have fired just now.
            if calm >= 15 && self.wires.values().all(crate::network::Wire::is_idle) {
                return;
            }
        }
        panic!("no rest after three minutes: {}", self.unrest().unwrap_or_default());
    }

    /// What is still under way, if anything.
    #[must_use]
    pub fn unrest(&self) -> Option<String> {
        match &self.house {
            None => return Some("the relay is away".to_owned()),
            Some(house) if house.is_read_only() => return Some("the relay can't write".to_owned()),
            Some(_) => {}
        }
        for (name, tab) in &self.tabs {
            let Some(machine) = &tab.machine else { continue };
            if !rests(machine.connection()) {
                return Some(format!("{name} is {:?}", machine.connection()));
            }
            // Words wait for whoever has to choose first, and while nobody can say whose the conversation is.
            let may_wait = matches!(machine.screen(), Screen::Prompt { .. } | Screen::Resuming);
            if !may_wait && machine.unsent().iter().any(|unsent| waits(&unsent.state)) {
                return Some(format!(
                    "{name} {:?} {:?} has unsent words: {:?}",
                    machine.screen(),
                    machine.connection(),
                    machine.unsent()
                ));
            }
        }
        for (name, window) in &self.windows {
            let Some(machine) = &window.machine else { continue };
            if !rests(machine.connection()) {
                return Some(format!("{name} is {:?}", machine.connection()));
            }
            let opened = self.conversations().into_iter().filter_map(|id| machine.opened(id));
            for opened in opened {
                // What was sent just before somebody else got the conversation is never shown here.
                let rests = |state: &SendState| opened.is_gone() && matches!(state, SendState::Sent { .. });
                if opened.unsent().iter().any(|unsent| waits(&unsent.state) && !rests(&unsent.state)) {
                    return Some(format!("{name} has unsent words: {:?}", opened.unsent()));
                }
            }
        }
        None
    }

    /// What the tab's transcript shows, one line per entry, then the words that are not sent.
    #[must_use]
    pub fn shown(&self, name: &str) -> Vec<String> {
        let Some(machine) = self.tabs.get(name).and_then(|tab| tab.machine.as_ref()) else { return Vec::new() };
        let entries = machine.entries().iter().map(|entry| match &entry.event {
            CustomerEvent::Mine { text, .. } => format!("{}: {}", person(name), text.as_str()),
            CustomerEvent::Theirs { agent, text } => format!("{}: {}", agent.as_str(), text.as_str()),
            CustomerEvent::AgentJoined { agent } => format!("{} joined", agent.as_str()),
            CustomerEvent::AgentLeft { agent } => format!("{} left", agent.as_str()),
            CustomerEvent::EndedByAgent { agent } => format!("{} ended it", agent.as_str()),
            CustomerEvent::EndedByCustomer => "you ended it".to_owned(),
            CustomerEvent::Closed { reason } => format!("closed: {reason:?}"),
            CustomerEvent::LinkOffered { agent } => format!("{} offered a link", agent.as_str()),
            CustomerEvent::ColleagueJoined { agent } => format!("{} joined", agent.as_str()),
            CustomerEvent::ColleagueLeft { agent } => format!("{} left", agent.as_str()),
            CustomerEvent::OtherDeviceJoined => "another device joined".to_owned(),
        });
        let unsent = machine.unsent().iter().map(|unsent| format!("unsent: {}", unsent.text.as_str()));
        entries.chain(unsent).collect()
    }

    /// What the console's transcript of the conversation looked at shows, one line per entry.
    #[must_use]
    pub fn transcript(&self, name: &str) -> Vec<String> {
        let machine = self.windows.get(name).and_then(|window| window.machine.as_ref());
        let opened = machine.and_then(|machine| machine.opened(machine.focused()?));
        let Some(opened) = opened else { return Vec::new() };
        let called = |speaker: &Speaker| match speaker {
            Speaker::Customer => "customer".to_owned(),
            Speaker::Agent { name, .. } => name.as_str().to_owned(),
        };
        let line = |event: &AgentsEvent| match event {
            AgentsEvent::Message { from, text, .. } => format!("{}: {}", called(from), text.as_str()),
            AgentsEvent::Internal { from, text, .. } => format!("{} (internal): {}", called(from), text.as_str()),
            AgentsEvent::Joined { who, .. } => format!("{} joined", called(who)),
            AgentsEvent::CustomerAway { .. } => "the customer may be away".to_owned(),
            AgentsEvent::CustomerBack => "the customer is back".to_owned(),
            AgentsEvent::CustomerDisconnected => "the customer has disconnected".to_owned(),
            AgentsEvent::CustomerReturned { how } => format!("the customer came back: {how:?}"),
            AgentsEvent::HoldEnded { why } => format!("hold over: {why:?}"),
            AgentsEvent::PromiseEnded { why } => format!("promise over: {why:?}"),
            AgentsEvent::OtherDeviceJoined { how } => format!("another device joined: {how:?}"),
            AgentsEvent::Started
            | AgentsEvent::LimitExtended
            | AgentsEvent::LinkOffered { .. }
            | AgentsEvent::LinkTaken { .. }
            | AgentsEvent::SignedIn
            | AgentsEvent::Offered { .. }
            | AgentsEvent::OfferDeclined { .. }
            | AgentsEvent::OfferMissed { .. }
            | AgentsEvent::OfferWithdrawn { .. }
            | AgentsEvent::EndedByAgent { .. }
            | AgentsEvent::EndedByCustomer
            | AgentsEvent::SessionEnded { .. }
            | AgentsEvent::Requeued
            | AgentsEvent::StillWaiting
            | AgentsEvent::Invited { .. }
            | AgentsEvent::InvitationEnded { .. }
            | AgentsEvent::ConsultBegan { .. }
            | AgentsEvent::LetIn { .. }
            | AgentsEvent::ConsultEnded { .. }
            | AgentsEvent::SentToQueue { .. }
            | AgentsEvent::MonitoringBegan { .. }
            | AgentsEvent::MonitoringEnded { .. }
            | AgentsEvent::SupervisorJoined { .. }
            | AgentsEvent::Assigned { .. }
            | AgentsEvent::ForceClosed { .. }
            | AgentsEvent::Overflowed { .. }
            | AgentsEvent::Closed { .. } => format!("{event:?}").chars().take_while(|c| c.is_alphabetic()).collect(),
        };
        opened.entries().iter().map(|entry| line(&entry.event)).collect()
    }

    /// The badge on the launcher.
    #[must_use]
    pub fn badge(&self, name: &str) -> u32 {
        self.tabs.get(name).map_or(0, |tab| tab.badge)
    }

    /// The widget of a tab.
    ///
    /// # Panics
    /// Where the tab shows no page.
    #[must_use]
    pub fn widget(&self, name: &str) -> &client::customer::Customer {
        let machine = self.tabs.get(name).and_then(|tab| tab.machine.as_ref());
        machine.unwrap_or_else(|| panic!("{name} shows no page"))
    }

    /// The console of a window.
    ///
    /// # Panics
    /// Where the window is not open.
    #[must_use]
    pub fn console(&self, name: &str) -> &client::agent::Console {
        let machine = self.windows.get(name).and_then(|window| window.machine.as_ref());
        machine.unwrap_or_else(|| panic!("{name} has no console open"))
    }
}

fn rests(connection: Connection) -> bool {
    match connection {
        Connection::Idle | Connection::Connected | Connection::Parked => true,
        Connection::Stopped(reason) => {
            matches!(reason, StopReason::TooManyConnections | StopReason::SignedOut)
        }
        Connection::Connecting | Connection::Reconnecting { .. } => false,
    }
}

pub(crate) fn waits(state: &SendState) -> bool {
    match state {
        SendState::WaitingToSend | SendState::Sending | SendState::Delayed { .. } | SendState::Sent { .. } => true,
        SendState::Failed { .. } => false,
    }
}
