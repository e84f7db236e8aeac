//! Whether something made before is still up to date.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};

use crate::failure::Result;
use crate::files;

/// Remembers from which inputs a step made its outputs. A step is done again when either is no longer the same.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
    inputs: u64,
    outputs: Vec<PathBuf>,
}

impl Stamp {
    /// `inputs` and `outputs` are files or folders. The lock file that pins the tool between them is an input as well.
    pub(crate) fn new(file: PathBuf, inputs: &[PathBuf], outputs: &[PathBuf]) -> Self {
        let mut hasher = DefaultHasher::new();
        hash_all(inputs, &mut hasher);
        Self { file, inputs: hasher.finish(), outputs: outputs.to_vec() }
    }

    pub(crate) fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|kept| kept == self.text())
    }

    /// Call once the outputs are made.
    pub(crate) fn write(&self) -> Result {
        files::write(&self.file, self.text())
    }

    fn text(&self) -> String {
        let mut hasher = DefaultHasher::new();
        hash_all(&self.outputs, &mut hasher);
        format!("{:016x} {:016x}\n", self.inputs, hasher.finish())
    }
}

fn hash_all(paths: &[PathBuf], hasher: &mut DefaultHasher) {
    for path in paths {
        hash(path, hasher);
    }
}

/// Names and contents. A missing file has a hash as well, so that making it counts as a change.
fn hash(path: &Path, hasher: &mut DefaultHasher) {
    hasher.write(path.to_string_lossy().as_bytes());
    if path.is_dir() {
        hash_all(&files::entries(path), hasher);
    } else if let Ok(bytes) = fs::read(path) {
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}-{name}", std::process::id()));
        files::clear_folder(&folder).unwrap();
        folder
    }

    fn stamp(folder: &Path) -> Stamp {
        Stamp::new(folder.join("stamp"), &[folder.join("in")], &[folder.join("out")])
    }

    #[test]
    fn a_step_is_fresh_only_after_it_was_done() {
        let folder = folder("done");
        assert!(!stamp(&folder).is_fresh());
        stamp(&folder).write().unwrap();
        assert!(stamp(&folder).is_fresh());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_changed_input_a_changed_output_and_a_new_file_make_it_stale() {
        let folder = folder("changed");
        for path in ["in/a", "out/b"] {
            files::write(&folder.join(path), "first").unwrap();
        }
        for path in ["in/a", "out/b", "in/new"] {
            stamp(&folder).write().unwrap();
            files::write(&folder.join(path), "other").unwrap();
            assert!(!stamp(&folder).is_fresh(), "{path}");
        }
        fs::remove_dir_all(folder).unwrap();
    }
}
