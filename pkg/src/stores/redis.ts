import { checkNames } from "../check-names.js";
import { SessionError } from "../errors.js";
import type { Listing, Store, Stored, WriteOptions } from "../types.js";
import { type Argument, type Commands, type RedisClient, commandsOf } from "./redis/clients.js";
import { scanPage } from "./redis/scan.js";
import { READ, WRITE, discreetly } from "./redis/scripts.js";
import { decode, encode, objectOf, textOf } from "./redis/values.js";

export type { IoRedisClient, NodeRedisClient, RedisClient, UpstashClient } from "./redis/clients.js";

/** Options of {@link redisStore}. */
export interface RedisStoreOptions {
  /** Put in front of every key, where the database holds other things too. Default: none. */
  readonly prefix?: string;
  /**
   * Keep records as base64, a third longer, so that every client can read them. Upstash's own knows nothing else and does
   * so always; say `true` to the others where both share a database. Default `false`.
   */
  readonly text?: boolean;
}

/**
 * Keeps sessions in Redis 4 or later, Valkey, or Upstash, through a client of the application's own. Redis drops what has
 * expired by its own clock, so there is nothing to sweep.
 *
 * Strong, since all is asked of the primary, replicas or not: a client that is connected to a replica would break that.
 * A primary that fails takes with it the writes that no replica has yet. A cluster has no `list`.
 *
 * @example
 * const client = await createClient({ url: process.env.REDIS_URL }).on("error", console.error).connect();
 * const sessions = createSessions({ secrets: [process.env.SESSION_SECRET], store: redisStore(client) });
 *
 * @param client of `redis` 5, `ioredis` 5 or `@upstash/redis`, or a later version of these
 * @throws SessionError `config` when the client or an option is wrong
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): Store {
  checkNames("redisStore", options, { prefix: true, text: true });
  const { prefix = "", text = false } = options;
  checkOptions(prefix, text);
  const commands = commandsOf(client);
  return new Redis(commands, prefix, text || !commands.binary);
}

/**
 * A record is a hash of the fields `version`, `bytes` or, as text, `base64`, and `meta` if it has any. A version is
 * random, so that none ever comes again, not even after the record was removed or has expired.
 */
class Redis implements Store {
  readonly consistency = "strong";
  declare readonly list?: NonNullable<Store["list"]>;
  readonly #commands: Commands;
  readonly #prefix: string;
  readonly #asText: boolean;

  constructor(commands: Commands, prefix: string, asText: boolean) {
    this.#commands = commands;
    this.#prefix = prefix;
    this.#asText = asText;
    if (commands.scan !== undefined) this.list = this.#listBy(commands.scan);
  }

  /** One command per key, since in a cluster keys live apart, but all at once: the clients send them together. */
  read(keys: readonly string[]): Promise<(Stored | null)[]> {
    return Promise.all(keys.map((key) => this.#readOne(key)));
  }

  async write(key: string, bytes: Uint8Array, { expiresAt, version, meta }: WriteOptions): Promise<boolean> {
    const record: Argument[] = this.#asText ? ["base64", encode(bytes)] : ["bytes", bytes];
    if (meta !== undefined) record.push("meta", JSON.stringify(meta));
    const parameters = [stateOf(version), crypto.randomUUID(), endOf(expiresAt), ...record];
    return Number(await WRITE.run(this.#commands, this.#prefix + key, parameters)) === 1;
  }

  async remove(keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => discreetly(this.#commands.unlink(this.#prefix + key))));
  }

  #listBy(scan: NonNullable<Commands["scan"]>): NonNullable<Store["list"]> {
    const hidden = this.#commands.keyPrefix + this.#prefix;
    return async (prefix, options) => {
      const { keys, ...next } = await scanPage(scan, hidden, prefix, options);
      const listed = await Promise.all(keys.map((key) => this.#listed(key)));
      return { keys: listed.filter((entry) => entry !== null), ...next };
    };
  }

  async #readOne(key: string): Promise<Stored | null> {
    const [version, base64, bytes] = await this.#fields(key, "version", "base64", ...(this.#commands.binary ? ["bytes"] : []));
    if (version === null) return null;
    const stored = { version: textOf(version) };
    if (base64 !== null) return { ...stored, bytes: decode(textOf(base64)) };
    // A plain copy: the client's own may be a part of a larger buffer.
    if (bytes instanceof Uint8Array) return { ...stored, bytes: new Uint8Array(bytes) };
    throw new Error("redisStore: a client that sends bytes wrote the record, and this one reads text; give that one's store `text: true`");
  }

  /** `null`: the record went between SCAN and now. */
  async #listed(key: string): Promise<Listing["keys"][number] | null> {
    const [version, meta] = await this.#fields(key, "version", "meta");
    if (version === null) return null;
    return meta === null ? { key } : { key, meta: objectOf<NonNullable<WriteOptions["meta"]>>(meta) };
  }

  async #fields(key: string, ...names: string[]): Promise<unknown[]> {
    return (await READ.run(this.#commands, this.#prefix + key, names)) as unknown[];
  }
}

/** The state in which a record may be written, as the script takes it. */
function stateOf(version: WriteOptions["version"]): string {
  if (version === undefined) return "*";
  return version === null ? "-" : `=${version}`;
}

/** The last time a `Date` can tell; Redis' own times end later. */
const END_OF_TIME = 8.64e15;

/** When Redis drops the record, up to whole milliseconds: longer than needed is safe, shorter is not. Empty: never. */
function endOf(expiresAt: number): string {
  return expiresAt > END_OF_TIME ? "" : String(Math.max(0, Math.ceil(expiresAt)));
}

function checkOptions(prefix: unknown, text: unknown): void {
  if (typeof prefix !== "string") throw new SessionError("config", "redisStore: prefix must be a string");
  if (typeof text !== "boolean") throw new SessionError("config", "redisStore: text must be true or false");
}
