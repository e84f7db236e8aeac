//! How many tests ran, read from what the runners print.

use std::ops::AddAssign;
use std::process::ExitCode;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Tally {
    pub(crate) const ONE_FAILURE: Self = Self { passed: 0, failed: 1, skipped: 0 };

    /// Whether something ran and nothing failed.
    pub(crate) fn is_good(&self) -> bool {
        self.passed > 0 && self.failed == 0
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        if self.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Reads the transcript of one runner.
pub(crate) type Reader = fn(&str) -> Tally;

/// `test result: ok. 12 passed; 0 failed; 1 ignored; ...`, once per test binary: cargo's own and wasm-bindgen's alike.
pub(crate) fn cargo(transcript: &str) -> Tally {
    let mut total = Tally::default();
    for line in transcript.lines().filter_map(|line| line.trim_start().strip_prefix("test result:")) {
        let (_, counts) = line.split_once(". ").unwrap_or_default();
        total += pairs(counts.split(';'));
    }
    total
}

/// `ℹ pass 12` and its companions, once at the end. A test may print such lines of its own: the last ones count.
pub(crate) fn node(transcript: &str) -> Tally {
    let count = |name: &str| -> u32 {
        let lines = transcript.lines().rev().filter_map(|line| line.strip_prefix("ℹ ").or(line.strip_prefix("# ")));
        lines.filter_map(|line| line.strip_prefix(name)?.trim().parse().ok()).next().unwrap_or(0)
    };
    Tally {
        passed: count("pass "),
        failed: count("fail ") + count("cancelled "),
        skipped: count("skipped ") + count("todo "),
    }
}

/// `      Tests  1 failed | 11 passed | 2 skipped (14)`, once at the end.
pub(crate) fn vitest(transcript: &str) -> Tally {
    let last = transcript.lines().rev().find_map(|line| line.trim_start().strip_prefix("Tests  "));
    let counts = last.map_or("", |line| line.split('(').next().unwrap_or_default());
    pairs(counts.split('|'))
}

/// Adds up `12 passed`, `1 failed` and the like.
fn pairs<'text>(parts: impl Iterator<Item = &'text str>) -> Tally {
    let mut tally = Tally::default();
    for part in parts {
        let mut words = part.split_whitespace();
        let (Some(Ok(count)), Some(what)) = (words.next().map(str::parse::<u32>), words.next()) else {
            continue;
        };
        match what {
            "passed" => tally.passed += count,
            "failed" => tally.failed += count,
            "skipped" | "ignored" | "todo" => tally.skipped += count,
            _ => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u32, failed: u32, skipped: u32) -> Tally {
        Tally { passed, failed, skipped }
    }

    #[test]
    fn cargo_counts_are_summed_over_the_test_binaries() {
        let transcript = "running 3 tests\ntest a ... ok\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n   Doc-tests x\n\
            test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 5 filtered out; finished in 0.31s\n";
        assert_eq!(cargo(transcript), tally(4, 2, 1));
    }

    #[test]
    fn wasm_bindgen_counts_are_read_as_well() {
        let transcript = "test result: ok. 2 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.10s";
        assert_eq!(cargo(transcript), tally(2, 0, 0));
    }

    #[test]
    fn node_counts_are_the_last_ones_printed() {
        let inner = "ℹ tests 1\nℹ pass 1\nℹ fail 9\n";
        let outer =
            "ℹ tests 7\nℹ suites 2\nℹ pass 4\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\nℹ duration_ms 12\n";
        assert_eq!(node(&format!("{inner}{outer}")), tally(4, 2, 1));
        assert_eq!(node("# tests 2\n# pass 2\n# fail 0\n"), tally(2, 0, 0));
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        let transcript = " Test Files  1 failed | 1 passed (2)\n      Tests  1 failed | 11 passed | 2 skipped (14)\n";
        assert_eq!(vitest(transcript), tally(11, 1, 2));
        assert_eq!(vitest(" Test Files  1 passed (1)\n      Tests  7 passed (7)\n   Start at 1"), tally(7, 0, 0));
    }

    #[test]
    fn a_transcript_without_counts_has_none_and_is_not_good() {
        for read in [cargo as Reader, node, vitest] {
            assert_eq!(read("error: could not compile\n"), Tally::default());
        }
        assert!(!Tally::default().is_good());
        assert!(!tally(5, 1, 0).is_good());
        assert!(tally(5, 0, 1).is_good());
    }
}
