import { env } from "cloudflare:workers";
import { d1Store } from "edge-session/d1";
import { storeConformance } from "edge-session/testing";
import { describe, it } from "vitest";
import { assert, assertFails, assertSame } from "../conformance/assert.js";

const ONE = Uint8Array.of(1);
const HOUR = 3_600_000;

describe("d1Store", () => {
  storeConformance({ describe, it }, ({ now }) => d1Store(env.DB, { now }));

  it("a_missing_binding_is_named_with_the_remedy", async () => {
    await assertFails(() => d1Store(undefined), "config", "d1Store: the binding is undefined; is it in wrangler.toml?");
    await assertFails(() => d1Store(env.SESSIONS), "config", "d1Store: the binding has no prepare(); is it a D1 database?");
  });

  it("every_call_is_one_round_and_every_write_one_statement", async () => {
    const { binding, rounds } = recording(env.DB);
    const store = d1Store(binding);
    const [a, b] = [newKey(), newKey()];
    await store.write(a, ONE, lasting());
    await store.write(b, ONE, lasting({ version: null }));
    const [{ version }] = await store.read([a, b]);
    await store.write(a, ONE, lasting({ version }));
    await store.remove([a, b]);
    assertSame(rounds.map((statements) => statements.length), [1, 1, 2, 1, 2]);
    const verbs = rounds.map(([sql]) => /\w+/.exec(sql)[0]);
    assertSame(verbs, ["INSERT", "INSERT", "SELECT", "UPDATE", "DELETE"]);
  });

  it("of_no_keys_it_is_not_asked", async () => {
    const { binding, rounds } = recording(env.DB);
    await d1Store(binding).read([]);
    await d1Store(binding).remove([]);
    assertSame(rounds, []);
  });
});

describe("the table of d1Store", () => {
  it("first_uses_at_the_same_time_all_succeed_and_make_it_once", async () => {
    await env.DB.exec("DROP TABLE IF EXISTS edge_sessions");
    const keys = Array.from({ length: 20 }, newKey);
    const stores = [d1Store(env.DB), d1Store(env.DB)];
    const use = (store, key) => [store.write(key, ONE, lasting()), store.list(key, { limit: 1 })];
    await Promise.all(keys.flatMap((key, at) => use(stores[at % 2], key)));
    const found = await stores[0].read(keys);
    assert(found.every((record) => record !== null), "a first write is gone");
    assertSame(await schema(), ["edge_sessions", "edge_sessions_expires_at"]);
  });

  it("when_it_is_there_nothing_is_asked_about_it", async () => {
    await d1Store(env.DB).read([newKey()]);
    const { binding, rounds } = recording(env.DB);
    await d1Store(binding).read([newKey()]);
    assertSame(rounds.length, 1);
  });

  it("each_method_makes_it_again_when_it_is_lost", async () => {
    const store = d1Store(env.DB);
    const key = newKey();
    const uses = {
      read: async () => assertSame(await store.read([key]), [null]),
      write: async () => assertSame(await store.write(key, ONE, lasting()), true),
      remove: () => store.remove([key]),
      list: async () => assertSame(await store.list(key, { limit: 1 }), { keys: [] }),
      sweep: async () => assertSame(await store.sweep(Date.now()), 0),
    };
    for (const use of Object.values(uses)) {
      await env.DB.exec("DROP TABLE IF EXISTS edge_sessions");
      await use();
      assertSame(await schema(), ["edge_sessions", "edge_sessions_expires_at"]);
    }
  });

  it("another_failure_is_not_taken_for_its_absence", async () => {
    for (const message of ["D1_ERROR: no such table: orders: SQLITE_ERROR", "D1_ERROR: Network connection lost."]) {
      const { binding, rounds } = recording({ prepare: (sql) => env.DB.prepare(sql), batch: async () => fail(message) });
      const error = await d1Store(binding).read(["s1:a"]).then(() => undefined, (reason) => reason);
      assertSame([error?.message, rounds.length], [message, 1]);
    }
  });
});

describe("sweeping a D1 database", () => {
  it("goes_by_batches_until_nothing_is_left", async () => {
    const { binding, rounds } = sweeping(2_500);
    assertSame([await d1Store(binding).sweep(1), rounds], [2_500, [1_000, 1_000, 500]]);
  });

  it("ends_after_forty_batches_whatever_is_left", async () => {
    const { binding, rounds } = sweeping(1_000_000);
    assertSame([await d1Store(binding).sweep(1), rounds.length], [40_000, 40]);
  });
});

function newKey() {
  return `s1:${crypto.randomUUID()}`;
}

function lasting(options = {}) {
  return { expiresAt: Date.now() + HOUR, ...options };
}

function fail(message) {
  throw new Error(message);
}

/** The names of what the database holds for the store. */
async function schema() {
  const sql = "SELECT name FROM sqlite_master WHERE name LIKE 'edge%' AND type IN ('table', 'index') ORDER BY name";
  const { results } = await env.DB.prepare(sql).all();
  return results.map(({ name }) => name);
}

/** The binding, and the texts of the statements of each round that is asked of it. */
function recording(database) {
  const rounds = [];
  const texts = new Map();
  const remember = (statement, sql) => {
    texts.set(statement, sql);
    return statement;
  };
  const binding = {
    prepare(sql) {
      const statement = database.prepare(sql);
      const bind = (...values) => remember(statement.bind(...values), sql);
      return remember({ bind }, sql);
    },
    batch(statements) {
      rounds.push(statements.map((statement) => texts.get(statement)));
      return database.batch(statements);
    },
  };
  return { binding, rounds };
}

/** A database with this many expired records, and how many each round dropped. */
function sweeping(expired) {
  const rounds = [];
  const statement = { bind: (...values) => ({ limit: values.at(-1) }) };
  const batch = async ([{ limit }]) => {
    const changes = Math.min(limit, expired);
    expired -= changes;
    rounds.push(changes);
    return [{ results: [], meta: { changes } }];
  };
  return { binding: { prepare: () => statement, batch }, rounds };
}
