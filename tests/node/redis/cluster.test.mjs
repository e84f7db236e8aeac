import { after, describe, it } from "node:test";
import IoRedis from "ioredis";
import { createCluster } from "redis";
import { redisStore } from "../../../pkg/dist/stores/redis.js";
import { storeConformance } from "../../../pkg/dist/testing/index.js";
import { startRedis } from "./server.mjs";

// One server with every slot: commands over keys of several slots are refused, as in a cluster of many.
const server = await startRedis("--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1");
const direct = new IoRedis({ host: "127.0.0.1", port: server.port });
await direct.cluster("ADDSLOTSRANGE", 0, 16_383);
await okay(() => direct.cluster("INFO"));

const address = { host: "127.0.0.1", port: server.port };
const clients = {
  redis: await createCluster({ rootNodes: [{ socket: address }] }).connect(),
  ioredis: new IoRedis.Cluster([address]),
};
after(async () => {
  clients.redis.destroy();
  clients.ioredis.disconnect();
  direct.disconnect();
  await server.stop();
});

for (const [name, client] of Object.entries(clients)) {
  describe(`redisStore with a cluster of ${name}`, () => {
    storeConformance({ describe, it }, () => redisStore(client), { lacks: ["clock", "list", "sweep"] });
  });
}

/** A cluster takes commands from the moment its own look at the slots says so. */
async function okay(info) {
  while (!(await info()).includes("cluster_state:ok"));
}
