import * as wasm from "#wasm";

import { SessionError, type ErrorCode } from "./errors.js";
import { describeOptions } from "./options.js";

export { Act, Answer } from "#wasm";

/** The session as the core knows it between two calls. Opaque; it opens the session, so it never leaves the process. */
export type State = Uint8Array;

/** Where the JSON text of each namespace begins and ends in a view's bytes. */
export type Texts = Readonly<Record<string, readonly [start: number, end: number]>>;

/** `[session, key?, reject?, expired handle?, limit?]` */
export type Opened = [state: State, key: string | undefined, reject?: string, expired?: string, limit?: string];

/** What a record is to the session; the first element says which. */
export type Loaded =
  | [kind: 0, bytes: Uint8Array | undefined, texts: string, stale: boolean, conflict: boolean, due: boolean]
  | [kind: 1, state: State, key: string]
  | [kind: 2, state: State];

/** One record to write. Guard 0: if unchanged; 1: if there is none; 2: always. */
export type Write = [key: string, bytes: Uint8Array, expires: number, guard: number];

/** What to do so that a change holds; the first element says which. */
export type Planned =
  | [kind: 0]
  | [kind: 1, state: State, cookie: string | undefined, covered: boolean, ...writes: unknown[]]
  | [kind: 2]
  | [kind: 3, state: State, key: string];

/** Times in milliseconds since 1970; `undefined`: never, or not yet. */
export type Metadata = [
  handle: string,
  created: number,
  lastAccess: number,
  modified: number | undefined,
  idleEnd: number | undefined,
  absoluteEnd: number | undefined,
];

/** How many instances there have been. A configuration belongs to one of them. */
let generation = 0;

/**
 * A call into the instance has not come back: it trapped, maybe while it held a lock, and no other call may follow. Set
 * before each call, not when it fails: where the stack ran out there may be none left to note it.
 */
let lost = false;

const released = new FinalizationRegistry<{ config: number; generation: number }>((held) => {
  if (!lost && held.generation === generation) wasm.release(held.config);
});

/**
 * One configuration of the core.
 *
 * A call that traps leaves the instance in an unknown state: it is replaced before the next call, and every configuration
 * makes itself known to the new one. Other requests hold nothing but opaque bytes, so only the one that trapped fails.
 */
export class Core {
  readonly #options: string;
  #config = 0;
  #generation = -1;
  #storeTimeout = 0;

  /** @throws `SessionError` code `config`, naming every option that is wrong. */
  constructor(options: unknown) {
    this.#options = describeOptions(options);
    this.#call(() => undefined);
  }

  /** The longest one store call may take, in milliseconds. */
  get storeTimeout(): number {
    return this.#storeTimeout;
  }

  open(cookie: string, url: string | undefined, now: number): Opened {
    return this.#call((config) => wasm.open(config, cookie, url, now) as Opened);
  }

  load(state: State, answer: wasm.Answer, stored: Uint8Array, now: number): Loaded {
    return this.#call((config) => wasm.load(config, state, answer, stored, now) as Loaded);
  }

  commit(
    state: State,
    view: Uint8Array,
    answer: wasm.Answer,
    stored: Uint8Array,
    act: wasm.Act,
    changes: string,
    now: number,
  ): Planned {
    return this.#call((config) => wasm.commit(config, state, view, answer, stored, act, changes, now) as Planned);
  }

  metadata(state: State, view: Uint8Array, now: number): Metadata {
    return this.#call((config) => wasm.metadata(config, state, view, now) as Metadata);
  }

  mark(headers: Headers, cookie: string | undefined): void {
    this.#call(() => {
      wasm.mark(headers, cookie);
    });
  }

  #call<T>(run: (config: number) => T): T {
    try {
      if (lost) restart();
      lost = true;
      if (this.#generation !== generation) this.#configure();
      const result = run(this.#config);
      lost = false;
      return result;
    } catch (thrown) {
      throw translate(thrown);
    }
  }

  #configure(): void {
    const [config, storeTimeout] = wasm.configure(this.#options) as [number, number];
    released.register(this, { config, generation });
    this.#config = config;
    this.#generation = generation;
    this.#storeTimeout = storeTimeout;
  }
}

/** The core throws `code: message`; anything else that is not an exception of the host is a trap. */
function translate(thrown: unknown): unknown {
  if (typeof thrown === "string") {
    lost = false;
    const at = thrown.indexOf(": ");
    return new SessionError(thrown.slice(0, at) as ErrorCode, thrown.slice(at + 2));
  }
  if (thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError) {
    return new SessionError("internal", "the core trapped; it is restarted, and only this request failed", { cause: thrown });
  }
  lost = false;
  return thrown;
}

/** A fresh instance. Made when it is needed: right after the trap there may be no stack or memory for it. */
function restart(): void {
  wasm.instantiate();
  generation += 1;
}
