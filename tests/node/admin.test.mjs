import { describe, it } from "node:test";
import * as library from "edge-session";
import * as admin from "edge-session/admin";
import * as testing from "edge-session/testing";
import { adminSuite } from "../conformance/admin.js";
import { kvStorage, memoryStorage } from "../conformance/sessions/storages.js";

const newKv = () => testing.kvLocations({ writeGap: 0 }).location("here");
for (const storage of [memoryStorage(library), kvStorage(library, "kvStore on a model of KV", newKv())]) {
  adminSuite({ describe, it }, { library, admin, testing }, storage);
}
