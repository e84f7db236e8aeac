/** What is told of sessions to those who run the application. */
import type { Values } from "./types.js";

/** What `list` is to list. */
export interface ListOptions {
  /** Whose; left out: everybody's. */
  readonly user?: string;
  /** Where the last page ended. */
  readonly cursor?: string;
  /** The most of one page: at most 1,000 of a user's (one call of the store), else 100 (which are read). Default 100. */
  readonly limit?: number;
}

/** A session as it is listed. Times in milliseconds since 1970; `null`: never, nobody, or not known without reading more. */
export interface ListedSession {
  /** The handle. */
  readonly id: string;
  readonly user: string | null;
  readonly level: string | null;
  readonly device: string | null;
  readonly createdAt: number | null;
  readonly authenticatedAt: number | null;
  readonly modifiedAt: number | null;
  /** When it ends at the latest. That nobody came for its idle life shows in the visitor's cookie alone. */
  readonly expiresAt: number | null;
  /** The bytes of its record. */
  readonly size: number | null;
}

/** A page of sessions; it can be short, or empty, and not be the last one. */
export interface SessionList {
  readonly sessions: readonly ListedSession[];
  /** Where the next page begins; left out on the last one. */
  readonly cursor?: string;
}

/** A session as its record stands in the store, which on Workers KV can be older than what its visitor sees. */
export interface InspectedSession extends ListedSession {
  /** By name, the values of the namespaces that are `inspectable`, in the version in which they are stored. No prototype. */
  readonly values: Readonly<Record<string, Values>>;
  /** The names of the others; of those in a store of their own, also where they hold nothing. */
  readonly hidden: readonly string[];
}
