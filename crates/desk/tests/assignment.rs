//! What assignment costs with 200 agents, 20 queues and 1,000 waiting customers. The figure is for people to read, and nothing passes
//! or fails by it; that everybody is served is what is checked.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing where something must be has failed")]
#![expect(clippy::print_stdout, reason = "what assignment takes is for people to read")]
#![expect(clippy::disallowed_methods, reason = "what assignment takes is real time")]

use model::{
    AgentId, AgentRules, BodyDigest, ConnectionId, ConversationId, CustomerId, MessageText, Millis, QueueId, Role,
    SendKey, Timestamp, TokenHash, Units, WidgetId, WidgetRules, WorkstreamId, WorkstreamRules,
};
use rejoin_desk::{AgentRequest, Configuration, ConversationFact, Desk, Fact, Input, Outcome};

const AGENTS: u128 = 200;
const QUEUES: u128 = 20;
const WAITING: u128 = 1_000;
/// Conversations that end and make room for the next, one after the other.
const SERVED: u128 = 2_000;

struct Centre {
    desk: Desk,
    now: Timestamp,
}

impl Centre {
    fn new() -> Self {
        let mut centre = Self { desk: Desk::default(), now: Timestamp(1_700_000_000_000) };
        let _ = centre.tell(Input::StartRelay { down_since: centre.now });
        for number in 1..=QUEUES {
            let (stream, widget) = (WorkstreamId::from_u128(number), WidgetId::from_u128(number));
            let rules = WorkstreamRules {
                auto_close_open_after: Millis::hours(24),
                still_waiting_after: Millis::hours(23),
                ..WorkstreamRules::for_queue(QueueId::from_u128(number))
            };
            let _ = centre.tell(Input::Configure(Configuration::Workstream(stream, rules)));
            let rules = WidgetRules::for_workstream(stream);
            let _ = centre.tell(Input::Configure(Configuration::Widget(widget, rules)));
        }
        for agent in 1..=AGENTS {
            // Each serves three queues, so that the order over queues is at work.
            let queues = (0..3).map(|step| QueueId::from_u128(1 + (agent + step * 7) % QUEUES)).collect();
            let rules = AgentRules { enabled: true, role: Role::Agent, capacity: Units(2), queues };
            let _ = centre.tell(Input::Configure(Configuration::Agent(AgentId::from_u128(agent), rules)));
            let connection = ConnectionId::from_u128(agent);
            let _ = centre.tell(Input::ConnectAgent { connection, agent: AgentId::from_u128(agent) });
        }
        centre
    }

    fn tell(&mut self, input: Input) -> Outcome {
        self.now += Millis(10);
        self.desk.handle(self.now, input)
    }

    fn start(&mut self, customer: u128) -> Outcome {
        let mut token = [0; 32];
        token[..16].copy_from_slice(&customer.to_be_bytes());
        self.tell(Input::Start {
            connection: ConnectionId::from_u128(AGENTS + customer),
            conversation: ConversationId::from_u128(customer),
            customer: CustomerId::from_u128(customer),
            widget: WidgetId::from_u128(1 + customer % QUEUES),
            token: TokenHash(token),
            key: SendKey(customer.to_be_bytes()),
            digest: BodyDigest([1; 8]),
            text: MessageText::new("Hello").unwrap(),
            name: None,
            identity: None,
            said: None,
        })
    }

    fn say(&mut self, id: ConversationId) -> Outcome {
        self.tell(Input::Say {
            connection: ConnectionId::from_u128(AGENTS + id.as_u128()),
            key: SendKey((id.as_u128() + (1 << 64)).to_be_bytes()),
            digest: BodyDigest([2; 8]),
            text: MessageText::new("Are you there?").unwrap(),
        })
    }

    fn ask(&mut self, agent: AgentId, ask: AgentRequest) -> Outcome {
        self.tell(Input::Ask { connection: ConnectionId::from_u128(agent.as_u128()), request: 1, ask })
    }
}

fn offers(outcome: &Outcome) -> impl Iterator<Item = (ConversationId, AgentId)> + '_ {
    outcome.facts.iter().filter_map(|recorded| {
        let Fact::Conversation { id, what: ConversationFact::OfferMade { agent, .. }, .. } = &recorded.fact else {
            return None;
        };
        Some((*id, *agent))
    })
}

#[test]
#[expect(clippy::disallowed_types, reason = "the figure is for people to read, and nothing hangs on it")]
fn a_thousand_waiting_customers_of_two_hundred_agents_are_all_offered() {
    let mut centre = Centre::new();
    let mut offered: std::collections::VecDeque<(ConversationId, AgentId)> = std::collections::VecDeque::new();
    for customer in 1..=AGENTS * 2 + WAITING {
        let outcome = centre.start(customer);
        offered.extend(offers(&outcome));
    }
    assert_eq!(offered.len(), 400, "every unit of every agent is offered something");
    let (mut assigning, mut saying) = (Vec::new(), Vec::new());
    let began = std::time::Instant::now();
    let mut assigned = 0;
    for customer in (1..=SERVED).map(|served| AGENTS * 2 + WAITING + served) {
        let (id, agent) = offered.pop_front().unwrap();
        let _ = centre.ask(agent, AgentRequest::Accept(id));
        // The control: a message changes the same desk, and assigns nothing.
        let one = std::time::Instant::now();
        let said = centre.say(id);
        saying.push(one.elapsed());
        assert_eq!(said.facts.len(), 1, "the message is written");
        let _ = centre.ask(agent, AgentRequest::End(id));
        let one = std::time::Instant::now();
        let closed = centre.ask(agent, AgentRequest::Close(id));
        assigning.push(one.elapsed());
        offered.extend(offers(&closed));
        assigned += offers(&closed).count();
        let started = centre.start(customer);
        offered.extend(offers(&started));
    }
    let each = began.elapsed() / u32::try_from(SERVED).unwrap();
    println!("figure: {each:?} for accept, message, end, close and start; {assigned} assigned");
    for (what, took) in
        [("an agent closes and is offered the next", &mut assigning), ("control: a message", &mut saying)]
    {
        took.sort_unstable();
        let at = |percent: usize| took[(took.len() - 1) * percent / 100];
        println!("figure: {what}: p50 {:?}, p99 {:?}, max {:?}", at(50), at(99), at(100));
    }
    assert!(assigned > 1_900, "whoever is free is offered the next: {assigned}");
}
