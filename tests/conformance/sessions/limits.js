import { assert, assertFails, assertSame } from "../assert.js";

/** Values that cannot be kept: the place is named, and nothing at all is written. */
export function limitsSuite({ describe, it }, { makeWorld, remembers }) {
  const itIsStored = remembers ? it : () => undefined; // cookie-only.js says what holds without a store

  /** A visitor whose change must fail with `code`, and who afterwards has what there was before. */
  async function refused(world, change, code, message) {
    const visitor = world.visitor();
    await visitor.visit((session) => session.set("kept", "before"));
    const cost = await world.cost(() => assertFails(() => visitor.visit(change), code, message));
    assertSame([cost, visitor.sent], [world.price("1 read, 0 write"), []]);
    await visitor.visit((session) => assertSame([...session], [["kept", "before"]]));
    await visitor.visit((session) => session.set("kept", "after"));
    assertSame(await visitor.see("kept"), "after");
  }

  describe("a value that cannot be stored", () => {
    for (const [what, value] of Object.entries(UNSTORABLE)) {
      it(`such_as_${what}_is_named_by_its_path_and_nothing_is_written`, async () => {
        const change = (session) => {
          session.set("kept", "not this");
          session.namespace("shop.cart").set("items", [{ fine: 1 }, { file: value() }]);
        };
        await refused(makeWorld(), change, "value", /^shop\.cart\/items\/1\/file(\/|: )/);
      });
    }

    it("in_the_default_namespace_is_named_by_its_path_too", () =>
      refused(makeWorld(), (session) => session.set("kept", () => 1), "value", /^default\/kept: a function cannot be stored/));

    it("makes_no_session_for_a_new_visitor", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await assertFails(() => visitor.visit((session) => session.set("a", Symbol("no"))), "value");
      assertSame([visitor.sent, world.log], [[], []]);
    });

    it("can_be_taken_out_again_in_the_same_request", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit(async (session) => {
        session.set("a", 1).set("b", () => 2);
        await assertFails(() => session.save(), "value", /^default\/b: /);
        session.delete("b");
      });
      assertSame(await visitor.visit((session) => [...session]), [["a", 1]]);
    });
  });

  describe("a value that is too large", () => {
    it("is_refused_naming_its_path_and_nothing_is_written", async () => {
      const change = (session) => session.set("kept", "not this").namespace("shop.cart").set("text", "x".repeat(99));
      await refused(makeWorld({ maxValueBytes: 100 }), change, "too-large", /^shop\.cart\/text: has 101 bytes, more than maxValueBytes \(100\)$/);
    });

    it("that_was_stored_when_larger_ones_were_taken_stays_and_can_be_deleted", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("old", "x".repeat(200)));
      visitor.sessions = world.application({ maxValueBytes: 100 });
      await visitor.visit((session) => session.set("new", 1));
      assertSame(await visitor.visit((session) => [session.get("old").length, session.get("new")]), [200, 1]);
      await visitor.visit((session) => session.delete("old"));
      assertSame(await visitor.visit((session) => [...session.keys()]), ["new"]);
    });
  });

  describe("a session that is too large", () => {
    const big = (bytes) => (session) => session.namespace("shop.cart").set("text", "x".repeat(bytes));

    it("is_refused_naming_its_largest_keys_and_nothing_is_written", () =>
      refused(makeWorld({ maxBytes: 5_000 }), big(5_000), "too-large", /maxBytes \(5000\); the largest are shop\.cart\/text \(5002\)/));

    it("is_refused_naming_three_keys_and_no_value", async () => {
      const change = (session) => {
        for (const [key, bytes] of Object.entries({ a: 800, b: 1_200, c: 900, d: 700 })) session.set(key, "x".repeat(bytes));
      };
      const error = await assertFails(() => makeWorld({ maxBytes: 3_000 }).visitor().visit(change), "too-large");
      assertSame(error.message.split("the largest are ")[1], "default/b (1202), default/c (902), default/a (802)");
    });

    itIsStored("is_more_than_a_mebibyte_where_nothing_else_is_said", async () => {
      await refused(makeWorld(), big(1_048_576), "too-large", /maxBytes \(1048576\)/);
      const visitor = makeWorld().visitor();
      await visitor.visit(big(1_047_000));
      assertSame(await visitor.visit((session) => session.path("shop.cart/text").length), 1_047_000);
    });

    it("grows_no_further_by_small_steps", async () => {
      const visitor = makeWorld({ maxBytes: 2_000 }).visitor();
      let stored = 0;
      const grow = () => visitor.visit((session) => session.set(`key${stored}`, "x".repeat(90)));
      await assertFails(async () => {
        for (; stored < 100; stored += 1) await grow();
      }, "too-large");
      assert(stored > 5 && stored < 22, `${stored} steps`);
      assertSame(await visitor.visit((session) => session.size), stored);
    });
  });
}

const UNSTORABLE = {
  a_function: () => () => 1,
  a_symbol: () => Symbol("no"),
  a_promise: () => Promise.resolve(1),
  a_weak_map: () => new WeakMap(),
  an_instance_of_a_class: () => new (class Cart {})(),
  a_response: () => new Response("ok"),
  a_cycle: () => {
    const cycle = { deep: {} };
    cycle.deep.er = cycle;
    return cycle;
  },
  something_deep_in_a_map: () => new Map([["a", new Set([() => 1])]]),
};
