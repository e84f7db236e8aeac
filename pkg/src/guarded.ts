import { SessionError } from "./errors.js";
import type { Time } from "./time.js";
import type { Awaitable, Listing, Store, Stored, WriteOptions } from "./types.js";

/** How often a write is tried again that the store refused for a passing reason, and how long to wait before the first time. */
const RETRIES = 4;
const FIRST_WAIT_MS = 1_000;

/**
 * A store behind a time limit. Whatever goes wrong in it, or with what it returns, is a `SessionError` code `store`: a
 * store that fails is never mistaken for a store that shows nothing.
 */
export class GuardedStore {
  readonly #store: Store;
  readonly #limit: number;
  readonly #time: Time;

  constructor(store: Store, limit: number, time: Time) {
    this.#store = store;
    this.#limit = limit;
    this.#time = time;
  }

  /** The store knows where the truth is. */
  get hasTruth(): boolean {
    return this.#store.readTruth !== undefined;
  }

  async read(keys: readonly string[], truth: boolean): Promise<readonly (Stored | null)[]> {
    const found: unknown = await this.#run("read", () =>
      truth && this.#store.readTruth !== undefined ? this.#store.readTruth(keys) : this.#store.read(keys),
    );
    if (Array.isArray(found) && found.length === keys.length && found.every(isStored)) return found;
    throw new SessionError("store", "the store returned what is neither a record nor null");
  }

  writeOnce(key: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean> {
    return this.#run("write", () => this.#store.write(key, bytes, options));
  }

  remove(keys: readonly string[]): Promise<void> {
    return this.#run("remove", () => this.#store.remove(keys));
  }

  /** Tries again, with growing pauses, what the store says is worth it. */
  async write(key: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean> {
    for (let retry = 0; ; retry += 1) {
      try {
        return await this.writeOnce(key, bytes, options);
      } catch (error) {
        if (retry === RETRIES || !isPassing(error)) throw error;
        // Whoever was refused at the same time should not come back at the same time.
        await this.#time.sleep(FIRST_WAIT_MS * 2 ** retry * (1 + Math.random() / 4));
      }
    }
  }

  watch(dropped: Parameters<NonNullable<Store["watch"]>>[0]): void {
    this.#store.watch?.(dropped);
  }

  /** @throws `SessionError` code `config` when the store cannot list */
  list(prefix: string, cursor: string | undefined, limit: number): Promise<Listing> {
    const list = this.#store.list?.bind(this.#store);
    if (list === undefined) throw new SessionError("config", "store: it cannot list its keys; use another store to see what there is");
    return this.#run("list", () => list(prefix, { limit, ...(cursor !== undefined && { cursor }) }));
  }

  /** Without a time limit: how long it takes depends on how much there is. */
  async sweep(now: number, dropped: ((key: string) => void) | undefined): Promise<number> {
    try {
      return (await this.#store.sweep?.(now, dropped)) ?? 0;
    } catch (cause) {
      throw storeError("sweep", cause);
    }
  }

  /** One promise and one timer, and for a store in this process, which answers at once, no timer at all. */
  #run<T>(what: string, call: () => Awaitable<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) => reject(storeError(what, cause));
      try {
        const result = call();
        if (!isPromise(result)) return resolve(result);
        const cancel = this.#time.after(this.#limit, () => fail(this.#tooLate(what)));
        result.then(
          (value) => {
            cancel();
            resolve(value);
          },
          (cause: unknown) => {
            cancel();
            fail(cause);
          },
        );
      } catch (cause) {
        fail(cause);
      }
    });
  }

  #tooLate(what: string): SessionError {
    return new SessionError("store", `the store took longer than ${this.#limit} ms to ${what}`);
  }
}

function storeError(what: string, cause: unknown): SessionError {
  return cause instanceof SessionError ? cause : new SessionError("store", `the store could not ${what}`, { cause });
}

/** A store marks what is worth another try, as Durable Objects do. */
export function isPassing(error: unknown): boolean {
  const { cause } = error as { cause?: { retryable?: unknown } | null };
  return cause?.retryable === true;
}

function isStored(found: unknown): found is Stored | null {
  return found === null || (found as Partial<Stored> | undefined)?.bytes instanceof Uint8Array;
}

function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null)?.then === "function";
}
