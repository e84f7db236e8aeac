import { SessionError } from "../errors.js";
import type { Listing, Store, Stored, WriteOptions } from "../types.js";
import { type Database, type Statement, openDatabase } from "./node-sqlite.js";

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
  sweep(now: number): Promise<number>;
  /** Closes the file. Nothing can be read or written afterwards. */
  close(): void;
}

/*
 * WAL lets readers and one writer work at the same time, in any number of processes. With it, `synchronous = NORMAL`
 * loses nothing when the process is killed; a power cut may take the last moments, and never the file's integrity.
 * A table with row ids, since records are long: without them SQLite would search among the records themselves.
 */
const SCHEMA = `
  PRAGMA busy_timeout = 5000;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  CREATE TABLE IF NOT EXISTS sessions (
    key TEXT PRIMARY KEY NOT NULL,
    bytes BLOB NOT NULL,
    version INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    meta TEXT
  );
  CREATE INDEX IF NOT EXISTS sessions_expires_at ON sessions (expires_at);
`;

/** A version begins at random, so that a key written anew after its removal never has an old record's version. */
const INSERT = `
  INSERT INTO sessions (key, bytes, version, expires_at, meta) VALUES (:key, :bytes, random() & 0xffffffffffff, :expiresAt, :meta)
  ON CONFLICT (key) DO UPDATE SET bytes = :bytes, version = version + 1, expires_at = :expiresAt, meta = :meta`;

const STATEMENTS = {
  read: "SELECT bytes, version FROM sessions WHERE key = :key AND expires_at > :now",
  put: INSERT,
  create: `${INSERT} WHERE sessions.expires_at <= :now`,
  replace: `
    UPDATE sessions SET bytes = :bytes, version = version + 1, expires_at = :expiresAt, meta = :meta
    WHERE key = :key AND CAST(version AS TEXT) = :version AND expires_at > :now`,
  remove: "DELETE FROM sessions WHERE key = :key",
  list: `
    SELECT key, meta FROM sessions
    WHERE key >= :prefix AND key < :end AND key > :after AND expires_at > :now ORDER BY key LIMIT :limit`,
  sweep: "DELETE FROM sessions WHERE rowid IN (SELECT rowid FROM sessions WHERE expires_at <= :now LIMIT :limit)",
};

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
  return new Sqlite(openDatabase(path, SCHEMA), options.now ?? Date.now);
}

class Sqlite implements SqliteStore {
  readonly consistency = "strong";
  readonly #database: Database;
  readonly #now: () => number;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, Statement>>;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
    const prepared = Object.entries(STATEMENTS).map(([name, sql]) => [name, database.prepare(sql)]);
    this.#statements = Object.fromEntries(prepared) as Record<keyof typeof STATEMENTS, Statement>;
  }

  read(keys: readonly string[]): (Stored | null)[] {
    const now = this.#now();
    return keys.map((key) => {
      const row = this.#statements.read.get({ key, now }) as { bytes: Uint8Array; version: number } | undefined;
      return row === undefined ? null : { bytes: row.bytes, version: String(row.version) };
    });
  }

  write(key: string, bytes: Uint8Array, { expiresAt, version, meta }: WriteOptions): boolean {
    const { put, create, replace } = this.#statements;
    const row = { key, bytes, expiresAt, meta: meta === undefined ? null : JSON.stringify(meta) };
    if (version === undefined) return put.run(row).changes === 1;
    const now = this.#now();
    if (version === null) return create.run({ ...row, now }).changes === 1;
    return replace.run({ ...row, now, version }).changes === 1;
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.#statements.remove.run({ key });
  }

  list(prefix: string, { cursor, limit }: { readonly cursor?: string; readonly limit: number }): Listing {
    // Keys sort by their bytes: nothing that begins with the prefix sorts after this.
    const end = `${prefix}\u{10ffff}`;
    // One more than asked for tells whether there is a next page.
    const rows = this.#statements.list.all({ prefix, end, after: cursor ?? "", now: this.#now(), limit: limit + 1 });
    const keys = (rows as { key: string; meta: string | null }[]).slice(0, limit).map(toListed);
    const last = keys.at(-1);
    return rows.length > limit && last !== undefined ? { keys, cursor: last.key } : { keys };
  }

  async sweep(now: number): Promise<number> {
    let swept = 0;
    for (let dropped = SWEEP_BATCH; dropped === SWEEP_BATCH; ) {
      dropped = Number(this.#statements.sweep.run({ now, limit: SWEEP_BATCH }).changes);
      swept += dropped;
      // SQLite blocks the process; between two batches requests get their turn.
      if (dropped === SWEEP_BATCH) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return swept;
  }

  close(): void {
    this.#database.close();
  }
}

function toListed({ key, meta }: { key: string; meta: string | null }): Listing["keys"][number] {
  return meta === null ? { key } : { key, meta: JSON.parse(meta) as NonNullable<WriteOptions["meta"]> };
}
