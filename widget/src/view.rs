//! What is drawn: plain values, in the words of one language. Components are functions of them; the gallery makes them by
//! hand, the running widget from `client::customer`.

use std::rc::Rc;

use model::SendKey;
use page::ui::{Dot, Glyph, Tone};
use yew::AttrValue;

use crate::words::Words;

/// What a person can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Minimize the panel.
    Minimize,
    /// Ask whether to end the conversation.
    AskEnd,
    /// Yes, end it.
    End,
    /// No, go on.
    GoOn,
    /// Connect now.
    TryNow,
    /// Begin a new conversation.
    StartNew,
    /// Still waiting.
    StillWaiting,
    /// Load the page again.
    Reload,
    /// The composer's text changed.
    Edit(String),
    /// Send the composer's text.
    Submit,
    /// Try a failed message again.
    Retry(SendKey),
    /// Give it up.
    Discard(SendKey),
}

/// A button: its words and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its words.
    pub words: AttrValue,
    /// What it does.
    pub act: Act,
}

impl Choice {
    /// A button.
    #[must_use]
    pub fn of(words: &'static str, act: Act) -> Self {
        Self { words: words.into(), act }
    }
}

/// The whole widget.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatView {
    /// The top.
    pub header: HeaderView,
    /// Under it: at most one.
    pub banner: Option<BannerView>,
    /// The middle.
    pub body: Body,
    /// The bottom, above the composer.
    pub card: Option<CardView>,
    /// Writing.
    pub composer: Option<ComposerView>,
    /// What screen readers are told when it changes; without clocks.
    pub status: AttrValue,
    /// A clock is shown: draw again in a second.
    pub ticks: bool,
}

/// The top: who, and one line of truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderView {
    /// The agent, for the avatar.
    pub agent: Option<AttrValue>,
    /// Whether they are there.
    pub dot: Option<Dot>,
    /// The title.
    pub title: AttrValue,
    /// The line.
    pub line: AttrValue,
    /// The conversation can be ended.
    pub may_end: bool,
}

/// A banner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BannerView {
    /// How much it matters.
    pub tone: Tone,
    /// Its icon.
    pub glyph: Glyph,
    /// The fact.
    pub fact: AttrValue,
    /// What follows.
    pub consequence: AttrValue,
    /// A clock.
    pub clock: AttrValue,
    /// The way out.
    pub action: Option<Choice>,
}

/// The middle.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Nothing is known yet: a skeleton of the log.
    Loading,
    /// No conversation yet: heading and sentence.
    Welcome,
    /// The conversation.
    Log(LogView),
}

/// The conversation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogView {
    /// Older entries were left out.
    pub is_cut: bool,
    /// Top to bottom.
    pub items: Rc<[Item]>,
    /// Who is writing, in words.
    pub writing: Option<AttrValue>,
}

/// One piece of the log. Keys are stable: what was drawn stays the same node.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A new day.
    Day {
        /// Stable.
        key: String,
        /// Which.
        text: AttrValue,
    },
    /// Something that is not a message.
    Event {
        /// Stable.
        key: String,
        /// What happened.
        text: AttrValue,
    },
    /// Messages of one speaker.
    Group {
        /// Stable.
        key: String,
        /// Whose: `None` for the customer's own.
        speaker: Option<AttrValue>,
        /// The messages.
        messages: Vec<MessageView>,
        /// Under the group: the time, and where the last own message stands.
        foot: AttrValue,
    },
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageView {
    /// Stable.
    pub key: String,
    /// The words.
    pub text: AttrValue,
    /// Where it stands.
    pub standing: Standing,
}

/// Where a message stands, as far as it looks different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Durable, or on its way.
    Said,
    /// Waits for a connection.
    Waiting,
    /// Failed: why, and what can be done about it.
    Failed {
        /// Why, in words.
        why: AttrValue,
        /// What can be done.
        choices: Vec<Choice>,
    },
}

/// A card above the composer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardView {
    /// What it is.
    pub kind: CardKind,
    /// The fact.
    pub title: AttrValue,
    /// What follows.
    pub text: AttrValue,
    /// What can be done; the first is the primary one.
    pub choices: Vec<Choice>,
}

/// What a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardKind {
    /// The place in the queue.
    Queue,
    /// A question that has to be answered.
    Question,
    /// The end.
    End,
}

/// Writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComposerView {
    /// What is written.
    pub draft: AttrValue,
    /// It can be sent.
    pub may_send: bool,
    /// What is wrong with it.
    pub hint: Option<AttrValue>,
}

/// The words in use and what to do with a person's acts: the same for all components.
#[derive(Clone, PartialEq)]
pub struct Hands {
    /// The words.
    pub words: &'static Words,
    /// Whoever acts on what a person does.
    pub act: yew::Callback<Act>,
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self, other)
    }
}
