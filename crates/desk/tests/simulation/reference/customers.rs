//! Customers join, are lost, say something, start.

use std::collections::{BTreeMap, BTreeSet};

use model::{
    AgentId, Audience, BodyDigest, CloseReason, ConnectionId, Context, ContextValue, ContextVariable, ConversationId,
    IdentityHash, Known, QueueId, SendKey, Seq, Timestamp, TokenHash, WidgetId, WidgetRules, WorkstreamId, WrapUpRule,
};
use rejoin_desk::{Author, ConversationFact as What, Fact, Input, Notice, RefusalReason as No, Sent, times};

use super::{Clock, Line, Reference, State, Talk, Where};

impl Reference {
    pub(super) fn is_going(&self, index: usize) -> bool {
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

    /// The connection joins with this token; `who` is signed in on it.
    pub(super) fn join(&mut self, connection: ConnectionId, index: usize, token: TokenHash, who: Option<IdentityHash>) {
        let id = self.talks[index].id;
        let was_in = self.talks[index].windows.contains(&connection);
        if !was_in {
            self.lose(connection, self.now);
        }
        let index = self.find(id).unwrap();
        if self.talks[index].tokens[0].0 == token {
            self.talks[index].starters.insert(connection);
        } else {
            self.talks[index].starters.remove(&connection);
        }
        self.remember_sign_in(connection, who);
        if was_in {
            return;
        }
        self.talks[index].windows.push(connection);
        if self.talks[index].windows.len() > rejoin_desk::limits::CONNECTIONS_PER_CUSTOMER_MAX {
            let oldest = self.talks[index].windows.remove(0);
            self.talks[index].starters.remove(&oldest);
            self.signed_in.remove(&oldest);
            self.replies.push(Notice::Displace { connection: oldest });
        }
        self.talks[index].dropped = None;
        self.watch(index);
        self.is_back(index);
    }

    pub(super) fn is_back(&mut self, index: usize) {
        if self.is_going(index) && self.talks[index].away_since.is_some() {
            self.note(index, What::CustomerBack);
            self.talks[index].away_since = None;
            let id = self.talks[index].id;
            self.stop(Clock::Disconnect(id));
        }
    }

    pub(super) fn remember_sign_in(&mut self, connection: ConnectionId, who: Option<IdentityHash>) {
        self.signed_in.remove(&connection);
        self.signed_in.extend(who.map(|who| (connection, who)));
    }

    pub(super) fn lose(&mut self, connection: ConnectionId, last_heard: Timestamp) {
        self.signed_in.remove(&connection);
        for talk in &mut self.talks {
            talk.starters.remove(&connection);
            talk.prompted.retain(|(standing, _)| *standing != connection);
        }
        if let Some(index) = self.joined(connection) {
            let talk = &mut self.talks[index];
            talk.windows.retain(|window| *window != connection);
            talk.heard = talk.heard.max(last_heard.min(self.now));
            if talk.windows.is_empty() {
                talk.dropped = Some(talk.heard);
                self.watch(index);
            }
        }
        self.forget_floor(connection);
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

    pub(super) fn drop_agent(&mut self, agent: AgentId, since: Timestamp) {
        self.write(Fact::AgentLost { agent, since });
        self.people.get_mut(&agent).unwrap().at = Where::Dropped;
        self.run(since + times::AGENT_AWAY_AFTER, Clock::AgentAway(agent));
        self.run(since + times::AGENT_GRACE, Clock::AgentGone(agent));
    }

    pub(super) fn say(
        &mut self,
        index: usize,
        by: Author,
        internal: bool,
        key: SendKey,
        digest: BodyDigest,
    ) -> Result<Seq, No> {
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
                if !internal && matches!(talk.state, State::WrapUp(_)) && !self.is_held(talk.id) {
                    return Err(No::ConversationEnded);
                }
            }
            (Author::Agent(agent), State::Open | State::Active(_) | State::WrapUp(_)) => {
                let writes = talk.beside.may_write(agent);
                if !(writes || internal && talk.beside.advises(agent)) {
                    return Err(No::NotYours);
                }
                match talk.state {
                    State::WrapUp(_) if !internal => return Err(No::ConversationEnded),
                    State::Open if !internal => return Err(No::WrongState),
                    _ => {}
                }
            }
        }
        self.write_line(index, by, internal, key, digest);
        let talk = &self.talks[index];
        Ok(Seq(if by == Author::Customer { talk.customer_seq } else { talk.agents_seq }))
    }

