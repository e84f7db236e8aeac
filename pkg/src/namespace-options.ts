import type { Kind } from "./options.js";
import type { Duration, Store, Values } from "./types.js";

/** What an application says of one namespace. */
export interface NamespaceOptions {
  /**
   * Which shape its data has: a whole number, at least 1, raised with each change of the shape. Data that was stored before there
   * was a version is of version 0; a namespace that is empty begins at this one.
   */
  readonly version?: number;
  /**
   * Makes data of an older version into the present one. Called when the namespace is first used in a request; what it returns
   * is what the application sees, and is stored with the next change of the namespace. Not given: older data is taken as it is.
   *
   * When it throws or returns what is no plain object, using the namespace is a `value` error, as it is with data of a newer
   * version; other namespaces work, and `clear()` begins anew.
   *
   * @param data a copy, which may be changed and returned
   * @param from the version that it was stored in, less than `version`
   */
  migrate?(data: Values, from: number): object;
  /** All of its values go this long after the last change of any of them: reading is no change. Default: with the session. */
  readonly idle?: Duration | "never";
  /** Each of its values goes this long after it was set. In a store of its own: all of them, after the first was. */
  readonly absolute?: Duration | "never";
  /**
   * Where it is kept, apart from the session: `await session.load(name)` before it is used. It ends with the session, except that
   * of a session which expires or is revoked it stays, reached by nobody, until its own end, or 400 days after its last change.
   * Its changes are written before the session's, and on an eventually consistent store no cookie covers them.
   */
  readonly store?: Store;
  /** Its values may be looked at by an administrator (`sessions.inspect`). Default `false`. */
  readonly inspectable?: boolean;
}

export const FROM_ONE: Kind = {
  name: "a whole number, at least 1",
  toText: (value) => (Number.isSafeInteger(value) && (value as number) >= 1 ? String(value) : undefined),
};

/** What can be said of one namespace: its fields, each of its kind, for `describeOptions`. */
export const NAMESPACE: Readonly<Record<string, Kind>> = {
  version: FROM_ONE,
  migrate: {
    name: "a function",
    toText: (value) => (typeof value === "function" ? "given" : undefined),
  },
};
