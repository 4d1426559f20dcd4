//! Plays a timeline: acts become inputs, and what changes on anybody's screen is written down.

use std::collections::BTreeMap;

use model::{
    AgentId, AgentRules, AssignmentMethod, Audience, BodyDigest, ConnectionId, ConversationId, CustomerId, MessageText,
    Millis, Presence, QueueId, QueueRules, Role, SendKey, Seq, Timestamp, TokenHash, Units, WidgetId, WidgetRules,
    WorkMode, WorkstreamId, WorkstreamRules, WrapUpRule,
};
use rejoin_desk::{AgentRequest, Configuration, Desk, Input, Notice, Outcome, Record};

use crate::script::{Line, Script, ZERO};
use crate::words::{Names, called, refusal};

/// The aspect of a customer's screen that says where the conversation is.
const PHASE: &str = "1 phase";
const QUEUE: QueueId = QueueId::from_u128(1);
const STREAM: WorkstreamId = WorkstreamId::from_u128(1);
const WIDGET: WidgetId = WidgetId::from_u128(1);

#[derive(Default)]
pub(crate) struct Stage {
    desk: Desk,
    now: Timestamp,
    wake_at: Option<Timestamp>,
    rules: Option<(WorkstreamRules, WidgetRules)>,
    agents: BTreeMap<String, AgentId>,
    capacities: BTreeMap<AgentId, Units>,
    talks: BTreeMap<String, ConversationId>,
    names: Names,
    /// Open connections by name, oldest first.
    connections: BTreeMap<String, Vec<ConnectionId>>,
    keys: BTreeMap<(String, String), SendKey>,
    screens: BTreeMap<String, BTreeMap<String, String>>,
    outage: Option<(Timestamp, Record)>,
    next: u128,
    seen: Vec<String>,
}

