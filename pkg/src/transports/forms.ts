import { SessionError } from "../errors.js";
import type { Events } from "../events.js";
import { headerOf } from "../request.js";
import type { Fields, RequestLike } from "../types.js";

/** The two kinds of form that have fields (HTML, "form submission": `text/plain` cannot be read back reliably). */
const FORM_TYPE = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i;

/** What a field holds in a form that was read: texts only, own fields only. */
export function valuesIn(fields: Fields, name: string): string[] {
  if (hasGetAll(fields)) return texts(fields.getAll(name));
  return Object.hasOwn(fields, name) ? texts([(fields as Record<string, unknown>)[name]].flat()) : [];
}

/**
 * What a field holds in the request's body, which stays for the handler to read. None where the body is no form, is longer
 * than `most` bytes, is broken, or cannot be cloned.
 */
export async function valuesOf(request: RequestLike, name: string, most: number, events: Events): Promise<string[]> {
  const type = headerOf(request.headers, "content-type") ?? "";
  const length = Number(headerOf(request.headers, "content-length") ?? 0);
  if (!FORM_TYPE.test(type) || length > most || !isRequest(request) || request.body === null) return [];
  if (request.bodyUsed) {
    const message = "transports: form() came too late, the body was read; open the session before, or give the fields to open";
    events.emit("error", { error: new SessionError("config", message) });
    return [];
  }
  try {
    const body = await head(request.clone(), most);
    return body === undefined ? [] : valuesIn(await new Response(body, { headers: { "content-type": type } }).formData(), name);
  } catch {
    return []; // whoever reads the body itself is told what is wrong with it
  }
}

/** The whole body; `undefined` if it is longer than this. */
async function head(request: Request, most: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
    const chunk = value as Uint8Array;
    size += chunk.length;
    if (size > most) {
      // Not waited for: one half of a stream that was parted is only cancelled when the other half is.
      void reader.cancel().catch(() => undefined);
      return undefined;
    }
    chunks.push(chunk);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === "string");
}

function hasGetAll(fields: Fields): fields is FormData | URLSearchParams {
  return typeof fields["getAll" as keyof Fields] === "function";
}

function isRequest(request: RequestLike): request is Request {
  return typeof (request as Partial<Request>).clone === "function";
}
