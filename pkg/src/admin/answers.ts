import { SessionError, type ErrorCode } from "../errors.js";

/** What went wrong, as it is told: a code, never a value, an id or a message. */
export type AdminError = ErrorCode | "not-found" | "method" | "cross-site";

const STATUS: Readonly<Partial<Record<AdminError, number>>> = {
  value: 400,
  "cross-site": 403,
  "not-found": 404,
  method: 405,
  conflict: 409,
  // The store cannot do it, as one that cannot list.
  config: 501,
  clock: 503,
  store: 503,
};

/** An answer that nobody keeps and no other site reads. There is no CORS header in any. */
export function answer(body: unknown): Response {
  return respond(200, JSON.stringify(body));
}

/** `{"error":"code"}` with the status of the code. */
export function failure(error: AdminError, more: Readonly<Record<string, string>> = {}): Response {
  return respond(STATUS[error] ?? 500, JSON.stringify({ error }), more);
}

/** The answer to what was thrown: its code. The message stays with the application's `error` event. */
export function failureOf(error: unknown): Response {
  return failure(error instanceof SessionError ? error.code : "internal");
}

/** What everybody gets who does not bring the token, whatever they ask for: RFC 9110, section 15.5.2 wants the challenge. */
export function unauthorized(): Response {
  return respond(401, null, { "www-authenticate": "Bearer" });
}

function respond(status: number, body: string | null, more: Readonly<Record<string, string>> = {}): Response {
  const headers = new Headers({ "cache-control": "no-store", "x-content-type-options": "nosniff", ...more });
  if (body !== null) headers.set("content-type", "application/json; charset=utf-8");
  return new Response(body, { status, headers });
}
