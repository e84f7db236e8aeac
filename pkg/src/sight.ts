import type { Application } from "./application.js";
import { SessionError } from "./errors.js";
import { type Act, COOKIE, type Follow, type Keys, type Known, type Lines, type Loaded, type Metadata, type New, type Opened, type Planned, SHOWN, type State, UNAVAILABLE, VIEWED, type View, type Way, type Writes, namesIn } from "./plans.js";
import { type Found, NO_KEYS, NO_RECORD, handleOf } from "./records.js";
import { tellRejected } from "./telling.js";
import type { Context, RequestLike } from "./types.js";

const NOTHING = new Uint8Array();
const NOTHING_KNOWN = { stored: NO_RECORD, end: NO_RECORD, epochs: [], recent: undefined, scheduled: false };
const NO_LINES: Lines = { way: COOKIE, cookies: [] };
const decoder = new TextDecoder();

/** Where the JSON text of each namespace begins and ends in a view's bytes. */
type Texts = Readonly<Record<string, readonly [start: number, end: number]>>;

/**
 * A session as one request sees it: the core's opaque state, what the store answered, the view of both; and what the response
 * must carry so that the next request finds it.
 *
 * Which keys to read is the core's answer. When to doubt what was read, and to ask for the truth, is said here.
 */
export abstract class Sight {
  readonly app: Application;
  protected readonly ctx: Context | undefined;
  readonly request: RequestLike;
  readonly now: number;
  /** The id that it goes by, where that is not the visitor's. */
  readonly name: string | null;
  /** How the token came. */
  protected readonly way: Way;
  protected state: State;
  /** Where the session is in the store: what the view came from or went to. */
  protected keys: Keys = NO_KEYS;
  /** What the store answered; for a session that is new, nothing. */
  protected found: Found | undefined;
  #view: Uint8Array = NOTHING;
  #texts: Texts = {};
  #metadata: Metadata | undefined;
  /** A commit has something to do even when nothing changes. */
  protected due = false;
  /** When the request wrote; the view is from before. */
  #modified: number | undefined;
  /** When what it wrote ends, where that stands in the record alone. */
  #ends: number | undefined;
  /** The session has ended: nothing may bring it back. */
  protected ended = false;
  /** Nobody knows of the session yet: nothing of it was written or sent. */
  protected fresh = true;
  /** The visitor came without a session. */
  isNew = true;
  stale = false;
  /** What was told of namespaces that have outlived their lifetimes. */
  #expired: readonly string[] = [];
  /** What the next response must carry, and since when. */
  #lines: Lines = NO_LINES;
  #linesAt = 0;
  /** The id was made here, and nobody else has it yet. */
  #isOwn = false;

  protected constructor(app: Application, ctx: Context | undefined, request: RequestLike, now: number, { state, way }: Pick<Opened, "state" | "way">, name: string | null = null) {
    this.app = app;
    this.ctx = ctx;
    this.request = request;
    this.now = now;
    this.name = name;
    this.way = way;
    this.state = state;
  }

