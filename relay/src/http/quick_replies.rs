//! `/api/quick-replies`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{QuickReplyId, Role, Slug};
use serde::Deserialize;
use wire::api::{QUICK_REPLY_CHARS_MAX, QUICK_REPLY_TAGS_MAX, QuickReplies, QuickReply, TAG_CHARS_MAX};

use super::Problem;
use super::api::{answer, document, read, registry};
use super::caller::Caller;
use super::policy::Act;
use crate::registry::{QuickReplyDocument, StoredQuickReply};
use crate::relay::Relay;
use crate::settings::{Fields, is_language, workstream_id};

/// Which are wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    conversation: Option<String>,
}

/// `GET /api/quick-replies`: all, or those that fit the workstream of a conversation.
pub(super) async fn list(
    State(relay): State<Arc<Relay>>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::reads(&relay, &headers, Act::UseQuickReplies).await?;
    let Ok(Query(wanted)) = wanted else { return Err(Problem::malformed_query()) };
    let stream = match &wanted.conversation {
        Some(id) => Some(workstream_of(&relay, &caller, id).await?),
        None => None,
    };
    let fits = |stored: &StoredQuickReply| {
        let only = &stored.document.workstreams;
        stream.as_ref().is_none_or(|stream| only.is_empty() || stream.as_ref().is_some_and(|name| only.contains(name)))
    };
    let (agent, role) = (caller.agent.id, caller.agent.role);
    let found = registry(&relay, move |registry| registry.quick_replies(agent)).await?;
    let quick_replies = found.into_iter().filter(fits).map(|stored| shown(stored, role)).collect();
    Ok(answer(StatusCode::OK, &QuickReplies { quick_replies }))
}

/// `POST /api/quick-replies`
pub(super) async fn add(State(relay): State<Arc<Relay>>, request: Request<Body>) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::UseQuickReplies).await?;
    let document = document(request).await?;
    let known = known_workstreams(&relay).await;
    let (is_shared, document) = read(&document, |fields| {
        let is_shared = fields.optional("shared").unwrap_or(false);
        Some((is_shared, read_document(fields, None, &known)?))
    })?;
    if is_shared {
        caller.must(Act::ShareQuickReplies)?;
    }
    let now = relay.clock.now();
    let owner = (!is_shared).then_some(caller.agent.id);
    let stored = StoredQuickReply { id: crate::ids::quick_reply(now), owner, document };
    let kept = stored.clone();
    registry(&relay, move |registry| registry.add_quick_reply(now, caller.by, &kept)).await?;
    Ok(answer(StatusCode::CREATED, &shown(stored, caller.agent.role)))
}

/// `PATCH /api/quick-replies/{id}`
pub(super) async fn change(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let (caller, old) = theirs(&relay, request.headers(), &id).await?;
    let document = document(request).await?;
    let known = known_workstreams(&relay).await;
    let document = read(&document, |fields| read_document(fields, Some(&old.document), &known))?;
    let stored = StoredQuickReply { document, ..old };
    let (now, kept) = (relay.clock.now(), stored.clone());
    registry(&relay, move |registry| registry.change_quick_reply(now, caller.by, &kept)).await?;
    Ok(answer(StatusCode::OK, &shown(stored, caller.agent.role)))
}

