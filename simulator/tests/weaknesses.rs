//! A check that cannot fail proves nothing: without one protection, something must be found.
#![cfg(test)]

use edge_session_simulator::{Weakness, simulate};

/// With all protections, nothing is found in it: see `holds.rs`.
const SEED: u64 = 17;
/// Within so many requests.
const REQUESTS: u64 = 100_000;

fn is_found(weakness: Weakness) {
    let violation = simulate(SEED, REQUESTS, Some(weakness)).expect_err("nothing was found");
    println!("{weakness:?}: {violation}");
}

macro_rules! found {
    ($($name:ident: $weakness:ident,)*) => {
        $(#[test] fn $name() { is_found(Weakness::$weakness); })*
        #[test]
        fn every_weakness_is_tried() {
            assert_eq!(Weakness::ALL, [$(Weakness::$weakness),*]);
        }
    };
}

found! {
    without_the_overlay_something_is_found: NoOverlay,
    without_the_hybrid_clock_something_is_found: NoHybridClock,
    without_tombstones_something_is_found: NoTombstones,
    without_the_floor_something_is_found: NoFloor,
    without_stale_detection_something_is_found: NoStaleDetection,
    without_the_grace_something_is_found: NoGrace,
    without_compare_and_set_something_is_found: NoCompareAndSet,
    without_the_second_end_something_is_found: NoSecondEnd,
    without_what_a_process_wrote_something_is_found: NoRecent,
    without_a_second_look_something_is_found: NoSecondLook,
    without_the_slot_something_is_found: NoSlot,
    without_the_clock_something_is_found: NoClock,
    without_the_audience_something_is_found: NoAudience,
    without_the_users_record_something_is_found: NoEpoch,
    without_everybodys_record_something_is_found: NoGlobalEpoch,
    without_the_lifetimes_of_values_something_is_found: NoAging,
    without_the_truth_something_is_found: NoTruth,
}
