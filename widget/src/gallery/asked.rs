//! What is asked before a conversation.

use wire::Questions;

use super::*;

/// One question of each kind, as the relay tells them.
const QUESTIONS: &str = r#"[
    {"name":"name","text":"What shall we call you?","kind":"line","required":false,"autocomplete":"name"},
    {"name":"email","text":"Where can we write to you if we get cut off?","kind":"line","required":true,"autocomplete":"email"},
    {"name":"topic","text":"What is it about?","kind":"choice","required":true,"options":["An order","A return","Something else"]},
    {"name":"more","text":"What should we know?","kind":"lines","required":false},
    {"name":"consent","text":"I have read the [privacy notice](https://shop.example/privacy).","kind":"consent","required":true}
]"#;

pub(super) fn asked(lang: &str) -> Vec<State> {
    let asks = || {
        let mut stage = Stage::new(lang).connect(CanResume::NotAsked);
        stage.hear(&RelayToCustomer::Questions { questions: Questions::from_json(QUESTIONS.to_owned()) });
        stage
    };
    let mut refused = asks();
    refused.feed(Event::Answered { answers: "email\0mia\0topic\0A return".to_owned() });
    let mut refused = refused.say("My lamp hums.");
    refused.feed(Event::Token { token: Some(ResumeToken::from_bytes([7; 32])) });
    let (key, refusal) = (SendKey([refused.keys; 16]), Refusal::of(RefusalCode::AnswerMissing));
    refused.hear(&RelayToCustomer::NotAccepted { key, refusal });
    vec![asks().is("asked"), refused.is("asked-again")]
}
