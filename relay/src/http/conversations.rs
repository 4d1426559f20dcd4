//! `/api/conversations/{id}/…`: notes and the transcript. Who may read a conversation is the desk's to say.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use axum::response::Response;
use desk::{Body as Words, Desk, Recorded};
use gate::{agents_entry, customer_entry};
use log::PAGE_ROWS_MAX;
use model::{AgentId, Audience, ConversationId, Role};
use serde::Deserialize;
use serde_json::Value;
use wire::api::{NOTE_CHARS_MAX, Note, Notes};

use super::Problem;
use super::api::{answer, document, read, registry};
use super::caller::Caller;
use super::policy::Act;
use super::quick_replies::is_text;
use super::streamed::{Sink, streamed};
use crate::registry::StoredNote;
use crate::relay::{Reader, Relay};
use crate::utc::utc;

/// `GET /api/conversations/{id}/notes`
pub(super) async fn notes(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::reads(&relay, &headers, Act::ReadConversation).await?;
    let id = readable(&relay, &caller, &id).await?;
    let found = registry(&relay, move |registry| registry.notes(id)).await?;
    let notes = found.into_iter().map(|stored| shown(&relay, stored)).collect();
    Ok(answer(StatusCode::OK, &Notes { notes }))
}

/// `POST /api/conversations/{id}/notes`
pub(super) async fn add_note(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::WriteNotes).await?;
    let id = readable(&relay, &caller, &id).await?;
    let document = document(request).await?;
    let text = read(&document, |fields| {
        let text: Option<String> = fields.required("text");
        if text.as_deref().is_some_and(|text| !is_text(text, NOTE_CHARS_MAX)) {
            fields.mistake("text", format!("must have 1 to {NOTE_CHARS_MAX} characters and no control characters"));
        }
        text
    })?;
    let now = relay.clock.now();
    let stored = StoredNote { id: crate::ids::note(now), by: caller.agent.id, at: now, text };
    let kept = stored.clone();
    registry(&relay, move |registry| registry.add_note(caller.by, id, &kept)).await?;
    Ok(answer(StatusCode::CREATED, &shown(&relay, stored)))
}

fn shown(relay: &Relay, stored: StoredNote) -> Note {
    let StoredNote { id, by, at, text } = stored;
    let name = gate::Names::agent(relay.names.as_ref(), by);
    Note { id, by, name, at, text }
}

/// How a transcript is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    format: Option<String>,
    audience: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Json,
}

/// `GET /api/conversations/{id}/transcript`
pub(super) async fn transcript(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::reads(&relay, &headers, Act::ReadConversation).await?;
    let bad = Problem::malformed_query;
    let Ok(Query(wanted)) = wanted else { return Err(bad()) };
    let format = match wanted.format.as_deref() {
        None | Some("json") => Format::Json,
        Some("text") => Format::Text,
        Some(_) => return Err(bad()),
    };
    let audience = match wanted.audience.as_deref() {
        None | Some("agents") => Audience::Agents,
        Some("customer") => Audience::Customer,
        Some(_) => return Err(bad()),
    };
    let id = readable(&relay, &caller, &id).await?;
    let now = relay.clock.now();
    registry(&relay, move |registry| registry.note_taken(now, caller.by, "transcript taken", &id.to_string())).await?;
    let (kind, ending) = match format {
        Format::Text => ("text/plain; charset=utf-8", "txt"),
        Format::Json => ("application/json", "json"),
    };
    let teller = Arc::clone(&relay);
    let mut response = streamed(move |sink| tell(&teller, id, audience, format, sink));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = format!("attachment; filename=\"{id}.{ending}\"");
    headers.extend(HeaderValue::from_str(&disposition).ok().map(|value| (header::CONTENT_DISPOSITION, value)));
    Ok(response)
}

/// Writes the whole transcript, page by page. Blocks.
fn tell(relay: &Relay, id: ConversationId, audience: Audience, format: Format, sink: &mut Sink) -> std::io::Result<()> {
    use std::io::Write;
    let mut after = 0;
    let mut is_first = true;
    if format == Format::Json {
        let audience = if audience == Audience::Agents { "agents" } else { "customer" };
        write!(sink, "{{\"conversation\":\"{id}\",\"audience\":\"{audience}\",\"entries\":[")?;
    }
    loop {
        let page = relay.reader.0.conversation(id, after, PAGE_ROWS_MAX).map_err(std::io::Error::other)?;
        let Some(next) = page.last().and_then(position) else { break };
        after = next;
        for entry in page.iter().filter_map(|recorded| entry_of(relay, audience, recorded)) {
            match format {
                Format::Text => writeln!(sink, "{}", line(relay, id, &entry))?,
                Format::Json => write!(sink, "{}{entry}", if is_first { "" } else { "," })?,
            }
            is_first = false;
        }
    }
    if format == Format::Json {
        write!(sink, "]}}")?;
    }
    Ok(())
}

fn position(recorded: &Recorded) -> Option<u32> {
    let desk::Fact::Conversation { position, .. } = &recorded.fact else { return None };
    Some(*position)
}

