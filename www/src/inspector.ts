import type { Session, SessionInfo } from "edge-session";

/** The namespaces that this shop keeps something in; the unnamed one is `""`. */
const NAMESPACES = ["prefs", "shop.cart", "shop.seen"] as const;

/** A session laid open to the one visitor whose it is. Times in milliseconds since 1970. */
export interface Inspection {
  /** The time of the request, so that a page can count down whatever the visitor's own clock says. */
  readonly now: number;
  /** `null`: this visitor has no session, because nothing was kept. */
  readonly session: SessionInfo | null;
  /** Every namespace with its values; the unnamed one is called `""`. */
  readonly namespaces: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The size of the session cookie, name and value, in bytes; 0: no cookie. */
  readonly cookieBytes: number;
}

/**
 * What there is to know about a session. `session` is null for a visitor without one, and for one who has only looked
 * around: such a session is never written, so it is as if it were not there.
 */
export function inspect(session: Session | null, cookieBytes: number, now: number): Inspection {
  if (session === null || cookieBytes === 0) return { now, session: null, namespaces: {}, cookieBytes };
  return { now, session: session.toJSON(), namespaces: valuesOf(session), cookieBytes };
}

function valuesOf(session: Session): Record<string, Record<string, unknown>> {
  const named = NAMESPACES.map((name) => [name, Object.fromEntries(session.namespace(name))] as const);
  return Object.fromEntries([["", Object.fromEntries(session)], ...named]);
}

/** The largest cookie that every browser takes, name and value (RFC 6265bis, section 5.6), in bytes. */
export const LARGEST_COOKIE = 4096;

/** The size of the visitor's session cookie once this response is there, in bytes. */
export function cookieBytes(request: Request, response: Headers): number {
  const sent = response.getSetCookie().find(isSession);
  if (sent !== undefined) return /max-age=0/i.test(sent) ? 0 : pair(sent).length;
  const held = (request.headers.get("cookie") ?? "").split(";").map((text) => text.trim());
  return held.find(isSession)?.length ?? 0;
}

/** Both names that the library uses by default: over https, and over plain http on localhost. */
function isSession(cookie: string): boolean {
  return cookie.startsWith("__Host-session=") || cookie.startsWith("session=");
}

function pair(setCookie: string): string {
  return setCookie.split(";", 1)[0] ?? "";
}
