// Plone's and Zope 2's session_data_manager: the examples of Plone's "Sessions" (both versions), then its calls.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { fails, HOUR, MINUTE, newcomer, newShop } from "./shop.mjs";

describe("Plone's examples", () => {
  it("a_parameter_is_set_and_is_there_at_the_next_request", async () => {
    const visitor = newShop().visitor();

    const setOption = (session) => {
      session.set("my_option", { any: ["value", new Date(0), new Set([1])] });
    };

    await visitor.visit(setOption);
    assert.deepEqual(await visitor.see("my_option"), { any: ["value", new Date(0), new Set([1])] });
  });

  it("the_id_of_a_session_is_null_before_there_is_one", async () => {
    const shop = newShop();
    const { sessions } = shop;

    async function sessionIdOf(request) {
      const session = await sessions.open(request, { create: false });
      return session?.id ?? null;
    }

    const visitor = shop.visitor();
    assert.equal(await sessionIdOf(visitor.request()), null);
    await visitor.visit((session) => session.set("a", 1));
    assert.match(await sessionIdOf(visitor.request()), /^[\w-]{43}$/);
  });

  it("checkout_data_is_made_when_it_is_first_used_and_found_by_request_or_by_id", async () => {
    const shop = newShop();
    const { sessions } = shop;

    async function getOrCreateCheckoutSession(request, { create = false, browserId } = {}) {
      const session = browserId === undefined ? await sessions.open(request, { create }) : await sessions.peek(browserId);
      if (session === null) return null;
      if (create) session.getOrCreate("checkout", () => ({ email: null, lines: [] }));
      return session.has("checkout") ? session : null;
    }

    const visitor = shop.visitor();
    assert.equal(await getOrCreateCheckoutSession(visitor.request()), null);
    const session = await getOrCreateCheckoutSession(visitor.request(), { create: true });
    session.get("checkout").email = "ada@example.org";
    await visitor.commit(session);
    const again = await getOrCreateCheckoutSession(visitor.request(), { create: true });
    assert.deepEqual(again.get("checkout"), { email: "ada@example.org", lines: [] });

    assert.equal(await getOrCreateCheckoutSession(null, { browserId: "1234567" }), null);
    await sessions.create("1234567", { checkout: { email: "bob@example.org" } });
    const his = await getOrCreateCheckoutSession(null, { browserId: "1234567" });
    assert.equal(his.get("checkout").email, "bob@example.org");
  });

  it("checkout_data_is_one_call_where_the_visitor_is_at_hand", async () => {
    const visitor = newShop().visitor();

    const getOrCreateCheckoutSession = (session) => session.getOrCreate("checkout", () => ({ lines: [] }));

    await visitor.visit((session) => getOrCreateCheckoutSession(session).lines.push("A1"));
    assert.deepEqual(await visitor.visit(getOrCreateCheckoutSession), { lines: ["A1"] });
  });

  it("a_cart_is_destroyed_and_the_session_stays", async () => {
    const shop = newShop();
    const { sessions } = shop;

    async function destroyCartForSession(request, browserId) {
      const session = browserId === undefined ? await sessions.open(request, { create: false }) : await sessions.peek(browserId);
      if (session === null) return null; // nothing to destroy
      session.delete("getpaid.cart");
      await session.save();
      return session;
    }

    const visitor = shop.visitor();
    assert.equal(await destroyCartForSession(visitor.request()), null);
    await visitor.visit((session) => session.update({ "getpaid.cart": ["A1"], theme: "dark" }));
    await visitor.commit(await destroyCartForSession(visitor.request()));
    await visitor.visit((session) => assert.deepEqual([...session], [["theme", "dark"]]));

    await sessions.create("1234567", { "getpaid.cart": ["B2"], theme: "light" });
    await destroyCartForSession(null, "1234567");
    assert.deepEqual([...(await sessions.peek("1234567"))], [["theme", "light"]]);
    assert.equal(await destroyCartForSession(null, "no such id"), null);
  });
});

