import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, describe, it } from "node:test";
import { inspect } from "node:util";
import { Redis as Upstash } from "@upstash/redis";
import IoRedis from "ioredis";
import { redisStore } from "../../../pkg/dist/stores/redis.js";
import { storeConformance } from "../../../pkg/dist/testing/index.js";
import { startAll } from "./clients.mjs";

const { server, direct, bridge, clients, stop } = await startAll();
after(stop);

const { url, token } = bridge;
const plainUpstash = new Upstash({ url, token, automaticDeserialization: false, enableAutoPipelining: false });

const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => 255 - byte);
const lacks = ["clock", "sweep"];
const newKey = () => `s1:${randomUUID()}`;
const inAnHour = () => Date.now() + 3_600_000;
const write = (store, key, options) => store.write(key, BYTES, { expiresAt: inAnHour(), ...options });
const bytesOf = async (store, key) => (await store.read([key]))[0]?.bytes;

for (const [name, client] of Object.entries(clients)) {
  describe(`redisStore with ${name}`, () => {
    storeConformance({ describe, it }, () => redisStore(client), { lacks });
    describe("with a prefix of a pattern's characters", () => {
      storeConformance({ describe, it }, () => redisStore(client, { prefix: "[a-z]\\*?^{" }), { lacks });
    });

    it("the_prefix_is_in_redis_and_nowhere_else", async () => {
      const [key, store] = [newKey(), redisStore(client, { prefix: "app*:" })];
      await write(store, key);
      assert.equal(await direct.exists(`app*:${key}`), 1);
      await direct.hset(`app-other:${key}`, "version", "x");
      // A hash without a version is no record: something else's, or one that went between SCAN and the reading of its meta.
      await direct.hset(`app*:${key}x`, "other", "x");
      assert.deepEqual(await store.list(key, { limit: 5 }), { keys: [{ key }] });
      assert.deepEqual(await redisStore(client).read([key]), [null]);
    });

    it("redis_drops_a_record_at_its_time_by_its_own_clock", async () => {
      const [key, store] = [newKey(), redisStore(client)];
      const expiresAt = inAnHour() + 0.5;
      await write(store, key, { expiresAt });
      assert.equal(await direct.pexpiretime(key), Math.ceil(expiresAt));
      await direct.pexpireat(key, 1);
      assert.deepEqual(await store.read([key]), [null]);
      assert.deepEqual(await store.list(key, { limit: 5 }), { keys: [] });
    });

    it("a_record_whose_time_is_over_is_written_and_gone", async () => {
      const [key, store] = [newKey(), redisStore(client)];
      for (const expiresAt of [Date.now() - 1, 1, 0, -1, -Infinity]) {
        await write(store, key);
        assert.equal(await write(store, key, { expiresAt }), true);
        assert.equal(await direct.exists(key), 0, `the end ${expiresAt}`);
      }
    });

    it("a_time_that_no_clock_can_tell_is_no_end_and_the_next_write_sets_one", async () => {
      const [key, store] = [newKey(), redisStore(client)];
      for (const [expiresAt, end] of [[8.64e15, 8.64e15], [8.64e15 + 2, -1], [1e300, -1], [5e12, 5e12], [Infinity, -1]]) {
        await write(store, key, { expiresAt });
        assert.equal(await direct.pexpiretime(key), end);
      }
    });

    it("a_server_that_has_forgotten_the_scripts_is_told_them_again", async () => {
      const [key, store] = [newKey(), redisStore(client)];
      await direct.script("FLUSH");
      assert.equal(await write(store, key, { version: null }), true);
      await direct.script("FLUSH");
      assert.deepEqual(await bytesOf(store, key), BYTES);
      const [{ version }] = await store.read([key]);
      await direct.script("FLUSH");
      assert.equal(await write(store, key, { version: `${version}x` }), false);
      assert.equal(await write(store, key, { version }), true);
    });

    it("records_of_other_clients_are_read_once_they_are_kept_as_text", async () => {
      const store = redisStore(client);
      for (const other of Object.values(clients)) {
        const key = newKey();
        await write(redisStore(other, { text: true }), key, { meta: { user: "u" } });
        assert.deepEqual(await bytesOf(store, key), BYTES);
        assert.deepEqual((await store.list(key, { limit: 1 })).keys, [{ key, meta: { user: "u" } }]);
        const [{ version }] = await store.read([key]);
        assert.equal(await store.write(key, Uint8Array.of(1), { expiresAt: inAnHour(), version }), true);
        assert.deepEqual(await bytesOf(store, key), Uint8Array.of(1));
      }
    });

    it("any_bytes_are_kept_in_the_form_that_was_asked_for", async () => {
      // As base64 these are words of JSON: "null", "true", "1234".
      for (const bytes of ["null", "true", "1234"].map((text) => Uint8Array.from(Buffer.from(text, "base64")))) {
        for (const text of [false, true]) {
          const [key, store] = [newKey(), redisStore(client, { text })];
          await store.write(key, bytes, { expiresAt: inAnHour() });
          assert.deepEqual(await bytesOf(store, key), bytes);
          const field = text || name === "@upstash/redis" ? "base64" : "bytes";
          assert.deepEqual((await direct.hkeys(key)).sort(), [field, "version"].sort());
        }
      }
    });

    it("a_listing_among_many_other_keys_finds_every_key_in_pages_no_longer_than_asked", async () => {
      const [prefix, store] = [`l${randomUUID()}:`, redisStore(client)];
      const fill = direct.pipeline();
      for (let number = 0; number < 5_000; number += 1) fill.hset(`other:${prefix}${number}`, "version", "x");
      for (let number = 0; number < 300; number += 1) fill.hset(`${prefix}${number}`, "version", "x");
      await fill.exec();
      for (const limit of [7, 100]) {
        const found = [];
        for (let at = {}; at !== undefined; ) {
          const { keys, cursor } = await store.list(prefix, { limit, ...at });
          assert.ok(keys.length <= limit, `a page of ${keys.length}`);
          found.push(...keys.map(({ key }) => key));
          at = cursor === undefined ? undefined : { cursor };
        }
        assert.equal(new Set(found).size, 300);
      }
      await direct.flushall();
    });
  });
}

