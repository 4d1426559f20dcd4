//! The reference: the same rules written a second time, as simply as possible. Everything is found by looking at everything;
//! nothing is an index, nothing is a fold. Where desk and reference differ, one of them is wrong.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AgentId, AgentRules, AssignmentMethod, Audience, BodyDigest, CloseReason, ConnectionId, ConversationId, Millis,
    OfferEnd, Presence, QueueId, SendKey, Seq, SessionEnd, Timestamp, TokenHash, Units, WidgetId, WidgetRules,
    WorkMode, WorkstreamId, WorkstreamRules, WrapUpRule,
};
use rejoin_desk::{
    AgentRequest, Author, Configuration, ConversationFact as What, Fact, Input, Notice, RefusalReason as No, Sent,
    times,
};

/// Clocks that end in something being written. Of one instant they fire in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Clock {
    MayBeAway(ConversationId),
    Disconnect(ConversationId),
    Miss(ConversationId),
    AutoClose(ConversationId),
    AgentAway(AgentId),
    AgentGone(AgentId),
    Free(AgentId, ConversationId),
    EndWrapUp(ConversationId),
    Forget(ConversationId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Active(AgentId),
    WrapUp(Option<AgentId>),
    Closed,
}

/// A message as it was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) by: Author,
    pub(crate) key: SendKey,
    pub(crate) digest: BodyDigest,
    pub(crate) internal: bool,
    pub(crate) customer_seq: u32,
    pub(crate) agents_seq: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Talk {
    pub(crate) id: ConversationId,
    pub(crate) widget: WidgetId,
    pub(crate) stream: WorkstreamId,
    pub(crate) queue: QueueId,
    pub(crate) token: TokenHash,
    pub(crate) number: u32,
    pub(crate) cost: Units,
    pub(crate) limit: Millis,
    pub(crate) opened: Timestamp,
    pub(crate) state: State,
    pub(crate) because: CloseReason,
    pub(crate) offer: Option<AgentId>,
    pub(crate) ask_at: Timestamp,
    pub(crate) wrap_up: WrapUpRule,
    pub(crate) facts: u32,
    pub(crate) customer_seq: u32,
    pub(crate) agents_seq: u32,
    pub(crate) lines: Vec<Line>,
    pub(crate) away_since: Option<Timestamp>,
    pub(crate) tries: BTreeMap<AgentId, (u8, Timestamp)>,
    pub(crate) took_part: BTreeSet<AgentId>,
    pub(crate) read_by_customer: u32,
    pub(crate) read_by: BTreeMap<AgentId, u32>,
    /// Live: the customer's connections, oldest first.
    pub(crate) windows: Vec<ConnectionId>,
    /// Live: the last sign of life on a lost connection.
    pub(crate) heard: Timestamp,
    /// Live: nobody has been connected since.
    pub(crate) dropped: Option<Timestamp>,
    /// Live.
    pub(crate) followers: Vec<ConnectionId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    Out,
    In,
    Dropped,
}

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) rules: AgentRules,
    pub(crate) at: Where,
    pub(crate) set: Option<Presence>,
    pub(crate) turn: u64,
    /// Live: console windows, oldest first.
    pub(crate) windows: Vec<ConnectionId>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Reference {
    pub(crate) now: Timestamp,
    pub(crate) last_fact: Timestamp,
    pub(crate) people: BTreeMap<AgentId, Person>,
    pub(crate) methods: BTreeMap<QueueId, AssignmentMethod>,
    pub(crate) streams: BTreeMap<WorkstreamId, WorkstreamRules>,
    pub(crate) widgets: BTreeMap<WidgetId, WidgetRules>,
    pub(crate) talks: Vec<Talk>,
    pub(crate) clocks: Vec<(Timestamp, Clock)>,
    pub(crate) started: u32,
    pub(crate) turns: u64,
    pub(crate) facts: Vec<Fact>,
    pub(crate) replies: Vec<Notice>,
}

type Done = Result<(), No>;

impl Reference {
    pub(crate) fn step(&mut self, now: Timestamp, input: &Input) {
        self.now = now;
        self.facts.clear();
        self.replies.clear();
        if !matches!(input, Input::StartRelay { .. } | Input::ResumeWrites { .. }) {
            self.fire();
        }
        self.take(input);
        self.fire();
        self.make_offers();
    }

    // -- looking things up --------------------------------------------------------------------------------------------

    pub(crate) fn find(&self, id: ConversationId) -> Option<usize> {
        self.talks.iter().position(|talk| talk.id == id)
    }

    fn joined(&self, connection: ConnectionId) -> Option<usize> {
        self.talks.iter().position(|talk| talk.windows.contains(&connection))
    }

    fn agent_of(&self, connection: ConnectionId) -> Option<AgentId> {
        self.people.iter().find(|(_, person)| person.windows.contains(&connection)).map(|(agent, _)| *agent)
    }

    pub(crate) fn used(&self, agent: AgentId) -> i32 {
        let mut used = 0;
        for talk in &self.talks {
            let is_theirs = match talk.state {
                State::Open => talk.offer == Some(agent),
                State::Active(has) => has == agent,
                State::WrapUp(Some(has)) => has == agent && talk.wrap_up == WrapUpRule::Always,
                State::WrapUp(None) | State::Closed => false,
            };
            let is_blocked = || self.clocks.iter().any(|(_, clock)| *clock == Clock::Free(agent, talk.id));
            if is_theirs || is_blocked() {
                used += talk.cost.0;
            }
        }
        used
    }

