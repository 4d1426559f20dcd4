//! Who waits for the answer to an input.

use desk::Input;
use log::commit::Sender;
use model::{BodyDigest, SendKey};

/// The key and the digest of a send.
pub(super) fn send_of(input: &Input) -> Option<(SendKey, BodyDigest)> {
    let (Input::Start { key, digest, .. } | Input::Say { key, digest, .. } | Input::AgentSays { key, digest, .. }) =
        input
    else {
        return None;
    };
    Some((*key, *digest))
}

/// Who waits for an answer to this input.
pub(super) fn sender_of(input: &Input) -> Option<Sender> {
    Some(match *input {
        Input::Start { connection, key, .. } => Sender::Start { connection, key },
        Input::Say { connection, key, .. } => Sender::Customer { connection, key },
        Input::AgentSays { connection, conversation, key, .. } => Sender::Agent { connection, conversation, key },
        Input::EndByCustomer { connection }
        | Input::ConfirmWaiting { connection }
        | Input::Resume { connection, .. }
        | Input::Continue { connection, .. }
        | Input::StartNew { connection }
        | Input::ExtendPromise { connection }
        | Input::FollowArrival { connection, .. }
        | Input::MintLink { connection, .. } => Sender::CustomerRequest { connection },
        Input::Ask { connection, request, .. } => Sender::AgentRequest { connection, request },
        Input::AskFor { caller, .. } => Sender::AgentRequest { connection: caller, request: 0 },
        Input::SayFor { caller, conversation, key, .. } => Sender::Agent { connection: caller, conversation, key },
        Input::WatchFloor { connection } | Input::WatchColleagues { connection } | Input::Follow { connection, .. } => {
            Sender::CustomerRequest { connection }
        }
        Input::Tick
        | Input::StartRelay { .. }
        | Input::ResumeWrites { .. }
        | Input::Configure(_)
        | Input::Identify { .. }
        | Input::CustomerTypes { .. }
        | Input::CustomerReads { .. }
        | Input::LoseConnection { .. }
        | Input::ConnectAgent { .. }
        | Input::SignOut { .. }
        | Input::Unfollow { .. }
        | Input::LeaveFloor { .. }
        | Input::LeaveColleagues { .. }
        | Input::AgentTypes { .. }
        | Input::AgentReads { .. } => return None,
    })
}
