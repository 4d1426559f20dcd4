//! `POST /api/conversations/{id}/messages`: says something. The same key with the same words gets the same answer, however often.
//! And what goes along with it: that somebody writes, and has read.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use desk::{AgentRequest, Author, Input, Notice, RefusalReason};
use model::{Audience, BodyDigest, ConversationId, MessageText, SendKey, Seq};
use serde_json::Value;
use wire::api::SentMessage;

use super::{ask_desk, known, refused, tell, within_limits};
use crate::http::Problem;
use crate::http::api::{answer, document, read};
use crate::http::caller::Caller;
use crate::http::policy::Act;
use crate::relay::Relay;
use crate::settings::Fields;
use crate::switchboard::Reply;

/// `POST /api/conversations/{id}/messages`
pub(in crate::http) async fn say(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::Converse).await?;
    within_limits(&relay, &caller)?;
    let conversation = known(&relay, &caller, &id).await?;
    let document = document(request).await?;
    let (key, text, audience) = read(&document, |fields| {
        let (key, text) = (send_key(fields), words(fields));
        let internal = fields.optional("internal").unwrap_or(false);
        Some((key?, text?, if internal { Audience::Agents } else { Audience::Customer }))
    })?;
    let (agent, digest) = (caller.agent.id, gate::body_digest(&text));
    let send = |caller| Input::SayFor { caller, agent, conversation, audience, key, digest, text };
    let seq = match tell(&relay, send).await? {
        Reply::Notice(Notice::Sent { sent, .. }) => sent.seq,
        Reply::Notice(Notice::NotSent { reason: RefusalReason::ConversationClosed, .. }) => {
            again(&relay, conversation, Author::Agent(agent), key, digest).await?
        }
        Reply::Notice(Notice::NotSent { reason, .. }) => return Err(refused(&relay, gate::refusal_code(reason))),
        Reply::Notice(_) | Reply::NotTaken(_) | Reply::Why(_) => return Err(Problem::fault()),
    };
    Ok(answer(StatusCode::OK, &SentMessage { conversation, key, seq }))
}

/// `POST /api/conversations/{id}/read`: has read all up to a position of the agents' sequence.
pub(in crate::http) async fn mark_read(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::Converse).await?;
    within_limits(&relay, &caller)?;
    let conversation = known(&relay, &caller, &id).await?;
    let document = document(request).await?;
    let upto: u32 = read(&document, |fields| fields.required("upto"))?;
    ask_desk(&relay, &caller, AgentRequest::Read(conversation, Seq(upto))).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST /api/conversations/{id}/typing`: the customer sees for a while that somebody is writing.
pub(in crate::http) async fn types(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, &headers, Act::Converse).await?;
    within_limits(&relay, &caller)?;
    let conversation = known(&relay, &caller, &id).await?;
    ask_desk(&relay, &caller, AgentRequest::Type(conversation)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The retry of an accepted send gets its answer, in a closed conversation too.
async fn again(
    relay: &Relay,
    conversation: ConversationId,
    author: Author,
    key: SendKey,
    digest: BodyDigest,
) -> Result<Seq, Problem> {
    let found = relay.reader.find_send(conversation, author, key).await;
    let reason = match found {
        Some(found) if found.digest == digest => return Ok(found.agents_seq),
        Some(_) => RefusalReason::SendKeyReused,
        None => RefusalReason::ConversationClosed,
    };
    Err(refused(relay, gate::refusal_code(reason)))
}

fn send_key(fields: &mut Fields<'_>) -> Option<SendKey> {
    let text: String = fields.required("key")?;
    let key = serde_json::from_value(Value::String(text)).ok();
    if key.is_none() {
        fields.mistake("key", "must have 32 hexadecimal digits");
    }
    key
}

fn words(fields: &mut Fields<'_>) -> Option<MessageText> {
    let text: String = fields.required("text")?;
    MessageText::new(text).map_err(|mistake| fields.mistake("text", mistake)).ok()
}
