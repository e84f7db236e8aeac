import { perform } from "../act.js";
import { assert, assertSame } from "../assert.js";
import { DAY, HOUR, MINUTE } from "./world.js";

/** What an application is told, and that listening changes nothing. */
export function eventsSuite({ describe, it }, { makeWorld, remembers }) {
  const itIsStored = remembers ? it : () => undefined; // cookie-only.js says what holds without a store

  describe("events", () => {
    it("tell_a_whole_life_in_order_by_handle", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      const a = await visitor.visit((session) => session.set("a", 1).id);
      await visitor.visit((session) => session.rotate());
      const b = (await visitor.open()).id;
      await visitor.visit((session) => session.login("ada"));
      const c = (await visitor.open()).id;
      await visitor.visit((session) => session.logout());
      const d = (await visitor.open()).id;
      await visitor.visit((session) => session.destroy());
      assertSame(new Set([a, b, c, d]).size, 4, "handles:");
      assertSame(world.events, [
        ["create", { id: a }],
        ["rotate", { id: b, previous: a }],
        ["login", { id: c, user: "ada", previous: b }],
        ["logout", { id: d, user: "ada" }],
        ["create", { id: d }],
        ["destroy", { id: d }],
      ]);
    });

    for (const [reason, lifetime, wait] of [["idle", { idle: "1h", absolute: "1d" }, 2 * HOUR], ["absolute", { idle: "1d", absolute: "1d" }, DAY]]) {
      it(`say_that_a_session_came_too_late_for_its_${reason}_end`, async () => {
        const world = makeWorld({ lifetime });
        const visitor = world.visitor();
        const { id } = await visitor.visit((session) => session.set("a", 1));
        world.hush();
        world.clock.advance(wait);
        await visitor.visit();
        assertSame(world.events, [["reject", { reason: "expired" }], ["expire", { id, reason }]]);
      });
    }

    it("say_nothing_of_requests_that_only_read_or_change_values", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      world.hush();
      await visitor.visit((session) => session.get("a"));
      await visitor.visit((session) => session.set("a", 2));
      world.clock.advance(MINUTE);
      await visitor.visit();
      assertSame(world.events, []);
    });

    for (const act of ["login", "logout", "rotate"]) {
      itIsStored(`say_of_${act}_with_the_cookie_of_a_session_that_is_over_nothing_of_that_one`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("a", 1).login("ada"));
        await world.sessions.revoke((await visitor.open()).id);
        world.clock.advance(MINUTE);
        world.hush();
        await visitor.visit((session) => perform(session, act, "eve").set("b", 1));
        const { id } = await visitor.open();
        const begun = [["reject", { reason: "ended" }], ["create", { id }]];
        assertSame(world.events, act === "login" ? [...begun, ["login", { id, user: "eve" }]] : begun);
      });
    }

    itIsStored("come_after_the_change_is_stored_and_not_at_all_when_it_is_not", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      world.hush();
      for (const act of ["login", "logout", "rotate", "destroy"]) {
        world.store.fail("write", { nth: 1 });
        await visitor.visit((session) => perform(session, act)).catch((error) => assertSame(error.code, "store"));
        world.store.heal();
      }
      assertSame(world.events.map(([name]) => name), ["error", "error", "error", "error"]);
    });

    it("a_listener_that_throws_changes_nothing_and_is_reported", async () => {
      const world = makeWorld();
      const fault = new Error("a fault in a listener");
      world.sessions.on("create", () => {
        throw fault;
      });
      world.sessions.on("error", () => {
        throw new Error("a fault in the listener for faults");
      });
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      assertSame(await visitor.see("a"), 1);
      assertSame(world.events.map(([name]) => name), ["create", "error"]);
      assert(world.said("error")[0].error === fault, "another error");
    });

    it("a_listener_can_stop_listening_and_others_go_on", async () => {
      const world = makeWorld();
      let heard = 0;
      const stop = world.sessions.on("create", () => (heard += 1));
      await world.visitor().visit((session) => session.set("a", 1));
      stop();
      stop();
      await world.visitor().visit((session) => session.set("a", 1));
      assertSame([heard, world.said("create").length], [1, 2]);
    });

    it("are_the_same_for_an_application_that_is_bound_to_its_environment", async () => {
      const world = makeWorld();
      const sessions = world.library.createSessions((env) => ({ ...world.options, secrets: [env.SECRET] }));
      let heard = 0;
      sessions.on("create", () => (heard += 1));
      const bound = sessions.bind({ SECRET: world.options.secrets[0] });
      await world.visitor(bound).visit((session) => session.set("a", 1));
      assertSame(heard, 1);
    });
  });
}
