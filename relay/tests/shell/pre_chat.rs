//! The pre-chat survey: what is asked, what is taken, and what becomes of the answers (product 8).

use model::{Answer, Answered, Context, ContextValue, ContextVariable, ConversationId, Seq};
use serde_json::{Value, json};
use wire::{
    Answers, AskedQuestion, CanResume, ConsoleToRelay, CustomerToRelay, Encoding, Hello, RelayToConsole,
    RelayToCustomer, Request,
};

use crate::people::mistakes;
use crate::support::{Console, Customer, Place, SETTINGS, Server, key, text, token};

const RETURNS: &str = r#"
[[queues]]
name = "returns"
title = "Returns"

[[workstreams.routing]]
when = [{ variable = "topic", is = "Return" }]
to = ["returns"]
"#;

const QUESTIONS: &str = r#"
[[widgets.pre_chat]]
name = "topic"
text = "What is it about?"
texts = { de = "Worum geht es?" }
kind = "choice"
options = ["Order", "Return"]
required = true

[[widgets.pre_chat]]
name = "more"
text = "Anything else?"
kind = "lines"
"#;

const GREETING: &str = r#"
[[messages]]
trigger = "agent-joined"
language = "de"
text = "{AgentName} hilft bei {$topic$}."
"#;

/// The usual settings, where the widget "shop" asks.
fn settings(questions: &str) -> String {
    let (before, help) = SETTINGS.split_at(SETTINGS.rfind("[[widgets]]").unwrap());
    let (queues, shop) = before.split_at(before.find("[[widgets]]").unwrap());
    [queues, RETURNS, shop, questions, help, GREETING].concat()
}

async fn customer(server: &Server, resume: Option<u8>) -> Customer {
    let mut customer = Customer(server.socket("/v1/customer", Encoding::Binary, None).await.unwrap());
    let resume = resume.map(|number| wire::Resume { token: token(number), after: Seq::START });
    let hello = Hello { resume, ..Hello::of("shop".parse().unwrap()) };
    customer.send(&CustomerToRelay::HelloWith { hello, language: Some("de-AT".to_owned()) }).await;
    customer
}

async fn asked(customer: &mut Customer) -> Vec<AskedQuestion> {
    customer
        .until(|frame| match frame {
            RelayToCustomer::Questions { questions } => {
                Some(serde_json::from_str(&questions.clone().into_json()).unwrap_or_default())
            }
            _ => None,
        })
        .await
}

/// Starts with these answers, and gives the position of the first words or the code of the refusal.
async fn start(customer: &mut Customer, number: u8, answers: &[(&str, &str)]) -> Result<Seq, String> {
    let said = ContextVariable { name: "topic".to_owned(), value: ContextValue::Text("Order".to_owned()) };
    let answer = |(name, value): &(&str, &str)| Answer { name: (*name).to_owned(), value: (*value).to_owned() };
    let frame = CustomerToRelay::StartAnswered {
        key: key(number),
        token: token(number),
        text: text("Hallo?"),
        name: None,
        language: Some("de-AT".to_owned()),
        context: Context::new(vec![said]).unwrap(),
        answers: Answers::new(&answers.iter().map(answer).collect::<Vec<_>>()),
    };
    customer.send(&frame).await;
    answered(customer, number).await
}

async fn answered(customer: &mut Customer, number: u8) -> Result<Seq, String> {
    customer
        .until(|frame| match frame {
            RelayToCustomer::Started { key: other, seq } if *other == key(number) => Some(Ok(*seq)),
            RelayToCustomer::NotAccepted { key: other, refusal } if *other == key(number) => {
                Some(Err(refusal.code.as_str().to_owned()))
            }
            _ => None,
        })
        .await
}

