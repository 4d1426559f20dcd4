//! Two agents and a supervisor over real sockets: consult, transfer, monitor, join, force close, and the floor.

use model::{AgentId, ConversationId, InvitationKind, Part, Presence, QueueId, Seq, SessionEnd};
use wire::{
    AgentsEvent, CardState, ConsoleToRelay, CustomerEvent, EndedBecause, FloorAgent, FloorRow, PartsState, Phase,
    RefusalCode, RelayToConsole, RelayToCustomer, Request, StaffState,
};

use crate::support::{Console, Customer, Place, SETTINGS, Server, key, text};

const RIGHTS: &str = "\n[supervisors]\nmonitor = true\nassign = true\ntransfer = true\nforce_close = true\n";

struct Shift {
    place: Place,
    server: Server,
    ravi: Console,
    ana: Console,
    dana: Console,
    mia: Customer,
}

impl Shift {
    /// Ravi is there and talks with Mia; then Ana and Dana, who is a supervisor, come.
    async fn begin(settings: &str) -> (Self, ConversationId) {
        let place = Place::with(settings);
        place.add_agent("ravi", "Ravi");
        place.add_agent("ana", "Ana");
        place.add_role("dana", "supervisor");
        let server = place.serve();
        let mut ravi = server.console(&server.sign_in("ravi")).await;
        let mut mia = server.customer(None).await;
        mia.start(1, "Where is my parcel?").await;
        let conversation = ravi.offered().await;
        assert_eq!(ravi.ask(1, Request::Accept { conversation }).await, Ok(()));
        let ana = server.console(&server.sign_in("ana")).await;
        let dana = server.console(&server.sign_in("dana")).await;
        (Self { place, server, ravi, ana, dana, mia }, conversation)
    }

    /// An agent whom Dana could ask.
    async fn dana_sees(&mut self, name: &str) -> AgentId {
        self.dana.send(&ConsoleToRelay::WatchColleagues).await;
        let found = self.dana.until(|frame| match frame {
            RelayToConsole::Colleagues(state) => {
                state.agents.iter().find(|one| one.who.name.as_str() == name).map(|one| one.who.agent)
            }
            _ => None,
        });
        found.await
    }

    /// The queue that there is.
    async fn support(&mut self) -> QueueId {
        self.ana.send(&ConsoleToRelay::WatchColleagues).await;
        let found = self.ana.until(|frame| match frame {
            RelayToConsole::Colleagues(state) => state.queues.first().map(|card| card.queue.queue),
            _ => None,
        });
        found.await
    }

    /// Whom Ravi can ask.
    async fn colleague(&mut self, name: &str) -> AgentId {
        self.ravi.send(&ConsoleToRelay::WatchColleagues).await;
        let found = self.ravi.until(|frame| match frame {
            RelayToConsole::Colleagues(state) => {
                let found = state.agents.iter().find(|one| one.who.name.as_str() == name && one.connected)?;
                assert!(state.queues.iter().any(|queue| queue.queue.name == "Support"));
                Some(found.who.agent)
            }
            _ => None,
        });
        let found = found.await;
        self.ravi.send(&ConsoleToRelay::LeaveColleagues).await;
        found
    }
}

async fn staff(console: &mut Console, is: impl Fn(&StaffState) -> bool) -> StaffState {
    console
        .until(|frame| match frame {
            RelayToConsole::Staff(state) if is(state) => Some(state.clone()),
            _ => None,
        })
        .await
}

async fn parts(console: &mut Console, is: impl Fn(&PartsState) -> bool) -> PartsState {
    console
        .until(|frame| match frame {
            RelayToConsole::Parts(state) if is(state) => Some(state.clone()),
            _ => None,
        })
        .await
}

/// A row of the floor that fits.
async fn row(console: &mut Console, is: impl Fn(&FloorRow) -> bool) -> FloorRow {
    console
        .until(|frame| match frame {
            RelayToConsole::FloorRows { rows, .. } => rows.iter().find(|row| is(row)).cloned(),
            _ => None,
        })
        .await
}

async fn on_floor(console: &mut Console, is: impl Fn(&FloorAgent) -> bool) -> FloorAgent {
    console
        .until(|frame| match frame {
            RelayToConsole::FloorAgents { agents, .. } => agents.iter().find(|one| is(one)).cloned(),
            _ => None,
        })
        .await
}

