// What sessions hold, where they are kept, and what happens when requests meet: rows 41 to 49 and 62 to 80 of docs/coming-from.md.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createSessions, kvStore, memoryStore } from "edge-session";
import { sqliteStore } from "edge-session/sqlite";
import { kvLocations } from "edge-session/testing";
import { fails, newShop, SECRET } from "./shop.mjs";

describe("values", () => {
  it("of_every_plain_kind_come_back_as_they_were_however_nested", async () => {
    const visitor = newShop().visitor();
    const values = {
      list: [1, [2, { three: 3 }]],
      set: new Set(["a", new Map([["k", [null, undefined]]])]),
      date: new Date(0),
      numbers: [NaN, -0, Infinity, 12345678901234567890n],
      bytes: new Uint8Array([1, 2, 3]),
      link: new URL("https://shop.example/"),
      pattern: /a+/gi,
    };
    await visitor.visit((session) => session.update(values));
    await visitor.visit((session) => assert.deepStrictEqual({ ...session.data }, values));
  });

  it("that_change_in_place_are_saved", async () => {
    const visitor = newShop().visitor();
    await visitor.visit((session) => session.set("cart", { lines: [{ sku: "A1", sizes: new Set(["S"]) }] }));
    await visitor.visit((session) => {
      session.get("cart").lines.push({ sku: "B2" });
      session.get("cart").lines[0].sizes.add("M");
    });
    assert.deepEqual(await visitor.see("cart"), { lines: [{ sku: "A1", sizes: new Set(["S", "M"]) }, { sku: "B2" }] });
  });

  it("that_cannot_be_kept_are_refused_to_whoever_commits_and_not_swallowed", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    for (const value of [() => 1, Symbol("a"), new (class Order {})(), Promise.resolve(1), new WeakMap()]) {
      await fails(() => visitor.visit((session) => session.set("oops", { inner: [value] })), "value", /^default\/oops\/inner\/0: /);
    }
    assert.deepEqual(shop.log, []);
  });

  it("set_together_are_set_by_one_call_and_stored_by_one_write", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    assert.equal(await shop.cost(() => visitor.visit((session) => session.update({ a: 1, b: 2, c: 3 }))), "0 read, 1 write");
    await visitor.visit((session) => assert.deepEqual({ ...session.data }, { a: 1, b: 2, c: 3 }));
  });
});

describe("requests", () => {
  it("that_fail_change_nothing", async () => {
    const shop = newShop();
    const handle = shop.sessions.handle(async (_, { session }) => {
      (await session()).set("paid", true).login("ada");
      throw new Error("the card was refused");
    });
    await assert.rejects(handle(new Request("https://shop.example/"), {}, {}), /the card was refused/);
    assert.deepEqual(shop.log, []);
  });

  it("at_the_same_time_that_change_different_keys_keep_both_changes", async () => {
    const visitor = newShop().visitor();
    await visitor.visit((session) => session.update({ cart: ["A1"], seen: [] }));
    const [left, right] = [await visitor.open(), await visitor.open()];
    left.get("cart").push("B2");
    right.get("seen").push("C3");
    await visitor.commit(left);
    await visitor.commit(right);
    await visitor.visit((session) => assert.deepEqual({ ...session.data }, { cart: ["A1", "B2"], seen: ["C3"] }));
  });

  it("at_the_same_time_that_change_one_key_keep_the_later_change_without_an_error", async () => {
    const visitor = newShop().visitor();
    await visitor.visit((session) => session.set("a", 0));
    const [left, right] = [await visitor.open(), await visitor.open()];
    await visitor.commit(left.set("a", 1));
    await visitor.commit(right.set("a", 2));
    assert.equal(await visitor.see("a"), 2);
  });

  it("that_only_read_never_conflict_with_any", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    const cost = await shop.cost(() => Promise.all(Array.from({ length: 50 }, () => visitor.twin().see("a"))));
    assert.equal(cost, "50 read, 0 write");
    assert.deepEqual(shop.said("conflict"), []);
  });
});

describe("stores", () => {
  it("keep_sessions_beyond_a_restart_where_they_are_on_disk", async () => {
    const folder = await mkdtemp(join(tmpdir(), "sessions-"));
    try {
      const path = join(folder, "sessions.db");
      const before = sqliteStore(path);
      await createSessions({ secrets: [SECRET], store: before }).create("1234567", { a: 1 });
      before.close();
      const after = sqliteStore(path);
      assert.equal((await createSessions({ secrets: [SECRET], store: after }).peek("1234567")).get("a"), 1);
      after.close();
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("serve_several_servers_at_once_without_affinity", async () => {
    const shop = newShop();
    const servers = [shop.application(), shop.application(), shop.application()];
    const visitor = shop.visitor();
    for (let at = 0; at < 9; at += 1) {
      visitor.sessions = servers[at % 3];
      await visitor.visit((session) => session.set("count", (session.get("count") ?? 0) + 1));
    }
    assert.equal(await visitor.see("count"), 9);
  });

  it("that_show_a_change_late_take_no_visitor_back", async () => {
    const kv = kvLocations();
    const secrets = [SECRET];
    const places = ["fra", "nrt"].map((name) => createSessions({ secrets, store: kvStore(kv.location(name)) }));
    let cookie = "";
    for (let at = 0; at < 6; at += 1) {
      const sessions = places[at % 2];
      const session = await sessions.open({ url: "https://shop.example/", headers: new Headers({ cookie }) });
      assert.equal(session.get("count") ?? 0, at);
      const { headers } = await sessions.commit(session.set("count", at + 1));
      cookie = headers.getSetCookie()[0].split(";")[0];
    }
  });

  it("that_fail_are_an_error_and_sign_nobody_out", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    const { cookie } = visitor;
    shop.store.fail("read");
    await fails(() => visitor.visit(), "store");
    assert.equal(visitor.cookie, cookie);
    shop.store.heal();
    assert.equal(await visitor.see("a"), 1);
  });

  it("see_neither_ids_nor_what_would_open_a_session", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    const [{ key }] = shop.log;
    for (const value of [key, key.slice(3)]) {
      const headers = new Headers({ cookie: `__Host-session=${value}` });
      assert.equal(await shop.sessions.open({ url: "https://shop.example/", headers }, { create: false }), null);
    }
    assert.equal(await shop.sessions.peek(key), null);
  });

  it("in_memory_are_one_line_and_answer_without_waiting", async () => {
    const store = memoryStore();
    const sessions = createSessions({ secrets: [SECRET], store });
    await sessions.create("1234567", { a: 1 });
    assert.equal((await sessions.peek("1234567")).get("a"), 1);
    assert.deepEqual(store.read(["no such key"]), [null]); // no promise
  });
});
