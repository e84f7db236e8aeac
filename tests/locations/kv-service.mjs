/**
 * Speaks for a KV binding what workerd's `kvNamespace` asks over HTTP: a key is a path, an error a status. The key in a path and
 * all that is in a query is percent-encoded.
 */

/** Answers one request of the location's binding. Of a call that hangs there is never an answer. */
export async function answerKv(binding, { method, url, headers, body }) {
  const { pathname, searchParams: query } = new URL(url, "http://kv");
  const key = decodeURIComponent(pathname.slice(1));
  try {
    return await OPERATIONS[key === "" ? "LIST" : method](binding, { key, query, headers, body });
  } catch (error) {
    return statusOf(error);
  }
}

const OPERATIONS = {
  async GET(binding, { key, query }) {
    const found = await binding.get(key, { type: "arrayBuffer", ...optional("cacheTtl", query.get("cache_ttl")) });
    return found === null ? { status: 404, reason: "Not Found" } : { status: 200, body: Buffer.from(found) };
  },

  async PUT(binding, { key, query, headers, body }) {
    await binding.put(key, body, { ...optional("expirationTtl", query.get("expiration_ttl")), ...metadataIn(headers) });
    return { status: 200 };
  },

  async DELETE(binding, { key }) {
    await binding.delete(key);
    return { status: 200 };
  },

  async LIST(binding, { query }) {
    const limit = Number(query.get("key_count_limit") ?? 1_000);
    const cursor = query.get("cursor");
    const page = await binding.list({ prefix: query.get("prefix") ?? "", limit, ...(cursor !== null && { cursor }) });
    return { status: 200, body: JSON.stringify(page) };
  },
};

/** Node reads the bytes of a header as Latin-1, where the binding sent UTF-8. */
function metadataIn({ "cf-kv-metadata": text }) {
  return text === undefined ? {} : { metadata: JSON.parse(Buffer.from(text, "latin1").toString()) };
}

function optional(name, text) {
  return text === null ? {} : { [name]: Number(text) };
}

/** The status in a binding's message, `KV PUT failed: 429 Too Many Requests`; the binding in workerd makes the same of it. */
function statusOf(error) {
  const [, status, reason] = /^KV \w+ failed: (\d+) (.*)$/.exec(error.message) ?? [];
  if (status === undefined) throw error;
  return { status: Number(status), reason };
}
