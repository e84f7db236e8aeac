import { env } from "cloudflare:workers";
import * as library from "edge-session";
import * as testing from "edge-session/testing";
import { describe, it } from "vitest";
import { sessionsSuite } from "../conformance/sessions/index.js";
import { kvStorage, memoryStorage } from "../conformance/sessions/storages.js";

for (const storage of [kvStorage(library, "kvStore on a KV binding", env.SESSIONS), memoryStorage(library)]) {
  sessionsSuite({ describe, it }, library, testing, storage);
}
