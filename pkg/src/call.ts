import * as wasm from "#wasm";

import { Answer } from "./answer.js";
import { SessionError, type ErrorCode } from "./errors.js";
import type { Message } from "./message.js";

/** The kind of an answer that is an error. */
const ERROR = 255;

/** How many instances there have been. */
let generation = 0;

/**
 * A call into the instance has not come back: it trapped, maybe while it held a lock, and no other call may follow. Set
 * before each call, not when it fails: where the stack ran out there may be none left to note it.
 */
let lost = false;

const NOTHING: readonly Uint8Array[] = [];

/** The instance that is called now, by its number. What is kept in one is not in another. */
export function instance(): number {
  if (lost) restart();
  return generation;
}

/** The instance of this number can be called. */
export function isInstance(number: number): boolean {
  return !lost && number === generation;
}

/** The driver's side of one call. */
class Call<T> implements wasm.Host {
  readonly #given: readonly Uint8Array[];
  readonly #read: (answer: Answer) => T;
  #next = 0;
  /** What goes beside the answer. */
  #taken: Uint8Array[] | undefined;
  answer: T | SessionError | undefined;

  constructor(given: readonly Uint8Array[], read: (answer: Answer) => T) {
    this.#given = given;
    this.#read = read;
  }

  give(): Uint8Array {
    return this.#given[this.#next++] as Uint8Array;
  }

  take(bytes: Uint8Array): void {
    (this.#taken ??= []).push(bytes.slice());
  }

  read(bytes: Uint8Array): void {
    const answer = new Answer(bytes, this.#taken ?? NOTHING);
    this.answer = answer.kind === ERROR ? new SessionError(answer.text() as ErrorCode, answer.text()) : this.#read(answer);
  }
}

/**
 * One call.
 *
 * A call that traps leaves the instance in an unknown state: it is replaced before the next call. Other requests hold nothing but
 * opaque bytes, so only the one that trapped fails.
 *
 * @throws `SessionError`: what the core answered instead, or `internal` when it trapped.
 */
export function ask<T>(message: Message, read: (answer: Answer) => T): T {
  const { long = NOTHING } = message;
  const call = new Call(long, read);
  instance();
  lost = true;
  try {
    wasm.call(message.end(), long.length, call);
    lost = false;
  } catch (cause) {
    throw new SessionError("internal", "the core trapped; it is restarted, and only this request failed", { cause });
  }
  if (call.answer instanceof SessionError) throw call.answer;
  return call.answer as T;
}

/** A fresh instance. Made when it is needed: right after the trap there may be no stack or memory for it. */
function restart(): void {
  try {
    wasm.instantiate();
    generation += 1;
  } catch (cause) {
    throw new SessionError("internal", "the core trapped and could not be restarted yet", { cause });
  }
}
