//! What `/q`, `/c` and `/t` open over the composer: quick replies, a consult, a transfer.

use model::{ConversationId, QueueId};
use wire::{Card, ColleaguesState, Request};
use yew::prelude::*;

use super::picker::{Choice, Choices, Picker};
use crate::quick;
use crate::view::{Act, Model};
use crate::words;
use page::ui::{Glyph, Icon};

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// A quick reply, which goes into the composer.
    QuickReply,
    /// A colleague or a queue to ask for advice.
    Consult,
    /// An agent or a queue that gets the conversation.
    Transfer,
}

impl Command {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::QuickReply, Self::Consult, Self::Transfer];

    /// What opens it at the beginning of a message.
    #[must_use]
    pub const fn typed(self) -> &'static str {
        match self {
            Self::QuickReply => "/q",
            Self::Consult => "/c",
            Self::Transfer => "/t",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::QuickReply => "Quick replies",
            Self::Consult => "Ask for advice",
            Self::Transfer => "Transfer",
        }
    }

    const fn placeholder(self) -> &'static str {
        match self {
            Self::QuickReply => "Words, or a #tag",
            Self::Consult | Self::Transfer => "Name of a colleague or a queue",
        }
    }

    const fn empty(self) -> &'static str {
        match self {
            Self::QuickReply => "There are no quick replies yet. Settings has a page for your own.",
            Self::Consult | Self::Transfer => "There is nobody else.",
        }
    }
}

/// What the choice needs.
#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Everything on the page.
    pub model: Model,
    /// The conversation.
    pub card: Card,
    /// What is chosen.
    pub command: Command,
    /// Words for the composer.
    pub on_words: Callback<String>,
    /// It must be asked before it is done.
    pub on_confirm: Callback<Request>,
    /// It is over.
    pub on_close: Callback<()>,
    /// Who hears of the rest.
    pub act: Callback<Act>,
}

/// The choice.
#[component]
pub fn CommandPopover(props: &Props) -> Html {
    let Props { model, card, command, on_words, on_confirm, on_close, act } = props;
    let command = *command;
    use_effect_with((command, act.clone()), |(command, act)| {
        let (needs_colleagues, act) = (*command != Command::QuickReply, act.clone());
        act.emit(if needs_colleagues { Act::WatchColleagues(true) } else { Act::LoadQuickReplies });
        move || {
            if needs_colleagues {
                act.emit(Act::WatchColleagues(false));
            }
        }
    });
    let groups = match command {
        Command::QuickReply => model.quick_replies.as_deref().map(|all| replies(all, language(model))),
        Command::Consult => model.colleagues.as_deref().map(|all| consult_choices(all, model, card)),
        Command::Transfer => model.colleagues.as_deref().map(|all| transfer_choices(all, model, card)),
    };
    let on_choose = {
        let (model, on_words, on_confirm, on_close, act) =
            (model.clone(), on_words.clone(), on_confirm.clone(), on_close.clone(), act.clone());
        let (id, customer) = (card.conversation, card.customer.clone());
        Callback::from(move |key: String| {
            on_close.emit(());
            if command == Command::QuickReply {
                let chosen =
                    model.quick_replies.iter().flat_map(|all| all.iter()).find(|one| one.id.to_string() == key);
                if let Some(reply) = chosen {
                    on_words.emit(quick::filled(
                        reply,
                        customer.as_ref().map(|name| name.as_str()),
                        model.me.name.as_str(),
                        known(&model).as_ref(),
                    ));
                }
                return;
            }
            match request(command, id, &key) {
                // It goes at once: asked before.
                Some(request @ (Request::TransferToQueue { .. } | Request::Release { .. })) => on_confirm.emit(request),
                Some(request) => act.emit(Act::Ask(request)),
                None => {}
            }
        })
    };
    html! {
        <div class="popover" role="dialog" aria-label={command.title()}>
            <div class="popover-head">
                <span>{ command.title() }</span><kbd>{ command.typed() }</kbd>
                if command == Command::QuickReply {
                    <a class="link" href="#/settings/quick-replies">{ "Edit" }</a>
                }
                <button type="button" class="icon-button" aria-label="Close" onclick={on_close.reform(|_| ())}><Icon glyph={Glyph::Cross} /></button>
            </div>
            <Picker label={command.title()} placeholder={command.placeholder()} {groups} empty={command.empty()} {on_choose}
                on_close={on_close.clone()} />
        </div>
    }
}

