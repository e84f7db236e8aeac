/** The clients that the store is tried with, all of one Redis server. */
import { Redis as Upstash } from "@upstash/redis";
import IoRedis from "ioredis";
import { createClient } from "redis";
import { startRedis } from "./server.mjs";
import { startUpstash } from "./upstash.mjs";

/** A server, a client of each kind by its name, and `direct`, an ioredis client to look at what is in Redis. */
export async function startAll() {
  const server = await startRedis();
  const direct = new IoRedis(server.port);
  const bridge = await startUpstash(direct);
  const clients = {
    redis: await createClient({ socket: { host: "127.0.0.1", port: server.port } }).connect(),
    ioredis: new IoRedis(server.port),
    "@upstash/redis": new Upstash({ url: bridge.url, token: bridge.token, enableTelemetry: false }),
  };
  const stop = async () => {
    clients.redis.destroy();
    clients.ioredis.disconnect();
    direct.disconnect();
    await bridge.stop();
    await server.stop();
  };
  return { server, direct, bridge, clients, stop };
}