describe("redisStore", () => {
  it("a_command_that_the_client_sends_twice_counts_once", async () => {
    const twice = Object.create(clients.ioredis);
    twice.evalshaBuffer = async (...parameters) => {
      await clients.ioredis.evalshaBuffer(...parameters);
      return clients.ioredis.evalshaBuffer(...parameters);
    };
    const [key, store] = [newKey(), redisStore(twice)];
    assert.equal(await write(store, key, { version: null }), true);
    const [{ version }] = await store.read([key]);
    assert.equal(await write(store, key, { version }), true);
    assert.equal(await write(store, key, { version }), false);
  });

  it("several_keys_are_read_in_one_round", async () => {
    const keys = [newKey(), newKey(), newKey()];
    const upstash = redisStore(clients["@upstash/redis"]);
    for (const key of keys) await write(upstash, key);
    const before = bridge.requests;
    assert.equal((await upstash.read(keys)).filter((stored) => stored !== null).length, 3);
    assert.equal(bridge.requests - before, 1);

    let [open, most] = [0, 0];
    const counting = Object.create(clients.ioredis);
    counting.evalshaBuffer = async (...parameters) => {
      most = Math.max(most, ++open);
      return clients.ioredis.evalshaBuffer(...parameters).finally(() => (open -= 1));
    };
    await redisStore(counting).read(keys);
    assert.equal(most, 3);
  });

  it("bytes_that_a_text_client_cannot_read_are_an_error_with_the_remedy", async () => {
    const key = newKey();
    await write(redisStore(clients.redis), key);
    await assert.rejects(redisStore(clients["@upstash/redis"]).read([key]), /give that one's store `text: true`/);
  });

  it("what_is_no_base64_of_ours_is_an_error", async () => {
    for (const base64 of ["", "AAAA", ":!", "null"]) {
      const key = newKey();
      await direct.hset(key, { version: "v", base64 });
      for (const client of Object.values(clients)) await assert.rejects(redisStore(client).read([key]));
    }
  });

  it("the_key_prefix_of_an_ioredis_client_is_its_own_affair", async () => {
    const client = new IoRedis({ host: "127.0.0.1", port: server.port, keyPrefix: "io*:", enableAutoPipelining: true });
    const [key, store] = [newKey(), redisStore(client, { prefix: "app:" })];
    await write(store, key);
    assert.equal(await direct.exists(`io*:app:${key}`), 1);
    assert.deepEqual(await store.list("s1:", { limit: 5 }), { keys: [{ key }] });
    assert.deepEqual(await bytesOf(store, key), BYTES);
    await store.remove([key]);
    assert.equal(await direct.exists(`io*:app:${key}`), 0);
    client.disconnect();
  });

  it("an_error_of_redis_is_an_error_that_carries_nothing_of_the_visitors", async () => {
    for (const client of [...Object.values(clients), plainUpstash]) {
      const [key, store] = [newKey(), redisStore(client)];
      await direct.set(key, "no hash");
      const bytes = Buffer.from("needle");
      const error = await store.write(key, bytes, { expiresAt: 1 }).then(() => undefined, (thrown) => thrown);
      assert.match(error?.message, /^redisStore: .*WRONGTYPE /);
      const said = inspect(error, { depth: 9 });
      for (const form of ["needle", bytes.toString("base64"), "6e 65 65 64 6c 65"]) assert.ok(!said.includes(form), said);
      await assert.rejects(store.read([key]), /^Error: redisStore: .*WRONGTYPE /);
    }
    const quoting = async () => {
      throw new Error("ERR unknown command 'EVALSHA', with args beginning with: 'needle'");
    };
    const old = Object.assign(Object.create(clients.ioredis), { evalshaBuffer: quoting });
    await assert.rejects(redisStore(old).read(["a"]), { message: "redisStore: ERR unknown command 'EVALSHA'" });
  });

  it("an_upstash_client_that_parses_nothing_works_as_well", async () => {
    const [key, store] = [newKey(), redisStore(plainUpstash)];
    await write(store, key, { meta: { user: "ü", created: 1.5 } });
    assert.deepEqual(await bytesOf(store, key), BYTES);
    assert.deepEqual((await store.list(key, { limit: 1 })).keys, [{ key, meta: { user: "ü", created: 1.5 } }]);
  });

  it("a_wrong_client_is_named_with_the_remedy", () => {
    const wrong = [undefined, null, "redis://127.0.0.1", {}, { get() {}, set() {} }, class {}, { evalsha() {}, eval() {} }];
    for (const client of wrong) {
      const found = client === null ? "null" : typeof client;
      const message = new RegExp(`^redisStore: the client is ${found} of an unknown kind; give it one of .redis. 5, `);
      assert.throws(() => redisStore(client), { name: "SessionError", code: "config", message });
    }
  });

  it("a_wrong_option_is_named", () => {
    for (const prefix of [5, null, {}]) {
      assert.throws(() => redisStore(clients.redis, { prefix }), { code: "config", message: /^redisStore: prefix / });
    }
    for (const text of ["yes", 1, null]) {
      assert.throws(() => redisStore(clients.redis, { text }), { code: "config", message: /^redisStore: text / });
    }
  });
});
