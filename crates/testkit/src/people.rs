//! Who there is: names, ids and rules.

use std::collections::BTreeSet;

use desk::Configuration;
use gate::{KnownWidget, Portal, SignInResult, identity_hash};
use model::{
    AgentId, AgentRules, DisplayName, Millis, QueueId, QueueRules, ReconnectRules, Role, Slug, SupervisorRights,
    Timestamp, Units, WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use wire::{Jwt, WebUrl};

pub(crate) const QUEUE: QueueId = QueueId::from_u128(0x9e1);
/// Where nobody comes by themselves: what is sent or assigned there, waits there.
pub(crate) const BACK_OFFICE: QueueId = QueueId::from_u128(0x9e4);
pub(crate) const WORKSTREAM: WorkstreamId = WorkstreamId::from_u128(0x9e2);
pub(crate) const WIDGET: WidgetId = WidgetId::from_u128(0x9e3);

/// Everybody who has a console, in the order of their ids: three who serve the queue, then two who oversee.
pub(crate) const AGENTS: [&str; 5] = ["ravi", "sofia", "maya", "dana", "omar"];

/// Who serves the queue.
const SERVE: usize = 3;

pub(crate) fn agent_id(name: &str) -> AgentId {
    let index = AGENTS.iter().position(|known| *known == name).unwrap_or_else(|| panic!("no agent is called {name}"));
    AgentId::from_u128(0xa0 + index as u128)
}

/// What they are called in their world.
pub(crate) fn called(id: AgentId) -> Option<&'static str> {
    AGENTS.get(usize::try_from(id.as_u128().checked_sub(0xa0)?).ok()?).copied()
}

pub(crate) fn agent_name(id: AgentId) -> Option<DisplayName> {
    let name = called(id)?;
    let (first, rest) = name.split_at(1);
    DisplayName::new(&format!("{}{rest}", first.to_uppercase())).ok()
}

pub(crate) fn widget_slug() -> Slug {
    "shop".parse().expect("invariant: a slug")
}

/// The site on which a browser's pages are: browsers keep a storage for each, so that `"mia@help"` is what `"mia"` is on the other one.
pub(crate) fn site_of_browser(browser: &str) -> &'static str {
    SITES[usize::from(browser.ends_with("@help"))]
}

/// The JWT of a customer of the world, as the owner's provider signs it: good for 15 minutes.
pub(crate) fn jwt(sub: &str, now: Timestamp) -> Option<Jwt> {
    Jwt::new(format!("{}.{sub}", (now + Millis::minutes(15)).0))
}

/// The rules of a world.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) disconnect_after: Millis,
    pub(crate) capacity: Units,
    pub(crate) reconnect: Option<ReconnectRules>,
    pub(crate) prompts_anonymous: bool,
    pub(crate) redirect: Option<WebUrl>,
    /// The keys of the customers' identity provider are out of reach.
    pub(crate) keys_are_down: bool,
    /// What supervisors may do besides watching the floor.
    pub(crate) supervision: SupervisorRights,
    /// Supervisors who are agents like the others for now.
    pub(crate) demoted: BTreeSet<&'static str>,
    /// Who serves the back office, too.
    pub(crate) back_office: BTreeSet<&'static str>,
}

/// The sites of the world's owner: all on one widget.
pub(crate) const SITES: [&str; 2] = ["https://shop.example", "https://help.example"];

/// The site of a page.
pub(crate) fn site_of(page: &str) -> &str {
    SITES.into_iter().find(|site| page.starts_with(site)).unwrap_or("")
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            disconnect_after: Millis::minutes(3),
            capacity: Units(3),
            reconnect: None,
            prompts_anonymous: false,
            redirect: None,
            keys_are_down: false,
            supervision: SupervisorRights::default(),
            demoted: BTreeSet::new(),
            back_office: ["sofia", "maya"].into(),
        }
    }
}

impl Rules {
    pub(crate) fn known_widget(&self) -> KnownWidget {
        KnownWidget {
            redirect: self.redirect.clone(),
            sites: SITES.map(str::to_owned).to_vec(),
            links: self.reconnect.is_some(),
            ..KnownWidget::plain(WIDGET, self.disconnect_after)
        }
    }

    pub(crate) fn portal(&self) -> Option<Portal> {
        format!("{}/chat", SITES[0]).parse().ok().map(|url| Portal { url, in_query: false })
    }

    /// What the relay makes of a JWT: the instant of its end, a dot, and whose it is.
    pub(crate) fn verify(&self, now: Timestamp, jwt: &Jwt) -> SignInResult {
        let parts = jwt.expose().split_once('.').and_then(|(until, sub)| Some((Timestamp(until.parse().ok()?), sub)));
        match parts {
            _ if self.keys_are_down => SignInResult::Unknown,
            Some((expires_at, sub)) if expires_at > now => {
                SignInResult::Verified { identity: identity_hash("https://id.example", sub), expires_at }
            }
            Some(_) | None => SignInResult::Refused,
        }
    }

    pub(crate) fn configurations(&self) -> Vec<Configuration> {
        let mut all = vec![
            Configuration::Queue(QUEUE, QueueRules::DEFAULT),
            Configuration::Queue(BACK_OFFICE, QueueRules::DEFAULT),
            Configuration::Workstream(WORKSTREAM, WorkstreamRules::for_queue(QUEUE)),
            Configuration::Widget(
                WIDGET,
                WidgetRules {
                    disconnect_after: self.disconnect_after,
                    reconnect: self.reconnect,
                    has_portal: true,
                    prompts_anonymous: self.prompts_anonymous,
                    ..WidgetRules::for_workstream(WORKSTREAM)
                },
            ),
        ];
        all.push(Configuration::Supervision(self.supervision));
        all.extend(AGENTS.iter().map(|name| Configuration::Agent(agent_id(name), self.agent(name))));
        all
    }

    pub(crate) fn role(&self, name: &str) -> Role {
        match AGENTS.iter().position(|known| *known == name) {
            Some(index) if index >= SERVE && !self.demoted.contains(name) => Role::Supervisor,
            Some(_) | None => Role::Agent,
        }
    }

    fn agent(&self, name: &str) -> AgentRules {
        let serves = AGENTS[..SERVE].contains(&name).then_some(QUEUE);
        let also = self.back_office.contains(name).then_some(BACK_OFFICE);
        let queues = serves.into_iter().chain(also).collect();
        AgentRules { enabled: true, role: self.role(name), capacity: self.capacity, queues }
    }
}

/// What a queue is called.
pub(crate) fn queue_name(queue: QueueId) -> Option<String> {
    [(QUEUE, "Sales"), (BACK_OFFICE, "Back office")]
        .iter()
        .find(|(id, _)| *id == queue)
        .map(|(_, name)| (*name).to_owned())
}

/// Names alone, for the checks.
pub(crate) struct Registry;

impl gate::Names for Registry {
    fn agent(&self, agent: AgentId) -> Option<DisplayName> {
        agent_name(agent)
    }

    fn queue(&self, queue: QueueId) -> Option<String> {
        queue_name(queue)
    }

    fn customer(&self, _conversation: model::ConversationId) -> Option<DisplayName> {
        None
    }

    fn last_words(&self, _conversation: model::ConversationId) -> Option<String> {
        None
    }

    fn page(&self, _conversation: model::ConversationId) -> Option<model::PageAddress> {
        None
    }
}
