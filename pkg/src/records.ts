import type { Core } from "./core.js";
import { SessionError } from "./errors.js";
import type { Events } from "./events.js";
import { type GuardedStore, isPassing } from "./guarded.js";
import { Lanes } from "./lanes.js";
import { Leads } from "./leads.js";
import { AWAITED, type Answered, BEHIND, CARRIED, END, ENTRY, type Keys, type Known, MISSING, SAFEGUARD, SESSION, SHOWN, UNAVAILABLE, type Write, type Writes } from "./plans.js";
import { Recent } from "./recent.js";
import { SESSIONS } from "./store-keys.js";
import type { Time } from "./time.js";
import { Turns } from "./turns.js";
import type { Context, Listing, Store, Stored, WriteOptions } from "./types.js";

const GUARD_UNCHANGED = 0;
const GUARD_ABSENT = 1;
export const NO_RECORD: Answered = { shown: MISSING };
/** Of no session at all. */
export const NO_KEYS: Keys = { key: "", end: undefined, epochs: [] };

/** What the store answered to a session's keys. */
export interface Found {
  readonly keys: Keys;
  readonly stored: Answered;
  readonly end: Answered;
  readonly epochs: readonly Answered[];
  /** What to replace the record by; `null`: there is none. */
  readonly version: string | null | undefined;
  /** When it answered. */
  readonly at: number;
  /** Nothing newer is to be had: the store shows every write, or was asked where it does. */
  readonly truth: boolean;
  /** Why it could not be read. */
  readonly failure?: unknown;
}

/** The records of one application: read, written at once or later, and remembered for a moment. */
export class Records {
  readonly #core: Core;
  readonly #store: GuardedStore;
  readonly #events: Events;
  readonly #time: Time;
  /** Only where the store may not show what was written: elsewhere they would be no help. */
  readonly #recent: Recent | undefined;
  readonly #lanes: Lanes;
  readonly leads: Leads;
  /** There is nothing to read: what there is of a session comes with its cookie. */
  readonly isNone: boolean;
  /** What was written shows at once, to whoever asks. */
  readonly showsAll: boolean;
  readonly turns: Turns;
  /** Whoever signs in counts what is listed. */
  readonly #countsEntries: boolean;

