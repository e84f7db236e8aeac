import type { Time } from "./time.js";

/** How long an end is remembered: longer than the core takes what was read for what is there. */
const REMEMBERED_MS = 10_000;

interface Lead {
  readonly done: Promise<unknown>;
  /** Then it was lost with its request. */
  readonly until: number;
}

/** The sessions that this process is ending or leading to another id, or has a moment ago, by their keys. */
export class Leads {
  readonly #time: Time;
  readonly #patience: number;
  /** Of each key the one that began last, the oldest first. */
  readonly #underWay = new Map<string, Lead>();
  /** When one was last done, the oldest first. */
  readonly #ends = new Map<string, number>();

  /** @param patience how long one may take, in milliseconds; then it was lost with its request */
  constructor(time: Time, patience: number) {
    this.#time = time;
    this.#patience = patience;
  }

  /** Until it is done, others do not know where the session goes on. */
  async during<T>(key: string, done: Promise<T>): Promise<T> {
    const now = this.#time.now();
    const lead = { done: done.catch(() => undefined), until: now + this.#patience };
    renew(this.#underWay, key, lead, ({ until }) => until <= now);
    try {
      return await done;
    } finally {
      this.#end(key, lead);
    }
  }

  /** What is under way: what comes next is to be decided after that. */
  underWay(key: string): Promise<unknown> | undefined {
    const lead = this.#underWay.get(key);
    if (lead === undefined) return undefined;
    const left = lead.until - this.#time.now();
    return left > 0 ? this.#time.within(left, lead.done) : undefined;
  }

  /** It was done since then. */
  isDoneSince(key: string, then: number): boolean {
    return (this.#ends.get(key) ?? -Infinity) >= then;
  }

  #end(key: string, lead: Lead): void {
    const now = this.#time.now();
    // Another may have begun meanwhile, and goes on.
    if (this.#underWay.get(key) === lead) this.#underWay.delete(key);
    renew(this.#ends, key, now, (end) => end + REMEMBERED_MS <= now);
  }
}

/** Makes an entry the newest, and drops the oldest as far as they are over. */
function renew<T>(entries: Map<string, T>, key: string, entry: T, isOver: (entry: T) => boolean): void {
  entries.delete(key);
  for (const [oldest, old] of entries) {
    if (!isOver(old)) break;
    entries.delete(oldest);
  }
  entries.set(key, entry);
}
