//! Where in the console one is, as the part of the address after `#` says it: so that a reload stays there, Back goes back, and a
//! place can be kept as a bookmark.

use model::{ConversationId, Role};

/// A place of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The desk, with a conversation in the middle or without: `#cnv_…` or nothing.
    Desk(Option<ConversationId>),
    /// All ongoing conversations, or all agents: `#/supervise`, `#/supervise/agents`.
    Supervise(Tab),
    /// Reports: `#/reports`.
    Reports,
    /// Settings: `#/settings`, `#/settings/…`.
    Settings(Page),
}

/// A part of the console that the bar leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Where conversations are held.
    Desk,
    /// Where they are overseen.
    Supervise,
    /// What has been.
    Reports,
    /// What can be set.
    Settings,
}

/// A part of Supervise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// All ongoing conversations.
    Conversations,
    /// All agents.
    Agents,
}

impl Tab {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Conversations, Self::Agents];

    /// Its name.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Conversations => "Ongoing conversations",
            Self::Agents => "Agents",
        }
    }
}

/// A page of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// What this browser was asked to do.
    Browser,
    /// Quick replies, one's own and everybody's.
    QuickReplies,
    /// Who can sign in, and what they may do.
    People,
    /// Widgets, and the tag that puts one on a page.
    Widgets,
    /// Queues.
    Queues,
    /// Workstreams.
    Workstreams,
    /// Custom presences.
    Presences,
    /// What is told by itself.
    Messages,
    /// What supervisors may do.
    Rights,
    /// Tokens of the API.
    Tokens,
    /// Addresses that hear of events.
    Webhooks,
    /// Who did what.
    Audit,
}

impl Section {
    /// The parts that somebody of this role has.
    #[must_use]
    pub const fn of(role: Role) -> &'static [Self] {
        match role {
            Role::Agent => &[Self::Desk, Self::Settings],
            Role::Supervisor | Role::Admin => &[Self::Desk, Self::Supervise, Self::Reports, Self::Settings],
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Desk => "Desk",
            Self::Supervise => "Supervise",
            Self::Reports => "Reports",
            Self::Settings => "Settings",
        }
    }

    /// Where it begins.
    #[must_use]
    pub const fn start(self) -> Route {
        match self {
            Self::Desk => Route::Desk(None),
            Self::Supervise => Route::Supervise(Tab::Conversations),
            Self::Reports => Route::Reports,
            Self::Settings => Route::Settings(Page::Browser),
        }
    }
}

impl Page {
    /// The pages that somebody of this role has.
    #[must_use]
    pub const fn of(role: Role) -> &'static [Self] {
        match role {
            Role::Agent => &[Self::Browser, Self::QuickReplies],
            Role::Supervisor => &[
                Self::Browser,
                Self::QuickReplies,
                Self::People,
                Self::Widgets,
                Self::Queues,
                Self::Workstreams,
                Self::Presences,
                Self::Rights,
            ],
            Role::Admin => &[
                Self::Browser,
                Self::QuickReplies,
                Self::People,
                Self::Widgets,
                Self::Queues,
                Self::Workstreams,
                Self::Presences,
                Self::Messages,
                Self::Rights,
                Self::Tokens,
                Self::Webhooks,
                Self::Audit,
            ],
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Browser => "This browser",
            Self::QuickReplies => "Quick replies",
            Self::People => "People",
            Self::Widgets => "Widgets",
            Self::Queues => "Queues",
            Self::Workstreams => "Workstreams",
            Self::Presences => "Presences",
            Self::Messages => "Automated messages",
            Self::Rights => "Supervisors’ rights",
            Self::Tokens => "API tokens",
            Self::Webhooks => "Webhooks",
            Self::Audit => "Audit",
        }
    }

    const fn path(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::QuickReplies => "quick-replies",
            Self::People => "people",
            Self::Widgets => "widgets",
            Self::Queues => "queues",
            Self::Workstreams => "workstreams",
            Self::Presences => "presences",
            Self::Messages => "messages",
            Self::Rights => "rights",
            Self::Tokens => "tokens",
            Self::Webhooks => "webhooks",
            Self::Audit => "audit",
        }
    }
}

