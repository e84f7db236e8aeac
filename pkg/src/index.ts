export { SessionError, type ErrorCode } from "./errors.js";
export { createSessions } from "./sessions.js";
export { cookieStore } from "./stores/cookie.js";
export { kvStore } from "./stores/kv.js";
export { memoryStore } from "./stores/memory.js";
export { type TieredStoreOptions, tieredStore } from "./stores/tiered.js";
export type * from "./types.js";
