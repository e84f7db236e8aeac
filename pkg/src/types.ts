/** The public types of edge-session. Shapes only: what they mean at run time is decided in the core. */
import type { SessionEvents } from "./event-types.js";
import type { InspectedSession, ListOptions, SessionList } from "./listing-types.js";

export type { EndReason, RejectReason, SessionEvents } from "./event-types.js";
export type { NamespaceOptions } from "./namespace-options.js";
export type * from "./listing-types.js";
export type * from "./option-types.js";
export type * from "./store-types.js";

/** A length of time: `"30s"`, `"15m"`, `"12h"`, `"7d"`, `"250ms"`, or a number of milliseconds. */
export type Duration = number | `${number}${"ms" | "s" | "m" | "h" | "d"}`;

/** A value or a promise of it: a store that answers at once need not make a promise. */
export type Awaitable<T> = T | PromiseLike<T>;

/** How a session's token came. */
export type Source = "cookie" | "header" | "form" | "url";

/** The fields of a form that the application has read itself. */
export type Fields = FormData | URLSearchParams | Readonly<Record<string, unknown>>;

/** The part of a Worker's `ExecutionContext` that is used. */
export interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

/** What carries a visitor's cookie: a `Request`, anything with `Headers`, or a Node `IncomingMessage`. */
export interface RequestLike {
  readonly url?: string | undefined;
  /** What Express keeps of the URL where it has taken a mount path off. */
  readonly originalUrl?: string | undefined;
  /** Needed for `createOn`. */
  readonly method?: string | undefined;
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Options of `open`. */
export interface OpenOptions<Env> {
  /** `false`: `null` when the visitor has no session. Default `true`. */
  readonly create?: boolean;
  /**
   * For `form()`: the fields of the form, where the application has read the body itself, as with a Node `IncomingMessage`.
   * The body is not looked at then.
   */
  readonly fields?: Fields;
  readonly env?: Env;
  readonly ctx?: Context;
}

/** Options of `create`. */
export interface CreateOptions {
  /** It ends this long after it was last written. Default: the idle life of `lifetime`. */
  readonly lifetime?: Duration;
}

/** Options of `login`. */
export interface LoginOptions {
  /** How strongly the user is authenticated, in the application's own words (`"aal2"`). */
  readonly level?: string;
  /** What the user will recognise the session by (`"Firefox on Linux"`). */
  readonly device?: string;
  /** Which data stays: all of it (default), none, or that of these namespaces. */
  readonly keep?: boolean | readonly string[];
}

/** Options of `logout`. */
export interface LogoutOptions {
  /** Which data stays: all of it (default), none, or that of these namespaces. */
  readonly keep?: boolean | readonly string[];
}

/** A session without its values, as `toJSON` gives it. Times in milliseconds since 1970; `null`: never, or nobody. */
export interface SessionInfo {
  readonly id: string;
  readonly isNew: boolean;
  readonly stale: boolean;
  readonly user: string | null;
  readonly level: string | null;
  readonly device: string | null;
  readonly createdAt: number;
  readonly lastAccessedAt: number;
  readonly modifiedAt: number | null;
  readonly authenticatedAt: number | null;
  /** When the session ends if nothing more happens: the earlier of the two below. */
  readonly expiresAt: number | null;
  readonly idleExpiresAt: number | null;
  readonly absoluteExpiresAt: number | null;
}

/** Namespaced data: `Session<{cart: Item[]}>` types the default namespace. */
export type Values = Record<string, unknown>;

/** One namespace of a session: a Map that is also one live plain object. Changes, nested ones too, are saved by themselves. */
export interface Namespace<Data extends object = Values> extends Iterable<[string, unknown]> {
  /** The same values as one plain object without a prototype. */
  readonly data: Partial<Data>;
  readonly size: number;
  get<K extends keyof Data & string>(key: K): Data[K] | undefined;
  set<K extends keyof Data & string>(key: K, value: Data[K]): this;
  has(key: string): boolean;
  delete(key: string): boolean;
  keys(): IterableIterator<string>;
  values(): IterableIterator<unknown>;
  entries(): IterableIterator<[string, unknown]>;
  /** The value of `key`; where there is none, what `make` gives, stored from now on. A change inside it is saved as well. */
  getOrCreate<K extends keyof Data & string>(key: K, make: () => Data[K]): Data[K];
  /** Sets several values at once. */
  update(values: Partial<Data>): this;
  /** Removes every value; the session itself stays. */
  clear(): void;
}

/** One visitor's session. The Map surface and `data` are those of the default namespace. */
export interface Session<Data extends object = Values> extends Namespace<Data> {
  /** The handle: a hash of the id. Safe to log, of no use to a thief. */
  readonly id: string;
  /** The application's own id, or another layer's, of a session that goes by one; else `null`. */
  readonly name: string | null;
  /** The visitor came without a session. */
  readonly isNew: boolean;
  /**
   * How the session's token came with this request; `null` for a new session, and for one under an id of the application's or
   * another layer's own, which has none. One that was `force`d is the visitor's cookie.
   */
  readonly source: Source | null;
  /** The store is known to show less than this visitor has seen, and the token could not carry it. */
  readonly stale: boolean;
  readonly user: string | null;
  readonly level: string | null;
  readonly device: string | null;
  readonly createdAt: Date;
  readonly lastAccessedAt: Date;
  readonly modifiedAt: Date | null;
  readonly authenticatedAt: Date | null;
  /** When the session ends if nothing more happens; `null`: never. */
  readonly expiresAt: Date | null;
  /** The values of one part of the application, apart from all others. */
  namespace<D extends object = Values>(name: string): Namespace<D>;
  /**
   * The same, of a namespace that has a store of its own: it has to be there before it is used. Of any other it is
   * {@link Session.namespace}.
   *
   * @throws `SessionError` code `store` when that store failed; the session itself can still be used
   */
  load<D extends object = Values>(name: string): Promise<Namespace<D>>;
  /** Reads `"namespace/key/inner/0"`: own keys only, creates nothing; `fallback` where there is no value. */
  path(path: string, fallback?: unknown): unknown;
  /** With a value: keeps it for the next read. Without: reads it and forgets it. */
  flash(key: string, value?: unknown): unknown;
  /** Signs `user` in: the id changes, both lifetimes begin anew. */
  login(user: string, options?: LoginOptions): void;
  /** Signs the user out: the id changes, both lifetimes begin anew. */
  logout(options?: LogoutOptions): void;
  /** Gives the session a new id; the data stays. */
  rotate(): void;
  /** Ends the session and clears the cookie. Nothing can be read or written afterwards. */
  destroy(): void;
  /**
   * Whether the user signed in less than this long ago, and, if a level is given, with it; ask for the password again where
   * not (OWASP ASVS 7.5.1). Nobody signed in: `false`.
   */
  isFresh(within: Duration, options?: { readonly level?: string }): boolean;
  /**
   * Nothing, if {@link Session.isFresh}.
   *
   * @throws `SessionError` code `reauthenticate` if not
   */
  requireFresh(within: Duration, options?: { readonly level?: string }): void;
  /**
   * A token for a form or a request header, 64 characters, another one each time. Changes with the session's id, at sign-in,
   * sign-out and rotation. A visitor without a session gets one.
   *
   * @throws `SessionError` code `value` between `login`, `logout` or `rotate` and the `save` or `commit` that gives the new id;
   *   `config` for a visitor without a session where `createOn` keeps this request from making one
   */
  csrfToken(): string;
  /**
   * `url` with the session in it, for a visitor without cookies: as a query parameter, or as `/name/token/` in front of the
   * path. Works for the lifetime of `url()`, for whoever has it. A visitor without a session gets one.
   *
   * An absolute URL stays absolute; a relative one is resolved against the request's URL and begins with `/`. Queries and
   * fragments stay, a session that is there already is replaced. A URL of another origin, one that no server is asked for
   * (`mailto:`, `#top`), and what is no URL come back as they are: no other origin is ever given a token.
   *
   * @throws `SessionError` code `config` without `url()` among the `transports`, and as `csrfToken`; `value` as `csrfToken`,
   *   where nothing is known of the request's URL, or for a session under an id of the application's or another layer's own; `stale` on an eventually consistent store while a change is not saved
   */
  encodeUrl(url: string | URL, style?: "query" | "path"): string;
  /**
   * `<input type="hidden" name="..." value="...">` with the session in it, for a form of a visitor without cookies. Works for
   * the lifetime of `form()`. A visitor without a session gets one.
   *
   * @throws `SessionError` code `config` without `form()` among the `transports`; otherwise as `encodeUrl`
   */
  hiddenField(): string;
  /** Whether this is a token of this session; for anything else, and for no text at all, `false`. */
  verifyCsrf(token: unknown): boolean;
  /** Writes what changed now; the cookie still goes out with `commit`. */
  save(): Promise<void>;
  /** Metadata, no values. */
  toJSON(): SessionInfo;
}

/** What a handler gets besides the request. */
export interface HandlerContext<Env, Data extends object> {
  /**
   * Opens the visitor's session; the same one however often it is called. `create: false`: `null` when the visitor has none
   * and nobody asked for a new one before; the response then stays as it is.
   */
  session(options: { readonly create: false }): Promise<Session<Data> | null>;
  session(options?: { readonly create?: true }): Promise<Session<Data>>;
  /** The sessions of this `env`: those under the application's own ids, lists, revocation. */
  readonly sessions: Sessions<Env, Data>;
  readonly env: Env;
  readonly ctx: Context;
}

/** The sessions of one application. */
export interface Sessions<Env = unknown, Data extends object = Values> {
  open(request: RequestLike, options: OpenOptions<Env> & { readonly create: false }): Promise<Session<Data> | null>;
  open(request: RequestLike, options?: OpenOptions<Env>): Promise<Session<Data>>;
  commit(session: Session<Data>, response?: Response): Promise<Response>;
  commitTo(session: Session<Data>, headers: Headers): Promise<void>;
  /**
   * The session of a token that this application sealed for a header, a form or a URL, to be the visitor's cookie from the
   * next commit on; `null`, and a `reject` event, for anything else. The session that the request's own cookie names is left
   * as it is.
   *
   * Whoever can make a browser call this can put its visitor into a session of their own: ask the visitor first, and
   * `rotate()` or `login()` a session that came by form or URL, so that the link is dead.
   *
   * @throws `SessionError` code `config` without `cookie()` and another one among the `transports`; otherwise as `open`
   */
  force(token: string, request: RequestLike, options?: Pick<OpenOptions<Env>, "env" | "ctx">): Promise<Session<Data> | null>;
  /**
   * As `commit`, but the visitor's client is told to forget its token. The session lives on for whoever else has one, and
   * until then for nobody: to end it, use `destroy()`.
   */
  flush(session: Session<Data>, response?: Response): Promise<Response>;
  /** As `commitTo`, but the visitor's client is told to forget its token, as by `flush`. */
  flushTo(session: Session<Data>, headers: Headers): Promise<void>;
  handle(
    handler: (request: Request, context: HandlerContext<Env, Data>) => Awaitable<Response>,
  ): (request: Request, env: Env, ctx: Context) => Promise<Response>;
  on<E extends keyof SessionEvents>(event: E, listener: (event: SessionEvents[E]) => void): () => void;
  /**
   * The session under an id of the application's own, any text of at least one character: `save()` writes it, and makes it if it
   * is not there. No visitor's cookie leads to it, and the store knows it by a hash. It lives as long as `create` says, counted
   * from when it was last written; `save()` renews a life that is half over.
   *
   * @throws `SessionError` code `value` when the id is none
   */
  named<D extends object = Values>(id: string): Promise<Session<D>>;
  /** The same, but `null` where nothing is; nothing is made. */
  peek<D extends object = Values>(id: string): Promise<Session<D> | null>;
  /** The session under an id, with these values besides those it has; made if it is not there, and written. */
  create<D extends object = Values>(id: string, data?: Partial<D>, options?: CreateOptions): Promise<Session<D>>;
  /** A new one under an id that is made up: `session.name`. */
  create<D extends object = Values>(data: Partial<D>, options?: CreateOptions): Promise<Session<D>>;
  /** Ends those under these ids; one that is not there is not an error. */
  delete(ids: string | readonly string[]): Promise<void>;
  /**
   * The sessions that there are: handles and metadata, never ids or values. A user's come from an index; a session that ended
   * at another location may still be listed for as long as the store takes to show it.
   *
   * @throws `SessionError` code `config` when the store cannot list
   */
  list(options?: ListOptions): Promise<SessionList>;
  /**
   * The session of this handle with the values of the namespaces that the option `namespaces` marks as `inspectable`: one
   * read, and one for each of these that is kept in a store of its own. `null`: nothing lives there.
   *
   * @throws `SessionError` code `value` when it is no handle; `store` when the store failed or showed what is no record
   */
  inspect(handle: string): Promise<InspectedSession | null>;
  /**
   * Ends the session of this handle, as listed or as `session.id` says. `false`: nothing lived there. At once on a store that
   * shows every write, elsewhere when it shows.
   *
   * @throws `SessionError` code `value` when it is no handle
   */
  revoke(handle: string): Promise<boolean>;
  /**
   * Ends every session in which `user` signed in before now: one write for each secret. At once on a store that shows every
   * write; elsewhere when it shows, and a `lifetime.resolution` later at most.
   *
   * @param options `except`: the handle of a session that goes on
   */
  revokeUser(user: string, options?: { readonly except?: string }): Promise<void>;
  /**
   * Ends every visitor's session. With the option `globalEpoch` by one write for each secret, and returns `null`; all that the
   * store lists is read only if somebody listens to `end`. Without, one by one as the store lists them, and returns how many.
   * Sessions under ids of the application's own stay.
   */
  revokeAll(): Promise<number | null>;
  /**
   * Drops what expired, for stores that do not do it by themselves; returns how many records that were. For a cron trigger or
   * a timer: expired sessions are never served, swept or not.
   */
  sweep(): Promise<number>;
  /**
   * A Worker's `scheduled` handler that sweeps, for a cron trigger. A sweep that fails is an `error` event, and a run that the
   * dashboard shows as failed.
   *
   * @example
   * export default { fetch: sessions.handle(handler), scheduled: sessions.scheduled() };
   */
  scheduled(): (controller: unknown, env: Env, ctx: Context) => Promise<void>;
  /** The same sessions for use outside a request. */
  bind(env: Env): Sessions<Env, Data>;
}
