import { checkNames } from "../check-names.js";
import { SessionError } from "../errors.js";
import { BESIDE } from "../store-keys.js";
import type { Awaitable, Store, WriteOptions } from "../types.js";

/** What {@link tieredStore} puts together. */
export interface TieredStoreOptions {
  /** Where sessions are read: quick and near, and maybe showing an older state, as Workers KV. */
  readonly cache: Store;
  /** How long the cache may take to answer, in milliseconds; then the authority is asked. Default 2,000. */
  readonly cacheTimeout?: number;
  /** Where the truth is: every write goes there first and is compared there, as with D1 or a Durable Object. */
  readonly authority: Store;
}

/** A cache such as KV takes one write per second and key. */
const GAP_MS = 1_100;
const RETRIES = 2;

/**
 * Reads at the speed of a cache, with the truth of an authority.
 *
 * | what | goes where |
 * | --- | --- |
 * | reading a session | the cache; the authority as well when the visitor's cookie shows that the cache is behind |
 * | reading whether a signed-in session has ended | the authority, in the same round: a logout counts everywhere at once |
 * | changing a session | read from the authority, compared and set there, then put into the cache |
 *
 * A cache that fails or hangs is asked no further: reading falls back to the authority. One that cannot be written shows an older
 * state until it can.
 *
 * @example
 * const store = tieredStore({ cache: kvStore(env.SESSIONS), authority: d1Store(env.DB) });
 *
 * @throws SessionError `config` when the authority is not a store that shows every write
 */
export function tieredStore(options: TieredStoreOptions): Store {
  checkNames("tieredStore", options, { cache: true, cacheTimeout: true, authority: true });
  const { cache, authority, cacheTimeout = 2_000 } = options;
  if (authority?.consistency !== "strong") {
    throw new SessionError("config", "tieredStore: the authority must be a strongly consistent store");
  }
  if (typeof cache?.read !== "function") throw new SessionError("config", "tieredStore: the cache must be a store");

  /** Where it fails, it fails later: what is asked for beside it is still waited for. */
  const fromAuthority = async (keys: readonly string[]) => (keys.length === 0 ? [] : authority.read(keys));

  /** Versions are the authority's alone: what the cache says of them is left out. */
  async function fromCache(keys: readonly string[]) {
    if (keys.length === 0) return [];
    try {
      const found = await within(cacheTimeout, cache.read(keys));
      return found.map((stored) => stored && { bytes: stored.bytes });
    } catch {
      return fromAuthority(keys);
    }
  }

  async function read(keys: readonly string[]) {
    // What ends sessions counts everywhere at once: the cache is not asked for it.
    const [near, certain] = await Promise.all([
      fromCache(keys.filter((key) => !BESIDE.test(key))),
      fromAuthority(keys.filter((key) => BESIDE.test(key))),
    ]);
    let [nextNear, nextTrue] = [0, 0];
    return keys.map((key) => (BESIDE.test(key) ? certain[nextTrue++] : near[nextNear++]) ?? null);
  }

  /**
   * The truth is told; a cache that lacks it is found out by the visitor's cookie, but not by a copy of an old one. So a put
   * that was one too many is made again, with what is true by then. The authority has it already: nothing here fails a write.
   */
  async function intoCache(key: string, bytes: Uint8Array, options: WriteOptions): Promise<void> {
    for (let retry = 0, truth: Uint8Array | undefined = bytes; truth !== undefined && retry <= RETRIES; retry += 1) {
      try {
        await within(cacheTimeout, cache.write(key, truth, options));
        return;
      } catch (error) {
        if ((error as { retryable?: unknown } | null)?.retryable !== true) return;
        await new Promise((resolve) => setTimeout(resolve, GAP_MS));
        truth = await within(cacheTimeout, fromAuthority([key])).then(([stored]) => stored?.bytes, () => undefined);
      }
    }
  }

  const { list, sweep, watch } = authority;
  return {
    consistency: "eventual",
    read,
    readTruth: (keys) => authority.read(keys),
    async write(key, bytes, options) {
      if (!(await authority.write(key, bytes, options))) return false;
      if (BESIDE.test(key)) return true;
      const { version: _, ...unconditional } = options;
      await intoCache(key, bytes, unconditional);
      return true;
    },
    async remove(keys) {
      await authority.remove(keys);
      await within(cacheTimeout, (async () => cache.remove(keys))()).catch(() => undefined);
    },
    ...(list && { list: list.bind(authority) }),
    ...(sweep && { sweep: sweep.bind(authority) }),
    ...(watch && { watch: watch.bind(authority) }),
  };
}

/** @throws `Error` when it takes longer */
async function within<T>(limit: number, answer: Awaitable<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the cache took longer than ${limit} ms`)), limit);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
