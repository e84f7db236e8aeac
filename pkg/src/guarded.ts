import { SessionError } from "./errors.js";
import type { Awaitable, Clock, Store, Stored, WriteOptions } from "./types.js";

/**
 * A store behind a time limit. Whatever goes wrong in it, or with what it returns, is a `SessionError` code `store`: a
 * store that fails is never mistaken for a store that shows nothing.
 */
export class GuardedStore {
  readonly #store: Store;
  readonly #limit: number;
  readonly #clock: Clock | undefined;

  constructor(store: Store, limit: number, clock: Clock | undefined) {
    this.#store = store;
    this.#limit = limit;
    this.#clock = clock;
  }

  async read(key: string): Promise<Stored | null> {
    const found = await this.#run("read", () => this.#store.read([key]));
    const stored = Array.isArray(found) && found.length === 1 ? found[0] : undefined;
    if (stored === null || stored?.bytes instanceof Uint8Array) return stored;
    throw new SessionError("store", "the store returned what is neither a record nor null");
  }

  write(key: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean> {
    return this.#run("write", () => this.#store.write(key, bytes, options));
  }

  /** One promise and one timer, and for a store in this process, which answers at once, no timer at all. */
  #run<T>(what: string, call: () => Awaitable<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) => reject(storeError(what, cause));
      try {
        const result = call();
        if (!isPromise(result)) return resolve(result);
        const cancel = this.#after(this.#limit, () => fail(this.#tooLate(what)));
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

  /** Returns what cancels it. A clock given for tests cannot: there it comes to nothing. */
  #after(limit: number, late: () => void): () => void {
    if (this.#clock !== undefined) {
      void this.#clock.sleep(limit).then(late);
      return () => undefined;
    }
    const timer = setTimeout(late, limit);
    return () => clearTimeout(timer);
  }
}

function storeError(what: string, cause: unknown): SessionError {
  return cause instanceof SessionError ? cause : new SessionError("store", `the store could not ${what}`, { cause });
}

function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null)?.then === "function";
}
