// How long sessions live, and what becomes of those that are over: rows 50 to 61 of docs/coming-from.md.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryStore } from "edge-session";
import { sqliteStore } from "edge-session/sqlite";
import { DAY, fails, HOUR, MINUTE, newShop, SECOND } from "./shop.mjs";

/** A shop whose sessions live for 20 minutes of idleness, exact to 20 seconds. */
const TWENTY = { lifetime: { idle: "20m", absolute: "12h", resolution: "20s" } };

async function visitorOf(shop, sessions) {
  const visitor = shop.visitor(sessions);
  await visitor.visit((session) => session.set("a", 1));
  return visitor;
}

describe("a lifetime", () => {
  it("is_never_shorter_than_idle_and_never_longer_than_idle_and_resolution", async () => {
    for (const [after, alive] of [[20 * MINUTE - 1, true], [20 * MINUTE, true], [20 * MINUTE + 20 * SECOND - 1, true], [20 * MINUTE + 20 * SECOND, false]]) {
      const shop = newShop(TWENTY);
      const visitor = await visitorOf(shop);
      shop.clock.advance(after);
      assert.equal((await visitor.open({ create: false })) !== null, alive, `${after}`);
    }
  });

  it("is_extended_by_reading_and_reading_writes_nothing", async () => {
    const shop = newShop(TWENTY);
    const visitor = await visitorOf(shop);
    for (let at = 0; at < 30; at += 1) {
      shop.clock.advance(19 * MINUTE);
      assert.equal(await shop.cost(() => visitor.see("a")), "1 read, 0 write");
    }
    await visitor.visit((session) => assert.equal(session.get("a"), 1));
  });

  it("has_an_end_that_reading_changing_and_rotating_do_not_move_and_signing_in_does", async () => {
    const shop = newShop(TWENTY);
    const [stays, signsIn] = [await visitorOf(shop), await visitorOf(shop)];
    const start = shop.clock.now();
    const come = async (visitor, act) => {
      const session = await visitor.open({ create: false });
      if (session === null) return false;
      act(session);
      await visitor.commit(session);
      return true;
    };
    for (let at = 0; at < 12 * 4 - 1; at += 1) {
      shop.clock.advance(15 * MINUTE);
      assert.ok(await come(stays, (session) => (at === 20 ? session.rotate() : session.set("at", at))));
      assert.ok(await come(signsIn, (session) => (at === 20 ? session.login("ada") : session.get("a"))));
    }
    shop.clock.advance(start + 12 * HOUR - 1 - shop.clock.now());
    assert.ok(await stays.open({ create: false }));
    shop.clock.advance(1);
    assert.equal(await stays.open({ create: false }), null);
    assert.ok(await signsIn.open({ create: false }));
  });

  it("without_limits_is_for_ever_and_nothing_is_swept", async () => {
    const shop = newShop({ lifetime: { idle: "never", absolute: "never" } });
    const visitor = await visitorOf(shop);
    for (let at = 0; at < 40; at += 1) {
      shop.clock.advance(29 * DAY);
      assert.equal(await visitor.see("a"), 1);
    }
    for (const idle of [0, "0s"]) await fails(() => newShop({ lifetime: { idle } }), "config", /"never" for no limit/);
  });

  it("and_its_resolution_are_checked_together", async () => {
    await fails(() => newShop({ lifetime: { idle: "10m", resolution: "20m" } }), "config", /lifetime.resolution/);
    await fails(() => newShop({ lifetime: { idle: "20 minutes" } }), "config", /lifetime.idle/);
    newShop({ lifetime: { idle: "20m", resolution: "7s" } }); // need not divide it
  });

  it("that_is_over_is_over_unswept_and_is_not_revived_by_coming_back", async () => {
    const shop = newShop(TWENTY);
    const visitor = await visitorOf(shop);
    const twin = visitor.twin();
    shop.clock.advance(20 * MINUTE + 20 * SECOND);
    await visitor.visit((session) => assert.deepEqual([session.isNew, session.size], [true, 0]));
    assert.equal(await twin.open({ create: false }), null);
    assert.equal(shop.said("reject").at(-1).reason, "expired");
  });

  it("of_one_session_can_be_another_than_that_of_the_rest", async () => {
    const { sessions, clock } = newShop(TWENTY);
    await sessions.create("short", {}, { lifetime: "1m" });
    await sessions.create("long", {}, { lifetime: "10h" });
    clock.advance(MINUTE);
    assert.equal(await sessions.peek("short"), null);
    clock.advance(9 * HOUR);
    assert.notEqual(await sessions.peek("long"), null);
    clock.advance(HOUR);
    assert.equal(await sessions.peek("long"), null);
  });

  it("that_a_visitor_was_busy_all_along_ends_only_at_its_absolute_end", async () => {
    const shop = newShop({ lifetime: { idle: "10m", absolute: "never" } });
    const visitor = await visitorOf(shop); // nothing is changed from here on
    for (let at = 0; at < 24 * 8; at += 1) {
      shop.clock.advance(9 * MINUTE);
      assert.equal(await visitor.see("a"), 1);
    }
  });
});

describe("what is over, and what is too much", () => {
  it("is_dropped_by_a_sweep_which_says_how_many_and_spares_the_living", async () => {
    const shop = newShop(TWENTY);
    const sessions = shop.application({ store: sqliteStore(":memory:", { now: shop.clock.now }) });
    await sessions.create("old", { a: 1 });
    await sessions.create("older", { a: 1 });
    shop.clock.advance(HOUR);
    await sessions.create("young", { a: 1 });
    assert.equal(await sessions.sweep(), 2);
    assert.equal(await sessions.sweep(), 0);
    assert.equal((await sessions.peek("young")).get("a"), 1);
  });

  it("a_limit_on_how_many_sessions_there_are_drops_the_one_unused_for_longest", async () => {
    const shop = newShop();
    const sessions = shop.application({ store: memoryStore({ maxEntries: 2, now: shop.clock.now }) });
    await sessions.create("1", { a: 1 });
    await sessions.create("2", { a: 1 });
    await sessions.peek("1");
    await sessions.create("3", { a: 1 });
    assert.deepEqual([await sessions.peek("1"), await sessions.peek("2"), await sessions.peek("3")].map((session) => session !== null), [true, false, true]);
  });

  it("a_session_that_is_too_large_is_refused_by_name_and_the_one_before_stays", async () => {
    const shop = newShop({ maxBytes: 2_000 });
    const visitor = await visitorOf(shop);
    const tooLarge = (session) => session.namespace("shop.cart").set("items", "x".repeat(3_000));
    await fails(() => visitor.visit(tooLarge), "too-large", /shop\.cart/);
    assert.equal(await visitor.see("a"), 1);
  });

  it("a_crawler_without_cookies_makes_no_session_by_reading", async () => {
    const shop = newShop();
    const cost = await shop.cost(async () => {
      for (let at = 0; at < 100; at += 1) await shop.visitor().visit((session) => session.path("shop.cart/items", []));
    });
    assert.equal(cost, "0 read, 0 write");
  });
});
