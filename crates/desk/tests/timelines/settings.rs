//! Settings of a timeline, and what an admin changes while it plays.

use model::{
    AgentId, AgentRules, AssignmentMethod, Millis, Presence, QueueRules, ReconnectRules, Role, Units, WorkMode,
    WrapUpRule,
};
use rejoin_desk::{Configuration, Input};

use crate::stage::{QUEUE, STREAM, Stage, WIDGET};

impl Stage {
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Option<()> {
        if name == "agents" {
            for agent in value.split(", ") {
                let (name, units) = agent.split_once(' ')?;
                let id = AgentId::from_u128(1 + self.agents.len() as u128);
                self.agents.insert(name.to_owned(), id);
                self.names.agents.insert(id, name.to_owned());
                self.give(id, Units(units.parse().ok()?), true);
            }
            return Some(());
        }
        let (stream, widget) = self.rules.as_mut()?;
        match (name, value) {
            ("wrap-up", "always") => stream.wrap_up = WrapUpRule::Always,
            ("wrap-up", "never") => stream.wrap_up = WrapUpRule::Never,
            ("wrap-up", time) => stream.wrap_up = WrapUpRule::For(span(time)?),
            ("mode", "pick") => stream.mode = WorkMode::Pick,
            ("cost", units) => stream.cost = Units(units.parse().ok()?),
            ("allowed", "available") => stream.allowed_presences = vec![Presence::Available],
            ("disconnect after", time) => widget.disconnect_after = span(time)?,
            ("reconnect", rules) => widget.reconnect = Some(reconnect(rules)?),
            ("portal", "yes") => widget.has_portal = true,
            ("prompt anonymous", "yes") => widget.prompts_anonymous = true,
            ("assignment", "round robin") => {
                let rules = QueueRules { assignment: AssignmentMethod::RoundRobin };
                self.tell(Input::Configure(Configuration::Queue(QUEUE, rules)));
            }
            _ => return None,
        }
        self.configure();
        Some(())
    }

    pub(crate) fn configure(&mut self) {
        let (stream, widget) = self.rules.clone().unwrap();
        self.tell(Input::Configure(Configuration::Workstream(STREAM, stream)));
        self.tell(Input::Configure(Configuration::Widget(WIDGET, widget)));
    }

    fn give(&mut self, agent: AgentId, capacity: Units, enabled: bool) {
        self.capacities.insert(agent, capacity);
        let rules = AgentRules { enabled, role: Role::Agent, capacity, queues: vec![QUEUE] };
        self.tell(Input::Configure(Configuration::Agent(agent, rules)));
    }

    pub(crate) fn admin_acts(&mut self, what: &str) -> Option<()> {
        if let Some(change) = what.strip_prefix("sets reconnect to ") {
            self.rules.as_mut()?.1.reconnect = if change == "off" { None } else { Some(reconnect(change)?) };
            self.configure();
            return Some(());
        }
        let words: Vec<&str> = what.split(' ').collect();
        let agent = *self.agents.get(words.get(1).copied()?)?;
        let capacity = self.capacities[&agent];
        match words.as_slice() {
            ["disables", _] => self.give(agent, capacity, false),
            ["enables", _] => self.give(agent, capacity, true),
            ["gives", _, units, ..] => self.give(agent, Units(units.parse().ok()?), true),
            _ => return None,
        }
        Some(())
    }
}

/// `20 s`, `5 min`, `2 h`.
pub(crate) fn span(text: &str) -> Option<Millis> {
    let (number, unit) = text.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "s" => Some(Millis::seconds(number)),
        "min" => Some(Millis::minutes(number)),
        "h" => Some(Millis::hours(number)),
        _ => None,
    }
}

/// `hold 10 min, limit 30 min`.
fn reconnect(text: &str) -> Option<ReconnectRules> {
    let (hold, limit) = text.strip_prefix("hold ")?.split_once(", limit ")?;
    let hold_for = if hold == "none" { Millis::ZERO } else { span(hold)? };
    Some(ReconnectRules { hold_for, limit: span(limit)? })
}
