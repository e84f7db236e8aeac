import type { Duration, Transport } from "../types.js";
import { TransportChain } from "./transport-chain.js";

export { withoutToken } from "./links.js";

/** Options of {@link url}. */
export interface UrlOptions {
  /** How long a link opens the session, counted from when it was made; at most a day. Default `"10m"`. */
  readonly lifetime?: Duration;
}

/** Options of {@link form}. */
export interface FormOptions {
  /** How long a form opens the session, counted from when it was made; at most a day. Default `"10m"`. */
  readonly lifetime?: Duration;
  /** A longer body is not looked at; at most 1 MiB. Default 65,536. */
  readonly maxBytes?: number;
}

/**
 * The session cookie, as the option `cookie` describes it.
 *
 * @example
 * ```ts
 * const sessions = createSessions({ secrets, store, transports: [cookie(), header()] });
 * ```
 */
export function cookie(): Transport {
  return transport("cookie", {});
}

/**
 * A request header with the whole token, as in the cookie; when it changes it comes back in the response header of that name,
 * empty when the session was destroyed. For clients that keep no cookies.
 *
 * A visitor without a session gets it by the first of `cookie()` and `header()` in the list; one who sends the header, empty
 * or with a token that is no good any more, gets it by header. A page's scripts can read that header, which they cannot with
 * an `HttpOnly` cookie.
 *
 * @param name not `Cookie` or `Set-Cookie`
 */
export function header(name = "x-session"): Transport {
  return transport("header", { name: typeof name === "string" ? name.toLowerCase() : name });
}

/**
 * A hidden field of a form (`application/x-www-form-urlencoded` or `multipart/form-data`), for visitors without cookies; see
 * `session.hiddenField()`.
 *
 * It is read from a clone of the request, and only where what is preferred gave no session; the handler can still read the
 * body. Open the session before the body is read. A Node `IncomingMessage` cannot be cloned: read the form yourself and give
 * it to `open` as `fields`.
 *
 * @param name 1 to 64 visible ASCII characters other than `"`
 */
export function form(name = "session", options: FormOptions = {}): Transport {
  return transport("form", { name, ...options });
}

/**
 * A query parameter, or `/name/token/` in front of the path, for visitors without cookies; see `session.encodeUrl()`.
 *
 * Links are copied, logged and sent on: OWASP's Session Management Cheat Sheet advises against session ids in them. So these
 * are off unless asked for, live for minutes, and are good for nothing but this.
 *
 * @param name 1 to 64 characters of `A-Z a-z 0-9 _ -`
 */
export function url(name = "session", options: UrlOptions = {}): Transport {
  return transport("url", { name, ...options });
}

function transport(kind: Transport["kind"], options: Transport["options"]): Transport {
  return { kind, options, join: (transports) => new TransportChain(transports) };
}