impl Stage {
    pub(crate) fn play(script: &Script) -> Result<Script, String> {
        let mut stage = Self { now: ZERO, ..Self::default() };
        stage.rules = Some((WorkstreamRules::for_queue(QUEUE), WidgetRules::for_workstream(STREAM)));
        stage.tell(Input::StartRelay { down_since: ZERO });
        let rules = QueueRules { assignment: AssignmentMethod::HighestCapacity };
        stage.tell(Input::Configure(Configuration::Queue(QUEUE, rules)));
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
        Ok(played)
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

    fn tell(&mut self, input: Input) {
        let outcome = self.desk.handle(self.now, input);
        self.wake_at = outcome.wake_at;
        self.hear(&outcome);
    }

    fn hear(&mut self, outcome: &Outcome) {
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
                Notice::CannotResume { connection, .. } => format!("{}: expired", self.whose(*connection)),
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

    fn whose(&self, connection: ConnectionId) -> String {
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
        let customers = self.talks.iter().filter_map(|(name, id)| {
            let view = self.desk.customer_view(*id)?;
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

    fn fresh(&mut self) -> u128 {
        self.next += 1;
        self.next
    }

    // -- settings -----------------------------------------------------------------------------------------------------

    fn set(&mut self, name: &str, value: &str) -> Option<()> {
        if name == "agents" {
            for agent in value.split(", ") {
                let (name, units) = agent.split_once(' ')?;
                let id = AgentId::from_u128(1 + self.agents.len() as u128);
                self.agents.insert(name.to_owned(), id);
                self.names.agents.insert(id, name.to_owned());
                self.give(id, Units(units.parse().ok()?), true);
            }
            return Some(());
        }
        let (stream, widget) = self.rules.as_mut()?;
        match (name, value) {
            ("wrap-up", "always") => stream.wrap_up = WrapUpRule::Always,
            ("wrap-up", "never") => stream.wrap_up = WrapUpRule::Never,
            ("wrap-up", time) => stream.wrap_up = WrapUpRule::For(span(time)?),
            ("mode", "pick") => stream.mode = WorkMode::Pick,
            ("cost", units) => stream.cost = Units(units.parse().ok()?),
            ("allowed", "available") => stream.allowed_presences = vec![Presence::Available],
            ("disconnect after", time) => widget.disconnect_after = span(time)?,
            ("assignment", "round robin") => {
                let rules = QueueRules { assignment: AssignmentMethod::RoundRobin };
                self.tell(Input::Configure(Configuration::Queue(QUEUE, rules)));
            }
            _ => return None,
        }
        self.configure();
        Some(())
    }

    fn configure(&mut self) {
        let (stream, widget) = self.rules.clone().unwrap();
        self.tell(Input::Configure(Configuration::Workstream(STREAM, stream)));
        self.tell(Input::Configure(Configuration::Widget(WIDGET, widget)));
    }

    fn give(&mut self, agent: AgentId, capacity: Units, enabled: bool) {
        self.capacities.insert(agent, capacity);
        let rules = AgentRules { enabled, role: Role::Agent, capacity, queues: vec![QUEUE] };
        self.tell(Input::Configure(Configuration::Agent(agent, rules)));
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
    fn tell_of_connection(&mut self, input: Input) {
        match self.outage.clone() {
            None => self.tell(input),
            Some((since, record)) => {
                let outcome = self.desk.handle(since, input);
                self.desk.replace_record(record);
                self.hear(&Outcome { facts: Vec::new(), ..outcome });
            }
        }
    }

    fn admin_acts(&mut self, what: &str) -> Option<()> {
        let words: Vec<&str> = what.split(' ').collect();
        let agent = *self.agents.get(words.get(1).copied()?)?;
        let capacity = self.capacities[&agent];
        match words.as_slice() {
            ["disables", _] => self.give(agent, capacity, false),
            ["enables", _] => self.give(agent, capacity, true),
            ["gives", _, units, ..] => self.give(agent, Units(units.parse().ok()?), true),
            _ => return None,
        }
        Some(())
    }

    fn connect(&mut self, who: &str) -> ConnectionId {
        let connection = ConnectionId::from_u128(self.fresh());
        self.connections.entry(who.to_owned()).or_default().push(connection);
        connection
    }

    fn lose(&mut self, who: &str, last_heard: Timestamp) -> Option<()> {
        let connection = self.connections.get_mut(who)?.pop()?;
        self.tell_of_connection(Input::LoseConnection { connection, last_heard });
        Some(())
    }

    /// `"words"` is a new send, `"words" again` the same send again, `"words" under the same key` another text of it.
    fn send(&mut self, who: &str, said: &str) -> Option<(MessageText, SendKey, BodyDigest)> {
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

    fn token(who: &str) -> TokenHash {
        let mut token = [0; 32];
        for (slot, byte) in token.iter_mut().zip(who.bytes()) {
            *slot = byte;
        }
        TokenHash(token)
    }

    fn customer_acts(&mut self, who: &str, what: &str) -> Option<()> {
        if let Some(said) = what.strip_prefix("starts with ") {
            return self.start(who, said);
        }
        match what {
            "opens a conversation" => return self.start(who, "\"Hello\""),
            "is back" | "opens a second tab" => {
                let connection = self.connect(who);
                let token = Self::token(who);
                self.tell_of_connection(Input::Resume {
                    connection,
                    widget: WIDGET,
                    token: Some(token),
                    arrival: None,
                    identity: None,
                    sign_in_is_unknown: false,
                });
                return Some(());
            }
            "reloads" => {
                self.lose(who, self.now)?;
                return self.customer_acts(who, "is back");
            }
            "connection drops" => return self.lose(who, self.now),
            _ => {}
        }
        if let Some(ago) = what.strip_prefix("connection turns out dead for ") {
            let last_heard = self.now - span(ago)?;
            return self.lose(who, last_heard);
        }
        let connection = *self.connections.get(who)?.last()?;
        let input = match what {
            "types" => Input::CustomerTypes { connection },
            "reads" => Input::CustomerReads { connection, upto: Seq(u32::MAX) },
            "ends" => Input::EndByCustomer { connection },
            "still waits" => Input::ConfirmWaiting { connection },
            _ => {
                let (text, key, digest) = self.send(who, what.strip_prefix("says ")?)?;
                Input::Say { connection, key, digest, text }
            }
        };
        self.tell(input);
        Some(())
    }

    fn start(&mut self, who: &str, said: &str) -> Option<()> {
        let (text, key, digest) = self.send(who, said)?;
        let connection = match self.connections.get(who).and_then(|open| open.last()) {
            Some(open) => *open,
            None => self.connect(who),
        };
        let conversation = ConversationId::from_u128(self.fresh());
        if !self.talks.contains_key(who) {
            self.talks.insert(who.to_owned(), conversation);
            self.names.talks.insert(conversation, who.to_owned());
        }
        self.tell(Input::Start {
            connection,
            conversation,
            customer: CustomerId::from_u128(conversation.as_u128()),
            widget: WIDGET,
            token: Self::token(who),
            key,
            digest,
            text,
            name: None,
            identity: None,
        });
        Some(())
    }

    fn agent_acts(&mut self, who: &str, agent: AgentId, what: &str) -> Option<()> {
        match what {
            "signs in" | "is back" | "opens a second window" => {
                let connection = self.connect(who);
                self.tell_of_connection(Input::ConnectAgent { connection, agent });
                return Some(());
            }
            "window closes" => return self.lose(who, self.now),
            "reloads" => {
                self.lose(who, self.now)?;
                return self.agent_acts(who, agent, "is back");
            }
            "signs out" => {
                self.tell(Input::SignOut { agent });
                return Some(());
            }
            _ => {}
        }
        let connection = *self.connections.get(who)?.last()?;
        let input = match self.request(what) {
            Some(ask) => Input::Ask { connection, request: 1, ask },
            None => self.agent_input(who, connection, what)?,
        };
        self.tell(input);
        Some(())
    }

    fn request(&self, what: &str) -> Option<AgentRequest> {
        let (verb, object) = what.split_once(' ')?;
        if verb == "chooses" {
            let presences = [
                Presence::Available,
                Presence::Busy,
                Presence::DoNotDisturb,
                Presence::Away,
                Presence::Offline,
                Presence::Inactive,
            ];
            let presence = presences.into_iter().find(|presence| called(*presence) == object);
            return (presence.is_some() || object == "automatic").then_some(AgentRequest::SetPresence(presence));
        }
        let talk = *self.talks.get(object)?;
        match verb {
            "accepts" => Some(AgentRequest::Accept(talk)),
            "declines" => Some(AgentRequest::Decline(talk)),
            "picks" => Some(AgentRequest::Pick(talk)),
            "ends" => Some(AgentRequest::End(talk)),
            "closes" => Some(AgentRequest::Close(talk)),
            "releases" => Some(AgentRequest::Release(talk)),
            _ => None,
        }
    }

    fn agent_input(&mut self, who: &str, connection: ConnectionId, what: &str) -> Option<Input> {
        let (act, name) = what.rsplit_once(' ')?;
        let conversation = *self.talks.get(name)?;
        match act {
            "types to" => return Some(Input::AgentTypes { connection, conversation }),
            "reads" => return Some(Input::AgentReads { connection, conversation, upto: Seq(u32::MAX) }),
            "follows" => return Some(Input::Follow { connection, conversation }),
            _ => {}
        }
        let (said, audience) = if let Some(said) = act.strip_prefix("notes ") {
            (said.strip_suffix(" on")?, Audience::Agents)
        } else {
            (act.strip_prefix("says ")?.strip_suffix(" to")?, Audience::Customer)
        };
        let (text, key, digest) = self.send(who, said)?;
        Some(Input::AgentSays { connection, conversation, audience, key, digest, text })
    }
}

/// `20 s`, `5 min`, `2 h`.
fn span(text: &str) -> Option<Millis> {
    let (number, unit) = text.split_once(' ')?;
    let number: u64 = number.parse().ok()?;
    match unit {
        "s" => Some(Millis::seconds(number)),
        "min" => Some(Millis::minutes(number)),
        "h" => Some(Millis::hours(number)),
        _ => None,
    }
}

/// What is said when something is no longer on a screen; most things go without a word.
fn gone(aspect: &str) -> Option<String> {
    match aspect.split_once(' ')?.1.split_once(' ') {
        Some(("offer", name)) => Some(format!("no offer of {name}")),
        Some(("mine", name)) => Some(format!("no longer has {name}")),
        Some(("typing", name)) => Some(format!("{name} stopped writing")),
        Some(("block", name)) => Some(format!("no block for {name}")),
        Some(_) => None,
        None => match aspect {
            "2 agent" => Some("the agent is here again".to_owned()),
            "3 asked" => Some("no longer asked".to_owned()),
            "4 typing" => Some("the agent stopped writing".to_owned()),
            "8 open" => Some("nothing open".to_owned()),
            _ => None,
        },
    }
}
