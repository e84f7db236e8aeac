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

  write(key: string, bytes: Uint8Array, options: WriteOptions): Awaitable<boolean> {
    return this.#run("write", () => this.#store.write(key, bytes, options));
  }

  async #run<T>(what: string, call: () => Awaitable<T>): Promise<T> {
    try {
      const result = call();
      // A store in this process answers at once; it needs no timer.
      return isPromise(result) ? await this.#inTime(what, result) : result;
    } catch (cause) {
      throw cause instanceof SessionError ? cause : new SessionError("store", `the store could not ${what}`, { cause });
    }
  }

  #inTime<T>(what: string, promise: PromiseLike<T>): Promise<T> {
    const { promise: late, cancel } = this.#timer();
    const tooLate = late.then(() => {
      throw new SessionError("store", `the store took longer than ${this.#limit} ms to ${what}`);
    });
    return Promise.race([promise, tooLate]).finally(cancel);
  }

  #timer(): { promise: Promise<void>; cancel(): void } {
    if (this.#clock !== undefined) return { promise: this.#clock.sleep(this.#limit), cancel: () => undefined };
    let timer: ReturnType<typeof setTimeout> | undefined;
    const promise = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.#limit)));
    return { promise, cancel: () => clearTimeout(timer) };
  }
}

function isPromise<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | null)?.then === "function";
}
