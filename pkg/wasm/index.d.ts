/**
 * What `#wasm` is in every runtime: the core's functions, ready at import, and the instance behind them.
 *
 * A call that traps throws a `WebAssembly.RuntimeError`, or a `RangeError` when the stack ran out, and leaves the
 * instance in an unknown state: call {@link instantiate} before the next call.
 */
export * from "./core.js";

/** Puts a fresh instance in place of the current one, synchronously, from the module already compiled. */
export function instantiate(): void;

/** How much memory the current instance holds, in bytes. */
export function memoryBytes(): number;
