/** Tools to test handlers that use sessions, and stores of one's own. They need no test framework. */
export { type FakeClock, fakeClock } from "./clock.js";
export { type ConformanceOptions, type TestRunner, storeConformance } from "./conformance.js";
export { type Fault, type FaultyStore, type Operation, faultyStore } from "./faults.js";
export { type CookieJar, type CookieJarOptions, type StoredCookie, type Visitor, cookieJar } from "./jar.js";
export { type KvLocations, type KvLocationsOptions, kvLocations } from "./kv-locations.js";
export {
  type TestSessionOptions, type TestSessions, type TestSessionsOptions, type TestVisitor, testSession, testSessions,
} from "./sessions.js";
export type { KvCall, KvCallFilter, KvOperation } from "./kv/calls.js";
export type { Milliseconds } from "./kv/draw.js";
export type { KvFault } from "./kv/faults.js";
export type { StoreUnderTest } from "./promises/trial.js";
