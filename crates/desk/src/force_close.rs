//! Force close: any state → Closed at once, by a supervisor; everybody who takes part is told (product 7).

use model::{AgentId, CloseReason, ConsultEnd, ConversationId, HoldEnd, PromiseEnd, SessionEnd};

use crate::desk::Desk;
use crate::fact::ConversationFact;
use crate::outcome::{Notice, RefusalReason};
use crate::policy::Action;
use crate::record::Stage;
use crate::turn::Turn;

impl Desk {
    pub(crate) fn force_close(
        &mut self,
        turn: &mut Turn,
        by: AgentId,
        id: ConversationId,
    ) -> Result<(), RefusalReason> {
        let known = self.may(by, Action::ForceClose, id)?;
        let in_wrap_up = matches!(known.stage, Stage::WrapUp(_));
        let (session, is_held) = (known.session_agent(), known.is_held());
        self.withdraw_offer(turn, id);
        self.note(turn, id, ConversationFact::ForceClosedBy(by));
        self.part_company(turn, id, ConsultEnd::TalkOver);
        let reason = SessionEnd::ForceClosed;
        if let Some(agent) = session {
            self.note(turn, id, ConversationFact::SessionEnded { agent, reason, in_wrap_up });
            if is_held {
                turn.tell(Notice::HoldEnded { why: HoldEnd::SessionEnded(reason) });
            }
        }
        if self.is_promised(id) {
            let why = PromiseEnd::ForceClosed;
            self.note(turn, id, ConversationFact::PromiseEnded(why));
            turn.tell(Notice::PromiseEnded { why });
        }
        self.free_now(turn, id);
        self.close(turn, id, CloseReason::ForceClosed);
        Ok(())
    }
}