async fn read(customer: &mut Customer, is: impl Fn(&CustomerEvent) -> bool) {
    customer
        .until(|frame| match frame {
            RelayToCustomer::Entries { entries } => entries.iter().any(|entry| is(&entry.event)).then_some(()),
            _ => None,
        })
        .await;
}

#[tokio::test]
async fn a_consult_and_a_transfer_over_real_sockets() {
    let (mut shift, conversation) = Shift::begin(SETTINGS).await;
    let ana_id = shift.colleague("Ana").await;
    assert_eq!(shift.ravi.ask(2, Request::Consult { conversation, agent: ana_id }).await, Ok(()));
    let asked = staff(&mut shift.ana, |state| !state.invitations.is_empty()).await;
    let card = &asked.invitations[0];
    assert_eq!((card.kind, card.from.name.as_str()), (InvitationKind::Consult, "Ravi"));
    assert_eq!(card.card.last_words.as_deref(), Some("Where is my parcel?"));
    assert_eq!(shift.ana.ask(1, Request::AcceptInvitation { conversation }).await, Ok(()));

    shift.ana.send(&ConsoleToRelay::Open { conversation, after: Seq::START }).await;
    let mine = parts(&mut shift.ana, |state| state.my_part == Some(Part::Consultant)).await;
    assert!(mine.may.say_internally && !mine.may.say && mine.may.leave_consult && !mine.may.transfer);
    assert_eq!(mine.participants.len(), 2);
    shift.ana.send(&ConsoleToRelay::Say { conversation, key: key(40), text: text("too early") }).await;
    let refused = shift.ana.until(|frame| match frame {
        RelayToConsole::NotAccepted { refusal, .. } => Some(refusal.code),
        _ => None,
    });
    assert_eq!(refused.await, RefusalCode::NotYours);
    shift.ana.send(&ConsoleToRelay::SayInternal { conversation, key: key(41), text: text("a whisper") }).await;

    assert_eq!(shift.ravi.ask(3, Request::LetIn { conversation, agent: ana_id }).await, Ok(()));
    read(&mut shift.mia, |event| matches!(event, CustomerEvent::ColleagueJoined { agent } if agent.as_str() == "Ana"))
        .await;
    shift.ana.send(&ConsoleToRelay::Say { conversation, key: key(42), text: text("I am Ana.") }).await;
    read(
        &mut shift.mia,
        |event| matches!(event, CustomerEvent::Theirs { agent, text } if agent.as_str() == "Ana" && text.as_str() == "I am Ana."),
    )
    .await;

    let to_ana = Request::TransferToAgent { conversation, agent: ana_id };
    assert_eq!(shift.ravi.ask(4, to_ana).await, Ok(()));
    staff(&mut shift.ana, |state| state.invitations.first().is_some_and(|card| card.kind == InvitationKind::Transfer))
        .await;
    assert_eq!(shift.ana.ask(2, Request::AcceptInvitation { conversation }).await, Ok(()));
    let has = shift.mia.until(|frame| match frame {
        RelayToCustomer::State(state) => match &state.phase {
            Phase::Talking { agent, .. } if agent.name.as_str() == "Ana" => Some(()),
            _ => None,
        },
        _ => None,
    });
    has.await;
    let entries = shift.ravi.entries(conversation, Seq::START).await;
    let ended = entries
        .iter()
        .any(|entry| matches!(&entry.event, AgentsEvent::SessionEnded { reason: SessionEnd::Transferred, .. }));
    assert!(ended, "{entries:?}");
    let whispers = entries.iter().filter(|entry| matches!(entry.event, AgentsEvent::Internal { .. })).count();
    assert_eq!(whispers, 1);
}

