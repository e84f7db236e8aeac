import type { Clock } from "../types.js";

/** A clock that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /**
   * Moves the time on by `ms`, and wakes who slept that long, in the order of their times. What wakes runs after this call
   * returns, and sees the time after the whole move.
   */
  advance(ms: number): void;
}

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/**
 * A clock for tests, to be given as the option `clock` or, its `now`, to a store.
 *
 * @param start milliseconds since 1970, or a date; default 2027-01-01T00:00:00Z
 */
export function fakeClock(start: number | Date = Date.UTC(2027, 0, 1)): FakeClock {
  let now = Number(start);
  let sleepers: Sleeper[] = [];
  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => {
        if (ms <= 0) wake();
        else sleepers.push({ wakesAt: now + ms, wake });
      }),
    advance(ms) {
      now += ms;
      // The sort is stable: of two with the same time, the one that fell asleep first wakes first.
      const awake = sleepers.filter(({ wakesAt }) => wakesAt <= now).sort((a, b) => a.wakesAt - b.wakesAt);
      sleepers = sleepers.filter(({ wakesAt }) => wakesAt > now);
      for (const { wake } of awake) wake();
    },
  };
}