impl Route {
    /// The place that a fragment names, with or without its `#`. What names none is the desk; what the role has no right to see, too.
    #[must_use]
    pub fn read(fragment: &str, role: Role) -> Self {
        let fragment = fragment.trim_start_matches('#');
        let Some(path) = fragment.strip_prefix('/') else { return Self::Desk(fragment.parse().ok()) };
        let mut parts = path.splitn(2, '/');
        let (first, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let route = match first {
            "supervise" if rest == "agents" => Self::Supervise(Tab::Agents),
            "supervise" => Self::Supervise(Tab::Conversations),
            "reports" => Self::Reports,
            "settings" => {
                let pages = Page::of(role);
                Self::Settings(pages.iter().copied().find(|page| page.path() == rest).unwrap_or(pages[0]))
            }
            _ => Self::Desk(None),
        };
        if Section::of(role).contains(&route.section()) { route } else { Self::Desk(None) }
    }

    /// The fragment that names it, without `#`.
    #[must_use]
    pub fn fragment(self) -> String {
        match self {
            Self::Desk(None) => String::new(),
            Self::Desk(Some(conversation)) => conversation.to_string(),
            Self::Supervise(Tab::Conversations) => "/supervise".to_owned(),
            Self::Supervise(Tab::Agents) => "/supervise/agents".to_owned(),
            Self::Reports => "/reports".to_owned(),
            Self::Settings(page) => ["/settings/", page.path()].concat(),
        }
    }

    /// The part that it belongs to.
    #[must_use]
    pub const fn section(self) -> Section {
        match self {
            Self::Desk(_) => Section::Desk,
            Self::Supervise(_) => Section::Supervise,
            Self::Reports => Section::Reports,
            Self::Settings(_) => Section::Settings,
        }
    }

    /// What its only first heading says, and the title of the window.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Desk(_) => "Desk",
            Self::Supervise(tab) => tab.title(),
            Self::Reports => "Reports",
            Self::Settings(page) => page.name(),
        }
    }

    /// The conversation that is looked at.
    #[must_use]
    pub const fn conversation(self) -> Option<ConversationId> {
        match self {
            Self::Desk(conversation) => conversation,
            Self::Supervise(_) | Self::Reports | Self::Settings(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 3] = [Role::Agent, Role::Supervisor, Role::Admin];

    #[test]
    fn every_place_is_named_by_its_fragment() {
        for role in ROLES {
            for section in Section::of(role) {
                assert_eq!(Route::read(&section.start().fragment(), role), section.start());
            }
            for page in Page::of(role) {
                let route = Route::Settings(*page);
                assert_eq!(Route::read(&format!("#{}", route.fragment()), role), route);
            }
        }
        let conversation = ConversationId::from_u128(7);
        assert_eq!(Route::read(&format!("#{conversation}"), Role::Agent), Route::Desk(Some(conversation)));
    }

    #[test]
    fn an_agent_has_no_oversight() {
        for place in ["#/supervise", "#/supervise/agents"] {
            assert_eq!(Route::read(place, Role::Agent), Route::Desk(None));
            assert_eq!(Route::read(place, Role::Supervisor).section(), Section::Supervise);
        }
        assert_eq!(Route::read("#/settings/people", Role::Agent), Route::Settings(Page::Browser));
    }

    #[test]
    fn what_names_no_place_is_the_desk() {
        for fragment in ["", "#", "#/", "#/nowhere", "#cnv_nonsense", "#agt_01"] {
            assert_eq!(Route::read(fragment, Role::Admin), Route::Desk(None), "{fragment}");
        }
        assert_eq!(Route::read("#/settings/nowhere", Role::Agent), Route::Settings(Page::Browser));
    }
}
