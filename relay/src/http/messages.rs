//! `/api/messages`: automated messages, what is told when, in every language (product 8).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use model::{AUTOMATED_LANGUAGES, Slug, TextSlug, Trigger};
use serde::Deserialize;
use wire::api::{AutomatedMessage, AutomatedMessages, DefaultText, SetMessage};

use super::Problem;
use super::api::{answer, document, read, registry};
use super::caller::Caller;
use super::policy::Act;
use crate::relay::Relay;
use crate::settings::{LANGUAGE, MessageKey, MessageSettings, Mistakes, Settings, read_language, read_message_change};

/// The query of one message.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Of which widget; left out: of all.
    widget: Option<String>,
}

/// `GET /api/messages`
pub(super) async fn list(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Result<Response, Problem> {
    Caller::reads(&relay, &headers, Act::ManageMessages).await?;
    let settings = relay.declared.lock().await;
    let messages = Trigger::ALL.iter().map(|trigger| shown(&settings, *trigger)).collect();
    let languages = AUTOMATED_LANGUAGES.map(str::to_owned).into();
    Ok(answer(StatusCode::OK, &AutomatedMessages { languages, messages }))
}

/// `PUT /api/messages/{trigger}/{language}`
pub(super) async fn set(
    State(relay): State<Arc<Relay>>,
    Path((trigger, language)): Path<(String, String)>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, request.headers(), Act::ManageMessages).await?;
    let said = document(request).await?;
    let mut current = relay.declared.lock().await;
    let key = key(&current, &trigger, &language, wanted)?;
    let (text, on) = read(&said, |fields| Some(read_message_change(fields, key.trigger)))?;
    refuse_declared(&current, &key)?;
    let message = MessageSettings { key, text, on, is_made: true };
    let (trigger, new) = (message.key.trigger, current.with_message(message.clone()));
    let (now, by) = (relay.clock.now(), caller.by);
    registry(&relay, move |registry| registry.put_message(now, by, &message)).await?;
    crate::reload::take_messages(&relay, &mut current, new);
    Ok(answer(StatusCode::OK, &shown(&current, trigger)))
}

/// `DELETE /api/messages/{trigger}/{language}`: as the next wider setting says, at last as it comes.
pub(super) async fn delete(
    State(relay): State<Arc<Relay>>,
    Path((trigger, language)): Path<(String, String)>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, &headers, Act::ManageMessages).await?;
    let mut current = relay.declared.lock().await;
    let key = key(&current, &trigger, &language, wanted)?;
    refuse_declared(&current, &key)?;
    let new = current.without_message(&key);
    let (now, by) = (relay.clock.now(), caller.by);
    registry(&relay, move |registry| registry.delete_message(now, by, &key)).await?;
    crate::reload::take_messages(&relay, &mut current, new);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What an address means.
fn key(
    settings: &Settings,
    trigger: &str,
    language: &str,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Result<MessageKey, Problem> {
    let Ok(Query(Wanted { widget })) = wanted else { return Err(Problem::malformed_query()) };
    let trigger = Trigger::of(trigger).ok_or_else(|| Problem::unknown("message"))?;
    let widget: Option<Slug> = match widget {
        Some(name) => {
            let known = name.parse().ok().filter(|name| settings.widgets.iter().any(|widget| widget.name == *name));
            Some(known.ok_or_else(|| Problem::unknown("widget"))?)
        }
        None => None,
    };
    let language = read_language(language).ok_or_else(|| {
        let mut mistakes = Mistakes::default();
        mistakes.add("language", LANGUAGE);
        Problem::mistakes(&mistakes)
    })?;
    Ok(MessageKey { trigger, widget, language })
}

/// What the settings file declares is changed there.
fn refuse_declared(settings: &Settings, key: &MessageKey) -> Result<(), Problem> {
    let is_declared = settings.messages.iter().any(|message| message.key == *key && !message.is_made);
    if is_declared {
        return Err(Problem::conflict("declared-in-file", "The settings file declares this message; change it there."));
    }
    Ok(())
}

fn shown(settings: &Settings, trigger: Trigger) -> AutomatedMessage {
    let text = |language: &str| {
        let text = trigger.default_text(language)?.to_owned();
        Some(DefaultText { language: language.to_owned(), text })
    };
    let mut set: Vec<&MessageSettings> =
        settings.messages.iter().filter(|message| message.key.trigger == trigger).collect();
    set.sort_by(|one, other| one.key.cmp(&other.key));
    AutomatedMessage {
        trigger,
        kind: trigger.kind(),
        on: trigger.is_on(),
        slugs: trigger.slugs().map(TextSlug::name).map(str::to_owned).collect(),
        defaults: AUTOMATED_LANGUAGES.into_iter().filter_map(text).collect(),
        set: set.into_iter().map(told).collect(),
    }
}

fn told(message: &MessageSettings) -> SetMessage {
    let MessageSettings { key, text, on, is_made } = message.clone();
    SetMessage { language: key.language, widget: key.widget, text, on, declared_in_file: !is_made }
}
