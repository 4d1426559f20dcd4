//! Settings of a timeline, and what an admin changes while it plays.

use model::{
    AgentId, AgentRules, AssignmentMethod, Condition, ContextValue, FullRule, Hours, Millis, Number, OpenWindow,
    Overflow, Presence, QueueId, ReconnectRules, Role, RoutingRule, Share, SlowRule, Test, Units, WorkMode, WrapUpRule,
};
use rejoin_desk::{Configuration, Input};

use crate::script::time;
use crate::staff::{BILLING, role};
use crate::stage::{QUEUE, SECOND, STREAM, Stage, WIDGET};

impl Stage {
    pub(crate) fn set(&mut self, name: &str, value: &str) -> Option<()> {
        let serves = match name {
            "agents" => Some(vec![QUEUE]),
            "agents of the second queue" => Some(vec![SECOND]),
            "agents of both queues" => Some(vec![QUEUE, SECOND]),
            _ => None,
        };
        if let Some(serves) = serves {
            for agent in value.split(", ") {
                let (name, rest) = agent.split_once(' ')?;
                let (units, called) = rest.split_once(' ').unwrap_or((rest, "agent"));
                let id = AgentId::from_u128(1 + self.agents.len() as u128);
                self.agents.insert(name.to_owned(), id);
                self.names.agents.insert(id, name.to_owned());
                self.roles.insert(id, role(called)?);
                self.capacities.insert(id, (Units(units.parse().ok()?), serves.clone()));
                self.give(id, true);
            }
            return Some(());
        }
        if name == "rights" {
            return self.set_rights(value);
        }
        if name == BILLING {
            for agent in value.split(", ") {
                let id = *self.agents.get(agent)?;
                self.capacities.get_mut(&id)?.1 = vec![SECOND];
                self.give(id, true);
            }
            return Some(());
        }
        if self.set_presences(name, value).is_some() {
            return Some(());
        }
        if let Some((queue, name)) = queue_setting(name) {
            self.set_queue(queue, name, value)?;
            self.configure();
            return Some(());
        }
        let (stream, widget) = self.rules.as_mut()?;
        match (name, value) {
            ("wrap-up", "always") => stream.wrap_up = WrapUpRule::Always,
            ("wrap-up", "never") => stream.wrap_up = WrapUpRule::Never,
            ("wrap-up", time) => stream.wrap_up = WrapUpRule::For(span(time)?),
            ("decline", "sets do not disturb") => self.routing.decline_sets_do_not_disturb = true,
            ("route", rule) => self.routing.rules.push(routing_rule(rule)?),
            ("mode", "pick") => stream.mode = WorkMode::Pick,
            ("cost", units) => stream.cost = Units(units.parse().ok()?),
            ("allowed", "available") => stream.allowed_presences = vec![Presence::Available],
            ("disconnect after", time) => widget.disconnect_after = span(time)?,
            ("reconnect", rules) => widget.reconnect = Some(reconnect(rules)?),
            ("portal", "yes") => widget.has_portal = true,
            ("prompt anonymous", "yes") => widget.prompts_anonymous = true,
            _ => return None,
        }
        self.configure();
        Some(())
    }

    fn set_queue(&mut self, queue: QueueId, name: &str, value: &str) -> Option<()> {
        let rules = self.queues.get_mut(&queue)?;
        match (name, value) {
            ("assignment", "round robin") => rules.assignment = AssignmentMethod::RoundRobin,
            ("priority", number) => rules.priority = number.parse().ok()?,
            ("hours", "always") => rules.hours = Hours::Always,
            ("hours", windows) => rules.hours = Hours::Windows(windows.split(", ").map(window).collect::<Option<_>>()?),
            ("out of hours", then) => rules.out_of_hours = overflow(then)?,
            ("full", "never") => rules.full = None,
            ("full", rule) => {
                let (most, then) = rule.strip_prefix("more than ")?.split_once(": ")?;
                rules.full = Some(FullRule { waiting_max: most.parse().ok()?, then: overflow(then)? });
            }
            ("slow", "never") => rules.slow = None,
            ("slow", rule) => {
                let (longest, then) = rule.strip_prefix("after ")?.split_once(": ")?;
                rules.slow = Some(SlowRule { wait_max: span(longest)?, then: overflow(then)? });
            }
            _ => return None,
        }
        Some(())
    }

