//! New rules. They apply at once to everything that is decided after them; what was fixed for a conversation stays fixed.

use model::{
    AgentId, AgentRules, ConversationId, Distribution, QueueId, QueueRules, Routing, SessionEnd, WidgetId, WidgetRules,
    WorkstreamId, WorkstreamRules,
};

use crate::desk::Desk;
use crate::fact::Fact;
use crate::index::Keys;
use crate::outcome::{Notice, ViewKey};
use crate::turn::Turn;

impl Desk {
    pub(crate) fn configure_agent(&mut self, turn: &mut Turn, agent: AgentId, rules: AgentRules) {
        let known = self.record.agents.get(&agent);
        if known.is_some_and(|known| known.rules == rules) {
            return;
        }
        let is_disabled = known.is_some_and(|known| known.rules.enabled) && !rules.enabled;
        if is_disabled {
            // While they still have their rules, so that every place is found.
            self.end_all_work(turn, agent, SessionEnd::AgentDisabled);
        }
        if let Some(known) = self.record.agents.get(&agent) {
            turn.agents_freed.extend(known.rules.queues.iter().copied());
        }
        self.write_agent(turn, agent, Fact::AgentConfigured(agent, rules));
        self.index.leave_queues(agent);
        if let Some(known) = self.record.agents.get(&agent) {
            self.index.serve(agent, known);
        }
        let queues: Vec<QueueId> = turn.agents_freed.iter().copied().collect();
        self.serving_changed(turn, &queues);
        if is_disabled {
            self.close_windows(turn, agent);
        } else if self.live.is_agent_connected(agent) {
            turn.changed(ViewKey::OpenCards(agent));
        }
        self.enforce_rights(turn);
        self.drop_stranger(turn, agent);
        self.tell_what_they_may(turn, agent);
    }

    /// What they may do where they look is another now.
    fn tell_what_they_may(&self, turn: &mut Turn, agent: AgentId) {
        self.tell_followers_of(turn, agent);
        for window in self.live.agents.get(&agent).into_iter().flatten() {
            for id in self.live.following(*window) {
                turn.changed(ViewKey::Conversation(*id));
            }
            if self.live.floor.contains(window) {
                turn.tell(Notice::FloorOpened { connection: *window });
            }
        }
    }

    /// Their windows stop following what they may not read any more.
    fn drop_stranger(&mut self, turn: &mut Turn, agent: AgentId) {
        let windows = self.live.agents.get(&agent).into_iter().flatten();
        let followed = windows.flat_map(|window| self.live.following(*window));
        let followed: std::collections::BTreeSet<_> = followed.copied().collect();
        for id in followed {
            self.drop_strangers(turn, id);
        }
    }

    pub(crate) fn configure_queue(&mut self, turn: &mut Turn, queue: QueueId, rules: QueueRules) {
        if self.record.queues.get(&queue).is_some_and(|known| known.rules == rules) {
            return;
        }
        let waiting = self.index.queue_mut(queue).waiting.values();
        let known = |id: &ConversationId| self.record.conversations.get(id).map(|known| (*id, known));
        let before: Vec<_> =
            waiting.filter_map(known).map(|(id, known)| (id, Keys::of(&self.record, id, known))).collect();
        self.write(turn, Fact::QueueRulesSet(queue, rules));
        for (id, keys) in before {
            let after = self.record.conversations.get(&id).map(|known| Keys::of(&self.record, id, known));
            self.index.change(id, Some(keys), after);
        }
    }

    pub(crate) fn configure_workstream(&mut self, turn: &mut Turn, workstream: WorkstreamId, rules: WorkstreamRules) {
        if self.record.workstreams.get(&workstream) == Some(&rules) {
            return;
        }
        let before: Vec<_> = self
            .record
            .conversations
            .iter()
            .filter(|(_, known)| known.workstream == workstream)
            .map(|(id, known)| (*id, Keys::of(&self.record, *id, known)))
            .collect();
        self.write(turn, Fact::WorkstreamConfigured(workstream, rules));
        for (id, keys) in before {
            let after = self.record.conversations.get(&id).map(|known| Keys::of(&self.record, id, known));
            self.index.change(id, Some(keys), after);
            if let Some(queue) = after.filter(|keys| keys.offerable).and_then(|keys| keys.waiting) {
                turn.agents_freed.insert(queue.0);
            }
        }
        for agent in self.live.agents.keys() {
            turn.changed(ViewKey::Agent(*agent));
        }
    }

    /// Nothing that is under way changes by it.
    pub(crate) fn configure_routing(&mut self, turn: &mut Turn, workstream: WorkstreamId, routing: Routing) {
        let known = self.record.routings.get(&workstream);
        if known != Some(&routing) && (known.is_some() || routing != Routing::default()) {
            self.write(turn, Fact::RoutingSet(workstream, routing));
        }
    }

    pub(crate) fn configure_distribution(&mut self, turn: &mut Turn, workstream: WorkstreamId, more: Distribution) {
        if *self.record.distributions.get(&workstream).unwrap_or(&Distribution::DEFAULT) == more {
            return;
        }
        self.write(turn, Fact::DistributionSet(workstream, more));
        let waits = self.record.conversations.values().filter(|known| known.workstream == workstream);
        turn.agents_freed.extend(waits.filter(|known| known.waiting().is_some()).map(|known| known.queue));
        for id in self.live.prompts.keys() {
            turn.changed(ViewKey::Prompt(*id));
        }
    }

    pub(crate) fn configure_widget(&mut self, turn: &mut Turn, widget: WidgetId, rules: WidgetRules) {
        let known = self.record.widgets.get(&widget);
        if known == Some(&rules) {
            return;
        }
        let leads_elsewhere = known.is_some_and(|known| known.has_portal != rules.has_portal);
        self.write(turn, Fact::WidgetConfigured(widget, rules));
        if !leads_elsewhere {
            return;
        }
        // Whether a link can be offered is shown with each conversation.
        for agent in self.live.agents.keys() {
            turn.changed(ViewKey::Agent(*agent));
        }
        for (id, live) in &self.live.conversations {
            let is_of_it = self.record.conversations.get(id).is_some_and(|known| known.widget == widget);
            if is_of_it && !live.followers.is_empty() {
                turn.changed(ViewKey::Conversation(*id));
            }
        }
    }
}
