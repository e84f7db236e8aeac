//! The configurations of this instance, by number.
//!
//! Numbers rather than JavaScript objects around pointers: nothing to free by a finalizer, which could fire after the
//! instance behind it was replaced.

use alloc::sync::Arc;
use alloc::vec::Vec;

use spin::Mutex;

use crate::error::Error;
use crate::session::{Sessions, foreign};

static CONFIGS: Mutex<Vec<Option<Arc<Sessions>>>> = Mutex::new(Vec::new());

/// Keeps a configuration; returns its number.
pub(super) fn keep(sessions: Sessions) -> u32 {
    let mut configs = CONFIGS.lock();
    let free = configs.iter().position(Option::is_none).unwrap_or(configs.len());
    let entry = Some(Arc::new(sessions));
    match configs.get_mut(free) {
        Some(slot) => *slot = entry,
        None => configs.push(entry),
    }
    free as u32
}

/// The configuration of this number.
pub(super) fn find(config: u32) -> Result<Arc<Sessions>, Error> {
    CONFIGS.lock().get(config as usize).cloned().flatten().ok_or_else(foreign)
}

/// Forgets the configuration of this number.
pub(super) fn release(config: u32) {
    if let Some(slot) = CONFIGS.lock().get_mut(config as usize) {
        *slot = None;
    }
}
