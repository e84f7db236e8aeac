import { headerOf } from "../request.js";
import type { RequestLike } from "../types.js";

/** A token has at least 148 characters: a path such as `/session/new` is the application's own. */
const TOKEN = "[A-Za-z0-9_-]{100,}";
/** What is relative to it stays so: the name is reserved for that (RFC 6761, section 6.4). */
const NOWHERE = "http://relative.invalid";

/** The URL that the visitor asked for; `undefined` when nothing is known of it. */
export function hereOf(request: RequestLike): URL | undefined {
  const { url, originalUrl = url, headers } = request;
  if (originalUrl === undefined) return undefined;
  // A proxy in front that ends TLS says so.
  const isSecure = headerOf(headers, "x-forwarded-proto") === "https" || isEncrypted(request);
  const host = headerOf(headers, "host") ?? "relative.invalid";
  try {
    const here = URL.canParse(originalUrl) ? new URL(originalUrl) : new URL(`http://${host}${originalUrl}`);
    if (isSecure && here.protocol === "http:") here.protocol = "https:";
    return here;
  } catch {
    return undefined;
  }
}

/** The tokens in the query and in front of the path. */
export function tokensIn(here: URL | undefined, name: string): string[] {
  if (here === undefined) return [];
  const [, first, second = ""] = here.pathname.split("/", 3);
  const inPath = first === name && new RegExp(`^${TOKEN}$`).test(second) ? [second] : [];
  return [...inPath, ...here.searchParams.getAll(name)];
}

/** See `Session.encodeUrl`. */
export function encoded(here: URL, name: string, url: string, style: "query" | "path", make: () => string): string {
  const target = targetOf(url, clean(new URL(here), name));
  if (target === undefined || !isSameOrigin(target, here)) return url;
  clean(target, name);
  const token = make();
  if (style === "path") target.pathname = `/${name}/${token}${target.pathname}`;
  else target.search = `${target.search.length > 1 ? `${target.search}&` : "?"}${name}=${token}`;
  return URL.canParse(url) ? target.href : relative(target);
}

/**
 * A URL without the session that `session.encodeUrl` put there: for a router, a log, or a link to share. All else stays as
 * it is written; a relative URL begins with `/` afterwards.
 *
 * @param name as given to `url()`
 */
export function withoutToken(url: string | URL, name = "session"): string {
  const text = String(url);
  const target = targetOf(text, new URL(NOWHERE));
  if (target === undefined) return text;
  clean(target, name);
  return URL.canParse(text) ? target.href : relative(target);
}

/** What a browser would ask a server for; `undefined` where it would not. */
function targetOf(url: string, base: URL): URL | undefined {
  if (/^[\0- ]*#/.test(url)) return undefined;
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}

/** By scheme and host, not by `origin`: that of `blob:https://shop.example/...` is `https://shop.example`. */
function isSameOrigin(target: URL, here: URL): boolean {
  return target.protocol === here.protocol && target.host === here.host;
}

/** Takes every session out of a URL. Pairs that stay are not written anew: not everybody reads `+` and `%20` alike. */
function clean(target: URL, name: string): URL {
  target.pathname = target.pathname.replace(pairsOf(name), "");
  if (target.searchParams.has(name)) {
    const pairs = target.search.slice(1).split("&");
    const kept = pairs.filter((pair) => !new URLSearchParams(`?${pair}`).has(name)).join("&");
    // With its own question mark: that of a query that begins with one would be taken for it.
    target.search = kept === "" ? "" : `?${kept}`;
  }
  return target;
}

/** `/name/token` in front of a path, once or more often. A name holds nothing that means something else in a pattern. */
function pairsOf(name: string): RegExp {
  return new RegExp(`^(?:/${name}/${TOKEN}(?=/|$))+`);
}

/** A path that begins with two slashes would name another host. */
function relative({ pathname, search, hash }: URL): string {
  return `${pathname.startsWith("//") ? "/." : ""}${pathname}${search}${hash}`;
}

function isEncrypted(request: RequestLike): boolean {
  return (request as { readonly socket?: { readonly encrypted?: boolean } }).socket?.encrypted === true;
}
