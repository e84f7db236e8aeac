import { checkNames } from "../check-names.js";
import type { Listing, Store, Stored, WriteOptions } from "../types.js";
import { checkBinding } from "./binding.js";
import { type D1Binding, D1Table } from "./d1-table.js";
import { listing, pageOf, told, writing } from "./session-table.js";

export type { D1Binding, D1Result, D1Statement } from "./d1-table.js";

/** Options of {@link d1Store}. */
export interface D1StoreOptions {
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** A store in a D1 database. */
export interface D1Store extends Store {
  list(prefix: string, options: { readonly cursor?: string; readonly limit: number }): Promise<Listing>;
  /**
   * Drops what had expired at `now`, milliseconds since 1970; returns how many. For a cron trigger. One call drops at
   * most 40,000 records: when it returns that many there may be more, for another call or the next run.
   *
   * @param dropped is told the key of each that was a session's
   */
  sweep(now: number, dropped?: (key: string) => void): Promise<number>;
}

/** How many expired records one statement drops: D1 runs one at a time, and requests wait meanwhile. */
const SWEEP_BATCH = 1_000;
/** A Worker on the free plan may ask D1 50 times per invocation; the rest is for what else the cron trigger does. */
const SWEEP_BATCHES = 40;

/**
 * Keeps sessions in a Cloudflare D1 database, in a table of its own, `edge_sessions`, that is made when it is first
 * needed.
 *
 * Give it the binding itself, not a `withSession()` of it: the binding asks the primary database, and a replica may show
 * an older state. Expired records are never served; `sweep` drops them.
 *
 * @example
 * const sessions = createSessions((env) => ({ secrets: [env.SESSION_SECRET], store: d1Store(env.DB) }));
 *
 * export default {
 *   fetch: sessions.handle(handler),
 *   scheduled: sessions.scheduled(), // for a cron trigger
 * };
 *
 * @throws SessionError `config` when the binding is no D1 database
 */
export function d1Store(database: D1Binding, options: D1StoreOptions = {}): D1Store {
  checkBinding("d1Store", database, "a D1 database", ["prepare", "batch"]);
  checkNames("d1Store", options, { now: true });
  return new D1(new D1Table(database), options.now ?? Date.now);
}

class D1 implements D1Store {
  readonly consistency = "strong";
  readonly #table: D1Table;
  readonly #now: () => number;

  constructor(table: D1Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  async read(keys: readonly string[]): Promise<(Stored | null)[]> {
    const now = this.#now();
    const found = await this.#table.run("read", keys.map((key) => ({ key, now })));
    return found.map(({ results: [row] }) => (row === undefined ? null : toStored(row as Row)));
  }

  async write(key: string, bytes: Uint8Array, options: WriteOptions): Promise<boolean> {
    // D1 takes its parameters as JSON, which has no Infinity.
    const expiresAt = Math.min(options.expiresAt, Number.MAX_SAFE_INTEGER);
    const [statement, row] = writing(key, bytes, { ...options, expiresAt }, this.#now());
    const [result] = await this.#table.run(statement, [row]);
    return result?.meta.changes === 1;
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#table.run("remove", keys.map((key) => ({ key })));
  }

  async list(prefix: string, { cursor, limit }: { readonly cursor?: string; readonly limit: number }): Promise<Listing> {
    const [page] = await this.#table.run("list", [listing(prefix, cursor, limit, this.#now())]);
    return pageOf(page?.results ?? [], limit);
  }

  async sweep(now: number, dropped?: (key: string) => void): Promise<number> {
    let swept = 0;
    for (let batch = 0; batch < SWEEP_BATCHES; batch += 1) {
      const [result] = await this.#table.run(dropped === undefined ? "sweep" : "sweepAndTell", [{ now, limit: SWEEP_BATCH }]);
      const gone = dropped === undefined ? (result?.meta.changes ?? 0) : told(result?.results ?? [], dropped);
      swept += gone;
      if (gone < SWEEP_BATCH) break;
    }
    return swept;
  }
}

interface Row {
  /** D1 answers in JSON: a BLOB is an array of numbers there. */
  readonly bytes: readonly number[];
  readonly version: number;
}

function toStored({ bytes, version }: Row): Stored {
  return { bytes: Uint8Array.from(bytes), version: String(version) };
}
