import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { Redis as Upstash } from "@upstash/redis";
import * as library from "edge-session";
import { redisStore } from "edge-session/redis";
import * as testing from "edge-session/testing";
import IoRedis from "ioredis";
import { createClient } from "redis";
import { sessionsSuite } from "../../conformance/sessions/index.js";
import { strongStorage } from "../../conformance/sessions/storages.js";
import { World } from "../../conformance/sessions/world.js";
import { startAll } from "./clients.mjs";

const { server, clients, stop } = await startAll();
after(stop);

/** Redis tells the time by itself: on the test's clock a record lives as long as it would on Redis' own. */
function onClock(store, now) {
  const moved = (expiresAt) => expiresAt - now() + Date.now();
  return {
    consistency: store.consistency,
    read: (keys) => store.read(keys),
    write: (key, bytes, options) => store.write(key, bytes, { ...options, expiresAt: moved(options.expiresAt) }),
    remove: (keys) => store.remove(keys),
    list: (prefix, options) => store.list(prefix, options),
  };
}

/** Every test has keys of its own on the one server: some end all sessions that there are. */
let stores = 0;
const newStore = (client) => redisStore(client, { prefix: `${(stores += 1)}:` });
const storageOf = (name, client) => strongStorage(`redisStore with ${name}`, (now) => onClock(newStore(client), now));
// Over HTTP the suite takes half a minute, and to the store Upstash's client is one more that keeps the promises of the others.
for (const name of ["redis", "ioredis"]) {
  sessionsSuite({ describe, it }, library, testing, storageOf(name, clients[name]));
}

describe("sessions in Redis", () => {
  for (const [name, many] of Object.entries({ redis: 1_000, ioredis: 1_000, "@upstash/redis": 100 })) {
    it(`of_${many}_requests_at_once_each_with_a_key_of_its_own_none_loses_it_with_${name}`, async () => {
      const world = new World({ library, testing, storage: storageOf(name, clients[name]) });
      const visitor = await world.regular({ first: true });
      const requests = Array.from({ length: many }, () => visitor.twin());
      const sessions = await Promise.all(requests.map((request) => request.open()));
      const commit = (session, number) => requests[number].commit(session.set(`key${number}`, number));
      await Promise.all(sessions.map(commit));
      await visitor.visit((session) => {
        assert.equal(session.size, 1 + sessions.length);
        for (const number of sessions.keys()) assert.equal(session.get(`key${number}`), number);
      });
    });
  }

  it("a_server_that_hangs_is_a_store_error_and_the_session_is_there_when_it_goes_on", async () => {
    for (const [name, client] of Object.entries(clients)) {
      const world = new World({ library, testing, storage: storageOf(name, client) });
      const visitor = await world.regular({ a: "needle" });
      const { cookie } = visitor;
      server.hang();
      const failed = assertStoreError(visitor.visit((session) => session.set("a", "lost")));
      world.clock.advance(5_000);
      await failed.finally(server.resume);
      assert.deepEqual([visitor.sent, visitor.cookie, world.said("reject")], [[], cookie, []]);
      assert.equal(await visitor.see("a"), "needle");
    }
  });

  it("a_server_that_is_gone_is_a_store_error_and_logs_nobody_out", async () => {
    const gone = await startAll();
    // As the docs advise: a client that does not know its server's whereabouts says so at once.
    const socket = { host: "127.0.0.1", port: gone.server.port };
    const impatient = {
      redis: await createClient({ disableOfflineQueue: true, socket }).on("error", () => undefined).connect(),
      ioredis: new IoRedis({ ...socket, enableOfflineQueue: false, lazyConnect: true }).on("error", () => undefined),
      "@upstash/redis": new Upstash({ ...gone.bridge, retry: { retries: 0 } }),
    };
    await impatient.ioredis.connect();
    const visits = [];
    for (const [name, client] of Object.entries(impatient)) {
      const world = new World({ library, testing, storage: storageOf(name, client) });
      visits.push({ world, visitor: await world.regular({ a: "needle" }) });
    }
    await gone.stop();
    for (const { world, visitor } of visits) {
      const { cookie } = visitor;
      for (const act of [(session) => session.get("a"), (session) => session.set("a", "lost")]) {
        await assertStoreError(visitor.visit(act));
        assert.deepEqual([visitor.sent, visitor.cookie, world.said("reject")], [[], cookie, []]);
      }
    }
    impatient.redis.destroy();
    impatient.ioredis.disconnect();
  });
});

function assertStoreError(promise) {
  return assert.rejects(promise, { name: "SessionError", code: "store" });
}