async fn read_before(console: &mut Console, conversation: ConversationId) -> Vec<Answered> {
    console.send(&ConsoleToRelay::Open { conversation, after: Seq::START }).await;
    console
        .until(|frame| match frame {
            RelayToConsole::BeforeChat { conversation: other, answers } if *other == conversation => {
                Some(answers.clone())
            }
            _ => None,
        })
        .await
}

#[tokio::test]
async fn answers_are_checked_route_and_are_read_by_whoever_is_let_in() {
    let place = Place::with(&settings(QUESTIONS));
    let arguments = ["agent", "add", "ravi", "--queue", "support", "--queue", "returns", "--password-stdin"];
    assert!(place.run(&arguments, "correct horse\n").status.success());
    place.add_agent("ana", "Ana");
    let server = place.serve();
    let mut ravi = server.console(&server.sign_in("ravi")).await;
    let mut mia = customer(&server, None).await;
    let RelayToCustomer::Welcome(_) = mia.next().await.unwrap() else { panic!("welcomed first") };
    let questions = asked(&mut mia).await;
    let read: Vec<_> = questions.iter().map(|one| (one.text.as_str(), one.kind.as_str(), one.required)).collect();
    assert_eq!(read, [("Worum geht es?", "choice", true), ("Anything else?", "lines", false)]);
    assert_eq!(questions[0].options, ["Order", "Return"]);

    // Nothing starts, nothing is lost, and the same key can be used again.
    mia.start(1, "Hallo?").await;
    assert_eq!(answered(&mut mia, 1).await, Err("answer-missing".to_owned()));
    let long = "x".repeat(4_001);
    let bad = [
        (&[("more", "no")][..], "answer-missing"),
        (&[("topic", " ")], "answer-missing"),
        (&[("topic", "Return"), ("plan", "gold")], "answer-unknown"),
        (&[("topic", "Complaint")], "answer-invalid"),
        (&[("topic", "Return"), ("more", &long)], "answer-invalid"),
    ];
    for (answers, code) in bad {
        assert_eq!(start(&mut mia, 1, answers).await, Err(code.to_owned()), "{answers:?}");
    }
    let mut nobody = customer(&server, Some(1)).await;
    let welcome = nobody.next().await.unwrap();
    assert!(matches!(welcome, RelayToCustomer::Welcome(welcome) if welcome.resume == CanResume::Expired));

    let answers = [("topic", "Return"), ("more", "It\nhums")];
    assert_eq!(start(&mut mia, 1, &answers).await, Ok(Seq(1)));
    let greeting = mia
        .until(|frame| match frame {
            RelayToCustomer::Texts { texts } => {
                let joined = texts.iter().find(|text| text.trigger == "agent-joined")?;
                joined.text.contains("Return").then(|| joined.text.clone())
            }
            _ => None,
        })
        .await;
    assert_eq!(greeting, "{AgentName} hilft bei Return.");
    let (conversation, queue) = ravi
        .until(|frame| match frame {
            RelayToConsole::Desk(desk) => {
                desk.offers.first().map(|offer| (offer.card.conversation, offer.card.queue.clone()))
            }
            _ => None,
        })
        .await;
    assert_eq!(queue, "Returns", "by the answer, whatever the page says");
    // The retry of a start, and another tab of the browser, are asked nothing.
    assert_eq!(start(&mut mia, 1, &[]).await, Ok(Seq(1)));
    let mut tab = customer(&server, None).await;
    tab.start(1, "Hallo?").await;
    assert_eq!(answered(&mut tab, 1).await, Ok(Seq(1)), "one conversation");

    assert_eq!(ravi.ask(1, Request::Accept { conversation }).await, Ok(()));
    let said = read_before(&mut ravi, conversation).await;
    let said: Vec<_> = said.iter().map(|one| (one.name.as_str(), one.question.as_str(), one.value.as_str())).collect();
    assert_eq!(said, [("topic", "Worum geht es?", "Return"), ("more", "Anything else?", "It\nhums")]);
    let mut ana = server.console(&server.sign_in("ana")).await;
    ana.send(&ConsoleToRelay::Open { conversation, after: Seq::START }).await;
    ana.until(|frame| match frame {
        RelayToConsole::BeforeChat { .. } => panic!("answers for a stranger"),
        RelayToConsole::Refused { id: None, .. } => Some(()),
        _ => None,
    })
    .await;
    server.terminate();
    let (good, log) = server.wait();
    assert!(good && !log.contains("hums") && !log.contains("Worum"), "no words in the log: {log}");
}

