import { type Parameters, type Statements, schemaOf, statementsOf } from "./session-table.js";

/** The part of a D1 binding that is used, so that no types package is needed. */
export interface D1Binding {
  prepare(sql: string): D1Statement;
  batch(statements: D1Statement[]): Promise<D1Result[]>;
}

/** The part of a D1 prepared statement that is used. */
export interface D1Statement {
  bind(...values: unknown[]): D1Statement;
}

/** What one statement did. */
export interface D1Result {
  readonly results: readonly unknown[];
  readonly meta: { readonly changes: number };
}

/** Other tables may well live in the same database: `sessions` would be too common a name. */
const TABLE = "edge_sessions";
const STATEMENTS = statementsOf(TABLE);

/** The table of sessions in a D1 database. It is made when a statement finds that there is none. */
export class D1Table {
  readonly #database: D1Binding;

  constructor(database: D1Binding) {
    this.#database = database;
  }

  /** Runs one statement for each of the rows, all in one round and one transaction; gives one result for each. */
  async run(statement: keyof Statements, rows: readonly Parameters[]): Promise<readonly D1Result[]> {
    // D1 refuses an empty batch.
    if (rows.length === 0) return [];
    const { sql, names } = numbered(STATEMENTS[statement]);
    const prepared = this.#database.prepare(sql);
    const bound = rows.map((row) => prepared.bind(...names.map((name) => row[name])));
    try {
      return await this.#database.batch(bound);
    } catch (error) {
      if (!isTableMissing(error)) throw error;
      await this.#create();
      return this.#database.batch(bound);
    }
  }

  /**
   * Of those who find no table at the same time the first makes it, and for the others it is there. They do not wait for
   * one another: in Workers a promise of another request may never settle.
   */
  async #create(): Promise<void> {
    await this.#database.batch(schemaOf(TABLE).map((sql) => this.#database.prepare(sql)));
  }
}

/** The statement with `?1` for `:name`, since D1 knows parameters by number only; and the names in that order. */
function numbered(sql: string): { readonly sql: string; readonly names: readonly string[] } {
  const names: string[] = [];
  const text = sql.replace(/:(\w+)/g, (_, name: string) => {
    if (!names.includes(name)) names.push(name);
    return `?${names.indexOf(name) + 1}`;
  });
  return { sql: text, names };
}

/** D1's errors have a text and no code; SQLite has worded this one the same way for twenty years. */
function isTableMissing(error: unknown): boolean {
  return error instanceof Error && error.message.includes(`no such table: ${TABLE}`);
}
