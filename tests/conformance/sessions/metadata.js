import { perform } from "../act.js";
import { assert, assertSame } from "../assert.js";
import { HOUR, MINUTE, SECOND } from "./world.js";

/** What a session says of itself: when, who, under which handle, and never a value. */
export function metadataSuite({ describe, it }, { makeWorld, remembers }) {
  const itIsStored = remembers ? it : () => undefined; // cookie-only.js says what holds without a store

  describe("metadata", () => {
    it("a_session_is_new_during_the_request_that_brings_it_about", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => assert(session.set("a", 1).isNew, "not new"));
      await visitor.visit((session) => assert(!session.isNew, "new at the next request"));
      assert((await world.visitor().open()).isNew, "another visitor's is not new");
    });

    it("times_are_dates_and_what_has_not_happened_is_null", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      const start = world.clock.now();
      await visitor.visit((session) => {
        assertSame([session.createdAt, session.lastAccessedAt], [new Date(start), new Date(start)]);
        assertSame([session.modifiedAt, session.authenticatedAt], [null, null]);
        assertSame(session.expiresAt, new Date(start + HOUR));
        session.set("a", 1);
      });
      world.clock.advance(5 * MINUTE);
      await visitor.visit((session) => {
        assertSame(session.createdAt, new Date(start));
        assertSame(session.lastAccessedAt, new Date(start + 5 * MINUTE));
        assertSame(session.modifiedAt, new Date(start));
        session.login("ada", { level: "aal2", device: "Firefox on Linux" });
        assertSame(session.authenticatedAt, new Date(start + 5 * MINUTE));
      });
      world.clock.advance(30 * SECOND);
      await visitor.visit((session) => {
        assertSame([session.user, session.level, session.device], ["ada", "aal2", "Firefox on Linux"]);
        assertSame([session.authenticatedAt, session.modifiedAt], [new Date(start + 5 * MINUTE), new Date(start + 5 * MINUTE)]);
        assertSame(session.expiresAt, new Date(start + 5 * MINUTE + HOUR));
      });
    });

    it("to_json_is_the_metadata_and_holds_no_value_and_no_key", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      const start = world.clock.now();
      await visitor.visit((session) => {
        session.set("needle-key", "needle-value").login("ada", { level: "aal2", device: "a phone" });
      });
      const session = await visitor.open();
      session.namespace("needle-namespace").set("a", "needle-value");
      const { id, ...info } = session.toJSON();
      assertSame(id, session.id);
      assertSame(info, {
        isNew: false,
        stale: false,
        user: "ada",
        level: "aal2",
        device: "a phone",
        authenticatedAt: start,
        createdAt: start,
        lastAccessedAt: start,
        modifiedAt: start,
        expiresAt: start + HOUR,
        idleExpiresAt: start + HOUR,
        absoluteExpiresAt: start + 24 * HOUR,
      });
      assert(!JSON.stringify(session).includes("needle"), "a value is in the JSON");
    });

    it("the_handle_names_the_record_in_the_store_and_is_not_in_the_cookie", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      const { id } = await visitor.visit((session) => session.set("a", 1));
      assert(/^[A-Za-z0-9_-]{43}$/.test(id), "no base64url of 32 bytes");
      assertSame(world.log.map(({ key }) => key), remembers ? [`s1:${id}`] : []);
      assert(!visitor.cookie.includes(id), "the cookie holds the handle");
      assertSame((await visitor.open()).id, id);
    });

    it("a_session_that_has_nothing_left_in_it_is_still_the_same_session", async () => {
      const visitor = makeWorld().visitor();
      const { id } = await visitor.visit((session) => session.set("a", 1));
      await visitor.visit((session) => session.clear());
      await visitor.visit((session) => assertSame([session.id, session.isNew, session.size], [id, false, 0]));
    });
  });

  describe("save", () => {
    itIsStored("stores_at_once_what_commit_would_store_later", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      await visitor.visit(async (session) => {
        session.set("a", 2);
        await session.save();
        assertSame(await visitor.twin().see("a"), 2);
      });
    });

    it("changes_after_it_are_saved_too_and_the_cookie_still_goes_out", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit(async (session) => {
        session.set("a", 1).set("list", [1]);
        await session.save();
        session.set("b", 2).get("list").push(2);
        await session.save();
        session.set("c", 3).delete("a");
      });
      assertSame(visitor.sent.length, 1, "cookies:");
      await visitor.visit((session) => assertSame({ ...session.data }, { b: 2, c: 3, list: [1, 2] }));
    });

    it("what_is_changed_while_it_is_under_way_is_saved_next", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => session.set("list", [1]).namespace("other").set("a", 1));
      await visitor.visit(async (session) => {
        session.namespace("other").set("a", 2);
        const saving = session.save();
        session.get("list").push(2);
        await saving;
        await session.save();
        session.get("list").push(3);
      });
      assertSame(await visitor.see("list"), [1, 2, 3]);
    });

    for (const [act, after] of Object.entries({ login: ["ada", 2], logout: [null, 2], rotate: ["eve", 2], destroy: [null, undefined] })) {
      it(`${act}_while_it_is_under_way_happens_after_it`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("a", 1).login("eve"));
        const { id } = await visitor.visit((session) => session.toJSON());
        await visitor.visit(async (session) => {
          const saving = session.set("a", 2).save();
          perform(session, act);
          await saving;
        });
        await visitor.visit((session) => {
          assertSame([session.user, session.get("a")], after);
          assert(session.id !== id, "the old id lives on");
        });
      });
    }

    it("a_second_login_while_the_first_is_under_way_happens_after_it", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit(async (session) => {
        session.login("eve");
        const saving = session.save();
        session.login("ada");
        await saving;
      });
      assertSame(await visitor.visit(({ user }) => user), "ada");
      assertSame(world.said("login").map(({ user }) => user), ["eve", "ada"]);
    });

    it("a_session_that_was_saved_and_not_changed_since_is_not_written_again", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1).save());
      assertSame(world.log.map(({ kind }) => kind), remembers ? ["write"] : []);
      assertSame(await visitor.see("a"), 1);
    });

    it("a_second_commit_sends_no_second_cookie", async () => {
      const visitor = makeWorld().visitor();
      const session = await visitor.open();
      session.set("a", 1);
      await visitor.commit(session);
      await visitor.commit(session);
      assertSame(visitor.sent, []);
      session.set("a", 2);
      await visitor.commit(session);
      assertSame(await visitor.see("a"), 2);
    });
  });
}