    pub(crate) fn configure(&mut self) {
        for (queue, rules) in self.queues.clone() {
            self.tell(Input::Configure(Configuration::Queue(queue, rules)));
        }
        self.tell(Input::Configure(Configuration::Routing(STREAM, self.routing.clone())));
        let (stream, widget) = self.rules.clone().unwrap();
        self.tell(Input::Configure(Configuration::Workstream(STREAM, stream)));
        self.tell(Input::Configure(Configuration::Widget(WIDGET, widget)));
    }

    fn give(&mut self, agent: AgentId, enabled: bool) {
        let (capacity, queues) = self.capacities[&agent].clone();
        let role = self.roles.get(&agent).copied().unwrap_or(Role::Agent);
        let rules = AgentRules { enabled, role, capacity, queues };
        self.tell(Input::Configure(Configuration::Agent(agent, rules)));
    }

    pub(crate) fn admin_acts(&mut self, what: &str) -> Option<()> {
        if let Some(change) = what.strip_prefix("sets reconnect to ") {
            self.rules.as_mut()?.1.reconnect = if change == "off" { None } else { Some(reconnect(change)?) };
            self.configure();
            return Some(());
        }
        if let Some(rights) = what.strip_prefix("sets the rights to ") {
            return self.set_rights(rights);
        }
        if let Some((setting, value)) = what.strip_prefix("sets ").and_then(|rest| rest.split_once(" to ")) {
            return self.set(setting, value);
        }
        let words: Vec<&str> = what.split(' ').collect();
        let agent = *self.agents.get(words.get(1).copied()?)?;
        match words.as_slice() {
            ["makes", _, "an" | "a", called] => {
                self.roles.insert(agent, role(called)?);
                self.give(agent, true);
            }
            ["disables", _] => self.give(agent, false),
            ["enables", _] => self.give(agent, true),
            ["gives", _, units, ..] => {
                self.capacities.get_mut(&agent)?.0 = Units(units.parse().ok()?);
                self.give(agent, true);
            }
            _ => return None,
        }
        Some(())
    }
}

/// `plan is gold to the second queue`, `signed in to the first queue`, `everybody 50% to the first queue`.
fn routing_rule(text: &str) -> Option<RoutingRule> {
    let (which, to) = text.rsplit_once(" to the ")?;
    let to = match to {
        "first queue" => vec![Share { queue: QUEUE, percent: 100 }],
        "second queue" => vec![Share { queue: SECOND, percent: 100 }],
        _ => return None,
    };
    let all = match which.split(' ').collect::<Vec<_>>().as_slice() {
        ["signed", "in"] => vec![Condition::SignedIn(true)],
        ["language", language] => vec![Condition::Language((*language).to_owned())],
        ["everybody"] => Vec::new(),
        [name, "is", value] => vec![Condition::Variable((*name).to_owned(), Test::Is(text_value(value)))],
        [name, "is", "above", value] => {
            vec![Condition::Variable((*name).to_owned(), Test::IsAbove(Number::new(value.parse().ok()?)?))]
        }
        _ => return None,
    };
    Some(RoutingRule { all, to })
}

pub(crate) fn text_value(value: &str) -> ContextValue {
    ContextValue::Text(value.to_owned())
}

/// `queue slow`, `second queue hours`; `assignment` is that of the first.
fn queue_setting(name: &str) -> Option<(QueueId, &str)> {
    let second = name.strip_prefix("second queue ").map(|name| (SECOND, name));
    let first = name.strip_prefix("queue ").or(Some(name).filter(|name| *name == "assignment"));
    second.or(first.map(|name| (QUEUE, name)))
}

fn overflow(then: &str) -> Option<Overflow> {
    match then {
        "assign anyway" => Some(Overflow::AssignAnyway),
        "end" => Some(Overflow::End),
        "to the second queue" => Some(Overflow::Queue(SECOND)),
        "to the first queue" => Some(Overflow::Queue(QUEUE)),
        _ => None,
    }
}

/// `00:00-10:00` on the timelines' clock.
fn window(text: &str) -> Option<OpenWindow> {
    let (opens, closes) = text.split_once('-')?;
    Some(OpenWindow { opens_at: time(opens)?, closes_at: time(closes)? })
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
