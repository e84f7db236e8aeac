import type { KvBinding } from "../../stores/kv.js";
import type { Clock } from "../../types.js";
import type { KvLocations, KvLocationsOptions } from "../kv-locations.js";
import { type KvCall, type KvCallFilter, isMeant } from "./calls.js";
import { Central } from "./central.js";
import { type Draw, drawFrom } from "./draw.js";
import { type KvFault, KvFaults, failureOf } from "./faults.js";
import { Location } from "./location.js";

const REAL_TIME: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((wake) => setTimeout(wake, ms)),
};

/** The locations around one central store: makes calls take their time and fail, and writes them down. */
export class Network implements KvLocations {
  calls: KvCall[] = [];
  readonly #clock: Clock;
  readonly #draw: Draw;
  readonly #latency: NonNullable<KvLocationsOptions["latency"]>;
  readonly #ownWrites: boolean;
  readonly #central: Central;
  readonly #faults = new KvFaults();
  readonly #locations = new Map<string, Location>();
  #drawn = 0;

  constructor(options: KvLocationsOptions) {
    const { clock = REAL_TIME, seed = 1, staleness = 0, latency = {}, ownWrites = true, writeGap = 1_000 } = options;
    this.#clock = clock;
    this.#draw = drawFrom(seed);
    this.#latency = latency;
    this.#ownWrites = ownWrites;
    this.#central = new Central({ now: () => clock.now(), draw: this.#draw, staleness, ownWrites, writeGap });
  }

  location(name: string): KvBinding {
    const location = this.#locations.get(name) ?? this.#open(name);
    this.#locations.set(name, location);
    return location;
  }

  fail(fault: KvFault = {}): void {
    this.#faults.add(fault);
  }

  heal(location?: string): void {
    this.#faults.heal(location);
  }

  count(filter: KvCallFilter = {}): number {
    return this.calls.filter((call) => isMeant(filter, call)).length;
  }

  resetCounts(): void {
    this.calls = [];
  }

  #open(name: string): Location {
    return new Location(name, {
      central: this.#central,
      ownWrites: this.#ownWrites,
      now: () => this.#clock.now(),
      perform: (operation, key, act) => this.#perform({ operation, location: name, key }, act),
    });
  }

  async #perform<T>(asked: Pick<KvCall, "operation" | "location" | "key">, act: () => T): Promise<T> {
    const call: Noted = { ...asked, at: this.#clock.now(), outcome: "pending" };
    this.calls.push(call);
    try {
      const result = await this.#attempt(call, act);
      call.outcome = "done";
      return result;
    } catch (error) {
      call.outcome = String(error).includes(" 429 ") ? "refused" : "failed";
      throw error;
    }
  }

  async #attempt<T>(call: KvCall, act: () => T): Promise<T> {
    const failure = this.#faults.meet(call);
    if (failure === "hang") return new Promise(() => {});
    const latency = this.#draw(this.#latency[call.operation] ?? 0, `latency ${this.#drawn++}`);
    await this.#pass(latency / 2);
    if (failure !== undefined && failure !== "lose") throw failureOf(call.operation, failure);
    const result = act();
    await this.#pass(latency / 2);
    if (failure !== undefined) throw failureOf(call.operation, failure);
    return result;
  }

  async #pass(ms: number): Promise<void> {
    if (ms > 0) await this.#clock.sleep(ms);
  }
}

/** A call that has not settled yet. */
type Noted = { -readonly [Field in keyof KvCall]: KvCall[Field] };
