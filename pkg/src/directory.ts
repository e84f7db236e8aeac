import type { Application } from "./application.js";
import { checkNames } from "./check-names.js";
import { Core } from "./core.js";
import { SessionError } from "./errors.js";
import type { Entry, Facts } from "./facts.js";
import { PARTS, partIdOf } from "./parts.js";
import { type Answered, type Inspected, type Listed, SHOWN, type Write, namesIn } from "./plans.js";
import { type Found, NO_RECORD, handleOf } from "./records.js";
import { DEFAULT } from "./session.js";
import { SESSIONS } from "./store-keys.js";
import type { InspectedSession, ListOptions, ListedSession, Listing, SessionList, UserLimit, Values } from "./types.js";
import { decodeNamespace } from "./values.js";
import { Visit } from "./visit.js";

const DEFAULT_LIMIT = 100;
/** As many keys as Workers KV lists at once. */
const MOST_LISTED = 1_000;
/** As many records as are read for one page, where there is no index of them. */
const MOST_READ = 100;
/** How often a handle may lead on to another: a session that is being rotated all the time. */
const MOST_MOVES = 10;
/** How often others may change a session's record while it is to end. */
const MOST_CHANGES = 50;
/** In place of a user's name, which is JSON text. */
const EVERYBODY = "";

/** A listed record with what it says of its session; `undefined`: nothing that lives. */
interface Described extends Entry {
  readonly found: Listed | undefined;
}

/** Which sessions there are, and ending them, without a visitor's cookie: by handle and by user. */
export class Directory {
  readonly #app: Application;

  constructor(app: Application) {
    this.#app = app;
  }

  list(options: ListOptions): Promise<SessionList> {
    checkNames("list", options, { user: true, cursor: true, limit: true }, "value");
    const { user, cursor, limit = DEFAULT_LIMIT } = options;
    if (!Number.isInteger(limit) || limit < 1) throw new SessionError("value", "list: limit is a whole number, at least 1");
    return user === undefined ? this.#listAll(cursor, Math.min(limit, MOST_READ)) : this.#listOf(user, cursor, Math.min(limit, MOST_LISTED));
  }