    pub(crate) fn presence(&self, agent: AgentId) -> Presence {
        let person = &self.people[&agent];
        let used = self.used(agent);
        match (person.at, person.set) {
            (Where::Out | Where::Dropped, _) => Presence::Offline,
            (Where::In, Some(set)) => set,
            (Where::In, None) if used >= person.rules.capacity.0 => Presence::DoNotDisturb,
            (Where::In, None) if used > 0 => Presence::Busy,
            (Where::In, None) => Presence::Available,
        }
    }

    fn rules(&self, index: usize) -> WorkstreamRules {
        self.streams[&self.talks[index].stream].clone()
    }

    fn may_read(&self, agent: AgentId, index: usize) -> bool {
        let talk = &self.talks[index];
        let person = &self.people[&agent];
        talk.took_part.contains(&agent)
            || talk.offer == Some(agent)
            || (talk.state == State::Open && person.rules.enabled && person.rules.queues.contains(&talk.queue))
    }

    // -- writing ------------------------------------------------------------------------------------------------------

    fn write(&mut self, fact: Fact) {
        self.last_fact = self.now;
        self.facts.push(fact);
    }

    fn note(&mut self, index: usize, what: What) {
        let talk = &mut self.talks[index];
        talk.facts += 1;
        talk.customer_seq += u32::from(what.is_for(Audience::Customer));
        talk.agents_seq += u32::from(what.is_for(Audience::Agents));
        let fact = Fact::Conversation {
            id: talk.id,
            position: talk.facts,
            customer_seq: Seq(talk.customer_seq),
            agents_seq: Seq(talk.agents_seq),
            what,
        };
        self.write(fact);
    }

    fn stop(&mut self, clock: Clock) {
        self.clocks.retain(|(_, running)| *running != clock);
    }

    fn run(&mut self, at: Timestamp, clock: Clock) {
        self.stop(clock);
        self.clocks.push((at, clock));
    }

    // -- time ---------------------------------------------------------------------------------------------------------

    fn fire(&mut self) {
        while let Some((at, clock)) = self.clocks.iter().min().copied() {
            if at > self.now {
                return;
            }
            self.stop(clock);
            match clock {
                Clock::MayBeAway(id) => self.may_be_away(id),
                Clock::Disconnect(id) => self.disconnect(id),
                Clock::Miss(id) => {
                    let index = self.find(id).unwrap();
                    self.end_offer(index, OfferEnd::Missed);
                }
                Clock::AutoClose(id) => {
                    let index = self.find(id).unwrap();
                    self.end_offer(index, OfferEnd::Withdrawn);
                    self.close(index, CloseReason::AutoClosed);
                }
                Clock::AgentAway(agent) => self.withdraw_offers_of(agent),
                Clock::AgentGone(agent) => {
                    self.write(Fact::AgentGone(agent));
                    self.leave(agent);
                    self.end_work(agent, SessionEnd::AgentDisconnected);
                }
                Clock::Free(agent, conversation) => self.write(Fact::CapacityFreed { agent, conversation }),
                Clock::EndWrapUp(id) => {
                    let index = self.find(id).unwrap();
                    self.end_wrap_up(index, SessionEnd::AutoClosed);
                }
                Clock::Forget(id) => {
                    let index = self.find(id).unwrap();
                    self.note(index, What::Forgotten);
                    self.talks.remove(index);
                }
            }
        }
    }

    fn may_be_away(&mut self, id: ConversationId) {
        let index = self.find(id).unwrap();
        let since = self.talks[index].dropped.unwrap();
        self.note(index, What::CustomerAway { since });
        self.talks[index].away_since = Some(since);
        self.run(since + self.talks[index].limit, Clock::Disconnect(id));
    }

    fn disconnect(&mut self, id: ConversationId) {
        let index = self.find(id).unwrap();
        let since = self.talks[index].away_since.unwrap();
        let was_open = self.talks[index].state == State::Open;
        self.end_offer(index, OfferEnd::Withdrawn);
        self.note(index, What::CustomerDisconnected);
        self.replies.push(Notice::Disconnected { away_for: self.now.since(since) });
        if was_open {
            self.close(index, CloseReason::CustomerDisconnected);
        } else {
            self.wrap_up(index, CloseReason::CustomerDisconnected);
        }
    }

    fn time_lost(&mut self, down_since: Timestamp) -> Timestamp {
        let down_since = down_since.max(self.last_fact).min(self.now);
        let outage = self.now.since(down_since);
        for (at, clock) in &mut self.clocks {
            // The clock that no fact knows yet is dealt with where connections are.
            if !matches!(clock, Clock::MayBeAway(_)) {
                *at += outage;
            }
        }
        for talk in &mut self.talks {
            talk.ask_at += outage;
            for (_, again) in talk.tries.values_mut() {
                *again += outage;
            }
        }
        down_since
    }

    // -- customers ----------------------------------------------------------------------------------------------------

