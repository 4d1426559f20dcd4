//! `POST /api/conversations/{id}/…`: one address for each thing that can be done, all from one table, which the description uses, too.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use desk::AgentRequest;
use model::{AgentId, ConversationId, QueueId, Slug};
use wire::Request as Ask;
use wire::api::TakenLink;

use super::{agent_of, ask, ask_desk, known, within_limits};
use crate::http::Problem;
use crate::http::api::{answer, document, read};
use crate::http::caller::Caller;
use crate::http::policy::Act;
use crate::ids;
use crate::relay::Relay;
use crate::settings::queue_id;
use crate::switchboard::Reply;

/// One thing that can be done in a conversation.
pub(in crate::http) struct Verb {
    pub(in crate::http) path: &'static str,
    pub(in crate::http) act: Act,
    pub(in crate::http) summary: &'static str,
    pub(in crate::http) asks: Asks,
}

/// What it needs besides the conversation, and the console's request that it is.
pub(in crate::http) enum Asks {
    Plain(fn(ConversationId) -> Ask),
    OfAgent(fn(ConversationId, AgentId) -> Ask),
    /// Of an agent, or of a queue.
    OfEither(fn(ConversationId, AgentId) -> Ask, fn(ConversationId, QueueId) -> Ask),
}

const fn plain(path: &'static str, summary: &'static str, ask: fn(ConversationId) -> Ask) -> Verb {
    Verb { path, act: Act::Converse, summary, asks: Asks::Plain(ask) }
}

const fn of_agent(path: &'static str, summary: &'static str, ask: fn(ConversationId, AgentId) -> Ask) -> Verb {
    Verb { path, act: Act::Converse, summary, asks: Asks::OfAgent(ask) }
}

impl Verb {
    const fn by_supervisors(self) -> Self {
        Self { act: Act::Oversee, ..self }
    }
}

/// All of them.
pub(in crate::http) const VERBS: &[Verb] = &[
    plain("/api/conversations/{id}/accept", "Accepts the offer", |conversation| Ask::Accept { conversation }),
    plain("/api/conversations/{id}/decline", "Declines the offer", |conversation| Ask::Decline { conversation }),
    plain("/api/conversations/{id}/pick", "Takes it out of a queue, whatever the capacity", |conversation| Ask::Pick {
        conversation,
    }),
    plain("/api/conversations/{id}/release", "Gives it back to its queue", |conversation| Ask::Release {
        conversation,
    }),
    plain("/api/conversations/{id}/end", "Ends the talk", |conversation| Ask::End { conversation }),
    plain("/api/conversations/{id}/close", "Closes one's own side of it", |conversation| Ask::Close { conversation }),
    plain("/api/conversations/{id}/offer-link", "Offers the customer a reconnect link", |conversation| {
        Ask::OfferLink { conversation }
    }),
    plain("/api/conversations/{id}/release-hold", "Stops keeping the customer's place", |conversation| {
        Ask::ReleaseHold { conversation }
    }),
    Verb {
        path: "/api/conversations/{id}/consult",
        act: Act::Converse,
        summary: "Asks an agent, or the agents of a queue, for advice",
        asks: Asks::OfEither(
            |conversation, agent| Ask::Consult { conversation, agent },
            |conversation, queue| Ask::ConsultQueue { conversation, queue },
        ),
    },
    of_agent("/api/conversations/{id}/let-in", "Lets a consultant write to the customer", |conversation, agent| {
        Ask::LetIn { conversation, agent }
    }),
    of_agent("/api/conversations/{id}/end-consult", "Ends a consult", |conversation, agent| Ask::EndConsult {
        conversation,
        agent,
    }),
    plain("/api/conversations/{id}/leave-consult", "Leaves as a consultant", |conversation| Ask::LeaveConsult {
        conversation,
    }),
    Verb {
        path: "/api/conversations/{id}/transfer",
        act: Act::Converse,
        summary: "Invites an agent to take it over, or gives it to a queue",
        asks: Asks::OfEither(
            |conversation, agent| Ask::TransferToAgent { conversation, agent },
            |conversation, queue| Ask::TransferToQueue { conversation, queue },
        ),
    },
    plain("/api/conversations/{id}/withdraw-invitation", "Takes the running invitation back", |conversation| {
        Ask::WithdrawInvitation { conversation }
    }),
    plain("/api/conversations/{id}/accept-invitation", "Accepts the running invitation", |conversation| {
        Ask::AcceptInvitation { conversation }
    }),
    plain("/api/conversations/{id}/decline-invitation", "Declines the running invitation", |conversation| {
        Ask::DeclineInvitation { conversation }
    }),
    plain("/api/conversations/{id}/monitor", "Reads along", |conversation| Ask::Monitor { conversation })
        .by_supervisors(),
    plain("/api/conversations/{id}/stop-monitoring", "Stops reading along", |conversation| Ask::StopMonitoring {
        conversation,
    }),
    plain("/api/conversations/{id}/join", "Joins, while reading along", |conversation| Ask::Join { conversation })
        .by_supervisors(),
    Verb {
        path: "/api/conversations/{id}/assign",
        act: Act::Oversee,
        summary: "Gives an Open one to an agent, whatever presence and capacity, or to a queue",
        asks: Asks::OfEither(
            |conversation, agent| Ask::AssignToAgent { conversation, agent },
            |conversation, queue| Ask::AssignToQueue { conversation, queue },
        ),
    },
    of_agent(
        "/api/conversations/{id}/supervisor-transfer",
        "Invites an agent to take over an Active one",
        |conversation, agent| Ask::SupervisorTransfer { conversation, agent },
    )
    .by_supervisors(),
    plain("/api/conversations/{id}/force-close", "Closes it at once", |conversation| Ask::ForceClose { conversation })
        .by_supervisors(),
];

