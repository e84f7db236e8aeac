//! The short version of `cargo xtask simulate`.
#![cfg(test)]

use edge_session_simulator::{Report, simulate, tell};

const SEEDS: [u64; 2] = [1, 17];
/// Of each seed.
const REQUESTS: u64 = 100_000;

#[test]
fn two_hundred_thousand_requests_find_nothing_and_meet_everything() {
    let mut sum = Report::default();
    for seed in SEEDS {
        match simulate(seed, REQUESTS, None) {
            Ok(report) => sum += report,
            Err(violation) => panic!("{violation}"),
        }
    }
    assert_eq!(sum.requests, SEEDS.len() as u64 * REQUESTS);
    let met = [
        sum.truths,
        sum.flushes,
        sum.refused,
        sum.failed,
        sum.stale,
        sum.conflicts,
        sum.ended,
        sum.followed,
        sum.buried,
        sum.signed_out,
        sum.ended_all,
    ];
    assert!(met.into_iter().all(|times| times > 0), "something never happened: {sum:?}");
    assert!(sum.reads <= sum.requests, "more than one round of reads for a request: {sum:?}");
}

#[test]
fn a_seed_does_exactly_the_same_again() {
    assert_eq!(simulate(9, 3_000, None), simulate(9, 3_000, None));
    assert_eq!(simulate(9, 3_000, None), tell(9, 3_000, None, u64::MAX));
    assert_ne!(simulate(9, 3_000, None), simulate(10, 3_000, None));
}
