import { assert, assertFails, assertSame } from "../assert.js";
import { HOUR, MINUTE, assertTurnedAway } from "./world.js";

/** Signing in and out: who it is, what stays, and that no old cookie leads anywhere. */
export function identitySuite({ describe, it }, { makeWorld, remembers }) {
  const itIsStored = remembers ? it : () => undefined; // cookie-only.js says what holds without a store

  for (const act of ["login", "logout"]) {
    describe(act, () => {
      const sign = (session, options) => (act === "login" ? session.login("ada", options) : session.logout(options));
      const fill = (session) => {
        session.login("eve", { level: "aal1", device: "a tablet" });
        session.set("theme", "dark").namespace("shop.cart").set("items", ["A1"]);
        session.namespace("wishes").set("items", ["B2"]);
      };

      itIsStored("changes_the_id_and_the_old_cookie_is_dead_at_once", async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        const { id } = await visitor.visit((session) => (fill(session), session));
        const thief = visitor.twin();
        await visitor.visit(sign);
        await visitor.visit((session) => assert(session.id !== id, "the id is the same"));
        await assertTurnedAway(world, thief, "ended");
      });

      it("starts_both_lifetimes_anew", async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit(fill);
        world.clock.advance(50 * MINUTE);
        await visitor.visit(sign);
        await visitor.visit((session) => {
          const { idleExpiresAt, absoluteExpiresAt, createdAt } = session.toJSON();
          const now = world.clock.now();
          assertSame([idleExpiresAt, absoluteExpiresAt, createdAt], [now + HOUR, now + 24 * HOUR, now - 50 * MINUTE]);
        });
      });

      for (const [keep, kept] of KEEPS) {
        it(`keeps_${JSON.stringify(kept)}_when_told_keep_${JSON.stringify(keep)}`, async () => {
          const visitor = makeWorld().visitor();
          await visitor.visit(fill);
          await visitor.visit((session) => sign(session, { keep }));
          await visitor.visit((session) => {
            const there = ["default", "shop.cart", "wishes"].filter((name) => session.namespace(name).size > 0);
            assertSame(there, kept);
          });
        });
      }

      it("keeps_what_is_set_afterwards_whatever_it_drops", async () => {
        const visitor = makeWorld().visitor();
        await visitor.visit(fill);
        await visitor.visit((session) => {
          const cart = session.namespace("shop.cart");
          cart.get("items"); // a namespace in use is dropped like one that is not
          sign(session, { keep: false });
          assertSame([session.size, cart.size], [0, 0]);
          cart.set("items", ["C3"]);
          session.set("greeting", "hello");
        });
        await visitor.visit((session) => {
          assertSame([...session], [["greeting", "hello"]]);
          assertSame(session.namespace("shop.cart").get("items"), ["C3"]);
          assertSame(session.namespace("wishes").size, 0);
        });
      });

      it("keeps_what_is_set_again_as_it_was_and_what_is_set_between_two_of_them", async () => {
        const visitor = makeWorld().visitor();
        await visitor.visit(fill);
        await visitor.visit((session) => {
          const theme = session.get("theme");
          sign(session, { keep: false });
          session.set("theme", theme).namespace("wishes").set("items", ["B2"]);
          session.login("bob");
        });
        const seen = await visitor.visit((session) => [session.user, session.get("theme"), session.path("wishes/items"), session.path("shop.cart/items")]);
        assertSame(seen, ["bob", "dark", ["B2"], undefined]);
      });

      it("drops_what_was_begun_in_the_same_request_as_well", async () => {
        const visitor = makeWorld().visitor();
        await visitor.visit(fill);
        await visitor.visit((session) => {
          session.namespace("begun").set("a", 1);
          sign(session, { keep: ["shop.cart"] });
        });
        await visitor.visit((session) => assertSame([session.namespace("begun").size, session.path("shop.cart/items")], [0, ["A1"]]));
      });

      it("happens_once_however_often_the_session_is_saved_afterwards", async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit(fill);
        world.hush();
        const saved = await visitor.visit(async (session) => {
          sign(session);
          await session.save();
          const { id } = session;
          session.set("theme", "light");
          return id;
        });
        await visitor.visit((session) => assertSame([session.id, session.get("theme")], [saved, "light"]));
        // Whoever signs out goes on in a session that begins with that.
        assertSame(world.events.map(([name]) => name), act === "logout" ? ["logout", "create"] : [act]);
      });

      it("after_a_save_in_the_same_request_is_of_the_user_whom_it_names", async () => {
        const visitor = makeWorld().visitor();
        await visitor.visit((session) => session.login("bob"));
        const user = await visitor.visit(async (session) => {
          session.set("a", 1);
          await session.save();
          sign(session);
          await session.save();
          return session.user;
        });
        const expected = act === "login" ? "ada" : null;
        assertSame([user, await visitor.visit((session) => session.user)], [expected, expected]);
      });

      it("drops_flashes_with_everything_else", async () => {
        const visitor = makeWorld().visitor();
        await visitor.visit((session) => session.flash("notice", "for the one who was here"));
        await visitor.visit((session) => sign(session, { keep: false }));
        assertSame(await visitor.visit((session) => session.flash("notice")), undefined);
      });

      it("that_is_not_committed_has_not_happened", async () => {
        const visitor = makeWorld().visitor();
        const before = await visitor.visit((session) => (fill(session), session));
        sign(await visitor.open(), { keep: false });
        await visitor.visit((session) => {
          assertSame([session.id, session.user, session.get("theme")], [before.id, "eve", "dark"]);
        });
      });
    });
  }

  describe("login", () => {
    it("is_seen_at_once_and_at_every_later_request", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => {
        session.login("ada", { level: "aal2" });
        assertSame([session.user, session.level], ["ada", "aal2"]);
      });
      await visitor.visit((session) => assertSame([session.user, session.level], ["ada", "aal2"]));
    });

    it("stores_a_session_that_holds_nothing_else", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.login("ada"));
      assertSame(await visitor.visit((session) => [session.user, session.level]), ["ada", null]);
      assertSame(world.events.map(([name]) => name), ["create", "login"]);
    });

    it("the_last_of_several_in_one_request_counts", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => session.set("a", 1));
      await visitor.visit((session) => (session.login("ada", { level: "x" }), session.login("bob")));
      await visitor.visit((session) => assertSame([session.user, session.level], ["bob", null]));
      await visitor.visit((session) => (session.login("ada"), session.logout()));
      await visitor.visit((session) => assertSame(session.user, null));
      await visitor.visit((session) => (session.logout(), session.login("ada")));
      await visitor.visit((session) => assertSame(session.user, "ada"));
    });

    it("forgets_the_level_and_the_device_of_whoever_was_signed_in_before", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => session.login("eve", { level: "aal3", device: "a tablet" }));
      await visitor.visit((session) => session.login("ada"));
      const { user, level, device } = await visitor.visit((session) => session.toJSON());
      assertSame([user, level, device], ["ada", null, null]);
    });

    for (const user of ["", undefined, null, 7, {}]) {
      it(`refuses_${JSON.stringify(user) ?? "undefined"}_as_a_user_and_changes_nothing`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit(async (session) => {
          await assertFails(() => session.login(user, { keep: false }), "value", /login: a user is/);
          assertSame(session.user, null);
        });
        assertSame(world.log, []);
      });
    }

    for (const user of ["ada@example.org", "a\tb\n=c", '"quoted"\\', "日本", "\u{1f98a}", "null", "x".repeat(1_000)]) {
      it(`keeps_the_user_${JSON.stringify(user).slice(0, 40)}_as_it_is`, async () => {
        const visitor = makeWorld().visitor();
        await visitor.visit((session) => session.login(user, { level: user, device: user }));
        const info = await visitor.visit((session) => session.toJSON());
        assertSame([info.user, info.level, info.device], [user, user, user]);
      });
    }
  });

  describe("logout", () => {
    it("leaves_nobody_signed_in", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => session.login("ada", { level: "aal2", device: "a phone" }));
      const nobody = ({ user, level, device, authenticatedAt }) => [user, level, device, authenticatedAt];
      await visitor.visit((session) => (session.logout(), assertSame(nobody(session.toJSON()), [null, null, null, null])));
      await visitor.visit((session) => assertSame(nobody(session.toJSON()), [null, null, null, null]));
    });

    it("of_a_visitor_without_a_session_makes_none", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.logout());
      assertSame([visitor.sent, world.log, world.events], [[], [], []]);
    });
  });
}

/** What `keep` says, and which of the namespaces are there afterwards. */
const KEEPS = [
  [undefined, ["default", "shop.cart", "wishes"]],
  [true, ["default", "shop.cart", "wishes"]],
  [false, []],
  [[], []],
  [["shop.cart"], ["shop.cart"]],
  [["default", "wishes", "nowhere"], ["default", "wishes"]],
];
