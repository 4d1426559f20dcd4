//! Plays a timeline: acts become inputs, and what changes on anybody's screen is written down.

use std::collections::BTreeMap;

use model::{
    AgentId, BodyDigest, ConnectionId, ConversationId, Distribution, LinkHash, MessageText, QueueId, QueueRules, Role,
    Routing, SendKey, Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use rejoin_desk::{Desk, Input, NotResumed, Notice, Outcome, Record};

use crate::changes::Watch;
use crate::customers::Browser;
use crate::script::{Line, Script, ZERO};
use crate::words::{Names, refusal};

/// The aspect of a customer's screen that says where the conversation is.
const PHASE: &str = "1 phase";
pub(crate) const QUEUE: QueueId = QueueId::from_u128(1);
/// Where conversations come only by overflow or by a routing rule.
pub(crate) const SECOND: QueueId = QueueId::from_u128(2);
pub(crate) const STREAM: WorkstreamId = WorkstreamId::from_u128(1);
pub(crate) const WIDGET: WidgetId = WidgetId::from_u128(1);

#[derive(Default)]
pub(crate) struct Stage {
    desk: Desk,
    pub(crate) now: Timestamp,
    wake_at: Option<Timestamp>,
    pub(crate) rules: Option<(WorkstreamRules, WidgetRules)>,
    pub(crate) agents: BTreeMap<String, AgentId>,
    pub(crate) capacities: BTreeMap<AgentId, (Units, Vec<QueueId>)>,
    pub(crate) queues: BTreeMap<QueueId, QueueRules>,
    pub(crate) roles: BTreeMap<AgentId, Role>,
    pub(crate) routing: Routing,
    pub(crate) more: Distribution,
    pub(crate) talks: BTreeMap<String, ConversationId>,
    pub(crate) names: Names,
    /// Open connections by name, oldest first.
    pub(crate) connections: BTreeMap<String, Vec<ConnectionId>>,
    pub(crate) browsers: BTreeMap<String, Browser>,
    /// The link that somebody took last.
    pub(crate) links: BTreeMap<String, LinkHash>,
    /// What a browser holds if it is let in now.
    pub(crate) token_for_a_yes: Option<(String, TokenHash)>,
    /// What a conversation is called if it starts now.
    pub(crate) starting: Option<(String, ConversationId)>,
    keys: BTreeMap<(String, String), SendKey>,
    screens: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) outage: Option<(Timestamp, Record)>,
    next: u128,
    seen: Vec<String>,
    watch: Watch,
}

impl Stage {
    pub(crate) fn play(script: &Script) -> Result<(Script, Watch), String> {
        let mut stage = Self { now: ZERO, ..Self::default() };
        stage.rules = Some((WorkstreamRules::for_queue(QUEUE), WidgetRules::for_workstream(STREAM)));
        stage.tell(Input::StartRelay { down_since: ZERO });
        stage.queues = [QUEUE, SECOND].map(|queue| (queue, QueueRules::DEFAULT)).into();
        stage.configure();
        stage.seen.clear();
        let mut played = Script::default();
        for line in &script.lines {
            match line {
                Line::Text(text) => played.lines.push(Line::Text(text.clone())),
                Line::Setting(name, value) => {
                    stage.set(name, value).ok_or(format!("no setting {name}: {value}"))?;
                    played.lines.push(Line::Setting(name.clone(), value.clone()));
                    stage.seen.clear();
                }
                Line::Act { at, act, .. } => {
                    stage.wait(*at, &mut played);
                    stage.now = *at;
                    stage.act(act).ok_or(format!("nobody can do this: {act}"))?;
                    let seen = stage.look();
                    if !seen.is_empty() || act != "·" {
                        played.lines.push(Line::Act { at: *at, act: act.clone(), seen });
                    }
                }
            }
        }
        Ok((played, stage.watch))
    }

    /// The shell's clock: every wake before `until`; what is seen is a line of its own.
    fn wait(&mut self, until: Timestamp, played: &mut Script) {
        while let Some(at) = self.wake_at.filter(|at| *at < until && self.outage.is_none()) {
            self.now = at;
            self.tell(Input::Tick);
            let seen = self.look();
            if !seen.is_empty() {
                played.lines.push(Line::Act { at, act: "·".to_owned(), seen });
            }
        }
    }

    pub(crate) fn tell(&mut self, input: Input) {
        let outcome = self.desk.handle(self.now, input);
        self.wake_at = outcome.wake_at;
        self.hear(&outcome);
    }

