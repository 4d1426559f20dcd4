//! Reports over HTTP, of what a relay has really done.

use serde_json::Value;
use wire::Request;

use crate::people::mistakes;
use crate::support::{PATIENCE, Place};

const NOTHING: &Value = &Value::Null;

#[tokio::test]
async fn a_report_tells_what_happened_and_goes_on_after_a_restart() {
    let place = Place::new();
    place.add_role("sue", "supervisor");
    place.add_agent("ravi", "Ravi, \"R\"");
    let server = place.serve();
    let [sue, ravi] = ["sue", "ravi"].map(|name| server.sign_in(name));
    let mut mia = server.customer(None).await;
    let mut window = server.console(&ravi).await;
    mia.start(1, "hello canary").await;
    let conversation = window.offered().await;
    assert_eq!(window.ask(1, Request::Accept { conversation }).await, Ok(()));
    let wait_for = |server: &crate::support::Server, query: &str, is_there: &dyn Fn(&Value) -> bool| {
        let started = std::time::Instant::now();
        loop {
            let answer = server.call(&sue, "GET", &format!("/api/reports/summary{query}"), NOTHING);
            if answer.status == 200 && is_there(&answer.json()) {
                return answer.json();
            }
            assert!(started.elapsed() < PATIENCE, "{}", answer.body);
            std::thread::yield_now();
        }
    };
    let summary = wait_for(&server, "?step=hour&by=agent", &|summary| summary["total"]["engaged"] == 1);
    assert_eq!((&summary["total"]["incoming"], &summary["total"]["closed"]), (&1.into(), &0.into()));
    assert_eq!(
        (&summary["groups"][0]["figures"]["sessions"], &summary["series"][0]["figures"]["incoming"]),
        (&1.into(), &1.into())
    );
    let agent = summary["groups"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(window.ask(2, Request::End { conversation }).await, Ok(()));
    server.kill();
    let server = place.serve();
    let mut window = server.console(&ravi).await;
    assert_eq!(window.ask(3, Request::Close { conversation }).await, Ok(()));
    let query = format!("?queue=support&widget=shop&agent={agent}");
    wait_for(&server, &query, &|summary| summary["total"]["closed"] == 1 && summary["total"]["sessions"] == 1);
    assert_eq!(wait_for(&server, "?queue=late", &|_| true)["total"]["incoming"], 0);
    let csv = server.call(&sue, "GET", &format!("/api/reports/conversations.csv{query}"), NOTHING);
    assert_eq!((csv.status, csv.header("content-type")), (200, Some("text/csv; charset=utf-8; header=present")));
    let lines: Vec<&str> = csv.body.lines().collect();
    assert_eq!(lines.len(), 2, "{}", csv.body);
    assert!(
        lines[1].starts_with(&conversation.to_string()) && lines[1].contains(",shop,chat,support,"),
        "{}",
        lines[1]
    );
    assert!(lines[1].contains(",\"Ravi, \"\"R\"\"\",") && !csv.body.contains("canary"), "{}", lines[1]);
    let presences = server.call(&sue, "GET", &format!("/api/reports/presence?agent={agent}"), NOTHING).json();
    assert_eq!(presences["people"][0]["agent"], agent);
    // Ravi had a console, lost it with the relay, and has one again.
    let spans: Vec<&str> =
        presences["spans"].as_array().unwrap().iter().map(|span| span["presence"].as_str().unwrap()).collect();
    assert_eq!(spans, ["by-capacity", "offline", "by-capacity"]);
    let tell = |who: &str, query: &str| server.call(who, "GET", &format!("/api/reports/summary{query}"), NOTHING);
    for (who, query, expected) in [
        ("", "", "401 not-signed-in"),
        (&ravi, "", "403 not-allowed"),
        (&sue, "?colour=1", "400 malformed-query"),
        (&sue, "?from=yesterday", "400 malformed-query"),
        (&sue, "?from=-1", "400 malformed-query"),
        (&sue, "?from=18446744073709551615", "422 invalid-values"),
    ] {
        assert_eq!(tell(who, query).told(), expected, "{query}");
    }
    let bad =
        tell(&sue, "?from=0&to=99999999999999&step=week&by=moon&queue=A&agent=ravi&short_abandon=3&time_zone=Moon");
    insta::assert_snapshot!(mistakes(&bad.json()), @r#"
    step: must be "hour" or "day".
    by: must be "agent", "queue" or "widget".
    to: must be after from, by ten years at most.
    queue: must be a name.
    agent: must be a person's id.
    short_abandon: must be one of [5, 10, 20, 30, 40, 60, 120] seconds.
    time_zone: must be the name of a time zone, such as "Europe/Berlin".
    "#);
}
