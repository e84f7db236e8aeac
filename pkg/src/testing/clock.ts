import type { Clock } from "../types.js";

/** A clock that stands still until it is told to move. */
export interface FakeClock extends Clock {
  /**
   * Moves the time on by `ms`, and wakes who slept that long, in the order of their times. What wakes runs after this call
   * returns, and sees the time after the whole move.
   */
  advance(ms: number): void;
  /**
   * Lets `ms` pass, the way time does: whoever sleeps wakes at the time meant for that, does all that can be done without
   * waiting, and may fall asleep again before anybody with a later time wakes. Work that waits for something else than
   * this clock, such as a network, is not waited for.
   *
   * @example
   * const response = visit("/cart"); // of a store that takes 100 ms, with a limit of 5 s
   * await clock.elapse(10_000); // the store answers first; `advance(10_000)` would be over the limit
   */
  elapse(ms: number): Promise<void>;
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

  /** Moves to `time`, and wakes everybody who slept until then. */
  function moveTo(time: number): void {
    now = time;
    // The sort is stable: of two with the same time, the one that fell asleep first wakes first.
    const awake = sleepers.filter(({ wakesAt }) => wakesAt <= now).sort((a, b) => a.wakesAt - b.wakesAt);
    sleepers = sleepers.filter(({ wakesAt }) => wakesAt > now);
    for (const { wake } of awake) wake();
  }

  return {
    now: () => now,
    sleep: (ms) =>
      new Promise((wake) => {
        if (ms <= 0) wake();
        else sleepers.push({ wakesAt: now + ms, wake });
      }),
    advance: (ms) => moveTo(now + ms),
    async elapse(ms) {
      const end = now + ms;
      // Whoever is on the way to sleep gets there first.
      await turn();
      for (let next = firstOf(sleepers); next <= end; next = firstOf(sleepers)) {
        moveTo(Math.max(next, now));
        await turn();
      }
      moveTo(Math.max(end, now));
    },
  };
}

/** When the first of them wakes; infinite when nobody sleeps. */
function firstOf(sleepers: readonly Sleeper[]): number {
  return sleepers.reduce((first, { wakesAt }) => Math.min(first, wakesAt), Infinity);
}

/** One turn of the event loop: every promise that waits for no event has settled by then, however long the chain. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
