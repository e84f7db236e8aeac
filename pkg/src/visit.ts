import type { Application } from "./application.js";
import type { Chain } from "./chain.js";
import { Core } from "./core.js";
import { Directory } from "./directory.js";
import { SessionError } from "./errors.js";
import { COOKIE, DESTROY, type Follow, KEEP, type Keys, type Known, LOGIN, type Lines, type Loaded, type Metadata, type New, type Opened, PART, type Planned, type Realm, type Sent, SHOWN, type State, UNAVAILABLE, VIEWED, type View, type Way, type Writes, namesIn } from "./plans.js";
import { type Found, NO_KEYS, NO_RECORD, handleOf } from "./records.js";
import { SOURCES, cookieOf, plainUrlOf } from "./request.js";
import type { Asked, SessionHandle } from "./session.js";
import { tellOpened, tellRejected, tellSettled } from "./telling.js";
import { spanOf } from "./time.js";
import type { Context, Duration, NamespaceOptions, OpenOptions, RequestLike, Source, UserLimit } from "./types.js";

/** How often a plan may be overtaken by others before it is a `conflict`. */
const ATTEMPTS = 50;
const NOTHING = new Uint8Array();
const NOTHING_SAID: NamespaceOptions = {};
const NOTHING_KNOWN = { stored: NO_RECORD, end: NO_RECORD, epochs: [], recent: undefined, scheduled: false };
const NO_REQUEST: RequestLike = { headers: {} };
const NO_LINES: Lines = { way: COOKIE, cookies: [] };
const decoder = new TextDecoder();

/** Where the JSON text of each namespace begins and ends in a view's bytes. */
type Texts = Readonly<Record<string, readonly [start: number, end: number]>>;

/**
 * One visitor's session during one request, as the core sees it: opaque state, the stored record, the view.
 *
 * Performs the core's plans: which keys to read, what to write and in which order are the core's answers. How often to try again,
 * and when to ask for the truth, is said here.
 */
export class Visit {
  readonly app: Application;
  readonly #ctx: Context | undefined;
  readonly request: RequestLike;
  readonly now: number;
  /** How the token came. */
  readonly #way: Way;
  #state: State;
  /** What the store answered; for a session that is new, nothing. */
  #found: Found | undefined;
  #view: Uint8Array = NOTHING;
  #texts: Texts = {};
  #metadata: Metadata | undefined;
  #due = false;
  /** When this visit wrote; the view is from before. */
  #modified: number | undefined;
  /** When what it wrote ends, where that stands in the record alone. */
  #ends: number | undefined;
  /** Where the session is in the store: what the view came from or went to. */
  #keys: Keys = NO_KEYS;
  /** The view is older than what this visit wrote. */
  #written = false;
  /** A commit or save that is under way: the next one builds on it. */
  #settling: Promise<void> | undefined;
  /** Somebody else ended the session meanwhile: nothing may bring it back. */
  #ended = false;
  /** Nobody knows of the session yet: nothing of it was written or sent. */
  #fresh = true;
  /** The visitor came without a session. */
  isNew = true;
  stale = false;
  /** What was told of namespaces that have outlived their lifetimes. */
  #expired: readonly string[] = [];
  /** What the next response must carry, and since when. */
  #lines: Lines = NO_LINES;
  #linesAt = 0;

  /** The id that it goes by, where that is not the visitor's. */
  readonly name: string | null;

  private constructor(app: Application, ctx: Context | undefined, request: RequestLike, now: number, opened: Pick<Opened, "state" | "way">, name: string | null = null) {
    this.name = name;
    this.app = app;
    this.#ctx = ctx;
    this.request = request;
    this.now = now;
    this.#way = opened.way;
    this.#state = opened.state;
  }

  /** Opens the visitor's session; `null` when there is none and none is to be made. */
  static async open(app: Application, request: RequestLike, { create = true, ctx, fields }: Omit<OpenOptions<unknown>, "env">): Promise<Visit | null> {
    const { chain, core, time } = app;
    const cookie = cookieOf(request);
    if (chain === undefined && cookie === "" && !create) return null;
    const now = time.now();
    const [url, method] = [plainUrlOf(request), request.method ?? ""];
    const ask = (sent: Sent) => core.open(sent, method, url, now);
    const begin = (opened: Opened) => Visit.#arrive(app, ctx, request, now, opened);
    const visit = await (chain === undefined ? begin(ask([cookie, "", "", ""])) : chain.open(request, fields, ask, begin, app.events));
    return create || !visit.isNew ? visit : null;
  }

