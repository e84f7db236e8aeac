/**
 * Whether a request that changes something comes from a page of this shop, or from no browser at all.
 *
 * `SameSite=Lax` keeps the session cookie off cross-site posts; this is the second lock, and the one that holds against
 * a sibling subdomain, which is same-site. `Sec-Fetch-Site` cannot be set by a page. Browsers before 2023 lack it and
 * send `Origin`. A request with neither comes from a tool such as curl, which carries nobody's cookie by accident.
 */
export function fromThisShop(request: Request): boolean {
  const site = request.headers.get("sec-fetch-site");
  if (site !== null) return site === "same-origin" || site === "none";
  const origin = request.headers.get("origin");
  return origin === null || origin === new URL(request.url).origin;
}

/** A path of this shop to return to; anything else (`//evil.example`, `https:…`, `/\evil`) becomes `/`. */
export function localPath(path: unknown): string {
  return typeof path === "string" && /^\/(?![/\\])[\w\-./?=&]*$/.test(path) ? path : "/";
}

/**
 * Headers of every page. Only the page that runs the core itself may compile WebAssembly.
 *
 * `no-cache`: a page shows a cart, so "back" must ask again. `private`: never in a shared cache.
 */
export function pageHeaders({ runsWasm = false } = {}): Headers {
  return new Headers({
    "content-type": "text/html; charset=utf-8",
    "cache-control": "private, no-cache",
    "content-security-policy": contentSecurityPolicy(runsWasm),
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
  });
}

function contentSecurityPolicy(runsWasm: boolean): string {
  const scripts = runsWasm ? "'self' 'wasm-unsafe-eval'" : "'self'";
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
