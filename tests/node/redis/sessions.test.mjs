import assert from "node:assert/strict";
import { once } from "node:events";
import { after, describe, it } from "node:test";
import * as library from "edge-session";
import { redisStore } from "edge-session/redis";
import * as testing from "edge-session/testing";
import IoRedis from "ioredis";
import { sessionsSuite } from "../../conformance/sessions/index.js";
import { strongStorage } from "../../conformance/sessions/storages.js";
import { SECRET, Visitor, World } from "../../conformance/sessions/world.js";
import { startAll } from "./clients.mjs";
import { startRedis } from "./server.mjs";

const { clients, stop } = await startAll();
after(stop);

/** Redis tells the time by itself: on the test's clock a record lives as long as it would on Redis' own. */
function onClock(store, now) {
  const moved = (expiresAt) => expiresAt - now() + Date.now();
  return {
    consistency: store.consistency,
    read: (keys) => store.read(keys),
    write: (key, bytes, options) => store.write(key, bytes, { ...options, expiresAt: moved(options.expiresAt) }),
    remove: (keys) => store.remove(keys),
  };
}

const storageOf = (name, client) => strongStorage(`redisStore with ${name}`, (now) => onClock(redisStore(client), now));
for (const [name, client] of Object.entries(clients)) {
  sessionsSuite({ describe, it }, library, testing, storageOf(name, client));
}

describe("sessions in Redis", () => {
  const REQUESTS = 1_000;
  for (const [name, client] of Object.entries(clients)) {
    it(`a_thousand_requests_at_once_each_with_a_key_of_its_own_all_survive_with_${name}`, async () => {
      const sessions = library.createSessions({ secrets: [SECRET], store: redisStore(client) });
      const visitor = new Visitor(sessions, testing.cookieJar(), "https://shop.example/");
      await visitor.visit((session) => session.set("first", true));
      const numbers = Array.from({ length: REQUESTS }, (_, number) => number);
      const twins = numbers.map(() => visitor.twin());
      await Promise.all(twins.map((twin, number) => twin.visit((session) => session.set(`key${number}`, number))));
      await visitor.visit((session) => {
        assert.equal(session.size, 1 + REQUESTS);
        for (const number of numbers) assert.equal(session.get(`key${number}`), number);
      });
    });
  }
});