    fn hear(&mut self, outcome: &Outcome) {
        self.note_browsers(outcome);
        self.watch.note(outcome, &self.names);
        let told = outcome.facts.iter().filter_map(|recorded| self.names.fact(recorded));
        let told: Vec<String> = told.map(|words| format!("log: {words}")).collect();
        self.seen.extend(told);
        for notice in &outcome.notices {
            let words = match notice {
                Notice::Sent { connection, sent, .. } | Notice::Started { connection, sent, .. } => {
                    format!("{}: accepted as {}", self.whose(*connection), sent.seq)
                }
                Notice::NotSent { connection, reason, .. } | Notice::Refused { connection, reason, .. } => {
                    format!("{}: refused, {}", self.whose(*connection), refusal(*reason))
                }
                Notice::CannotResume { connection, why } => {
                    let why = match why {
                        NotResumed::Expired => "expired",
                        NotResumed::SignInNeeded => "must sign in first",
                        NotResumed::SignInUnknown => "not known yet, asks again",
                        NotResumed::NotYours => "it is another customer's, its token is dropped",
                    };
                    format!("{}: {why}", self.whose(*connection))
                }
                Notice::WhyWaiting { connection, conversation, .. } => {
                    let why = self.desk.why_waiting(*conversation).map(|why| crate::words::why(&self.names, &why));
                    format!("{}: {}", self.whose(*connection), why.unwrap_or_default())
                }
                Notice::PromptOfAnother { connection, was_theirs: true } => {
                    format!("{}: unsent words stay in the composer", self.whose(*connection))
                }
                Notice::PromptOfAnother { connection, was_theirs: false } => {
                    format!("{}: what it held is another customer's, its token is dropped", self.whose(*connection))
                }
                Notice::LinkDead { connection } => format!("{}: the link is dead", self.whose(*connection)),
                Notice::ArrivalWaits { connection } => {
                    format!("{}: \"Go to that one, or stay?\"", self.whose(*connection))
                }
                Notice::SignedInAsSomeoneElse { connection } => {
                    format!("{}: \"You are signed in as someone else.\"", self.whose(*connection))
                }
                Notice::Left { connection } => format!("{}: has no conversation now", self.whose(*connection)),
                Notice::LinkMinted { connection } => format!("{}: has a link", self.whose(*connection)),
                Notice::Displace { connection } => {
                    format!("{}: the oldest connection is closed", self.drop(*connection))
                }
                Notice::SignedOut { connection } => format!("{}: signed out", self.drop(*connection)),
                Notice::Unfollowed { connection, conversation } => {
                    format!("{}: no longer follows {}", self.whose(*connection), self.names.talk(*conversation))
                }
                _ => continue,
            };
            self.seen.push(words);
        }
    }

    pub(crate) fn whose(&self, connection: ConnectionId) -> String {
        let owner = self.connections.iter().find(|(_, connections)| connections.contains(&connection));
        owner.map_or("somebody".to_owned(), |(name, _)| name.clone())
    }

    fn drop(&mut self, connection: ConnectionId) -> String {
        let owner = self.whose(connection);
        if let Some(connections) = self.connections.get_mut(&owner) {
            connections.retain(|open| *open != connection);
        }
        owner
    }

    /// What has changed on the screens of those who have one.
    fn look(&mut self) -> Vec<String> {
        let mut seen = std::mem::take(&mut self.seen);
        let customers = self.browsers.iter().filter_map(|(name, browser)| {
            if let Some(asked) = browser.asked {
                return Some((name.clone(), self.names.prompt(self.desk.prompt_view(asked).as_ref())));
            }
            let view = self.desk.customer_view(browser.has?)?;
            Some((name.clone(), self.names.customer(&view)))
        });
        let agents = self.agents.iter().filter_map(|(name, agent)| {
            let view = self.desk.agent_view(*agent)?;
            Some((name.clone(), self.names.agent_desk(&self.desk, *agent, &view)))
        });
        let shown: Vec<_> = customers.chain(agents).collect();
        for (name, shows) in shown {
            if self.connections.get(&name).is_none_or(Vec::is_empty) {
                self.screens.remove(&name);
                continue;
            }
            let before = self.screens.insert(name.clone(), shows.clone()).unwrap_or_default();
            let mut words: Vec<String> = shows
                .iter()
                .filter(|(aspect, words)| before.get(*aspect) != Some(*words))
                .map(|(_, words)| words.clone())
                .collect();
            // Where the whole phase is another one, what belonged to the old one goes without a word.
            let stays = before.get(PHASE) == shows.get(PHASE);
            let gone = before.keys().filter(|aspect| stays && !shows.contains_key(*aspect)).map(|aspect| gone(aspect));
            words.extend(gone.flatten());
            if !words.is_empty() {
                seen.push(format!("{name}: {}", words.join("; ")));
            }
        }
        seen
    }

