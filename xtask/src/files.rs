//! File operations whose errors name the file.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};

pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Failure::io(format!("read {}", path.display()), &error))
}

pub(crate) fn read_text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| Failure::io(format!("read {}", path.display()), &error))
}

/// Writes the file, making its folder first.
pub(crate) fn write(path: &Path, bytes: impl AsRef<[u8]>) -> Result {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    fs::write(path, bytes).map_err(|error| Failure::io(format!("write {}", path.display()), &error))
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result {
    write(to, read(from)?)
}

pub(crate) fn remove(path: &Path) -> Result {
    fs::remove_file(path).map_err(|error| Failure::io(format!("remove {}", path.display()), &error))
}

pub(crate) fn make_folder(path: &Path) -> Result {
    fs::create_dir_all(path).map_err(|error| Failure::io(format!("make the folder {}", path.display()), &error))
}

/// Leaves the folder there and empty.
pub(crate) fn clear_folder(path: &Path) -> Result {
    if path.exists() {
        fs::remove_dir_all(path).map_err(|error| Failure::io(format!("clear {}", path.display()), &error))?;
    }
    make_folder(path)
}

/// The entries of a folder, sorted; none if there is no such folder.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = found.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