    pub(super) fn write_line(&mut self, index: usize, by: Author, internal: bool, key: SendKey, digest: BodyDigest) {
        let audience = if internal { Audience::Agents } else { Audience::Customer };
        self.note(index, What::Said { by, audience, key, digest });
        let talk = &mut self.talks[index];
        let (customer_seq, agents_seq) = (talk.customer_seq, talk.agents_seq);
        talk.lines.push(Line { by, key, digest, internal, customer_seq, agents_seq });
    }

    pub(super) fn start(&mut self, input: &Input) {
        let Input::Start { connection, widget, token, key, identity, .. } = input else { return };
        let known = self.talks.iter().position(|talk| talk.has_token(*token));
        let done = match known {
            _ if self.standing(*connection).is_some() => Err(No::AlreadyStarted),
            Some(index) => self.start_known(input, index),
            None => self.start_fresh(input),
        };
        match done {
            Ok((index, seq)) => {
                let sent = Sent { conversation: self.talks[index].id, audience: Audience::Customer, seq };
                self.replies.push(Notice::Started { connection: *connection, key: *key, sent });
                self.join(*connection, index, *token, *identity);
                if known.is_none() {
                    self.look_at_the_queue(sent.conversation);
                }
            }
            Err(reason) => {
                let conversation = known.map(|index| self.talks[index].id);
                self.replies.push(Notice::NotSent { connection: *connection, conversation, key: *key, reason });
                let is_talking = self.joined(*connection).is_some_and(|index| self.is_going(index));
                let other = identity.and_then(|who| self.live_of(*widget, who));
                let is_asked = known.is_none() && reason == No::AlreadyStarted && !is_talking;
                if let Some(other) = other.filter(|_| is_asked) {
                    self.stand_at_prompt(*connection, other, false, *identity);
                }
            }
        }
    }

    /// The browser's token is that of a conversation: a retry, or another tab was first.
    pub(super) fn start_known(&mut self, input: &Input, index: usize) -> Result<(usize, Seq), No> {
        let Input::Start { connection, widget, token, key, digest, identity, .. } = input else { panic!() };
        let talk = &self.talks[index];
        if talk.widget != *widget {
            return Err(No::UnknownWidget);
        }
        let is_theirs = match talk.identity {
            Some(whose) if *identity == Some(whose) => true,
            Some(_) => identity.is_none() && talk.tokens.contains(&(*token, true)),
            None => true,
        };
        if !is_theirs {
            return Err(No::NotAllowed);
        }
        if self.joined(*connection).is_some_and(|joined| joined != index && self.is_going(joined)) {
            return Err(No::AlreadyStarted);
        }
        let seq = self.say(index, Author::Customer, false, *key, *digest)?;
        self.may_become_theirs(index, *token, *identity);
        Ok((index, seq))
    }

