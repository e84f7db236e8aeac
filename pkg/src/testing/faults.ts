import type { Awaitable, Store } from "../types.js";

/** What a store can be made to fail at; `"read"` is a read of either kind, near or true. */
export type Operation = "read" | "write" | "remove" | "list" | "sweep";

/** How it fails. */
export interface Fault {
  /** Which call fails, counted from now; 1 is the next one. Left out: every call. */
  readonly nth?: number;
  /**
   * - `"throw"`: the call fails with an error (default);
   * - `"hang"`: it never settles;
   * - `"garbage"`: a read answers with bytes that are no record, anything else with `undefined`;
   * - a function: the call answers what it returns, or fails with what it throws.
   */
  readonly how?: "throw" | "hang" | "garbage" | (() => unknown);
  /** `true`: the store first does what it was asked, and only the answer is lost. Default `false`. */
  readonly after?: boolean;
}

/** A store that counts what it is asked, and fails on request. */
export interface FaultyStore extends Store {
  /** Keys read, and in how many calls. */
  readonly reads: number;
  readonly rounds: number;
  /** Records written, or tried to: a write that compare-and-set refused counts too. */
  readonly writes: number;
  /** Keys removed. */
  readonly removes: number;
  /** Makes an operation fail. Faults of one operation are tried in the order they were given. */
  fail(operation: Operation, fault?: Fault): void;
  /** Forgets every fault. */
  heal(): void;
  /** Counts from zero again. */
  resetCounts(): void;
}

/** `store`, but counting and failing as a test asks. What it fails at it does not do, unless told `after`. */
export function faultyStore(store: Store): FaultyStore {
  return new Faulty(store);
}

interface Pending {
  readonly operation: Operation;
  readonly fault: Fault;
  calls: number;
}

class Faulty implements FaultyStore {
  reads = 0;
  rounds = 0;
  writes = 0;
  removes = 0;
  declare readonly writeInterval?: NonNullable<Store["writeInterval"]>;
  declare readTruth?: NonNullable<Store["readTruth"]>;
  declare list?: NonNullable<Store["list"]>;
  declare sweep?: NonNullable<Store["sweep"]>;
  declare readonly watch?: NonNullable<Store["watch"]>;
  readonly #store: Store;
  #pending: Pending[] = [];

  constructor(store: Store) {
    this.#store = store;
    // A store without these has none here either.
    if (store.writeInterval !== undefined) this.writeInterval = store.writeInterval;
    const readTruth = store.readTruth?.bind(store);
    const list = store.list?.bind(store);
    const sweep = store.sweep?.bind(store);
    const watch = store.watch?.bind(store);
    if (readTruth) this.readTruth = (keys) => this.#read(keys, readTruth);
    if (list) this.list = (prefix, options) => this.#perform("list", () => list(prefix, options));
    if (sweep) this.sweep = (...parameters) => this.#perform("sweep", () => sweep(...parameters));
    if (watch) this.watch = watch;
  }

  get consistency(): Store["consistency"] {
    return this.#store.consistency;
  }

  read(...[keys]: Parameters<Store["read"]>): ReturnType<Store["read"]> {
    return this.#read(keys, (asked) => this.#store.read(asked));
  }

  write(...parameters: Parameters<Store["write"]>): ReturnType<Store["write"]> {
    this.writes += 1;
    return this.#perform("write", () => this.#store.write(...parameters));
  }

  remove(...[keys]: Parameters<Store["remove"]>): ReturnType<Store["remove"]> {
    this.removes += keys.length;
    return this.#perform("remove", () => this.#store.remove(keys));
  }

  fail(operation: Operation, fault: Fault = {}): void {
    this.#pending.push({ operation, fault, calls: 0 });
  }

  heal(): void {
    this.#pending = [];
  }

  resetCounts(): void {
    this.reads = this.rounds = this.writes = this.removes = 0;
  }

  #read(keys: readonly string[], read: Store["read"]): ReturnType<Store["read"]> {
    this.reads += keys.length;
    this.rounds += 1;
    const garbage = () => keys.map(() => ({ bytes: new Uint8Array(64).fill(0xa5), version: "garbage" }));
    return this.#perform("read", () => read(keys), garbage);
  }

  #perform<T>(operation: Operation, perform: () => Awaitable<T>, garbage: () => unknown = () => undefined): Awaitable<T> {
    const fault = this.#next(operation);
    if (fault === undefined) return perform();
    return this.#failing(operation, fault, perform, garbage) as Promise<T>;
  }

  async #failing(operation: Operation, fault: Fault, perform: () => unknown, garbage: () => unknown): Promise<unknown> {
    if (fault.after) await perform();
    const { how = "throw" } = fault;
    if (how === "throw") throw new Error(`the store failed at ${operation}, as the test asked`);
    if (how === "hang") return new Promise(() => {});
    return how === "garbage" ? garbage() : how();
  }

  /** The fault that this call meets. Every fault of the operation counts the call. */
  #next(operation: Operation): Fault | undefined {
    let met: Pending | undefined;
    for (const pending of this.#pending) {
      if (pending.operation !== operation) continue;
      pending.calls += 1;
      const { nth } = pending.fault;
      if (met === undefined && (nth === undefined || nth === pending.calls)) met = pending;
    }
    return met?.fault;
  }
}
