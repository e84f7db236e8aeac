import { type KvCall, type KvOperation, isMeant } from "./calls.js";
import { kvError } from "./limits.js";

/** What a KV is made to fail at, and how. */
export interface KvFault {
  /** Left out: every operation. */
  readonly operation?: KvOperation;
  /** Left out: every location. */
  readonly location?: string;
  /** Left out: every key. */
  readonly key?: string;
  /** Which of these calls fails, counted from now; 1 is the next one. Left out: every one. */
  readonly nth?: number;
  /**
   * - `"error"`: nothing is done, and the error is KV's for a status of 500 (default);
   * - `"refuse"`: nothing is done, and the error is KV's for a status of 429;
   * - `"hang"`: nothing is done, and the call never settles;
   * - `"lose"`: it is done, and only the answer is lost: the call fails as with `"error"`.
   */
  readonly how?: "error" | "refuse" | "hang" | "lose";
}

/** How a call fails. */
export type Failure = NonNullable<KvFault["how"]>;

/** The faults that a test asked for. */
export class KvFaults {
  #pending: { readonly fault: KvFault; calls: number }[] = [];

  add(fault: KvFault): void {
    this.#pending.push({ fault, calls: 0 });
  }

  /** Forgets the faults of one location, or every one. */
  heal(location: string | undefined): void {
    this.#pending = this.#pending.filter(({ fault }) => location !== undefined && fault.location !== location);
  }

  /** How this call fails, if it does. Every fault that means the call counts it; the first that is due is met. */
  meet(call: KvCall): Failure | undefined {
    let met: KvFault | undefined;
    for (const pending of this.#pending) {
      const { nth, operation, location, key } = pending.fault;
      if (!isMeant({ operation, location, key }, call)) continue;
      pending.calls += 1;
      if (nth === undefined || nth === pending.calls) met ??= pending.fault;
    }
    return met && (met.how ?? "error");
  }
}

/** What a call fails with that does not hang. */
export function failureOf(operation: KvOperation, how: Failure): Error {
  const methods = { get: "GET", put: "PUT", delete: "DELETE", list: "GET" } as const;
  return kvError(methods[operation], how === "refuse" ? "429 Too Many Requests" : "500 Internal Server Error");
}
