import type { Time } from "./time.js";

interface Line {
  /** Fulfilled when the last one in the line is done. */
  last: Promise<void>;
  /** How many have been done. */
  served: number;
}

/**
 * Turns at one record. Requests of this process that lost a compare-and-set take them one after the other: without,
 * a thousand of them would all try again at once, and all but one lose again.
 */
export class Turns {
  readonly #time: Time;
  readonly #patience: number;
  readonly #lines = new Map<string, Line>();

  /** @param patience how long one turn may last, in milliseconds: a request that was cancelled never ends its own */
  constructor(time: Time, patience: number) {
    this.#time = time;
    this.#patience = patience;
  }

  /** Waits for the turn; returns what ends it. */
  async take(key: string): Promise<() => void> {
    const line = this.#lines.get(key) ?? { last: Promise.resolve(), served: 0 };
    this.#lines.set(key, line);
    const before = line.last;
    let end = (): void => undefined;
    const mine = new Promise<void>((resolve) => (end = resolve));
    let pass = (): void => undefined;
    const passed = new Promise<void>((resolve) => (pass = resolve));
    const last = passed.then(() => mine);
    line.last = last;
    await this.#wait(line, before);
    // Whoever waits behind waits for this one alone from now on, also where somebody in front is gone.
    pass();
    return () => {
      line.served += 1;
      end();
      if (line.last === last) this.#lines.delete(key);
    };
  }

  /** As long as the line moves; when it stands still, somebody in it is gone. */
  async #wait(line: Line, before: Promise<void>): Promise<void> {
    for (let served = -1; served !== line.served; ) {
      served = line.served;
      if (await this.#time.within(this.#patience, before)) return;
    }
  }
}
