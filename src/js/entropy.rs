//! Random bytes, drawn for several steps at once: asking the host takes longer than all that a step does with them.

use spin::Mutex;

use crate::entropy::Entropy;
use crate::error::{Code, Error};

/// For how many steps one draw lasts.
const STEPS: usize = 16;

/// What is left of the last draw.
static POOL: Mutex<Pool> = Mutex::new(Pool { parts: [[0; Entropy::BYTES]; STEPS], left: 0 });

struct Pool {
    parts: [[u8; Entropy::BYTES]; STEPS],
    left: usize,
}

/// What one step takes. To be called inside a request: Workers refuse randomness at global scope.
pub(super) fn entropy() -> Result<Entropy, Error> {
    let mut pool = POOL.lock();
    if pool.left == 0 {
        getrandom::fill(pool.parts.as_flattened_mut()).map_err(|_| {
            Error::new(Code::Entropy, "the random source failed; on Workers, open sessions inside a request")
        })?;
        pool.left = STEPS;
    }
    pool.left = pool.left.saturating_sub(1);
    let next = pool.left;
    let mut part = [0; Entropy::BYTES];
    if let Some(drawn) = pool.parts.get_mut(next) {
        core::mem::swap(drawn, &mut part); // given out once, and not kept
    }
    Entropy::new(part).inspect_err(|_| pool.left = 0)
}
