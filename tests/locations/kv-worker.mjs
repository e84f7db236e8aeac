// A Worker that hands on what a request asks of its KV binding, and what comes of it.
export default {
  async fetch(request, env) {
    const { method, key, bytes, options } = await request.json();
    try {
      return Response.json({ result: await call(env.KV, method, key, bytes, options) });
    } catch (error) {
      return Response.json({ error: error.message });
    }
  },
};

async function call(kv, method, key, bytes, options) {
  switch (method) {
    case "get": {
      const found = await kv.get(key, { type: "arrayBuffer", ...options });
      return found && [...new Uint8Array(found)];
    }
    case "put":
      return kv.put(key, Uint8Array.from(bytes), options);
    case "delete":
      return kv.delete(key);
    default: {
      const { keys, list_complete, cursor } = await kv.list(options);
      return { keys, list_complete, cursor };
    }
  }
}