    fn is_going(&self, index: usize) -> bool {
        matches!(self.talks[index].state, State::Open | State::Active(_))
    }

    /// The clock of a customer without a connection, as far as no fact says that they are away.
    pub(crate) fn watch(&mut self, index: usize) {
        let talk = &self.talks[index];
        let (id, limit) = (talk.id, talk.limit);
        let runs = self.is_going(index) && talk.away_since.is_none();
        match talk.dropped.filter(|_| runs) {
            Some(since) => self.run(since + times::AWAY_AFTER.min(limit), Clock::MayBeAway(id)),
            None => self.stop(Clock::MayBeAway(id)),
        }
    }

    fn join(&mut self, connection: ConnectionId, index: usize) {
        if self.talks[index].windows.contains(&connection) {
            return;
        }
        let id = self.talks[index].id;
        self.lose(connection, self.now);
        let index = self.find(id).unwrap();
        self.talks[index].windows.push(connection);
        if self.talks[index].windows.len() > rejoin_desk::limits::CONNECTIONS_PER_CUSTOMER_MAX {
            let oldest = self.talks[index].windows.remove(0);
            self.replies.push(Notice::Displace { connection: oldest });
        }
        self.talks[index].dropped = None;
        self.watch(index);
        self.is_back(index);
    }

    fn is_back(&mut self, index: usize) {
        if self.is_going(index) && self.talks[index].away_since.is_some() {
            self.note(index, What::CustomerBack);
            self.talks[index].away_since = None;
            let id = self.talks[index].id;
            self.stop(Clock::Disconnect(id));
        }
    }

    fn lose(&mut self, connection: ConnectionId, last_heard: Timestamp) {
        if let Some(index) = self.joined(connection) {
            let talk = &mut self.talks[index];
            talk.windows.retain(|window| *window != connection);
            talk.heard = talk.heard.max(last_heard.min(self.now));
            if talk.windows.is_empty() {
                talk.dropped = Some(talk.heard);
                self.watch(index);
            }
        }
        if let Some(agent) = self.agent_of(connection) {
            for talk in &mut self.talks {
                talk.followers.retain(|follower| *follower != connection);
            }
            let person = self.people.get_mut(&agent).unwrap();
            person.windows.retain(|window| *window != connection);
            if person.windows.is_empty() && person.at == Where::In {
                self.drop_agent(agent, last_heard.min(self.now));
            }
        }
    }

    fn drop_agent(&mut self, agent: AgentId, since: Timestamp) {
        self.write(Fact::AgentLost { agent, since });
        self.people.get_mut(&agent).unwrap().at = Where::Dropped;
        self.run(since + times::AGENT_AWAY_AFTER, Clock::AgentAway(agent));
        self.run(since + times::AGENT_GRACE, Clock::AgentGone(agent));
    }

    fn say(&mut self, index: usize, by: Author, internal: bool, key: SendKey, digest: BodyDigest) -> Result<Seq, No> {
        let talk = &self.talks[index];
        if let Some(line) = talk.lines.iter().find(|line| line.by == by && line.key == key) {
            // Of a closed conversation only the start is remembered; the rest is the log's to find.
            if talk.state != State::Closed || (by == Author::Customer && line.customer_seq == 1) {
                let same = line.digest == digest && line.internal == internal;
                let seq = if by == Author::Customer { line.customer_seq } else { line.agents_seq };
                return if same { Ok(Seq(seq)) } else { Err(No::SendKeyReused) };
            }
        }
        match (by, talk.state) {
            (_, State::Closed) => return Err(No::ConversationClosed),
            (Author::Customer, State::WrapUp(_)) => return Err(No::ConversationEnded),
            (Author::Customer, State::Open | State::Active(_)) => {}
            (Author::Agent(agent), State::Active(has) | State::WrapUp(Some(has))) if has == agent => {
                if !internal && matches!(talk.state, State::WrapUp(_)) {
                    return Err(No::ConversationEnded);
                }
            }
            (Author::Agent(_), State::Open | State::Active(_) | State::WrapUp(_)) => return Err(No::NotYours),
        }
        self.write_line(index, by, internal, key, digest);
        let talk = &self.talks[index];
        Ok(Seq(if by == Author::Customer { talk.customer_seq } else { talk.agents_seq }))
    }

    fn write_line(&mut self, index: usize, by: Author, internal: bool, key: SendKey, digest: BodyDigest) {
        let audience = if internal { Audience::Agents } else { Audience::Customer };
        self.note(index, What::Said { by, audience, key, digest });
        let talk = &mut self.talks[index];
        let (customer_seq, agents_seq) = (talk.customer_seq, talk.agents_seq);
        talk.lines.push(Line { by, key, digest, internal, customer_seq, agents_seq });
    }

