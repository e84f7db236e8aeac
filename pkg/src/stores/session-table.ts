import type { Listing, WriteOptions } from "../types.js";

/** The SQL of a table of sessions in SQLite: one for every store that speaks to SQLite, wherever it runs. */

/**
 * The statements that make the table, one each; nothing happens when it is there.
 *
 * A table with row ids, since records are long: without them SQLite would search among the records themselves.
 */
export function schemaOf(table: string): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${table} (
      key TEXT PRIMARY KEY NOT NULL,
      bytes BLOB NOT NULL,
      version INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      lives INTEGER NOT NULL,
      meta TEXT
    )`,
    `CREATE INDEX IF NOT EXISTS ${table}_expires_at ON ${table} (expires_at)`,
  ];
}

/** The text of every statement by its name. */
export type Statements = ReturnType<typeof statementsOf>;

/** What is done with the table. Parameters go by name; a write took place when it changed one row. */
export function statementsOf(table: string) {
  const values = "bytes = :bytes, version = version + 1, expires_at = :expiresAt, lives = :lives, meta = :meta";
  // A version begins at random, so that a key written anew after its removal never has an old record's version.
  const put = `
    INSERT INTO ${table} (key, bytes, version, expires_at, lives, meta)
    VALUES (:key, :bytes, random() & 0xffffffffffff, :expiresAt, :lives, :meta)
    ON CONFLICT (key) DO UPDATE SET ${values}`;
  const sweep = `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE expires_at <= :now LIMIT :limit)`;
  return {
    read: `SELECT bytes, version FROM ${table} WHERE key = :key AND expires_at > :now`,
    put,
    create: `${put} WHERE ${table}.expires_at <= :now`,
    replace: `
      UPDATE ${table} SET ${values}
      WHERE key = :key AND CAST(version AS TEXT) = :version AND expires_at > :now`,
    remove: `DELETE FROM ${table} WHERE key = :key`,
    list: `
      SELECT key, meta FROM ${table}
      WHERE key >= :prefix AND key < :end AND key > :after AND expires_at > :now ORDER BY key LIMIT :limit`,
    sweep,
    sweepAndTell: `${sweep} RETURNING CASE WHEN lives THEN key END AS key`,
  };
}

/** The values of one statement's parameters. */
export type Parameters = Readonly<Record<string, string | number | null | Uint8Array>>;

/** Which statement a write is, and its parameters. */
export function writing(key: string, bytes: Uint8Array, options: WriteOptions, now: number): [keyof Statements, Parameters] {
  const { expiresAt, version, meta, lives = false } = options;
  const row = { key, bytes, expiresAt, lives: Number(lives), meta: meta === undefined ? null : JSON.stringify(meta) };
  if (version === undefined) return ["put", row];
  return version === null ? ["create", { ...row, now }] : ["replace", { ...row, now, version }];
}

/** Tells `dropped` of the rows of `sweepAndTell`: a key is there where the record lived. Returns how many rows. */
export function told(rows: readonly unknown[], dropped: (key: string) => void): number {
  for (const { key } of rows as readonly { key: string | null }[]) if (key !== null) dropped(key);
  return rows.length;
}

/** The parameters of `list`. */
export function listing(prefix: string, cursor: string | undefined, limit: number, now: number): Parameters {
  // Keys sort by their bytes: nothing that begins with the prefix sorts after `end`. One more than asked for tells whether
  // there is a next page.
  return { prefix, end: `${prefix}\u{10ffff}`, after: cursor ?? "", now, limit: limit + 1 };
}

/** The page that the rows of `list` are. */
export function pageOf(rows: readonly unknown[], limit: number): Listing {
  const keys = rows.slice(0, limit).map((row) => toListed(row as ListedRow));
  const last = keys.at(-1);
  return rows.length > limit && last !== undefined ? { keys, cursor: last.key } : { keys };
}

interface ListedRow {
  readonly key: string;
  readonly meta: string | null;
}

function toListed({ key, meta }: ListedRow): Listing["keys"][number] {
  return meta === null ? { key } : { key, meta: JSON.parse(meta) as NonNullable<WriteOptions["meta"]> };
}
