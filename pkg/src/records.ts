import type { Core } from "./core.js";
import { SessionError } from "./errors.js";
import type { Events } from "./events.js";
import type { GuardedStore } from "./guarded.js";
import { AT, AWAITED, BEHIND, JOINED, type Keys, type Known, MISSING, type Answered, SHOWN, type State, UNAVAILABLE, type Write, type Writes } from "./plans.js";
import { Recent } from "./recent.js";
import type { Time } from "./time.js";
import { Turns } from "./turns.js";
import type { Context, Store, Stored } from "./types.js";

const GUARD_UNCHANGED = 0;
const GUARD_ABSENT = 1;
const NO_RECORD: Answered = { shown: MISSING };

/** What the store answered to a session's keys. */
export interface Found {
  readonly keys: Keys;
  readonly stored: Answered;
  readonly user: Answered;
  /** What to replace the record by; `null`: there is none. */
  readonly version: string | null | undefined;
  /** When it answered. */
  readonly at: number;
  /** Nothing newer is to be had: the store shows every write, or was asked where it does. */
  readonly truth: boolean;
}

/** A record that waits for its time. */
interface Waiting {
  state: State;
  record: Uint8Array;
  readonly keys: Keys;
}

/** The records of one application: read, written at once or later, and remembered for a moment. */
export class Records {
  readonly #core: Core;
  readonly #store: GuardedStore;
  readonly #events: Events;
  readonly #time: Time;
  /** Only where the store may not show what was written: elsewhere it would be no help. */
  readonly #recent: Recent | undefined;
  readonly #waiting = new Map<string, Waiting>();
  /** There is nothing to read: what there is of a session comes with its cookie. */
  readonly #none: boolean;
  readonly turns: Turns;

  constructor(core: Core, store: GuardedStore, events: Events, time: Time, consistency: Store["consistency"]) {
    this.#core = core;
    this.#store = store;
    this.#events = events;
    this.#time = time;
    this.#recent = consistency === "eventual" ? new Recent() : undefined;
    this.#none = consistency === "none";
    this.turns = new Turns(time, core.storeTimeout);
  }

  /**
   * Reads what belongs to a session, in one round. A store that fails has answered that it is unavailable.
   *
   * @param wanted not what is near, but what is true, where the store tells these apart
   */
  async read(keys: Keys, wanted: "near" | "true"): Promise<Found> {
    const both = { keys, truth: wanted === "true" || !this.#store.hasTruth };
    if (this.#none) return { ...both, stored: NO_RECORD, user: NO_RECORD, version: undefined, at: this.#time.now() };
    try {
      const all = keys.user === undefined ? [keys.key] : [keys.key, keys.user];
      const [stored = null, user = null] = await this.#store.read(all, wanted === "true");
      const version = stored === null ? null : stored.version;
      return { ...both, stored: recordOf(stored), user: recordOf(user), version, at: this.#time.now() };
    } catch (error) {
      this.#events.emit("error", { error, id: handleOf(keys.key) });
      return { ...both, stored: { shown: UNAVAILABLE }, user: { shown: UNAVAILABLE }, version: undefined, at: this.#time.now() };
    }
  }

  /** What the core is to know: what was found, and what this process itself did since. */
  known({ keys, stored, user, at }: Found): Known {
    const recent = this.#recent?.get(keys.key, this.#time.now());
    return { stored, user, recent: recent && { shown: SHOWN, bytes: recent }, at, scheduled: this.#waiting.has(keys.key) };
  }

  /** Makes the writes of a plan, at the time that it says. The key of a write that lost a compare-and-set, if one did. */
  async perform(plan: Writes, found: Found | undefined, ctx: Context | undefined): Promise<string | undefined> {
    const { put, writes } = plan;
    // What the cookie carries counts from now on, written or not: the next request of this process builds on it.
    for (const { key, bytes } of put === AWAITED ? [] : writes) this.#recent?.keep(key, bytes, this.#time.now());
    switch (put) {
      case BEHIND:
        // Where writes are compared, one can be lost, and is to be decided anew: somebody has to wait for it.
        return this.#store.hasTruth ? this.#covered(() => this.#write(writes, found)) : this.#behind(ctx, writes, found);
      case AT:
      case JOINED:
        this.#later(plan, found, ctx);
        return undefined;
      default:
        return this.#write(writes, found);
    }
  }

  sweep(): Promise<number> {
    return this.#store.sweep(this.#time.now());
  }

  async #write(writes: readonly Write[], found: Found | undefined): Promise<string | undefined> {
    if (found?.truth === false) throw new SessionError("store", "the store could not be read where it shows every write");
    for (const { key, bytes, expires: expiresAt, guard } of writes) {
      const version = guard === GUARD_UNCHANGED ? found?.version : guard === GUARD_ABSENT ? null : undefined;
      const done = await this.#store.write(key, bytes, version === undefined ? { expiresAt } : { expiresAt, version });
      if (!done && guard !== GUARD_UNCHANGED) throw new SessionError("conflict", "a new session's id is taken");
      if (!done) return key;
      this.#recent?.keep(key, bytes, this.#time.now());
    }
    return undefined;
  }

  /** Without a context there is nothing that would keep a Worker alive: then the response waits after all. */
  async #behind(ctx: Context | undefined, writes: readonly Write[], found: Found | undefined): Promise<undefined> {
    const done = this.#covered(() => this.#write(writes, found));
    if (ctx === undefined) await done;
    else ctx.waitUntil(done);
  }

  /** The cookie carries what is written, so a write that fails heals itself. */
  async #covered<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      this.#events.emit("error", { error });
      return undefined;
    }
  }

  #later({ state, writes, at }: Writes, found: Found | undefined, ctx: Context | undefined): void {
    for (const { key, bytes: record } of writes) {
      const waiting = this.#waiting.get(key);
      if (waiting !== undefined) Object.assign(waiting, { state, record });
      if (waiting !== undefined || at === undefined) continue;
      this.#waiting.set(key, { state, record, keys: found?.keys ?? { key, user: undefined } });
      const done = this.#time.sleep(at - this.#time.now()).then(() => this.#flush(key));
      ctx?.waitUntil(done);
    }
  }

  /** Nobody waits for it: what cannot be put now is left to the next request. */
  async #flush(key: string): Promise<void> {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    if (waiting === undefined) return;
    try {
      const found = await this.read(waiting.keys, "true");
      const write = this.#core.flush(waiting.state, waiting.record, this.known(found), this.#time.now());
      if (write !== undefined) await this.#write([write], found);
    } catch (error) {
      this.#events.emit("error", { error, id: handleOf(key) });
    }
  }
}

/** A store key is `s1:` and the handle. */
export function handleOf(key: string): string {
  return key.slice(3);
}

function recordOf(stored: Stored | null): Answered {
  return stored === null ? NO_RECORD : { shown: SHOWN, bytes: stored.bytes };
}
