import type { Core } from "./core.js";
import { SessionError } from "./errors.js";
import type { Events } from "./events.js";
import type { GuardedStore } from "./guarded.js";
import { DESTROY, KEEP, LOGIN, LOGOUT, type Loaded, MISSING, type Metadata, type Opened, ROTATE, SHOWN, type Shown, type State, UNAVAILABLE, VIEWED, type View, type Write, type Writes } from "./plans.js";
import type { Marks } from "./marks.js";
import type { SessionHandle } from "./session.js";
import type { RejectReason } from "./types.js";

/** How often a lost compare-and-set is tried again before it is a `conflict`. */
const ATTEMPTS = 50;
const GUARD_UNCHANGED = 0;
const GUARD_ABSENT = 1;
const NOTHING = new Uint8Array();
const decoder = new TextDecoder();

/** Where the JSON text of each namespace begins and ends in a view's bytes. */
type Texts = Readonly<Record<string, readonly [start: number, end: number]>>;

/** What a visit needs of the application. */
export interface Application {
  readonly core: Core;
  readonly store: GuardedStore;
  readonly events: Events;
  readonly marks: Marks;
  now(): number;
}

/** What the store answered, and the version to replace it by. */
interface Answered {
  readonly shown: Shown;
  readonly bytes: Uint8Array;
  readonly version: string | null | undefined;
}

const NO_RECORD: Answered = { shown: MISSING, bytes: NOTHING, version: null };

/**
 * One visitor's session during one request, as the core sees it: opaque state, the stored record, the view.
 *
 * Performs the core's plans. It decides nothing: which keys to read, what to write and in which order, whether to try
 * again are the core's answers.
 */
export class Visit {
  readonly #app: Application;
  readonly now: number;
  #state: State;
  #stored: Answered = NO_RECORD;
  #view: Uint8Array = NOTHING;
  #texts: Texts = {};
  #metadata: Metadata | undefined;
  #due = false;
  /** When this visit wrote; the view is from before. */
  #modified: number | undefined;
  /** The key of the record that the view came from or went to. */
  #key = "";
  /** The view is older than what this visit wrote. */
  #written = false;
  /** Somebody else ended the session meanwhile: nothing may bring it back. */
  #ended = false;
  /** Nobody knows of the session yet: nothing of it was written or sent. */
  #fresh = true;
  /** The visitor came without a session. */
  isNew = true;
  stale = false;
  /** The `Set-Cookie` value that the next response must carry. */
  cookie: string | undefined;

  private constructor(app: Application, now: number, state: State) {
    this.#app = app;
    this.now = now;
    this.#state = state;
  }

  /** Opens the visitor's session; `null` when there is none and none is to be made. */
  static async open(app: Application, cookie: string, url: string, create: boolean): Promise<Visit | null> {
    const now = app.now();
    const opened = app.core.open(cookie, url, now);
    report(app.events, opened);
    const visit = new Visit(app, now, opened.state);
    if (opened.key !== undefined) await visit.#load(opened.key);
    return create || !visit.isNew ? visit : null;
  }

  /** The names of the namespaces that hold something. */
  names(): string[] {
    return Object.keys(this.#texts);
  }

  /** A namespace as one JSON object. */
  text(name: string): string {
    if (!Object.hasOwn(this.#texts, name)) return "{}";
    const [start, end] = this.#texts[name] as readonly [number, number];
    return decoder.decode(this.#view.subarray(start, end));
  }

  /** Marks a response as depending on the session, and gives it the cookie if there is one to send. */
  mark(headers: Headers): void {
    this.#app.marks.set(headers, this.cookie);
    this.cookie = undefined;
  }

  metadata(): Metadata {
    if (this.#metadata === undefined) {
      const metadata = this.#app.core.metadata(this.#state, this.#view, this.now);
      this.#metadata = { ...metadata, modified: this.#modified ?? metadata.modified };
    }
    return this.#metadata;
  }

  /**
   * Writes what changed, and leaves the cookie to send in {@link Visit.cookie}. `undefined`: there is nothing to do.
   *
   * @throws `SessionError`; then nothing was issued.
   */
  settle(session: SessionHandle): Promise<void> | undefined {
    const changes = session.changes();
    return this.#ended || !(this.#due || changed(session, changes)) ? undefined : this.#settle(session, changes);
  }

  async #settle(session: SessionHandle, changes: string): Promise<void> {
    if (this.#written && changed(session, changes)) {
      await this.#resume(session);
      changes = session.changes();
      if (this.#ended || !changed(session, changes)) return;
    }
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await this.#attempt(session, changes)) return;
    }
    throw new SessionError("conflict", "other requests kept changing the session's record");
  }

  /** Reads the record and what it leads to, until there is something to show. */
  async #load(key: string): Promise<void> {
    for (let next: string | undefined = key; next !== undefined; ) {
      this.#stored = await this.#read(next);
      next = this.#show(this.#app.core.load(this.#state, this.#stored.shown, this.#stored.bytes, this.now));
    }
  }

  /** Takes over what a record is to the session; returns the key to read next, if it leads on. */
  #show(loaded: Loaded): string | undefined {
    this.#metadata = undefined;
    if (loaded.kind === "view") {
      this.#look(loaded);
      return undefined;
    }
    this.#state = loaded.state;
    if (loaded.kind === "follow") return loaded.key;
    this.#end();
    return undefined;
  }

  #look({ bytes, texts, stale, conflict, due }: View): void {
    this.#view = bytes ?? this.#stored.bytes;
    this.#texts = textsOf(texts);
    this.#fresh = false;
    this.isNew = false;
    this.stale = stale;
    this.#due = due;
    if (stale) this.#app.events.emit("stale", { id: handleOf(this.#key) });
    if (conflict) this.#app.events.emit("conflict", { id: handleOf(this.#key) });
  }

