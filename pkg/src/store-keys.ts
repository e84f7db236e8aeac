/*
 * How the keys of the store begin. The core makes them, in `src/store_key.rs`.
 */

/** Of sessions; the handle follows. */
export const SESSIONS = "s1:";
/** Of what stands beside the sessions: their ends, the users' records, the index of each user's sessions. */
export const BESIDE = /^[eui]1:/;
