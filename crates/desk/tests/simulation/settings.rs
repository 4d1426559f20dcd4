//! Settings at random: those that a relay starts with, and those that an admin changes meanwhile.

use std::collections::BTreeMap;

use model::{
    AgentId, AgentRules, AssignmentMethod, Condition, ContextValue, Distribution, FullRule, Hours, Millis, Number,
    OpenWindow, Overflow, Presence, PresenceChoice, PresenceId, QueueId, QueueRules, ReconnectRules, Role, Routing,
    RoutingRule, Share, SlowRule, SupervisorRights, Test, Units, WidgetId, WidgetRules, WorkMode, WorkstreamId,
    WorkstreamRules, WrapUpRule,
};
use rejoin_desk::{Configuration, Input};

use crate::world::World;

const STREAMS: u128 = 3;
const WIDGETS: u128 = 3;

impl World {
    /// The settings that a relay starts with.
    pub(crate) fn settings(&mut self) -> Vec<Input> {
        let mut inputs = vec![Input::StartRelay { down_since: self.now }];
        for queue in 1..=u128::from(self.queues) {
            inputs.push(self.queue(queue));
        }
        for stream in 1..=STREAMS {
            inputs.push(self.stream(stream));
            inputs.push(self.routing(stream));
            inputs.push(self.distribution(stream));
        }
        for widget in 1..=WIDGETS {
            inputs.push(self.widget(widget));
        }
        for agent in 1..=u128::from(self.agents) {
            inputs.push(self.agent(agent));
        }
        inputs.extend([self.rights(), self.presences()]);
        inputs
    }

    fn queue(&mut self, queue: u128) -> Input {
        let assignment =
            if self.random.one_in(2) { AssignmentMethod::RoundRobin } else { AssignmentMethod::HighestCapacity };
        let mut rules = QueueRules { assignment, ..QueueRules::DEFAULT };
        rules.priority = u16::try_from(99 + self.random.below(3)).unwrap();
        if self.random.one_in(2) {
            let mut windows = Vec::new();
            let mut at = self.now - Millis::minutes(30);
            for _ in 0..self.random.below(4) {
                let opens_at = at + Millis::seconds(1 + self.random.below(3_600));
                at = opens_at + Millis::seconds(1 + self.random.below(7_200));
                windows.push(OpenWindow { opens_at, closes_at: at });
            }
            rules.hours = Hours::Windows(windows);
            rules.out_of_hours = self.overflow();
        }
        if self.random.one_in(3) {
            let waiting_max = 1 + u32::try_from(self.random.below(4)).unwrap();
            rules.full = Some(FullRule { waiting_max, then: self.overflow() });
        }
        if self.random.one_in(3) {
            let wait_max = Millis::seconds(60 + self.random.below(120));
            rules.slow = Some(SlowRule { wait_max, then: self.overflow() });
        }
        Input::Configure(Configuration::Queue(QueueId::from_u128(queue), rules))
    }

    /// Now and then to the queue itself, or to one that there is not.
    fn overflow(&mut self) -> Overflow {
        match self.random.below(8) {
            0 => Overflow::AssignAnyway,
            1..3 => Overflow::End,
            3..7 => Overflow::Queue(self.a_queue()),
            _ => Overflow::Queue(QueueId::from_u128(99)),
        }
    }

    fn stream(&mut self, stream: u128) -> Input {
        let mut rules = WorkstreamRules::for_queue(self.a_queue());
        rules.cost = Units(1 + i32::try_from(self.random.below(3)).unwrap());
        rules.mode = if self.random.one_in(6) { WorkMode::Pick } else { WorkMode::Push };
        rules.wrap_up = match self.random.below(3) {
            0 => WrapUpRule::Always,
            1 => WrapUpRule::Never,
            _ => WrapUpRule::For(Millis::seconds(30 + self.random.below(1_200))),
        };
        rules.allowed_presences = match self.random.below(4) {
            0 => vec![Presence::Available],
            1 => vec![Presence::Available, Presence::Busy, Presence::DoNotDisturb, Presence::Away],
            _ => vec![Presence::Available, Presence::Busy],
        };
        rules.offers_per_agent_max = 1 + u8::try_from(self.random.below(3)).unwrap();
        if self.random.one_in(2) {
            rules.offer_for = Millis::seconds(5 + self.random.below(100));
            rules.auto_close_open_after = Millis::seconds(60 + self.random.below(300));
            rules.still_waiting_after = Millis::seconds(30 + self.random.below(30));
        }
        Input::Configure(Configuration::Workstream(WorkstreamId::from_u128(stream), rules))
    }

