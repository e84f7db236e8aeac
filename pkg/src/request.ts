import type { RequestLike } from "./types.js";

/** The `Cookie` header of a request; several lines as one. */
export function cookieOf({ headers }: RequestLike): string {
  if (isHeaders(headers)) return headers.get("cookie") ?? "";
  const cookie = headers["cookie"];
  return typeof cookie === "string" ? cookie : (cookie?.join("; ") ?? "");
}

/** The URL of a request over plain http; empty over https, and where nothing is known of it. */
export function plainUrlOf({ url, headers }: RequestLike): string {
  if (url === undefined || !url.startsWith("http:")) return "";
  // A proxy in front that ends TLS says so; claiming it falsely only costs the sender their own cookie.
  const scheme = isHeaders(headers) ? headers.get("x-forwarded-proto") : headers["x-forwarded-proto"];
  return scheme === "https" ? "" : url;
}

function isHeaders(headers: RequestLike["headers"]): headers is Headers {
  return typeof headers.get === "function";
}
