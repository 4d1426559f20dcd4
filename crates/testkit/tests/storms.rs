//! Storms from seeds. `REJOIN_LONG=1` runs many more, from `REJOIN_FIRST=<n>` on; `REJOIN_SEED=<n>` runs one, and
//! `REJOIN_WORLDS=<n>` no more than so many.

#![expect(clippy::print_stdout, reason = "how much was tried is for people to read")]

use rejoin_testkit::storm;

/// Seeds that once broke a promise.
const BAD_SEEDS: [u64; 9] = [31, 84, 95, 1265, 1424, 1790, 2480, 3404, 4128];

fn number(name: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "how long a test runs comes from its environment")]
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn storms_break_no_promise() {
    let mut seeds: Vec<u64> = match number("REJOIN_SEED") {
        Some(seed) => vec![seed],
        None => {
            let first = number("REJOIN_FIRST").unwrap_or_default();
            let count = if number("REJOIN_LONG").is_some() { 2_000 } else { 100 };
            BAD_SEEDS.into_iter().chain(first..first + count).collect()
        }
    };
    let at_most = number("REJOIN_WORLDS");
    seeds.truncate(at_most.and_then(|count| count.try_into().ok()).unwrap_or(usize::MAX));
    let (mut steps, mut messages, mut returns, mut links, mut tokens) = (0, 0, 0, 0, 0);
    for seed in seeds {
        let result = std::panic::catch_unwind(|| storm(seed, 6_000));
        match result {
            Ok(storm) => {
                steps += storm.steps;
                messages += storm.messages;
                returns += storm.returns;
                links += storm.links;
                tokens += storm.tokens;
            }
            Err(broken) => {
                let told = broken.downcast_ref::<String>().map_or("", String::as_str);
                panic!("REJOIN_SEED={seed}: {told}");
            }
        }
    }
    println!("figure: {steps} steps, {messages} messages, {returns} returns, {links} links, {tokens} tokens");
    let is_whole = number("REJOIN_SEED").or(at_most).is_none();
    assert!(!is_whole || (steps >= 600_000 && messages >= 3_000), "only {steps} steps and {messages} messages");
    assert!(
        !is_whole || returns.min(links).min(tokens) >= 20,
        "only {returns} returns, {links} links, {tokens} tokens"
    );
}

#[test]
fn the_same_seed_gives_the_same_world() {
    assert_eq!(storm(7, 1_000), storm(7, 1_000));
}
