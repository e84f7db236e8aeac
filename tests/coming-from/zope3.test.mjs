// Zope 3's zope.session: the examples of its "Session Implementation", then its calls.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSessions, memoryStore } from "edge-session";
import { fails, MINUTE, newcomer, newShop, SECRET } from "./shop.mjs";

describe("Zope 3's examples", () => {
  it("two_packages_use_the_same_key_without_a_clash", async () => {
    const { sessions } = newShop();
    const request = newcomer();

    const session = await sessions.open(request);
    const foo = session.namespace("products.foo");
    foo.set("color", "red");
    const bar = session.namespace("products.bar");
    bar.set("color", "blue");

    assert.deepEqual([foo.get("color"), bar.get("color"), session.get("color")], ["red", "blue", undefined]);
  });

  it("an_unknown_package_has_the_unnamed_store_without_being_announced", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.namespace("unknown").set("a", 1));
    assert.deepEqual(shop.log.map(({ kind }) => kind), ["write"]);
    await visitor.visit((session) => assert.equal(session.namespace("unknown").get("a"), 1));
  });

  it("a_namespace_is_the_same_one_however_often_it_is_asked_for", async () => {
    const session = await newShop().sessions.open(newcomer());
    const foo = session.namespace("products.foo");
    foo.set("color", "red");
    assert.equal(session.namespace("products.foo").data, foo.data);
    assert.equal(session.path("products.foo/color"), "red");
  });

  it("a_timeout_of_20_minutes_is_an_option_and_ends_a_session_within_its_resolution", async () => {
    const { clock, store } = newShop();
    const secrets = [SECRET];

    const sessions = createSessions({
      secrets,
      store,
      clock,
      lifetime: { idle: "20m", absolute: "never" }, // and "resolution", here a 60th of it: 20 s
    });

    const aliveAfter = async (ms) => {
      const response = await sessions.commit((await sessions.open(newcomer())).set("a", 1));
      const cookie = response.headers.getSetCookie()[0].split(";")[0];
      clock.advance(ms);
      return (await sessions.open({ url: "https://shop.example/", headers: new Headers({ cookie }) })).has("a");
    };
    assert.equal(await aliveAfter(20 * MINUTE - 1), true);
    assert.equal(await aliveAfter(20 * MINUTE), true);
    assert.equal(await aliveAfter(20 * MINUTE + 20_000 - 1), true);
    assert.equal(await aliveAfter(20 * MINUTE + 20_000), false);
  });

  it("what_cannot_be_stored_is_refused_by_its_path_and_nothing_is_written", async () => {
    const shop = newShop();
    const { sessions } = shop;
    const request = newcomer();

    const session = await sessions.open(request);
    session.namespace("products.foo").set("oops", new File([], "script.py"));
    await assert.rejects(sessions.commit(session), {
      name: "SessionError",
      code: "value",
      message: "products.foo/oops: a File cannot be stored in a session",
    });

    assert.deepEqual(shop.log, []);
    session.namespace("products.foo").delete("oops"); // no transaction to abort: the session can go on
    await sessions.commit(session.set("fine", 1));
    assert.deepEqual(shop.log.map(({ kind }) => kind), ["write"]);
  });

  it("a_page_shows_a_value_or_what_it_shows_without_one", async () => {
    const visitor = newShop().visitor();

    const show = (session) => session.path("products.foo/color", "green");

    assert.equal(await visitor.visit(show), "green");
    assert.deepEqual([visitor.sent, visitor.cookie], [[], ""]); // reading made nothing
    await visitor.visit((session) => session.namespace("products.foo").set("color", "red"));
    assert.equal(await visitor.visit(show), "red");
  });

  it("a_page_counts_its_visits_in_its_handler", async () => {
    const visitor = newShop().visitor();

    function count(session) {
      const { data } = session.namespace("products.foo");
      data.count = (data.count ?? 0) + 1;
      return data.count;
    }

    assert.deepEqual([await visitor.visit(count), await visitor.visit(count), await visitor.visit(count)], [1, 2, 3]);
  });
});

describe("zope.session's calls", () => {
  it("what_a_package_has_not_stored_is_undefined_or_a_default", async () => {
    const session = await newShop().sessions.open(newcomer());
    const foo = session.namespace("products.foo");
    assert.deepEqual([foo.get("color"), foo.get("color") ?? "green", session.path("products.foo/color", "green")], [undefined, "green", "green"]);
    assert.deepEqual([session.path("products.none/color"), foo.size, foo.has("color")], [undefined, 0, false]);
  });

  it("a_session_can_be_asked_for_keys_and_iterated", async () => {
    const session = await newShop().sessions.open(newcomer());
    session.update({ a: 1, b: 2 });
    assert.deepEqual([session.has("a"), session.has("c"), [...session]], [true, false, [["a", 1], ["b", 2]]]);
  });

  it("one_packages_values_can_be_cleared_and_the_others_stay", async () => {
    const visitor = newShop().visitor();
    await visitor.visit((session) => {
      session.namespace("products.foo").update({ a: 1, b: 2 });
      session.namespace("products.bar").set("a", 3);
    });
    await visitor.visit((session) => session.namespace("products.foo").clear());
    await visitor.visit((session) => assert.deepEqual([session.namespace("products.foo").size, session.path("products.bar/a")], [0, 3]));
  });

  it("own_keys_alone_are_reached_by_a_path_and_none_hides_behind_a_method", async () => {
    const session = await newShop().sessions.open(newcomer());
    const foo = session.namespace("products.foo");
    assert.deepEqual(["items", "keys", "get", "size", "__proto__", "constructor"].map((key) => session.path(`products.foo/${key}`)), Array(6).fill(undefined));
    foo.update({ items: ["A1"], keys: "k", get: "g" });
    assert.deepEqual([session.path("products.foo/items/0"), session.path("products.foo/keys"), session.path("products.foo/get")], ["A1", "k", "g"]);
  });

  it("an_id_that_another_layer_vouches_for_is_taken_and_no_cookie_is_set", async () => {
    const thirdParty = (request) => request.headers.get("x-verified-subject");
    const shop = newShop({ thirdParty });
    const visit = async (subject, act) => {
      const session = await shop.sessions.open({ url: "https://shop.example/", headers: new Headers(subject ? { "x-verified-subject": subject } : {}) });
      const result = await act(session);
      return [result, (await shop.sessions.commit(session)).headers.getSetCookie().length];
    };
    assert.deepEqual((await visit("ada", (session) => session.set("a", 1)))[1], 0);
    assert.deepEqual(await visit("ada", (session) => session.get("a")), [1, 0]);
    assert.deepEqual(await visit("bob", (session) => session.get("a")), [undefined, 0]);
    assert.equal((await visit(null, (session) => session.set("a", 2)))[1], 1); // without one, the cookie counts
  });

  it("an_application_without_a_store_is_refused_at_once_and_by_name", async () => {
    await fails(() => createSessions({ secrets: [SECRET] }), "config", /^store: /);
    await fails(() => createSessions({ secrets: [SECRET], store: {} }), "config", /store/);
    createSessions({ secrets: [SECRET], store: memoryStore() });
  });
});
