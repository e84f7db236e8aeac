import type { Answer } from "./answer.js";
import type { Listing } from "./types.js";

/** A listed key, by the handle in it. */
export interface Entry {
  readonly id: string;
  /** What stands beside the key. */
  readonly meta: Listing["keys"][number]["meta"];
  /** When the record was last written; 0: not known. */
  readonly modified: number;
}

/** What it tells. Times in milliseconds since 1970; `null`: never, or not known. */
export interface Facts {
  readonly createdAt: number | null;
  readonly authenticatedAt: number | null;
  readonly expiresAt: number | null;
  readonly level: string | null;
  readonly device: string | null;
}

/** As `entry` in `src/js/answer.rs` writes it; `undefined`: the session does not live on. */
export function factsOf(answer: Answer): Facts | undefined {
  if (!answer.flag()) return undefined;
  const [createdAt, authenticatedAt, expiresAt] = [answer.time() ?? null, answer.time() ?? null, answer.time() ?? null];
  return { createdAt, authenticatedAt, expiresAt, level: textOf(answer), device: textOf(answer) };
}

/** It is JSON, and for a store to get wrong. */
function textOf(answer: Answer): string | null {
  const text: unknown = JSON.parse(answer.optionalText() ?? "null");
  return typeof text === "string" ? text : null;
}
