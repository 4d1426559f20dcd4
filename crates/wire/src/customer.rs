//! Frames between a customer's widget and the relay.

use model::{
    CloseReason, Context, DisplayName, HandoverCode, LinkSecret, MessageText, Millis, PageAddress, ResumeToken,
    SendKey, Seq, Slug, Timestamp, WebUrl,
};
use serde::{Deserialize, Deserializer, Serialize};

use crate::codec::Frame;
use crate::entry::CustomerEntry;
use crate::limits::{LANGUAGE_BYTES_MAX, SITE_BYTES_MAX};
use crate::pre_chat::{Answers, Questions};
use crate::qr::QrCode;
use crate::refusal::Refusal;
use crate::sign_in::{Jwt, SignInAnswer};

/// The first frame of a widget.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Which widget the page embeds.
    pub widget: Slug,
    /// The conversation that this browser holds, if any.
    pub resume: Option<Resume>,
    /// The page that the customer is on, as it claims.
    pub page: Option<PageAddress>,
    /// What the page was opened with, where that was a reconnect link or a hand-over.
    pub arrival: Option<Arrival>,
    /// The JWT of the host page's provider, where it gave one.
    pub sign_in: Option<Jwt>,
}

impl Hello {
    /// The hello of a browser that holds nothing.
    #[must_use]
    pub const fn of(widget: Slug) -> Self {
        Self { widget, resume: None, page: None, arrival: None, sign_in: None }
    }
}

/// What a page was opened with (product 3, "The link", "Across pages and sites").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Arrival {
    /// A reconnect link.
    Link {
        /// The secret in it.
        secret: LinkSecret,
        /// The token that this browser will hold if the link opens: minted by the browser, stored once it is told yes.
        token: ResumeToken,
    },
    /// A link of the owner's other site that carried a hand-over code.
    Handover {
        /// The code.
        code: HandoverCode,
        /// As with a link.
        token: ResumeToken,
    },
}

/// What a browser knows of its conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The secret that lets it back in.
    pub token: ResumeToken,
    /// The last position that it shows; everything after it is sent.
    pub after: Seq,
}

/// What a widget sends. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CustomerToRelay {
    /// The first frame; anything else before it ends the connection.
    Hello(Hello),
    /// Starts a conversation with its first words. A send like any other: the same key starts it once (product 3).
    Start {
        /// The key of the start, stored by the browser before the first try.
        key: SendKey,
        /// The secret that will let this browser back in: minted by the browser, stored in the host page before the first
        /// try and shared by its tabs. The relay keeps only its hash and never sends it, so that a lost answer costs nothing.
        token: ResumeToken,
        /// The first words.
        text: MessageText,
        /// What the customer wants to be called, where asked.
        name: Option<DisplayName>,
    },
    /// Says something.
    Say {
        /// The key of the send.
        key: SendKey,
        /// The words.
        text: MessageText,
    },
    /// The customer is writing; sent at most every 3 s.
    Typing,
    /// The customer has seen all up to here.
    Read {
        /// The last position seen.
        upto: Seq,
    },
    /// The customer ends the conversation.
    End,
    /// "Still waiting?": yes.
    StillWaiting,
    /// The client sees a hole: send again what follows this position.
    Fetch {
        /// The last position without a hole.
        after: Seq,
    },
    /// The answer to a heartbeat, and a heartbeat of the client's own.
    Beat {
        /// The last position that the client shows.
        seq: Seq,
    },
    /// *Continue* at the prompt. Answered by another `Welcome`.
    Continue {
        /// The token that this browser holds from now on: the one it has, or a fresh one.
        token: ResumeToken,
    },
    /// *Start new*: ends the old conversation, at the prompt or where it can only be read, and frees its agent. Answered by `Left`.
    StartNew,
    /// "More time" at the prompt: the limit moves by two minutes, ten times at most. Answered by `Prompt`.
    Extend,
    /// "Go to that one": ends the present conversation and joins the one of the hello's arrival. Answered by another `Welcome`.
    GoToArrival,
    /// The customer signed in, or their provider gave a newer JWT. Answered by `SignIn`, and by another `Welcome` where the
    /// connection has no conversation.
    SignIn {
        /// The JWT.
        jwt: Jwt,
    },
    /// Wants a reconnect link to copy or to show as a QR code. Answered by `Link` or `Refused`.
    MintLink,
    /// Wants a hand-over code for another site of the owner. Answered by `Handover` or `Refused`.
    MintHandover {
        /// The origin of the other site, at most [`SITE_BYTES_MAX`] bytes: one of the welcome's `sites`.
        #[serde(deserialize_with = "site")]
        site: String,
    },
    /// As `Start`, where the page says something about its customer: routing rules are held against it. Of a conversation that exists
    /// already it changes nothing.
    StartWith {
        /// As in `Start`.
        key: SendKey,
        /// As in `Start`.
        token: ResumeToken,
        /// As in `Start`.
        text: MessageText,
        /// As in `Start`.
        name: Option<DisplayName>,
        /// The page's language, as in its `lang`; at most [`LANGUAGE_BYTES_MAX`] bytes.
        #[serde(deserialize_with = "language")]
        language: Option<String>,
        /// Context variables, as the page claims them: proof of nothing.
        context: Context,
    },
    /// As `Hello`, where the client draws automated messages: answered by `Texts` as well, before everything that needs them.
    HelloWith {
        /// As in `Hello`.
        hello: Hello,
        /// The language of the chat, a tag such as `de-AT`; at most [`LANGUAGE_BYTES_MAX`] bytes.
        #[serde(deserialize_with = "language")]
        language: Option<String>,
    },
    /// As `StartWith`, where the customer answered what was asked before. Answers are variables that count more than the page's. Refused
    /// with `answer-missing`, `answer-unknown` or `answer-invalid` where they don't fit what the widget asks; then nothing has started.
    StartAnswered {
        /// As in `Start`.
        key: SendKey,
        /// As in `Start`.
        token: ResumeToken,
        /// As in `Start`.
        text: MessageText,
        /// As in `Start`.
        name: Option<DisplayName>,
        /// As in `StartWith`.
        #[serde(deserialize_with = "language")]
        language: Option<String>,
        /// As in `StartWith`.
        context: Context,
        /// The answers to `Questions`; those that were left out are missing. At most [`model::ANSWERS_BYTES_MAX`] bytes in all.
        answers: Answers,
    },
}

