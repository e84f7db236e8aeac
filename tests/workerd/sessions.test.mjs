import { env } from "cloudflare:workers";
import * as library from "edge-session";
import { d1Store } from "edge-session/d1";
import { durableObjectStore } from "edge-session/durable-object";
import * as testing from "edge-session/testing";
import { describe, it } from "vitest";
import { tieredSuite } from "../conformance/sessions/tiered.js";
import { sessionsSuite } from "../conformance/sessions/index.js";
import { cookieStorage, kvStorage, memoryStorage, strongStorage } from "../conformance/sessions/storages.js";

const storages = [
  memoryStorage(library),
  cookieStorage(library),
  kvStorage(library, "kvStore on a KV binding", env.SESSIONS),
  strongStorage("d1Store", (now) => d1Store(env.DB, { now })),
  strongStorage("durableObjectStore", (now) => durableObjectStore(env.OBJECTS, { now }), { lists: false }),
];
for (const storage of storages) sessionsSuite({ describe, it }, library, testing, storage);
tieredSuite({ describe, it }, library, testing, () => library.kvStore(env.SESSIONS));