describe("session_data_manager's calls", () => {
  it("looking_whether_there_is_a_session_makes_none_and_extends_none", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    assert.equal(await shop.cost(() => visitor.open({ create: false })), "0 read, 0 write");
    assert.equal(await visitor.open({ create: false }), null);
    await visitor.visit((session) => session.set("a", 1));
    const { token } = visitor;
    shop.clock.advance(50 * MINUTE);
    assert.equal((await visitor.open({ create: false })).get("a"), 1); // and no commit: nothing is sent
    assert.equal(visitor.token, token);
    shop.clock.advance(12 * MINUTE);
    assert.equal(await visitor.open({ create: false }), null);
  });

  it("an_open_without_create_is_about_the_session_and_not_about_the_id", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    const cookie = visitor.twin();
    await visitor.visit((session) => session.destroy());
    assert.equal(await cookie.open({ create: false }), null); // the cookie is well sealed, the session is no more
  });

  it("a_session_is_made_by_its_first_value_and_not_by_looking", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    assert.equal(await shop.cost(() => visitor.visit((session) => session.get("a"))), "0 read, 0 write");
    assert.deepEqual([visitor.sent, visitor.cookie], [[], ""]);
    assert.equal(await shop.cost(() => visitor.visit((session) => session.set("a", 1))), "0 read, 1 write");
    assert.equal(visitor.sent.length, 1);
  });

  it("a_handler_has_the_session_as_a_variable_that_is_opened_when_it_is_used", async () => {
    const shop = newShop();
    let opened = 0;
    const handle = shop.sessions.handle(async (request, { session }) => {
      if (new URL(request.url).pathname === "/about") return new Response("no session needed");
      const [one, other] = [await session(), await session()];
      opened += one === other ? 1 : 0;
      return new Response(one.set("a", 1).get("a"));
    });
    const visit = async (path) => (await handle(new Request(`https://shop.example${path}`), {}, {})).headers.getSetCookie().length;
    assert.deepEqual([await visit("/about"), await visit("/"), opened], [0, 1, 1]);
  });

  it("clearing_a_session_keeps_it_and_its_id", async () => {
    const visitor = newShop().visitor();
    const { id } = await visitor.visit((session) => session.set("a", 1));
    await visitor.visit((session) => session.clear());
    await visitor.visit((session) => assert.deepEqual([session.id, session.size, session.isNew], [id, 0, false]));
  });

  it("a_destroyed_session_is_over_at_once_and_says_so_to_whoever_still_holds_it", async () => {
    const visitor = newShop().visitor();
    const { id } = await visitor.visit((session) => session.set("a", 1));
    await visitor.visit(async (session) => {
      session.destroy();
      await fails(() => session.get("a"), "destroyed");
      await fails(() => session.set("a", 1), "destroyed");
    });
    assert.deepEqual([visitor.cookie, await visitor.open({ create: false })], ["", null]);
    const next = await visitor.visit((session) => session.set("b", 1));
    assert.deepEqual([next.isNew, next.id === id, next.has("a")], [true, false, false]);
  });

  it("the_request_that_ended_a_session_can_begin_another", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    const old = await visitor.open();
    old.destroy();
    await old.save();
    const session = await shop.sessions.open(newcomer());
    await visitor.commit(session.set("b", 2));
    await visitor.visit((next) => assert.deepEqual([...next], [["b", 2]]));
  });

  it("a_session_knows_when_it_was_created_last_used_and_last_changed", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    const start = shop.clock.now();
    await visitor.visit((session) => assert.equal(session.modifiedAt, null));
    await visitor.visit((session) => session.set("a", 1));
    shop.clock.advance(10 * MINUTE);
    await visitor.visit((session) => session.set("a", 2));
    shop.clock.advance(10 * MINUTE);
    await visitor.visit(({ createdAt, lastAccessedAt, modifiedAt }) => {
      assert.deepEqual([createdAt, modifiedAt, lastAccessedAt].map((date) => (date - start) / MINUTE), [0, 10, 20]);
    });
  });

  it("a_handle_names_the_session_and_opens_nothing", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    const { id } = await visitor.visit((session) => session.set("a", 1));
    assert.ok(!visitor.cookie.includes(id));
    const thief = await shop.sessions.open({ url: "https://shop.example/", headers: new Headers({ cookie: `__Host-session=${id}` }) });
    assert.deepEqual([thief.isNew, thief.size], [true, 0]);
    assert.equal(await shop.sessions.peek(id), null);
    await visitor.visit((session) => session.rotate());
    assert.notEqual((await visitor.open()).id, id); // a new id is a new handle
  });

  it("printing_a_session_shows_no_value_and_no_key", async () => {
    const visitor = newShop().visitor();
    await visitor.visit((session) => session.set("key-needle", "value-needle"));
    const session = await visitor.open();
    session.namespace("name-needle").set("b", "value-needle");
    for (const text of [inspect(session, { depth: 9, showHidden: true }), `${session}`, JSON.stringify(session)]) {
      assert.doesNotMatch(text, /needle/);
    }
  });

  it("sessions_are_listed_and_ended_by_handle_and_not_read", async () => {
    const shop = newShop();
    const visitors = [shop.visitor(), shop.visitor()];
    const ids = [];
    for (const visitor of visitors) ids.push((await visitor.visit((session) => session.set("secret", "needle"))).id);
    const { sessions } = await shop.sessions.list();
    assert.deepEqual(sessions.map(({ id }) => id).sort(), ids.sort());
    assert.doesNotMatch(JSON.stringify(sessions), /needle/);
    const gone = (await visitors[0].open()).id;
    assert.deepEqual([await shop.sessions.revoke(gone), await shop.sessions.revoke(gone)], [true, false]);
    assert.equal(await visitors[0].open({ create: false }), null);
    assert.equal(await visitors[1].see("secret"), "needle");
  });

  it("whoever_has_the_session_of_one_visitor_reaches_no_other", async () => {
    const shop = newShop();
    const [ada, eve] = [shop.visitor(), shop.visitor()];
    const { id } = await ada.visit((session) => session.set("secret", 1));
    await eve.visit(async (session) => {
      for (const path of [id, `../${id}/secret`, "$session/user", "__proto__/constructor"]) assert.equal(session.path(path), undefined);
      await fails(() => session.namespace("$session"), "value");
    });
  });

  it("a_session_of_20_minutes_lives_as_long_as_it_is_used", async () => {
    const shop = newShop({ lifetime: { idle: "20m", absolute: "never", resolution: "20s" } }); // Zope 2's defaults
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    for (let at = 0; at < 10; at += 1) {
      shop.clock.advance(20 * MINUTE - 1);
      assert.equal(await visitor.see("a"), 1);
    }
    shop.clock.advance(HOUR);
    assert.equal(await visitor.see("a"), undefined);
  });
});
