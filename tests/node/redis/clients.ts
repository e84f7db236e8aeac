// Compiled by types.test.mjs, and never run: the clients as their own types have them.
import { Redis as Upstash } from "@upstash/redis";
import { type RedisStoreOptions, redisStore } from "edge-session/redis";
import type { Store } from "edge-session";
import { Cluster, Redis } from "ioredis";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis-5";
import { createClient, createClientPool, createCluster, createSentinel } from "redis";
import * as redis5 from "redis-5";

const options: RedisStoreOptions = { prefix: "app:", text: true };

export const stores: Store[] = [
  redisStore(createClient()),
  redisStore(createClient({ RESP: 3 }).on("error", console.error)),
  redisStore(await createClient().connect(), options),
  redisStore(createClientPool()),
  redisStore(createCluster({ rootNodes: [] })),
  redisStore(createSentinel({ name: "main", sentinelRootNodes: [] })),
  redisStore(redis5.createClient()),
  redisStore(redis5.createClientPool()),
  redisStore(redis5.createCluster({ rootNodes: [] })),
  redisStore(redis5.createSentinel({ name: "main", sentinelRootNodes: [] })),
  redisStore(new Redis()),
  redisStore(new Cluster([])),
  redisStore(new Redis5()),
  redisStore(new Cluster5([])),
  redisStore(Upstash.fromEnv()),
];

// @ts-expect-error a promise of a client is no client
redisStore(createClient().connect());
// @ts-expect-error node-redis' callbacks of old
redisStore(createClient().legacy());
// @ts-expect-error an address is no client
redisStore("redis://localhost");
// @ts-expect-error
redisStore(new Redis(), { prefix: 5 });