  constructor(core: Core, store: GuardedStore, events: Events, time: Time, consistency: Store["consistency"], countsEntries: boolean) {
    this.#core = core;
    this.#store = store;
    this.#events = events;
    this.#time = time;
    this.#recent = consistency === "eventual" ? new Recent() : undefined;
    this.isNone = consistency === "none";
    this.showsAll = consistency === "strong";
    this.#countsEntries = countsEntries;
    this.#lanes = new Lanes(core.storeTimeout, core.writeInterval);
    this.leads = new Leads(time, core.storeTimeout);
    this.turns = new Turns(time, core.storeTimeout);
    store.watch((key, reason) => this.#dropped(key, reason));
  }

  /**
   * Reads what belongs to a session, in one round. A store that fails has answered that it is unavailable.
   *
   * @param wanted not what is near, but what is true, where the store tells these apart
   */
  async read(keys: Keys, wanted: "near" | "true"): Promise<Found> {
    const truth = wanted === "true" || !this.#store.hasTruth;
    const all = (answer: Answered): Found => ({ keys, stored: answer, end: answer, epochs: keys.epochs.map(() => answer), version: undefined, at: this.#time.now(), truth });
    if (this.isNone) return all(NO_RECORD);
    try {
      return await this.#read(keys, truth);
    } catch (error) {
      this.#events.report(error, handleOf(keys.key));
      return { ...all({ shown: UNAVAILABLE }), failure: error };
    }
  }

  /** The same of one record alone, as it truly is. @throws what the store fails with */
  readRecord(key: string): Promise<Found> {
    return this.#read({ ...NO_KEYS, key }, true);
  }

  async #read(keys: Keys, truth: boolean): Promise<Found> {
    const found = await this.#store.read(listOf(keys), truth);
    const stored = found[0] ?? null;
    const [first, end] = keys.end === undefined ? [1, NO_RECORD] : [2, recordOf(found[1] ?? null)];
    const epochs = keys.epochs.map((_, number) => recordOf(found[first + number] ?? null));
    const version = stored === null ? null : stored.version;
    return { keys, stored: recordOf(stored), end, epochs, version, at: this.#time.now(), truth };
  }

  /** What would be read where nothing has been yet. */
  nothing(keys: Keys): Found {
    return { keys, stored: NO_RECORD, end: NO_RECORD, epochs: [], version: null, at: this.#time.now(), truth: true };
  }

  /** What the core is to know: what was found, and what this process itself did since. */
  known({ keys, stored, end, epochs, at }: Found): Known {
    const now = this.#time.now();
    const recent = this.#remembered(keys.key, now);
    return {
      stored,
      end: this.#ownOr(end, keys.end, now),
      epochs: epochs.map((epoch, number) => this.#ownOr(epoch, keys.epochs[number], now)),
      recent: recent && { shown: SHOWN, bytes: recent },
      at,
      scheduled: this.#lanes.isTaken(keys.key, now),
    };
  }

  /** What this process wrote beside a session's record a moment ago, where nothing truer can be had. */
  #ownOr(found: Answered, key: string | undefined, now: number): Answered {
    const bytes = key === undefined || this.#store.hasTruth ? undefined : this.#recent?.get(key, now);
    return bytes === undefined ? found : { shown: SHOWN, bytes };
  }

  /** Makes the writes of a plan, at the time that it says. The key of a write that lost a compare-and-set, if one did. */
  async perform(plan: Writes, found: Found | undefined, ctx: Context | undefined): Promise<string | undefined> {
    const [main] = plan.writes;
    if (plan.put === AWAITED || main === undefined) {
      const lost = await this.#lead(plan.writes.filter(({ role }) => role !== ENTRY), found, ctx);
      if (lost === undefined) await this.#writeEntries(plan.writes, ctx);
      return lost;
    }
    // Where writes are compared, one can be lost, and is to be decided anew: somebody has to wait for it.
    if (this.#store.hasTruth) return this.#covered(() => this.#write(plan.writes, found, ctx));
    // What the cookie carries counts from now on, written or not: the next request of this process builds on it.
    this.#recent?.keep(main.key, main.bytes, this.#time.now());
    if (plan.put === BEHIND) await this.#behind(main, found?.version, plan, ctx);
    else if (plan.put !== CARRIED) this.#join(main, plan, ctx);
    return undefined;
  }

  /** Writes what is awaited. */
  #lead(writes: readonly Write[], found: Found | undefined, ctx: Context | undefined): Promise<string | undefined> {
    const done = this.#write(writes, found, ctx);
    const ends = found !== undefined && writes.some(({ role }) => role === END);
    return ends ? this.leads.during(found.keys.key, done) : done;
  }

  /**
   * Writes what ends sessions from elsewhere than a request of theirs. `false`: somebody else has written the record since it
   * was found, and it is as they wrote it.
   */
  async end(writes: readonly Write[], found?: Found): Promise<boolean> {
    const lost = await this.#write(writes.filter(({ role }) => role !== ENTRY), found, undefined);
    if (lost === undefined) await this.#writeEntries(writes, undefined);
    return lost === undefined;
  }

  /** No request depends on what is listed, but for sign-ins that are counted. */
  async #writeEntries(writes: readonly Write[], ctx: Context | undefined): Promise<void> {
    const entries = writes.filter(({ role }) => role === ENTRY);
    if (entries.length === 0) return;
    const done = Promise.all(entries.map((write) => this.#writeOne(write, undefined)));
    if (ctx === undefined || this.#countsEntries) await done;
    else ctx.waitUntil(done);
  }

  /** A page of what the store lists. */
  list(prefix: string, cursor: string | undefined, limit: number): Promise<Listing> {
    return this.#store.list(prefix, cursor, limit);
  }

  /** The records of these handles. */
  async readAll(handles: readonly string[]): Promise<Answered[]> {
    return this.readKeys(handles.map(keyOf));
  }

  async readKeys(keys: readonly string[]): Promise<Answered[]> {
    const found = await this.#store.read(keys, true);
    return found.map(recordOf);
  }

  sweep(): Promise<number> {
    return this.#store.sweep(this.#time.now(), this.#events.hearsEnds ? (key) => this.#dropped(key, "expired") : undefined);
  }

  /** A session is over that nobody came back for. */
  #dropped(key: string, reason: "expired" | "evicted"): void {
    const id = handleOf(key);
    if (reason === "evicted") this.#events.end({ id, reason });
    else this.#events.end({ id, reason }, "expire", { id, reason: "swept" });
  }

  #remembered(key: string, now: number): Uint8Array | undefined {
    return this.#lanes.waiting(key)?.record ?? this.#recent?.get(key, now);
  }

  async #write(writes: readonly Write[], found: Found | undefined, ctx: Context | undefined): Promise<string | undefined> {
    if (writes.length > 0 && found?.truth === false) {
      throw found.failure ?? new SessionError("store", "the store could not be read where it shows every write");
    }
    for (const { key } of found === undefined ? [] : writes) {
      const busy = this.#underWay(key);
      if (busy !== undefined && (await this.#changesIn(busy, key))) return key;
    }
    for (const write of writes) {
      const { key, bytes, role } = write;
      const before = this.#remembered(key, this.#time.now());
      // What waits is in this record already, or is over.
      this.#lanes.wait(key, undefined);
      const busy = this.#underWay(key);
      if (busy !== undefined) await busy;
      const done = this.#writeOne(write, found);
      this.#lanes.begin(key, this.#time.now(), done);
      try {
        if (!(await done)) {
          await this.#takeBack(writes.slice(0, writes.indexOf(write)));
          return key;
        }
        // Of two requests at once neither forgets the other's; but nothing comes after an end.
        const now = this.#time.now();
        if (role === END) this.#lanes.wait(key, undefined);
        if (role === END || this.#remembered(key, now) === before) this.#recent?.keep(key, bytes, now);
      } finally {
        this.#lanes.end(key, this.#time.now());
        this.#resume(key, ctx);
      }
    }
    return undefined;
  }

  /** Of a plan that does not hold nothing is to stay: nobody has the new id. */
  async #takeBack(writes: readonly Write[]): Promise<void> {
    const made = writes.filter(({ guard }) => guard === GUARD_ABSENT).map(({ key }) => key);
    if (made.length > 0) await this.#covered(() => this.#store.remove(made));
  }

  /** The put of this key that is under way, for no longer than one may take. */
  #underWay(key: string): Promise<unknown> | undefined {
    const busy = this.#lanes.busy(key, this.#time.now());
    return busy && this.#time.within(this.#core.storeTimeout, busy);
  }

  /** Waits for a put. `true`: it changed the record, so that what is to be written has to be decided anew. */
  async #changesIn(put: Promise<unknown>, key: string): Promise<boolean> {
    const before = this.#remembered(key, this.#time.now());
    await put;
    return this.#remembered(key, this.#time.now()) !== before;
  }

  /** `false`: it lost a compare-and-set. */
  async #writeOne(write: Write, found: Found | undefined): Promise<boolean> {
    const { key, bytes, guard, role } = write;
    const version = guard === GUARD_UNCHANGED ? found?.version : guard === GUARD_ABSENT ? null : undefined;
    try {
      const done = await this.#store.write(key, bytes, optionsOf(write, version));
      if (!done && guard === GUARD_ABSENT && role !== ENTRY) throw new SessionError("conflict", "a new session's id is taken");
      return done;
    } catch (error) {
      if (role !== SAFEGUARD && role !== ENTRY) throw error;
      this.#events.emit("error", { error });
      return true;
    }
  }

  /** Without a context there is nothing that would keep a Worker alive: then the response waits after all. */
  async #behind(write: Write, version: string | null | undefined, plan: Writes, ctx: Context | undefined): Promise<void> {
    this.#lanes.wait(write.key, undefined);
    const done = this.#put(write, version).then((refused) => (refused ? this.#join(write, plan, ctx) : this.#resume(write.key, ctx)));
    if (ctx === undefined) await done;
    else ctx.waitUntil(done);
  }

  /** One put; `true`: it was one too many, or lost a comparison, and has to be decided anew with all that came since. */
  async #put(write: Write, version: string | null | undefined): Promise<boolean> {
    const { key, bytes } = write;
    const put = this.#store.writeOnce(key, bytes, optionsOf(write, version));
    this.#lanes.begin(key, this.#time.now(), put);
    try {
      return !(await put);
    } catch (error) {
      if (isPassing(error)) return true;
      this.#events.emit("error", { error });
      return false;
    } finally {
      this.#lanes.end(key, this.#time.now());
    }
  }

