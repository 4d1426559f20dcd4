//! What a person does in conversations over HTTP: the console's requests, told to the desk in their name, and answered once what they
//! came to is durable. The desk's policy decides; here is nothing but the way there.

mod messages;
mod mine;
mod presence;
mod verbs;

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use desk::{AgentRequest, Input, Notice};
use model::{AgentId, ConnectionId, ConversationId, Millis, Seq};
use wire::{RefusalCode, Request};

use super::Problem;
use super::caller::Caller;
use crate::ids;
use crate::metrics::Code;
use crate::relay::Relay;
use crate::switchboard::Reply;

pub(super) use messages::{mark_read, say, types};
pub(super) use mine::{list, my_desk, one, page_rows};
pub(super) use presence::{set, set_of};
pub(super) use verbs::{Asks, VERBS, routes, take_link, why_waiting};

/// How long a request waits for its answer. A disk that takes longer has its own troubles, and nobody knows what becomes of it.
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);
/// When to try again what could not be written.
const TRY_AGAIN_AFTER: Millis = Millis::seconds(1);

/// A program that waits for its answer; whoever hangs up takes its place along.
struct Waiting<'a> {
    relay: &'a Relay,
    caller: ConnectionId,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.relay.switchboard.remove_caller(self.caller);
    }
}

/// Tells the desk something and waits for its answer, which is durable.
async fn tell(relay: &Relay, input: impl FnOnce(ConnectionId) -> Input) -> Result<Reply, Problem> {
    let caller = ids::connection(relay.clock.now());
    let answered = relay.switchboard.add_caller(caller);
    let _waiting = Waiting { relay, caller };
    relay.desk.tell(input(caller)).map_err(|_| Problem::overloaded())?;
    match tokio::time::timeout(ANSWERED_WITHIN, answered).await {
        Ok(Ok(Reply::NotTaken(code))) => Err(refused(relay, code)),
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(_)) | Err(_) => Err(refused(relay, RefusalCode::NotKnownToBeSaved)),
    }
}

/// Asks the desk for something in the caller's name.
async fn ask(relay: &Relay, caller: &Caller, request: &Request) -> Result<Reply, Problem> {
    // Only taking a link needs more than its request, and has an address of its own.
    let ask = gate::agent_request(request).ok_or_else(Problem::fault)?;
    ask_desk(relay, caller, ask).await
}

async fn ask_desk(relay: &Relay, caller: &Caller, ask: AgentRequest) -> Result<Reply, Problem> {
    let agent = caller.agent.id;
    match tell(relay, |caller| Input::AskFor { caller, agent, ask }).await? {
        Reply::Notice(Notice::Refused { reason, .. }) => Err(refused(relay, gate::refusal_code(reason))),
        reply @ (Reply::Notice(_) | Reply::NotTaken(_) | Reply::Why(_)) => Ok(reply),
    }
}

/// The desk's no as a problem: its code, with the status that fits.
pub(super) fn refused(relay: &Relay, code: RefusalCode) -> Problem {
    relay.metrics.refusals.get_or_create(&Code::new(&code.as_str())).inc();
    let status = match code {
        RefusalCode::NotAllowed | RefusalCode::NotYours | RefusalCode::YourOwn => StatusCode::FORBIDDEN,
        RefusalCode::NoConversation => return Problem::unknown("conversation"),
        RefusalCode::PresenceNotChoosable | RefusalCode::UnknownPresence => StatusCode::UNPROCESSABLE_ENTITY,
        RefusalCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        RefusalCode::Overloaded | RefusalCode::ReadOnly | RefusalCode::NotKnownToBeSaved => {
            let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, code.as_str(), code.sentence());
            return problem.retry_after(TRY_AGAIN_AFTER);
        }
        RefusalCode::SendKeyReused
        | RefusalCode::ConversationClosed
        | RefusalCode::ConversationEnded
        | RefusalCode::AlreadyStarted
        | RefusalCode::UnknownWidget
        | RefusalCode::WrongState
        | RefusalCode::OfferGone
        | RefusalCode::AlreadyTaken
        | RefusalCode::ConversationFull
        | RefusalCode::TooManyOpen
        | RefusalCode::TooManyLinks
        | RefusalCode::NoPortal
        | RefusalCode::ReconnectIsOff
        | RefusalCode::NoExtensionLeft
        | RefusalCode::AgentUnavailable
        | RefusalCode::NoRoom
        | RefusalCode::AlreadyThere
        | RefusalCode::InvitationRunning
        | RefusalCode::InvitationGone
        | RefusalCode::NobodyServesIt
        | RefusalCode::QueueClosed
        | RefusalCode::AnswerMissing
        | RefusalCode::AnswerUnknown
        | RefusalCode::AnswerInvalid
        | RefusalCode::TooManyParticipants => StatusCode::CONFLICT,
    };
    Problem::new(status, code.as_str(), code.sentence())
}

/// Takes one request from the caller's share of the desk's time.
pub(super) fn within_limits(relay: &Relay, caller: &Caller) -> Result<(), Problem> {
    relay.rate_limits.act(caller.agent.id, relay.clock.now()).map_err(super::api::too_many)
}

/// A conversation that the caller may know of: whom the desk lets read it, and whoever sees the floor.
async fn known(relay: &Relay, caller: &Caller, id: &str) -> Result<ConversationId, Problem> {
    let unknown = || Problem::unknown("conversation");
    let id: ConversationId = id.parse().map_err(|_| unknown())?;
    let agent = caller.agent.id;
    let sees = move |desk: &desk::Desk| {
        desk.may_read(agent, id).is_ok() || (desk.is_over(id).is_some() && desk.may_see_floor(agent).is_ok())
    };
    let sees = relay.desk.look(sees).await.map_err(|_| Problem::overloaded())?;
    if sees { Ok(id) } else { Err(unknown()) }
}

/// After a restart the words on cards are read from the log once.
pub(super) async fn load_names(relay: &Arc<Relay>, views: impl Iterator<Item = (ConversationId, Seq)>) {
    let names = &relay.names;
    let missing: Vec<(ConversationId, Seq)> = views.filter(|(id, _)| names.is_missing(*id)).collect();
    if !missing.is_empty() {
        let (names, reader) = (Arc::clone(names), relay.reader.clone());
        // A panic there leaves cards without words.
        let _ = tokio::task::spawn_blocking(move || names.load(reader.0.as_ref(), &missing)).await;
    }
}

/// Who is meant, in a body.
fn agent_of(fields: &mut crate::settings::Fields<'_>, key: &str) -> Option<AgentId> {
    let text: String = fields.optional(key)?;
    let agent = text.parse().ok();
    if agent.is_none() {
        fields.mistake(key, "must be a person's id");
    }
    agent
}
