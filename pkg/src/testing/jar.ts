import { checkNames } from "../check-names.js";
import type { Awaitable, Clock } from "../types.js";
import { type SetCookie, parseSetCookie } from "./set-cookie.js";

/** A cookie that a jar keeps. */
export interface StoredCookie extends SetCookie {
  readonly domain: string;
  /** `true`: sent to `domain` itself only, not to the hosts below it. */
  readonly hostOnly: boolean;
  readonly path: string;
}

/** Options of {@link cookieJar}. */
export interface CookieJarOptions {
  /** What `Max-Age` and `Expires` are measured by. Default: `Date.now`. */
  readonly clock?: Pick<Clock, "now">;
}

/** Sends a request with the jar's cookies, and keeps those of the response. Redirects are not followed. */
export type Visitor = (path: string, init?: RequestInit) => Promise<Response>;

/** The cookies of one browser. */
export interface CookieJar {
  /** Keeps, replaces or deletes cookies as the `Set-Cookie` lines of a response to `url` say. */
  store(url: string | URL, from: Response | Headers): void;
  /** The `Cookie` header of a request to `url`; `null` when no cookie goes there. */
  header(url: string | URL): string | null;
  /** Every cookie kept, the oldest first. */
  cookies(): StoredCookie[];
  /** Closes the browser and opens it again: cookies without a lifetime of their own are gone. */
  restart(): void;
  /**
   * A visitor who browses with this jar. Works where scripts may set `Cookie` on a request and read `Set-Cookie` of a
   * response: in Node and in Workers, not in a browser.
   *
   * @param fetch answers the requests: an application's handler, or the real `fetch`
   * @param base what the paths are relative to, `https://shop.example`
   */
  visitor(fetch: (request: Request) => Awaitable<Response>, base: string | URL): Visitor;
}

/**
 * A browser's cookie jar after RFC 6265bis, section 5.7: domains, paths, `Secure`, lifetimes, the name prefixes `__Secure-`
 * and `__Host-`. `SameSite` does not withhold a cookie: every request counts as same-site.
 *
 * @example
 * const visit = cookieJar().visitor(handler, "https://shop.example");
 * await visit("/cart", { method: "POST" });
 */
export function cookieJar(options: CookieJarOptions = {}): CookieJar {
  checkNames("cookieJar", options, { clock: true });
  return new Jar(options.clock ?? { now: Date.now });
}

class Jar implements CookieJar {
  readonly #clock: Pick<Clock, "now">;
  /** By name, domain, path and partition. A cookie that is set again keeps its place, as browsers keep its creation time. */
  readonly #cookies = new Map<string, StoredCookie>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  store(url: string | URL, from: Response | Headers): void {
    const headers = "headers" in from ? from.headers : from;
    for (const line of headers.getSetCookie()) {
      const set = parseSetCookie(line, this.#clock.now());
      const cookie = set && this.#accept(set, new URL(url));
      if (!cookie) continue;
      const { name, domain, hostOnly, path, partitioned } = cookie;
      // Only the very same cookie is replaced, or deleted by a lifetime that is over.
      this.#cookies.set(JSON.stringify([name, domain, hostOnly, path, partitioned]), cookie);
    }
  }

  header(url: string | URL): string | null {
    const target = new URL(url);
    const sent = this.cookies().filter((cookie) => isSentTo(cookie, target));
    // "Cookies with longer paths are listed before cookies with shorter paths" (section 5.8.3); sorting keeps the rest.
    sent.sort((a, b) => b.path.length - a.path.length);
    return sent.length === 0 ? null : sent.map(({ name, value }) => (name === "" ? value : `${name}=${value}`)).join("; ");
  }

  cookies(): StoredCookie[] {
    const now = this.#clock.now();
    for (const [key, { expiresAt }] of this.#cookies) {
      if (expiresAt !== null && expiresAt <= now) this.#cookies.delete(key);
    }
    return [...this.#cookies.values()];
  }

  restart(): void {
    for (const [key, { expiresAt }] of this.#cookies) {
      if (expiresAt === null) this.#cookies.delete(key);
    }
  }

  visitor(fetch: (request: Request) => Awaitable<Response>, base: string | URL): Visitor {
    return async (path, init) => {
      const request = new Request(new URL(path, base), init);
      const cookie = this.header(request.url);
      if (cookie !== null) request.headers.set("cookie", cookie);
      const response = await fetch(request);
      this.store(request.url, response);
      return response;
    };
  }

  /** The cookie as it is kept, or `null` when a browser would not take it from this URL. */
  #accept(set: SetCookie, url: URL): StoredCookie | null {
    const host = url.hostname;
    // A domain without a dot is no site's but a whole top-level domain; of a host by that name it means the host alone.
    const hostOnly = set.domain === "" || (set.domain === host && !host.includes("."));
    if (!hostOnly && !(set.domain.includes(".") && domainMatches(host, set.domain))) return null;
    const cookie = { ...set, domain: hostOnly ? host : set.domain, hostOnly, path: set.path ?? defaultPath(url.pathname) };
    return isAllowed(set, isSecure(url)) && !this.#hidesSecure(cookie, url) ? cookie : null;
  }

  /** Over plain http nobody may put a cookie in the way of a secure one (section 5.7, step 16). */
  #hidesSecure(cookie: StoredCookie, url: URL): boolean {
    if (isSecure(url)) return false;
    return this.cookies().some(
      (kept) =>
        kept.secure &&
        kept.name === cookie.name &&
        (domainMatches(kept.domain, cookie.domain) || domainMatches(cookie.domain, kept.domain)) &&
        pathMatches(cookie.path, kept.path),
    );
  }
}

/** What must be secure is set over https with `Secure`, and the name's prefix says nothing that is not so. */
function isAllowed(set: SetCookie, secureOrigin: boolean): boolean {
  if (set.secure && !secureOrigin) return false;
  if (!set.secure && (set.partitioned || set.sameSite?.toLowerCase() === "none")) return false;
  // A cookie without a name is sent as its value, where servers would read a name.
  if (set.name === "") return !/^__(secure|host)-/i.test(set.value);
  if (/^__host-/i.test(set.name)) return set.secure && set.domain === "" && set.path === "/";
  return set.secure || !/^__secure-/i.test(set.name);
}

function isSentTo({ domain, hostOnly, path, secure }: StoredCookie, url: URL): boolean {
  const hostMatches = hostOnly ? url.hostname === domain : domainMatches(url.hostname, domain);
  return hostMatches && pathMatches(url.pathname, path) && (!secure || isSecure(url));
}

function isSecure(url: URL): boolean {
  return url.protocol === "https:" || url.protocol === "wss:";
}

/** Section 5.1.3: the domain itself or a host below it; an address has nothing below. */
function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !/^[0-9.]+$/.test(host));
}

/** Section 5.1.4: the path itself or what lies below it; `/shop` is not above `/shopping`. */
function pathMatches(path: string, above: string): boolean {
  return path === above || (path.startsWith(above) && (above.endsWith("/") || path[above.length] === "/"));
}

/** Section 5.1.4: the directory of the request's path. */
function defaultPath(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf("/"), 1));
}
