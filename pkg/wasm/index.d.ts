/**
 * What `#wasm` is in every runtime: the core's functions, ready at import, and the instance behind them.
 *
 * A call that traps throws a `WebAssembly.RuntimeError`, or a `RangeError` when the stack ran out, and leaves the
 * instance in an unknown state: call {@link instantiate} before the next call.
 */
export * from "./core.js";

/** The caller's side of one call. */
export interface Host {
  /** Gives the next of what goes beside the message. */
  give(): Uint8Array;
  /** Takes each of what goes beside the answer. The bytes are the core's own, and gone when the call is over. */
  take(bytes: Uint8Array): void;
  /** Reads the answer, under the same condition. It comes last. */
  read(answer: Uint8Array): void;
}

/** Tells the host the answer to a message with so much beside it. */
export function call(message: Uint8Array, long: number, host: Host): void;

/** Puts a fresh instance in place of the current one, synchronously, from the module already compiled. */
export function instantiate(): void;

/** How much memory the current instance holds, in bytes. */
export function memoryBytes(): number;
