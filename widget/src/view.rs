//! What is drawn: plain values, in the words of one language. Components are functions of them; the gallery makes them by
//! hand, the running widget from `client::customer`.

use std::rc::Rc;

use model::SendKey;
use page::ui::{Dot, Glyph, Tone};
use yew::AttrValue;

use crate::words::{Words, fill, own};

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
    /// Go on with these answers.
    Answer(String),
    /// Try a failed message again.
    Retry(SendKey),
    /// Give it up.
    Discard(SendKey),
    /// Go on with the conversation that the prompt is about.
    Continue,
    /// Two more minutes at the prompt.
    Extend,
    /// Ask whether to end the conversation that goes on elsewhere.
    AskNew,
    /// Back from the question that a press of Start new brought.
    KeepIt,
    /// Go to the conversation that the link leads to.
    GoToArrival,
    /// Stay with the present one.
    Stay,
    /// Copy the reconnect link.
    CopyLink,
    /// Show or hide it as a QR code.
    ToggleQr,
    /// Go to the owner's page for those who come too late.
    Leave,
    /// The notice was read.
    DismissNotice,
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
    #[inline(never)]
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
    /// Under it, before a conversation and all through it: that it may be monitored or recorded.
    pub notice: Option<AttrValue>,
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
    /// No conversation yet: heading and this sentence.
    Welcome(AttrValue),
    /// What is asked before one; drawn by `survey.js`.
    Survey(SurveyView),
    /// The conversation.
    Log(LogView),
    /// A person is back, or came too late: one thing, in the middle.
    Stage(StageView),
}

/// What is asked before a conversation, as `survey.js` reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyView {
    /// The questions, as JSON.
    pub questions: AttrValue,
    /// What was answered before: names and values in turn.
    pub answers: AttrValue,
}

/// One thing in the middle: the prompt, a link that no longer works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageView {
    /// Who it is about.
    pub face: Face,
    /// The question or the fact.
    pub title: AttrValue,
    /// A clock that runs, or what stands in its place.
    pub clock: ClockView,
    /// The last words said.
    pub quote: Option<AttrValue>,
    /// What follows.
    pub text: AttrValue,
    /// What can be done; the first is the primary one.
    pub choices: Vec<Choice>,
    /// What the second one does.
    pub hint: AttrValue,
    /// A press was sent and is not answered: the buttons wait.
    pub waits: bool,
}

impl StageView {
    /// An empty one.
    #[must_use]
    pub fn of(face: Face) -> Self {
        let nothing = AttrValue::default;
        Self {
            face,
            title: nothing(),
            clock: ClockView::default(),
            quote: None,
            text: nothing(),
            choices: Vec::new(),
            hint: nothing(),
            waits: false,
        }
    }
}

/// A sentence with a clock in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClockView {
    /// Before the clock.
    pub before: AttrValue,
    /// The clock.
    pub time: AttrValue,
    /// After it.
    pub after: AttrValue,
}

impl ClockView {
    /// A sentence alone.
    #[must_use]
    pub fn still(words: &'static str) -> Self {
        Self { before: words.into(), ..Self::default() }
    }

    /// A sentence whose place `{}` or `{0}` is the clock's; the others are filled.
    #[must_use]
    pub fn running(sentence: &str, values: &[&str], time: &str) -> Self {
        // A mark that no name has.
        let marked: Vec<&str> = core::iter::once("\u{0}").chain(values.iter().copied()).collect();
        let text = fill(sentence, &marked);
        let (before, after) = text.split_once('\u{0}').unwrap_or((&text, ""));
        Self { before: own(before), time: own(time), after: own(after) }
    }
}

/// What stands above the words of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Face {
    /// An agent, and whether they are there for this customer.
    Agent(AttrValue, Option<Dot>),
    /// Nobody: the mark.
    Nobody,
    /// An icon.
    Icon(Glyph),
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
    /// The reconnect link.
    Link(LinkView),
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

/// The card of the reconnect link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkView {
    /// Stable.
    pub key: String,
    /// What the link is for.
    pub text: AttrValue,
    /// It was copied a moment ago.
    pub is_copied: bool,
    /// It is being made.
    pub is_awaited: bool,
    /// It can't be had, and why.
    pub failed: Option<AttrValue>,
    /// The link itself, where the browser refused to copy it.
    pub url: Option<AttrValue>,
    /// The link as a QR code: how many modules a side has, and the dark ones as an SVG path.
    pub qr: Option<(u8, AttrValue)>,
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