    fn start(&mut self, input: &Input) {
        let Input::Start { connection, conversation, customer, widget, token, key, digest, .. } = input else { return };
        let known = self.talks.iter().position(|talk| talk.token == *token);
        let elsewhere = self.joined(*connection).is_some_and(|index| Some(index) != known && self.is_going(index));
        let done = match known {
            Some(index) if self.talks[index].widget != *widget => Err(No::UnknownWidget),
            Some(_) | None if elsewhere && self.widgets.contains_key(widget) => Err(No::AlreadyStarted),
            Some(index) => self.say(index, Author::Customer, false, *key, *digest).map(|seq| (index, seq)),
            None => match self.widgets.get(widget).cloned() {
                None => Err(No::UnknownWidget),
                Some(rules) => {
                    let index = self.open(*conversation, *customer, *widget, &rules, *token);
                    self.write_line(index, Author::Customer, false, *key, *digest);
                    Ok((index, Seq(1)))
                }
            },
        };
        match done {
            Ok((index, seq)) => {
                let sent = Sent { conversation: self.talks[index].id, audience: Audience::Customer, seq };
                self.replies.push(Notice::Started { connection: *connection, key: *key, sent });
                self.join(*connection, index);
            }
            Err(reason) => {
                let conversation = known.map(|index| self.talks[index].id);
                self.replies.push(Notice::NotSent { connection: *connection, conversation, key: *key, reason });
            }
        }
    }

    fn open(
        &mut self,
        id: ConversationId,
        customer: model::CustomerId,
        widget: WidgetId,
        rules: &WidgetRules,
        token: TokenHash,
    ) -> usize {
        let stream = self.streams[&rules.workstream].clone();
        self.started += 1;
        let talk = Talk {
            id,
            widget,
            stream: rules.workstream,
            queue: stream.queue,
            token,
            number: self.started,
            cost: stream.cost,
            limit: rules.disconnect_after,
            opened: self.now,
            state: State::Open,
            because: CloseReason::AutoClosed,
            offer: None,
            ask_at: self.now,
            wrap_up: WrapUpRule::Never,
            facts: 0,
            customer_seq: 0,
            agents_seq: 0,
            lines: Vec::new(),
            away_since: None,
            tries: BTreeMap::new(),
            took_part: BTreeSet::new(),
            read_by_customer: 0,
            read_by: BTreeMap::new(),
            windows: Vec::new(),
            heard: Timestamp::ZERO,
            dropped: None,
            followers: Vec::new(),
        };
        self.talks.push(talk);
        let index = self.talks.len() - 1;
        self.note(
            index,
            What::Started {
                customer,
                widget,
                workstream: rules.workstream,
                queue: stream.queue,
                token,
                number: self.started,
                cost: stream.cost,
                disconnect_after: rules.disconnect_after,
                reconnect: rules.reconnect,
                identity: None,
            },
        );
        self.wait(index);
        index
    }

    /// The queue's clocks start.
    fn wait(&mut self, index: usize) {
        let rules = self.rules(index);
        let id = self.talks[index].id;
        self.talks[index].ask_at = self.now + rules.still_waiting_after;
        self.run(self.now + rules.auto_close_open_after, Clock::AutoClose(id));
    }

    // -- ends ---------------------------------------------------------------------------------------------------------

    fn close(&mut self, index: usize, reason: CloseReason) {
        self.note(index, What::Closed(reason));
        let talk = &mut self.talks[index];
        talk.state = State::Closed;
        talk.because = reason;
        talk.away_since = None;
        let id = talk.id;
        for clock in
            [Clock::MayBeAway(id), Clock::Disconnect(id), Clock::Miss(id), Clock::AutoClose(id), Clock::EndWrapUp(id)]
        {
            self.stop(clock);
        }
        self.run(self.now + times::TOKEN_KEPT_FOR, Clock::Forget(id));
        self.drop_strangers(index);
    }

    /// After the fact that says so.
    fn wrap_up(&mut self, index: usize, because: CloseReason) {
        let rules = self.rules(index);
        let now = self.now;
        let talk = &mut self.talks[index];
        let State::Active(agent) = talk.state else { panic!("only an Active conversation goes to wrap-up") };
        talk.state = State::WrapUp(Some(agent));
        talk.because = because;
        talk.wrap_up = rules.wrap_up;
        let id = talk.id;
        let mut quiet_from = now;
        if let WrapUpRule::For(time) = rules.wrap_up {
            quiet_from = now + time;
            self.run(quiet_from, Clock::Free(agent, id));
        }
        self.stop(Clock::MayBeAway(id));
        self.stop(Clock::Disconnect(id));
        self.run(quiet_from + rules.auto_close_wrap_up_after, Clock::EndWrapUp(id));
    }

    fn end_wrap_up(&mut self, index: usize, reason: SessionEnd) {
        let State::WrapUp(Some(agent)) = self.talks[index].state else { return };
        self.note(index, What::SessionEnded { agent, reason, in_wrap_up: true });
        self.talks[index].state = State::WrapUp(None);
        self.forget_short_choice(agent);
        let because = self.talks[index].because;
        self.close(index, because);
    }

    fn requeue(&mut self, index: usize, reason: SessionEnd) {
        let State::Active(agent) = self.talks[index].state else { return };
        self.note(index, What::SessionEnded { agent, reason, in_wrap_up: false });
        self.note(index, What::Requeued);
        self.talks[index].state = State::Open;
        if reason == SessionEnd::AgentReleased {
            self.count_try(index, agent);
        }
        self.forget_short_choice(agent);
        self.wait(index);
        self.drop_strangers(index);
    }

    fn count_try(&mut self, index: usize, agent: AgentId) {
        let entry = self.talks[index].tries.entry(agent).or_insert((0, self.now));
        *entry = (entry.0 + 1, self.now + times::SAME_OFFER_AFTER);
    }

