import { Act, Answer, type Core, type Loaded, type Metadata, type Opened, type Planned, type State, type Texts, type Write } from "./core.js";
import { SessionError } from "./errors.js";
import type { Events } from "./events.js";
import type { GuardedStore } from "./guarded.js";
import type { SessionHandle } from "./session.js";
import type { RejectReason } from "./types.js";

/** How often a lost compare-and-set is tried again before it is a `conflict`. */
const ATTEMPTS = 50;
const GUARD_UNCHANGED = 0;
const GUARD_ABSENT = 1;
const NOTHING = new Uint8Array();
const decoder = new TextDecoder();

/** What a visit needs of the application. */
export interface Application {
  readonly core: Core;
  readonly store: GuardedStore;
  readonly events: Events;
  now(): number;
}

/** What the store answered, and the version to replace it by. */
interface Answered {
  readonly answer: Answer;
  readonly bytes: Uint8Array;
  readonly version: string | null | undefined;
}

const MISSING: Answered = { answer: Answer.Missing, bytes: NOTHING, version: null };

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
  #stored: Answered = MISSING;
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
  static async open(app: Application, cookie: string, url: string | undefined, create: boolean): Promise<Visit | null> {
    const now = app.now();
    const opened = app.core.open(cookie, url, now);
    report(app.events, opened);
    const [state, key] = opened;
    const visit = new Visit(app, now, state);
    if (key !== undefined) await visit.#load(key);
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
    this.#app.core.mark(headers, this.cookie);
    this.cookie = undefined;
  }

  metadata(): Metadata {
    if (this.#metadata === undefined) {
      this.#metadata = this.#app.core.metadata(this.#state, this.#view, this.now);
      this.#metadata[3] = this.#modified ?? this.#metadata[3];
    }
    return this.#metadata;
  }

  /**
   * Writes what changed, and leaves the cookie to send in {@link Visit.cookie}.
   *
   * @throws `SessionError`; then nothing was issued.
   */
  async settle(session: SessionHandle): Promise<void> {
    let changes = session.changes();
    if (this.#written && changed(session, changes)) {
      await this.#resume(session);
      changes = session.changes();
    }
    if (this.#ended || !(this.#due || changed(session, changes))) return;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await this.#attempt(session, changes)) return;
    }
    throw new SessionError("conflict", "other requests kept changing the session's record");
  }

  /** Reads the record and what it leads to, until there is something to show. */
  async #load(key: string): Promise<void> {
    for (let next: string | undefined = key; next !== undefined; ) {
      this.#stored = await this.#read(next);
      next = this.#show(this.#app.core.load(this.#state, this.#stored.answer, this.#stored.bytes, this.now));
    }
  }

  /** Takes over what a record is to the session; returns the key to read next, if it leads on. */
  #show(loaded: Loaded): string | undefined {
    this.#metadata = undefined;
    switch (loaded[0]) {
      case 0:
        this.#look(loaded);
        return undefined;
      case 1:
        this.#state = loaded[1];
        return loaded[2];
      case 2:
        this.#state = loaded[1];
        this.#end();
        return undefined;
    }
  }

  #look([, bytes, texts, stale, conflict, due]: Extract<Loaded, [0, ...unknown[]]>): void {
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
    this.#stored = MISSING;
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
    const { answer, bytes } = this.#stored;
    const viewed = answer === Answer.Shown && bytes === this.#view;
    const sent: [Answer, Uint8Array] = viewed ? [Answer.Viewed, NOTHING] : [answer, bytes];
    const plan = this.#app.core.commit(this.#state, this.#view, ...sent, session.act, changes, this.#app.now());
    switch (plan[0]) {
      case 0:
        return true;
      case 1:
        return this.#perform(session, plan);
      case 2:
        this.#end();
        return true;
      case 3:
        this.#state = plan[1];
        this.#stored = await this.#read(plan[2]);
        return false;
    }
  }

  async #perform(session: SessionHandle, plan: Extract<Planned, [1, ...unknown[]]>): Promise<boolean> {
    const [, state, cookie, , ...rest] = plan;
    const writes = writesOf(rest);
    for (const write of writes) {
      if (!(await this.#write(write))) return this.#lost(write);
    }
    const created = this.#fresh && cookie !== undefined;
    this.#state = state;
    this.#metadata = undefined;
    this.#due = false;
    this.#fresh &&= !created;
    this.cookie = cookie ?? this.cookie;
    const [main, old] = writes.map(([key]) => key);
    if (main !== undefined) {
      this.#key = main;
      this.#written = true;
      this.#modified = this.#app.now();
      announce(this.#app.events, session, created, handleOf(main), old);
    }
    session.settled();
    this.#ended = session.act === Act.Destroy;
    return true;
  }

  async #write([key, bytes, expiresAt, guard]: Write): Promise<boolean> {
    const version = guard === GUARD_UNCHANGED ? this.#stored.version : guard === GUARD_ABSENT ? null : undefined;
    return this.#app.store.write(key, bytes, version === undefined ? { expiresAt } : { expiresAt, version });
  }

  async #lost([key, , , guard]: Write): Promise<false> {
    if (guard !== GUARD_UNCHANGED) throw new SessionError("conflict", "a new session's id is taken");
    this.#stored = await this.#read(key);
    return false;
  }

  async #read(key: string): Promise<Answered> {
    this.#key = key;
    try {
      const stored = await this.#app.store.read(key);
      return stored === null ? MISSING : { answer: Answer.Shown, bytes: stored.bytes, version: stored.version };
    } catch (error) {
      this.#app.events.emit("error", { error, id: handleOf(key) });
      return { ...MISSING, answer: Answer.Unavailable };
    }
  }
}

function changed(session: SessionHandle, changes: string): boolean {
  return session.act !== Act.Keep || changes !== "";
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

function writesOf(flat: readonly unknown[]): Write[] {
  const writes: Write[] = [];
  for (let at = 0; at < flat.length; at += 4) writes.push(flat.slice(at, at + 4) as Write);
  return writes;
}

function report(events: Events, [, , reject, expired, limit]: Opened): void {
  if (reject !== undefined) events.emit("reject", { reason: reject as RejectReason });
  if (expired !== undefined) events.emit("expire", { id: expired, reason: limit as "idle" | "absolute" });
}

/** `old`: the key that the session had before. A new session had none: it cannot have been rotated or left. */
function announce(events: Events, session: SessionHandle, created: boolean, id: string, old: string | undefined): void {
  if (created) events.emit("create", { id });
  switch (session.act) {
    case Act.Rotate:
      if (old !== undefined) events.emit("rotate", { id, previous: handleOf(old) });
      return;
    case Act.Login:
      return events.emit("login", { id, user: session.user ?? "" });
    case Act.Logout:
      if (old !== undefined) events.emit("logout", { id, user: session.signedOut });
      return;
    case Act.Destroy:
      return events.emit("destroy", { id });
  }
}