  /** Opens the session under an id that is not the visitor's; `null` when there is none and none is to be made. */
  static async openNamed(app: Application, ctx: Context | undefined, realm: Realm, name: string, create: boolean, since = 0): Promise<Visit | null> {
    const now = app.time.now();
    const { state, keys } = app.core.named(realm, name, since, now);
    const visit = new Visit(app, ctx, NO_REQUEST, now, { state, way: COOKIE }, name);
    await visit.#begin(keys);
    return create || !visit.isNew ? visit : null;
  }

  /** Opens the session of a token that is to be the visitor's cookie; `null` for anything else. */
  static async force(app: Application, request: RequestLike, token: string, ctx: Context | undefined): Promise<Visit | null> {
    const now = app.time.now();
    const opened = app.core.force(token, plainUrlOf(request), now);
    const visit = await Visit.#arrive(app, ctx, request, now, { ...opened, way: COOKIE });
    return visit.isNew ? null : visit;
  }

  static async #arrive(app: Application, ctx: Context | undefined, request: RequestLike, now: number, opened: Opened): Promise<Visit> {
    tellOpened(app.events, opened);
    const visit = new Visit(app, ctx, request, now, opened);
    if (opened.keys !== undefined) await visit.#begin(opened.keys);
    return visit;
  }

  /** Where the session is in the store. */
  get key(): string {
    return this.#keys.key;
  }

  get source(): Source | null {
    return this.isNew || this.name !== null ? null : (SOURCES[this.#way] as Source);
  }

  /** @throws `SessionError` code `value` for a session that no token leads to, `config` where tokens come from the cookie alone. */
  get chain(): Chain {
    if (this.name !== null) throw new SessionError("value", "no link leads to a session under an id of the application's own");
    if (this.app.chain === undefined) throw new SessionError("config", "transports: this needs one that is not among them");
    return this.app.chain;
  }

  /** What a session keeps in a store of its own under this name; `null` where nothing is and nothing is to be made. */
  static openPart(app: Application, ctx: Context | undefined, name: string, id: string, create: boolean, since?: number): Promise<Visit | null> {
    return Visit.openNamed(app.parts.get(name) as Application, ctx, PART, `${id} ${name}`, create, since);
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

  /**
   * What is kept of the session in a namespace's own store.
   *
   * @param id what the session's part is known by there
   * @param since when the session began, where there may be that of an earlier one; else 0
   */
  openPart(name: string, id: string, since: number): Promise<Visit> {
    return Visit.openPart(this.app, this.#ctx, name, id, true, since) as Promise<Visit>;
  }

  /** The same where nothing has been kept yet: nothing is read. */
  beginPart(name: string, id: string): Visit {
    const app = this.app.parts.get(name) as Application;
    const [now, named] = [app.time.now(), `${id} ${name}`];
    let begun: Follow | New = app.core.named(PART, named, 0, now);
    // An older secret's would be looked for first.
    while (begun.kind === "follow") begun = app.core.load(begun.state, { ...NOTHING_KNOWN, at: now }, now) as Follow | New;
    const visit = new Visit(app, this.#ctx, NO_REQUEST, now, { state: begun.state, way: COOKIE }, named);
    visit.#keys = begun.keys;
    visit.#found = app.records.nothing(begun.keys);
    return visit;
  }

  /** What the application calls a namespace: a part knows its values by another name. */
  said(name: string): string {
    return this.app.part ?? name;
  }

  /** What the application says of a namespace. */
  namespace(name: string): NamespaceOptions {
    const { namespaces } = this.app;
    return (Object.hasOwn(namespaces, name) && namespaces[name]) || NOTHING_SAID;
  }

  /** Tells the application of what its own code may not see. */
  report(error: unknown): void {
    this.app.events.report(error, handleOf(this.#keys.key));
  }

  /** Marks a response as depending on the session, and gives it the cookies if there are any to send. */
  mark(headers: Headers): void {
    this.app.marks.set(headers, this.#lines);
    this.#lines = NO_LINES;
  }

  /** The next response makes the visitor's client forget its token, instead of what it would have carried. */
  forget(): void {
    this.#lines = this.app.core.forget(this.#state, this.now);
  }

  pageToken(way: Way, unsaved: boolean): string {
    return this.app.core.pageToken(this.#state, way, this.stale, unsaved, this.now);
  }

  csrfToken(): string {
    return this.app.core.csrfToken(this.#state, this.now);
  }

  verifyCsrf(token: string): boolean {
    return this.app.core.verifyCsrf(this.#state, token, this.now);
  }

  isFresh(within: Duration, then: number): boolean {
    return Core.isFresh(spanOf(within), then, this.now);
  }

  metadata(): Metadata {
    if (this.#metadata === undefined) {
      const metadata = this.app.core.metadata(this.#state, this.#view, this.now);
      this.#metadata = { ...metadata, modified: this.#modified ?? metadata.modified, idleEnd: this.#ends ?? metadata.idleEnd };
    }
    return this.#metadata;
  }

  /**
   * Writes what changed, and keeps the cookies to send for {@link Visit.mark}. `undefined`: there is nothing to do.
   *
   * @param first writes what is to be there before, once it is certain that the session can be written
   * @throws `SessionError`; then nothing was issued.
   */
  settle(session: SessionHandle, first?: () => Promise<void>): Promise<void> | undefined {
    if (this.#settling !== undefined) return this.#settling.catch(() => undefined).then(() => this.settle(session, first));
    const changes = session.changes();
    if (!this.#isDue(session, changes)) return this.#ended ? undefined : first?.();
    this.#settling = this.#settle(session, changes, first).finally(() => (this.#settling = undefined));
    return this.#settling;
  }

  /** Whether there is something to write. @param renews also what would soon be over */
  isDue(session: SessionHandle, renews: boolean): boolean {
    return this.#isDue(session, session.changes(), renews);
  }

  #isDue({ asked }: SessionHandle, changes: string, renews = true): boolean {
    return !this.#ended && ((renews && (this.#due || this.#isOvertaken)) || changed(asked, changes));
  }

  /** Another request has given the session a new id since: what the response was to carry leads to the old one. */
  get #isOvertaken(): boolean {
    return this.#lines.cookies.length > 0 && this.app.records.leads.isDoneSince(this.#keys.key, this.#linesAt);
  }

  async #settle(session: SessionHandle, changes: string, first: (() => Promise<void>) | undefined): Promise<void> {
    // An end needs no look at what there is.
    if (this.#written && session.asked.act !== DESTROY && (this.#isOvertaken || changed(session.asked, changes))) {
      await this.#resume(session);
      changes = session.changes();
      if (this.#ended) return;
      if (!changed(session.asked, changes)) return first?.();
    }
    const { userLimit } = this.app;
    // What is asked for while this is under way is for the next time.
    const { asked } = session;
    if (asked.act === LOGIN && userLimit !== undefined) await this.#signIn(session, asked, changes, first, userLimit);
    else await this.#write(session, asked, changes, first);
  }

  async #write(session: SessionHandle, asked: Asked, changes: string, first: (() => Promise<void>) | undefined): Promise<void> {
    const { records } = this.app;
    if (first !== undefined) {
      // What cannot be written at all is told before.
      const plan = orStale(() => this.#plan(asked, changes));
      if (plan instanceof SessionError && this.#found?.truth !== false) throw plan;
      await first();
    }
    const leading = this.#ledOn(this.#keys.key);
    if (leading !== undefined) await leading;
    // What this process itself has ended or led on since is not as it was found.
    if (this.#found !== undefined && records.leads.isDoneSince(this.#found.keys.key, this.#found.at)) await this.#look(this.#found.keys, "true");
    if (await this.#attempt(session, asked, changes)) return;
    const end = await records.turns.take(this.#keys.key);
    try {
      await this.#retry(session, asked, changes);
    } finally {
      end();
    }
  }

  #plan({ act }: Asked, changes: string): Planned {
    const now = this.app.time.now();
    return this.app.core.commit(this.#state, this.#view, this.#known(now), act, changes, now);
  }

  /** Waits while this process leads the session on. Of several that wait, each may find that another leads it further. */
  #ledOn(key: string): Promise<void> | undefined {
    return this.app.records.leads.underWay(key)?.then(() => this.#ledOn(key));
  }

  /** What is true of what was found near. Where that cannot be had, what is near stays: the cookie may carry the rest. */
  async #truthOf(near: Found): Promise<Found> {
    const found = await this.app.records.read(near.keys, "true");
    return found.stored.shown === UNAVAILABLE ? near : found;
  }

  /** Of sign-ins of one user in this process, each counts those before. What is too many ends once the new one is there. */
  async #signIn(
    session: SessionHandle,
    asked: Asked,
    changes: string,
    first: (() => Promise<void>) | undefined,
    limit: UserLimit,
  ): Promise<void> {
    const directory = new Directory(this.app);
    const end = await this.app.records.turns.take(`user ${asked.user}`);
    try {
      const excess = await directory.excess(asked.user ?? "", handleOf(this.#keys.key), limit);
      await this.#write(session, asked, changes, first);
      await Promise.all(excess.map((id) => directory.revoke(id, "evicted").catch((error: unknown) => this.report(error))));
    } catch (error) {
      // Whoever answers that with an error page can still commit the rest.
      if (error instanceof SessionError && error.code === "limit") session.refused(asked);
      throw error;
    } finally {
      end();
    }
  }

  /** Looks again before each attempt: while it waited for its turn, others wrote. */
  async #retry(session: SessionHandle, asked: Asked, changes: string): Promise<void> {
    for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
      if (this.#found !== undefined) await this.#look(this.#found.keys, "true");
      if (await this.#attempt(session, asked, changes)) return;
    }
    throw new SessionError("conflict", "other requests kept changing the session's record");
  }

  async #begin(keys: Keys): Promise<void> {
    try {
      await this.#load(keys);
    } catch (error) {
      this.report(error);
      throw error;
    }
  }

  /** Reads the record and what it leads to, until there is something to show. */
  async #load(keys: Keys): Promise<void> {
    for (let next: Keys | undefined = keys; next !== undefined; ) {
      let found = await this.#look(next, this.name === null ? "near" : "true");
      let loaded = this.#understand(found);
      if (isInDoubt(loaded) && !found.truth) loaded = this.#understand((found = this.#found = await this.#truthOf(found)));
      if (loaded instanceof SessionError) throw loaded;
      next = this.#show(found, loaded);
      if (loaded.kind === "new" && loaded.keys.key !== found.keys.key) await this.#look(loaded.keys, "true");
    }
  }

  /** What a record is to the session, or that it is older than the application puts up with. */
  #understand(found: Found): Loaded | SessionError {
    return orStale(() => this.app.core.load(this.#state, this.app.records.known(found), this.now));
  }

  async #look(keys: Keys, wanted: "near" | "true"): Promise<Found> {
    if (keys.key !== this.#keys.key) this.#lines = NO_LINES;
    this.#keys = keys;
    return (this.#found = await this.app.records.read(keys, wanted));
  }

  /** Takes over what a record is to the session; returns what to read next, if it leads on. */
  #show(found: Found, loaded: Loaded): Keys | undefined {
    this.#metadata = undefined;
    if (loaded.kind === "view") {
      this.#display(found, loaded);
      return undefined;
    }
    this.#state = loaded.state;
    if (loaded.kind === "follow") return loaded.keys;
    if (loaded.kind === "ended") this.#end();
    return undefined;
  }

  #display({ stored }: Found, { bytes, texts, stale, conflict, due, expired }: View): void {
    this.#view = bytes ?? (stored.shown === SHOWN ? stored.bytes : NOTHING);
    this.#texts = namesIn<Texts>(texts);
    this.#fresh = false;
    this.isNew = false;
    this.stale = stale;
    this.#due = due;
    if (stale) this.app.events.emit("stale", { id: handleOf(this.#keys.key) });
    if (conflict) this.app.events.emit("conflict", { id: handleOf(this.#keys.key) });
    if (expired !== "") this.#tellExpired(namesIn(`[${expired}]`));
  }

  #tellExpired(namespaces: readonly string[]): void {
    const id = handleOf(this.#keys.key);
    this.#expired = namespaces;
    for (const namespace of namespaces) {
      if (this.app.events.leave(`${id} ${namespace}`)) this.app.events.emit("expire-namespace", { id, namespace });
    }
  }

  /** What was told to be over is told again once it was changed, and not under a new id. */
  #followExpired(old: string, isChanged: boolean): void {
    for (const namespace of this.#expired) {
      if (isChanged) this.app.events.forget(`${handleOf(old)} ${namespace}`);
      else this.app.events.leave(`${handleOf(this.#keys.key)} ${namespace}`);
    }
  }

  #end(): void {
    this.#found = undefined;
    this.#lines = NO_LINES;
    this.#ended = !this.#fresh;
    tellRejected(this.app.events, "ended", this.#way);
  }

  /** Reads again what this visit wrote before, and what others added to it. */
  async #resume(session: SessionHandle): Promise<void> {
    await this.#load(this.#keys);
    this.#written = false;
    if (!this.#ended) session.rebase();
  }

  /** One round of deciding and writing; `false`: somebody else wrote meanwhile, and it must be decided anew. */
  async #attempt(session: SessionHandle, asked: Asked, changes: string, led = 0): Promise<boolean> {
    const [near, plan] = [this.#found, orStale(() => this.#plan(asked, changes))];
    // What is written is built on what is true.
    const wantsTruth = plan instanceof SessionError || (plan.kind === "writes" && plan.writes.length > 0);
    if (wantsTruth && near?.truth === false) {
      this.#found = await this.#truthOf(near);
      if (this.#found !== near) return this.#attempt(session, asked, changes, led);
    }
    if (plan instanceof SessionError) throw plan;
    switch (plan.kind) {
      case "nothing":
        return true;
      case "writes":
        return this.#perform(session, asked, plan, changes);
      case "ended":
        this.#end();
        return true;
      case "follow": {
        this.#state = plan.state;
        await this.#look(plan.keys, "true");
        // Not a moment is to pass between this and the decision, where nobody leads it on.
        const leading = this.#ledOn(plan.keys.key);
        if (leading !== undefined) await leading;
        return led < ATTEMPTS && this.#attempt(session, asked, changes, led + 1);
      }
    }
  }

  #known(now: number): Known {
    if (this.#found === undefined) return { ...NOTHING_KNOWN, at: now };
    const known = this.app.records.known(this.#found);
    const viewed = known.stored.shown === SHOWN && known.stored.bytes === this.#view;
    return viewed ? { ...known, stored: { shown: VIEWED } } : known;
  }

  async #perform(session: SessionHandle, asked: Asked, plan: Writes, changes: string): Promise<boolean> {
    const isChanged = changed(asked, changes);
    const lost = await this.app.records.perform(plan, this.#found, this.#ctx);
    if (lost !== undefined) return false;
    const { state, keys, cookies, writes } = plan;
    const [created, old] = [this.#fresh, this.#keys.key];
    if (keys.key !== old) this.#found = undefined;
    this.#state = state;
    this.#keys = keys;
    this.#metadata = undefined;
    this.#due = false;
    this.#fresh = false;
    if (cookies.length > 0) [this.#lines, this.#linesAt] = [plan, this.app.time.now()];
    this.#written = true;
    if (isChanged || writes.length > 0) {
      this.#modified = this.app.time.now();
      if (this.name !== null) this.#ends = writes[0]?.expires;
      if (isChanged) this.#followExpired(old, changes !== "");
      // Whoever finds nothing left to end has not ended it.
      const ended = writes.length > 0 || this.app.records.isNone;
      // What a visitor's new session stands in the place of had ended before.
      const previous = created && this.name === null ? "" : old;
      if (ended || asked.act !== DESTROY) tellSettled(this.app.events, asked, created, keys.key, previous);
    }
    session.settled(asked);
    this.#ended = asked.act === DESTROY;
    return true;
  }
}

/** What was read is known to be behind, or has been for so long that it would be taken for the truth. */
function isInDoubt(loaded: Loaded | SessionError): boolean {
  return loaded instanceof SessionError || (loaded.kind === "view" && (loaded.stale || loaded.conflict));
}

/** What the core answers, or that what it was given is too old for it. */
function orStale<T>(answer: () => T): T | SessionError {
  try {
    return answer();
  } catch (error) {
    if (error instanceof SessionError && error.code === "stale") return error;
    throw error;
  }
}

function changed({ act }: Asked, changes: string): boolean {
  return act !== KEEP || changes !== "";
}
