//! Who there is: names, ids and rules.

use desk::Configuration;
use gate::{KnownWidget, Portal, SignInResult, identity_hash};
use model::{
    AgentId, AgentRules, DisplayName, Millis, QueueId, QueueRules, ReconnectRules, Role, Slug, Timestamp, Units,
    WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use wire::{Jwt, WebUrl};

pub(crate) const QUEUE: QueueId = QueueId::from_u128(0x9e1);
pub(crate) const WORKSTREAM: WorkstreamId = WorkstreamId::from_u128(0x9e2);
pub(crate) const WIDGET: WidgetId = WidgetId::from_u128(0x9e3);

/// The agents, in the order of their ids.
pub(crate) const AGENTS: [&str; 3] = ["ravi", "sofia", "maya"];

pub(crate) fn agent_id(name: &str) -> AgentId {
    let index = AGENTS.iter().position(|known| *known == name).unwrap_or_else(|| panic!("no agent is called {name}"));
    AgentId::from_u128(0xa0 + index as u128)
}

pub(crate) fn agent_name(id: AgentId) -> Option<DisplayName> {
    let index = usize::try_from(id.as_u128().checked_sub(0xa0)?).ok()?;
    let name = AGENTS.get(index)?;
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
        let agent = || AgentRules { enabled: true, role: Role::Agent, capacity: self.capacity, queues: vec![QUEUE] };
        all.extend(AGENTS.iter().map(|name| Configuration::Agent(agent_id(name), agent())));
        all
    }
}

/// Names alone, for the checks.
pub(crate) struct Registry;

impl gate::Names for Registry {
    fn agent(&self, agent: AgentId) -> Option<DisplayName> {
        agent_name(agent)
    }

    fn queue(&self, _queue: QueueId) -> Option<String> {
        None
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
