/** How many bytes become arguments of one call: well below the fewest a host takes. */
const CHUNK = 8_192;
const decoder = new TextDecoder();

/** A value as Redis holds it, whether the client answers with bytes, with text or with what it took the text to be. */
export function textOf(value: unknown): string {
  return value instanceof Uint8Array ? decoder.decode(value) : String(value);
}

/** The object that a value is the JSON of. Upstash's client has parsed it already. */
export function objectOf<T extends object>(value: unknown): T {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array) ? (value as T) : JSON.parse(textOf(value));
}

/**
 * Bytes as text: a colon, and base64 with padding (RFC 4648, section 4). With the colon it is no JSON, which Upstash's
 * client would parse: without it, the text of three certain bytes is `null`.
 */
export function encode(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  }
  return `:${btoa(binary)}`;
}

/** @throws Error when the text is not one of `encode` */
export function decode(text: string): Uint8Array {
  if (!text.startsWith(":")) throw new Error("redisStore: the record's text does not begin with a colon");
  return Uint8Array.from(atob(text.slice(1)), (character) => character.charCodeAt(0));
}
