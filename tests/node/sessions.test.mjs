import { describe, it } from "node:test";
import * as library from "edge-session";
import { sqliteStore } from "edge-session/sqlite";
import * as testing from "edge-session/testing";
import { sessionsSuite } from "../conformance/sessions/index.js";
import { tieredSuite } from "../conformance/sessions/tiered.js";
import { cookieStorage, kvStorage, memoryStorage, strongStorage } from "../conformance/sessions/storages.js";

const newKv = () => testing.kvLocations({ writeGap: 0 }).location("here");
const storages = [memoryStorage(library), cookieStorage(library), kvStorage(library, "kvStore on a model of KV", newKv())];
if (process.getBuiltinModule?.("node:sqlite") !== undefined) {
  storages.push(strongStorage("sqliteStore", (now) => sqliteStore(":memory:", { now })));
}
for (const storage of storages) sessionsSuite({ describe, it }, library, testing, storage);
tieredSuite({ describe, it }, library, testing, () => library.kvStore(newKv()));
