// Zope 3's named containers and Zope 2's several managers: namespaces with stores, lifetimes and versions of their own.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSessions, memoryStore } from "edge-session";
import { fails, MINUTE, newcomer, newShop, SECRET } from "./shop.mjs";

/** A store in memory that counts its writes. */
function countingStore(clock) {
  const store = memoryStore({ now: clock.now });
  const write = store.write.bind(store);
  return Object.assign(store, { writes: 0, write: (...parameters) => ((store.writes += 1), write(...parameters)) });
}

describe("a package's namespace", () => {
  it("is_kept_in_the_store_that_was_named_for_it", async () => {
    const shop = newShop();
    const [unnamed, foo] = [countingStore(shop.clock), countingStore(shop.clock)];

    const sessions = shop.application({
      store: unnamed,
      namespaces: { "products.foo": { store: foo } },
    });

    async function paint(session) {
      const data = await session.load("products.foo");
      data.set("color", "red");
    }

    const visitor = shop.visitor(sessions);
    await visitor.visit(paint);
    assert.ok(foo.writes > 0);
    const before = foo.writes;
    await visitor.visit((session) => session.namespace("unknown").set("color", "blue"));
    assert.deepEqual([foo.writes, unnamed.writes > 0], [before, true]);
    await visitor.visit(async (session) => {
      assert.equal((await session.load("products.foo")).get("color"), "red");
      assert.equal((await session.load("unknown")).get("color"), "blue"); // of one without a store of its own, the same as namespace()
    });
  });

  it("in_a_store_of_its_own_says_so_when_it_is_used_before_it_was_loaded", async () => {
    const shop = newShop();
    const sessions = shop.application({ namespaces: { "products.foo": { store: memoryStore() } } });
    const session = await sessions.open(newcomer());
    await fails(() => session.namespace("products.foo").get("color"), "config", /products\.foo/);
  });

  it("whose_store_is_none_is_a_config_error_that_names_it", async () => {
    for (const store of [null, {}, 5]) {
      const namespaces = { "products.foo": { store } };
      await fails(() => createSessions({ secrets: [SECRET], store: memoryStore(), namespaces }), "config", /products\.foo/);
    }
  });

  it("ends_with_its_session_wherever_it_is_kept", async () => {
    const shop = newShop();
    const foo = memoryStore({ now: shop.clock.now });
    const sessions = shop.application({ namespaces: { "products.foo": { store: foo } } });
    const visitor = shop.visitor(sessions);
    await visitor.visit(async (session) => (await session.load("products.foo")).set("color", "red"));
    await visitor.visit((session) => session.destroy());
    const { keys } = await foo.list("", { limit: 10 });
    const texts = await foo.read(keys.map(({ key }) => key));
    for (const stored of texts) assert.ok(!Buffer.from(stored.bytes).includes("red"));
  });

  it("can_have_a_lifetime_of_its_own_and_the_session_goes_on", async () => {
    const shop = newShop();
    const visitor = shop.visitor(shop.application({ namespaces: { "shop.cart": { idle: "10m" } } }));
    await visitor.visit((session) => {
      session.namespace("shop.cart").set("items", ["A1"]);
      session.set("theme", "dark");
    });
    shop.clock.advance(10 * MINUTE - 1);
    assert.deepEqual(await visitor.visit((session) => session.path("shop.cart/items")), ["A1"]);
    shop.clock.advance(1);
    await visitor.visit((session) => assert.deepEqual([session.path("shop.cart/items"), session.get("theme")], [undefined, "dark"]));
  });

  it("that_was_stored_in_an_older_shape_is_brought_to_the_present_one", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.namespace("shop.cart").set("skus", ["A1"]));

    visitor.sessions = shop.application({
      namespaces: {
        "shop.cart": { version: 1, migrate: ({ skus }) => ({ items: skus.map((sku) => ({ sku, qty: 1 })) }) },
      },
    });

    const cart = await visitor.visit((session) => ({ ...session.namespace("shop.cart").data }));
    assert.deepEqual(cart, { items: [{ sku: "A1", qty: 1 }] });
  });

  it("whose_migration_fails_is_an_error_of_its_own_and_loses_nothing", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => (session.namespace("shop.cart").set("skus", ["A1"]), session.set("theme", "dark")));
    const broken = () => {
      throw new TypeError("no such shape");
    };
    visitor.sessions = shop.application({ namespaces: { "shop.cart": { version: 1, migrate: broken } } });
    await visitor.visit(async (session) => {
      assert.equal(session.get("theme"), "dark");
      await fails(() => session.namespace("shop.cart").get("skus"), "value", /shop\.cart/);
    });
    visitor.sessions = shop.sessions;
    assert.deepEqual(await visitor.visit((session) => session.path("shop.cart/skus")), ["A1"]);
  });
});
