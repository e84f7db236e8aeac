import { perform } from "../act.js";
import { assert, assertFails, assertSame } from "../assert.js";
import { MINUTE } from "./world.js";

/** What the tests of namespaces in a store of their own play in. */
export function partsIn(makeWorld, { library, testing }) {
  /** A world in which vouchers have a store of their own, and the cart a life of ten minutes. */
  function makeParts(more = {}) {
    let world; // the store tells the time by the world's clock
    const vouchers = testing.faultyStore(library.memoryStore({ now: () => world.clock.now() }));
    world = makeWorld({ namespaces: { vouchers: { store: vouchers, ...more }, cart: { idle: "10m" } } });
    return Object.assign(world, { vouchers });
  }

  const load = async (visitor, act) => {
    const session = await visitor.open();
    const result = await act(await session.load("vouchers"), session);
    await visitor.commit(session);
    return result;
  };
  const see = (visitor) => load(visitor, (vouchers) => Object.fromEntries(vouchers));
  const keysIn = async ({ vouchers }) => (await vouchers.list("", { limit: 100 })).keys.map(({ key }) => key);
  /** Whether a text that was put into the vouchers still is in their store, whoever may reach it. */
  const holds = async (world, text) => {
    const records = await world.vouchers.read(await keysIn(world));
    return records.some((record) => new TextDecoder("latin1").decode(record?.bytes).includes(text));
  };
  return { makeParts, load, see, keysIn, holds };
}

