/** Upstash's REST interface in front of a Redis server: commands and pipelines as JSON over HTTP, values as text. */
import { once } from "node:events";
import { createServer } from "node:http";

const TOKEN = "a-token-that-only-this-process-knows";

/** `redis`: an ioredis client, which this does not close. `requests` counts what came over HTTP. */
export async function startUpstash(redis) {
  const bridge = { url: "", token: TOKEN, requests: 0, stop: undefined };
  const server = createServer(async (request, response) => {
    bridge.requests += 1;
    const [status, body] = await answer(redis, request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  bridge.url = `http://127.0.0.1:${server.address().port}`;
  bridge.stop = () => {
    server.closeAllConnections();
    server.close();
    return once(server, "close");
  };
  return bridge;
}

async function answer(redis, request) {
  if (request.headers.authorization !== `Bearer ${TOKEN}`) return [401, { error: "Unauthorized" }];
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString());
  const encode = request.headers["upstash-encoding"] === "base64" ? inBase64 : (value) => value;
  const run = ([name, ...parameters]) =>
    redis.call(name, ...parameters).then(
      (result) => ({ result: encode(result) }),
      (error) => ({ error: error.message }),
    );
  if (request.url === "/pipeline") return [200, await Promise.all(body.map(run))];
  const result = await run(body);
  return ["error" in result ? 400 : 200, result];
}

/** Every string but `OK`, so that JSON cannot damage it. */
function inBase64(value) {
  if (Array.isArray(value)) return value.map(inBase64);
  return typeof value === "string" && value !== "OK" ? Buffer.from(value).toString("base64") : value;
}
