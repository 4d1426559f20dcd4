//! Lost time has one rule (product 3, "The relay restarts"): every running deadline moves later by the outage, and the clocks of
//! people who were connected start anew.

use model::{AgentId, ConversationId, Timestamp};

use crate::desk::Desk;
use crate::fact::Fact;
use crate::index::{Deadline, Index};
use crate::live::Joined;
use crate::outcome::ViewKey;
use crate::record::{AgentLink, CustomerLink, Record};
use crate::turn::Turn;

impl Desk {
    pub(crate) fn start_relay(&mut self, turn: &mut Turn, down_since: Timestamp) {
        let down_since = self.lost_since(turn, down_since);
        self.write(turn, Fact::RelayStarted { down_since });
        self.rebuild_index();
        self.restart_customers(turn, down_since);
        // Consoles may have connected while not even the start could be written.
        self.restart_agents(turn);
        self.look_at_everything(turn);
    }

    pub(crate) fn resume_writes(&mut self, turn: &mut Turn, down_since: Timestamp) {
        let down_since = self.lost_since(turn, down_since);
        self.write(turn, Fact::WritesResumed { down_since });
        self.rebuild_index();
        self.restart_customers(turn, down_since);
        self.restart_agents(turn);
        self.look_at_everything(turn);
    }

    /// A fact is a sign of life too; and nobody stopped in the future.
    fn lost_since(&self, turn: &Turn, down_since: Timestamp) -> Timestamp {
        down_since.max(self.record.last_at).min(turn.now)
    }

    /// Customers who are connected but count as away are back; those without a connection and without a fact of it have their
    /// last sign of life now.
    fn restart_customers(&mut self, turn: &mut Turn, down_since: Timestamp) {
        let going: Vec<ConversationId> =
            self.record.conversations.iter().filter(|(_, known)| known.is_going()).map(|(id, _)| *id).collect();
        for id in going {
            let lost = self.live.conversation(id).and_then(|live| live.lost);
            if self.live.is_customer_connected(id) {
                self.set_lost(id, None);
                self.customer_is_here(turn, id);
            } else if self.record.conversations.get(&id).is_some_and(|known| known.link == CustomerLink::Here) {
                // A clock that ran before the outage goes on after it; one that began during it begins now.
                let outage = turn.now.since(down_since);
                let lost = lost.filter(|lost| *lost <= down_since).map_or(turn.now, |lost| lost + outage);
                self.set_lost(id, Some(lost));
            }
        }
    }

    /// What happened to consoles while nothing could be written.
    fn restart_agents(&mut self, turn: &mut Turn) {
        let agents: Vec<AgentId> = self.record.agents.keys().copied().collect();
        for agent in agents {
            let link = self.record.agents.get(&agent).map(|known| known.link);
            if self.live.is_agent_connected(agent) {
                self.agent_is_here(turn, agent);
            } else if link == Some(AgentLink::Here) {
                self.write_agent(turn, agent, Fact::AgentLost { agent, since: turn.now });
            }
        }
    }

    fn look_at_everything(&mut self, turn: &mut Turn) {
        turn.agents_freed.extend(self.index.queues.keys().copied());
        turn.moved.extend(self.index.queues.keys().copied());
        for agent in self.live.agents.keys() {
            turn.changed(ViewKey::Agent(*agent));
            turn.changed(ViewKey::OpenCards(*agent));
        }
        for (id, live) in &self.live.conversations {
            if !live.connections.is_empty() {
                turn.changed(ViewKey::Customer(*id));
            }
            if !live.followers.is_empty() {
                turn.changed(ViewKey::Conversation(*id));
            }
        }
        for id in self.live.prompts.keys() {
            turn.changed(ViewKey::Prompt(*id));
        }
        self.close_floors(turn);
        self.show_whole_floor(turn);
        let agents: Vec<AgentId> = self.record.agents.keys().copied().collect();
        for agent in agents {
            self.note_presence(turn, agent);
        }
    }

    /// After a failed append: goes back to what is durable and keeps the connections that still fit it. Versions of views
    /// keep growing. Writes nothing; what the connections mean for the record is written by [`crate::Input::ResumeWrites`].
    pub fn replace_record(&mut self, record: Record) {
        self.record = record;
        // Inputs are handled at the time of what is durable until writing works again: no deadline is over meanwhile.
        self.now = self.record.last_at;
        let known = &self.record.conversations;
        self.live.conversations.retain(|id, _| known.contains_key(id));
        self.live.prompts.retain(|id, _| known.contains_key(id));
        self.live.connections.retain(|_, joined| match joined {
            Joined::Customer { conversation, .. } | Joined::Prompted { conversation, .. } => {
                known.contains_key(conversation)
            }
            Joined::Agent { following, .. } => {
                following.retain(|id| known.contains_key(id));
                true
            }
        });
        let connections = &self.live.connections;
        self.live.identities.retain(|connection, _| connections.contains_key(connection));
        self.rebuild_index();
    }

    /// The index from the record, with the clocks of `live`.
    pub(crate) fn rebuild_index(&mut self) {
        self.index = Index::of(&self.record);
        let ids: Vec<ConversationId> = self.live.conversations.keys().copied().collect();
        for id in ids {
            self.watch(id);
            let Some(live) = self.live.conversation(id) else { continue };
            let clocks = [
                (live.away_due, Deadline::CustomerMayBeAway(id)),
                (live.customer_types_until, Deadline::StopCustomerTyping(id)),
                (live.agent_types_until, Deadline::StopAgentTyping(id)),
                (live.offer_again_at, Deadline::OfferAgain(id)),
            ];
            for (at, deadline) in clocks {
                self.swap_deadline(None, at, deadline);
            }
        }
    }
}
