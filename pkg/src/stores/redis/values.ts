import { fromBase64, toBase64 } from "../../base64.js";

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
  return `:${toBase64(bytes)}`;
}

/** @throws Error when the text is not one of `encode` */
export function decode(text: string): Uint8Array {
  if (!text.startsWith(":")) throw new Error("redisStore: the record's text does not begin with a colon");
  return fromBase64(text.slice(1));
}
