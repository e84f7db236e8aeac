import type { KvBinding } from "../../stores/kv.js";
import type { KvOperation } from "./calls.js";
import type { Central, Value } from "./central.js";
import { Copies } from "./copies.js";
import { checkKey, checkPage, checkRead, checkWrite } from "./limits.js";

const CACHE_SECONDS = 60;

/** What a location needs of the whole. */
export interface Surroundings {
  readonly central: Central;
  /** A location fetches its own writes at once. */
  readonly ownWrites: boolean;
  readonly now: () => number;
  /** Does what a call asks: late, or not at all, or without telling, as the test wants it; and writes the call down. */
  perform<T>(operation: KvOperation, key: string, act: () => T): Promise<T>;
}

/** The KV binding of the Workers at one location. */
export class Location implements KvBinding {
  readonly #name: string;
  readonly #around: Surroundings;
  readonly #copies: Copies;

  constructor(name: string, around: Surroundings) {
    this.#name = name;
    this.#around = around;
    this.#copies = new Copies(around.central, name, around.now);
  }

  async get(...[key, { type, cacheTtl = CACHE_SECONDS }]: Parameters<KvBinding["get"]>): Promise<ArrayBuffer | null> {
    checkKey("GET", key);
    checkRead(type, cacheTtl);
    return this.#around.perform("get", key, () => {
      const value = this.#copies.read(key, cacheTtl * 1_000);
      return value === undefined ? null : bytesIn(value.bytes);
    });
  }

  async put(...[key, bytes, options = {}]: Parameters<KvBinding["put"]>): Promise<void> {
    checkKey("PUT", key);
    const value = this.#valueOf(bytes, options);
    return this.#around.perform("put", key, () => {
      this.#around.central.put(key, value, this.#name);
      this.#written(key);
    });
  }

  async delete(key: string): Promise<void> {
    checkKey("DELETE", key);
    return this.#around.perform("delete", key, () => {
      this.#around.central.delete(key, this.#name);
      this.#written(key);
    });
  }

  async list({ prefix, limit, cursor }: Parameters<KvBinding["list"]>[0]): ReturnType<KvBinding["list"]> {
    checkPage(limit);
    return this.#around.perform("list", prefix, () => {
      const after = cursor === undefined ? "" : decodeURIComponent(cursor);
      const names = this.#around.central.keysAfter(after).filter((name) => name.startsWith(prefix));
      const shown = names.flatMap((name) => this.#listed(name)).slice(0, limit + 1);
      const keys = shown.slice(0, limit);
      if (shown.length === keys.length) return { keys, list_complete: true };
      return { keys, list_complete: false, cursor: encodeURIComponent(keys.at(-1)?.name ?? "") };
    });
  }

  /** The key as a listing shows it; empty when it shows none. */
  #listed(name: string): { name: string; metadata?: unknown }[] {
    const value = this.#copies.look(name);
    if (value === undefined) return [];
    return [value.metadata === undefined ? { name } : { name, metadata: JSON.parse(value.metadata) }];
  }

  #valueOf(bytes: Uint8Array, { expirationTtl, metadata }: NonNullable<Parameters<KvBinding["put"]>[2]>): Value {
    const text = metadata === undefined ? undefined : JSON.stringify(metadata);
    // A binding cuts the fraction off, and takes what is no number for 0.
    const seconds = expirationTtl === undefined ? Infinity : Math.trunc(expirationTtl) || 0;
    checkWrite(bytes, text, seconds);
    return { bytes: new Uint8Array(bytesIn(bytes)), metadata: text, expiresAt: this.#around.now() + seconds * 1_000 };
  }

  #written(key: string): void {
    if (this.#around.ownWrites) this.#copies.drop(key);
  }
}

/** The bytes in view, apart from the buffer they were in. */
function bytesIn({ buffer, byteOffset, byteLength }: Uint8Array): ArrayBuffer {
  return new Uint8Array(buffer, byteOffset, byteLength).slice().buffer;
}
