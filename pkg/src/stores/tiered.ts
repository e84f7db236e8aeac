import { SessionError } from "../errors.js";
import type { Store } from "../types.js";

/** What {@link tieredStore} puts together. */
export interface TieredStoreOptions {
  /** Where sessions are read: quick and near, and maybe showing an older state, as Workers KV. */
  readonly cache: Store;
  /** Where the truth is: every write goes there first and is compared there, as with D1 or a Durable Object. */
  readonly authority: Store;
}

/** The keys of users' records, in which the ends of their sessions stand. */
const USER = "u1:";

/**
 * Reads at the speed of a cache, with the truth of an authority.
 *
 * | what | goes where |
 * | --- | --- |
 * | reading a session | the cache; the authority as well when the visitor's cookie shows that the cache is behind |
 * | reading whether a signed-in session has ended | the authority, in the same round: a logout counts everywhere at once |
 * | changing a session | read from the authority, compared and set there, then put into the cache |
 *
 * A cache that fails is asked no further: reading falls back to the authority. One that cannot be written shows an older
 * state until it can.
 *
 * @example
 * const store = tieredStore({ cache: kvStore(env.SESSIONS), authority: d1Store(env.DB) });
 *
 * @throws SessionError `config` when the authority is not a store that shows every write
 */
export function tieredStore({ cache, authority }: TieredStoreOptions): Store {
  if (authority?.consistency !== "strong") {
    throw new SessionError("config", "tieredStore: the authority must be a strongly consistent store");
  }
  if (typeof cache?.read !== "function") throw new SessionError("config", "tieredStore: the cache must be a store");

  /** Versions are the authority's alone: what the cache says of them is left out. */
  async function fromCache(keys: readonly string[]) {
    if (keys.length === 0) return [];
    try {
      return (await cache.read(keys)).map((stored) => stored && { bytes: stored.bytes });
    } catch {
      return authority.read(keys);
    }
  }

  async function read(keys: readonly string[]) {
    const ofUsers = keys.filter((key) => key.startsWith(USER));
    const [near, true_] = await Promise.all([
      fromCache(keys.filter((key) => !key.startsWith(USER))),
      ofUsers.length === 0 ? [] : authority.read(ofUsers),
    ]);
    let [nextNear, nextTrue] = [0, 0];
    return keys.map((key) => (key.startsWith(USER) ? true_[nextTrue++] : near[nextNear++]) ?? null);
  }

  const { list, sweep } = authority;
  return {
    consistency: "eventual",
    read,
    readTruth: (keys) => authority.read(keys),
    async write(key, bytes, options) {
      if (!(await authority.write(key, bytes, options))) return false;
      if (key.startsWith(USER)) return true;
      const { version: _, ...unconditional } = options;
      // The truth is told; a cache that lacks it is found out by the visitor's cookie.
      await Promise.resolve(cache.write(key, bytes, unconditional)).catch(() => undefined);
      return true;
    },
    async remove(keys) {
      await authority.remove(keys);
      await cache.remove(keys);
    },
    ...(list && { list: list.bind(authority) }),
    ...(sweep && { sweep: sweep.bind(authority) }),
  };
}
