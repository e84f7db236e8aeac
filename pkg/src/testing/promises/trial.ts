import type { Awaitable, Store, Stored, WriteOptions } from "../../types.js";
import type { FakeClock } from "../clock.js";

/** Promises by name. Each is kept by a store, or broken with an error. */
export type Promises = Readonly<Record<string, (trial: Trial) => Promise<void>>>;

/** A store, and how to let go of it when its test is over. */
export type StoreUnderTest = Store & { close?(): Awaitable<void> };

/** How long records live in a trial that is not about their end. */
const LIFE_MS = 3_600_000;

/** One store under test, with keys that no other trial uses. */
export class Trial {
  readonly store: StoreUnderTest;
  readonly clock: FakeClock;
  /** What every key of this trial begins with. */
  readonly prefix: string;

  constructor(store: StoreUnderTest, clock: FakeClock) {
    this.store = store;
    this.clock = clock;
    this.prefix = `s1:${crypto.randomUUID()}:`;
  }

  key(name: string | number = "a"): string {
    return `${this.prefix}${name}`;
  }

  /** Writes, by default for an hour and whatever is there. */
  async write(key: string, bytes: Uint8Array, options: Partial<WriteOptions> = {}): Promise<boolean> {
    return this.store.write(key, bytes, { expiresAt: this.clock.now() + LIFE_MS, ...options });
  }

  async read(key: string): Promise<Stored | null> {
    const [record, ...more] = await this.store.read([key]);
    assert(record !== undefined && more.length === 0, "one key was read, and not one answer came");
    return record;
  }

  /** The version of a record that is there. */
  async version(key: string): Promise<string> {
    const version = (await this.read(key))?.version;
    assert(typeof version === "string", `a record of a store with compare-and-set has the version ${typeof version}`);
    return version;
  }

  /** Breaks when the record is not there, or is not these bytes. */
  async holds(key: string, bytes: Uint8Array): Promise<void> {
    assertBytes((await this.read(key))?.bytes, bytes);
  }

  async lacks(key: string): Promise<void> {
    assert((await this.read(key)) === null, "a record that should not be there is served");
  }
}

/** @throws Error when `holds` is false */
export function assert(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}

/** @throws Error when the bytes are not the same */
export function assertBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  assert(actual !== undefined, "the record is missing");
  assert(actual instanceof Uint8Array, "the bytes are no Uint8Array");
  assert(actual.length === expected.length, `the record has ${actual.length} bytes instead of ${expected.length}`);
  const at = expected.findIndex((byte, index) => byte !== actual[index]);
  assert(at === -1, `byte ${at} is ${actual[at]} instead of ${expected[at]}`);
}

/** A short record that is like no other number's. */
export function record(number: number): Uint8Array {
  return Uint8Array.of(number, 255 - number, 0, 1);
}