    fn forget_short_choice(&mut self, agent: AgentId) {
        let person = self.people.get_mut(&agent).unwrap();
        if matches!(person.set, Some(Presence::Available | Presence::Busy)) {
            person.set = None;
        }
    }

    fn end_work(&mut self, agent: AgentId, reason: SessionEnd) {
        self.withdraw_offers_of(agent);
        let mut ids: Vec<_> = self.talks.iter().map(|talk| talk.id).collect();
        ids.sort_unstable();
        for id in &ids {
            let index = self.find(*id).unwrap();
            if self.talks[index].state == State::Active(agent) {
                self.requeue(index, reason);
            }
        }
        for id in &ids {
            let index = self.find(*id).unwrap();
            if self.talks[index].state == State::WrapUp(Some(agent)) {
                self.end_wrap_up(index, reason);
            }
        }
    }

    fn withdraw_offers_of(&mut self, agent: AgentId) {
        let mut ids: Vec<_> = self.talks.iter().filter(|talk| talk.offer == Some(agent)).map(|talk| talk.id).collect();
        ids.sort_unstable();
        for id in ids {
            let index = self.find(id).unwrap();
            self.end_offer(index, OfferEnd::Withdrawn);
        }
    }

    fn leave(&mut self, agent: AgentId) {
        let person = self.people.get_mut(&agent).unwrap();
        person.at = Where::Out;
        person.set = None;
        self.stop(Clock::AgentAway(agent));
        self.stop(Clock::AgentGone(agent));
    }

    // -- offers -------------------------------------------------------------------------------------------------------

    fn end_offer(&mut self, index: usize, how: OfferEnd) {
        let Some(agent) = self.talks[index].offer else { return };
        self.note(index, What::OfferEnded { agent, how });
        let id = self.talks[index].id;
        self.talks[index].offer = None;
        self.stop(Clock::Miss(id));
        if how != OfferEnd::Withdrawn {
            self.count_try(index, agent);
        }
        if how == OfferEnd::Missed {
            self.people.get_mut(&agent).unwrap().set = Some(Presence::Inactive);
        }
        self.drop_strangers(index);
    }

    /// All that waits, the longest waiting first, as long as something can be offered.
    fn make_offers(&mut self) {
        let mut waiting: Vec<_> = self.talks.iter().map(|talk| (talk.opened, talk.number, talk.id)).collect();
        waiting.sort_unstable();
        for (_, _, id) in waiting {
            let index = self.find(id).unwrap();
            if let Some(agent) = self.eligible(index) {
                let rules = self.rules(index);
                let until = self.now + rules.offer_for;
                self.note(index, What::OfferMade { agent, until });
                self.talks[index].offer = Some(agent);
                self.turns += 1;
                self.people.get_mut(&agent).unwrap().turn = self.turns;
                self.run(until, Clock::Miss(id));
            }
        }
    }

    fn eligible(&self, index: usize) -> Option<AgentId> {
        let talk = &self.talks[index];
        let rules = &self.streams[&talk.stream];
        if talk.state != State::Open
            || talk.offer.is_some()
            || talk.away_since.is_some()
            || rules.mode == WorkMode::Pick
        {
            return None;
        }
        let method = self.methods[&talk.queue];
        let mut found = Vec::new();
        for (agent, person) in &self.people {
            let (tries, again) = talk.tries.get(agent).copied().unwrap_or((0, self.now));
            if !person.rules.enabled
                || person.at != Where::In
                || !person.rules.queues.contains(&talk.queue)
                || tries >= rules.offers_per_agent_max
                || again > self.now
            {
                continue;
            }
            let free = person.rules.capacity.0 - self.used(*agent);
            if free >= talk.cost.0 && rules.allowed_presences.contains(&self.presence(*agent)) {
                let least = if method == AssignmentMethod::HighestCapacity { -free } else { 0 };
                found.push((tries, least, person.turn, *agent));
            }
        }
        found.into_iter().min().map(|(_, _, _, agent)| agent)
    }

    fn take_over(&mut self, index: usize, agent: AgentId, picked: bool) {
        self.note(index, What::AgentJoined { agent, picked });
        let id = self.talks[index].id;
        self.talks[index].state = State::Active(agent);
        self.talks[index].offer = None;
        self.talks[index].took_part.insert(agent);
        self.stop(Clock::Miss(id));
        self.stop(Clock::AutoClose(id));
        if picked {
            self.turns += 1;
            self.people.get_mut(&agent).unwrap().turn = self.turns;
        }
        self.forget_short_choice(agent);
        self.drop_strangers(index);
    }

    fn drop_strangers(&mut self, index: usize) {
        let conversation = self.talks[index].id;
        for connection in self.talks[index].followers.clone() {
            let agent = self.agent_of(connection).unwrap();
            if !self.may_read(agent, index) {
                self.talks[index].followers.retain(|follower| *follower != connection);
                self.replies.push(Notice::Unfollowed { connection, conversation });
            }
        }
    }

    // -- agents -------------------------------------------------------------------------------------------------------

