import { LONG } from "./message.js";

const NONE = 0xffff_ffff;
const TWO_TO_32 = 2 ** 32;
const decoder = new TextDecoder();

/**
 * Reads what the core answers, field by field in the order in which `src/js/answer.rs` writes them: from the core's own memory,
 * before the call is over.
 */
export class Answer {
  /** Which of the answers that the call may give. */
  readonly kind: number;
  readonly #bytes: Uint8Array;
  readonly #long: readonly Uint8Array[];
  #at = 1;
  #next = 0;

  /** @param long what is beside it, in memory of its own */
  constructor(bytes: Uint8Array, long: readonly Uint8Array[]) {
    this.#bytes = bytes;
    this.#long = long;
    this.kind = bytes[0] as number;
  }

  flag(): boolean {
    return this.#byte() === 1;
  }

  /** 48 bits. */
  number(): number {
    const low = this.#length();
    return low + (this.#byte() + this.#byte() * 256) * TWO_TO_32;
  }

  /** Milliseconds since 1970; `undefined`: never, or not yet. */
  time(): number | undefined {
    return this.number() || undefined;
  }

  /** In memory of their own. */
  bytes(): Uint8Array {
    return this.optionalBytes() as Uint8Array;
  }

  optionalBytes(): Uint8Array | undefined {
    const length = this.#length();
    return length < LONG || length === NONE ? this.#window(length)?.slice() : this.#long[this.#next++];
  }

  text(): string {
    return this.optionalText() as string;
  }

  optionalText(): string | undefined {
    const bytes = this.#window(this.#length());
    return bytes && decoder.decode(bytes);
  }

  #window(length: number): Uint8Array | undefined {
    return length === NONE ? undefined : this.#bytes.subarray(this.#at, (this.#at += length));
  }

  #byte(): number {
    return this.#bytes[this.#at++] as number;
  }

  #length(): number {
    return (this.#byte() | (this.#byte() << 8) | (this.#byte() << 16) | (this.#byte() << 24)) >>> 0;
  }
}
