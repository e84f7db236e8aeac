import { checkNames } from "../check-names.js";
import type { KvBinding } from "../stores/kv.js";
import type { Clock } from "../types.js";
import type { KvCall, KvCallFilter, KvOperation } from "./kv/calls.js";
import type { Milliseconds } from "./kv/draw.js";
import type { KvFault } from "./kv/faults.js";
import { Network } from "./kv/network.js";

/** Options of {@link kvLocations}. Times are in milliseconds; of a range `[least, most]` each is drawn by the seed. */
export interface KvLocationsOptions {
  /** The time that everything here goes by. Default: `Date.now` and `setTimeout`. */
  readonly clock?: Clock;
  /** Any whole number: the same one draws the same times for the same calls. Default 1. */
  readonly seed?: number;
  /**
   * For how long after a write another location still fetches what was before. It comes on top of the time for which that
   * location answers from its copy (`cacheTtl`), as KV's "60 seconds or more" says. Default 0.
   */
  readonly staleness?: Milliseconds;
  /** How long a call takes; it is done in the middle of that time. Default 0 for each. */
  readonly latency?: Partial<Readonly<Record<KvOperation, Milliseconds>>>;
  /**
   * `false`: a location sees its own writes no sooner than another's, since KV does not guarantee that it does. Default
   * `true`.
   */
  readonly ownWrites?: boolean;
  /** The least time between two puts of one key, over all locations; a sooner one gets KV's 429. Default 1,000. */
  readonly writeGap?: number;
}

/** One Workers KV namespace as it looks from several locations. */
export interface KvLocations {
  /** The binding that Workers at this location have; the same one for the same name. A name is enough to make a location. */
  location(name: string): KvBinding;
  /** Makes calls fail. `{}`: all of KV is down; `{ location: "fra" }`: it is down there. */
  fail(fault?: KvFault): void;
  /** Forgets every fault, or those of one location. */
  heal(location?: string): void;
  /** Every call since the counts were reset, the oldest first. What KV's limits forbid is no call: it fails before. */
  readonly calls: readonly KvCall[];
  /** How many calls there were: `count({ operation: "put", key })`. */
  count(filter?: KvCallFilter): number;
  /** Forgets the calls so far. */
  resetCounts(): void;
}

/**
 * A model of Workers KV with several locations, as it is documented: a location answers from its own copy until `cacheTtl`
 * is over (60 s), remembers for up to 60 s that a key was not there, sees its own writes at once and those of others late;
 * a key takes one put per second; keys, values and lifetimes have KV's limits.
 *
 * @example
 * const clock = fakeClock(Date.now());
 * const kv = kvLocations({ clock, staleness: [0, 30_000] });
 * const sessionsIn = (city) => createSessions({ secrets: [SECRET], store: kvStore(kv.location(city)), clock });
 * const visit = { paris: sessionsIn("cdg").handle(app), tokyo: sessionsIn("nrt").handle(app) };
 *
 * @remarks
 * Start the clock no earlier than the real time: `kvStore` asks KV to keep a record for a number of seconds from the real
 * time on.
 */
export function kvLocations(options: KvLocationsOptions = {}): KvLocations {
  checkNames("kvLocations", options, { clock: true, seed: true, staleness: true, latency: true, ownWrites: true, writeGap: true });
  return new Network(options);
}