    pub(crate) fn fresh(&mut self) -> u128 {
        self.next += 1;
        self.next
    }

    // -- acts ---------------------------------------------------------------------------------------------------------

    fn act(&mut self, act: &str) -> Option<()> {
        match act {
            "·" => {
                self.tell(Input::Tick);
                return Some(());
            }
            "the relay dies" => return self.die(),
            "the relay starts again" => return self.start_again(),
            "the disk fills up" => {
                self.outage = Some((self.now, self.desk.record().clone()));
                return Some(());
            }
            "the disk takes writes again" => {
                let (down_since, _) = self.outage.take()?;
                self.tell(Input::ResumeWrites { down_since });
                return Some(());
            }
            _ => {}
        }
        let (who, what) = act.split_once(' ')?;
        if who == "admin" {
            return self.admin_acts(what);
        }
        let (who, what) = match who.strip_suffix("'s") {
            Some(owner) => (owner, what),
            None => (who, what),
        };
        if let Some(agent) = self.agents.get(who).copied() {
            self.agent_acts(who, agent, what)
        } else {
            self.customer_acts(who, what)
        }
    }

    fn die(&mut self) -> Option<()> {
        self.outage = Some((self.now, self.desk.record().clone()));
        self.connections.clear();
        self.screens.clear();
        Some(())
    }

    fn start_again(&mut self) -> Option<()> {
        let (down_since, record) = self.outage.take()?;
        self.desk = Desk::new(record);
        self.tell(Input::StartRelay { down_since });
        Some(())
    }

    /// While nothing can be written, only connections come and go, and what the desk would write is taken back.
    pub(crate) fn tell_of_connection(&mut self, input: Input) {
        match self.outage.clone() {
            None => self.tell(input),
            Some((since, record)) => {
                let outcome = self.desk.handle(since, input);
                self.desk.replace_record(record);
                self.hear(&Outcome { facts: Vec::new(), ..outcome });
            }
        }
    }

    pub(crate) fn connect(&mut self, who: &str) -> ConnectionId {
        let connection = ConnectionId::from_u128(self.fresh());
        self.connections.entry(who.to_owned()).or_default().push(connection);
        connection
    }

    pub(crate) fn lose(&mut self, who: &str, last_heard: Timestamp) -> Option<()> {
        let connection = self.connections.get_mut(who)?.pop()?;
        self.tell_of_connection(Input::LoseConnection { connection, last_heard });
        Some(())
    }

    /// `"words"` is a new send, `"words" again` the same send again, `"words" under the same key` another text of it.
    pub(crate) fn send(&mut self, who: &str, said: &str) -> Option<(MessageText, SendKey, BodyDigest)> {
        let (words, how) = said.strip_prefix('"')?.split_once('"')?;
        let mut digest = [0u8; 8];
        for (index, byte) in words.bytes().enumerate() {
            digest[index % 8] = byte.wrapping_add(digest[index % 8].wrapping_mul(31));
        }
        let last = (who.to_owned(), "the last".to_owned());
        let mine = (who.to_owned(), words.to_owned());
        let key = match how {
            "" => SendKey(self.fresh().to_be_bytes()),
            " again" => *self.keys.get(&mine)?,
            " under the same key" => *self.keys.get(&last)?,
            _ => return None,
        };
        self.keys.insert(mine, key);
        self.keys.insert(last, key);
        Some((MessageText::new(words).ok()?, key, BodyDigest(digest)))
    }
}

/// What is said when something is no longer on a screen; most things go without a word.
fn gone(aspect: &str) -> Option<String> {
    match aspect.split_once(' ')?.1.split_once(' ') {
        Some(("offer", name)) => Some(format!("no offer of {name}")),
        Some(("mine", name)) => Some(format!("no longer has {name}")),
        Some(("asked", name)) => Some(format!("no longer asked about {name}")),
        Some(("beside", name)) => Some(format!("no longer beside {name}")),
        Some(("typing", name)) => Some(format!("{name} stopped writing")),
        Some(("block", name)) => Some(format!("no block for {name}")),
        Some(("over", name)) => Some(format!("nothing of {name} beyond the capacity")),
        Some(("hold", name)) => Some(format!("keeps no place for {name}")),
        Some(_) => None,
        None => match aspect {
            "2 agent" => Some("the agent is here again".to_owned()),
            "3 asked" => Some("no longer asked".to_owned()),
            "4 typing" => Some("the agent stopped writing".to_owned()),
            "6 promise" => Some("may not come back any more".to_owned()),
            "8 open" => Some("nothing open".to_owned()),
            "12 place" => Some("no place is kept".to_owned()),
            _ => None,
        },
    }
}
