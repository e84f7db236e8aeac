/**
 * A Workers KV binding over a Map: the backing that all KV storages share. It does the work that falls on the
 * JavaScript thread with the real binding too (parsing for `"json"`, bytes copied in and out) and none besides:
 * texts stay texts, and nothing waits. With `lends` bytes are not copied but lent: for measuring what a library does with a
 * large record, apart from what the binding does in native code.
 */
export function mapKV({ lends = false } = {}) {
  const records = new Map();
  const handOver = lends ? asLentBuffer : asBuffer;

  function read(key, type) {
    const record = records.get(key);
    if (record === undefined) return null;
    const { value } = record;
    switch (type) {
      case "json":
        return JSON.parse(asText(value));
      case "arrayBuffer":
        return handOver(value);
      case "stream":
        return new Response(value).body;
      default:
        return asText(value);
    }
  }

  return {
    async get(keys, options) {
      const type = typeof options === "string" ? options : options?.type;
      if (!Array.isArray(keys)) return read(keys, type);
      return new Map(keys.map((key) => [key, read(key, type)]));
    },
    async getWithMetadata(key, options) {
      const type = typeof options === "string" ? options : options?.type;
      return { value: read(key, type), metadata: records.get(key)?.metadata ?? null, cacheStatus: null };
    },
    async put(key, value, options) {
      records.set(key, { value: typeof value === "string" ? value : handOver(value), metadata: options?.metadata });
    },
    async delete(key) {
      records.delete(key);
    },
    async list({ prefix = "" } = {}) {
      const keys = [...records.keys()].filter((name) => name.startsWith(prefix)).map((name) => ({ name }));
      return { keys, list_complete: true, cacheStatus: null };
    },
  };
}

function asText(value) {
  return typeof value === "string" ? value : new TextDecoder().decode(value);
}

/** A copy, as the real binding gives and takes: neither side can change what the other holds. */
function asBuffer(value) {
  if (typeof value === "string") return new TextEncoder().encode(value).buffer;
  if (value instanceof ArrayBuffer) return value.slice(0);
  return value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength);
}

/** No copy where the bytes are all of their buffer. */
function asLentBuffer(value) {
  if (value instanceof ArrayBuffer) return value;
  return value.byteLength === value.buffer?.byteLength ? value.buffer : asBuffer(value);
}
