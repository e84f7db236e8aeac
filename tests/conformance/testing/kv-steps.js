import { assertSame } from "../assert.js";

/** When the clock of each model starts. */
export const START = Date.UTC(2027, 0, 1);

/** One byte of it. */
export function bytes(value) {
  return Uint8Array.of(value);
}

/** A model on a clock that stands still, and what the tests do with it. The key is `"k"` unless another is named. */
export function makeKv({ fakeClock, kvLocations }, options = {}) {
  const clock = fakeClock(START);
  const kv = kvLocations({ clock, ...options });

  /** Writes a byte, and the same number as metadata. */
  function put(city, value, { key = "k", expirationTtl } = {}) {
    return kv.location(city).put(key, bytes(value), { metadata: value, ...(expirationTtl && { expirationTtl }) });
  }

  /** Reads the byte, and so makes the location keep a copy; `null`: there is none. */
  async function see(city, { key = "k", cacheTtl } = {}) {
    const found = await kv.location(city).get(key, { type: "arrayBuffer", ...(cacheTtl && { cacheTtl }) });
    return found === null ? null : new Uint8Array(found)[0];
  }

  /** What a listing shows as the key's metadata, of which no copy is made; `null`: nothing. */
  async function look(city, key = "k") {
    const { keys } = await kv.location(city).list({ prefix: key, limit: 1_000 });
    return keys.find(({ name }) => name === key)?.metadata ?? null;
  }

  /** Goes through steps: a number lets seconds pass, a list says where, what, and what with or what must come of it. */
  async function walk(steps) {
    for (const step of steps) {
      if (typeof step === "number") clock.advance(step * 1_000);
      else await take(...step);
    }
  }

  async function take(city, action, value, seconds) {
    const told = `${city} at ${(clock.now() - START) / 1_000} s:`;
    if (action === "put") await put(city, value, { expirationTtl: seconds });
    else if (action === "delete") await kv.location(city).delete("k");
    else if (action === "see") assertSame(await see(city, { cacheTtl: seconds }), value, told);
    else assertSame(await look(city), value, told);
  }

  return { clock, kv, put, see, look, walk };
}

/** What a call that must fail fails with: `"KV PUT failed: 429 Too Many Requests"`. */
export async function messageOf(call) {
  const error = await call.then(() => undefined, (reason) => reason);
  return error === undefined ? "no error" : error.message;
}
