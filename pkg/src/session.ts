import { type Asked, type Identity, NOBODY, NOTHING_ASKED, keepsLine, loginLine } from "./asked.js";
import { checkNames } from "./check-names.js";
import { SessionError } from "./errors.js";
import { VERSIONS, migrated, noteVersion, versionOf } from "./migration.js";
import { MapSurface, NamespaceView, Slot } from "./namespace.js";
import { own } from "./own.js";
import { PARTS, Parts, type Work } from "./parts.js";
import { type Act, DESTROY, FORM, KEEP, LIVE, LOGIN, LOGOUT, type Metadata, ROTATE, START, URL_WAY, type Way } from "./plans.js";
import { spanOf } from "./time.js";
import type { Duration, LoginOptions, LogoutOptions, Namespace, Session, SessionInfo, Source, Values } from "./types.js";
import { isObject } from "./values/plain.js";
import type { Visit } from "./visit.js";

/** The namespace of `session.get` and `session.data`. */
export const DEFAULT = "default";
/** What the core knows of a signed-in session. */
const SYSTEM = "$session";
const FLASH = "$flash";
/** What the library itself keeps. */
const OWN = [SYSTEM, VERSIONS, PARTS];

/** What a user of the library holds: the values of one {@link Visit}, and what is to happen to it. */
export class SessionHandle extends MapSurface implements Session {
  readonly #visit: Visit;
  readonly #slots = new Map<string, Slot>();
  #asked: Asked = NOTHING_ASKED;
  #identity: Identity | undefined;
  /** The namespaces in stores of their own, if the application has any. */
  readonly #parts: Parts | undefined;
  /** How long it is to live, as text. */
  #lifetime = "";

  constructor(visit: Visit) {
    super();
    this.#visit = visit;
    if (visit.app.parts.size > 0) this.#parts = new Parts(visit, () => this.#slots.get(PARTS)?.peek(), () => this.#slot(PARTS).touch());
  }

  /** What stands behind a session; `undefined` for an object that is none. */
  static visitOf(session: unknown): Visit | undefined {
    return isObject(session) && #visit in session ? session.#visit : undefined;
  }

  protected override slot(): Slot {
    return this.#slot(DEFAULT);
  }

  get name(): string | null {
    return this.#visit.name;
  }

  get id(): string {
    return this.#metadata().handle;
  }

  get isNew(): boolean {
    return this.#visit.isNew;
  }

  get source(): Source | null {
    return this.#visit.source;
  }

  get stale(): boolean {
    return this.#visit.stale;
  }

  get user(): string | null {
    return this.#who().user;
  }

  get level(): string | null {
    return this.#who().level;
  }

  get device(): string | null {
    return this.#who().device;
  }

