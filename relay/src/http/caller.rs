//! Who asks, and whether they may: every address of the API begins here.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode, header};
use wire::api::Scope;

use super::policy::Act;
use super::{Problem, api};
use crate::registry::{Agent, By, TokenSecret};
use crate::relay::Relay;

/// Somebody who may do what they ask for.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// Who; of a token, for whom it acts.
    pub(super) agent: Agent,
    /// How the audit calls them.
    pub(super) by: By,
    /// What a token allows; a person who is signed in is held back by their role alone.
    scope: Option<Scope>,
}

impl Caller {
    /// Somebody who reads.
    pub(super) async fn reads(relay: &Arc<Relay>, headers: &HeaderMap, act: Act) -> Result<Self, Problem> {
        let caller = if headers.contains_key(header::AUTHORIZATION) {
            Self::by_token(relay, headers).await?
        } else {
            let agent = api::who(relay, headers).await?.agent;
            Self { by: By::Agent(agent.id), agent, scope: None }
        };
        caller.must(act)?;
        caller.must_have(Scope::Read)?;
        Ok(caller)
    }

    /// Somebody who changes something; a browser must say that it is on a page of this relay. A token is sent by nobody's browser
    /// unasked.
    pub(super) async fn changes(relay: &Arc<Relay>, headers: &HeaderMap, act: Act) -> Result<Self, Problem> {
        if !headers.contains_key(header::AUTHORIZATION) {
            relay.own_origins.check(headers)?;
        }
        let caller = Self::reads(relay, headers, act).await?;
        caller.must_have(act.scope_to_change())?;
        Ok(caller)
    }

    async fn by_token(relay: &Arc<Relay>, headers: &HeaderMap) -> Result<Self, Problem> {
        let mut sent = headers.get_all(header::AUTHORIZATION).iter();
        let secret = match (sent.next().and_then(|value| value.to_str().ok()), sent.next()) {
            (Some(only), None) => bearer(only).and_then(TokenSecret::parse),
            _ => None,
        };
        let secret = secret.ok_or_else(bad_token)?;
        let now = relay.clock.now();
        let found = api::registry(relay, move |registry| registry.by_token(now, &secret)).await?;
        let (token, agent) = found.ok_or_else(bad_token)?;
        Ok(Self { agent, by: By::Token(token.id), scope: Some(token.scope) })
    }

    /// Refuses what this caller's role does not allow.
    pub(super) fn must(&self, act: Act) -> Result<(), Problem> {
        if self.agent.role < act.least_role() {
            return Err(not_allowed(act));
        }
        if self.scope.is_some() && act.is_for_people_only() {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "not-by-token",
                "Only a person who is signed in may do this.",
            ));
        }
        Ok(())
    }

    fn must_have(&self, wanted: Scope) -> Result<(), Problem> {
        if self.scope.is_some_and(|scope| scope < wanted) {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "scope-too-small",
                "This token's scope does not allow it.",
            ));
        }
        Ok(())
    }
}

/// What follows the scheme's name.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, rest) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(rest.trim())
}

fn bad_token() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "bad-token", "This token is not known, or it acts for nobody any more.")
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
