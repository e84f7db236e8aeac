/** What an application chooses. Shapes only: what they mean at run time is decided in the core. */
import type { Chain } from "./chain.js";
import type { NamespaceOptions } from "./namespace-options.js";
import type { Store } from "./store-types.js";
import type { Duration, RequestLike, Source } from "./types.js";

/** Time as the library sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms` milliseconds. */
  sleep(ms: number): Promise<void>;
}

/** The attributes of the session cookie (RFC 6265bis). */
export interface CookieOptions {
  /** Default `__Host-session`; on plain http to localhost `session`. */
  readonly name?: string;
  readonly domain?: string;
  /** Default `/`. */
  readonly path?: string;
  /** Default `true`, except on plain http to localhost. */
  readonly secure?: boolean;
  /** Default `true`. */
  readonly httpOnly?: boolean;
  /** Default `"Lax"`. */
  readonly sameSite?: "Strict" | "Lax" | "None";
  /** Default `false`. Needs `secure`. */
  readonly partitioned?: boolean;
  /** `true`: the cookie outlives the browser, until the session's own end. Default `false`. */
  readonly persist?: boolean;
  /** The largest token in bytes; with `cookieStore`, of each of its cookies. At most 4,000. Default 3,800. */
  readonly budget?: number;
}

/** How long a session lives. */
export interface LifetimeOptions {
  /** Without a request for this long, the session ends. */
  readonly idle?: Duration | "never";
  /** The session ends this long after it began or the visitor signed in, whatever happens. */
  readonly absolute?: Duration | "never";
  /** How exact `idle` is. Default 1/60 of `idle`, at most 60 s. */
  readonly resolution?: Duration;
}

/** NIST SP 800-63B-4: `aal1` 7 d idle, 30 d in all; `aal2` 1 h, 24 h; `aal3` 15 min, 12 h. */
export type LifetimePreset = "aal1" | "aal2" | "aal3";

/** What `createSessions` takes. */
export interface Options {
  /** Newest first: the first seals, all open. At least 32 random bytes each; text in base64url, base64 or hex is decoded. */
  readonly secrets: readonly (string | Uint8Array)[];
  readonly store: Store;
  readonly cookie?: CookieOptions;
  /** Default `"aal2"`. */
  readonly lifetime?: LifetimePreset | LifetimeOptions;
  /** By name, `"default"` for that of `session.data`: what is to be known of namespaces. */
  readonly namespaces?: Readonly<Record<string, NamespaceOptions>>;
  /** Binds tokens to this application where secrets are shared. Default: the cookie's name. */
  readonly audience?: string;
  /** The longest one store call may take. Default `"5s"`. */
  readonly storeTimeout?: Duration;
  /** The largest session in bytes. Default 1 MiB. */
  readonly maxBytes?: number;
  /** The largest value that can be set, in bytes of its text as JSON. Default: any that fits `maxBytes`. */
  readonly maxValueBytes?: number;
  /** How long a change may take to show everywhere on an eventually consistent store; at least a minute. Default `"120s"`. */
  readonly horizon?: Duration;
  /**
   * On an eventually consistent store: a session's record is put at most once per this time and visitor, at most 25 s; what
   * is not put yet travels in the cookie. Default: the store's own, 1 s on Workers KV.
   */
  readonly writeInterval?: Duration;
  /**
   * What becomes of a session that the store is known to show in an older state: `"serve"` shows it, marked as `stale`;
   * `"fail"` is a `stale` error. Default `"serve"`.
   */
  readonly onStale?: "serve" | "fail";
  /**
   * Where a session's token may come from, in order of preference, each at most once: `cookie()`, `header()`, `form()` and
   * `url()` of `edge-session/transports`. What does not open falls through to the next. Default: the cookie alone.
   */
  readonly transports?: readonly Transport[];
  /**
   * The methods of requests that may begin a session, in capital letters (`["POST"]`). To a visitor without one, any other
   * request reads defaults, and a change is a `config` error at commit. Default: all methods.
   */
  readonly createOn?: readonly string[];
  /** Records are sealed as well, not only the token. Default `false`. */
  readonly sealRecords?: boolean;
  /**
   * `revokeAll()` is one write, whatever the store (`cookieStore` has none), and shows a `lifetime.resolution` later at most (where the store is
   * eventually consistent, after it shows there). It costs one read more for each session and `lifetime.resolution`. Default
   * `false`.
   */
  readonly globalEpoch?: boolean;
  /** How many sessions one user may have. Default: as many as they like. Needs a store that can list. */
  readonly userLimit?: UserLimit;
  /** For tests. Default: `Date.now` and `setTimeout`. */
  readonly clock?: Clock;
  /**
   * An id that another layer in front of the application issues and vouches for, such as the subject of a verified access
   * token. A request with one has the session of that id: no cookie is read or set. `null`: the visitor's cookie counts.
   */
  readonly thirdParty?: (request: RequestLike) => string | null | undefined;
}

/** Where a session's token may come from; made by the functions of `edge-session/transports`. */
export interface Transport {
  readonly kind: Source;
  /** What it was made with. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Several in order of preference. For the library's eyes only. */
  join(transports: readonly Transport[]): Chain;
}

/** A limit of the sessions of one user. */
export interface UserLimit {
  /** At least 1. One that nobody comes back to counts until its absolute end. */
  readonly sessions: number;
  /**
   * What a sign-in beyond it does: `"refuse"` fails with code `limit` and changes nothing; `"end-oldest"` ends the session in
   * which the user signed in first, with reason `"evicted"`. Default `"end-oldest"`. Of sign-ins at the same moment one may be
   * too many.
   */
  readonly whenFull?: "refuse" | "end-oldest";
}
