//! Custom presences on a timeline, and in which presence people begin.

use std::collections::BTreeMap;

use model::{Presence, PresenceChoice, PresenceId};
use rejoin_desk::{AgentRequest, Configuration, Input};

use crate::stage::{STREAM, Stage};
use crate::words::called;

/// The custom presences that timelines speak of, in the order of their ids.
const CUSTOM: [&str; 3] = ["training", "phone", "lunch"];

const PRESENCES: [Presence; 6] = [
    Presence::Available,
    Presence::Busy,
    Presence::DoNotDisturb,
    Presence::Away,
    Presence::Offline,
    Presence::Inactive,
];

pub(crate) fn custom_name(presence: PresenceId) -> &'static str {
    let index = usize::try_from(presence.as_u128()).unwrap_or_default().wrapping_sub(1);
    CUSTOM.get(index).copied().unwrap_or("unknown")
}

fn custom(name: &str) -> Option<PresenceId> {
    let index = CUSTOM.iter().position(|known| *known == name)?;
    Some(PresenceId::from_u128(1 + index as u128))
}

fn base(name: &str) -> Option<Presence> {
    PRESENCES.into_iter().find(|presence| called(*presence) == name)
}

/// `available`, `training`, or `automatic`.
pub(crate) fn choice(name: &str) -> Option<Option<PresenceChoice>> {
    let chosen = base(name).map(PresenceChoice::Base).or_else(|| custom(name).map(PresenceChoice::Custom));
    (chosen.is_some() || name == "automatic").then_some(chosen)
}

/// What an agent asks for who chooses it.
pub(crate) fn chooses(choice: Option<PresenceChoice>) -> AgentRequest {
    match choice {
        None => AgentRequest::SetPresence(None),
        Some(PresenceChoice::Base(presence)) => AgentRequest::SetPresence(Some(presence)),
        Some(PresenceChoice::Custom(presence)) => AgentRequest::SetCustomPresence(presence),
    }
}

impl Stage {
    /// Settings about presences, and about how the workstream distributes.
    pub(crate) fn set_presences(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "custom presences" => {
                let mut presences = BTreeMap::new();
                for one in value.split(", ").filter(|one| *one != "none") {
                    let (name, on) = one.split_once(" on ")?;
                    presences.insert(custom(name)?, base(on)?);
                }
                self.tell(Input::Configure(Configuration::Presences(presences)));
                return Some(());
            }
            "begins in" => {
                let (agent, presence) = value.split_once(' ')?;
                let agent = *self.agents.get(agent)?;
                self.tell(Input::Configure(Configuration::DefaultPresence(agent, choice(presence)?)));
                return Some(());
            }
            "allowed too" => self.more.presences = value.split(", ").map(custom).collect::<Option<_>>()?,
            "previous agent" => self.more.previous_agent_first = value == "first",
            _ => return None,
        }
        self.tell(Input::Configure(Configuration::Distribution(STREAM, self.more.clone())));
        Some(())
    }
}
