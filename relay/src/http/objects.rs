//! `/api/presences`, `/api/queues`, `/api/workstreams`, `/api/widgets`.
//!
//! What the settings file declares is read-only here (design 2.11). What is made here takes the names and values of the file, is read by
//! the same readers, and lies beside it in the registry.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use model::Slug;
use wire::api::{NewObject, Object, ObjectChange, Presences, Queues, Supervision, Widgets, Workstreams};

use super::Problem;
use super::api::{answer, document, json, read, registry};
use super::caller::Caller;
use super::policy::Act;
use crate::declared::Declared;
use crate::relay::Relay;
use crate::settings::{
    Document, Kind, Made, Mistakes, Settings, presence_id, queue_id, supervisors, widget_id, workstream_id,
};

type Answer = Result<Response, Problem>;

/// The handlers of one kind.
macro_rules! handlers {
    ($kind:expr, $id:path, $all:ident { $member:ident }, $list:ident, $one:ident, $add:ident, $set:ident, $delete:ident, $path:literal) => {
        #[doc = concat!("`GET ", $path, "`")]
        pub(super) async fn $list(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Answer {
            Caller::reads(&relay, &headers, Act::SeeObjects).await?;
            let settings = relay.declared.lock().await;
            let $member =
                settings.$member.iter().map(|one| shown(&settings, $kind, &one.name, $id(&one.name))).collect();
            Ok(answer(StatusCode::OK, &$all { $member }))
        }

        #[doc = concat!("`GET ", $path, "/{name}`")]
        pub(super) async fn $one(
            State(relay): State<Arc<Relay>>,
            Path(name): Path<String>,
            headers: HeaderMap,
        ) -> Answer {
            Caller::reads(&relay, &headers, Act::SeeObjects).await?;
            let settings = relay.declared.lock().await;
            let name = known(&settings, $kind, &name)?;
            Ok(answer(StatusCode::OK, &shown(&settings, $kind, &name, $id(&name))))
        }

        #[doc = concat!("`POST ", $path, "`")]
        pub(super) async fn $add(State(relay): State<Arc<Relay>>, request: Request<Body>) -> Answer {
            let caller = Caller::changes(&relay, request.headers(), Act::ChangeObjects).await?;
            let name = add(&relay, &caller, $kind, json(request).await?).await?;
            let settings = relay.declared.lock().await;
            Ok(answer(StatusCode::CREATED, &shown(&settings, $kind, &name, $id(&name))))
        }

        #[doc = concat!("`PUT ", $path, "/{name}`")]
        pub(super) async fn $set(
            State(relay): State<Arc<Relay>>,
            Path(name): Path<String>,
            request: Request<Body>,
        ) -> Answer {
            let caller = Caller::changes(&relay, request.headers(), Act::ChangeObjects).await?;
            let name = set(&relay, &caller, $kind, &name, json(request).await?).await?;
            let settings = relay.declared.lock().await;
            Ok(answer(StatusCode::OK, &shown(&settings, $kind, &name, $id(&name))))
        }

        #[doc = concat!("`DELETE ", $path, "/{name}`")]
        pub(super) async fn $delete(
            State(relay): State<Arc<Relay>>,
            Path(name): Path<String>,
            headers: HeaderMap,
        ) -> Answer {
            let caller = Caller::changes(&relay, &headers, Act::ChangeObjects).await?;
            delete(&relay, &caller, $kind, &name).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
    };
}

handlers!(
    Kind::Presence,
    presence_id,
    Presences { presences },
    presences,
    presence,
    add_presence,
    set_presence,
    delete_presence,
    "/api/presences"
);
handlers!(Kind::Queue, queue_id, Queues { queues }, queues, queue, add_queue, set_queue, delete_queue, "/api/queues");
handlers!(
    Kind::Workstream,
    workstream_id,
    Workstreams { workstreams },
    workstreams,
    workstream,
    add_workstream,
    set_workstream,
    delete_workstream,
    "/api/workstreams"
);
handlers!(
    Kind::Widget,
    widget_id,
    Widgets { widgets },
    widgets,
    widget,
    add_widget,
    set_widget,
    delete_widget,
    "/api/widgets"
);

fn shown<I>(settings: &Settings, kind: Kind, name: &Slug, id: I) -> Object<I, Document> {
    let document = settings.written.get(kind, name).cloned().unwrap_or_default();
    let declared_in_file = !settings.written.is_made(kind, name);
    Object { id, name: name.clone(), declared_in_file, settings: document }
}

/// The name, where there is such an object.
fn known(settings: &Settings, kind: Kind, name: &str) -> Result<Slug, Problem> {
    let name = name.parse().ok().filter(|name| settings.written.has(kind, name));
    name.ok_or_else(|| Problem::unknown(kind.word()))
}

async fn add(relay: &Arc<Relay>, caller: &Caller, kind: Kind, new: NewObject<Document>) -> Result<Slug, Problem> {
    let mut current = relay.declared.lock().await;
    let name: Slug = new.name.parse().map_err(|mistake: model::SlugError| {
        let mut mistakes = Mistakes::default();
        mistakes.add("name", mistake);
        Problem::mistakes(&mistakes)
    })?;
    if current.written.has(kind, &name) || current.hidden().any(|made| made.kind == kind && made.name == name) {
        return Err(Problem::conflict("name-taken", format!("Another {} has this name.", kind.word())));
    }
    keep(relay, caller, &mut current, Made { kind, name: name.clone(), document: new.settings }).await?;
    Ok(name)
}

async fn set(
    relay: &Arc<Relay>,
    caller: &Caller,
    kind: Kind,
    name: &str,
    change: ObjectChange<Document>,
) -> Result<Slug, Problem> {
    let mut current = relay.declared.lock().await;
    let name = changeable(&current, kind, name)?;
    keep(relay, caller, &mut current, Made { kind, name: name.clone(), document: change.settings }).await?;
    Ok(name)
}

/// `GET /api/supervision`
pub(super) async fn supervision(State(relay): State<Arc<Relay>>, headers: HeaderMap) -> Answer {
    Caller::reads(&relay, &headers, Act::SeeSupervision).await?;
    let settings = relay.declared.lock().await;
    Ok(answer(StatusCode::OK, &rights(&settings)))
}

/// `PUT /api/supervision`: what is left out is off. Works at once, and ends what is no longer allowed.
pub(super) async fn set_supervision(State(relay): State<Arc<Relay>>, request: Request<Body>) -> Answer {
    let caller = Caller::changes(&relay, request.headers(), Act::ChangeSupervision).await?;
    let said = document(request).await?;
    let document = read(&said, |fields| {
        let keys = ["monitor", "assign", "transfer", "force_close"];
        Some(keys.map(|key| (key.to_owned(), fields.optional::<bool>(key).unwrap_or(false).into())))
    })?;
    let mut current = relay.declared.lock().await;
    if current.written.has(Kind::Supervision, &supervisors())
        && !current.written.is_made(Kind::Supervision, &supervisors())
    {
        return Err(Problem::conflict(
            "declared-in-file",
            "The settings file declares [supervisors]; change it there.",
        ));
    }
    let made = Made { kind: Kind::Supervision, name: supervisors(), document: document.into_iter().collect() };
    keep(&relay, &caller, &mut current, made).await?;
    Ok(answer(StatusCode::OK, &rights(&current)))
}

fn rights(settings: &Settings) -> Supervision {
    let model::SupervisorRights { monitor, assign, transfer, force_close } = settings.supervisors;
    let (kind, name) = (Kind::Supervision, supervisors());
    let declared_in_file = settings.written.has(kind, &name) && !settings.written.is_made(kind, &name);
    Supervision { declared_in_file, monitor, assign, transfer, force_close }
}

/// Takes an object: checked with everything that refers to it, kept, and in use.
async fn keep(relay: &Arc<Relay>, caller: &Caller, current: &mut Declared, mut made: Made) -> Result<(), Problem> {
    made.document.retain(|_, value| !value.is_null());
    let (old, object) = (current.clone(), made.clone());
    // Widgets name files of keys.
    let checked = tokio::task::spawn_blocking(move || old.with(object)).await.map_err(|_| Problem::fault())?;
    let new = checked.map_err(|mistakes| Problem::mistakes(&mistakes))?;
    let (now, by) = (relay.clock.now(), caller.by);
    registry(relay, move |registry| registry.put_object(now, by, &made)).await?;
    crate::reload::take(relay, current, new).await;
    Ok(())
}

async fn delete(relay: &Arc<Relay>, caller: &Caller, kind: Kind, name: &str) -> Result<(), Problem> {
    let mut current = relay.declared.lock().await;
    let name = changeable(&current, kind, name)?;
    let (old, gone) = (current.clone(), name.clone());
    let checked = tokio::task::spawn_blocking(move || old.without(kind, &gone)).await.map_err(|_| Problem::fault())?;
    let in_use = |by: &[String]| {
        Problem::conflict("in-use", format!("This {} is in use; see the mistakes.", kind.word())).because(by)
    };
    let new = checked.map_err(|mistakes| in_use(mistakes.sentences()))?;
    let agents = registry(relay, |registry| registry.agents()).await?;
    let uses = agents.iter().filter_map(|agent| match kind {
        Kind::Queue => agent.queues.contains(&name).then(|| format!("people: {} serves it.", agent.name)),
        Kind::Presence => (agent.begins_in == name).then(|| format!("people: {} begins in it.", agent.name)),
        Kind::Workstream | Kind::Widget | Kind::Supervision => None,
    });
    let uses: Vec<String> = uses.collect();
    if !uses.is_empty() {
        return Err(in_use(&uses));
    }
    let (now, by) = (relay.clock.now(), caller.by);
    registry(relay, move |registry| registry.delete_object(now, by, kind, &name)).await?;
    crate::reload::take(relay, &mut current, new).await;
    Ok(())
}

/// The name of an object that the API has made; what the file declares is changed there.
fn changeable(current: &Declared, kind: Kind, name: &str) -> Result<Slug, Problem> {
    let name = known(current, kind, name)?;
    if current.written.is_made(kind, &name) {
        Ok(name)
    } else {
        Err(Problem::conflict(
            "declared-in-file",
            format!("The settings file declares this {}; change it there.", kind.word()),
        ))
    }
}
