import { SessionError } from "../errors.js";

/** The part of `node:sqlite` that is used. */
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** A prepared statement; parameters go by name. */
export interface Statement {
  get(parameters: Row): unknown;
  all(parameters: Row): unknown[];
  run(parameters: Row): { changes: number | bigint };
}

type Row = Readonly<Record<string, string | number | null | Uint8Array>>;

/** The part of Node's `process` that is used. */
interface NodeProcess {
  getBuiltinModule?(name: "node:sqlite"): { DatabaseSync: new (path: string) => Database } | undefined;
}

/** SQLite's code where another process holds the file. While a new one is made, it waits for nobody (`busy_timeout` or not). */
const BUSY = 5;
const PAUSE_MS = 20;
const ATTEMPTS = 250;

function begin(database: Database, schema: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return database.exec(schema);
    } catch (error) {
      if ((error as { errcode?: unknown }).errcode !== BUSY || attempt === ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

/**
 * Opens the file, made if it is not there, and runs `schema` in it.
 *
 * @throws SessionError `config` when this runtime has no `node:sqlite`, or the file cannot be opened
 */
export function openDatabase(path: string, schema: string): Database {
  const { process } = globalThis as { process?: NodeProcess };
  // Asked for here and not imported above, so that this module can be loaded by any runtime and bundler.
  const sqlite = process?.getBuiltinModule?.("node:sqlite");
  if (sqlite === undefined) {
    throw new SessionError(
      "config",
      "sqliteStore: this runtime has no node:sqlite; use Node 22.13 or newer (22.5 to 22.12 need --experimental-sqlite)",
    );
  }
  try {
    const database = new sqlite.DatabaseSync(path);
    begin(database, schema);
    return database;
  } catch (cause) {
    throw new SessionError("config", `sqliteStore: cannot open ${path} as an SQLite database`, { cause });
  }
}
