import { rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import * as library from "edge-session";
import * as testing from "edge-session/testing";
import { thousandSuite } from "../conformance/thousand.js";

const { kvStore, memoryStore, tieredStore } = library;
const newKv = () => testing.kvLocations({ writeGap: 0 }).location("here");
const stores = {
  memoryStore: () => memoryStore(),
  tieredStore: () => tieredStore({ cache: kvStore(newKv()), authority: memoryStore() }),
};
if (process.getBuiltinModule?.("node:sqlite") !== undefined) {
  const { sqliteStore } = await import("edge-session/sqlite");
  const folder = await mkdtemp(join(tmpdir(), "edge-session-parallel-"));
  const opened = [];
  after(async () => {
    for (const store of opened) store.close();
    await rm(folder, { recursive: true });
  });
  stores.sqliteStore = () => {
    const store = sqliteStore(join(folder, "sessions.db"));
    opened.push(store);
    return store;
  };
}

thousandSuite({ describe, it }, library, testing, stores);