    fn ask(&mut self, connection: ConnectionId, request: u32, ask: AgentRequest) {
        let done = match self.agent_of(connection) {
            None => Err(No::NotAllowed),
            Some(agent) => self.carry_out(agent, ask),
        };
        self.replies.push(match done {
            Ok(()) => Notice::Done { connection, request },
            Err(reason) => Notice::Refused { connection, request: Some(request), reason },
        });
    }

    fn carry_out(&mut self, agent: AgentId, ask: AgentRequest) -> Done {
        let (AgentRequest::Accept(id)
        | AgentRequest::Decline(id)
        | AgentRequest::Pick(id)
        | AgentRequest::End(id)
        | AgentRequest::Close(id)
        | AgentRequest::Release(id)) = ask
        else {
            let AgentRequest::SetPresence(presence) = ask else { unreachable!() };
            return self.choose(agent, presence);
        };
        let index = self.find(id).ok_or(No::NoConversation)?;
        let talk = &self.talks[index];
        let (state, offered) = (talk.state, talk.offer == Some(agent));
        let mine = matches!(state, State::Active(has) | State::WrapUp(Some(has)) if has == agent);
        match (ask, state) {
            (AgentRequest::Accept(_) | AgentRequest::Decline(_), State::Active(has)) if has != agent => {
                return Err(No::AlreadyTaken);
            }
            (AgentRequest::Accept(_) | AgentRequest::Decline(_), _) if !offered => return Err(No::OfferGone),
            (AgentRequest::Accept(_), _) => self.take_over(index, agent, false),
            (AgentRequest::Decline(_), _) => self.end_offer(index, OfferEnd::Declined),
            (AgentRequest::Pick(_), State::Open) => {
                if !self.people[&agent].rules.queues.contains(&talk.queue) {
                    return Err(No::NotAllowed);
                }
                if !offered {
                    self.end_offer(index, OfferEnd::Withdrawn);
                }
                self.take_over(index, agent, !offered);
            }
            (AgentRequest::Pick(_), State::Active(has)) => {
                return Err(if has == agent { No::WrongState } else { No::AlreadyTaken });
            }
            (AgentRequest::Pick(_), State::WrapUp(_)) => return Err(No::ConversationEnded),
            (_, State::Closed) => return Err(No::ConversationClosed),
            (_, _) if !mine => return Err(No::NotYours),
            (AgentRequest::End(_), State::Active(_)) => {
                self.note(index, What::EndedByAgent(agent));
                self.talks[index].away_since = None;
                self.wrap_up(index, CloseReason::AgentEnded);
            }
            (AgentRequest::Release(_), State::Active(_)) => self.requeue(index, SessionEnd::AgentReleased),
            (AgentRequest::Close(_), State::WrapUp(_)) => self.end_wrap_up(index, SessionEnd::AgentClosed),
            (AgentRequest::Close(_), _) => return Err(No::WrongState),
            (_, _) => return Err(No::ConversationEnded),
        }
        Ok(())
    }

    fn choose(&mut self, agent: AgentId, presence: Option<Presence>) -> Done {
        if presence == Some(Presence::Inactive) {
            return Err(No::PresenceNotChoosable);
        }
        if self.people[&agent].set != presence {
            self.write(Fact::PresenceChosen { agent, presence });
            self.people.get_mut(&agent).unwrap().set = presence;
        }
        Ok(())
    }

    fn connect_agent(&mut self, connection: ConnectionId, agent: AgentId) {
        if !self.people.get(&agent).is_some_and(|person| person.rules.enabled) {
            self.replies.push(Notice::SignedOut { connection });
            return;
        }
        let person = self.people.get_mut(&agent).unwrap();
        person.windows.push(connection);
        if person.windows.len() > rejoin_desk::limits::CONNECTIONS_PER_AGENT_MAX {
            let oldest = person.windows.remove(0);
            for talk in &mut self.talks {
                talk.followers.retain(|follower| *follower != oldest);
            }
            self.replies.push(Notice::Displace { connection: oldest });
        }
        self.agent_is_here(agent);
    }

    fn agent_is_here(&mut self, agent: AgentId) {
        match self.people[&agent].at {
            Where::In => return,
            Where::Out => self.write(Fact::AgentArrived(agent)),
            Where::Dropped => self.write(Fact::AgentReturned(agent)),
        }
        let person = self.people.get_mut(&agent).unwrap();
        if person.at == Where::Out {
            person.set = None;
        }
        person.at = Where::In;
        self.stop(Clock::AgentAway(agent));
        self.stop(Clock::AgentGone(agent));
    }

    fn close_windows(&mut self, agent: AgentId) {
        let windows = std::mem::take(&mut self.people.get_mut(&agent).unwrap().windows);
        for connection in windows {
            for talk in &mut self.talks {
                talk.followers.retain(|follower| *follower != connection);
            }
            self.replies.push(Notice::SignedOut { connection });
        }
    }

