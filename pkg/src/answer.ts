const NONE = 0xffff_ffff;
const TWO_TO_32 = 2 ** 32;
const decoder = new TextDecoder();

/**
 * Reads what the core answers, field by field in the order in which `src/js/answer.rs` writes them.
 *
 * Bytes are windows into the answer, not copies: it holds the state, so they are for this package's eyes only.
 */
export class Answer {
  /** Which of the answers that the call may give. */
  readonly kind: number;
  readonly #bytes: Uint8Array;
  #at = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
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

  bytes(): Uint8Array {
    return this.optionalBytes() as Uint8Array;
  }

  optionalBytes(): Uint8Array | undefined {
    const length = this.#length();
    return length === NONE ? undefined : this.#bytes.subarray(this.#at, (this.#at += length));
  }

  text(): string {
    return decoder.decode(this.bytes());
  }

  optionalText(): string | undefined {
    const bytes = this.optionalBytes();
    return bytes && decoder.decode(bytes);
  }

  #byte(): number {
    return this.#bytes[this.#at++] as number;
  }

  #length(): number {
    return (this.#byte() | (this.#byte() << 8) | (this.#byte() << 16) | (this.#byte() << 24)) >>> 0;
  }
}
