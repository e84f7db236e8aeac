/** Why an operation failed. */
export type ErrorCode =
  | "config"
  | "value"
  | "too-large"
  | "stale"
  | "conflict"
  | "store"
  | "clock"
  | "entropy"
  | "destroyed"
  | "reauthenticate"
  | "limit"
  | "internal";

/**
 * The one error class. A bad cookie is never an error: it is a `reject` event and a new session.
 *
 * - `config`: an option is wrong; the message begins with its name.
 * - `value`: a value cannot be stored; the message begins with its path. Nothing was written. Or a namespace's data cannot be
 *   brought to its version; the message begins with its name.
 * - `too-large`: the session is larger than `maxBytes`, and the message names its largest keys; or a value is larger than
 *   `maxValueBytes`, and the message begins with its path. Nothing was written.
 * - `stale`: the store shows less than the visitor has seen, and the change cannot be kept safely.
 * - `conflict`: other requests kept changing the record, so that it could not be written.
 * - `store`: the store failed, took too long or returned what is no record. The cookie is untouched.
 * - `clock`: the clock reads a time before this release. Nothing was issued.
 * - `entropy`: the random source failed. Nothing was issued.
 * - `destroyed`: the session was used after `destroy()`.
 * - `reauthenticate`: `requireFresh()` found that the user signed in too long ago, or not strongly enough.
 * - `limit`: the user has as many sessions as `userLimit` allows. Nothing was written.
 * - `internal`: a fault in the library. Only this request failed.
 */
export class SessionError extends Error {
  override readonly name = "SessionError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
