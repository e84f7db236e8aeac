import { assertFails, assertSame } from "../assert.js";
import { MINUTE } from "./world.js";

/** Records that are none: an error to the operator, and what becomes of the visitor. */
export function unreadableSuite({ describe, it }, { makeWorld }) {
  describe("a record that cannot be read", () => {
    const garbage = (world) => world.store.fail("read", { how: () => [{ bytes: Uint8Array.of(1, 2, 3), version: "1" }] });

    it("is_one_event_with_the_session_s_handle_and_a_store_error_at_every_visit_and_a_new_session_can_take_its_place", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      const { id } = await visitor.open();
      garbage(world);
      for (let visit = 0; visit < 3; visit += 1) {
        world.hush();
        await assertFails(() => visitor.visit(), "store", "the store returned what is no record of this session");
        assertSame(world.said("error").map((said) => [said.id, said.error.code]), [[id, "store"]]);
      }
      // What an application does that has seen enough of it: a session for a visitor without a cookie.
      const anew = await visitor.sessions.open({ url: visitor.url, headers: new Headers() });
      anew.set("a", 2);
      await visitor.commit(anew);
      world.store.heal();
      assertSame(await visitor.see("a"), 2);
    });

    it("locks_nobody_out_for_longer_than_the_idle_life", async () => {
      const world = makeWorld({ lifetime: { idle: "1h", absolute: "1d" } });
      const visitor = await world.regular({ a: 1 });
      garbage(world);
      for (let minute = 0; minute < 60; minute += 10) {
        await assertFails(() => visitor.visit(), "store");
        world.clock.advance(10 * MINUTE);
      }
      world.clock.advance(2 * MINUTE);
      await visitor.visit((session) => assertSame(session.isNew, true));
    });
  });
}