  /** Takes the place of what waits under the key, and sees to it that it is put. */
  #join({ key, bytes }: Write, { state, keys, at }: Writes, ctx: Context | undefined): void {
    const newest = this.#recent?.get(key, this.#time.now()) ?? bytes;
    this.#lanes.wait(key, { state, record: newest, keys });
    this.#resume(key, ctx, at);
  }

  /** Sets the timer for what waits, unless a put or a timer will see to it. */
  #resume(key: string, ctx: Context | undefined, planned?: number): void {
    const now = this.#time.now();
    if (!this.#lanes.isStranded(key, now)) return;
    const lane = this.#lanes.at(key);
    lane.timer = Math.max(planned ?? now, lane.free, now);
    const flushed = this.#time.sleep(lane.timer - now).then(() => this.#flush(key, ctx));
    ctx?.waitUntil(flushed);
  }

  /** Nobody waits for it: what cannot be put now is left to the next request. */
  async #flush(key: string, ctx: Context | undefined): Promise<void> {
    const lane = this.#lanes.at(key);
    const { waiting } = lane;
    try {
      // Until then the timer stands for it: a request that is cancelled here is like one whose timer never came.
      const found = waiting && (await this.read(waiting.keys, "true"));
      lane.timer = undefined;
      if (found === undefined) return;
      // What came meanwhile is in what waits now, or has put an end to it.
      const latest = lane.waiting;
      if (latest === undefined) return;
      const recent = this.#recent?.get(key, this.#time.now());
      const known: Known = { ...this.known(found), recent: recent && { shown: SHOWN, bytes: recent } };
      const write = this.#core.flush(latest.state, latest.record, known, this.#time.now());
      this.#lanes.wait(key, undefined);
      if (write === undefined) return;
      // What joined meanwhile is newer.
      if (await this.#put(write, undefined)) this.#lanes.wait(key, this.#lanes.waiting(key) ?? latest);
      this.#resume(key, ctx);
    } catch (error) {
      lane.timer = undefined;
      this.#lanes.wait(key, undefined);
      this.#events.emit("error", { error, id: handleOf(key) });
    }
  }

  /** The cookie carries what is written, so a write that fails heals itself. */
  async #covered<T>(run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      this.#events.report(error);
      return undefined;
    }
  }
}

/** The store key of a session is three characters (`s1:`, or `n1:` under an id of the application's own) and the handle. */
export function handleOf(key: string): string {
  return key.slice(SESSIONS.length);
}

/** In the order in which they are answered. */
function listOf({ key, end, epochs }: Keys): string[] {
  return end === undefined ? [key, ...epochs] : [key, end, ...epochs];
}

function keyOf(handle: string): string {
  return SESSIONS + handle;
}

function optionsOf({ expires: expiresAt, role, meta }: Write, version: string | null | undefined): WriteOptions {
  const [versioned, described] = [version !== undefined && { version }, meta !== undefined && { meta: JSON.parse(meta) }];
  return { expiresAt, lives: role === SESSION, ...versioned, ...described };
}

function recordOf(stored: Stored | null): Answered {
  return stored === null ? NO_RECORD : { shown: SHOWN, bytes: stored.bytes };
}
