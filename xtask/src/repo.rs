//! Where things are.

use std::env;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::command::say;
use crate::failure::{Failure, Result};
use crate::{files, npm};

/// A checkout of this repository.
#[derive(Debug)]
pub(crate) struct Repo {
    root: PathBuf,
}

impl Repo {
    /// The checkout that cargo runs this program from.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let root = manifest.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        let remedy = "Run it as `cargo xtask` from inside the checkout.";
        root.map(|root| Self { root }).ok_or_else(|| Failure::new("the checkout was not found", remedy))
    }

    /// A path in the checkout.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Where cargo puts what it compiles.
    pub(crate) fn target(&self) -> PathBuf {
        self.root.join(env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from))
    }

    /// A path for what the commands make along the way.
    pub(crate) fn scratch(&self, relative: &str) -> PathBuf {
        self.target().join("xtask").join(relative)
    }

    /// A program that npm installed.
    pub(crate) fn npm_bin(&self, name: &str) -> PathBuf {
        self.root.join("node_modules/.bin").join(name)
    }

    /// `PATH` for everything the commands start: the pinned Node.js, then the pinned tools, then the machine's own.
    pub(crate) fn search_path(&self) -> OsString {
        let pinned =
            [npm::runtime_folder(self, 24), Some(self.path("node_modules/.bin")), Some(tools_folder().join("bin"))];
        let own = env::var_os("PATH").unwrap_or_default();
        let folders = pinned.into_iter().flatten().chain(env::split_paths(&own));
        env::join_paths(folders).unwrap_or(own)
    }

    /// Held while something is installed or built, so that two commands at once do not write the same files.
    pub(crate) fn lock(&self) -> Result<File> {
        let path = self.scratch("lock");
        files::write(&path, "")?;
        File::open(&path).and_then(wait_for).map_err(|error| Failure::io(format!("lock {}", path.display()), &error))
    }
}

fn wait_for(file: File) -> io::Result<File> {
    if file.try_lock().is_err() {
        say("waiting for another xtask in this checkout");
        file.lock()?;
    }
    Ok(file)
}

/// The tools that every checkout of this user shares: `cargo install` takes minutes.
pub(crate) fn tools_folder() -> PathBuf {
    let named = env::var_os("EDGE_SESSION_CACHE").map(PathBuf::from);
    let cache = || env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cache")));
    named.or_else(|| Some(cache()?.join("edge-session"))).unwrap_or_else(env::temp_dir).join("tools")
}
