//! The chores of the project: demo, test, assets, dist, bench.
fn main() {}
