//! Who asks, and whether they may: every address of the API begins here.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};

use super::policy::Act;
use super::{Problem, api};
use crate::registry::{Agent, By};
use crate::relay::Relay;

/// Somebody who may do what they ask for.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// Who.
    pub(super) agent: Agent,
    /// How the audit calls them.
    pub(super) by: By,
}

impl Caller {
    /// Somebody who reads.
    pub(super) async fn reads(relay: &Arc<Relay>, headers: &HeaderMap, act: Act) -> Result<Self, Problem> {
        let agent = api::who(relay, headers).await?.agent;
        if agent.role < act.least_role() {
            return Err(not_allowed(act));
        }
        let by = By::Agent(agent.id);
        Ok(Self { agent, by })
    }

    /// Somebody who changes something; a browser must say that it is on a page of this relay.
    pub(super) async fn changes(relay: &Arc<Relay>, headers: &HeaderMap, act: Act) -> Result<Self, Problem> {
        relay.own_origins.check(headers)?;
        Self::reads(relay, headers, act).await
    }

    /// Refuses what this caller's role does not allow.
    pub(super) fn must(&self, act: Act) -> Result<(), Problem> {
        if self.agent.role < act.least_role() { Err(not_allowed(act)) } else { Ok(()) }
    }
}

fn not_allowed(act: Act) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "not-allowed",
        match act.least_role() {
            model::Role::Admin => "Only an admin may do this.",
            model::Role::Supervisor => "Only a supervisor or an admin may do this.",
            model::Role::Agent => "You may not do this.",
        },
    )
}
