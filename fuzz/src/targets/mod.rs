//! The targets: one for each door.

mod chunks;
mod cookie;
mod merge;
#[cfg(fuzzing)]
mod message;
mod options;
mod record;
mod token;
mod transports;

/// One door, and what must hold of whatever comes in there.
#[derive(Debug)]
pub struct Target {
    /// As `cargo xtask fuzz` takes it.
    pub name: &'static str,
    /// Panics where a promise is broken.
    pub run: fn(&[u8]),
    /// Inputs that get far; the fuzzer begins with them.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub fn targets() -> &'static [Target] {
    &[
        Target { name: "cookie", run: cookie::run, seeds: cookie::seeds },
        Target { name: "transports", run: transports::run, seeds: transports::seeds },
        Target { name: "token", run: token::run, seeds: token::seeds },
        Target { name: "chunks", run: chunks::run, seeds: chunks::seeds },
        Target { name: "record", run: record::run, seeds: record::seeds },
        Target { name: "merge", run: merge::run, seeds: merge::seeds },
        Target { name: "options", run: options::run, seeds: options::seeds },
        #[cfg(fuzzing)]
        Target { name: "message", run: message::run, seeds: message::seeds },
    ]
}

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    targets().iter().find(|target| target.name == name)
}
