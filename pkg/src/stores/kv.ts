import { checkNames } from "../check-names.js";
import { SessionError } from "../errors.js";
import type { Listing, Store, Stored, WriteOptions } from "../types.js";
import { checkBinding } from "./binding.js";

/** The part of a Workers KV binding that is used, so that no types package is needed. */
export interface KvBinding {
  get(key: string, options: { type: "arrayBuffer"; cacheTtl?: number }): Promise<ArrayBuffer | null>;
  put(key: string, value: Uint8Array, options?: { expirationTtl?: number; metadata?: unknown }): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { prefix: string; limit: number; cursor?: string }): Promise<KvListing>;
}

interface KvListing {
  readonly keys: readonly { readonly name: string; readonly metadata?: unknown }[];
  readonly list_complete: boolean;
  readonly cursor?: string;
}

/** Options of {@link kvStore}. */
export interface KvStoreOptions {
  /** Put in front of every key, where the namespace holds other things too. At most 432 bytes. Default: none. */
  readonly prefix?: string;
  /**
   * For how many seconds a location may answer from its own copy; at least 30. Default: KV's own, 60 s. A longer one makes
   * reads cheaper and other locations' changes show later.
   */
  readonly cacheTtl?: number;
}

/** KV's limit of 512 bytes, less the 80 that a key may have, see `Store`. */
const PREFIX_BYTES = 432;
const MIN_CACHE_SECONDS = 30;
const MIN_LIFE_SECONDS = 60;
/** KV keeps times as 32-bit integers. */
const MAX_LIFE_SECONDS = 2 ** 31 - 1;
const MAX_PAGE = 1_000;
/** "Maximum of 1 write to the same key per second." */
const WRITE_INTERVAL_MS = 1_000;

/**
 * Keeps sessions in a Workers KV namespace. Expired records vanish by themselves, so there is nothing to sweep.
 *
 * KV is eventually consistent and has no compare-and-set: a change may take 60 seconds or more to show elsewhere.
 *
 * @example
 * const sessions = createSessions((env) => ({ secrets: [env.SESSION_SECRET], store: kvStore(env.SESSIONS) }));
 *
 * @throws SessionError `config` when the binding or an option is wrong
 */
export function kvStore(binding: KvBinding, options: KvStoreOptions = {}): Store {
  checkBinding("kvStore", binding, "a KV namespace", ["get", "put", "delete", "list"]);
  checkNames("kvStore", options, { prefix: true, cacheTtl: true });
  const { prefix = "", cacheTtl } = options;
  checkOptions(prefix, cacheTtl);
  const getOptions = cacheTtl === undefined ? { type: "arrayBuffer" as const } : { type: "arrayBuffer" as const, cacheTtl };

  async function readOne(key: string): Promise<Stored | null> {
    const buffer = await binding.get(prefix + key, getOptions);
    return buffer === null ? null : { bytes: new Uint8Array(buffer) };
  }

  return {
    consistency: "eventual",
    writeInterval: WRITE_INTERVAL_MS,
    // One by one, but at once: KV's bulk get knows text only, and loses keys that look like array indices.
    read: (keys) => Promise.all(keys.map(readOne)),
    async write(key, bytes, { expiresAt, meta }) {
      try {
        await binding.put(prefix + key, bytes, { ...expiry(expiresAt), ...(meta && { metadata: meta }) });
        return true;
      } catch (error) {
        throw isTooOften(error) ? Object.assign(error, { retryable: true }) : error;
      }
    },
    async remove(keys) {
      await Promise.all(keys.map((key) => binding.delete(prefix + key)));
    },
    async list(start, { cursor, limit }) {
      const at = cursor === undefined ? {} : { cursor };
      return toListing(await binding.list({ prefix: prefix + start, limit: Math.min(limit, MAX_PAGE), ...at }), prefix.length);
    },
  };
}

/**
 * How long KV keeps the record: up, to whole seconds, and no less than KV takes. Longer than needed is safe, since a
 * record says itself when it ends; shorter is not. Relative, since KV's `expiration` cannot say a time after 2038.
 */
function expiry(expiresAt: WriteOptions["expiresAt"]): { expirationTtl?: number } {
  const seconds = Math.ceil((expiresAt - Date.now()) / 1_000);
  return seconds > MAX_LIFE_SECONDS ? {} : { expirationTtl: Math.max(seconds, MIN_LIFE_SECONDS) };
}

/** Somebody wrote the same key within the same second. */
function isTooOften(error: unknown): error is Error {
  return error instanceof Error && /\b429\b/.test(error.message);
}

function toListing(page: KvListing, prefixLength: number): Listing {
  const keys = page.keys.map(({ name, metadata }) => {
    const key = name.slice(prefixLength);
    return isMeta(metadata) ? { key, meta: metadata } : { key };
  });
  return page.list_complete || page.cursor === undefined ? { keys } : { keys, cursor: page.cursor };
}

function isMeta(metadata: unknown): metadata is NonNullable<WriteOptions["meta"]> {
  return typeof metadata === "object" && metadata !== null;
}

function checkOptions(prefix: unknown, cacheTtl: unknown): void {
  if (typeof prefix !== "string" || new TextEncoder().encode(prefix).length > PREFIX_BYTES) {
    throw new SessionError("config", `kvStore: prefix must be a string of at most ${PREFIX_BYTES} bytes`);
  }
  if (cacheTtl !== undefined && !(Number.isInteger(cacheTtl) && (cacheTtl as number) >= MIN_CACHE_SECONDS)) {
    throw new SessionError("config", `kvStore: cacheTtl must be a whole number of seconds, at least ${MIN_CACHE_SECONDS}`);
  }
}
