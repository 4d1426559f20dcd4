//! Storms from seeds. `REJOIN_LONG=1` runs many more, from `REJOIN_FIRST=<n>` on; `REJOIN_SEED=<n>` runs one, and
//! `REJOIN_WORLDS=<n>` so many.

#![expect(clippy::print_stdout, reason = "how much was tried is for people to read")]

use rejoin_testkit::{Storm, storm, storm_on_the_floor};

/// Seeds that once broke a promise.
const BAD_SEEDS: [u64; 19] = [
    31, 84, 95, 693, 1265, 1424, 1790, 2480, 3404, 4128, 20_054, 20_963, 21_092, 21_121, 21_534, 21_588, 22_150,
    22_467, 23_583,
];
/// The same, with supervisors and a floor.
const BAD_FLOORS: [u64; 4] = [465, 20_999, 30_588, 30_662];

fn number(name: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "how long a test runs comes from its environment")]
    std::env::var(name).ok()?.parse().ok()
}

/// Whether all worlds are run that a test has by default, or more.
fn is_whole() -> bool {
    number("REJOIN_SEED").or(number("REJOIN_WORLDS")).is_none()
}

fn seeds(bad: &[u64], count: u64) -> Vec<u64> {
    if let Some(seed) = number("REJOIN_SEED") {
        return vec![seed];
    }
    let first = number("REJOIN_FIRST").unwrap_or_default();
    let count = number("REJOIN_WORLDS").unwrap_or(if number("REJOIN_LONG").is_some() { 2_000 } else { count });
    let all = bad.iter().copied().chain(first..first + count);
    let most = if is_whole() { usize::MAX } else { count.try_into().unwrap_or(usize::MAX) };
    all.take(most).collect()
}

fn rage(seeds: Vec<u64>, storm: fn(u64, u64) -> Storm) -> Vec<Storm> {
    let one = |seed| {
        std::panic::catch_unwind(|| storm(seed, 6_000)).unwrap_or_else(|broken| {
            let told = broken.downcast_ref::<String>().map(String::as_str);
            panic!("REJOIN_SEED={seed}: {}", told.or(broken.downcast_ref::<&str>().copied()).unwrap_or_default())
        })
    };
    seeds.into_iter().map(one).collect()
}

#[test]
fn storms_break_no_promise() {
    let storms = rage(seeds(&BAD_SEEDS, 100), storm);
    let steps: u64 = storms.iter().map(|storm| storm.steps).sum();
    let sum = |of: fn(&Storm) -> usize| storms.iter().map(of).sum::<usize>();
    let (messages, returns, links, tokens) =
        (sum(|storm| storm.messages), sum(|storm| storm.returns), sum(|storm| storm.links), sum(|storm| storm.tokens));
    println!("figure: {steps} steps, {messages} messages, {returns} returns, {links} links, {tokens} tokens");
    assert!(!is_whole() || (steps >= 600_000 && messages >= 3_000), "only {steps} steps and {messages} messages");
    assert!(
        !is_whole() || returns.min(links).min(tokens) >= 20,
        "only {returns} returns, {links} links, {tokens} tokens"
    );
}

#[test]
fn storms_on_the_floor_break_no_promise() {
    let storms = rage(seeds(&BAD_FLOORS, 40), storm_on_the_floor);
    let steps: u64 = storms.iter().map(|storm| storm.steps).sum();
    let sum = |of: fn(&Storm) -> usize| storms.iter().map(of).sum::<usize>();
    let figures = [
        ("messages", sum(|storm| storm.messages), 1_000),
        ("consults", sum(|storm| storm.staff.consults), 80),
        ("let in", sum(|storm| storm.staff.let_in), 10),
        ("transfers", sum(|storm| storm.staff.transfers), 15),
        ("monitors", sum(|storm| storm.staff.monitors), 40),
        ("joins", sum(|storm| storm.staff.joins), 8),
        ("assigned", sum(|storm| storm.staff.assigned), 8),
        ("over capacity", sum(|storm| storm.staff.over), 1),
        ("sent to a queue", sum(|storm| storm.staff.sent), 8),
        ("closed by force", sum(|storm| storm.staff.forced), 4),
        ("presences set", sum(|storm| storm.staff.presences), 15),
        ("rights changed", sum(|storm| storm.staff.rights), 80),
        ("put out", sum(|storm| storm.staff.put_out), 8),
        ("desks compared", sum(|storm| storm.staff.compared.desks), 400),
        ("rows compared", sum(|storm| storm.staff.compared.rows), 1_000),
        ("open conversations compared", sum(|storm| storm.staff.compared.opened), 400),
        ("of those let in late", sum(|storm| storm.staff.compared.late), 80),
        ("with what a page says", sum(|storm| storm.staff.compared.claims), 400),
    ];
    println!("figure: {steps} steps on the floor");
    for (what, count, least) in figures {
        println!("figure: {count} {what}");
        assert!(!is_whole() || count >= least, "only {count} {what}");
    }
}

#[test]
fn the_same_seed_gives_the_same_world() {
    assert_eq!(storm(7, 1_000), storm(7, 1_000));
    assert_eq!(storm_on_the_floor(7, 1_000), storm_on_the_floor(7, 1_000));
}