/** Namespaces with stores and lifetimes of their own. */
export function partsSuite({ describe, it }, { makeWorld, library, testing }) {
  const { makeParts, load, see, keysIn } = partsIn(makeWorld, { library, testing });

  describe("a namespace in a store of its own", () => {
    it("is_there_after_load_and_using_it_before_says_so", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("used", ["A1"]));
      assertSame([await see(visitor), (await keysIn(world)).length], [{ used: ["A1"] }, 1]);
      await visitor.visit(async (session) => {
        for (const use of [() => session.namespace("vouchers"), () => session.path("vouchers/used")]) await assertFails(async () => use(), "config");
        await session.load("vouchers");
        assertSame(session.path("vouchers/used/0"), "A1");
      });
    });

    it("keeps_nothing_in_the_sessions_own_store_but_where_it_is", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("needle", 1));
      const written = world.log.filter(({ kind }) => kind === "write").map(({ bytes }) => new TextDecoder("latin1").decode(bytes));
      assert(!written.join().includes("needle"), "it was written there");
    });

    it("costs_nothing_where_it_is_not_loaded_and_is_not_written_by_looking", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      world.vouchers.resetCounts();
      await visitor.visit((session) => session.set("b", 1));
      assertSame([world.vouchers.reads, world.vouchers.writes], [0, 0]);
      await see(visitor);
      assertSame([world.vouchers.reads, world.vouchers.writes], [1, 0]);
    });

    for (const [act, remains] of [["login", { a: 1 }], ["rotate", { a: 1 }], ["logout", { a: 1 }], ["destroy", {}]]) {
      it(`${act === "destroy" ? "ends_with_its_session" : `goes_on_through_${act}`}`, async () => {
        const world = makeParts();
        const visitor = world.visitor();
        await load(visitor, (vouchers) => vouchers.set("a", 1));
        await visitor.visit((session) => perform(session, act));
        assertSame(await see(visitor), remains);
      });
    }

    it("of_parallel_requests_loses_no_change", async () => {
      const visitor = makeParts().visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      await Promise.all([1, 2, 3].map((n) => load(visitor.twin(), (vouchers) => vouchers.set(`key${n}`, n))));
      assertSame(await see(visitor), { a: 1, key1: 1, key2: 2, key3: 3 });
    });

    it("lives_as_long_as_is_said_and_the_session_without_it", async () => {
      const world = makeParts({ idle: "5m" });
      const visitor = world.visitor();
      await load(visitor, (vouchers, session) => (session.set("theme", "dark"), vouchers.set("a", 1)));
      world.clock.advance(5 * MINUTE - 1);
      await visitor.visit(async (session) => assertSame((await session.load("vouchers")).size, 1));
      world.clock.advance(5 * MINUTE);
      assertSame([await see(visitor), await visitor.see("theme")], [{}, "dark"]);
    });

    it("that_fails_is_a_store_error_where_it_is_used_and_the_session_goes_on", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      world.vouchers.fail("read");
      await visitor.visit(async (session) => {
        await assertFails(() => session.load("vouchers"), "store");
        session.set("b", 1);
      });
      world.vouchers.heal();
      assertSame([await see(visitor), await visitor.see("b")], [{ a: 1 }, 1]);
      world.vouchers.fail("write");
      await assertFails(() => load(visitor, (vouchers) => vouchers.set("a", 2)), "store");
      world.vouchers.heal();
      assertSame(await see(visitor), { a: 1 });
    });

    it("keeps_what_requests_put_there_that_made_it_at_the_same_time", async () => {
      const world = makeParts();
      const [one, id] = [world.visitor(), `shared ${crypto.randomUUID()}`];
      await one.visit((session) => session.set("a", 1));
      const other = one.twin();
      const sessions = [await one.open(), await other.open(), await world.sessions.named(id), await world.sessions.named(id)];
      for (const [at, session] of sessions.entries()) (await session.load("vouchers")).set(`of ${at}`, at);
      await one.commit(sessions[0]);
      await other.commit(sessions[1]);
      await Promise.all([sessions[2].save(), sessions[3].save()]);
      assertSame(await see(one), { "of 0": 0, "of 1": 1 });
      assertSame(Object.fromEntries(await (await world.sessions.named(id)).load("vouchers")), { "of 2": 2, "of 3": 3 });
    });

    it("that_is_over_is_told_once_each_time_by_whoever_loads_it", async () => {
      const world = makeParts({ idle: "10m" });
      const visitor = world.visitor();
      await see(visitor);
      let id;
      for (const round of [1, 2]) {
        id = await load(visitor, (vouchers, session) => (vouchers.set("a", round), session.id));
        assertSame([await see(visitor), world.said("expire-namespace").length], [{ a: round }, round - 1]);
        world.clock.advance(12 * MINUTE);
        await visitor.visit((session) => session.set("b", round));
        for (let looks = 0; looks < 2; looks += 1) assertSame(await see(visitor), {});
      }
      const told = { id, namespace: "vouchers" };
      assertSame(world.said("expire-namespace"), [told, told]);
      await load(visitor, (vouchers) => vouchers.set("a", 3));
      await visitor.visit((session) => session.login("ada", { keep: false }));
      assertSame([await see(visitor), world.said("expire-namespace").length], [{}, 2]);
    });

    for (const [how, end] of [
      ["is_over", async ({ clock }) => clock.advance(61 * MINUTE)],
      ["was_deleted_without_it", async ({ vouchers, sessions, clock }, id) => {
        vouchers.fail("write");
        await sessions.delete(id);
        vouchers.heal();
        clock.advance(2 * MINUTE);
      }],
    ]) {
      it(`is_not_that_of_an_earlier_session_of_the_same_id_that_${how}`, async () => {
        const world = makeParts({ idle: "30d" });
        const id = `shared ${crypto.randomUUID()}`;
        const open = async () => {
          const session = await world.sessions.named(id);
          return [session, await session.load("vouchers")];
        };
        const [first, old] = await open();
        old.set("a", 1);
        await first.save();
        await end(world, id);
        const [second, empty] = await open();
        assertSame([second.isNew, empty.size], [true, 0]);
        await second.set("b", 1).save();
        const [third, made] = await open();
        made.set("c", 3);
        await third.save();
        assertSame(Object.fromEntries((await open())[1]), { c: 3 });
      });
    }

    for (const loaded of [false, true]) {
      it(`stays_as_it_is_where_what_was_to_change_it_cannot_be_stored_${loaded ? "loaded" : "not_loaded"}`, async () => {
        const world = makeParts();
        const visitor = world.visitor();
        await load(visitor, (vouchers) => vouchers.set("a", 1));
        for (const change of [(session) => session.login("ada", { keep: false }), () => {}]) {
          const session = await visitor.open();
          change(session);
          if (loaded) (await session.load("vouchers")).set("b", 2);
          session.set("wrong", () => 1);
          await assertFails(() => world.sessions.commit(session), "value");
          assertSame(await see(visitor), { a: 1 });
        }
      });
    }

    it("without_an_end_of_its_own_lives_as_long_as_its_session_whoever_looks", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      for (let hours = 0; hours < 30; hours += 1) {
        if (hours === 20) await visitor.visit((session) => session.login("ada"));
        for (let visits = 0; visits < 6; visits += 1) {
          world.clock.advance(10 * MINUTE);
          await visitor.visit();
        }
      }
      assertSame(await see(visitor), { a: 1 });
    });

    it("is_neither_written_nor_kept_alive_by_looking", async () => {
      const world = makeParts({ idle: "30m" });
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      for (const left of [1, 1, 0]) {
        world.clock.advance(10 * MINUTE);
        world.vouchers.resetCounts();
        assertSame([Object.keys(await see(visitor)).length, world.vouchers.writes], [left, 0]);
      }
    });

    it("is_written_where_others_have_made_the_session_s_own_change_before", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers, session) => (session.set("x", 0), vouchers.set("a", 1)));
      await visitor.visit(async (session) => {
        const vouchers = await session.load("vouchers");
        await session.set("x", 1).save();
        world.clock.advance(2_000);
        await visitor.twin().visit((other) => other.set("x", 2));
        world.clock.advance(2_000);
        session.set("x", 2);
        vouchers.set("b", 2);
      });
      assertSame([await see(visitor), await visitor.see("x")], [{ a: 1, b: 2 }, 2]);
    });

    it("is_not_written_with_a_session_that_is_too_large", async () => {
      const world = makeParts();
      const visitor = world.visitor(world.application({ ...world.options, namespaces: { vouchers: { store: world.vouchers } }, maxBytes: 2_000 }));
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      const large = (vouchers, session) => (vouchers.set("a", 2), session.set("large", "x".repeat(3_000)));
      await assertFails(() => load(visitor, large), "too-large");
      assertSame(await see(visitor), { a: 1 });
    });

    it("stays_where_its_session_could_not_be_ended", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      world.store.fail("write");
      await assertFails(() => visitor.visit((session) => session.destroy()), "store");
      world.store.heal();
      assertSame(await see(visitor), { a: 1 });
    });

    it("that_was_loaded_ends_with_a_save_and_a_commit_without_a_word", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      await visitor.visit(async (session) => {
        await session.load("vouchers");
        session.destroy();
        await session.save();
      });
      assertSame([await see(visitor), world.said("error")], [{}, []]);
    });

    it("that_is_loaded_twice_at_once_is_one", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      await visitor.visit(async (session) => {
        await Promise.all([session.load("vouchers").then((vouchers) => vouchers.set("b", 2)), session.load("vouchers")]);
      });
      assertSame(await see(visitor), { a: 1, b: 2 });
    });

    it("is_swept_with_the_sessions", async () => {
      const world = makeParts({ idle: "10m" });
      await load(world.visitor(), (vouchers) => vouchers.set("a", 1));
      world.clock.advance(12 * MINUTE);
      assertSame([await world.sessions.sweep() > 0, (await world.vouchers.list("", { limit: 100 })).keys], [true, []]);
    });

    it("that_fails_does_not_keep_a_visitor_from_ending_the_session", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      const old = visitor.twin();
      world.vouchers.fail("write");
      world.vouchers.fail("read");
      await visitor.visit((session) => session.destroy());
      assertSame((await old.open()).isNew, true);
      assertSame(world.said("error").length > 0, true);
    });

    it("is_named_in_what_goes_wrong_with_its_values", async () => {
      const visitor = makeParts().visitor();
      await assertFails(() => load(visitor, (vouchers) => vouchers.set("a", { f: () => 1 })), "value", /^vouchers\/a\/f: /);
      const broken = makeParts({ version: 2, migrate: () => { throw new Error("no"); } });
      const old = broken.application({ namespaces: { vouchers: { store: broken.vouchers } } });
      const other = broken.visitor(old);
      await load(other, (vouchers) => vouchers.set("a", 1));
      other.sessions = broken.sessions;
      await assertFails(() => see(other), "value", /^vouchers: migrate /);
    });

    it("has_to_keep_records", () =>
      assertFails(async () => makeWorld({ namespaces: { v: { store: library.cookieStore() } } }), "config", /namespaces\["v"\]\.store/));

    it("begins_and_ends_with_its_session_for_whoever_listens", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      await visitor.visit((session) => session.destroy());
      assertSame([world.said("create").length, world.said("destroy").length, world.said("error").length], [1, 1, 0]);
    });

    for (const [what, options, named] of [
      ["a_store_that_is_none", { store: {} }, 'namespaces["vouchers"].store'],
      ["a_store_that_is_missing", { store: undefined }, 'namespaces["vouchers"].store'],
      ["a_life_that_is_none", { idle: "soon" }, 'namespaces["vouchers"]'],
      ["a_field_that_there_is_not", { stroe: 1 }, 'namespaces["vouchers"].stroe'],
    ]) {
      it(`is_refused_with_${what}`, async () => {
        const { message } = await assertFails(async () => makeParts(options), "config");
        assert(message.includes(named), message);
      });
    }
  });

  describe("a namespace with a lifetime of its own", () => {
    it("is_gone_when_that_is_over_and_nothing_else_is_and_that_is_told_once", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      const { id } = await visitor.visit((session) => (session.set("a", 1).namespace("cart").set("items", ["A1"]), session));
      world.clock.advance(10 * MINUTE - 1);
      await visitor.visit((session) => assertSame(session.namespace("cart").size, 1));
      world.clock.advance(1);
      for (let times = 0; times < 2; times += 1) {
        await visitor.visit((session) => assertSame([session.namespace("cart").size, session.get("a")], [0, 1]));
      }
      assertSame(world.said("expire-namespace"), [{ id, namespace: "cart" }]);
      await visitor.visit((session) => session.namespace("cart").set("items", ["B2"]));
      await visitor.visit((session) => assertSame(session.path("cart/items/0"), "B2"));
      world.clock.advance(10 * MINUTE);
      await visitor.visit((session) => assertSame(session.namespace("cart").size, 0));
      assertSame(world.said("expire-namespace").length, 2);
    });

    it("that_is_gone_is_not_told_again_under_a_new_id", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1).namespace("cart").set("items", ["A1"]));
      world.clock.advance(10 * MINUTE);
      for (let times = 0; times < 3; times += 1) {
        await visitor.visit((session) => (session.namespace("cart"), session.rotate()));
        world.clock.advance(MINUTE);
      }
      assertSame(world.said("expire-namespace").length, 1);
    });

    it("is_refused_by_its_name_with_a_life_that_is_none", async () => {
      const { message } = await assertFails(async () => makeWorld({ namespaces: { cart: { idle: "soon" } } }), "config");
      assert(message.includes('namespaces["cart"].idle'), message);
    });
  });
}
