import type { Time } from "./time.js";

/** How long an end is remembered: longer than the core takes what was read for what is there. */
const REMEMBERED_MS = 10_000;

interface Lead {
  /** `undefined`: it is done. */
  readonly done: Promise<unknown> | undefined;
  readonly since: number;
  readonly until: number;
}

/** The sessions that this process is ending or leading to another id, or has a moment ago, by their keys. */
export class Leads {
  readonly #time: Time;
  readonly #patience: number;
  /** The oldest first. */
  readonly #leads = new Map<string, Lead>();

  /** @param patience how long one may take, in milliseconds; then it was lost with its request */
  constructor(time: Time, patience: number) {
    this.#time = time;
    this.#patience = patience;
  }

  /** Until it is done, others do not know where the session goes on. */
  async during<T>(key: string, done: Promise<T>): Promise<T> {
    this.#note(key, done.catch(() => undefined), this.#patience);
    try {
      return await done;
    } finally {
      this.#note(key, undefined, REMEMBERED_MS);
    }
  }

  /** What is under way: what comes next is to be decided after that. */
  underWay(key: string): Promise<unknown> | undefined {
    const { done, until } = this.#leads.get(key) ?? {};
    const left = done === undefined || until === undefined ? 0 : until - this.#time.now();
    return left > 0 ? this.#time.within(left, done as Promise<unknown>) : undefined;
  }

  /** It was done since then. */
  isDoneSince(key: string, then: number): boolean {
    const lead = this.#leads.get(key);
    return lead !== undefined && lead.done === undefined && lead.since >= then;
  }

  #note(key: string, done: Lead["done"], length: number): void {
    const since = this.#time.now();
    this.#leads.delete(key);
    for (const [oldest, { until }] of this.#leads) {
      if (until > since) break;
      this.#leads.delete(oldest);
    }
    this.#leads.set(key, { done, since, until: since + length });
  }
}
