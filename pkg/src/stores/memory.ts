import { checkNames } from "../check-names.js";
import { SessionError } from "../errors.js";
import type { Listing, Store, Stored, WriteOptions } from "../types.js";

/** Options of {@link memoryStore}. */
export interface MemoryStoreOptions {
  /** How many records are kept at most. Default 100,000: about 200 MB of sessions of 1 kB. */
  readonly maxEntries?: number;
  /**
   * What becomes of one more: `"evict"` drops the session that was not read or written for the longest time (what says that
   * sessions are over goes later); `"error"` refuses it with a `store` error, and what is there stays and can be changed. Default
   * `"evict"`.
   */
  readonly whenFull?: "evict" | "error";
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** A store in this process's memory. It answers at once, without promises. */
export interface MemoryStore extends Store {
  /** How many records are held, expired ones among them. */
  readonly size: number;
  read(keys: readonly string[]): (Stored | null)[];
  write(key: string, bytes: Uint8Array, options: WriteOptions): boolean;
  remove(keys: readonly string[]): void;
  list(prefix: string, options: { readonly cursor?: string; readonly limit: number }): Listing;
  sweep(now: number, dropped?: (key: string) => void): number;
  watch(dropped: Watcher): void;
}

type Watcher = Parameters<NonNullable<Store["watch"]>>[0];

interface Held extends Stored {
  readonly version: string;
  readonly expiresAt: number;
  readonly meta: WriteOptions["meta"];
  readonly lives: boolean;
}

/** How many records that say that sessions are over are passed by to find one that lives, when there is no room. */
const MOST_SPARED = 100;
/** How often a write looks for expired records. One look at 100,000 of them takes a few milliseconds. */
const SWEEP_INTERVAL_MS = 60_000;

/**
 * Keeps sessions in the memory of this process: they end with it, and other processes do not see them. For tests, for
 * development, and for one long-lived server whose sessions may be lost.
 *
 * It drops what has expired, looking once a minute, and when full, unless told otherwise, the session that was not read or
 * written for the longest time. A record is copied when it is written; what a read returns is the store's own copy and must not be changed.
 *
 * @throws SessionError `config` when an option is wrong
 */
export function memoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  checkNames("memoryStore", options, { maxEntries: true, whenFull: true, now: true });
  const { maxEntries = 100_000, whenFull = "evict", now = Date.now } = options;
  if (!Number.isInteger(maxEntries) || maxEntries < 1) {
    throw new SessionError("config", "memoryStore: maxEntries must be a whole number, at least 1");
  }
  if (whenFull !== "evict" && whenFull !== "error") {
    throw new SessionError("config", 'memoryStore: whenFull must be "evict" or "error"');
  }
  return new Memory(maxEntries, whenFull === "evict", now);
}

class Memory implements MemoryStore {
  readonly consistency = "strong";
  /** The least recently used first: a Map keeps the order in which its keys were set. */
  readonly #records = new Map<string, Held>();
  readonly #maxEntries: number;
  readonly #evicts: boolean;
  readonly #watchers = new Set<Watcher>();
  readonly #now: () => number;
  /** Counts every write to the store, so that no version ever comes again, not even after a removal. */
  #writes = 0;
  #nextSweep = 0;
  /** No record expires before. */
  #earliest = Infinity;

  constructor(maxEntries: number, evicts: boolean, now: () => number) {
    this.#maxEntries = maxEntries;
    this.#evicts = evicts;
    this.#now = now;
  }

  get size(): number {
    return this.#records.size;
  }

  read(keys: readonly string[]): (Stored | null)[] {
    const now = this.#now();
    return keys.map((key) => {
      const held = this.#live(key, now);
      if (held !== null) this.#use(key, held);
      return held;
    });
  }

  write(key: string, bytes: Uint8Array, { expiresAt, version, meta, lives = false }: WriteOptions): boolean {
    const now = this.#now();
    const current = this.#live(key, now)?.version ?? null;
    if (version !== undefined && version !== current) return false;
    if (now >= this.#nextSweep) {
      this.#nextSweep = now + SWEEP_INTERVAL_MS;
      this.sweep(now);
    }
    // What the key held before is over, and not what is written now.
    if (current === null && this.#records.has(key)) this.#drop(key, "expired");
    if (!this.#records.has(key) && this.#records.size === this.#maxEntries) this.#makeRoom(now);
    this.#earliest = Math.min(this.#earliest, expiresAt);
    this.#use(key, { bytes: new Uint8Array(bytes), version: String(++this.#writes), expiresAt, meta, lives });
    return true;
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.#records.delete(key);
  }

  list(prefix: string, { cursor, limit }: { readonly cursor?: string; readonly limit: number }): Listing {
    const now = this.#now();
    const isListed = ([key, { expiresAt }]: [string, Held]) =>
      key.startsWith(prefix) && expiresAt > now && (cursor === undefined || key > cursor);
    const found = [...this.#records].filter(isListed).sort(([a], [b]) => (a < b ? -1 : 1));
    const keys = found.slice(0, limit).map(([key, { meta }]) => (meta === undefined ? { key } : { key, meta }));
    const last = keys.at(-1);
    return found.length > limit && last !== undefined ? { keys, cursor: last.key } : { keys };
  }

  sweep(now: number, dropped?: (key: string) => void): number {
    if (now < this.#earliest) return 0;
    const before = this.#records.size;
    this.#earliest = Infinity;
    for (const [key, { expiresAt, lives }] of this.#records) {
      if (expiresAt > now) this.#earliest = Math.min(this.#earliest, expiresAt);
      else {
        this.#drop(key, "expired");
        if (lives) dropped?.(key);
      }
    }
    return before - this.#records.size;
  }

  watch(dropped: Watcher): void {
    this.#watchers.add(dropped);
  }

  #live(key: string, now: number): Held | null {
    const held = this.#records.get(key);
    return held !== undefined && held.expiresAt > now ? held : null;
  }

  #use(key: string, held: Held): void {
    this.#records.delete(key);
    this.#records.set(key, held);
  }

  /** @throws SessionError `store` when there is none to be made */
  #makeRoom(now: number): void {
    if (!this.#evicts && this.sweep(now) === 0) {
      throw new SessionError("store", `memoryStore: it is full; it holds ${this.#maxEntries} records (maxEntries)`);
    }
    let spares = Math.min(MOST_SPARED, this.#records.size);
    for (const [oldest, held] of this.#records) {
      if (this.#records.size < this.#maxEntries) return;
      const isOver = held.expiresAt <= now;
      // Without what says that it is over, a session would be back.
      if (!isOver && !held.lives && spares-- > 0) this.#use(oldest, held);
      else this.#drop(oldest, isOver ? "expired" : "evicted");
    }
  }

  #drop(key: string, reason: "expired" | "evicted"): void {
    const lived = this.#records.get(key)?.lives === true;
    this.#records.delete(key);
    if (lived) for (const watcher of this.#watchers) watcher(key, reason);
  }
}
