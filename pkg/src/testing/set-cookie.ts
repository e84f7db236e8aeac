/** One Set-Cookie line as a browser understands it, before it is decided whether the cookie is kept. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Lower case, without a leading dot; empty: the cookie is for this host only. */
  readonly domain: string;
  /** As it was set; `undefined`: not set, or not absolute. */
  readonly path: string | undefined;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: string | undefined;
  readonly partitioned: boolean;
  /** In milliseconds since 1970; `null`: until the browser is closed. */
  readonly expiresAt: number | null;
}

/** "The user agent SHOULD limit cookie lifetimes to 400 days" (RFC 6265bis, section 5.5). */
const MAX_LIFE_MS = 400 * 24 * 60 * 60 * 1_000;

/** "All control characters except TAB" (RFC 6265bis, section 5.6, step 1). */
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;

/**
 * Reads a Set-Cookie line by RFC 6265bis, section 5.6 (https://datatracker.ietf.org/doc/draft-ietf-httpbis-rfc6265bis/).
 *
 * @param now milliseconds since 1970
 * @returns `null` for a line that browsers ignore as a whole
 */
export function parseSetCookie(line: string, now: number): SetCookie | null {
  if (CONTROL.test(line)) return null;
  const [pair = "", ...rest] = line.split(";");
  const { name, value } = splitPair(pair);
  if ((name === "" && value === "") || octets(name) + octets(value) > 4_096) return null;
  const attributes = readAttributes(rest);
  const path = attributes.get("path");
  return {
    name,
    value,
    domain: (attributes.get("domain") ?? "").replace(/^\./, "").toLowerCase(),
    path: path?.startsWith("/") ? path : undefined,
    secure: attributes.has("secure"),
    httpOnly: attributes.has("httponly"),
    sameSite: attributes.get("samesite"),
    partitioned: attributes.has("partitioned"),
    expiresAt: expiry(attributes, now),
  };
}

/** A pair without `=` is a value without a name. */
function splitPair(pair: string): { name: string; value: string } {
  const equals = pair.indexOf("=");
  return { name: trim(pair.slice(0, Math.max(equals, 0))), value: trim(pair.slice(equals + 1)) };
}

/** Attributes by name in lower case. The last of several wins; one with a value over 1,024 octets is ignored. */
function readAttributes(parts: readonly string[]): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const part of parts) {
    const [name = ""] = part.split("=", 1);
    const value = part.includes("=") ? trim(part.slice(name.length + 1)) : "";
    if (octets(value) <= 1_024) attributes.set(trim(name).toLowerCase(), value);
  }
  return attributes;
}

/** "The Max-Age attribute has precedence over the Expires attribute" (section 4.1.2.2). What cannot be read is ignored. */
function expiry(attributes: ReadonlyMap<string, string>, now: number): number | null {
  const maxAge = attributes.get("max-age") ?? "";
  if (/^-?[0-9]+$/.test(maxAge)) return Math.min(now + Number(maxAge) * 1_000, now + MAX_LIFE_MS);
  const expires = Date.parse(attributes.get("expires") ?? "");
  return Number.isNaN(expires) ? null : Math.min(expires, now + MAX_LIFE_MS);
}

/** Only space and tab are white space here: with more, a name could be made to look like another. */
function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, "");
}

function octets(text: string): number {
  return new TextEncoder().encode(text).length;
}
