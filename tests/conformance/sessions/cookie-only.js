import { perform } from "../act.js";
import { assert, assertFails, assertSame } from "../assert.js";
import { HOUR, assertTurnedAway, attributesOf, requestWith } from "./world.js";

const NAME = "__Host-session";

/** Sessions that nobody but the visitor keeps: what takes several cookies, and what cannot be promised without a store. */
export function cookieOnlySuite({ describe, it }, { makeWorld }) {
  const text = (letters) => "x".repeat(letters);
  const nameOf = (line) => attributesOf(line)[0][0];
  const held = (visitor) => visitor.jar.cookies().map(({ name, value }) => `${name}=${value}`);

  /** A visitor whose session takes three cookies. */
  async function large(world) {
    const visitor = world.visitor();
    await visitor.visit((session) => session.set("text", text(7_000)));
    assertSame(visitor.sent.map(nameOf), [NAME, `${NAME}.1`, `${NAME}.2`]);
    return visitor;
  }

  it("no_session_goes_by_an_id_of_the_applications_own", async () => {
    const { sessions } = makeWorld();
    for (const call of [() => sessions.create("id", { a: 1 }), () => sessions.named("id"), () => sessions.peek("id")]) await assertFails(call, "config");
    await assertFails(() => makeWorld({ thirdParty: () => "id" }).visitor().open(), "config");
  });

  it("no_end_of_all_sessions_can_be_looked_for", () => assertFails(() => makeWorld({ globalEpoch: true }), "config", /globalEpoch/));

  describe("a session that one cookie cannot hold", () => {
    for (const letters of [0, 1_000, 2_700, 2_720, 2_740, 2_800, 4_000, 5_400, 5_600, 6_000, 8_000, 8_300]) {
      it(`comes_back_with_${letters}_letters`, async () => {
        const visitor = makeWorld().visitor();
        await visitor.visit((session) => session.set("text", text(letters)));
        assertSame(await visitor.see("text"), text(letters));
        assert(visitor.cookie.length < 12_000, `${visitor.cookie.length} bytes of cookies`);
      });
    }

    it("has_the_same_attributes_on_every_cookie", async () => {
      const world = makeWorld({ cookie: { sameSite: "Strict", persist: true } });
      const { sent } = await large(world);
      const [first, ...further] = sent.map((line) => attributesOf(line).slice(1));
      for (const attributes of further) assertSame(attributes, first);
    });

    it("clears_the_cookies_it_needs_no_longer", async () => {
      const visitor = await large(makeWorld());
      await visitor.visit((session) => session.set("text", text(4_000)));
      assertSame(visitor.jar.cookies().map(({ name }) => name), [NAME, `${NAME}.1`]);
      await visitor.visit((session) => session.delete("text"));
      assertSame(visitor.jar.cookies().map(({ name }) => name), [NAME]);
      assertSame(await visitor.visit((session) => session.size), 0);
    });

    it("clears_all_of_them_when_it_ends", async () => {
      const visitor = await large(makeWorld());
      await visitor.visit((session) => session.destroy());
      assertSame(visitor.sent.map(nameOf), [NAME, `${NAME}.1`, `${NAME}.2`]);
      assertSame(visitor.cookie, "");
    });

    it("that_is_saved_several_times_in_one_request_sends_the_last_state_alone", async () => {
      const visitor = await large(makeWorld());
      await visitor.visit(async (session) => {
        await session.set("text", text(4_000)).save();
        await session.set("text", "short").save();
        session.set("n", 1);
      });
      assertSame(visitor.jar.cookies().length, 1);
      assertSame(await visitor.visit((session) => [session.get("text"), session.get("n")]), ["short", 1]);
    });

    for (const place of [1, 2]) {
      it(`is_refused_as_incomplete_without_its_part_${place}_and_with_that_of_another_time`, async () => {
        const world = makeWorld();
        const visitor = await large(world);
        const before = held(visitor);
        await visitor.visit((session) => session.set("n", 1));
        const now = held(visitor);
        for (const cookies of [now.toSpliced(place, 1), now.with(place, before[place])]) {
          world.hush();
          const session = await world.sessions.open(requestWith(cookies.join("; ")));
          assertSame([session.isNew, session.size, world.said("reject")], [true, 0, [{ reason: "incomplete" }]]);
        }
      });
    }

    it("is_too_large_beyond_three_cookies_naming_its_largest_keys_and_nothing_is_sent", async () => {
      const visitor = await large(makeWorld());
      const before = held(visitor);
      const grow = (session) => session.namespace("shop.cart").set("text", text(7_500));
      await assertFails(() => visitor.visit(grow), "too-large", /cookies hold .*; the largest are shop\.cart\//);
      assertSame(held(visitor), before);
      await visitor.visit((session) => session.destroy());
      assertSame(visitor.cookie, "");
    });
  });

  describe("without a store", () => {
    it("nothing_is_ever_asked_of_it", async () => {
      const world = makeWorld();
      for (const method of ["read", "write", "remove"]) world.store.fail(method);
      const visitor = await world.regular({ a: 1 });
      for (const act of ["login", "rotate", "logout", "destroy"]) await visitor.visit((session) => perform(session, act));
      assertSame([world.log, world.said("error")], [[], []]);
    });

    it("save_keeps_nothing_until_the_cookie_goes_out", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => session.set("a", 1));
      const session = await visitor.open();
      await session.set("a", 2).save();
      assertSame(await visitor.see("a"), 1);
      await visitor.commit(session);
      assertSame(await visitor.see("a"), 2);
    });

    for (const act of ["login", "logout", "rotate", "destroy"]) {
      it(`a_copy_of_the_cookie_from_before_${act}_works_until_it_ends_by_itself`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("a", 1).login("eve"));
        const { id } = await visitor.open();
        const thief = visitor.twin();
        await visitor.visit((session) => perform(session, act));
        assert((await visitor.open()).id !== id, "the visitor's id is the same");
        await thief.visit((session) => assertSame([session.id, session.user, session.get("a")], [id, "eve", 1]));
        world.clock.advance(2 * HOUR);
        await assertTurnedAway(world, thief, "expired");
      });
    }

    it("of_two_requests_at_once_the_browser_keeps_what_came_last", async () => {
      const visitor = await makeWorld().regular({ a: 0, b: 0 });
      const [one, two] = [await visitor.open(), await visitor.open()];
      one.set("a", 1).set("text", text(7_000));
      two.set("b", 2);
      await visitor.commit(one);
      await visitor.commit(two);
      assertSame(await visitor.visit((session) => ({ ...session.data })), { a: 0, b: 2 });
      assertSame(visitor.jar.cookies().map(({ name }) => name), [NAME], "the other's parts are cleared away:");
    });

    it("a_cookie_of_an_application_with_a_store_opens_nothing_and_the_other_way_round", async () => {
      const world = makeWorld();
      const stored = world.application({ store: world.library.memoryStore() });
      for (const [from, to] of [[stored, world.sessions], [world.sessions, stored]]) {
        const visitor = world.visitor(from);
        await visitor.visit((session) => session.set("a", 1));
        visitor.sessions = to;
        await assertTurnedAway(world, visitor, "forged");
      }
    });

    it("its_methods_say_what_it_is_to_whoever_calls_them", async () => {
      const store = makeWorld().library.cookieStore();
      for (const method of ["read", "write", "remove"]) await assertFails(() => store[method](["s1:x"]), "config");
    });
  });
}
