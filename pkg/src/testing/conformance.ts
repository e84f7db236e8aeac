import { checkNames } from "../check-names.js";
import type { Awaitable } from "../types.js";
import { type FakeClock, fakeClock } from "./clock.js";
import { compareAndSet } from "./promises/compare-and-set.js";
import { expiry, expiryInListings, expiryOfVersions, sweep, telling } from "./promises/expiry.js";
import { listing } from "./promises/listing.js";
import { records } from "./promises/records.js";
import { type Promises, type StoreUnderTest, Trial, assert } from "./promises/trial.js";

/** The two functions that every test framework has: `node:test`, Vitest, Mocha, Jest. */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => Promise<void>): unknown;
}

/** Options of {@link storeConformance}. */
export interface ConformanceOptions {
  /**
   * What the store is not able to do; all else is tested.
   *
   * - `"clock"`: it tells the time by itself, so that its expiry cannot be tested;
   * - `"compare-and-set"`: it ignores versions, and then must say that it is eventually consistent;
   * - `"list"`, `"sweep"`: it has no such method;
   * - `"telling"`: its `sweep` does not tell which records it dropped.
   */
  readonly lacks?: readonly Ability[];
}

type Ability = "clock" | "compare-and-set" | "list" | "sweep" | "telling";

/**
 * Declares the tests of what every store promises. Each uses keys of its own, so that stores may share what is behind them.
 *
 * @example
 * storeConformance({ describe, it }, ({ now }) => sqliteStore(":memory:", { now }));
 *
 * @param makeStore gives the store of one test, which tells the time by the clock if it can; it is closed if it has `close()`
 */
export function storeConformance(
  { describe, it }: TestRunner,
  makeStore: (clock: FakeClock) => Awaitable<StoreUnderTest>,
  options: ConformanceOptions = {},
): void {
  checkNames("storeConformance", options, { lacks: true });
  const { lacks = [] } = options;
  const has = (ability: Ability) => !lacks.includes(ability);
  const promises: Promises = {
    ...records,
    ...(has("compare-and-set") ? compareAndSet : { says_that_it_is_eventually_consistent }),
    ...(has("list") ? listing : { has_no_list }),
    ...(has("clock") && expiry),
    ...(has("clock") && has("compare-and-set") && expiryOfVersions),
    ...(has("clock") && has("list") && expiryInListings),
    ...(has("clock") && has("sweep") && { ...sweep, ...(has("telling") && telling) }),
    ...(!has("sweep") && { has_no_sweep }),
  };
  describe("a store", () => {
    for (const [name, keep] of Object.entries(promises)) {
      // A store that tells the time by itself needs times that are not over.
      it(name, () => hold(makeStore, keep, has("clock") ? fakeClock() : fakeClock(Date.now())));
    }
  });
}

async function hold(
  makeStore: (clock: FakeClock) => Awaitable<StoreUnderTest>,
  keep: Promises[string],
  clock: FakeClock,
): Promise<void> {
  const store = await makeStore(clock);
  try {
    await keep?.(new Trial(store, clock));
  } finally {
    await store.close?.();
  }
}

async function says_that_it_is_eventually_consistent({ store }: Trial): Promise<void> {
  assert(store.consistency === "eventual", `a store without compare-and-set says ${store.consistency}`);
}

async function has_no_list({ store }: Trial): Promise<void> {
  assert(store.list === undefined, "the store has a list() that is not tested");
}

async function has_no_sweep({ store }: Trial): Promise<void> {
  assert(store.sweep === undefined, "the store has a sweep() that is not tested");
}
