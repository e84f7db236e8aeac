import { assert, assertFails, assertSame } from "../assert.js";
import { MINUTE, OTHER_SECRET, SECRET } from "./world.js";

const NAMESPACES = { "shop.cart": { inspectable: true }, private: { inspectable: false } };

/** Some storages are the same one in every test. */
let users = 0;

/** A session is looked at from outside: what is marked to be seen, and of everything else the name. */
export function inspectSuite({ describe, it }, { makeWorld, library, testing }) {
  /** A visitor who keeps something in several namespaces, shown by every store. */
  async function shopper(options) {
    const ada = `ada ${(users += 1)}`;
    const world = makeWorld({ namespaces: NAMESPACES, ...options });
    const visitor = world.visitor();
    await visitor.visit((session) => {
      session.set("color", "needle");
      session.namespace("shop.cart").update({ items: [{ sku: "A1", qty: 1 }], at: new Date(5), sizes: new Map([["A1", 2n]]) });
      session.namespace("private").set("diary", "needle");
      session.login(ada, { level: "aal2", device: "a phone" });
    });
    world.clock.advance(MINUTE);
    return { world, ada, visitor, id: await visitor.visit(({ id }) => id) };
  }

  describe("a session that is inspected", () => {
    for (const sealRecords of [false, true]) {
      it(`shows_${sealRecords ? "sealed_" : ""}values_of_inspectable_namespaces_and_of_others_the_names`, async () => {
        const { world, ada, visitor, id } = await shopper({ sealRecords });
        const found = await world.sessions.inspect(id);
        const { values, hidden, size, modifiedAt, ...rest } = found;
        const cart = { items: [{ sku: "A1", qty: 1 }], at: new Date(5), sizes: new Map([["A1", 2n]]) };
        assertSame(Object.keys(values), ["shop.cart"]);
        assertSame({ ...values["shop.cart"] }, cart);
        assertSame([...hidden].toSorted(), ["default", "private"]);
        const { authenticatedAt, absoluteExpiresAt: expiresAt } = await visitor.visit((session) => session.toJSON());
        assertSame(rest, { id, user: ada, level: "aal2", device: "a phone", createdAt: null, authenticatedAt, expiresAt });
        assert(size > 0 && modifiedAt > 0, "size and time");
        assert(!JSON.stringify(rest).includes("needle"), "a hidden value");
      });
    }

    for (const inspectable of [true, false]) {
      it(`shows_${inspectable ? "what" : "no_more_than_the_name_of_what"}_is_kept_in_a_store_of_its_own`, async () => {
        let world; // the store tells the time by the world's clock
        const store = testing.faultyStore(library.memoryStore({ now: () => world.clock.now() }));
        world = makeWorld({ namespaces: { vouchers: { store, inspectable }, unused: { store, inspectable } } });
        const visitor = world.visitor();
        await visitor.visit(async (session) => (await session.load("vouchers")).set("used", ["A1"]));
        world.clock.advance(MINUTE);
        const id = await visitor.visit((session) => session.id);
        store.resetCounts();
        const { values, hidden } = await world.sessions.inspect(id);
        assertSame(Object.entries(values).map(([name, held]) => [name, { ...held }]), inspectable ? [["vouchers", { used: ["A1"] }]] : []);
        assertSame([[...hidden].toSorted(), store.writes], [inspectable ? [] : ["unused", "vouchers"], 0]);
      });
    }

    it("shows_nothing_that_has_outlived_its_namespaces_lifetime", async () => {
      const world = makeWorld({ namespaces: { "shop.cart": { inspectable: true, idle: "10m" } } });
      const visitor = world.visitor();
      await visitor.visit((session) => session.namespace("shop.cart").set("a", 1));
      world.clock.advance(10 * MINUTE - 1);
      const id = await visitor.visit((session) => session.id);
      assertSame(Object.keys((await world.sessions.inspect(id)).values), ["shop.cart"]);
      world.clock.advance(1);
      const { values, hidden } = await world.sessions.inspect(id);
      assertSame([Object.keys(values), hidden], [[], []]);
    });

    it("is_only_read", async () => {
      const { world, id } = await shopper();
      assertSame(await world.cost(() => world.sessions.inspect(id)), "1 read, 0 write");
    });

    it("is_found_by_the_id_it_had_a_moment_ago", async () => {
      const { world, visitor, id } = await shopper();
      await visitor.visit((session) => session.rotate());
      const found = await world.sessions.inspect(id);
      assertSame([found.id, Object.keys(found.values)], [await visitor.visit((session) => session.id), ["shop.cart"]]);
    });

    it("is_nothing_after_its_end_and_where_there_never_was_one", async () => {
      const { world, visitor, id } = await shopper();
      await visitor.visit((session) => session.destroy());
      assertSame([await world.sessions.inspect(id), await world.sessions.inspect("A".repeat(43))], [null, null]);
    });

    it("shows_under_an_older_secret_too_and_no_namespace_that_is_empty", async () => {
      const { world, visitor, id } = await shopper();
      await visitor.visit((session) => session.namespace("shop.cart").clear());
      world.clock.advance(MINUTE);
      const renewed = world.application({ secrets: [OTHER_SECRET, SECRET], sealRecords: false });
      const { values, hidden } = await renewed.inspect(id);
      assertSame([Object.keys(values), [...hidden].toSorted()], [[], ["default", "private"]]);
    });

    it("shows_no_namespace_that_only_looks_marked", async () => {
      const world = makeWorld({ namespaces: Object.create({ inherited: { inspectable: true } }) });
      const visitor = world.visitor();
      const names = ["__proto__", "constructor", "inherited"];
      await visitor.visit((session) => names.forEach((name) => session.namespace(name).set("a", "needle")));
      world.clock.advance(MINUTE);
      const { values, hidden } = await world.sessions.inspect(await visitor.visit(({ id }) => id));
      assertSame([Object.keys(values), [...hidden].toSorted()], [[], names.toSorted()]);
    });

    it("shows_a_marked_namespace_whatever_its_name", async () => {
      const name = "__proto__";
      const world = makeWorld({ namespaces: JSON.parse(`{"${name}":{"inspectable":true}}`) });
      const visitor = world.visitor();
      await visitor.visit((session) => session.namespace(name).set("a", 1));
      world.clock.advance(MINUTE);
      const { values } = await world.sessions.inspect(await visitor.visit(({ id }) => id));
      assertSame(Object.entries(values).map(([key, found]) => [key, { ...found }]), [[name, { a: 1 }]]);
    });

    it("is_an_error_when_the_store_fails_or_the_record_is_damaged", async () => {
      const { world, id } = await shopper();
      const [{ bytes, ...rest }] = await world.store.read([`s1:${id}`]);
      for (const how of [() => Promise.reject(new Error("down")), () => [{ ...rest, bytes: bytes.slice(0, 20) }]]) {
        world.store.fail("read", { how });
        await assertFails(() => world.sessions.inspect(id), "store");
        world.store.heal();
      }
    });

    for (const handle of ["", "../s1:x", "short", 7, undefined]) {
      it(`is_an_error_where_the_handle_is_${JSON.stringify(handle)}_and_no_store_is_asked_for_it`, async () => {
        const world = makeWorld();
        for (const act of ["inspect", "revoke"]) await assertFails(async () => world.sessions[act](handle), "value");
        assertSame(world.log, []);
      });
    }
  });
}