fn language<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let language = Option::<String>::deserialize(deserializer)?;
    let fits = |language: &String| language.len() <= LANGUAGE_BYTES_MAX;
    if language.as_ref().is_none_or(fits) {
        Ok(language)
    } else {
        Err(serde::de::Error::custom("too long for a language"))
    }
}

fn site<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let site = String::deserialize(deserializer)?;
    if site.len() > SITE_BYTES_MAX { Err(serde::de::Error::custom("too long for a site")) } else { Ok(site) }
}

impl Frame for CustomerToRelay {}

/// Whether this browser's customer can come back (product 3: yes, expired, unknown). Every other answer than these, at whatever
/// layer, is unknown too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CanResume {
    /// Nothing was asked.
    NotAsked,
    /// The connection has joined its conversation, which may be over: then `State` says why, and it can only be read.
    Yes,
    /// The relay knows no conversation of this token, or forgot it (24 h after its end).
    Expired,
    /// The customer may choose: *Continue / Start new*. `Prompt` follows.
    Prompt,
    /// The relay can't say yet: the conversation is a signed-in customer's and no good JWT came with the token, or the keys to
    /// verify it are out of reach. Nothing of it is shown; ask again.
    Unknown {
        /// When.
        retry_after: Millis,
    },
    /// The conversation is another customer's than the one signed in: drop the token.
    NotYours,
}

/// What became of the hello's arrival. Everything but `NotAsked` and `Waits` answers it for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArrivalAnswer {
    /// There was none.
    NotAsked,
    /// It opened: the connection has joined its conversation, and the arrival's token is one of it.
    Joined,
    /// The link or code is expired, used, or was never given.
    Dead,
    /// It is good, but this browser has another live conversation: "Go to that one / Stay".
    Waits,
    /// It is good, but its conversation is somebody else's than the customer signed in here. Nothing starts.
    SomeoneElses,
}