  #end(): void {
    this.#stored = NO_RECORD;
    this.#ended = !this.#fresh;
    this.#app.events.emit("reject", { reason: "ended" });
  }

  /** Reads again what this visit wrote before, and what others added to it. */
  async #resume(session: SessionHandle): Promise<void> {
    await this.#load(this.#key);
    this.#written = false;
    if (!this.#ended) session.rebase();
  }

  /** One round of deciding and writing; `false`: somebody else wrote meanwhile, and it must be decided anew. */
  async #attempt(session: SessionHandle, changes: string): Promise<boolean> {
    const { shown, bytes } = this.#stored;
    const viewed = shown === SHOWN && bytes === this.#view;
    const record: [Shown, Uint8Array] = viewed ? [VIEWED, NOTHING] : [shown, bytes];
    const plan = this.#app.core.commit(this.#state, this.#view, ...record, session.act, changes, this.#app.now());
    switch (plan.kind) {
      case "nothing":
        return true;
      case "writes":
        return this.#perform(session, plan);
      case "ended":
        this.#end();
        return true;
      case "follow":
        this.#state = plan.state;
        this.#stored = await this.#read(plan.key);
        return false;
    }
  }

  async #perform(session: SessionHandle, { state, cookie, writes }: Writes): Promise<boolean> {
    for (const write of writes) {
      if (!(await this.#write(write))) return this.#lost(write);
    }
    const created = this.#fresh && cookie !== undefined;
    this.#state = state;
    this.#metadata = undefined;
    this.#due = false;
    this.#fresh &&= !created;
    this.cookie = cookie ?? this.cookie;
    const [main, old] = writes.map(({ key }) => key);
    if (main !== undefined) {
      this.#key = main;
      this.#written = true;
      this.#modified = this.#app.now();
      announce(this.#app.events, session, created, handleOf(main), old);
    }
    session.settled();
    this.#ended = session.act === DESTROY;
    return true;
  }

  async #write({ key, bytes, expires: expiresAt, guard }: Write): Promise<boolean> {
    const version = guard === GUARD_UNCHANGED ? this.#stored.version : guard === GUARD_ABSENT ? null : undefined;
    return this.#app.store.write(key, bytes, version === undefined ? { expiresAt } : { expiresAt, version });
  }

  async #lost({ key, guard }: Write): Promise<false> {
    if (guard !== GUARD_UNCHANGED) throw new SessionError("conflict", "a new session's id is taken");
    this.#stored = await this.#read(key);
    return false;
  }

  async #read(key: string): Promise<Answered> {
    this.#key = key;
    try {
      const stored = await this.#app.store.read(key);
      return stored === null ? NO_RECORD : { shown: SHOWN, bytes: stored.bytes, version: stored.version };
    } catch (error) {
      this.#app.events.emit("error", { error, id: handleOf(key) });
      return { ...NO_RECORD, shown: UNAVAILABLE };
    }
  }
}

function changed(session: SessionHandle, changes: string): boolean {
  return session.act !== KEEP || changes !== "";
}

/** A store key is `s1:` and the handle. */
function handleOf(key: string): string {
  return key.slice(3);
}

/** @throws `SessionError` code `store`: the core does not look into names, so a damaged one shows here. */
function textsOf(json: string): Texts {
  try {
    return JSON.parse(json) as Texts;
  } catch {
    throw new SessionError("store", "the store returned a record with a damaged namespace name");
  }
}

function report(events: Events, { reject, expired, limit }: Opened): void {
  if (reject !== undefined) events.emit("reject", { reason: reject as RejectReason });
  if (expired !== undefined) events.emit("expire", { id: expired, reason: limit as "idle" | "absolute" });
}

/** `old`: the key that the session had before. A new session had none: it cannot have been rotated or left. */
function announce(events: Events, session: SessionHandle, created: boolean, id: string, old: string | undefined): void {
  if (created) events.emit("create", { id });
  switch (session.act) {
    case ROTATE:
      if (old !== undefined) events.emit("rotate", { id, previous: handleOf(old) });
      return;
    case LOGIN:
      return events.emit("login", { id, user: session.user ?? "" });
    case LOGOUT:
      if (old !== undefined) events.emit("logout", { id, user: session.signedOut });
      return;
    case DESTROY:
      return events.emit("destroy", { id });
  }
}
