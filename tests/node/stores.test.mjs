import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { kvStore } from "../../pkg/dist/stores/kv.js";
import { memoryStore } from "../../pkg/dist/stores/memory.js";
import { sqliteStore } from "../../pkg/dist/stores/sqlite.js";
import { fakeClock, kvLocations, storeConformance } from "../../pkg/dist/testing/index.js";
import { storesSuite } from "../conformance/stores.js";

const kv = kvLocations({ writeGap: 0 }).location("here");
storesSuite({ describe, it }, { fakeClock, kvStore, memoryStore, storeConformance }, kv);

const hasSqlite = process.getBuiltinModule?.("node:sqlite") !== undefined;

describe("sqliteStore", { skip: !hasSqlite && "this Node has no node:sqlite" }, () => {
  const folder = mkdtempSync(join(tmpdir(), "edge-session-"));
  let files = 0;
  const newFile = () => join(folder, `${++files}.db`);
  after(() => rmSync(folder, { recursive: true }));

  storeConformance({ describe, it }, ({ now }) => sqliteStore(newFile(), { now }));
  describe("in memory", () => storeConformance({ describe, it }, ({ now }) => sqliteStore(":memory:", { now })));

  it("records_are_there_when_the_file_is_opened_again", () => {
    const file = newFile();
    const first = sqliteStore(file);
    first.write("s1:a", Uint8Array.of(1), { expiresAt: Date.now() + 60_000, meta: { user: "u" } });
    const [{ version }] = first.read(["s1:a"]);
    first.close();
    const second = sqliteStore(file);
    assert.deepEqual(second.list("s1:", { limit: 9 }).keys, [{ key: "s1:a", meta: { user: "u" } }]);
    assert.equal(second.write("s1:a", Uint8Array.of(2), { expiresAt: Date.now() + 60_000, version }), true);
    second.close();
  });

  it("what_was_written_is_there_after_kill_9", async () => {
    const file = newFile();
    const reported = await writeUntilKilled(file, 200);
    const store = sqliteStore(file);
    for (const number of reported) {
      const [record] = store.read([`s1:${number}`]);
      assert.ok(record, `record ${number} of ${reported.length} is gone`);
      assert.deepEqual(new Uint8Array(record.bytes), new Uint8Array(1_000).fill(number));
    }
    assert.equal(store.write("s1:after", Uint8Array.of(1), { expiresAt: Date.now() + 60_000 }), true);
    store.close();
  });

  it("two_processes_that_write_one_record_lose_nothing", async () => {
    const file = newFile();
    const store = sqliteStore(file);
    const empty = new TextEncoder().encode("[]");
    store.write("s1:shared", empty, { expiresAt: Date.now() + 3_600_000 });
    const writers = ["a", "b"].map((name) => startWriter("addByCompareAndSet", file, name));
    const exits = writers.map((writer) => once(writer, "exit"));
    await Promise.all(writers.map((writer) => once(writer.stdout, "data")));
    for (const writer of writers) writer.stdin.end("go");
    assert.deepEqual(await Promise.all(exits), [[0, null], [0, null]]);
    const [{ bytes }] = store.read(["s1:shared"]);
    const expected = ["a", "b"].flatMap((name) => Array.from({ length: 200 }, (_, number) => `${name}${number}`));
    assert.deepEqual(JSON.parse(new TextDecoder().decode(bytes)).sort(), expected.sort());
    store.close();
  });

  it("requests_are_served_between_the_batches_of_a_sweep", async () => {
    const store = sqliteStore(newFile());
    for (let number = 0; number < 1_200; number++) store.write(`s1:${number}`, Uint8Array.of(1), { expiresAt: 1 });
    const turns = [];
    const sweep = store.sweep(2).then((swept) => turns.push(swept));
    setTimeout(() => turns.push("a request"), 0);
    await sweep;
    assert.deepEqual(turns, ["a request", 1_200]);
    store.close();
  });

  it("a_path_that_cannot_be_opened_is_named", () => {
    const missing = join(folder, "missing", "x.db");
    assert.throws(() => sqliteStore(missing), { code: "config", message: /^sqliteStore: cannot open .*x\.db as an SQLite/ });
    const other = newFile();
    writeFileSync(other, "this is no database, whatever its name says");
    assert.throws(() => sqliteStore(other), { code: "config", message: /^sqliteStore: cannot open / });
    for (const path of ["", undefined, 5]) {
      assert.throws(() => sqliteStore(path), { code: "config", message: /^sqliteStore: the path / });
    }
  });

  it("a_new_file_that_another_process_is_making_is_waited_for", () => {
    const { getBuiltinModule } = process;
    const { DatabaseSync } = getBuiltinModule("node:sqlite");
    let refusals = 2;
    class Busy extends DatabaseSync {
      exec(sql) {
        if (refusals-- > 0) throw Object.assign(new Error("database is locked"), { errcode: 5 });
        return super.exec(sql);
      }
    }
    process.getBuiltinModule = () => ({ DatabaseSync: Busy });
    try {
      sqliteStore(newFile()).close();
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
    assert.equal(refusals, -1);
  });

  function startWriter(...parameters) {
    const script = fileURLToPath(new URL("sqlite-writer.mjs", import.meta.url));
    const options = { stdio: ["pipe", "pipe", "inherit"] };
    return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script, ...parameters], options);
  }

  /** The numbers that a process reported before it was killed; at least `enough` of them. */
  async function writeUntilKilled(file, enough) {
    const writer = startWriter("writeUntilKilled", file);
    const exited = once(writer, "exit");
    let output = "";
    for await (const chunk of writer.stdout.setEncoding("utf8")) {
      output += chunk;
      if (output.split("\n").length > enough) writer.kill("SIGKILL");
    }
    assert.deepEqual(await exited, [null, "SIGKILL"]);
    // The last line may have been cut off.
    return output.split("\n").slice(0, -1).map(Number);
  }
});

describe("sqliteStore where Node has no SQLite", () => {
  it("says_which_node_is_needed", () => {
    const { getBuiltinModule } = process;
    process.getBuiltinModule = () => undefined;
    try {
      assert.throws(() => sqliteStore("x.db"), { code: "config", message: /no node:sqlite; use Node 22\.13 or newer/ });
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  });
});