/// The answer to a hello, and sent anew whenever the answer changes on a living connection: after `Continue`, `GoToArrival`,
/// `SignIn`, and a `Start` that met a conversation which this customer has elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Changes when the store was restored or rebuilt, so that positions must not be trusted.
    pub epoch: u64,
    /// The relay's clock, so that a client can show times whatever its own clock says.
    pub now: Timestamp,
    /// The relay sends a heartbeat after this long without traffic.
    pub heartbeat_every: Millis,
    /// How long a customer of this widget may be away.
    pub disconnect_after: Millis,
    /// The answer about the token in the hello.
    pub resume: CanResume,
    /// The answer about the JWT.
    pub sign_in: SignInAnswer,
    /// The answer about the arrival.
    pub arrival: ArrivalAnswer,
    /// Where a customer is sent who comes too late, where the owner set it.
    pub redirect: Option<WebUrl>,
    /// The origins that this widget is allowed on, for hand-overs between them; at most [`crate::limits::SITES_MAX`].
    pub sites: Vec<String>,
    /// Whether reconnect links can be made here.
    pub links: bool,
}

/// What a customer reads at the prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromptState {
    /// Grows with every change.
    pub version: u64,
    /// Who had the conversation, or has it elsewhere.
    pub agent: Option<AgentCard>,
    /// Until when the agent's place is kept; `None` when it is not (any more).
    pub hold_until: Option<Timestamp>,
    /// Until when the customer may continue; `None` while the conversation is going on elsewhere.
    pub until: Option<Timestamp>,
    /// Whether `Extend` may be sent.
    pub may_extend: bool,
    /// Whether the conversation is going on elsewhere: "continue here".
    pub is_elsewhere: bool,
}

/// What the relay sends to a widget. Append-only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RelayToCustomer {
    /// The hello was taken.
    Welcome(Welcome),
    /// The conversation exists and this connection has joined it. Also the answer to a retried start, and to a start whose
    /// token another tab has started with: its words then follow as a message of that conversation.
    Started {
        /// The key of the start.
        key: SendKey,
        /// The position of its first words in the customer's sequence.
        seq: Seq,
    },
    /// Entries in order, dense, following the last position sent on this connection.
    Entries {
        /// The entries, at least one.
        entries: Vec<CustomerEntry>,
    },
    /// Start over: forget what is shown and show this. `first` may be above 1 where older entries were left out.
    Snapshot {
        /// The newest entries.
        entries: Vec<CustomerEntry>,
    },
    /// The send is durable.
    Accepted {
        /// Its key.
        key: SendKey,
        /// Its position in the customer's sequence.
        seq: Seq,
    },
    /// The send was not taken, and why. Its text stays with the sender.
    NotAccepted {
        /// Its key.
        key: SendKey,
        /// Why.
        refusal: Refusal,
    },
    /// Something other than a send was refused.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// Everything that is not an entry: the whole latest value.
    State(CustomerState),
    /// A heartbeat with the head of the sequence, so that a silent loss is found.
    Beat {
        /// The relay's clock.
        now: Timestamp,
        /// The last position of the customer's sequence.
        head: Seq,
    },
    /// The relay stops soon: come back after this long.
    Draining {
        /// How long to wait before the first try.
        come_back_after: Millis,
    },
    /// What stands at the prompt: the whole latest value.
    Prompt(PromptState),
    /// The reconnect link that was asked for. For the memory of this page alone.
    Link {
        /// The Portal URL with the secret in it.
        url: String,
        /// The same as a QR code; `None` where it is too long for one.
        qr: Option<QrCode>,
    },
    /// The hand-over code that was asked for.
    Handover {
        /// For which site.
        site: String,
        /// The code, for one use.
        code: HandoverCode,
        /// Until when.
        expires_at: Timestamp,
    },
    /// The answer about a JWT that was sent after the hello.
    SignIn {
        /// The answer.
        answer: SignInAnswer,
    },
    /// Too late: the promise ended while the customer stood at the prompt.
    PromptOver,
    /// The connection has no conversation now.
    Left,
    /// The automated messages that this customer is told, in their language: all there are, in place of those told before. Sent to
    /// whoever said `HelloWith`, before everything that needs them, and again when they change.
    Texts {
        /// Their texts; what is missing is off, and not drawn.
        texts: Vec<AutomatedText>,
    },
    /// What the customer is told besides `State` while they wait: the whole latest value.
    Beside {
        /// Grows with every change.
        version: u64,
        /// The code of an automated message, one of `Texts`; `None`: nothing.
        trigger: Option<String>,
    },
    /// What a customer is asked before a conversation, in place of what was told before. Sent where there is something to ask and a
    /// conversation may be started, and again when it changes.
    Questions {
        /// The questions; none: nothing is asked any more.
        questions: Questions,
    },
    /// The prompt is about another conversation than the one that this browser holds, which is known. What has no answer yet may be
    /// written there already: none of it is said in the prompt's conversation by itself. Follows the `Welcome` with `Prompt`.
    PromptOfAnother {
        /// Whether the one that this browser holds is over, and the customer's: unsent words go back to the composer. If not, it is
        /// somebody else's than the customer signed in here: its token and its words are dropped, as with [`CanResume::NotYours`].
        was_yours: bool,
    },
}

