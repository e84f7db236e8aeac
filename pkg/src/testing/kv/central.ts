import { type Draw, type Milliseconds, longest } from "./draw.js";
import { kvError } from "./limits.js";

/** What a key holds. */
export interface Value {
  readonly bytes: Uint8Array;
  /** As JSON. */
  readonly metadata: string | undefined;
  /** In milliseconds since 1970; infinite: never. */
  readonly expiresAt: number;
}

interface Version {
  /** `undefined`: deleted. */
  readonly value: Value | undefined;
  readonly location: string;
  readonly writtenAt: number;
  /** Counts the writes to all keys; what is drawn for a write is drawn by it, as keys are different in each run. */
  readonly number: number;
}

/** The versions of one key, in the order of their writes. Of those that a location can fetch, the last one counts. */
interface History {
  readonly versions: readonly Version[];
  readonly putAt: number;
}

/** What the central store is told about time. */
export interface Spread {
  now(): number;
  readonly draw: Draw;
  /** For how long after a write another location may still fetch what was before. */
  readonly staleness: Milliseconds;
  /** A location fetches its own writes at once. */
  readonly ownWrites: boolean;
  /** The least time between two puts of one key. */
  readonly writeGap: number;
}

/** What every location writes to and fetches from. A write reaches the locations one by one. */
export class Central {
  readonly #spread: Spread;
  readonly #histories = new Map<string, History>();
  #writes = 0;

  constructor(spread: Spread) {
    this.#spread = spread;
  }

  /** Every key after this one that may hold something somewhere, in the order of KV's listings. */
  keysAfter(start: string): string[] {
    return [...this.#histories.keys()].filter((key) => byCodePoint(key, start) > 0).sort(byCodePoint);
  }

  /** What this location fetches now. */
  fetch(key: string, location: string): Value | undefined {
    const versions = this.#histories.get(key)?.versions ?? [];
    return last(versions, (version) => this.#reached(version, location))?.value;
  }

  /** @throws Error: KV's 429, when the key was put less than the gap ago, wherever that was. */
  put(key: string, value: Value, location: string): void {
    const now = this.#spread.now();
    const history = this.#histories.get(key) ?? { versions: [], putAt: -Infinity };
    if (now - history.putAt < this.#spread.writeGap) throw kvError("PUT", "429 Too Many Requests");
    this.#histories.set(key, { ...this.#extended(history, value, location), putAt: now });
  }

  delete(key: string, location: string): void {
    const history = this.#histories.get(key);
    if (history !== undefined) this.#histories.set(key, this.#extended(history, undefined, location));
  }

  #extended(history: History, value: Value | undefined, location: string): History {
    const version = { value, location, writtenAt: this.#spread.now(), number: this.#writes++ };
    return { ...history, versions: [...this.#needed(history.versions), version] };
  }

  /** Without the versions that no location fetches any more. */
  #needed(versions: readonly Version[]): readonly Version[] {
    const reachedAll = this.#spread.now() - longest(this.#spread.staleness);
    const oldest = last(versions, ({ writtenAt }) => writtenAt <= reachedAll);
    return oldest === undefined ? versions : versions.slice(versions.indexOf(oldest));
  }

  #reached({ location: origin, writtenAt, number }: Version, location: string): boolean {
    const { now, draw, staleness, ownWrites } = this.#spread;
    if (ownWrites && origin === location) return true;
    return writtenAt + draw(staleness, `staleness ${number} ${location}`) <= now();
  }
}

function last<T>(list: readonly T[], isWanted: (one: T) => boolean): T | undefined {
  return [...list].reverse().find(isWanted);
}

/** KV lists by UTF-8 bytes, which is the order of code points; comparing strings is the order of UTF-16 units. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  const at = left.findIndex((character, index) => character !== right[index]);
  const [one, other] = [left[at], right[at]];
  if (one === undefined || other === undefined) return left.length - right.length;
  return (one.codePointAt(0) ?? 0) - (other.codePointAt(0) ?? 0);
}
