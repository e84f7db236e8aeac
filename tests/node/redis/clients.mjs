/** The clients that the store is tried with, all of one Redis server. */
import { Redis as Upstash } from "@upstash/redis";
import IoRedis from "ioredis";
import IoRedis5 from "ioredis-5";
import { createClient } from "redis";
import { createClient as createClient5 } from "redis-5";
import { startRedis } from "./server.mjs";
import { startUpstash } from "./upstash.mjs";

/**
 * A server, a client of each kind by its name, the current version unless the name says another, and `direct`, an ioredis
 * client to look at what is in Redis.
 */
export async function startAll() {
  const server = await startRedis();
  const socket = { host: "127.0.0.1", port: server.port };
  const direct = new IoRedis(socket);
  const bridge = await startUpstash(direct);
  const clients = {
    redis: await createClient({ socket }).connect(),
    "redis 5": await createClient5({ socket }).connect(),
    ioredis: new IoRedis(socket),
    "ioredis 5": new IoRedis5(socket),
    "@upstash/redis": new Upstash({ url: bridge.url, token: bridge.token, enableTelemetry: false }),
  };
  const stop = async () => {
    for (const client of [clients.redis, clients["redis 5"]]) client.destroy();
    for (const client of [clients.ioredis, clients["ioredis 5"], direct]) client.disconnect();
    await bridge.stop();
    await server.stop();
  };
  return { server, direct, bridge, clients, stop };
}
