//! What leaves the relay, looked at the moment it leaves: no console is sent anything of a conversation that its agent may not read then.

use model::{AgentId, ConversationId};
use wire::{Frame, RelayToConsole};

use super::{Gate, House, Out};
use crate::canary::marks;
use crate::people::called;

impl House {
    /// Looks at every frame that was not looked at.
    ///
    /// # Panics
    /// Where one must not leave.
    pub(super) fn look_at_what_leaves(&mut self) {
        for out in &self.out[self.looked_at..] {
            let Out::Frame(connection, bytes) = out else { continue };
            let Some(socket) = self.sockets.get(connection) else { continue };
            if let Gate::Console(gate) = &socket.gate {
                let frame = RelayToConsole::decode(socket.encoding, bytes).expect("the relay sends frames");
                self.look_at_frame(gate.agent(), &frame);
                for mark in marks(bytes) {
                    let ids = self.words.marks.get(&mark).into_iter().flatten();
                    let may = ids.copied().any(|id| self.desk().may_read(gate.agent(), id).is_ok());
                    let (agent, frame) = (called(gate.agent()), name_of(&frame));
                    assert!(
                        may,
                        "{agent:?} is sent words that are not for them, or not durable, in {frame}: mark {mark}"
                    );
                }
            }
        }
        self.looked_at = self.out.len();
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "of all that there is, some is looked at")]
    fn look_at_frame(&self, agent: AgentId, frame: &RelayToConsole) {
        match frame {
            RelayToConsole::Entries { conversation, .. } | RelayToConsole::Snapshot { conversation, .. } => {
                self.may_be_read(agent, *conversation, "entries");
            }
            RelayToConsole::Conversation(state) => self.may_be_read(agent, state.card.conversation, "the state"),
            RelayToConsole::Parts(parts) => self.may_be_read(agent, parts.conversation, "who takes part"),
            RelayToConsole::Claims(claims) => self.may_be_read(agent, claims.conversation, "what the page says"),
            RelayToConsole::FloorRows { .. } | RelayToConsole::FloorAgents { .. } => {
                let oversees = self.desk().agent_view(agent).is_some_and(|view| view.staff.oversees);
                assert!(oversees, "{:?} is shown the floor and oversees nobody", called(agent));
            }
            _ => {}
        }
    }

    fn may_be_read(&self, agent: AgentId, id: ConversationId, what: &str) {
        let may = self.desk().may_read(agent, id);
        assert!(may.is_ok(), "{:?} is sent {what} of {id}, and may not read it: {may:?}", called(agent));
    }
}

/// Which frame.
fn name_of(frame: &RelayToConsole) -> String {
    format!("{frame:?}").chars().take_while(|letter| letter.is_alphabetic()).collect()
}
