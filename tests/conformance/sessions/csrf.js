import { perform } from "../act.js";
import { assert, assertFails, assertSame } from "../assert.js";

/** Tokens for forms. */
export function csrfSuite({ describe, it }, { makeWorld }) {
  describe("a form's token", () => {
    it("is_good_for_its_session_in_every_later_request_and_for_no_other", async () => {
      const world = makeWorld();
      const [visitor, stranger] = [await world.regular({ a: 1 }), await world.regular({ a: 1 })];
      const tokens = await visitor.visit((session) => [session.csrfToken(), session.csrfToken()]);
      assert(tokens[0] !== tokens[1] && tokens.every((token) => /^[\w-]{64}$/.test(token)), tokens.join());
      assertSame(await visitor.visit((session) => tokens.map((token) => session.verifyCsrf(token))), [true, true]);
      assertSame(await stranger.visit((session) => tokens.map((token) => session.verifyCsrf(token))), [false, false]);
    });

    it("costs_nothing_where_there_is_a_session_and_makes_one_where_there_is_none", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      assertSame(await world.cost(() => visitor.visit((session) => session.csrfToken())), world.price("1 read, 0 write"));
      const newcomer = world.visitor();
      const token = await newcomer.visit((session) => session.csrfToken());
      assertSame(newcomer.sent.length, 1);
      assertSame(await newcomer.visit((session) => [session.isNew, session.size, session.verifyCsrf(token)]), [false, 0, true]);
    });

    for (const act of ["login", "logout", "rotate"]) {
      it(`is_worth_nothing_after_${act}_and_is_not_made_before_the_new_id_is_there`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: 1 });
        const old = await visitor.visit((session) => session.csrfToken());
        const fresh = await visitor.visit(async (session) => {
          perform(session, act);
          await assertFails(async () => session.csrfToken(), "value", /^csrfToken: /);
          await session.save();
          return session.csrfToken();
        });
        assertSame(await visitor.visit((session) => [session.verifyCsrf(old), session.verifyCsrf(fresh)]), [false, true]);
      });
    }

    it("that_is_none_is_refused_whatever_it_is", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      await visitor.visit((session) => {
        for (const nonsense of [undefined, null, "", "x", 7, {}, [session.csrfToken()], "A".repeat(64), "é".repeat(64), "A".repeat(1e6)]) {
          assert(session.verifyCsrf(nonsense) === false, String(nonsense).slice(0, 20));
        }
      });
    });

    it("of_a_destroyed_session_is_a_destroyed_error", async () => {
      const session = await makeWorld().visitor().open();
      session.destroy();
      await assertFails(async () => session.csrfToken(), "destroyed");
      await assertFails(async () => session.verifyCsrf("x"), "destroyed");
    });
  });
}
