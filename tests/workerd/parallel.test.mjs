import { env } from "cloudflare:workers";
import { createSessions } from "edge-session";
import { d1Store } from "edge-session/d1";
import { durableObjectStore } from "edge-session/durable-object";
import { cookieJar } from "edge-session/testing";
import { describe, it } from "vitest";
import { assertSame } from "../conformance/assert.js";
import { SECRET, SITE, requestWith } from "../conformance/sessions/world.js";

const REQUESTS = 1_000;
const STORES = { d1Store: () => d1Store(env.DB), durableObjectStore: () => durableObjectStore(env.OBJECTS) };

describe("a thousand requests of one session at once, each with a key of its own", () => {
  for (const [name, makeStore] of Object.entries(STORES)) {
    it(`all_keys_are_there_afterwards_on_${name}`, async () => {
      // A thousand calls at once may take a busy machine longer than the default allows for one.
      const sessions = createSessions({ secrets: [SECRET], store: makeStore(), storeTimeout: "60s" });
      const jar = cookieJar();
      const request = async (key) => {
        const session = await sessions.open(requestWith(jar.header(SITE) ?? ""));
        const headers = new Headers();
        await sessions.commitTo(session.set(key, key), headers);
        return headers;
      };
      jar.store(SITE, await request("first"));
      const keys = Array.from({ length: REQUESTS }, (_, number) => `key${number}`);
      await Promise.all(keys.map(request));
      const session = await sessions.open(requestWith(jar.header(SITE)));
      assertSame([...session.keys()].sort(), ["first", ...keys].sort());
    });
  }
});
