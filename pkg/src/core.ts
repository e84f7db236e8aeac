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

const released = new FinalizationRegistry<{ config: number; generation: number }>((held) => {
  if (held.generation === generation) wasm.release(held.config);
});

/**
 * One configuration of the core.
 *
 * A call that traps leaves the instance in an unknown state: it is replaced at once, and every configuration makes
 * itself known to the new one at its next call. Other requests hold nothing but opaque bytes, so only the one that
 * trapped fails.
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
      if (this.#generation !== generation) this.#configure();
      return run(this.#config);
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
    const at = thrown.indexOf(": ");
    return new SessionError(thrown.slice(0, at) as ErrorCode, thrown.slice(at + 2));
  }
  if (thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError) {
    generation += 1;
    wasm.instantiate();
    return new SessionError("internal", "the core trapped; it was restarted, and only this request failed", { cause: thrown });
  }
  return thrown;
}