  /** Where the session is in the store. */
  get key(): string {
    return this.keys.key;
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

  metadata(): Metadata {
    if (this.#metadata === undefined) {
      const metadata = this.app.core.metadata(this.state, this.#view, this.now);
      this.#metadata = { ...metadata, modified: this.#modified ?? metadata.modified, idleEnd: this.#ends ?? metadata.idleEnd };
    }
    return this.#metadata;
  }

  /** Marks a response as depending on the session, and gives it the cookies if there are any to send. */
  mark(headers: Headers): void {
    this.app.marks.set(headers, this.#lines);
    this.#lines = NO_LINES;
    this.#isOwn = false;
  }

  /** The next response makes the visitor's client forget its token, instead of what it would have carried. */
  forget(): void {
    this.#lines = this.app.core.forget(this.state, this.now);
  }

  /** Tells the application of what its own code may not see. */
  report(error: unknown): void {
    this.app.events.report(error, handleOf(this.key));
  }

  /** Another request may have given the session a new id since: what the response was to carry leads to the old one. */
  protected get isOvertaken(): boolean {
    if (this.#lines.cookies.length === 0 || this.#isOwn) return false;
    const { core, records, time } = this.app;
    return records.leads.isDoneSince(this.key, this.#linesAt) || (!records.isNone && time.now() - this.#linesAt >= core.freshFor);
  }

  /** Reads the record and what it leads to, until there is something to show. */
  protected async load(keys: Keys): Promise<void> {
    for (let next: Keys | undefined = keys; next !== undefined; ) {
      let found = await this.look(next, this.name === null ? "near" : "true");
      let loaded = this.#understand(found);
      if (isInDoubt(loaded) && !found.truth) loaded = this.#understand((found = this.found = await this.truthOf(found)));
      if (loaded instanceof SessionError) throw loaded;
      next = this.#show(found, loaded);
      if (loaded.kind === "new" && loaded.keys.key !== found.keys.key) await this.look(loaded.keys);
    }
  }

  protected async look(keys: Keys, wanted: "near" | "true" = "true"): Promise<Found> {
    if (keys.key !== this.key) [this.#lines, this.#isOwn] = [NO_LINES, false];
    this.keys = keys;
    this.found = await this.app.records.read(keys, wanted);
    if (this.found.stored.shown !== UNAVAILABLE) this.#linesAt = this.found.at;
    return this.found;
  }

  /** The same where nothing has been kept yet: nothing is read. */
  protected lookAtNothing(): void {
    let begun: Follow | New;
    // An older secret's would be looked for first.
    do {
      begun = this.app.core.load(this.state, { ...NOTHING_KNOWN, at: this.now }, this.now) as Follow | New;
      this.state = begun.state;
    } while (begun.kind === "follow");
    this.keys = begun.keys;
    this.found = this.app.records.nothing(begun.keys);
  }

  /** What is true of what was found near. Where that cannot be had, what is near stays, and why: the cookie may carry the rest. */
  protected async truthOf(near: Found): Promise<Found> {
    const found = await this.app.records.read(near.keys, "true");
    return found.stored.shown === UNAVAILABLE ? { ...near, failure: found.failure } : found;
  }

  /** What a record is to the session, or that it is older than the application puts up with. */
  #understand(found: Found): Loaded | SessionError {
    return answerTo(found, () => this.app.core.load(this.state, this.app.records.known(found), this.now));
  }

  /** Takes over what a record is to the session; returns what to read next, if it leads on. */
  #show(found: Found, loaded: Loaded): Keys | undefined {
    this.#metadata = undefined;
    if (loaded.kind === "view") {
      this.#display(found, loaded);
      return undefined;
    }
    this.state = loaded.state;
    if (loaded.kind === "follow") return loaded.keys;
    if (loaded.kind === "ended") this.end();
    return undefined;
  }

  #display({ stored }: Found, { bytes, texts, stale, conflict, due, expired }: View): void {
    const { events } = this.app;
    this.#view = bytes ?? (stored.shown === SHOWN ? stored.bytes : NOTHING);
    this.#texts = namesIn<Texts>(texts);
    this.fresh = false;
    this.isNew = false;
    this.stale = stale;
    this.due = due;
    if (stale) events.emit("stale", { id: handleOf(this.key) });
    if (conflict) events.emit("conflict", { id: handleOf(this.key) });
    if (expired !== "") this.#tellExpired(namesIn(`[${expired}]`));
  }

  #tellExpired(namespaces: readonly string[]): void {
    const [{ events }, id] = [this.app, handleOf(this.key)];
    this.#expired = namespaces;
    for (const namespace of namespaces) {
      if (events.leave(`${id} ${namespace}`)) events.emit("expire-namespace", { id, namespace });
    }
  }

  /** What was told to be over is told again once it was changed, and not under a new id. */
  #followExpired(old: string, isChanged: boolean): void {
    for (const namespace of this.#expired) {
      if (isChanged) this.app.events.forget(`${handleOf(old)} ${namespace}`);
      else this.app.events.leave(`${handleOf(this.key)} ${namespace}`);
    }
  }

  /** The session has ended elsewhere. */
  protected end(): void {
    this.found = undefined;
    this.#lines = NO_LINES;
    this.ended = !this.fresh;
    tellRejected(this.app.events, "ended", this.way);
  }

  /** What is to be done so that a change holds, or that what was found is too old for that. */
  protected plan(act: Act, changes: string): Planned | SessionError {
    const now = this.app.time.now();
    return answerTo(this.found, () => this.app.core.commit(this.state, this.#view, this.#known(now), act, changes, now));
  }

  #known(now: number): Known {
    if (this.found === undefined) return { ...NOTHING_KNOWN, at: now };
    const known = this.app.records.known(this.found);
    const viewed = known.stored.shown === SHOWN && known.stored.bytes === this.#view;
    return viewed ? { ...known, stored: { shown: VIEWED } } : known;
  }

  /** Goes on as a plan says that was performed. @param isChanged it was for these changes, or for what else was asked for */
  protected take(plan: Writes, isChanged: boolean, changes: string): void {
    const { state, keys, cookies, writes } = plan;
    const old = this.key;
    if (keys.key !== old) this.found = undefined;
    this.#isOwn ||= keys.key !== old || this.fresh;
    this.state = state;
    this.keys = keys;
    this.#metadata = undefined;
    this.due = false;
    this.fresh = false;
    if (cookies.length > 0) [this.#lines, this.#linesAt] = [plan, this.app.time.now()];
    if (isChanged) this.#followExpired(old, changes !== "");
    if (!isChanged && writes.length === 0) return;
    this.#modified = this.app.time.now();
    if (this.name !== null) this.#ends = writes[0]?.expires;
  }
}

/** What was read is known to be behind, or has been for so long that it would be taken for the truth. */
function isInDoubt(loaded: Loaded | SessionError): boolean {
  return loaded instanceof SessionError || (loaded.kind === "view" && (loaded.stale || loaded.conflict));
}

/**
 * What the core answers to what was found, or that this is too old for it.
 *
 * @throws why that could not be read, where the core cannot do without: it has been told, and is not told twice
 */
function answerTo<T>(found: Found | undefined, answer: () => T): T | SessionError {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    if (error.code === "stale") return error;
    throw error.code === "store" ? (found?.failure ?? error) : error;
  }
}