#[tokio::test]
async fn open_chats_are_asked_what_is_set_now() {
    let place = Place::with(&settings(""));
    let server = place.serve();
    let mut mia = customer(&server, None).await;
    let mut tom = customer(&server, None).await;
    tom.start(2, "Hallo?").await;
    assert_eq!(answered(&mut tom, 2).await, Ok(Seq(1)), "nothing is asked");

    std::fs::write(place.path().join("rejoin.toml"), settings(QUESTIONS)).unwrap();
    assert!(place.run(&["reload"], "").status.success());
    assert_eq!(asked(&mut mia).await.len(), 2);
    // The words of before are known, and are asked nothing.
    let mut back = customer(&server, Some(2)).await;
    let welcome = back.next().await.unwrap();
    assert!(matches!(welcome, RelayToCustomer::Welcome(welcome) if welcome.resume == CanResume::Yes));
    back.start(2, "Hallo?").await;
    assert_eq!(answered(&mut back, 2).await, Ok(Seq(1)));
    tom.say(3, "Noch da?").await;
    tom.until(|frame| match frame {
        RelayToCustomer::Questions { .. } => panic!("a conversation goes on"),
        RelayToCustomer::Accepted { key: other, .. } if *other == key(3) => Some(()),
        _ => None,
    })
    .await;
    // Who reads that it is over may start the next.
    tom.send(&CustomerToRelay::End).await;
    assert_eq!(asked(&mut tom).await.len(), 2);

    std::fs::write(place.path().join("rejoin.toml"), settings("")).unwrap();
    assert!(place.run(&["reload"], "").status.success());
    assert!(asked(&mut mia).await.is_empty());
    assert_eq!(start(&mut mia, 1, &[("topic", "Return")]).await, Err("answer-unknown".to_owned()));
    assert_eq!(start(&mut mia, 1, &[]).await, Ok(Seq(1)));
}

#[test]
fn an_admin_sets_the_questions() {
    let place = Place::new();
    place.add_role("ada", "admin");
    let server = place.serve();
    let ada = server.sign_in("ada");
    let settings =
        |questions: Value| json!({"sites": ["https://late.example"], "workstream": "chat", "pre_chat": questions});
    let good = json!([
        {"name": "topic", "text": "What?", "texts": {"de": "Was?"}, "kind": "choice", "options": ["A", "B"], "required": true},
        {"name": "email", "text": "Where?", "kind": "line", "autocomplete": "email"},
    ]);
    let made = server.call(&ada, "POST", "/api/widgets", &json!({"name": "late", "settings": settings(good.clone())}));
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(server.call(&ada, "GET", "/api/widgets/late", &Value::Null).json()["settings"]["pre_chat"], good);
    let bad =
        json!([{"name": "", "text": "What?", "kind": "choice", "options": ["A", "A"]}, {"text": 1, "kind": "stars"}]);
    let answer = server.call(&ada, "PUT", "/api/widgets/late", &json!({"settings": settings(bad)}));
    assert_eq!(answer.told(), "422 invalid-values");
    insta::assert_snapshot!(mistakes(&answer.json()), @r#"
    pre_chat[1].name: is missing.
    pre_chat[1].text: must be text in quotes.
    pre_chat[1].kind: must be "line", "lines", "choice" or "consent".
    pre_chat[0].name: must have 1 to 100 characters and no control characters.
    pre_chat[0].options: "A" is there twice.
    "#);
}