/// What the key of a choice asks for: an agent's id, a queue's id, or its own queue.
fn request(command: Command, conversation: ConversationId, key: &str) -> Option<Request> {
    if key == RELEASE {
        return Some(Request::Release { conversation });
    }
    match (command, key.parse(), key.parse::<QueueId>()) {
        (Command::Consult, Ok(agent), _) => Some(Request::Consult { conversation, agent }),
        (Command::Consult, _, Ok(queue)) => Some(Request::ConsultQueue { conversation, queue }),
        (Command::Transfer, Ok(agent), _) => Some(Request::TransferToAgent { conversation, agent }),
        (Command::Transfer, _, Ok(queue)) => Some(Request::TransferToQueue { conversation, queue }),
        _ => None,
    }
}

/// Gives it back to its own queue.
const RELEASE: &str = "release";

/// What the page says of the customer.
fn claims(model: &Model) -> Option<&wire::CustomerClaims> {
    model.open.as_deref()?.claims.as_deref()
}

/// What quick replies can name: what the page says, and what the customer answered before.
fn known(model: &Model) -> Option<model::Context> {
    let answers = &model.open.as_deref()?.answers;
    claims(model).map(|claims| model::with_answers(&claims.context, answers))
}

fn language(model: &Model) -> Option<&str> {
    claims(model)?.language.as_deref()
}

/// Those in the customer's language first.
fn replies(all: &[wire::api::QuickReply], language: Option<&str>) -> Vec<Choices> {
    let mut all: Vec<&wire::api::QuickReply> = all.iter().collect();
    all.sort_by_key(|one| quick::distance(one, language));
    let of = |shared: bool, title| Choices {
        title,
        choices: all
            .iter()
            .filter(|one| one.shared == shared)
            .map(|one| Choice {
                key: one.id.to_string(),
                title: one.title.clone(),
                second: one.text.replace('\n', " "),
                end: one.tags.iter().map(|tag| format!("#{tag} ")).collect::<String>().trim_end().to_owned(),
                dot: None,
                words: one.slug.to_string(),
                tags: one.tags.clone(),
                disabled: false,
            })
            .collect(),
    };
    vec![of(true, "Shared"), of(false, "Your own")]
}

fn consult_choices(all: &ColleaguesState, model: &Model, card: &Card) -> Vec<Choices> {
    let there = participants(model, card);
    let agents = all.agents.iter().map(|one| {
        let why = match () {
            () if there.contains(&one.who.agent) => Some("Takes part already"),
            () if !one.connected => Some("Has no console open"),
            () => None,
        };
        agent_choice(one, why, &model.presences)
    });
    vec![
        Choices { title: "Colleagues", choices: sorted(agents.collect()) },
        Choices {
            title: "Queues",
            choices: sorted(all.queues.iter().map(|queue| queue_choice(queue, false)).collect()),
        },
    ]
}

fn transfer_choices(all: &ColleaguesState, model: &Model, card: &Card) -> Vec<Choices> {
    let ledger = model.desk.as_deref().map_or(&[][..], |desk| &desk.ledger);
    let cost = ledger.iter().find(|line| line.conversation == card.conversation).map_or(0, |line| line.units.0);
    let agents = all.agents.iter().map(|one| {
        let why = match () {
            () if !one.connected => Some("Has no console open"),
            () if one.free.0 < cost => Some("Not enough free units"),
            () => None,
        };
        agent_choice(one, why, &model.presences)
    });
    let own = Choice {
        key: RELEASE.to_owned(),
        title: format!("Back to {}", card.queue),
        second: "At its old place; you leave the conversation".to_owned(),
        end: String::new(),
        dot: None,
        words: "release queue".to_owned(),
        tags: Vec::new(),
        disabled: false,
    };
    let others =
        all.queues.iter().filter(|queue| queue.queue.name != card.queue).map(|queue| queue_choice(queue, true));
    let mut queues = sorted(others.collect());
    queues.insert(0, own);
    vec![Choices { title: "Agents", choices: sorted(agents.collect()) }, Choices { title: "Queues", choices: queues }]
}

