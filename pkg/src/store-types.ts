/** What a store is. Shapes only: what they mean at run time is decided in the core. */
import type { Awaitable, Duration } from "./types.js";

/** One record as a store holds it. */
export interface Stored {
  /** The record, exactly as it was written. */
  readonly bytes: Uint8Array;
  /** What `write` must be given to replace exactly this record. Stores without compare-and-set leave it out. */
  readonly version?: string;
}

/** How a record is to be written. */
export interface WriteOptions {
  /** When the record may be dropped, in milliseconds since 1970. It is never needed after this. */
  readonly expiresAt: number;
  /**
   * The version the record must still have; `null`: the key must not exist yet; left out: write whatever is there.
   * Stores without compare-and-set ignore it.
   */
  readonly version?: string | null;
  /** Small facts for listings, at most 1,024 bytes as JSON. Holds neither ids nor values. */
  readonly meta?: Readonly<Record<string, string | number>>;
  /**
   * `true`: the record is a session that lives, and when it expires or is dropped a session ends. Otherwise it is what is left
   * of one, or is a user's. Only for stores that tell of what they drop.
   */
  readonly lives?: boolean;
}

/** A page of keys. */
export interface Listing {
  readonly keys: { readonly key: string; readonly meta?: Readonly<Record<string, string | number>> }[];
  /** Where the next page begins; left out on the last one. */
  readonly cursor?: string;
}

/**
 * Where records live. A store keeps bytes under keys and holds no rule beyond compare-and-set.
 *
 * A key that is not there is `null`, not an error; a store that cannot tell must throw. Keys begin with a letter, are
 * at most 80 characters of `A-Z a-z 0-9 _ - :` and hold nothing that opens a session.
 */
export interface Store {
  /**
   * `"strong"`: a read shows every write that was finished before it. `"eventual"`: it may show an older state. `"none"`:
   * there is no store, the cookie is the whole session. Then no request of a visitor's calls anything below; lists, `inspect`,
   * revocations and `sweep` do, and may be refused.
   */
  readonly consistency: "strong" | "eventual" | "none";
  /** How often it wants one record written at most; the default of the option of this name. */
  readonly writeInterval?: Duration;
  /** The records under `keys`, in that order, in one round; `null` where there is none or it has expired. */
  read(keys: readonly string[]): Awaitable<(Stored | null)[]>;
  /**
   * For a store that may show an older state, but knows where the truth is: the same as `read`, and with versions. Asked
   * when the visitor's cookie shows that `read` is behind, and before each write.
   */
  readTruth?(keys: readonly string[]): Awaitable<(Stored | null)[]>;
  /**
   * Writes one record. `false`: the version was not the current one, and nothing was written. An error with
   * `retryable: true` is tried again, a few times with growing pauses: nothing was written, as far as the store can tell.
   */
  write(key: string, bytes: Uint8Array, options: WriteOptions): Awaitable<boolean>;
  /** Removes the records under `keys`. A key that is not there is not an error. */
  remove(keys: readonly string[]): Awaitable<void>;
  /** The keys that begin with `prefix`. */
  list?(prefix: string, options: { readonly cursor?: string; readonly limit: number }): Awaitable<Listing>;
  /**
   * Drops what expired before `now` (milliseconds since 1970); returns how many records. `dropped` is told the key of each
   * that was written as one that lives.
   */
  sweep?(now: number, dropped?: (key: string) => void): Awaitable<number>;
  /**
   * For a store that drops records of its own accord: from now on `dropped` is told of each that was written as one that
   * lives, because its time was over or to make room.
   */
  watch?(dropped: (key: string, reason: "expired" | "evicted") => void): void;
}
