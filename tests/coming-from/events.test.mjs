// Zope 2's add and delete notifications, and what its limit and its sweep do: events.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSessions, memoryStore } from "edge-session";
import { sqliteStore } from "edge-session/sqlite";
import { sweepEvery } from "edge-session/sweeper";
import { testSession, testSessions } from "edge-session/testing";
import { DAY, fails, HOUR, newShop, SECRET } from "./shop.mjs";

describe("events", () => {
  it("a_session_that_begins_is_announced_once_and_a_change_to_it_is_not", async () => {
    const shop = newShop();
    const begun = [];

    shop.sessions.on("create", ({ id }) => begun.push(id));

    const visitor = shop.visitor();
    const { id } = await visitor.visit((session) => session.set("a", 1));
    await visitor.visit((session) => session.set("a", 2));
    assert.deepEqual(begun, [id]);
  });

  it("every_end_is_announced_once_with_its_reason_explicit_ones_too", async () => {
    const shop = newShop();
    const ended = [];

    shop.sessions.on("end", ({ reason }) => ended.push(reason));

    const visitors = Array.from({ length: 4 }, () => shop.visitor());
    for (const visitor of visitors) await visitor.visit((session) => session.login("ada"));
    await visitors[0].visit((session) => session.destroy());
    await visitors[1].visit((session) => session.logout({ keep: false }));
    await shop.sessions.revoke((await visitors[2].open()).id);
    await visitors[2].visit();
    shop.clock.advance(DAY);
    await visitors[3].visit();
    await visitors[3].visit();
    assert.deepEqual(ended, ["destroyed", "logout", "revoked", "expired"]);
  });

  it("a_sweep_announces_the_end_of_those_whom_nobody_came_back_for", async () => {
    const shop = newShop();
    const sessions = createSessions({ secrets: [SECRET], store: sqliteStore(":memory:", { now: shop.clock.now }), clock: shop.clock });
    const ended = [];
    sessions.on("end", ({ reason }) => ended.push(reason));
    await shop.visitor(sessions).visit((session) => session.set("a", 1));
    shop.clock.advance(DAY + HOUR);
    await sessions.sweep();
    assert.deepEqual(ended, ["expired"]);
  });

  it("a_listener_that_throws_is_reported_and_changes_nothing", async () => {
    const shop = newShop();
    const errors = [];
    shop.sessions.on("error", ({ error }) => errors.push(error.message));
    shop.sessions.on("create", () => {
      throw new Error("no mail server");
    });
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    assert.deepEqual([await visitor.see("a"), errors], [1, ["no mail server"]]);
  });

  it("a_timer_or_a_cron_trigger_sweeps_without_any_visitor", async () => {
    const { clock } = newShop();
    const sessions = createSessions({ secrets: [SECRET], store: sqliteStore(":memory:", { now: clock.now }), clock });
    const swept = [];
    sessions.on("end", ({ reason }) => swept.push(reason));
    await sessions.create("1", {});
    clock.advance(2 * HOUR);
    await sessions.scheduled()({}, {}, { waitUntil() {} });
    assert.deepEqual(swept, ["expired"]);
  });

  it("a_limit_can_refuse_one_session_more_instead_of_dropping_another", async () => {
    const { clock } = newShop();
    const store = memoryStore({ maxEntries: 2, whenFull: "error", now: clock.now });
    const sessions = createSessions({ secrets: [SECRET], store, clock });
    await sessions.create("1", { a: 1 });
    await sessions.create("2", { a: 1 });
    await fails(() => sessions.create("3", { a: 1 }), "store");
    await sessions.create("2", { a: 2 }); // replacing is fine
    assert.equal((await sessions.peek("2")).get("a"), 2);
  });
});

describe("unit tests", () => {
  it("have_a_session_without_a_server_in_one_line", async () => {
    const total = (session) => session.get("cart").reduce((sum, { price, qty }) => sum + price * qty, 0);

    const session = await testSession({ cart: [{ sku: "A1", price: 5, qty: 2 }] }, { user: "ada" });

    assert.deepEqual([total(session), session.user], [10, "ada"]);
  });

  it("have_visitors_and_a_clock_to_move", async () => {
    const { visit, clock } = testSessions(async (_, { session }) => {
      const s = await session();
      return new Response(s.set("visits", (s.get("visits") ?? 0) + 1).get("visits"));
    });

    await visit("/");
    assert.equal(await (await visit("/")).text(), "2");
    clock.advance(2 * 60 * 60_000);
    assert.equal(await (await visit("/")).text(), "1"); // idle life is an hour
  });
});