/// `DELETE /api/quick-replies/{id}`
pub(super) async fn delete(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (caller, old) = theirs(&relay, &headers, &id).await?;
    let now = relay.clock.now();
    registry(&relay, move |registry| registry.delete_quick_reply(now, caller.by, old.id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// One that the caller may change. Somebody else's own is as good as none.
async fn theirs(relay: &Arc<Relay>, headers: &HeaderMap, id: &str) -> Result<(Caller, StoredQuickReply), Problem> {
    let caller = Caller::changes(relay, headers, Act::UseQuickReplies).await?;
    let id: QuickReplyId = id.parse().map_err(|_| Problem::unknown("quick reply"))?;
    let agent = caller.agent.id;
    let old = registry(relay, move |registry| registry.quick_reply(agent, id)).await?;
    if old.owner.is_none() {
        caller.must(Act::ShareQuickReplies)?;
    }
    Ok((caller, old))
}

/// The name of the workstream of a conversation that the caller may read; `None` for one that is over and forgotten.
async fn workstream_of(relay: &Arc<Relay>, caller: &Caller, id: &str) -> Result<Option<Slug>, Problem> {
    let id = super::conversations::readable(relay, caller, id).await?;
    let found = relay.desk.look(move |desk| desk.workstream_of(id)).await.map_err(|_| Problem::overloaded())?;
    let declared = relay.declared.lock().await;
    Ok(declared.workstreams.iter().map(|stream| &stream.name).find(|name| Some(workstream_id(name)) == found).cloned())
}

async fn known_workstreams(relay: &Relay) -> Vec<Slug> {
    relay.declared.lock().await.workstreams.iter().map(|stream| stream.name.clone()).collect()
}

/// Reads one; what is left out is as in `old`, or missing.
fn read_document(
    fields: &mut Fields<'_>,
    old: Option<&QuickReplyDocument>,
    known: &[Slug],
) -> Option<QuickReplyDocument> {
    for key in ["slug", "title", "text"] {
        if old.is_none() && !fields.has(key) {
            fields.mistake(key, "is missing");
        }
    }
    let slug: Option<Slug> = fields.optional("slug");
    let title: Option<String> = fields.optional("title");
    let text: Option<String> = fields.optional("text");
    let tags: Option<Vec<String>> = fields.optional("tags");
    let language: Option<String> = fields.optional("language");
    let workstreams: Option<Vec<Slug>> = fields.optional("workstreams");
    if title.as_deref().is_some_and(|title| !is_line(title, model::NAME_CHARS_MAX)) {
        fields.mistake("title", "must have 1 to 100 characters on one line");
    }
    if text.as_deref().is_some_and(|text| !is_text(text, QUICK_REPLY_CHARS_MAX)) {
        fields.mistake("text", format!("must have 1 to {QUICK_REPLY_CHARS_MAX} characters and no control characters"));
    }
    check_tags(fields, tags.as_deref().unwrap_or_default());
    if language.as_deref().is_some_and(|language| !language.is_empty() && !is_language(language)) {
        fields.mistake("language", "must be a language tag such as \"de\" or \"pt-BR\"");
    }
    for unknown in workstreams.iter().flatten().filter(|name| !known.contains(name)) {
        fields.mistake("workstreams", format!("there is no workstream \"{unknown}\""));
    }
    Some(QuickReplyDocument {
        slug: slug.or_else(|| old.map(|old| old.slug.clone()))?,
        title: title.or_else(|| old.map(|old| old.title.clone()))?,
        text: text.or_else(|| old.map(|old| old.text.clone()))?,
        tags: tags.or_else(|| old.map(|old| old.tags.clone())).unwrap_or_default(),
        language: match language {
            Some(language) => Some(language).filter(|language| !language.is_empty()),
            None => old.and_then(|old| old.language.clone()),
        },
        workstreams: workstreams.or_else(|| old.map(|old| old.workstreams.clone())).unwrap_or_default(),
    })
}

fn check_tags(fields: &mut Fields<'_>, tags: &[String]) {
    if tags.len() > QUICK_REPLY_TAGS_MAX {
        fields.mistake("tags", format!("must be at most {QUICK_REPLY_TAGS_MAX}"));
    }
    let is_tag = |tag: &String| is_line(tag, TAG_CHARS_MAX) && !tag.chars().any(|c| c.is_whitespace() || c == '#');
    if !tags.iter().all(is_tag) {
        fields.mistake("tags", format!("each must have 1 to {TAG_CHARS_MAX} characters, without blanks and #"));
    }
}

/// One line of words.
pub(super) fn is_line(text: &str, chars_max: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= chars_max && !text.chars().any(char::is_control)
}

/// Words, on several lines where need be.
pub(super) fn is_text(text: &str, chars_max: usize) -> bool {
    !text.trim().is_empty()
        && text.chars().count() <= chars_max
        && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t')
}

fn shown(stored: StoredQuickReply, role: Role) -> QuickReply {
    let QuickReplyDocument { slug, title, text, tags, language, workstreams } = stored.document;
    let shared = stored.owner.is_none();
    let may_change = !shared || role >= Act::ShareQuickReplies.least_role();
    QuickReply { id: stored.id, shared, may_change, slug, title, text, tags, language, workstreams }
}
