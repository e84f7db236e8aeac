/** How long the record that was written is kept: longer than its write takes to show at this location. */
const KEPT_MS = 10_000;
const MOST_RECORDS = 1_000;
const MOST_BYTES = 4 * 1024 * 1024;

/**
 * The records that this process wrote in the last seconds, for a store that may not show them yet, or lets another process
 * put its own over them. Few and small: what does not fit is only what the store shows anyhow, a little later.
 *
 * Records are found by the store key alone, which nobody has without a token of that very session.
 */
export class Recent {
  /** The oldest first. */
  readonly #records = new Map<string, { readonly bytes: Uint8Array; readonly until: number }>();
  #bytes = 0;

  get(key: string, now: number): Uint8Array | undefined {
    const record = this.#records.get(key);
    return record !== undefined && now < record.until ? record.bytes : undefined;
  }

  keep(key: string, bytes: Uint8Array, now: number): void {
    this.#drop(key);
    if (bytes.length > MOST_BYTES) return;
    this.#records.set(key, { bytes, until: now + KEPT_MS });
    this.#bytes += bytes.length;
    for (const [oldest, { until }] of this.#records) {
      if (until > now && this.#bytes <= MOST_BYTES && this.#records.size <= MOST_RECORDS) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#records.get(key)?.bytes.length ?? 0;
    this.#records.delete(key);
  }
}
