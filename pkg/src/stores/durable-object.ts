import { checkNames } from "../check-names.js";
import type { Store, Stored } from "../types.js";
import { checkBinding } from "./binding.js";
import type { ObjectWrite } from "./session-object.js";

export { type ObjectState, type ObjectStorage, type ObjectWrite, SessionObject } from "./session-object.js";

/** A Durable Object binding to `SessionObject`, or to a class that extends it: `DurableObjectNamespace<SessionObject>`. */
export interface SessionObjects {
  getByName(name: string): SessionObjectStub;
}

/** One object, as a Worker calls it. */
export interface SessionObjectStub {
  read(now: number): Promise<Stored | null>;
  write(write: ObjectWrite): Promise<boolean>;
  remove(): Promise<void>;
}

/** Options of {@link durableObjectStore}; both are for tests. */
export interface DurableObjectStoreOptions {
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** Resolves after `ms` milliseconds, between two attempts. Default `setTimeout`. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

const ATTEMPTS = 4;
/** The longest wait before the second attempt; it doubles with each. All together are well within a `storeTimeout`. */
const FIRST_WAIT_MS = 100;

/**
 * Keeps each session in a Durable Object of its own, named by the store's key: strongly consistent everywhere at once.
 * The Worker must export {@link SessionObject}, and have it bound with SQLite storage.
 *
 * The records of a namespace can be neither listed nor swept: objects cannot be enumerated, and each deletes itself when
 * it expires.
 *
 * A call that failed for a passing reason (`error.retryable`, and the object is not overloaded) is made again, up to three
 * times, at growing intervals.
 *
 * @example
 * export { SessionObject } from "edge-session/durable-object";
 *
 * const sessions = createSessions((env) => ({ secrets: [env.SESSION_SECRET], store: durableObjectStore(env.SESSIONS) }));
 *
 * @throws SessionError `config` when the binding is not that of a Durable Object
 */
export function durableObjectStore(binding: SessionObjects, options: DurableObjectStoreOptions = {}): Store {
  checkBinding("durableObjectStore", binding, "a Durable Object namespace", ["getByName"]);
  checkNames("durableObjectStore", options, { now: true, sleep: true });
  const { now = Date.now, sleep = waiting } = options;

  /** A stub that threw may be broken for good: each attempt makes a new one. */
  const call = <T>(key: string, method: (stub: SessionObjectStub) => Promise<T>): Promise<T> =>
    persist(() => method(binding.getByName(key)), sleep);

  return {
    consistency: "strong",
    read: (keys) => Promise.all(keys.map((key) => call(key, (stub) => stub.read(now())))),
    write(key, bytes, { expiresAt, version: replaces, lives = false }) {
      // A random version never comes again, not even after the object has forgotten everything.
      const version = crypto.randomUUID();
      // A copy: with a view its whole buffer would be sent, and a later attempt must not see what the caller did to it.
      const copy = bytes.slice();
      return call(key, (stub) => stub.write({ bytes: copy, version, replaces, expiresAt, lives, now: now() }));
    },
    async remove(keys) {
      await Promise.all(keys.map((key) => call(key, (stub) => stub.remove())));
    },
  };
}

/**
 * Attempts until one succeeds, fails for good, or was the last.
 *
 * @throws `Error` that nobody else tries again: an overload has to be left alone, and a write would not be known for the same
 */
async function persist<T>(attempt: () => Promise<T>, sleep: (ms: number) => Promise<unknown>): Promise<T> {
  for (let wait = FIRST_WAIT_MS, left = ATTEMPTS - 1; ; wait *= 2, left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !isPassing(error)) throw new Error(Object(error).message, { cause: error });
      // Between half and all of it, so that those who failed together do not come again together.
      await sleep(wait * (0.5 + Math.random() / 2));
    }
  }
}

/**
 * "JavaScript Errors with the property .overloaded set to True should not be retried. If a Durable Object is overloaded,
 * then retrying will worsen the overload and increase the overall error rate."
 * (https://developers.cloudflare.com/durable-objects/best-practices/error-handling/)
 */
function isPassing(error: unknown): boolean {
  const { retryable, overloaded } = Object(error) as { readonly retryable?: unknown; readonly overloaded?: unknown };
  return retryable === true && overloaded !== true;
}

function waiting(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