    fn configure(&mut self, configuration: &Configuration) {
        match configuration {
            Configuration::Queue(queue, rules) => {
                if self.methods.insert(*queue, rules.assignment) != Some(rules.assignment) {
                    self.write(Fact::QueueConfigured(*queue, rules.clone()));
                }
            }
            Configuration::Workstream(stream, rules) => {
                if self.streams.insert(*stream, rules.clone()).as_ref() != Some(rules) {
                    self.write(Fact::WorkstreamConfigured(*stream, rules.clone()));
                }
            }
            Configuration::Widget(widget, rules) => {
                if self.widgets.insert(*widget, rules.clone()).as_ref() != Some(rules) {
                    self.write(Fact::WidgetConfigured(*widget, rules.clone()));
                }
            }
            Configuration::Agent(agent, rules) => self.configure_agent(*agent, rules),
        }
    }

    fn configure_agent(&mut self, agent: AgentId, rules: &AgentRules) {
        let fact = Fact::AgentConfigured(agent, rules.clone());
        let Some(person) = self.people.get(&agent) else {
            self.write(fact);
            let person = Person { rules: rules.clone(), at: Where::Out, set: None, turn: 0, windows: Vec::new() };
            self.people.insert(agent, person);
            return;
        };
        if person.rules == *rules {
            return;
        }
        let is_disabled = person.rules.enabled && !rules.enabled;
        if is_disabled {
            self.end_work(agent, SessionEnd::AgentDisabled);
        }
        self.write(fact);
        self.people.get_mut(&agent).unwrap().rules = rules.clone();
        if is_disabled {
            self.leave(agent);
            self.close_windows(agent);
        }
        let mut ids: Vec<_> = self.talks.iter().map(|talk| talk.id).collect();
        ids.sort_unstable();
        for id in ids {
            let index = self.find(id).unwrap();
            self.drop_strangers(index);
        }
    }

    // -- everything that can be told ----------------------------------------------------------------------------------

    fn refuse(&mut self, connection: ConnectionId, reason: No) {
        self.replies.push(Notice::Refused { connection, request: None, reason });
    }

    fn take(&mut self, input: &Input) {
        match input {
            Input::Tick | Input::CustomerTypes { .. } | Input::AgentTypes { .. } => {}
            Input::StartRelay { down_since } => self.start_relay(*down_since),
            Input::ResumeWrites { down_since } => self.resume_writes(*down_since),
            Input::Configure(configuration) => self.configure(configuration),
            Input::Resume { connection, widget, token, .. } => {
                let found = self.talks.iter().position(|talk| Some(talk.token) == *token && talk.widget == *widget);
                match found {
                    Some(index) => {
                        let conversation = self.talks[index].id;
                        self.replies.push(Notice::Resumed { connection: *connection, conversation });
                        self.join(*connection, index);
                    }
                    None => {
                        self.lose(*connection, self.now);
                        let why = rejoin_desk::NotResumed::Expired;
                        self.replies.push(Notice::CannotResume { connection: *connection, why });
                    }
                }
            }
            Input::Start { .. } => self.start(input),
            Input::Say { connection, key, digest, .. } => {
                let index = self.joined(*connection);
                let conversation = index.map(|index| self.talks[index].id);
                let done = match index {
                    None => Err(No::NoConversation),
                    Some(index) => self.say(index, Author::Customer, false, *key, *digest),
                };
                self.answer(*connection, conversation, Audience::Customer, *key, done);
            }
            Input::CustomerReads { connection, upto } => match self.joined(*connection) {
                None => self.refuse(*connection, No::NoConversation),
                Some(index) => {
                    let talk = &mut self.talks[index];
                    let upto = upto.0.min(talk.customer_seq);
                    if upto > talk.read_by_customer {
                        talk.read_by_customer = upto;
                        self.note(index, What::ReadByCustomer { upto: Seq(upto) });
                    }
                }
            },
            Input::EndByCustomer { connection } => self.end_by_customer(*connection),
            Input::ConfirmWaiting { connection } => match self.joined(*connection) {
                None => self.refuse(*connection, No::NoConversation),
                Some(index) => match self.talks[index].state {
                    State::Open => {
                        if self.talks[index].ask_at <= self.now {
                            self.note(index, What::WaitingConfirmed);
                            self.wait(index);
                        }
                    }
                    State::Active(_) => {}
                    State::WrapUp(_) => self.refuse(*connection, No::ConversationEnded),
                    State::Closed => self.refuse(*connection, No::ConversationClosed),
                },
            },
            Input::LoseConnection { connection, last_heard } => self.lose(*connection, *last_heard),
            Input::ConnectAgent { connection, agent } => self.connect_agent(*connection, *agent),
            Input::SignOut { agent } => {
                if self.people[agent].at != Where::Out {
                    self.write(Fact::AgentSignedOut(*agent));
                    self.leave(*agent);
                    self.end_work(*agent, SessionEnd::AgentSignedOut);
                }
                self.close_windows(*agent);
            }
            Input::Follow { connection, conversation } => self.follow(*connection, *conversation),
            Input::Unfollow { connection, conversation } => {
                if let Some(index) = self.find(*conversation) {
                    self.talks[index].followers.retain(|follower| follower != connection);
                }
            }
            Input::AgentSays { connection, conversation, audience, key, digest, .. } => {
                let done = match (self.agent_of(*connection), self.find(*conversation)) {
                    (None, _) => Err(No::NotAllowed),
                    (Some(_), None) => Err(No::NoConversation),
                    (Some(agent), Some(index)) => {
                        let internal = *audience == Audience::Agents;
                        self.say(index, Author::Agent(agent), internal, *key, *digest)
                    }
                };
                self.answer(*connection, Some(*conversation), Audience::Agents, *key, done);
            }
            Input::AgentReads { connection, conversation, upto } => {
                self.agent_reads(*connection, *conversation, *upto);
            }
            Input::Ask { connection, request, ask } => self.ask(*connection, *request, *ask),
            other => panic!("the world does not do this yet: {other:?}"),
        }
    }

