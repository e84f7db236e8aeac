import type { Central, Value } from "./central.js";

/** For how long a location remembers at most that a key was not there. */
const LONGEST_MISS_MS = 60_000;

interface Copy {
  /** `undefined`: the key was not there. That is remembered as well. */
  readonly value: Value | undefined;
  readonly fetchedAt: number;
  readonly freshUntil: number;
}

/** One location's own copies of what it fetched. */
export class Copies {
  readonly #central: Central;
  readonly #location: string;
  readonly #now: () => number;
  readonly #copies = new Map<string, Copy>();

  constructor(central: Central, location: string, now: () => number) {
    this.#central = central;
    this.#location = location;
    this.#now = now;
  }

  /** What a read answers: the copy while it is fresh, else what is fetched, and that is the copy from now on. */
  read(key: string, cacheMs: number): Value | undefined {
    let copy = this.#copies.get(key);
    // A read with a shorter time shortens that of a copy which is already there; a longer one does not prolong it.
    if (copy !== undefined) copy = { ...copy, freshUntil: Math.min(copy.freshUntil, copy.fetchedAt + cacheMs) };
    if (copy === undefined || !this.#isFresh(copy)) copy = this.#fetched(key, cacheMs);
    this.#copies.set(key, copy);
    return this.#live(copy.value);
  }

  /** What a listing shows of a key: what a read would answer, but nothing is copied. */
  look(key: string): Value | undefined {
    const copy = this.#copies.get(key);
    return this.#live(copy !== undefined && this.#isFresh(copy) ? copy.value : this.#central.fetch(key, this.#location));
  }

  /** Drops the copy, since this location wrote the key. */
  drop(key: string): void {
    this.#copies.delete(key);
  }

  #isFresh({ freshUntil }: Copy): boolean {
    return freshUntil > this.#now();
  }

  #fetched(key: string, cacheMs: number): Copy {
    const value = this.#live(this.#central.fetch(key, this.#location));
    const fetchedAt = this.#now();
    const life = value === undefined ? Math.min(cacheMs, LONGEST_MISS_MS) : cacheMs;
    return { value, fetchedAt, freshUntil: fetchedAt + life };
  }

  /** "Expiration always takes precedence": also over a copy. */
  #live(value: Value | undefined): Value | undefined {
    return value !== undefined && value.expiresAt > this.#now() ? value : undefined;
  }
}
