//! The table of test suites. A new suite is a new line here.

use crate::needs::Need;
use crate::tally::{self, Reader};

pub(crate) struct Suite {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    /// Must exist. A `package.json` in it is installed first.
    pub(crate) home: &'static str,
    pub(crate) needs: &'static [Need],
    pub(crate) runner: Runner,
}

#[derive(Clone, Copy)]
pub(crate) enum Runner {
    /// A program with its arguments, in the root of the checkout, and what reads its counts.
    Program(&'static [&'static str], Reader),
    /// Vitest, in the suite's home.
    Vitest,
    /// The gates of `cargo xtask check`.
    Check,
}

use Need::{Browser, Package, Redis, Runtimes, WasmPack};
use Runner::{Check, Program, Vitest};

const NATIVE: Runner = Program(&["cargo", "test", "--workspace", "--no-fail-fast"], tally::cargo);
#[rustfmt::skip]
const WEB: Runner = Program(
    &["wasm-pack", "--log-level", "error", "test", "--headless", "--chrome", "--mode", "no-install", "--", "--test", "web"],
    tally::cargo,
);

/// Node's own runner on the `*.test.mjs` files of these folders.
macro_rules! node_test {
    ($($folder:literal),+) => {
        Program(&["node", "--test", "--test-reporter=spec", $(concat!($folder, "/**/*.test.mjs")),+], tally::node)
    };
}

#[rustfmt::skip]
pub(crate) const SUITES: &[Suite] = &[
    Suite { name: "native", what: "the core, natively", home: "src", needs: &[], runner: NATIVE },
    Suite { name: "check", what: "formatting, lints, types, packing", home: "pkg/src", needs: &[Package], runner: Check },
    Suite { name: "web", what: "the core in Chromium", home: "tests/web.rs", needs: &[WasmPack, Browser], runner: WEB },
    Suite { name: "node", what: "the package in Node.js", home: "tests/node", needs: &[Package, Redis], runner: node_test!("tests/node", "tests/coming-from") },
    Suite { name: "workerd", what: "the package in workerd", home: "tests/workerd", needs: &[Package], runner: Vitest },
    Suite { name: "locations", what: "two workerd on one KV", home: "tests/locations", needs: &[Package], runner: node_test!("tests/locations") },
    Suite { name: "chromium", what: "the package in Chromium", home: "tests/chromium", needs: &[Package, Browser], runner: node_test!("tests/chromium") },
    Suite { name: "page", what: "the demo in Chromium", home: "tests/page", needs: &[Package, Browser], runner: node_test!("tests/page") },
    Suite { name: "packaging", what: "the tarball in its consumers", home: "tests/packaging", needs: &[Package, Browser, Runtimes], runner: node_test!("tests/packaging") },
];