/// Their addresses.
pub(in crate::http) fn routes(mut router: Router<Arc<Relay>>) -> Router<Arc<Relay>> {
    for verb in VERBS {
        let carry_out = async move |State(relay): State<Arc<Relay>>, Path(id): Path<String>, request: Request<Body>| {
            carry_out(&relay, verb, &id, request).await
        };
        router = router.route(verb.path, post(carry_out));
    }
    router
}

async fn carry_out(
    relay: &Arc<Relay>,
    verb: &'static Verb,
    id: &str,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let caller = Caller::changes(relay, request.headers(), verb.act).await?;
    within_limits(relay, &caller)?;
    let id = known(relay, &caller, id).await?;
    let wanted = match verb.asks {
        Asks::Plain(of) => of(id),
        Asks::OfAgent(of) => {
            let document = document(request).await?;
            let agent = read(&document, |fields| {
                if !fields.has("agent") {
                    fields.mistake("agent", "is missing");
                }
                agent_of(fields, "agent")
            })?;
            of(id, agent)
        }
        Asks::OfEither(of_agent, of_queue) => match target(relay, request).await? {
            Target::Agent(agent) => of_agent(id, agent),
            Target::Queue(queue) => of_queue(id, queue),
        },
    };
    ask(relay, &caller, &wanted).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

enum Target {
    Agent(AgentId),
    Queue(QueueId),
}

/// An agent by id or a queue by name.
async fn target(relay: &Relay, request: Request<Body>) -> Result<Target, Problem> {
    let document = document(request).await?;
    let queues: Vec<Slug> = relay.declared.lock().await.queues.iter().map(|queue| queue.name.clone()).collect();
    read(&document, |fields| {
        if fields.has("agent") == fields.has("queue") {
            fields.mistake("agent", "or queue must be there, and not both");
        }
        let (agent, queue) = (agent_of(fields, "agent"), fields.optional::<Slug>("queue"));
        if let Some(unknown) = queue.as_ref().filter(|queue| !queues.contains(queue)) {
            fields.mistake("queue", format!("there is no queue \"{unknown}\""));
        }
        agent.map(Target::Agent).or_else(|| queue.map(|queue| Target::Queue(queue_id(&queue))))
    })
}

/// `POST /api/conversations/{id}/take-link`: a reconnect link, to send it by other ways.
pub(in crate::http) async fn take_link(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::changes(&relay, &headers, Act::Converse).await?;
    within_limits(&relay, &caller)?;
    let id = known(&relay, &caller, &id).await?;
    let secret = ids::link();
    ask_desk(&relay, &caller, AgentRequest::TakeLink(id, gate::link_hash(&secret))).await?;
    let portal = crate::socket::portal(Arc::clone(&relay), None, id).await;
    // It was there when the desk looked.
    let portal = portal.ok_or_else(|| super::refused(&relay, wire::RefusalCode::NoPortal))?;
    Ok(answer(StatusCode::OK, &TakenLink { url: gate::reconnect_url(&portal, &secret) }))
}

/// `GET /api/conversations/{id}/why-waiting`
pub(in crate::http) async fn why_waiting(
    State(relay): State<Arc<Relay>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let caller = Caller::reads(&relay, &headers, Act::ReadConversation).await?;
    within_limits(&relay, &caller)?;
    let id = known(&relay, &caller, &id).await?;
    match ask(&relay, &caller, &Ask::WhyWaiting { conversation: id }).await? {
        Reply::Why(Some(why)) => Ok(answer(StatusCode::OK, &gate::why_waiting(&why, relay.names.as_ref()))),
        Reply::Why(None) => Err(super::refused(&relay, wire::RefusalCode::WrongState)),
        Reply::Notice(_) | Reply::NotTaken(_) => Err(Problem::fault()),
    }
}
