//! Storms from seeds. `REJOIN_LONG=1` runs many more; `REJOIN_SEED=<n>` runs one.

use rejoin_testkit::storm;

/// Seeds that once broke a promise.
const BAD_SEEDS: [u64; 0] = [];

fn number(name: &str) -> Option<u64> {
    #[expect(clippy::disallowed_methods, reason = "how long a test runs comes from its environment")]
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn storms_break_no_promise() {
    let seeds: Vec<u64> = match number("REJOIN_SEED") {
        Some(seed) => vec![seed],
        None => BAD_SEEDS.into_iter().chain(0..if number("REJOIN_LONG").is_some() { 2_000 } else { 40 }).collect(),
    };
    let mut steps = 0;
    for seed in seeds {
        let result = std::panic::catch_unwind(|| storm(seed, 3_000));
        match result {
            Ok(storm) => {
                println!("{seed} {storm:?}");
                steps += storm.steps;
            }
            Err(broken) => {
                let told = broken.downcast_ref::<String>().map_or("", String::as_str);
                panic!("REJOIN_SEED={seed}: {told}");
            }
        }
    }
    assert!(number("REJOIN_SEED").is_some() || steps >= 100_000, "only {steps} steps");
}
