import { SessionError } from "./errors.js";

const encoder = new TextEncoder();
/** Where messages are written: one at a time, handed over before the next begins. Grows with them, up to a limit. */
let shared = new Uint8Array(65_536);
let sharedView = new DataView(shared.buffer);
/** Longer messages get memory of their own. */
const MOST_KEPT = 4 * 2 ** 20;

/** The most that is handed over at once: twice what the core may hold. */
const LIMIT = 2 ** 30;

/** From how many bytes on a field of bytes is not in the message or the answer, but beside it. */
export const LONG = 4_096;

/** What the core is asked, field by field in the order in which `src/js/mod.rs` reads them. */
export class Message {
  #bytes = shared;
  #view = sharedView;
  #at = 0;
  /** What goes beside it. */
  long: Uint8Array[] | undefined;

  constructor(what: number) {
    this.byte(what);
  }

  byte(byte: number): this {
    this.#need(1);
    this.#bytes[this.#at++] = byte;
    return this;
  }

  /** A whole number of 32 bits. */
  number(number: number): this {
    this.#need(4);
    this.#view.setUint32(this.#at, number, true);
    this.#at += 4;
    return this;
  }

  /** Milliseconds since 1970. */
  time(time: number): this {
    this.#need(8);
    this.#view.setFloat64(this.#at, time, true);
    this.#at += 8;
    return this;
  }

  bytes(bytes: Uint8Array): this {
    const { length } = bytes;
    this.number(length);
    if (length >= LONG) {
      if (length > LIMIT) throw tooLarge();
      (this.long ??= []).push(bytes);
      return this;
    }
    this.#need(length);
    this.#bytes.set(bytes, this.#at);
    this.#at += length;
    return this;
  }

  text(text: string): this {
    if (text === "") return this.number(0);
    const start = this.#at + 4;
    // No UTF-16 unit becomes more than three bytes.
    this.#need(4 + text.length * 3);
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(start));
    this.number(written);
    this.#at += written;
    return this;
  }

  /** The message so far, in memory that the next one may use: for a callee that copies it. */
  end(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #need(more: number): void {
    const needed = this.#at + more;
    if (needed <= this.#bytes.length) return;
    if (needed > LIMIT) throw tooLarge();
    const larger = new Uint8Array(needed + shared.length);
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
    if (larger.length <= MOST_KEPT) [shared, sharedView] = [larger, this.#view];
  }
}

function tooLarge(): SessionError {
  return new SessionError("too-large", "more than a gigabyte at once is more than a session can hold");
}
