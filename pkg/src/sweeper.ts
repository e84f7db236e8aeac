import { checkNames } from "./check-names.js";
import { SessionError } from "./errors.js";
import type { Clock, Duration, Sessions } from "./types.js";

/** Options of {@link sweepEvery}. */
export interface SweepOptions {
  /** What it waits by: in tests, the one that the sessions have. Default: a timer that keeps no process alive. */
  readonly clock?: Clock;
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Below, sweeping would be all that a process does. */
const SHORTEST_MS = 1_000;
/** Timers wrap around behind it. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Sweeps again and again, for a server that is one process or a few: what expired is dropped, and its end announced. The
 * first sweep is after `every`, and the next one `every` after each is done. One that fails is an `error` event of the
 * sessions, and the next one comes all the same.
 *
 * Each process of a server may have its own: of two that sweep at once, each finds what the other left.
 *
 * @param sessions of `createSessions(options)`, or `sessions.bind(env)`
 * @param every from `"1s"` to 24 days
 * @returns what ends it; a sweep that is under way goes on to its end
 * @throws SessionError `config` when `every` is no such time
 *
 * @example
 * const stop = sweepEvery(sessions, "10m");
 * server.on("close", stop);
 */
export function sweepEvery(sessions: Pick<Sessions, "sweep">, every: Duration, options: SweepOptions = {}): () => void {
  checkNames("sweepEvery", options, { clock: true });
  const { clock } = options;
  const ms = millisOf(every);
  const timers: Timers = clock === undefined ? hostTimers() : clockTimers(clock);
  let stopped = false;

  function wait(): void {
    if (!stopped) timers.start(ms, () => void sweep());
  }

  async function sweep(): Promise<void> {
    if (stopped) return;
    // The sessions have reported it.
    await sessions.sweep().catch(() => undefined);
    wait();
  }

  wait();
  return () => {
    stopped = true;
    timers.stop();
  };
}

/** One timer at a time. */
interface Timers {
  start(ms: number, run: () => void): void;
  stop(): void;
}

function hostTimers(): Timers {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    start(ms, run) {
      timer = setTimeout(run, ms);
      // In Node, a process that has nothing else to do may end.
      (timer as { unref?: () => void }).unref?.();
    },
    stop: () => clearTimeout(timer),
  };
}

/** A clock for tests cannot be stopped: what wakes finds that it is over. */
function clockTimers(clock: Clock): Timers {
  return { start: (ms, run) => void clock.sleep(ms).then(run), stop: () => undefined };
}

function millisOf(every: unknown): number {
  const [, count, unit] = (typeof every === "string" && /^(\d{1,15})(ms|s|m|h|d)$/.exec(every)) || [];
  const ms = typeof every === "number" ? every : Number(count) * UNITS[unit as keyof typeof UNITS];
  if (Number.isInteger(ms) && ms >= SHORTEST_MS && ms <= LONGEST_MS) return ms;
  throw new SessionError("config", 'sweepEvery: must be a length of time between "1s" and 24 days, such as "10m", or milliseconds');
}
