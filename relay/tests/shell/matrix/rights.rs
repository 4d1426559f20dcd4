//! The four rights, taken away and given back while a console is open: what is asked next is answered by what holds then.

use desk::{Action, Relation, check};
use model::{ConversationId, Role, Seq, SupervisorRights};
use wire::{ConsoleToRelay, Request, RowAbilities};

use super::ON;
use super::cells::{Is, Named, Where, code, is_of_rights};
use super::house::House;
use super::window::Asked;

const STANDINGS: [Is; 9] = [
    Is::Primary,
    Is::Consultant,
    Is::Monitor,
    Is::Joined,
    Is::TookPart,
    Is::Nobody,
    Is::OpenOfQueue,
    Is::OpenNobody,
    Is::WrapUpNobody,
];

/// One right is taken or given at a time; all sixteen, from all of them on, and closing by force is given back last.
const STEPS: [u8; 17] = [
    0b1111, 0b0111, 0b0110, 0b0100, 0b0101, 0b0001, 0b0011, 0b0010, 0b0000, 0b1000, 0b1010, 0b1011, 0b1001, 0b1101,
    0b1100, 0b1110, 0b1111,
];

fn rights(bits: u8) -> SupervisorRights {
    let is = |bit: u8| bits & bit != 0;
    SupervisorRights { monitor: is(1), assign: is(2), transfer: is(4), force_close: is(8) }
}

/// What takes a right, and what makes it undone.
fn asked(named: Named, joins: bool) -> Vec<(Action, Request, Option<Request>)> {
    let Named { conversation, helper: agent, support, billing, .. } = named;
    let stop = (!joins).then_some(Request::StopMonitoring { conversation });
    let back = Request::AssignToQueue { conversation, queue: support };
    vec![
        (Action::Monitor, Request::Monitor { conversation }, stop),
        (Action::Join, Request::Join { conversation }, None),
        (Action::Assign, Request::AssignToQueue { conversation, queue: billing }, Some(back)),
        (Action::Assign, Request::AssignToAgent { conversation, agent }, Some(Request::Release { conversation })),
        (
            Action::SupervisorTransfer,
            Request::SupervisorTransfer { conversation, agent },
            Some(Request::WithdrawInvitation { conversation }),
        ),
    ]
}

impl House {
    /// Gives how many were refused for want of a right, and how many allowed.
    pub(super) async fn rights_change(&mut self, role: Role) -> (usize, usize) {
        let (mut refused, mut allowed) = (0, 0);
        for is in STANDINGS.into_iter().filter(|is| !is.never(role)) {
            let (_customer, conversation) = self.arrange(role, is).await;
            self.another_window(role, is).await;
            let oversees = role != Role::Agent;
            let dana = self.dana(role, is);
            let _ = dana.asks(Asked::Quiet(ConsoleToRelay::Open { conversation, after: Seq::START })).await;
            let _ = dana.asks(Asked::Quiet(ConsoleToRelay::WatchFloor)).await;
            let mut relations = is.relations();
            for bits in STEPS {
                self.set_rights(rights(bits));
                let reads_along = [Relation::Monitor, Relation::Joined];
                if oversees && !self.rights.monitor && reads_along.iter().any(|one| relations.remove(one)) {
                    let is_out = |sees: &super::window::Seen| sees.unfollowed.contains(&conversation);
                    self.dana(role, is).until("nothing more of it", is_out).await;
                }
                if oversees {
                    self.floor_says(role, is, conversation, &relations).await;
                }
                let joins = !relations.is_disjoint(&reads_along.into());
                for (action, request, undo) in asked(self.named(conversation), joins) {
                    let told = check(action, role, self.rights, &relations);
                    let answer = self.dana(role, is).ask(request.clone()).await;
                    let who = format!("{request:?} as {role:?} who is {is:?} with {:?}: {answer:?}", self.rights);
                    match told {
                        Ok(()) => {
                            assert!(!answer.as_ref().is_err_and(|code| is_of_rights(code)), "{who}");
                            allowed += usize::from(answer.is_ok());
                        }
                        Err(reason) => {
                            assert_eq!(answer, Err(code(reason).to_owned()), "{who}");
                            refused += usize::from(code(reason) == "not-allowed");
                        }
                    }
                    if let Some(undo) = undo.filter(|_| answer.is_ok()) {
                        let is_theirs = matches!(undo, Request::Release { .. });
                        let window = if is_theirs { &mut self.hal } else { self.dana(role, is) };
                        window.must(undo).await;
                    }
                }
                if !self.rights.force_close || !oversees {
                    let told = check(Action::ForceClose, role, self.rights, &relations);
                    let answer = self.dana(role, is).ask(Request::ForceClose { conversation }).await;
                    assert_eq!(answer, told.map_err(|reason| code(reason).to_owned()), "{role:?} who is {is:?}");
                    refused += 1;
                }
            }
            assert_eq!(self.rights, ON);
            let told = check(Action::ForceClose, role, ON, &relations);
            let answer = self.dana(role, is).ask(Request::ForceClose { conversation }).await;
            assert_eq!(answer, told.map_err(|reason| code(reason).to_owned()), "{role:?} who is {is:?}");
            allowed += usize::from(answer.is_ok());
            self.clear(conversation).await;
        }
        (refused, allowed)
    }

    /// What the floor offers is what the table allows.
    async fn floor_says(
        &mut self,
        role: Role,
        is: Is,
        conversation: ConversationId,
        relations: &std::collections::BTreeSet<Relation>,
    ) {
        let rights = self.rights;
        let may = |action: Action| check(action, role, rights, relations).is_ok();
        let expected = RowAbilities {
            monitor: is.stage() != Where::Open && may(Action::Monitor),
            assign: is.stage() == Where::Open && may(Action::Assign),
            transfer: is.stage() == Where::Active && may(Action::SupervisorTransfer),
            force_close: may(Action::ForceClose),
        };
        let is_shown = |sees: &super::window::Seen| {
            sees.floor.as_ref().and_then(|floor| floor.get(&conversation)) == Some(&expected)
        };
        self.dana(role, is).until("the floor by the rights that hold", is_shown).await;
    }
}