  /** Ends the session of a handle; `false`: nothing lived there. */
  async revoke(handle: string, reason: "revoked" | "evicted" = "revoked"): Promise<boolean> {
    const { core, events, records } = this.#app;
    for (let attempt = 0, next = handle; attempt < MOST_CHANGES; attempt += 1) {
      const [id, found, record] = await this.#follow(next, (stored, id) => this.#understand(id, stored, attempt > 0));
      next = id;
      // Whoever gives the session a new id meanwhile leads it out of reach of this end.
      if (!(await records.end(core.revoke(id, found?.user ?? "", this.#now()), record))) continue;
      if (found !== undefined) events.end({ id, reason });
      return found !== undefined;
    }
    throw new SessionError("conflict", "other requests kept changing the session's record");
  }

  /** The session of a handle with what of its values may be seen; `null`: nothing lives there. */
  async inspect(handle: string): Promise<InspectedSession | null> {
    const [id, found] = await this.#follow(handle, (stored, next) => this.#app.core.inspect(next, stored, this.#now()));
    const [info] = infoOf(id, found, { createdAt: null });
    return info === undefined || found === undefined ? null : { ...info, ...(await this.#visible(found)) };
  }

  /**
   * Which of a user's sessions are to end where that of this handle is to be theirs.
   *
   * @throws `SessionError` code `limit` when the user may not have it
   */
  async excess(user: string, handle: string, { sessions, whenFull = "end-oldest" }: UserLimit): Promise<string[]> {
    const all = await this.#listWhole(user);
    const excess = Core.excess(handle, sessions, whenFull === "refuse", all, this.#now());
    return all.map(({ id }) => id).filter((_, at) => excess[at]);
  }

  async revokeUser(user: string, except: string): Promise<void> {
    if (typeof except !== "string") throw new SessionError("value", "revokeUser: except is the handle of a session");
    const [{ core, events }, name] = [this.#app, nameOf(user)];
    const over = (events.hearsEnds && (await this.#ifListed(() => this.#listWhole(user)))) || [];
    await (except === "" ? this.#end(core.revokeUser(name, "", [], this.#now())) : this.#endOthers(name, except));
    for (const { id } of over) if (id !== except) events.end({ id, reason: "revoked" });
  }

  /** Ends all of a user's sessions but one, which is to be judged by what ended them before. */
  async #endOthers(name: string, except: string): Promise<void> {
    const { core, records } = this.#app;
    const keys = core.userKeys(name, this.#now()).map(({ record }) => record);
    let spared = await this.#newest(except);
    for (let attempt = 0; attempt < MOST_CHANGES; attempt += 1) {
      const found = await Promise.all(keys.map((key) => records.readRecord(key)));
      const before = found.map(({ stored }) => stored);
      const ends = core.revokeUser(name, spared, before, this.#now()).map((write, at) => records.end([write], found[at]));
      const [areDone, last] = [(await Promise.all(ends)).every(Boolean), spared];
      // What got a new id meanwhile is spared under that.
      spared = await this.#newest(spared);
      if (areDone && spared === last) return;
    }
    throw new SessionError("conflict", "others kept signing the user out everywhere");
  }

  /** What a store cannot list is not told: whoever is to be signed out everywhere must be, listed or not. */
  async #ifListed<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof SessionError && error.code === "config")) this.#app.events.report(error);
      return undefined;
    }
  }

  async #listWhole(user: string): Promise<ListedSession[]> {
    const sessions: ListedSession[] = [];
    for (let page = await this.#listOf(user, undefined, MOST_LISTED); ; page = await this.#listOf(user, page.cursor, MOST_LISTED)) {
      sessions.push(...page.sessions);
      if (page.cursor === undefined) return sessions;
    }
  }

  /** Every session; how many lived, and `null` where one write was all. */
  async revokeAll(): Promise<number | null> {
    if (!this.#app.hasGlobalEpoch) return this.#revokeEach();
    const { core, events } = this.#app;
    const before = events.hearsEnds ? await this.#epochs(EVERYBODY) : undefined;
    const end = core.revokeUser(EVERYBODY, "", [], this.#now());
    await this.#end(end);
    const after = end.map(({ bytes }) => ({ shown: SHOWN, bytes }) as const);
    if (before !== undefined) await this.#ifListed(() => this.#tellAll(before, after));
    return null;
  }

  async #revokeEach(): Promise<number> {
    let ended = 0;
    for await (const keys of this.#pages()) {
      const lived = await Promise.all(keys.map(({ key }) => this.revoke(handleOf(key))));
      ended += lived.filter(Boolean).length;
    }
    return ended;
  }

  /** That they are over, of all that a store lists and that lived before. */
  async #tellAll(before: readonly Answered[], after: readonly Answered[]): Promise<void> {
    for await (const keys of this.#pages()) {
      const records = await this.#describe(keys);
      const lives = new Set(this.#living(records, after).map(({ id }) => id));
      for (const { id } of this.#living(records, before)) if (!lives.has(id)) this.#app.events.end({ id, reason: "revoked" });
    }
  }

  async *#pages(): AsyncIterable<Listing["keys"]> {
    for (let cursor: string | undefined, isLast = false; !isLast; isLast = cursor === undefined) {
      const page: Listing = await this.#app.records.list(SESSIONS, cursor, MOST_READ);
      yield page.keys;
      cursor = page.cursor;
    }
  }

  /** There is no index of all sessions: a page of records is read, and what does not live any more is left out. */
  async #listAll(cursor: string | undefined, limit: number): Promise<SessionList> {
    const [page, epochs] = await Promise.all([this.#app.records.list(SESSIONS, cursor, limit), this.#epochs(EVERYBODY)]);
    return pageOf(this.#living(await this.#describe(page.keys), epochs), page.cursor);
  }

  async #describe(keys: Listing["keys"]): Promise<Described[]> {
    const handles = keys.map(({ key }) => handleOf(key));
    const stored = handles.length === 0 ? [] : await this.#app.records.readAll(handles);
    return handles.map((id, at) => {
      const found = this.#understand(id, stored[at]);
      return { id, meta: keys[at]?.meta, modified: found?.moved === undefined ? (found?.modified ?? 0) : 0, found };
    });
  }

  /** What lives of a page of records, by what stands at the keys of everybody's. */
  #living(records: readonly Described[], epochs: readonly Answered[]): ListedSession[] {
    const facts = this.#app.core.listed(EVERYBODY, [], epochs, records, this.#now());
    return records.flatMap(({ id, found }, at) => infoOf(id, found, facts[at]));
  }

  /** What stands at the keys of a user's records; nothing where nobody looks at it. */
  async #epochs(user: string): Promise<readonly Answered[]> {
    const { core, records, hasGlobalEpoch } = this.#app;
    if (user === EVERYBODY && !hasGlobalEpoch) return [];
    return records.readKeys(core.userKeys(user, this.#now()).map(({ record }) => record));
  }

  /** One call of the store's `list` for each page, and one read. A cursor tells of which secret's entries it is. */
  async #listOf(user: string, cursor: string | undefined, limit: number): Promise<SessionList> {
    const name = nameOf(user);
    const keys = this.#app.core.userKeys(name, this.#now());
    const [, number = "0", rest = ""] = /^(\d+):(.*)$/s.exec(cursor ?? "") ?? [];
    const secret = Number(number);
    const prefix = keys[secret]?.index;
    if (prefix === undefined) return pageOf([], undefined);
    const [page, ofUser, ofAll] = await Promise.all([
      this.#app.records.list(prefix, rest === "" ? undefined : rest, limit),
      this.#epochs(name),
      this.#epochs(EVERYBODY),
    ]);
    const entries = page.keys.map(({ key, meta }) => ({ id: key.slice(prefix.length), meta, modified: 0 }));
    const listed = this.#app.core.listed(name, ofUser, ofAll, entries, this.#now());
    const sessions = entries.flatMap(({ id }, at) => entryOf(id, user, listed[at]));
    if (page.cursor !== undefined) return pageOf(sessions, `${secret}:${page.cursor}`);
    return pageOf(sessions, secret + 1 < keys.length ? `${secret + 1}:` : undefined);
  }

  /** The handle that this one leads to by now. */
  async #newest(handle: string): Promise<string> {
    const [newest] = await this.#follow(handle, (stored, id) => this.#understand(id, stored));
    return newest;
  }

  /** What is stored where a handle leads to, the handle there, and the record as it was found. */
  async #follow<T extends Listed>(
    handle: string,
    understand: (stored: Answered, handle: string) => T | undefined,
  ): Promise<readonly [handle: string, found: (T & { readonly moved: undefined }) | undefined, record: Found]> {
    // Before a store is asked for a key that no store need bear.
    this.#app.core.describe(String(handle), NO_RECORD, this.#now());
    for (let moves = 0, next = handle; moves <= MOST_MOVES; moves += 1) {
      const record = await this.#app.records.readRecord(SESSIONS + next);
      const found = understand(record.stored, next);
      if (found?.moved === undefined) return [next, found as (T & { readonly moved: undefined }) | undefined, record];
      next = found.moved;
    }
    throw new SessionError("conflict", "the session kept changing its id");
  }

  async #visible({ texts }: Inspected): Promise<Pick<InspectedSession, "values" | "hidden">> {
    const values = Object.create(null) as Record<string, Values>;
    const hidden: string[] = [];
    let parts: Values = {};
    for (const [json, text] of texts) {
      const name = namesIn<string>(json);
      if (name === PARTS) parts = decodeNamespace(text);
      if (text === "{}" || name.startsWith("$")) continue;
      if (this.#isInspectable(name)) values[name] = decodeNamespace(text);
      else hidden.push(name);
    }
    for (const name of this.#app.parts.keys()) {
      const id = partIdOf(parts, name);
      if (id === undefined) continue;
      const part = this.#isInspectable(name) && (await Visit.openPart(this.#app, undefined, name, id, false));
      if (part === false) hidden.push(name);
      else if (part !== null && part.text(DEFAULT) !== "{}") values[name] = decodeNamespace(part.text(DEFAULT));
    }
    return { values, hidden };
  }

  #isInspectable(name: string): boolean {
    const { namespaces } = this.#app;
    return Object.hasOwn(namespaces, name) && namespaces[name]?.inspectable === true;
  }

  /** A record that cannot be read is told, and is nothing that lives: the others are listed, and it can be ended like them. */
  #understand(handle: string, stored: Answered = NO_RECORD, whenever = false): Listed | undefined {
    try {
      return this.#app.core.describe(handle, stored, this.#now(), whenever);
    } catch (error) {
      if (!(error instanceof SessionError && error.code === "store")) throw error;
      this.#app.events.emit("error", { error, id: handle });
      return undefined;
    }
  }

  async #end(writes: readonly Write[]): Promise<void> {
    await this.#app.records.end(writes);
  }

  #now(): number {
    return this.#app.time.now();
  }
}

function infoOf(id: string, found: Listed | undefined, facts: Pick<Facts, "createdAt"> | undefined): ListedSession[] {
  if (found === undefined || found.moved !== undefined || facts === undefined) return [];
  const { modified, expires, size } = found;
  const { user, level, device, authenticated } = found;
  const [who, how, where, when] = [user, level, device, authenticated].map(valueOf) as [string | null, string | null, string | null, number | null];
  return [{ id, user: who, level: how, device: where, createdAt: facts.createdAt, authenticatedAt: when, modifiedAt: modified, expiresAt: expires, size }];
}

function entryOf(id: string, user: string, facts: Facts | undefined): ListedSession[] {
  return facts === undefined ? [] : [{ id, user, ...facts, modifiedAt: null, size: null }];
}

function pageOf(sessions: readonly ListedSession[], cursor: string | undefined): SessionList {
  return cursor === undefined ? { sessions } : { sessions, cursor };
}

function valueOf(json: string | undefined): unknown {
  return json === undefined ? null : JSON.parse(json);
}

/** A user as the core knows them. @throws `SessionError` code `value` for what no user is called */
function nameOf(user: unknown): string {
  if (typeof user === "string" && user !== "") return JSON.stringify(user);
  throw new SessionError("value", "a user is a string of at least one character");
}