/// The text of an automated message (reference 3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomatedText {
    /// The code of its trigger, as in [`model::Trigger::code`]; one that a client does not know is passed over.
    pub trigger: String,
    /// The text. The queue's name and context variables are in it; `{AgentName}`, `{Place}`, `{Position}`, `{Minutes}`, `{Hours}` and
    /// `{Time}` are the client's to fill, and `{{` is a brace. At most [`crate::limits::AUTOMATED_TEXT_CHARS_MAX`] characters.
    pub text: String,
}

impl Frame for RelayToCustomer {}

/// How an agent is shown to a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentCard {
    /// Their name.
    pub name: DisplayName,
}

/// Whether the agent's own connection lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AgentConnection {
    /// Yes.
    Connected,
    /// It dropped; their place is kept until then.
    Away {
        /// The end of the grace.
        until: Timestamp,
    },
}

/// Where the conversation is, as the customer may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// In a queue.
    Waiting {
        /// 1 = next in line.
        position: u32,
        /// Asked "Still waiting?": closes by itself then unless answered.
        closes_at: Option<Timestamp>,
    },
    /// An agent has it.
    Talking {
        /// Who.
        agent: AgentCard,
        /// Whether they are connected.
        connection: AgentConnection,
    },
    /// The talk is over.
    Ended {
        /// Why.
        because: EndedBecause,
        /// When.
        at: Timestamp,
    },
    /// In a queue of which enough is known to say how long it takes.
    WaitingUntil {
        /// 1 = next in line.
        position: u32,
        /// Asked "Still waiting?": closes by itself then unless answered.
        closes_at: Option<Timestamp>,
        /// When the customer may expect an agent. It may be over: then nobody knows.
        expected_at: Timestamp,
    },
}

/// Why the talk is over, in the customer's terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndedBecause {
    /// The agent ended it.
    AgentEnded,
    /// The customer ended it.
    CustomerEnded,
    /// The customer was away for longer than the limit.
    CustomerDisconnected,
    /// Nobody came and the waiting time ran out.
    NobodyCame,
    /// A supervisor closed it.
    ForceClosed,
    /// Nobody answers at this time.
    OutOfHours,
    /// Too many others were waiting.
    QueueFull,
    /// It waited for longer than anybody should.
    WaitedTooLong,
}

impl From<CloseReason> for EndedBecause {
    fn from(reason: CloseReason) -> Self {
        match reason {
            CloseReason::AgentEnded => Self::AgentEnded,
            CloseReason::CustomerEnded => Self::CustomerEnded,
            CloseReason::CustomerDisconnected => Self::CustomerDisconnected,
            CloseReason::AutoClosed => Self::NobodyCame,
            CloseReason::ForceClosed => Self::ForceClosed,
            CloseReason::OverflowEnded => Self::QueueFull,
            CloseReason::OutOfHours => Self::OutOfHours,
            CloseReason::WaitedTooLong => Self::WaitedTooLong,
        }
    }
}

/// Everything about a conversation that is not an entry, as the customer may know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerState {
    /// Grows with every change; an older value is never shown over a newer one.
    pub version: u64,
    /// Where the conversation is.
    pub phase: Phase,
    /// Whether the agent is writing right now.
    pub agent_typing: bool,
    /// The last of the customer's positions that an agent has read.
    pub read_by_agent: Seq,
    /// The last position that the customer has read in any tab.
    pub read_by_customer: Seq,
    /// The last position of the customer's sequence.
    pub head: Seq,
}
