import { DurableObject } from "cloudflare:workers";
import type { SessionEvents, Stored } from "../types.js";

/** The part of a Durable Object's state that is used. */
export interface ObjectState {
  readonly id: { readonly name?: string; toString(): string };
  readonly storage: ObjectStorage;
}

/** The part of a Durable Object's storage that is used. */
export interface ObjectStorage {
  readonly kv: { get(key: string): unknown; put(key: string, value: unknown): void };
  setAlarm(at: number): Promise<void>;
  deleteAlarm(): Promise<void>;
  deleteAll(): Promise<void>;
}

/** A write, as it is sent to the object of its key. Times in milliseconds since 1970. */
export interface ObjectWrite {
  readonly bytes: Uint8Array;
  /** The version that the record will have: given by the writer, so that a write that is sent twice is known again. */
  readonly version: string;
  /** The version that it must have now; `null`: there must be none; `undefined`: whatever there is. */
  readonly replaces: string | null | undefined;
  readonly expiresAt: number;
  /** It is a session that lives, and its expiry is that session's end. */
  readonly lives: boolean;
  /** The writer's time: the object's own clock decides nothing but when its alarm rings. */
  readonly now: number;
}

/** What the object keeps. */
interface Kept extends Stored {
  readonly version: string;
  readonly expiresAt: number;
  readonly lives: boolean;
  /** When the alarm rings, by this object's clock. */
  readonly dropAt: number;
}

const RECORD = "record";
/** What the key of a session begins with, before its handle: a visitor's, or one under an id of the application's own. */
const KEY_PREFIX = /^[sn]1:/;
/** Alarms end with the year 2262. A record that lasts until here has none. */
const LAST_ALARM = Date.UTC(2262, 0, 1);
/** How often an alarm that failed is rung again by the platform. */
const ALARM_RETRIES = 6;

/** What users' types see of the class that the runtime gives: enough for `DurableObjectNamespace<SessionObject>`. */
interface RuntimeObject {
  readonly __DURABLE_OBJECT_BRAND: never;
}

// Named so that the declarations of this module do not import the runtime's.
const RuntimeObject: new (ctx: ObjectState, env: never) => RuntimeObject = DurableObject as never;

/**
 * The Durable Object of one session record; its name is the store's key. A Worker exports it under its own name, or a
 * class that extends it.
 *
 * An object without a record stores nothing and costs nothing. When a record expires, an alarm calls
 * {@link SessionObject.ended} and deletes the object's storage, without any request.
 *
 * @example
 * import type { SessionEvents } from "edge-session";
 * import { SessionObject } from "edge-session/durable-object";
 *
 * export class Sessions extends SessionObject<Env> {
 *   protected override async ended(end: SessionEvents["end"]) {
 *     await this.env.ENDED.send(end);
 *   }
 * }
 */
export class SessionObject<Env = unknown> extends RuntimeObject {
  declare protected readonly ctx: ObjectState;
  declare protected readonly env: Env;

  constructor(ctx: ObjectState, env: Env) {
    super(ctx, env as never);
  }

  /** The record, if there is one that has not expired at `now`, milliseconds since 1970. */
  read(now: number): Stored | null {
    const kept = this.#live(now);
    return kept === undefined ? null : { bytes: kept.bytes, version: kept.version };
  }

  /** Writes the record; `false`: its version is not the one to replace, and nothing was written. */
  async write({ bytes, version, replaces, expiresAt, lives, now }: ObjectWrite): Promise<boolean> {
    const before = this.#kept();
    // The same write again: it took place, and its answer was lost.
    if (before?.version === version) return true;
    const current = this.#live(now)?.version ?? null;
    if (replaces !== undefined && replaces !== current) return false;
    // An alarm is a row written, as dear as the record. Most writes leave the end as it is.
    const stays = before?.expiresAt === expiresAt;
    const dropAt = stays ? before.dropAt : Date.now() + (expiresAt - now);
    this.ctx.storage.kv.put(RECORD, { bytes, version, expiresAt, lives, dropAt } satisfies Kept);
    // Nothing was awaited since the record: both are stored, or neither.
    if (!stays) await this.#ringAt(dropAt);
    return true;
  }

  /** Removes the record and everything else that the object stores. */
  async remove(): Promise<void> {
    // Before compatibility date 2026-02-24 `deleteAll` leaves the alarm.
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  /** Called by the platform when the record has expired, and again when that failed. */
  async alarm(info?: { readonly retryCount: number }): Promise<void> {
    const kept = this.#kept();
    if (kept === undefined) return;
    if (kept.dropAt > Date.now()) return this.#ringAt(kept.dropAt);
    try {
      if (kept.lives) await this.ended({ id: (this.ctx.id.name ?? this.ctx.id.toString()).replace(KEY_PREFIX, ""), reason: "expired" });
    } catch (error) {
      // After the last one nothing would ever delete the storage.
      if ((info?.retryCount ?? 0) < ALARM_RETRIES) throw error;
    }
    const after = this.#kept();
    if (after === undefined) return;
    // The key may have been written anew meanwhile; this alarm was that record's as well.
    return after.version === kept.version ? this.remove() : this.#ringAt(after.dropAt);
  }

  /**
   * Called when the record of a session that lived has expired, before it is deleted; does nothing here. Not called when the
   * session had ended before or goes on under another id, when the record was removed, or written anew under the same key.
   * It is the event `end` of `sessions.on`, which only hears of what its own process does.
   *
   * It is called at least once. When it throws it is called again, up to six times at growing intervals; then the record
   * is deleted all the same. Do not read or write `this.ctx.storage`: it is all deleted with the record.
   *
   * @param end the session's handle, which opens no session; the reason is `"expired"`
   */
  protected ended(end: SessionEvents["end"]): void | Promise<void> {
    void end;
  }

  #kept(): Kept | undefined {
    return this.ctx.storage.kv.get(RECORD) as Kept | undefined;
  }

  #live(now: number): Kept | undefined {
    const kept = this.#kept();
    return kept !== undefined && kept.expiresAt > now ? kept : undefined;
  }

  #ringAt(time: number): Promise<void> {
    return time < LAST_ALARM ? this.ctx.storage.setAlarm(time) : this.ctx.storage.deleteAlarm();
  }
}
