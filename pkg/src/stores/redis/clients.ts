import { SessionError } from "../../errors.js";

/** What tells a client of `redis` (node-redis) apart: a client, a pool, a sentinel or a cluster, version 5 or later. */
export interface NodeRedisClient {
  withTypeMapping(mapping: never): unknown;
}

/** What tells a client of `ioredis` apart: `Redis` or `Cluster`, version 5 or later. */
export interface IoRedisClient {
  evalshaBuffer(...parameters: never): PromiseLike<unknown>;
}

/** What tells a client of `@upstash/redis` apart. */
export interface UpstashClient {
  evalsha(...parameters: never): PromiseLike<unknown>;
  readonly pipeline: unknown;
}

/** A client that `redisStore` works with. The application makes it, connects it and closes it. */
export type RedisClient = NodeRedisClient | IoRedisClient | UpstashClient;

/** What a script takes: text, and bytes where the client can send them. */
export type Argument = string | Uint8Array;

/** The commands that are used, the same whatever the client. What they answer still has the client's own form. */
export interface Commands {
  /** The client sends and receives bytes as they are; otherwise it knows text only. */
  readonly binary: boolean;
  /** What the client itself puts in front of every key, though not in the patterns and answers of SCAN. */
  readonly keyPrefix: string;
  evalsha(hash: string, key: string, parameters: readonly Argument[]): PromiseLike<unknown>;
  eval(script: string, key: string, parameters: readonly Argument[]): PromiseLike<unknown>;
  unlink(key: string): PromiseLike<unknown>;
  /** Not there for a cluster: one SCAN sees one of its servers only. */
  scan?(cursor: string, match: string, count: number): PromiseLike<readonly [cursor: unknown, keys: readonly unknown[]]>;
}

/** @throws SessionError `config` when it is none of the clients known here */
export function commandsOf(client: unknown): Commands {
  const members = (typeof client === "object" && client !== null ? client : {}) as Record<string, unknown>;
  const has = (...methods: string[]) => methods.every((method) => typeof members[method] === "function");
  // An ioredis client has the methods of the others' names as well.
  if (has("evalshaBuffer", "evalBuffer", "scanBuffer")) return ioRedis(client as IoRedis);
  if (has("withTypeMapping", "evalSha")) return nodeRedis(client as NodeRedis);
  if (has("evalsha", "eval", "unlink", "scan", "pipeline")) return upstash(client as Upstash);
  const found = client === null ? "null" : typeof client;
  const remedy = "give it one of `redis` 5, `ioredis` 5 or `@upstash/redis`, or a later version of these";
  throw new SessionError("config", `redisStore: the client is ${found} of an unknown kind; ${remedy}`);
}

interface NodeRedis {
  /** The same connection, with replies of one kind in another form. */
  withTypeMapping(mapping: Readonly<Record<number, unknown>>): NodeRedis;
  evalSha(hash: string, options: { keys: string[]; arguments: Argument[] }): PromiseLike<unknown>;
  eval(script: string, options: { keys: string[]; arguments: Argument[] }): PromiseLike<unknown>;
  unlink(key: string): PromiseLike<unknown>;
  scan(cursor: string, options: { MATCH: string; COUNT: number }): PromiseLike<{ cursor: unknown; keys: unknown[] }>;
}

/** `RESP_TYPES.BLOB_STRING` of node-redis: the `$` that begins a string in Redis' protocol. */
const BLOB_STRING = 36;

function nodeRedis(client: NodeRedis): Commands {
  const bytes = client.withTypeMapping({ [BLOB_STRING]: runtime.Buffer });
  const commands: Commands = {
    binary: true,
    keyPrefix: "",
    evalsha: (hash, key, parameters) => bytes.evalSha(hash, { keys: [key], arguments: parameters.map(toBuffer) }),
    eval: (script, key, parameters) => bytes.eval(script, { keys: [key], arguments: parameters.map(toBuffer) }),
    unlink: (key) => bytes.unlink(key),
  };
  // Only a cluster knows its masters.
  if ("masters" in client) return commands;
  return {
    ...commands,
    async scan(cursor, match, count) {
      const reply = await bytes.scan(cursor, { MATCH: match, COUNT: count });
      return [reply.cursor, reply.keys];
    },
  };
}

interface IoRedis {
  readonly isCluster?: boolean;
  readonly options?: { readonly keyPrefix?: string };
  evalshaBuffer(hash: string, keys: 1, key: string, ...parameters: Argument[]): PromiseLike<unknown>;
  evalBuffer(script: string, keys: 1, key: string, ...parameters: Argument[]): PromiseLike<unknown>;
  unlink(key: string): PromiseLike<unknown>;
  scanBuffer(...parameters: (string | number)[]): PromiseLike<[unknown, unknown[]]>;
}

function ioRedis(client: IoRedis): Commands {
  const commands: Commands = {
    binary: true,
    keyPrefix: client.options?.keyPrefix ?? "",
    evalsha: (hash, key, parameters) => client.evalshaBuffer(hash, 1, key, ...parameters.map(toBuffer)),
    eval: (script, key, parameters) => client.evalBuffer(script, 1, key, ...parameters.map(toBuffer)),
    unlink: (key) => client.unlink(key),
  };
  if (client.isCluster === true) return commands;
  return { ...commands, scan: (cursor, match, count) => client.scanBuffer(cursor, "MATCH", match, "COUNT", count) };
}

interface Upstash {
  evalsha(hash: string, keys: string[], parameters: readonly Argument[]): PromiseLike<unknown>;
  eval(script: string, keys: string[], parameters: readonly Argument[]): PromiseLike<unknown>;
  unlink(key: string): PromiseLike<unknown>;
  scan(cursor: string, options: { match: string; count: number }): PromiseLike<[unknown, unknown[]]>;
}

function upstash(client: Upstash): Commands {
  return {
    binary: false,
    keyPrefix: "",
    evalsha: (hash, key, parameters) => client.evalsha(hash, [key], parameters),
    eval: (script, key, parameters) => client.eval(script, [key], parameters),
    unlink: (key) => client.unlink(key),
    scan: (cursor, match, count) => client.scan(cursor, { match, count }),
  };
}

/** Node's `Buffer`: the clients that speak to Redis over TCP send no other bytes. */
const runtime = globalThis as unknown as {
  readonly Buffer: { from(memory: ArrayBufferLike, start: number, length: number): Uint8Array };
};

function toBuffer(argument: Argument): Argument {
  if (typeof argument === "string") return argument;
  return runtime.Buffer.from(argument.buffer, argument.byteOffset, argument.byteLength);
}
