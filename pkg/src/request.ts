import { SessionError } from "./errors.js";
import type { RequestLike, Source } from "./types.js";
import { isObject } from "./values/plain.js";

/** How a token came, by the number of its `Way`. */
export const SOURCES: readonly Source[] = ["cookie", "header", "form", "url"];

/** @throws `SessionError` code `value` for what is no request; `what` begins the message */
export function checkRequest(what: string, request: RequestLike): void {
  if (!isObject(request) || !isObject(request.headers)) throw new SessionError("value", `${what}: takes a request, an object that has headers`);
}

/** The `Cookie` header of a request; several lines as one. */
export function cookieOf({ headers }: RequestLike): string {
  return headerOf(headers, "cookie", "; ") ?? "";
}

/** A header by its lower-case name, several lines as one; `undefined`: it is not there. */
export function headerOf(headers: RequestLike["headers"], name: string, separator = ", "): string | undefined {
  if (isHeaders(headers)) return headers.get(name) ?? undefined;
  const value = headers[name];
  return typeof value === "string" ? value : value?.join(separator);
}

/** The URL of a request over plain http; empty over https, and where nothing is known of it. */
export function plainUrlOf({ url, headers }: RequestLike): string {
  if (url === undefined || !url.startsWith("http:")) return "";
  // A proxy in front that ends TLS says so; claiming it falsely only costs the sender their own cookie.
  return headerOf(headers, "x-forwarded-proto") === "https" ? "" : url;
}

function isHeaders(headers: RequestLike["headers"]): headers is Headers {
  return typeof headers.get === "function";
}
