//! What agents do on a timeline.

use model::{AgentId, Audience, ConnectionId, Seq};
use rejoin_desk::{AgentRequest, Input};

use crate::presences::{choice, chooses};
use crate::stage::Stage;

impl Stage {
    pub(crate) fn agent_acts(&mut self, who: &str, agent: AgentId, what: &str) -> Option<()> {
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
        let input = match self
            .request_about_coming_back(who, what)
            .or_else(|| self.staff_request(what))
            .or_else(|| self.request(what))
        {
            Some(ask) => Input::Ask { connection, request: 1, ask },
            None => self.agent_input(who, connection, what)?,
        };
        self.tell(input);
        Some(())
    }

    fn request_about_coming_back(&mut self, who: &str, what: &str) -> Option<AgentRequest> {
        let talk = |stage: &Self, name: &str| stage.talks.get(name).copied();
        if let Some(name) = what.strip_prefix("offers a link to ") {
            return talk(self, name).map(AgentRequest::OfferLink);
        }
        if let Some(name) = what.strip_prefix("releases the hold of ") {
            return talk(self, name).map(AgentRequest::ReleaseHold);
        }
        let name = what.strip_prefix("takes a link of ")?;
        let talk = talk(self, name)?;
        Some(AgentRequest::TakeLink(talk, self.mint_link(who)))
    }

    fn request(&self, what: &str) -> Option<AgentRequest> {
        let (verb, object) = what.split_once(' ')?;
        if verb == "chooses" {
            return choice(object).map(chooses);
        }
        let talk = *self.talks.get(object)?;
        match verb {
            "accepts" => Some(AgentRequest::Accept(talk)),
            "declines" => Some(AgentRequest::Decline(talk)),
            "picks" => Some(AgentRequest::Pick(talk)),
            "ends" => Some(AgentRequest::End(talk)),
            "closes" => Some(AgentRequest::Close(talk)),
            "releases" => Some(AgentRequest::Release(talk)),
            "asks-about" => Some(AgentRequest::WhyWaiting(talk)),
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
