import { SessionError } from "../errors.js";
import type { Store } from "../types.js";

/**
 * Sessions without a server's memory: the sealed cookie is the whole session. No binding, no read, no write.
 *
 * It holds about 2.7 kB of names, keys and values in one cookie, and up to three cookies, 8.4 kB, when it must: `name`,
 * `name.1` and `name.2`. More is a `too-large` error. (Node.js refuses requests whose headers have more than 16 KiB.) The
 * parts of one session are never mixed with those of another or of another time: a visitor whose browser lost one gets a
 * new session, and a `reject` event says `incomplete`. Parts that are no longer needed are deleted.
 *
 * What nobody remembers, nobody can take back. Where that matters, use a store:
 *
 * - **A logout clears the browser, and nothing else.** A copy of the cookie works until the session would have ended by
 *   itself; so does the cookie from before a login or a rotation. Keep `lifetime` short.
 * - **An old cookie sent again is the old session.** Whoever keeps one can undo what happened since: no vouchers, no
 *   credit, no count of failed attempts.
 * - **Of two requests at once, the browser keeps the cookie that came last**, with the changes of that request alone. A
 *   late answer can undo a login or a logout.
 * - Sessions cannot be found from outside a request: there is none to list or to revoke.
 *
 * @example
 * const sessions = createSessions({ secrets: [process.env.SESSION_SECRET], store: cookieStore() });
 */
export function cookieStore(): Store {
  return { consistency: "none", read: nothing, write: nothing, remove: nothing };
}

/** @throws SessionError always: a session that is in no visitor's hands cannot be kept here. */
function nothing(): never {
  throw new SessionError("config", "cookieStore() keeps nothing but what a visitor's cookie carries; use another store for this");
}