  get createdAt(): Date {
    return new Date(this.#metadata().created);
  }

  get lastAccessedAt(): Date {
    return new Date(this.#metadata().lastAccess);
  }

  get modifiedAt(): Date | null {
    return date(this.#metadata().modified);
  }

  get authenticatedAt(): Date | null {
    return date(this.#who().authenticatedAt ?? undefined);
  }

  get expiresAt(): Date | null {
    return date(this.toJSON().expiresAt ?? undefined);
  }

  namespace<D extends object = Values>(name: string): Namespace<D> {
    if (typeof name !== "string" || name.startsWith("$")) {
      throw new SessionError("value", "a namespace's name is a string that does not begin with $");
    }
    this.#slot(name); // a destroyed session says so here, not at the first value
    return new NamespaceView(() => this.#slot(name)) as unknown as Namespace<D>;
  }

  async load<D extends object = Values>(name: string): Promise<Namespace<D>> {
    this.#check();
    await this.#parts?.load(name);
    return this.namespace(name);
  }

  path(path: string, fallback?: unknown): unknown {
    if (typeof path !== "string") throw new SessionError("value", "path: takes a string of a namespace and keys, with / between them");
    const [name = "", ...keys] = path.split("/");
    const values: unknown = name.startsWith("$") ? undefined : this.#slot(name).peek();
    const found = keys.reduce(own, values);
    if (found === undefined || keys.length === 0) return fallback;
    if (isObject(found)) this.#slot(name).touch();
    return found;
  }

  flash(key: string, value?: unknown): unknown {
    const slot = this.#slot(FLASH);
    if (value !== undefined) {
      slot.touch()[key] = value;
      return value;
    }
    const kept = slot.peek()[key];
    if (key in slot.peek()) delete slot.touch()[key];
    return kept;
  }

  login(user: string, options: LoginOptions = {}): void {
    if (typeof user !== "string" || user === "") throw new SessionError("value", "login: a user is a string of at least one character");
    checkNames("login", options, { level: true, device: true, keep: true }, "value");
    const { level = null, device = null } = options;
    for (const [name, text] of Object.entries({ level, device })) {
      if (text !== null && typeof text !== "string") throw new SessionError("value", `login: ${name} is a string`);
    }
    const keeps = this.#keeps(options.keep);
    this.#asked = { act: LOGIN, user, before: [this.#asked, this.#identity], undo: this.#keep(keeps), keeps };
    this.#parts?.keepId();
    this.#identity = { user, level, device, authenticatedAt: this.#visit.now };
  }

  logout(options: LogoutOptions = {}): void {
    checkNames("logout", options, { keep: true }, "value");
    const keeps = this.#keeps(options.keep);
    this.#keep(keeps);
    this.#parts?.keepId();
    this.#asked = { act: LOGOUT, user: this.user, keeps };
    this.#identity = NOBODY;
  }

  rotate(): void {
    this.#check();
    if (this.#act !== KEEP && this.#act !== ROTATE) return;
    this.#parts?.keepId();
    this.#asked = { act: ROTATE, user: null };
  }

  destroy(): void {
    this.#check();
    this.#asked = { act: DESTROY, user: null };
    this.#slots.clear();
  }

  isFresh(within: Duration, options: { readonly level?: string } = {}): boolean {
    this.#check();
    checkNames("isFresh", options, { level: true }, "value");
    const { level } = options;
    const { user, level: has, authenticatedAt } = this.#who();
    if (user === null || authenticatedAt === null || (level !== undefined && level !== has)) return false;
    return this.#visit.isFresh(within, authenticatedAt);
  }

  requireFresh(within: Duration, options?: { readonly level?: string }): void {
    if (!this.isFresh(within, options)) throw new SessionError("reauthenticate", "the user has to sign in again for this");
  }

  /** It is to exist, and to live so long after it was last written; only under an id of the application's own. */
  live(lifetime: Duration): void {
    this.#asked = { act: LIVE, user: null };
    this.#lifetime = `${spanOf(lifetime)}\n`;
  }

  /** It is to exist, even if it holds nothing. */
  start(): void {
    if (this.#act === KEEP) this.#asked = { act: START, user: null };
  }

  csrfToken(): string {
    return this.#handOut("csrfToken", () => this.#visit.csrfToken());
  }

  encodeUrl(url: string | URL, style: "query" | "path" = "query"): string {
    this.#check();
    return this.#visit.chain.encodeUrl(this.#visit.request, url, style, () => this.#pageToken("encodeUrl", URL_WAY));
  }

  hiddenField(): string {
    this.#check();
    return this.#visit.chain.hiddenField(() => this.#pageToken("hiddenField", FORM));
  }

  verifyCsrf(token: unknown): boolean {
    this.#check();
    return typeof token === "string" && this.#visit.verifyCsrf(token);
  }

  async save(): Promise<void> {
    await this.settle();
  }

  /** Writes what changed; `undefined`: nothing has to be. */
  settle(): Promise<void> | undefined {
    if (this.#parts === undefined) return this.#visit.settle(this);
    if (this.#act === DESTROY) return this.#settleEnd(this.#parts);
    const work = this.#parts.prepare();
    return work === undefined ? this.#visit.settle(this) : this.#settleWith(this.#parts, work);
  }

  /** The session's end waits for no other store. */
  async #settleEnd(parts: Parts): Promise<void> {
    await this.#visit.settle(this);
    await parts.endAll();
  }

  /** What is in other stores comes first, as the session leads there; but nothing of it ends before the session is committed. */
  async #settleWith(parts: Parts, work: Work): Promise<void> {
    await this.#visit.settle(this, () => parts.write(work));
    await parts.endDropped(work);
  }

  /**
   * A commit would have something to write.
   *
   * @param renews also where nothing changed, but the record would soon be over
   * @throws `SessionError` code `value`, naming the path of what cannot be stored
   */
  isDue(renews: boolean): boolean {
    return this.#visit.isDue(this, renews);
  }

  /** Removes the session's own values; what is returned puts them back. */
  empty(): () => void {
    return this.#slot(DEFAULT).clear();
  }

  /** Goes on in the place of another, for whoever holds its own values. */
  replace(other: SessionHandle): this {
    this.#slot(DEFAULT).share(other.#slot(DEFAULT));
    return this;
  }

  toJSON(): SessionInfo {
    const { handle: id, created: createdAt, lastAccess: lastAccessedAt, ...optional } = this.#metadata();
    const { modified: modifiedAt = null, idleEnd: idleExpiresAt = null, absoluteEnd: absoluteExpiresAt = null } = optional;
    const ends = [idleExpiresAt, absoluteExpiresAt].filter((end) => end !== null);
    const expiresAt = ends.length > 0 ? Math.min(...ends) : null;
    const times = { createdAt, lastAccessedAt, modifiedAt, expiresAt, idleExpiresAt, absoluteExpiresAt };
    return { id, isNew: this.isNew, stale: this.stale, ...this.#who(), ...times };
  }

  /** What is to happen to the session at the next commit. */
  get asked(): Asked {
    return this.#asked;
  }

  get #act(): Act {
    return this.#asked.act;
  }

  /** What is to be committed, as it crosses to the core. */
  changes(): string {
    if (this.#act === DESTROY) return "";
    let lines = (this.#act === LOGIN ? loginLine(this.#who()) : this.#lifetime) + keepsLine(this.#asked);
    let versions: Slot | undefined;
    for (const [name, slot] of this.#slots) {
      const changes = slot.changes(this.#isLeft(name));
      if (changes === "") continue;
      lines += changes;
      versions ??= this.#storedVersions;
      noteVersion(versions, name, slot.isEmpty ? 0 : this.#visit.namespace(name).version);
    }
    return versions === undefined ? lines : lines + versions.changes();
  }

  /** This is done, and what {@link SessionHandle.changes} saw is stored; whatever was asked for or changed since is not. */
  settled(asked: Asked): void {
    for (const slot of this.#slots.values()) slot.settle();
    if (this.#act === DESTROY || this.#asked !== asked) return;
    this.#lifetime = "";
    this.#asked = NOTHING_ASKED;
  }

  /** The view has changed under the session: other requests' changes join those made here. */
  rebase(): void {
    for (const [name, slot] of this.#slots) if (!this.#isLeft(name)) slot.rebase(this.#visit.text(name));
    // Who signs in or out now is not in the view yet.
    if (this.#act !== LOGIN && this.#act !== LOGOUT) this.#identity = undefined;
  }

  /** Nobody may sign in: what was asked for before that is what is asked for. */
  refused(asked: Asked): void {
    if (this.#asked !== asked) return;
    for (let { act, before, undo } = asked; act === LOGIN && before !== undefined; { act, before, undo } = this.#asked) {
      undo?.();
      [this.#asked, this.#identity] = before;
    }
  }

  #pageToken(what: string, way: Way): string {
    return this.#handOut(what, () => this.#visit.pageToken(way, [...this.#slots.values()].some((slot) => slot.isChanged)));
  }

  /** Makes what the visitor is to bring back with a later request: the session must be there then, under the same id. */
  #handOut(what: string, make: () => string): string {
    this.#check();
    if (this.#act === LOGIN || this.#act === LOGOUT || this.#act === ROTATE) {
      throw new SessionError("value", `${what}: the session is about to get a new id; await save() first`);
    }
    const made = make();
    if (this.#visit.isNew) this.start();
    return made;
  }

  #slot(name: string): Slot {
    this.#check();
    let slot = this.#slots.get(name);
    if (slot !== undefined) return slot;
    if (this.#parts?.has(name) === true) return this.#partSlot(name);
    const said = this.#visit.said(name);
    const reading = {
      migrate: (data: Values) => {
        const options = this.#visit.namespace(name);
        return options.version === undefined ? undefined : migrated(said, data, versionOf(this.#storedVersions, name), options);
      },
      failed: (error: unknown) => this.#visit.report(error),
    };
    this.#slots.set(name, (slot = new Slot(name, this.#visit.text(name), reading, said)));
    return slot;
  }

  #partSlot(name: string): Slot {
    const part = this.#parts?.get(name);
    if (part !== undefined) return part.#slot(DEFAULT);
    throw new SessionError("config", `${name}: is in a store of its own; await session.load(${JSON.stringify(name)}) before using it`);
  }

  /** In which version each namespace is stored. */
  get #storedVersions(): Slot {
    return new Slot(VERSIONS, this.#visit.text(VERSIONS));
  }

  #check(): void {
    if (this.#act === DESTROY) throw new SessionError("destroyed", "the session was destroyed; open a new one");
  }

  #metadata(): Metadata {
    return this.#visit.metadata();
  }

  #who(): Identity {
    return (this.#identity ??= { ...NOBODY, ...new Slot(SYSTEM, this.#visit.text(SYSTEM)).peek() });
  }

  /** The namespaces that stay, of those that were to stay so far; `undefined`: all. */
  #keeps(keep: LoginOptions["keep"]): readonly string[] | undefined {
    this.#check();
    const before = this.#asked.keeps;
    if (keep === undefined || keep === true) return before;
    if (keep !== false && !Array.isArray(keep)) throw new SessionError("value", "keep is a boolean, or an array of the names of namespaces");
    const kept: readonly string[] = [...OWN, ...(keep === false ? [] : keep.map(String))];
    return before === undefined ? kept : kept.filter((name) => before.includes(name));
  }

  /** Nothing stays of it but what is set from now on. */
  #isLeft(name: string): boolean {
    return this.#asked.keeps?.includes(name) === false;
  }

  /** Clears all namespaces but these, once; what is returned puts them back. */
  #keep(keeps: readonly string[] | undefined): () => void {
    if (keeps === undefined || keeps === this.#asked.keeps) return () => {};
    const names = new Set([...this.#visit.names(), ...this.#slots.keys(), ...this.#visit.app.parts.keys()]);
    const left = [...names].filter((name) => !keeps.includes(name));
    const undo = left.map((name) => (this.#parts?.has(name) === true ? this.#parts.drop(name) : this.#slot(name).clear()));
    return () => undo.forEach((putBack) => putBack());
  }
}

function date(millis: number | undefined): Date | null {
  return millis === undefined ? null : new Date(millis);
}