#[tokio::test]
async fn a_supervisor_watches_monitors_joins_and_closes() {
    let (mut shift, conversation) = Shift::begin(&format!("{SETTINGS}{RIGHTS}")).await;
    shift.ravi.send(&ConsoleToRelay::WatchFloor).await;
    let refused = shift.ravi.until(|frame| match frame {
        RelayToConsole::Refused { id: None, refusal } => Some(refusal.code),
        _ => None,
    });
    assert_eq!(refused.await, RefusalCode::NotAllowed);
    assert_eq!(shift.ravi.ask(5, Request::ForceClose { conversation }).await, Err("not-allowed".to_owned()));

    let me = staff(&mut shift.dana, |state| state.oversees).await;
    assert!(me.rights.monitor && me.rights.assign && me.rights.transfer && me.rights.force_close);
    shift.dana.send(&ConsoleToRelay::WatchFloor).await;
    let first = row(&mut shift.dana, |row| row.conversation == conversation).await;
    assert_eq!((first.widget.as_str(), first.workstream.as_str()), ("shop", "chat"));
    assert_eq!((first.queue.name.as_str(), first.number), ("Support", 1));
    assert!(matches!(first.state, CardState::Active { .. }));
    assert_eq!(first.agent.as_ref().map(|agent| agent.name.as_str()), Some("Ravi"));
    assert!(first.may.monitor && first.may.transfer && first.may.force_close && !first.may.assign);
    let ravi = on_floor(&mut shift.dana, |one| one.who.name.as_str() == "Ravi" && one.active == 1).await;
    assert_eq!((ravi.total.0, ravi.used.0, ravi.presence), (3, 1, Presence::Busy));

    // Another customer comes: a row of its own, live.
    let mut tom = shift.server.customer(None).await;
    tom.start(2, "Hello?").await;
    row(&mut shift.dana, |row| row.number == 2).await;

    assert_eq!(shift.dana.ask(1, Request::Monitor { conversation }).await, Ok(()));
    shift.dana.send(&ConsoleToRelay::Open { conversation, after: Seq::START }).await;
    let mine = parts(&mut shift.dana, |state| state.my_part == Some(Part::Monitor)).await;
    assert!(mine.may.join && !mine.may.say && !mine.may.monitor);
    assert_eq!(shift.dana.ask(2, Request::Join { conversation }).await, Ok(()));
    read(&mut shift.mia, |event| matches!(event, CustomerEvent::ColleagueJoined { .. })).await;
    shift.dana.send(&ConsoleToRelay::Say { conversation, key: key(50), text: text("I am here, too.") }).await;
    read(
        &mut shift.mia,
        |event| matches!(event, CustomerEvent::Theirs { text, .. } if text.as_str() == "I am here, too."),
    )
    .await;

    let presence = Request::SetPresenceOf { agent: ravi.who.agent, presence: Some(Presence::Away) };
    assert_eq!(shift.dana.ask(3, presence).await, Ok(()));
    let away = on_floor(&mut shift.dana, |one| one.presence == Presence::Away).await;
    assert!(away.set_by.is_some());

    assert_eq!(shift.dana.ask(4, Request::ForceClose { conversation }).await, Ok(()));
    let because = shift.mia.until(|frame| match frame {
        RelayToCustomer::State(state) => match state.phase {
            Phase::Ended { because, .. } => Some(because),
            _ => None,
        },
        _ => None,
    });
    assert_eq!(because.await, EndedBecause::ForceClosed);
    shift
        .dana
        .until(|frame| match frame {
            RelayToConsole::FloorRows { gone, .. } => gone.contains(&conversation).then_some(()),
            _ => None,
        })
        .await;
    let metrics = shift.server.get("/metrics").body;
    for kind in ["monitored", "supervisor-joined", "force-closed"] {
        let line = format!(r#"rejoin_conversation_facts_total{{kind="{kind}"}} 1"#);
        assert!(metrics.contains(&line), "{line} in\n{metrics}");
    }
}

#[tokio::test]
async fn a_right_that_is_taken_away_works_at_once_over_an_open_socket() {
    let (mut shift, conversation) = Shift::begin(&format!("{SETTINGS}{RIGHTS}")).await;
    assert_eq!(shift.dana.ask(1, Request::Monitor { conversation }).await, Ok(()));
    shift.dana.send(&ConsoleToRelay::Open { conversation, after: Seq::START }).await;
    parts(&mut shift.dana, |state| state.my_part == Some(Part::Monitor)).await;
    std::fs::write(shift.place.path().join("rejoin.toml"), SETTINGS).unwrap();
    let output = shift.place.run(&["reload"], "");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    shift
        .dana
        .until(|frame| match frame {
            RelayToConsole::Unfollowed { conversation: left } => (*left == conversation).then_some(()),
            _ => None,
        })
        .await;
    let me = staff(&mut shift.dana, |state| !state.rights.monitor).await;
    assert!(me.oversees && me.monitoring.is_empty());
    for request in [Request::Monitor { conversation }, Request::ForceClose { conversation }] {
        assert_eq!(shift.dana.ask(9, request).await, Err("not-allowed".to_owned()));
    }
}

#[tokio::test]
async fn an_assignment_goes_to_whoever_has_a_console() {
    let place = Place::with(&format!("{SETTINGS}{RIGHTS}"));
    place.add_agent("ravi", "Ravi");
    place.add_role("dana", "supervisor");
    let server = place.serve();
    let mut mia = server.customer(None).await;
    mia.start(1, "Hello?").await;
    let mut dana = server.console(&server.sign_in("dana")).await;
    dana.send(&ConsoleToRelay::WatchFloor).await;
    let open = row(&mut dana, |row| row.may.assign).await;
    let conversation = open.conversation;
    let ravi = on_floor(&mut dana, |one| one.who.name.as_str() == "Ravi").await;
    let request = || Request::AssignToAgent { conversation, agent: ravi.who.agent };
    assert_eq!(dana.ask(1, request()).await, Err("agent-unavailable".to_owned()));
    let _ravi_is_here = server.console(&server.sign_in("ravi")).await;
    on_floor(&mut dana, |one| one.who.agent == ravi.who.agent && one.presence != Presence::Offline).await;
    assert_eq!(dana.ask(2, request()).await, Ok(()));
    let active = row(&mut dana, |row| matches!(row.state, CardState::Active { .. })).await;
    assert_eq!(active.agent.map(|agent| agent.agent), Some(ravi.who.agent));
}

/// Everything that can be asked for, by somebody who has nothing to do with an Active conversation: what the policy table says is what
/// comes over the socket.
#[tokio::test]
async fn who_has_no_part_and_no_right_is_refused_whatever_they_ask() {
    let (mut shift, conversation) = Shift::begin(SETTINGS).await;
    let ravi = shift.dana_sees("Ravi").await;
    let queue = shift.support().await;
    let agent = ravi;
    let not_yours = [
        Request::End { conversation },
        Request::Close { conversation },
        Request::Release { conversation },
        Request::OfferLink { conversation },
        Request::TakeLink { conversation },
        Request::ReleaseHold { conversation },
        Request::Consult { conversation, agent },
        Request::ConsultQueue { conversation, queue },
        Request::EndConsult { conversation, agent },
        Request::LetIn { conversation, agent },
        Request::LeaveConsult { conversation },
        Request::TransferToAgent { conversation, agent },
        Request::TransferToQueue { conversation, queue },
        Request::WithdrawInvitation { conversation },
        Request::StopMonitoring { conversation },
    ];
    let not_allowed = [
        Request::Monitor { conversation },
        Request::Join { conversation },
        Request::AssignToAgent { conversation, agent },
        Request::AssignToQueue { conversation, queue },
        Request::SupervisorTransfer { conversation, agent },
        Request::ForceClose { conversation },
    ];
    let taken = [Request::Accept { conversation }, Request::Decline { conversation }, Request::Pick { conversation }];
    let gone = [Request::AcceptInvitation { conversation }, Request::DeclineInvitation { conversation }];
    let cases = [
        ("not-yours", &not_yours[..]),
        ("not-allowed", &not_allowed[..]),
        ("already-taken", &taken[..]),
        ("invitation-gone", &gone[..]),
    ];
    for (code, requests) in cases {
        for (number, request) in (100..).zip(requests) {
            for console in [&mut shift.ana, &mut shift.dana] {
                assert_eq!(console.ask(number, request.clone()).await, Err(code.to_owned()), "{request:?}");
            }
        }
    }
    let presence = || Request::SetPresenceOf { agent, presence: Some(Presence::Away) };
    assert_eq!(shift.ana.ask(200, presence()).await, Err("not-allowed".to_owned()));
    assert_eq!(shift.dana.ask(200, presence()).await, Ok(()));
}
