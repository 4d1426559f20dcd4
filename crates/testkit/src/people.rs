//! Who there is: names, ids and rules.

use desk::Configuration;
use model::{
    AgentId, AgentRules, AssignmentMethod, DisplayName, Millis, QueueId, QueueRules, Role, Slug, Units, WidgetId,
    WidgetRules, WorkstreamId, WorkstreamRules,
};

pub(crate) const QUEUE: QueueId = QueueId::from_u128(0x9e1);
pub(crate) const WORKSTREAM: WorkstreamId = WorkstreamId::from_u128(0x9e2);
pub(crate) const WIDGET: WidgetId = WidgetId::from_u128(0x9e3);

/// The agents, in the order of their ids.
pub(crate) const AGENTS: [&str; 3] = ["ravi", "sofia", "maya"];

pub(crate) fn agent_id(name: &str) -> AgentId {
    let index = AGENTS.iter().position(|known| *known == name).unwrap_or_else(|| panic!("no agent is called {name}"));
    AgentId::from_u128(0xa0 + index as u128)
}

pub(crate) fn agent_name(id: AgentId) -> Option<DisplayName> {
    let index = usize::try_from(id.as_u128().checked_sub(0xa0)?).ok()?;
    let name = AGENTS.get(index)?;
    let (first, rest) = name.split_at(1);
    DisplayName::new(&format!("{}{rest}", first.to_uppercase())).ok()
}

pub(crate) fn widget_slug() -> Slug {
    "shop".parse().expect("invariant: a slug")
}

/// The rules of a world.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) disconnect_after: Millis,
    pub(crate) capacity: Units,
}

impl Default for Rules {
    fn default() -> Self {
        Self { disconnect_after: Millis::minutes(3), capacity: Units(3) }
    }
}

impl Rules {
    pub(crate) fn configurations(&self) -> Vec<Configuration> {
        let mut all = vec![
            Configuration::Queue(QUEUE, QueueRules { assignment: AssignmentMethod::HighestCapacity }),
            Configuration::Workstream(WORKSTREAM, WorkstreamRules::for_queue(QUEUE)),
            Configuration::Widget(
                WIDGET,
                WidgetRules { disconnect_after: self.disconnect_after, ..WidgetRules::for_workstream(WORKSTREAM) },
            ),
        ];
        let agent = || AgentRules { enabled: true, role: Role::Agent, capacity: self.capacity, queues: vec![QUEUE] };
        all.extend(AGENTS.iter().map(|name| Configuration::Agent(agent_id(name), agent())));
        all
    }
}

/// Names alone, for the checks.
pub(crate) struct Registry;

impl gate::Names for Registry {
    fn agent(&self, agent: AgentId) -> Option<DisplayName> {
        agent_name(agent)
    }

    fn queue(&self, _queue: QueueId) -> Option<String> {
        None
    }

    fn customer(&self, _conversation: model::ConversationId) -> Option<DisplayName> {
        None
    }

    fn last_words(&self, _conversation: model::ConversationId) -> Option<String> {
        None
    }

    fn page(&self, _conversation: model::ConversationId) -> Option<model::PageAddress> {
        None
    }
}
