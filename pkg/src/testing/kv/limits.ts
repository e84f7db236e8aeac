/** What Workers KV refuses, with its own words (https://developers.cloudflare.com/kv/platform/limits/). */

const KEY_BYTES = 512;
const METADATA_BYTES = 1_024;
const VALUE_BYTES = 25 * 2 ** 20;
const LEAST_SECONDS_TO_LIVE = 60;
const LEAST_SECONDS_TO_CACHE = 30;
const KEYS_PER_PAGE = 1_000;
const encoder = new TextEncoder();

type Method = "GET" | "PUT" | "DELETE";

/** The error that a binding gives for an HTTP status of the service behind it. */
export function kvError(method: Method, status: string): Error {
  return new Error(`KV ${method} failed: ${status}`);
}

export function checkKey(method: Method, key: string): void {
  if (key === "") throw new TypeError("Key name cannot be empty.");
  if (key === "." || key === "..") throw new TypeError(`"${key}" is not allowed as a key name.`);
  const reason = `414 UTF-8 encoded length of ${byteLength(key)} exceeds key length limit of ${KEY_BYTES}.`;
  refuse(method, byteLength(key) > KEY_BYTES, reason);
}

/** @param cacheTtl seconds */
export function checkRead(type: string, cacheTtl: number): void {
  if (type !== "arrayBuffer") throw new TypeError(`this KV gives an "arrayBuffer" only, not ${type}`);
  const reason = `400 Invalid cache_ttl of ${cacheTtl}. Cache TTL must be at least ${LEAST_SECONDS_TO_CACHE}.`;
  refuse("GET", !(cacheTtl >= LEAST_SECONDS_TO_CACHE), reason);
}

/**
 * @param metadata as JSON
 * @param life whole seconds, or infinite
 */
export function checkWrite(value: Uint8Array, metadata: string | undefined, life: number): void {
  if (!ArrayBuffer.isView(value)) throw new TypeError("this KV takes views of bytes only");
  refuse("PUT", value.byteLength > VALUE_BYTES, `413 Value length of ${value.byteLength} exceeds limit of ${VALUE_BYTES}.`);
  const size = byteLength(metadata ?? "");
  refuse("PUT", size > METADATA_BYTES, `413 Metadata length of ${size} exceeds limit of ${METADATA_BYTES}.`);
  // KV keeps times as 32-bit integers.
  if (life !== Infinity && life >= 2 ** 31) throw new TypeError("Value out of range. Must be less than or equal to 2147483647.");
  const reason = `400 Invalid expiration_ttl of ${life}. Expiration TTL must be at least ${LEAST_SECONDS_TO_LIVE}.`;
  refuse("PUT", life < LEAST_SECONDS_TO_LIVE, reason);
}

export function checkPage(limit: number): void {
  const reason = `400 Invalid key_count_limit of ${limit}. Please specify an integer greater than 0 and not over ${KEYS_PER_PAGE}.`;
  refuse("GET", !(limit >= 1 && limit <= KEYS_PER_PAGE), reason);
}

function refuse(method: Method, broken: boolean, status: string): void {
  if (broken) throw kvError(method, status);
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}