/// One entry as this audience reads it, without the key of the send, which is between its sender and the relay.
fn entry_of(relay: &Relay, audience: Audience, recorded: &Recorded) -> Option<Value> {
    let names = relay.names.as_ref();
    let mut entry = match audience {
        Audience::Agents => serde_json::to_value(agents_entry(recorded, names)?),
        Audience::Customer => serde_json::to_value(customer_entry(recorded, names)?),
    }
    .expect("invariant: an entry can be written");
    if let Some(fields) = entry["event"].as_object_mut().and_then(|event| event.values_mut().next()) {
        fields.as_object_mut().map(|fields| fields.remove("key"));
    }
    Some(entry)
}

/// An entry as a line for people: words as they were said, everything else by its name.
fn line(relay: &Relay, id: ConversationId, entry: &Value) -> String {
    let at = utc(model::Timestamp(entry["at"].as_u64().unwrap_or_default()));
    let (name, fields) = match &entry["event"] {
        Value::Object(event) => event.iter().next().map_or(("", &Value::Null), |(name, fields)| (name, fields)),
        Value::String(name) => (name.as_str(), &Value::Null),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => ("", &Value::Null),
    };
    let who = ["from", "who", "by", "to", "agent"].iter().find_map(|key| speaker(relay, id, &fields[*key]));
    if let Some(text) = fields["text"].as_str() {
        let who = who.unwrap_or_else(|| customer(relay, id));
        let kind = if name == "Internal" { " (internal)" } else { "" };
        // A line that somebody wrote must not look like one that somebody else did.
        return format!("{at} {who}{kind}: {}", text.replace('\n', "\n    "));
    }
    let reason = ["reason", "how", "why"].iter().find_map(|key| fields[*key].as_str().map(str::to_owned));
    let mut line = format!("{at} * {}", sentence(name));
    for more in [who, reason].into_iter().flatten() {
        line = format!("{line}: {more}");
    }
    line
}

/// `CustomerAway` as "Customer away".
fn sentence(name: &str) -> String {
    name.char_indices().fold(String::new(), |mut words, (index, letter)| {
        if index > 0 && letter.is_uppercase() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
        words
    })
}

fn speaker(relay: &Relay, id: ConversationId, value: &Value) -> Option<String> {
    match value {
        Value::String(name) if name == "Customer" => Some(customer(relay, id)),
        Value::String(name) => Some(name.clone()),
        Value::Object(speaker) => speaker.get("Agent")?.get("name")?.as_str().map(str::to_owned),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

/// What the customer is called. Blocks the first time.
fn customer(relay: &Relay, id: ConversationId) -> String {
    let known = gate::Names::customer(relay.names.as_ref(), id);
    let name = known.or_else(|| {
        let first = relay.reader.0.conversation(id, 0, 1).ok()?;
        match &first.first()?.body {
            Some(Words::Name(name)) => Some(name.clone()),
            Some(_) | None => None,
        }
    });
    name.map_or_else(|| "Customer".to_owned(), |name| name.as_str().to_owned())
}

/// A conversation that the caller may read: whom the desk lets in, and an admin once it is over. Others don't learn whether there is one.
pub(super) async fn readable(relay: &Arc<Relay>, caller: &Caller, id: &str) -> Result<ConversationId, Problem> {
    let unknown = || Problem::unknown("conversation");
    let id: ConversationId = id.parse().map_err(|_| unknown())?;
    let (agent, role) = (caller.agent.id, caller.agent.role);
    let seen = relay.desk.look(move |desk| Seen::of(desk, agent, id)).await.map_err(|_| Problem::overloaded())?;
    match seen {
        Seen::Readable => Ok(id),
        Seen::Over | Seen::Forgotten if role == Role::Admin && is_in_log(relay, id).await? => Ok(id),
        Seen::Over | Seen::Forgotten | Seen::NotTheirs => Err(unknown()),
    }
}

/// What the desk says of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Readable,
    /// It is over, and not theirs.
    Over,
    /// The desk does not know it: it is forgotten, or never was.
    Forgotten,
    NotTheirs,
}

impl Seen {
    fn of(desk: &Desk, agent: AgentId, id: ConversationId) -> Self {
        match desk.may_read(agent, id) {
            Ok(()) => Self::Readable,
            Err(_) => match desk.is_over(id) {
                Some(true) => Self::Over,
                Some(false) => Self::NotTheirs,
                None => Self::Forgotten,
            },
        }
    }
}

async fn is_in_log(relay: &Relay, id: ConversationId) -> Result<bool, Problem> {
    let Reader(reader) = relay.reader.clone();
    let found = tokio::task::spawn_blocking(move || reader.conversation(id, 0, 1)).await;
    match found {
        Ok(Ok(rows)) => Ok(!rows.is_empty()),
        Ok(Err(_)) | Err(_) => Err(Problem::fault()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_entry_is_a_sentence() {
        assert_eq!(sentence("CustomerAway"), "Customer away");
        assert_eq!(sentence("Joined"), "Joined");
    }
}
