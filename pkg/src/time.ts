import type { Clock } from "./types.js";

/** A length of time as the core reads it. What it may be is decided there. */
export function spanOf(length: unknown): string {
  return typeof length === "number" ? `${length}ms` : String(length);
}

/** The time and its timers: the application's clock, or the host's. */
export class Time {
  readonly #clock: Clock | undefined;

  constructor(clock: Clock | undefined) {
    this.#clock = clock;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#clock === undefined ? Date.now() : this.#clock.now();
  }

  sleep(ms: number): Promise<void> {
    return this.#clock?.sleep(ms) ?? new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Runs something later; returns what cancels it. A clock given for tests cannot: there it comes to nothing. */
  after(ms: number, run: () => void): () => void {
    if (this.#clock !== undefined) {
      void this.#clock.sleep(ms).then(run);
      return () => undefined;
    }
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  }

  /** Waits for what may never come, but no longer than this. `false`: it did not come. */
  within(ms: number, promise: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.after(ms, () => resolve(false));
      void promise.then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}
