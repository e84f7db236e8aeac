/** What a KV binding can be asked. */
export type KvOperation = "get" | "put" | "delete" | "list";

/** One call of a binding. */
export interface KvCall {
  readonly operation: KvOperation;
  readonly location: string;
  /** For a listing, the prefix. */
  readonly key: string;
  /** When it was made, in milliseconds since 1970. */
  readonly at: number;
  /**
   * - `"pending"`: it has not settled; one that hangs never does;
   * - `"done"`;
   * - `"refused"`: a 429, one put of this key too many;
   * - `"failed"`: any other error.
   */
  readonly outcome: "pending" | "done" | "refused" | "failed";
}

/** Which calls are meant: those that are all of this. What is left out may be anything. */
export interface KvCallFilter {
  readonly operation?: KvOperation | undefined;
  readonly location?: string | undefined;
  readonly key?: string | undefined;
  readonly outcome?: KvCall["outcome"] | undefined;
}

/** Whether a call is one of those meant. */
export function isMeant({ operation, location, key, outcome }: KvCallFilter, call: KvCall): boolean {
  const isSame = <T>(meant: T | undefined, found: T) => meant === undefined || meant === found;
  return (
    isSame(operation, call.operation) &&
    isSame(location, call.location) &&
    isSame(key, call.key) &&
    isSame(outcome, call.outcome)
  );
}