    pub(super) fn start_fresh(&mut self, input: &Input) -> Result<(usize, Seq), No> {
        let Input::Start { connection, conversation, customer, widget, token, key, digest, identity, said, .. } = input
        else {
            panic!()
        };
        let rules = self.widgets.get(widget).cloned().ok_or(No::UnknownWidget)?;
        let joined = self.joined(*connection);
        if joined.is_some_and(|joined| self.is_going(joined)) {
            return Err(No::AlreadyStarted);
        }
        if identity.is_some_and(|who| self.live_of(*widget, who).is_some()) {
            return Err(No::AlreadyStarted);
        }
        let said = said.as_deref().cloned().unwrap_or_default();
        if let Some(no) = said.refused {
            return Err(no);
        }
        if let Some(joined) = joined {
            self.end_for_another(joined);
        }
        let mut variables = said.page.context.variables().to_vec();
        for answer in &said.answers {
            variables.retain(|variable| variable.name != answer.name);
            let value = ContextValue::Text(answer.value.clone());
            variables.push(ContextVariable { name: answer.name.clone(), value });
        }
        let context = Context::new(variables).unwrap();
        let known = Known {
            widget: *widget,
            language: said.page.language.as_deref(),
            is_signed_in: identity.is_some(),
            context: &context,
        };
        let (queue, rule) = self.way(*conversation, rules.workstream, &known);
        let index = self.open(*conversation, *customer, *widget, &rules, *token, *identity, queue);
        if rule.is_some() || !said.page.is_empty() || !said.answers.is_empty() {
            self.note(index, What::Routed { rule });
        }
        self.write_line(index, Author::Customer, false, *key, *digest);
        Ok((index, Seq(1)))
    }

    /// The first rule that fits and does not overflow, else the first that fits, else none.
    fn way(&self, id: ConversationId, stream: WorkstreamId, known: &Known<'_>) -> (QueueId, Option<u16>) {
        let rules = self.routings.get(&stream).map(|routing| routing.rules.clone()).unwrap_or_default();
        let mut fitting = Vec::new();
        for (number, rule) in (1..).zip(&rules) {
            let queue = rule.queue(id).filter(|queue| rule.fits(known) && self.queues.contains_key(queue));
            fitting.extend(queue.map(|queue| (queue, Some(number))));
        }
        let takes = |queue: QueueId| {
            let waiting = self.talks.iter().filter(|talk| talk.state == State::Open && talk.queue == queue).count();
            self.queues[&queue].overflow(self.now, waiting).is_none()
        };
        let best = fitting.iter().find(|(queue, _)| takes(*queue)).or(fitting.first());
        best.copied().unwrap_or((self.streams[&stream].queue, None))
    }

    #[expect(clippy::too_many_arguments, reason = "what is fixed at the start, as the fact has it")]
    pub(super) fn open(
        &mut self,
        id: ConversationId,
        customer: model::CustomerId,
        widget: WidgetId,
        rules: &WidgetRules,
        token: TokenHash,
        identity: Option<IdentityHash>,
        queue: QueueId,
    ) -> usize {
        let stream = self.streams[&rules.workstream].clone();
        self.started += 1;
        let talk = Talk {
            id,
            widget,
            stream: rules.workstream,
            queue,
            tokens: vec![(token, false)],
            links: Vec::new(),
            identity,
            reconnect: rules.reconnect,
            hidden_block: None,
            extensions: 0,
            gone_since: Timestamp::ZERO,
            returned_by: None,
            last_agent: None,
            asked_first: None,
            beyond: BTreeMap::new(),
            gave_back: BTreeSet::new(),
            starters: BTreeSet::new(),
            prompted: Vec::new(),
            number: self.started,
            cost: stream.cost,
            limit: rules.disconnect_after,
            opened: self.now,
            state: State::Open,
            because: CloseReason::AutoClosed,
            offer: None,
            ask_at: self.now,
            queued_at: self.now,
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
            beside: super::Beside::default(),
            transfers: 0,
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
                queue,
                token,
                number: self.started,
                cost: stream.cost,
                disconnect_after: rules.disconnect_after,
                reconnect: rules.reconnect,
                identity,
            },
        );
        self.wait(index);
        index
    }

    /// The queue's clocks start, or start anew because the customer still waits.
    pub(super) fn wait(&mut self, index: usize) {
        let rules = self.rules(index);
        let id = self.talks[index].id;
        self.talks[index].ask_at = self.now + rules.still_waiting_after;
        self.run(self.now + rules.auto_close_open_after, Clock::AutoClose(id));
    }
}
