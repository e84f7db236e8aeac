import { brokenStoresSuite } from "./broken-stores.js";
import { clockSuite } from "./clock.js";
import { faultsSuite } from "./faults.js";
import { jarSuite } from "./jar.js";
import { kvLocationsSuite } from "./kv-locations.js";

/**
 * What the tools of `edge-session/testing` promise, in any runtime.
 *
 * @param runner the framework's `describe` and `it`
 * @param library `fakeClock`, `cookieJar`, `faultyStore`, `kvLocations`, `storeConformance`, `memoryStore`
 */
export function testingSuite({ describe, it }, library) {
  describe("fakeClock", () => clockSuite(it, library));
  describe("cookieJar", () => jarSuite(it, library));
  describe("faultyStore", () => faultsSuite(it, library));
  describe("kvLocations", () => kvLocationsSuite({ describe, it }, library));
  describe("storeConformance", () => brokenStoresSuite(it, library));
}
