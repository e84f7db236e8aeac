import { AsyncLocalStorage } from "node:async_hooks";
import type { kvStore } from "edge-session";

/** A Workers KV binding, as far as sessions use it. */
export type KvBinding = Parameters<typeof kvStore>[0];

/** What one request has cost so far, and what happened to its session. */
export interface Ledger {
  reads: number;
  writes: number;
  /** Names of session events, in the order in which they happened (`create`, `expire idle`). */
  readonly events: string[];
  /** Milliseconds added to the clock. Always 0 but in tests. */
  readonly clockOffset: number;
}

const current = new AsyncLocalStorage<Ledger>();

/** Runs `work` with a ledger of its own. Requests that run at the same time in one isolate do not mix. */
export function withLedger<T>(clockOffset: number, work: (ledger: Ledger) => T): T {
  const ledger: Ledger = { reads: 0, writes: 0, events: [], clockOffset };
  return current.run(ledger, () => work(ledger));
}

/** The ledger of the request that is running, if one is. */
export function ledger(): Ledger | undefined {
  return current.getStore();
}

/**
 * The same binding, with every operation entered in the ledger of the request that makes it.
 *
 * Counted as Workers KV bills them: a read of several keys is several reads, and deleting and listing cost what
 * writing costs.
 */
export function metered(binding: KvBinding): KvBinding {
  return new Proxy(binding, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        enter(name, args[0]);
        return Reflect.apply(member, target, args);
      };
    },
  });
}

function enter(operation: string | symbol, key: unknown): void {
  const costs = ledger();
  if (!costs) return;
  if (operation === "get" || operation === "getWithMetadata") costs.reads += Array.isArray(key) ? key.length : 1;
  else costs.writes += 1;
}
