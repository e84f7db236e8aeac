import { checkNames } from "../check-names.js";
import { SessionError } from "../errors.js";
import type { Listing, Store, Stored, WriteOptions } from "../types.js";
import { type Database, type Statement, openDatabase } from "./node-sqlite.js";
import { type Statements, listing, pageOf, schemaOf, statementsOf, told, writing } from "./session-table.js";

/** Options of {@link sqliteStore}. */
export interface SqliteStoreOptions {
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** A store in one SQLite file. All but `sweep` answer at once, without promises. */
export interface SqliteStore extends Store {
  read(keys: readonly string[]): (Stored | null)[];
  write(key: string, bytes: Uint8Array, options: WriteOptions): boolean;
  remove(keys: readonly string[]): void;
  list(prefix: string, options: { readonly cursor?: string; readonly limit: number }): Listing;
  sweep(now: number, dropped?: (key: string) => void): Promise<number>;
  /** Closes the file. Nothing can be read or written afterwards. */
  close(): void;
}

const TABLE = "sessions";
const STATEMENTS = statementsOf(TABLE);

/*
 * WAL lets readers and one writer work at the same time, in any number of processes. With it, `synchronous = NORMAL`
 * loses nothing when the process is killed; a power cut may take the last moments, and never the file's integrity.
 */
const SCHEMA = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  ${schemaOf(TABLE).join(";\n")};
`;

/** How many expired records one statement drops: a few milliseconds in which others have to wait. */
const SWEEP_BATCH = 500;

/**
 * Keeps sessions in an SQLite file, through Node's own `node:sqlite`: durable, shared by the processes of one machine,
 * and nothing to install. The file is made when it is not there. `":memory:"` keeps them in memory, for tests.
 *
 * @example
 * const sessions = createSessions({ secrets: [process.env.SESSION_SECRET], store: sqliteStore("./sessions.db") });
 *
 * @throws SessionError `config` when this runtime has no `node:sqlite`, or the file cannot be opened
 */
export function sqliteStore(path: string, options: SqliteStoreOptions = {}): SqliteStore {
  if (typeof path !== "string" || path === "") {
    throw new SessionError("config", "sqliteStore: the path must be a non-empty string");
  }
  checkNames("sqliteStore", options, { now: true });
  return new Sqlite(openDatabase(path, SCHEMA), options.now ?? Date.now);
}

class Sqlite implements SqliteStore {
  readonly consistency = "strong";
  readonly #database: Database;
  readonly #now: () => number;
  readonly #statements: Readonly<Record<keyof Statements, Statement>>;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
    const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#statements = Object.fromEntries(prepared) as Record<keyof Statements, Statement>;
  }

  read(keys: readonly string[]): (Stored | null)[] {
    const now = this.#now();
    return keys.map((key) => {
      const row = this.#statements.read.get({ key, now }) as { bytes: Uint8Array; version: number } | undefined;
      return row === undefined ? null : { bytes: row.bytes, version: String(row.version) };
    });
  }

  write(key: string, bytes: Uint8Array, options: WriteOptions): boolean {
    const [statement, row] = writing(key, bytes, options, this.#now());
    return this.#statements[statement].run(row).changes === 1;
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.#statements.remove.run({ key });
  }

  list(prefix: string, { cursor, limit }: { readonly cursor?: string; readonly limit: number }): Listing {
    return pageOf(this.#statements.list.all(listing(prefix, cursor, limit, this.#now())), limit);
  }

  async sweep(now: number, dropped?: (key: string) => void): Promise<number> {
    let swept = 0;
    for (let gone = SWEEP_BATCH; gone === SWEEP_BATCH; ) {
      gone = this.#sweepBatch({ now, limit: SWEEP_BATCH }, dropped);
      swept += gone;
      // SQLite blocks the process; between two batches requests get their turn.
      if (gone === SWEEP_BATCH) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return swept;
  }

  #sweepBatch(batch: { now: number; limit: number }, dropped: ((key: string) => void) | undefined): number {
    const { sweep, sweepAndTell } = this.#statements;
    return dropped === undefined ? Number(sweep.run(batch).changes) : told(sweepAndTell.all(batch), dropped);
  }

  close(): void {
    this.#database.close();
  }
}