fn participants(model: &Model, card: &Card) -> Vec<model::AgentId> {
    let open = model.open.as_deref().filter(|open| open.id == card.conversation);
    let parts = open.and_then(|open| open.parts.as_ref());
    parts.map(|parts| parts.participants.iter().map(|one| one.who.agent).collect()).unwrap_or_default()
}

/// Those who can be chosen first, then by name.
fn sorted(mut choices: Vec<Choice>) -> Vec<Choice> {
    choices.sort_by_cached_key(|choice| (choice.disabled, choice.title.to_lowercase()));
    choices
}

fn agent_choice(one: &wire::Colleague, why_not: Option<&str>, presences: &wire::PresencesState) -> Choice {
    let presence = words::presence_of(presences, one.who.agent, one.presence);
    Choice {
        key: one.who.agent.to_string(),
        title: one.who.name.as_str().to_owned(),
        second: why_not.map_or(presence, str::to_owned),
        end: words::free_units(one.free),
        dot: Some(words::presence_key(if one.connected { one.presence } else { model::Presence::Offline })),
        words: String::new(),
        tags: Vec::new(),
        disabled: why_not.is_some(),
    }
}

fn queue_choice(queue: &wire::QueueCard, transfer: bool) -> Choice {
    let nobody = queue.agents == 0 || !transfer && queue.connected == 0;
    let second = match (queue.agents, queue.connected) {
        (0, _) => "Nobody serves it".to_owned(),
        (_, 0) => "None of its agents has a console open".to_owned(),
        (_, 1) => "1 agent is here".to_owned(),
        (_, here) => format!("{here} agents are here"),
    };
    Choice {
        key: queue.queue.queue.to_string(),
        title: queue.queue.name.clone(),
        second,
        end: format!("{} waiting", queue.waiting),
        dot: None,
        words: String::new(),
        tags: Vec::new(),
        disabled: nobody,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canned::{self, Scene};

    fn transfers() -> Vec<(String, String, bool)> {
        let model = canned::model(Scene::Talking);
        let card = model.open.as_deref().and_then(crate::view::Open::card).unwrap().clone();
        let all = canned::colleagues();
        let flat = transfer_choices(&all, &model, &card).into_iter().flat_map(|group| group.choices);
        flat.map(|choice| (choice.title, choice.second, choice.disabled)).collect()
    }

    #[test]
    fn who_can_take_it_comes_first_and_who_can_not_says_why() {
        let found = transfers();
        let said: Vec<_> = found.iter().map(|(title, second, off)| (title.as_str(), second.as_str(), *off)).collect();
        assert_eq!(
            said,
            [
                ("Sofia Marin", "In training", false),
                ("Ada Obi", "Not enough free units", true),
                ("Lena Vogt", "Has no console open", true),
                ("Back to Delivery", "At its old place; you leave the conversation", false),
                ("Billing", "2 agents are here", false),
                ("Night", "Nobody serves it", true),
            ]
        );
    }

    #[test]
    fn a_key_says_whom_is_meant() {
        let id = ConversationId::from_u128(1);
        let (agent, queue) = (model::AgentId::from_u128(5), QueueId::from_u128(6));
        let of = |command, key: &str| request(command, id, key);
        assert_eq!(of(Command::Consult, &agent.to_string()), Some(Request::Consult { conversation: id, agent }));
        assert_eq!(
            of(Command::Transfer, &queue.to_string()),
            Some(Request::TransferToQueue { conversation: id, queue })
        );
        assert_eq!(of(Command::Transfer, RELEASE), Some(Request::Release { conversation: id }));
        assert_eq!(of(Command::Transfer, "nonsense"), None);
    }
}
