//! Configured objects: `/api/presences`, `/api/queues`, `/api/workstreams`, `/api/widgets`.

use model::{PresenceId, QueueId, Slug, WidgetId, WorkstreamId};
use serde::{Deserialize, Serialize};

/// `GET /api/presences`: custom presences, in the order of the settings file, then by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presences<S> {
    /// The presences.
    pub presences: Vec<Object<PresenceId, S>>,
}

/// `GET /api/queues`, in the order of the settings file, then by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queues<S> {
    /// The queues.
    pub queues: Vec<Object<QueueId, S>>,
}

/// `GET /api/workstreams`, in the order of the settings file, then by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workstreams<S> {
    /// The workstreams.
    pub workstreams: Vec<Object<WorkstreamId, S>>,
}

/// `GET /api/widgets`, in the order of the settings file, then by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widgets<S> {
    /// The widgets.
    pub widgets: Vec<Object<WidgetId, S>>,
}

/// `POST`: a new object. The name is text, so that a bad one is told with the other mistakes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewObject<S> {
    /// Its name, for ever: 1 to 40 of a-z, 0-9 and -, beginning with a letter.
    pub name: String,
    /// What is set, with the names and values of the settings file.
    pub settings: S,
}

/// `PUT`: what is set from now on, instead of all that was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectChange<S> {
    /// What is set, with the names and values of the settings file.
    pub settings: S,
}

/// `GET` and the answer to `PUT /api/supervision`: what supervisors and admins may do besides watching the floor (product 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Supervision {
    /// The settings file declares it: it is read-only here.
    pub declared_in_file: bool,
    /// Read along in conversations, and join.
    pub monitor: bool,
    /// Give waiting conversations to an agent or a queue.
    pub assign: bool,
    /// Give conversations to another agent.
    pub transfer: bool,
    /// Close any conversation.
    pub force_close: bool,
}

/// `PUT /api/supervision`: what is left out is off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionChange {
    /// See [`Supervision::monitor`].
    #[serde(default)]
    pub monitor: bool,
    /// See [`Supervision::assign`].
    #[serde(default)]
    pub assign: bool,
    /// See [`Supervision::transfer`].
    #[serde(default)]
    pub transfer: bool,
    /// See [`Supervision::force_close`].
    #[serde(default)]
    pub force_close: bool,
}

/// One configured object. `S` is a JSON object with the names and values of the settings file; what it leaves out has the documented
/// default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object<I, S> {
    /// Which.
    pub id: I,
    /// Its name in settings and addresses; never changes.
    pub name: Slug,
    /// The settings file declares it: it is read-only here.
    pub declared_in_file: bool,
    /// What is set, without the name.
    pub settings: S,
}
