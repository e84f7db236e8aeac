//! What strangers can send, and what must hold of it, whatever it is.
//!
//! A [`Target`] takes any bytes, hands them to one door of the core, and panics where a promise is broken: not only that
//! nothing panics there, but that a token which opens was sealed by the key, that what decodes encodes to the same bytes, that
//! merging does not depend on the order. Where that can be, what the core says is compared with what a second, simpler
//! implementation says.
//!
//! Random bytes open nothing that is sealed. So where a token may stand, a low byte stands for a good one: see
//! [`input::expand`].
//!
//! `cargo xtask fuzz` runs them under libFuzzer; as tests, each runs on its seeds, whole and damaged.

mod application;
mod input;
mod sealing;
mod targets;
mod visit;

pub use targets::{Target, target, targets};

#[cfg(test)]
mod tests {
    use super::target;

    /// Its seeds, whole, cut and damaged.
    fn holds(name: &str) {
        let target = target(name).expect("a target");
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{name} has no seeds");
        for seed in seeds {
            (target.run)(&seed);
            for at in (0..seed.len()).step_by(1 + seed.len() / 100) {
                (target.run)(&seed[..at]);
                let mut damaged = seed.clone();
                damaged[at] ^= 1 << (at % 8);
                (target.run)(&damaged);
            }
        }
    }

    #[test]
    fn only_what_was_sealed_opens_whatever_the_cookie_header_is() {
        holds("cookie");
    }

    #[test]
    fn a_token_opens_only_by_the_way_that_it_was_sealed_for() {
        holds("transports");
    }

    #[test]
    fn whatever_is_sealed_is_read_to_the_byte_or_refused() {
        holds("token");
    }

    #[test]
    fn a_session_of_several_cookies_opens_whole_or_not_at_all() {
        holds("chunks");
    }

    #[test]
    fn whatever_a_store_returns_is_shown_as_it_is_or_refused() {
        holds("record");
    }

    #[test]
    fn whatever_a_store_returns_merges_in_any_order() {
        holds("merge");
    }

    #[test]
    fn whatever_the_options_are_they_work_or_are_named() {
        holds("options");
    }

    #[cfg(fuzzing)]
    #[test]
    fn every_message_has_an_answer() {
        holds("message");
    }
}