    /// Rules about one variable, the sign-in and the language, to queues that now and then are none.
    fn routing(&mut self, stream: u128) -> Input {
        let mut routing = Routing { decline_sets_do_not_disturb: self.random.one_in(3), ..Routing::default() };
        for _ in 0..self.random.below(4) {
            let plan = |test| Condition::Variable("plan".to_owned(), test);
            let gold = ContextValue::Text("gold".to_owned());
            let seven = Number::new(7.0).unwrap();
            let all = match self.random.below(8) {
                0 => vec![plan(Test::Is(gold))],
                1 => vec![plan(Test::IsNot(gold)), Condition::SignedIn(true)],
                2 => vec![plan(Test::IsAbove(seven))],
                3 => vec![plan(Test::Contains("o".to_owned()))],
                4 => vec![Condition::Language("de".to_owned())],
                5 => vec![Condition::SignedIn(false), plan(Test::IsMissing)],
                6 => vec![Condition::Widget(vec![WidgetId::from_u128(1)])],
                _ => vec![plan(Test::Exists)],
            };
            let percent = 1 + u8::try_from(self.random.below(99)).unwrap();
            let other = if self.random.one_in(8) { QueueId::from_u128(99) } else { self.a_queue() };
            let to = vec![Share { queue: self.a_queue(), percent }, Share { queue: other, percent: 100 - percent }];
            routing.rules.push(RoutingRule { all, to });
        }
        Input::Configure(Configuration::Routing(WorkstreamId::from_u128(stream), routing))
    }

    fn distribution(&mut self, stream: u128) -> Input {
        let mut more = Distribution { previous_agent_first: !self.random.one_in(3), ..Distribution::default() };
        if self.random.one_in(2) {
            more.presences.push(self.a_presence());
        }
        Input::Configure(Configuration::Distribution(WorkstreamId::from_u128(stream), more))
    }

    /// Custom ones, on any base.
    fn presences(&mut self) -> Input {
        let bases = [Presence::Available, Presence::Busy, Presence::DoNotDisturb, Presence::Away, Presence::Offline];
        let mut presences = BTreeMap::new();
        for id in 1..=3 {
            if !self.random.one_in(4) {
                let base = self.random.pick(&bases).copied().unwrap_or(Presence::Away);
                presences.insert(PresenceId::from_u128(id), base);
            }
        }
        Input::Configure(Configuration::Presences(presences))
    }

    fn default_presence(&mut self) -> Input {
        let agent = AgentId::from_u128(1 + u128::from(self.random.below(self.agents)));
        let begins_in = match self.random.below(4) {
            0 => None,
            1 => Some(PresenceChoice::Base(if self.random.one_in(2) { Presence::Away } else { Presence::Busy })),
            _ => Some(PresenceChoice::Custom(self.a_presence())),
        };
        Input::Configure(Configuration::DefaultPresence(agent, begins_in))
    }

    fn widget(&mut self, widget: u128) -> Input {
        let stream = WorkstreamId::from_u128(1 + u128::from(self.random.below(3)));
        let mut rules = WidgetRules::for_workstream(stream);
        if self.random.one_in(2) {
            rules.disconnect_after = Millis::seconds(3 + self.random.below(60));
        }
        if !self.random.one_in(3) {
            let hold_for = Millis::seconds(self.random.below(4) * self.random.below(150));
            // Now and then both end at one instant.
            let longer = if self.random.one_in(8) { 0 } else { self.random.below(400) };
            rules.reconnect = Some(ReconnectRules { hold_for, limit: hold_for + Millis::seconds(1 + longer) });
            if longer == 0 && hold_for > Millis::ZERO {
                rules.reconnect = Some(ReconnectRules { hold_for, limit: hold_for });
            }
        }
        rules.has_portal = !self.random.one_in(4);
        rules.prompts_anonymous = self.random.one_in(3);
        Input::Configure(Configuration::Widget(WidgetId::from_u128(widget), rules))
    }

    fn agent(&mut self, agent: u128) -> Input {
        let queues = match self.random.below(4) {
            0 => vec![QueueId::from_u128(1)],
            1 => vec![self.a_queue()],
            _ => vec![self.a_queue(), self.a_queue(), self.a_queue()],
        };
        let rules = AgentRules {
            enabled: !self.random.one_in(20),
            role: [Role::Agent, Role::Agent, Role::Supervisor, Role::Supervisor, Role::Admin]
                [usize::try_from(self.random.below(5)).unwrap()],
            capacity: Units(i32::try_from(self.random.below(9)).unwrap()),
            queues,
        };
        Input::Configure(Configuration::Agent(AgentId::from_u128(agent), rules))
    }

    /// What supervisors may do.
    fn rights(&mut self) -> Input {
        let rights = SupervisorRights {
            monitor: !self.random.one_in(4),
            assign: !self.random.one_in(4),
            transfer: !self.random.one_in(4),
            force_close: !self.random.one_in(4),
        };
        Input::Configure(Configuration::Supervision(rights))
    }

    pub(crate) fn admin_acts(&mut self) -> Input {
        match self.random.below(12) {
            8 => self.rights(),
            9 => self.presences(),
            10 => self.default_presence(),
            11 => {
                let which = 1 + u128::from(self.random.below(3));
                self.distribution(which)
            }
            0 => {
                let which = self.a_queue().as_u128();
                self.queue(which)
            }
            1 => {
                let which = 1 + u128::from(self.random.below(3));
                self.routing(which)
            }
            2 => {
                let which = 1 + u128::from(self.random.below(3));
                self.stream(which)
            }
            3..5 => {
                let which = 1 + u128::from(self.random.below(3));
                self.widget(which)
            }
            _ => {
                let which = 1 + u128::from(self.random.below(self.agents));
                self.agent(which)
            }
        }
    }
}
