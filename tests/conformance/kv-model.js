// A Workers KV namespace in memory, for runtimes that have none: one location, always current, with the limits that the
// real one enforces (https://developers.cloudflare.com/kv/platform/limits/).

/** A binding with nothing in it. */
export function kvModel() {
  const entries = new Map();

  function live(key) {
    const entry = entries.get(key);
    return entry !== undefined && entry.expiresAt > Date.now() ? entry : undefined;
  }

  return {
    async get(key, options) {
      checkKey("GET", key);
      refuseIf(options.type !== "arrayBuffer", "GET", "400 the model gives an arrayBuffer only");
      refuseIf(options.cacheTtl < 30, "GET", "400 Invalid cache_ttl");
      return live(key)?.bytes.slice().buffer ?? null;
    },

    async put(key, value, { expirationTtl, expiration, metadata } = {}) {
      checkKey("PUT", key);
      refuseIf(!ArrayBuffer.isView(value), "PUT", "400 the model takes views only");
      refuseIf(value.byteLength > 25 * 2 ** 20, "PUT", "413 Value length exceeds limit");
      const meta = metadata === undefined ? undefined : JSON.stringify(metadata);
      refuseIf(new TextEncoder().encode(meta).length > 1_024, "PUT", "413 Metadata length exceeds limit");
      const ttl = expirationTtl ?? (expiration === undefined ? Infinity : expiration - Date.now() / 1_000);
      refuseIf(ttl < 60 || Number.isNaN(ttl), "PUT", `400 Invalid expiration_ttl of ${ttl}. Expiration TTL must be at least 60.`);
      if (ttl !== Infinity && (!Number.isInteger(expirationTtl ?? expiration) || (expirationTtl ?? expiration) >= 2 ** 31)) {
        throw new TypeError("the value cannot be converted to a 32-bit integer");
      }
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();
      entries.set(key, { bytes, meta, expiresAt: Date.now() + ttl * 1_000 });
    },

    async delete(key) {
      checkKey("DELETE", key);
      entries.delete(key);
    },

    async list({ prefix = "", limit = 1_000, cursor } = {}) {
      refuseIf(limit > 1_000 || limit < 1, "GET", "400 Invalid key_count_limit");
      const found = [...entries.keys()].filter((key) => live(key) && key.startsWith(prefix)).sort();
      const rest = cursor === undefined ? found : found.filter((key) => key > atob(cursor));
      const keys = rest.slice(0, limit).map((name) => {
        const { meta } = entries.get(name);
        return meta === undefined ? { name } : { name, metadata: JSON.parse(meta) };
      });
      if (rest.length <= limit) return { keys, list_complete: true, cacheStatus: null };
      return { keys, list_complete: false, cursor: btoa(keys.at(-1).name), cacheStatus: null };
    },
  };
}

function checkKey(method, key) {
  if (key === "" || key === "." || key === "..") throw new TypeError("Key name cannot be empty, . or ..");
  refuseIf(new TextEncoder().encode(key).length > 512, method, "414 UTF-8 encoded length exceeds key length limit of 512.");
}

function refuseIf(broken, method, reason) {
  if (broken) throw new Error(`KV ${method} failed: ${reason}`);
}
