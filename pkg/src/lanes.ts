import type { Keys, State } from "./plans.js";

/** Beyond this nothing waits any more: it is put at once. */
const MOST_LANES = 1_000;
const MOST_BYTES = 8 * 1024 * 1024;

/** A record that waits for its time, and with what it was planned. */
export interface Waiting {
  readonly state: State;
  readonly record: Uint8Array;
  readonly keys: Keys;
}

/** What this process is doing with one key. */
export interface Lane {
  waiting: Waiting | undefined;
  /** A put is under way since then; settles with it. */
  busy: Promise<unknown> | undefined;
  since: number;
  /** No other put before this time. */
  free: number;
  /** When the timer of what waits fires, if there is one. */
  timer: number | undefined;
}

/** One lane per key, so that this process never has two puts of one key under way, nor one too soon after another. */
export class Lanes {
  readonly #patience: number;
  readonly #gap: number;
  readonly #lanes = new Map<string, Lane>();
  #bytes = 0;

  /**
   * @param patience for how long a timer may be late, or a put may take, in milliseconds; then it was lost with its request
   * @param gap how long a put waits after another, in milliseconds
   */
  constructor(patience: number, gap: number) {
    this.#patience = patience;
    this.#gap = gap;
  }

  /** How many keys something is known of. */
  get size(): number {
    return this.#lanes.size;
  }

  /** The record that waits under this key. */
  waiting(key: string): Waiting | undefined {
    return this.#lanes.get(key)?.waiting;
  }

  /** Whether what is to be put now has to wait, and will not wait in vain. */
  isTaken(key: string, now: number): boolean {
    const lane = this.#lanes.get(key);
    if (lane === undefined || this.#isFull()) return false;
    return !this.#isLost(lane, now) && (this.busy(key, now) !== undefined || lane.timer !== undefined || now < lane.free);
  }

  /** Whether something waits that neither a put nor a timer sees to. */
  isStranded(key: string, now: number): boolean {
    const lane = this.#lanes.get(key);
    if (lane?.waiting === undefined || this.busy(key, now) !== undefined) return false;
    return lane.timer === undefined || this.#isLost(lane, now);
  }

  at(key: string): Lane {
    let lane = this.#lanes.get(key);
    if (lane === undefined) this.#lanes.set(key, (lane = { waiting: undefined, busy: undefined, since: 0, free: 0, timer: undefined }));
    return lane;
  }

  /** Puts something in the place of what waits, or nothing. */
  wait(key: string, waiting: Waiting | undefined): void {
    const lane = this.at(key);
    this.#bytes += (waiting?.record.length ?? 0) - (lane.waiting?.record.length ?? 0);
    lane.waiting = waiting;
  }

  /** A put begins: the next one not before the gap is over. */
  begin(key: string, now: number, put: Promise<unknown>): void {
    const lane = this.at(key);
    lane.free = now + this.#gap;
    lane.busy = put.catch(() => undefined);
    lane.since = now;
  }

  /** The put that is under way under this key, if it was not lost with the request that made it. */
  busy(key: string, now: number): Promise<unknown> | undefined {
    const lane = this.#lanes.get(key);
    return lane !== undefined && now <= lane.since + this.#patience ? lane.busy : undefined;
  }

  /** It has ended. */
  end(key: string, now: number): void {
    this.at(key).busy = undefined;
    this.#forgetIdle(now);
  }

  #isFull(): boolean {
    return this.#lanes.size > MOST_LANES || this.#bytes > MOST_BYTES;
  }

  /** The oldest first, as far as they are of no use any more. What waits for a timer that was lost is in its visitor's cookie. */
  #forgetIdle(now: number): void {
    for (const [key, lane] of this.#lanes) {
      if (this.busy(key, now) !== undefined) continue;
      if (this.#isLost(lane, now)) this.wait(key, undefined);
      else if (lane.waiting !== undefined) continue;
      else if (lane.free > now) return;
      this.#lanes.delete(key);
    }
  }

  /** The timer, or the put that was to set it, never came: its request is gone. */
  #isLost({ timer, busy, since }: Lane, now: number): boolean {
    const due = timer ?? (busy === undefined ? now : since);
    return now > due + this.#patience;
  }
}
