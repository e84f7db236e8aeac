import { perform } from "../act.js";
import { assert, assertFails, assertSame } from "../assert.js";
import { SECOND, assertTurnedAway, attributesOf } from "./world.js";

/** A new id for the same session, and the end of one. */
export function endingsSuite({ describe, it }, { makeWorld, remembers }) {
  const itIsStored = remembers ? it : () => undefined; // cookie-only.js says what holds without a store

  describe("rotate", () => {
    it("changes_the_id_and_nothing_else", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      const before = await visitor.visit((session) => (session.set("a", 1).login("ada"), session));
      const { absoluteExpiresAt, createdAt } = before.toJSON();
      world.clock.advance(30 * SECOND);
      await visitor.visit((session) => session.rotate());
      await visitor.visit((session) => {
        assert(session.id !== before.id, "the id is the same");
        assertSame([session.get("a"), session.user], [1, "ada"]);
        const info = session.toJSON();
        assertSame([info.absoluteExpiresAt, info.createdAt], [absoluteExpiresAt, createdAt]);
      });
    });

    itIsStored("leaves_the_old_cookie_leading_to_the_new_session_for_10_s_and_then_dead", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      const inFlight = visitor.twin();
      await visitor.visit((session) => session.rotate());
      const { id } = await visitor.open();
      for (const wait of [0, 9_999]) {
        world.clock.advance(wait);
        await inFlight.visit((session) => assertSame([session.id, session.get("a"), session.isNew], [id, 1, false], `${wait} ms:`));
      }
      world.clock.advance(1);
      await assertTurnedAway(world, inFlight, "ended");
      assertSame(await visitor.see("a"), 1);
    });

    itIsStored("gives_whoever_still_comes_with_the_old_cookie_the_new_one", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      const late = world.visitor();
      late.jar.store(late.url, new Headers({ "set-cookie": visitor.sent[0] }));
      await visitor.visit((session) => session.rotate());
      await late.visit((session) => session.set("b", 2));
      world.clock.advance(30 * SECOND);
      assertSame([await late.see("a"), await late.see("b")], [1, 2]);
      assertSame(await visitor.see("b"), 2);
    });

    it("of_a_new_session_writes_nothing_and_says_nothing", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.rotate());
      assertSame([visitor.sent, world.log, world.events], [[], [], []]);
      await visitor.visit((session) => (session.set("a", 1), session.rotate()));
      assertSame(world.events.map(([name]) => name), ["create"]);
      assertSame(await visitor.see("a"), 1);
    });

    it("again_and_again_keeps_the_session_within_reach", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => session.set("n", 0));
      const ids = new Set();
      for (let n = 1; n <= 10; n += 1) {
        await visitor.visit((session) => (ids.add(session.id), session.set("n", n), session.rotate()));
      }
      assertSame([ids.size, await visitor.see("n")], [10, 10]);
    });
  });

  describe("destroy", () => {
    for (const before of ["login", "logout", "rotate"]) {
      it(`ends_the_session_that_a_save_after_${before}_gave_a_new_id`, async () => {
        const visitor = makeWorld().visitor();
        await visitor.visit((session) => session.set("a", 1).login("ada"));
        await visitor.visit(async (session) => {
          await perform(session, before).save();
          session.destroy();
        });
        assertSame((await visitor.open()).isNew, true);
      });
    }

    for (const [name, cookie] of Object.entries(COOKIES)) {
      it(`deletes_${name}_with_the_attributes_it_was_set_with`, async () => {
        const world = makeWorld({ cookie });
        const visitor = world.visitor(world.sessions, `https://www.shop.example${cookie.path ?? "/"}`);
        await visitor.visit((session) => session.set("a", 1));
        const [[cookieName], ...set] = attributesOf(visitor.sent[0]);
        await visitor.visit((session) => session.destroy());
        const [[deletedName, value], ...deleted] = attributesOf(visitor.sent[0]);
        const scope = (attributes) => attributes.filter(([key]) => key !== "Max-Age" && key !== "Expires").sort();
        assertSame([deletedName, value], [cookieName, ""]);
        assertSame(scope(deleted), scope(set));
        assertSame(deleted.find(([key]) => key === "Max-Age"), ["Max-Age", "0"]);
        assertSame(visitor.cookie, "", "the browser still sends");
      });
    }

    itIsStored("leaves_the_old_cookie_with_a_new_empty_session", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1).login("ada"));
      const thief = visitor.twin();
      await visitor.visit((session) => session.destroy());
      await assertTurnedAway(world, thief, "ended");
      assertSame(await thief.visit((session) => [session.user, session.get("a")]), [null, undefined]);
    });

    for (const [name, use] of Object.entries(USES)) {
      it(`${name}_afterwards_is_a_destroyed_error`, async () => {
        const visitor = makeWorld().visitor();
        await visitor.visit((session) => session.set("a", 1));
        await visitor.visit(async (session) => {
          const cart = session.namespace("cart");
          session.destroy();
          await assertFails(() => use(session), "destroyed");
          await assertFails(() => cart.get("a"), "destroyed");
        });
        const session = await visitor.open();
        session.set("a", 1);
        await visitor.commit(session);
        session.destroy();
        await visitor.commit(session);
        await assertFails(() => use(session), "destroyed");
      });
    }

    it("throws_away_what_was_changed_before_it", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      await visitor.visit((session) => (session.set("a", () => "no value at all"), session.destroy()));
      assertSame(visitor.cookie, "");
    });

    it("of_a_new_session_writes_nothing_and_sends_nothing", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => (session.set("a", 1), session.destroy()));
      assertSame([visitor.sent, world.log, world.events], [[], [], []]);
    });

    it("a_visitor_who_comes_again_gets_a_session_of_their_own", async () => {
      const visitor = makeWorld().visitor();
      const { id } = await visitor.visit((session) => session.set("a", 1));
      await visitor.visit((session) => session.destroy());
      await visitor.visit((session) => session.set("b", 2));
      await visitor.visit((session) => {
        assert(session.id !== id, "the id is the same");
        assertSame({ ...session.data }, { b: 2 });
      });
    });
  });
}

const COOKIES = {
  the_default_cookie: {},
  a_cookie_of_a_domain: { name: "__Secure-session", domain: "shop.example", path: "/cart", sameSite: "Strict" },
  a_partitioned_cookie: { sameSite: "None", partitioned: true },
  a_cookie_that_outlives_the_browser: { name: "session", persist: true, httpOnly: false },
};

const USES = {
  get: (session) => session.get("a"),
  set: (session) => session.set("a", 2),
  has: (session) => session.has("a"),
  delete: (session) => session.delete("a"),
  keys: (session) => session.keys(),
  values: (session) => session.values(),
  entries: (session) => session.entries(),
  iterating: (session) => [...session],
  clear: (session) => session.clear(),
  update: (session) => session.update({ a: 2 }),
  size: (session) => session.size,
  data: (session) => session.data,
  namespace: (session) => session.namespace("cart"),
  path: (session) => session.path("default/a"),
  flash: (session) => session.flash("notice"),
  login: (session) => session.login("ada"),
  logout: (session) => session.logout(),
  rotate: (session) => session.rotate(),
  destroy: (session) => session.destroy(),
};
