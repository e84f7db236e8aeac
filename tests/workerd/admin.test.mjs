import { env } from "cloudflare:workers";
import * as library from "edge-session";
import * as admin from "edge-session/admin";
import { d1Store } from "edge-session/d1";
import * as testing from "edge-session/testing";
import { describe, it } from "vitest";
import { adminSuite } from "../conformance/admin.js";
import { kvStorage, strongStorage } from "../conformance/sessions/storages.js";

for (const storage of [kvStorage(library, "kvStore on a KV binding", env.SESSIONS), strongStorage("d1Store", (now) => d1Store(env.DB, { now }))]) {
  adminSuite({ describe, it }, { library, admin, testing }, storage);
}
