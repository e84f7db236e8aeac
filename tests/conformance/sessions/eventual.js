import { assertFails, assertSame } from "../assert.js";
import { MINUTE } from "./world.js";

/** What a store that shows changes late cannot take from a visitor. */
export function eventualSuite({ describe, it }, { makeWorld }) {
  describe("on an eventually consistent store", () => {
    it("a_record_that_does_not_show_yet_never_loses_a_visitors_own_changes", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      world.store.fail("read", { how: () => [null] });
      await visitor.visit((session) => session.set("a", 1).login("ada"));
      await visitor.visit((session) => assertSame([session.get("a"), session.user, session.isNew], [1, "ada", false]));
      await visitor.visit((session) => session.set("b", 2));
      await visitor.visit((session) => session.namespace("cart").set("n", 3));
      world.store.heal();
      await visitor.visit((session) => {
        assertSame([session.get("a"), session.get("b"), session.path("cart/n"), session.user], [1, 2, 3, "ada"]);
      });
    });

    it("an_older_record_never_takes_a_visitor_back", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: "old" });
      const old = await world.store.read([`s1:${(await visitor.open()).id}`]);
      await visitor.visit((session) => session.set("a", "new").set("b", 1));
      world.store.fail("read", { how: () => old });
      await visitor.visit((session) => assertSame([session.get("a"), session.get("b")], ["new", 1]));
      await visitor.visit((session) => session.delete("b"));
      await visitor.visit((session) => assertSame([session.get("a"), session.has("b")], ["new", false]));
    });

    it("a_store_that_fails_is_done_without_while_the_cookie_carries_everything", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      world.store.fail("read");
      assertSame(await visitor.see("a"), 1);
      assertSame(world.said("error").length, 1);
      world.store.heal();
      world.clock.advance(3 * MINUTE);
      await visitor.visit();
      world.store.fail("read");
      await assertFails(() => visitor.open(), "store");
    });
  });
}