    fn answer(
        &mut self,
        connection: ConnectionId,
        conversation: Option<ConversationId>,
        audience: Audience,
        key: SendKey,
        done: Result<Seq, No>,
    ) {
        self.replies.push(match (done, conversation) {
            (Ok(seq), Some(conversation)) => {
                Notice::Sent { connection, key, sent: Sent { conversation, audience, seq } }
            }
            (Ok(_), None) => panic!("sent to nowhere"),
            (Err(reason), conversation) => Notice::NotSent { connection, conversation, key, reason },
        });
    }

    fn end_by_customer(&mut self, connection: ConnectionId) {
        let Some(index) = self.joined(connection) else { return self.refuse(connection, No::NoConversation) };
        match self.talks[index].state {
            State::Open => {
                self.end_offer(index, OfferEnd::Withdrawn);
                self.note(index, What::EndedByCustomer);
                self.close(index, CloseReason::CustomerEnded);
            }
            State::Active(_) => {
                self.note(index, What::EndedByCustomer);
                self.talks[index].away_since = None;
                self.wrap_up(index, CloseReason::CustomerEnded);
            }
            State::WrapUp(_) => self.refuse(connection, No::ConversationEnded),
            State::Closed => self.refuse(connection, No::ConversationClosed),
        }
    }

    fn follow(&mut self, connection: ConnectionId, conversation: ConversationId) {
        let Some(agent) = self.agent_of(connection) else { return self.refuse(connection, No::NotAllowed) };
        let Some(index) = self.find(conversation) else { return self.refuse(connection, No::NoConversation) };
        if !self.may_read(agent, index) {
            return self.refuse(connection, No::NotAllowed);
        }
        if !self.talks[index].followers.contains(&connection) {
            self.talks[index].followers.push(connection);
        }
        self.replies.push(Notice::Following { connection, conversation });
    }

    fn agent_reads(&mut self, connection: ConnectionId, conversation: ConversationId, upto: Seq) {
        let Some(agent) = self.agent_of(connection) else { return self.refuse(connection, No::NotAllowed) };
        let Some(index) = self.find(conversation) else { return self.refuse(connection, No::NoConversation) };
        if !self.may_read(agent, index) {
            return self.refuse(connection, No::NotAllowed);
        }
        let talk = &mut self.talks[index];
        let upto = upto.0.min(talk.agents_seq);
        let read = talk.read_by.entry(agent).or_insert(0);
        if talk.state != State::Closed && upto > *read {
            *read = upto;
            self.note(index, What::ReadByAgent { agent, upto: Seq(upto) });
        }
    }

    // -- outages ------------------------------------------------------------------------------------------------------

    /// All connections died with the process.
    fn start_relay(&mut self, down_since: Timestamp) {
        let down_since = self.time_lost(down_since);
        self.write(Fact::RelayStarted { down_since });
        for talk in &mut self.talks {
            talk.windows.clear();
            talk.followers.clear();
            talk.heard = Timestamp::ZERO;
            talk.dropped = None;
        }
        self.clocks.retain(|(_, clock)| !matches!(clock, Clock::MayBeAway(_)));
        for index in 0..self.talks.len() {
            self.talks[index].dropped = Some(self.now);
            self.watch(index);
        }
        let agents: Vec<_> = self.people.keys().copied().collect();
        for agent in agents {
            let person = self.people.get_mut(&agent).unwrap();
            person.windows.clear();
            if person.at == Where::In {
                person.at = Where::Dropped;
                self.run(self.now + times::AGENT_AWAY_AFTER, Clock::AgentAway(agent));
                self.run(self.now + times::AGENT_GRACE, Clock::AgentGone(agent));
            }
        }
    }

    /// The process lived on: connections are what they are now.
    fn resume_writes(&mut self, down_since: Timestamp) {
        let down_since = self.time_lost(down_since);
        let outage = self.now.since(down_since);
        self.write(Fact::WritesResumed { down_since });
        let mut ids: Vec<_> = self.talks.iter().map(|talk| talk.id).collect();
        ids.sort_unstable();
        for id in ids {
            let index = self.find(id).unwrap();
            if !self.talks[index].windows.is_empty() {
                self.talks[index].dropped = None;
                self.watch(index);
                self.is_back(index);
            } else if self.is_going(index) && self.talks[index].away_since.is_none() {
                let dropped = self.talks[index].dropped.filter(|dropped| *dropped <= down_since);
                self.talks[index].dropped = Some(dropped.map_or(self.now, |dropped| dropped + outage));
                self.watch(index);
            }
        }
        let agents: Vec<_> = self.people.keys().copied().collect();
        for agent in agents {
            if !self.people[&agent].windows.is_empty() {
                self.agent_is_here(agent);
            } else if self.people[&agent].at == Where::In {
                self.drop_agent(agent, self.now);
            }
        }
    }
}
