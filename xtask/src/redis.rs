//! A Redis server for the tests of its store.

use std::path::PathBuf;

use crate::apt::Debian;
use crate::failure::Result;
use crate::repo::Repo;

const REDIS: Debian = Debian {
    what: "redis-server",
    packages: &["redis-server"],
    remedy: "Install redis-server 6 or newer, or name it in the variable REDIS_SERVER.",
};

/// Valkey is the same server under another name.
const SERVERS: &[&str] = &["redis-server", "valkey-server"];

/// Finds it, named by `REDIS_SERVER` or on `PATH`; where there is apt, installs it. The tests start servers of their own.
pub(crate) fn ensure(repo: &Repo) -> Result<PathBuf> {
    REDIS.ensure(repo, || REDIS.locate("REDIS_SERVER", SERVERS))
}
