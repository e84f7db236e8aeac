import { assert, assertFails, assertSame } from "../assert.js";
import { MINUTE, OTHER_SECRET, SECRET, allOf, assertTurnedAway, unlisted } from "./world.js";

const BROWSERS = 3;
/** Some storages are the same one in every test: each has a user of its own, and other sessions may be there. */
let users = 0;

/** A user's sessions, wherever they are stored: listed, ended one by one and all at once; and how fresh a sign-in is. */
export function usersSuite({ describe, it }, { makeWorld, lists, strong }) {
  const itOnStrong = strong ? it : () => undefined;
  const itLists = lists ? it : () => undefined; // a Durable Object is found by its name alone

  /** A user who signed in with some browsers, and somebody else; a millisecond has passed. */
  async function signedIn(options, between = 0) {
    const world = makeWorld(options);
    const ada = `ada ${(users += 1)}`;
    const browsers = Array.from({ length: BROWSERS }, () => world.visitor());
    const other = world.visitor();
    for (const [at, browser] of browsers.entries()) {
      await browser.visit((session) => session.set("at", at).login(ada, { level: "aal2", device: `browser ${at}` }));
      world.clock.advance(between);
    }
    await other.visit((session) => session.login("eve"));
    world.clock.advance(1);
    return { world, ada, browsers, other };
  }

  async function idsOf(visitors) {
    const ids = [];
    for (const visitor of visitors) ids.push(await visitor.visit(({ id }) => id));
    return ids;
  }

  describe("a user's sessions", () => {
    for (const limit of [1, 2, 1_000]) {
      itLists(`are_listed_with_device_and_times_${limit}_to_a_page`, async () => {
        const { world, ada, browsers } = await signedIn();
        const listed = await allOf(world, { user: ada, limit });
        assertSame(listed.map(({ id }) => id).toSorted(), (await idsOf(browsers)).toSorted());
        assertSame(listed.map(({ device }) => device).toSorted(), ["browser 0", "browser 1", "browser 2"]);
        const then = world.clock.now() - 1;
        for (const { user, level, authenticatedAt, createdAt, expiresAt } of listed) {
          assertSame([user, level, authenticatedAt, createdAt, expiresAt], [ada, "aal2", then, then, then + 24 * 60 * MINUTE]);
        }
      });
    }

    itLists("are_not_listed_any_more_when_they_have_ended_or_changed_their_id", async () => {
      const { world, ada, browsers } = await signedIn();
      const [first, second, third] = browsers;
      await first.visit((session) => session.logout());
      await second.visit((session) => session.destroy());
      await third.visit((session) => session.rotate());
      assertSame((await allOf(world, { user: ada })).map(({ id }) => id), await idsOf([third]));
      assertSame(await allOf(world, { user: "nobody" }), []);
    });

    it("end_one_by_one_by_their_handles_and_only_once", async () => {
      const { world, ada, browsers } = await signedIn();
      const [id] = await idsOf(browsers);
      assertSame([await world.sessions.revoke(id), await world.sessions.revoke(id)], [true, false]);
      await assertTurnedAway(world, browsers[0], "ended");
      assertSame(await browsers[1].visit(({ user }) => user), ada);
    });

    it("end_also_where_the_handle_is_that_of_an_id_they_had_a_moment_ago", async () => {
      const { world, browsers } = await signedIn();
      const [old] = await idsOf(browsers);
      await browsers[0].visit((session) => session.rotate());
      assert(await world.sessions.revoke(old));
      await assertTurnedAway(world, browsers[0], "ended");
    });

    itLists("are_said_to_be_revoked_each_once_one_by_one_or_all_at_once", async () => {
      const { world, ada, browsers } = await signedIn();
      const ends = [];
      world.sessions.on("end", (end) => ends.push(end));
      const [first, second, third] = await idsOf(browsers);
      await world.sessions.revoke(first);
      await world.sessions.revoke(first);
      await world.sessions.revokeUser(ada, { except: third });
      await world.sessions.revokeUser(ada, { except: third });
      for (const browser of browsers) await browser.visit();
      assertSame(ends, [first, second].map((id) => ({ id, reason: "revoked" })));
    });

    it("end_all_at_once_also_where_they_cannot_be_listed_and_then_nothing_is_said_of_each", async () => {
      const { world, ada, browsers } = await signedIn();
      const sessions = world.application({ store: unlisted(world.store) });
      const ends = [];
      sessions.on("end", (end) => ends.push(end));
      world.hush();
      await sessions.revokeUser(ada);
      assertSame([ends, world.events], [[], []]);
      world.clock.advance(MINUTE); // where it shows a resolution later
      await assertTurnedAway(world, browsers[0], "ended");
    });

    it("that_could_not_be_ended_all_at_once_are_said_to_live_on_by_an_error", async () => {
      const { world, ada, browsers } = await signedIn();
      const ends = [];
      world.sessions.on("end", (end) => ends.push(end));
      const [id] = await idsOf(browsers);
      world.store.fail("write");
      await assertFails(() => world.sessions.revokeUser(ada), "store");
      await assertFails(() => world.sessions.revoke(id), "store");
      world.store.heal();
      assertSame([ends, await browsers[0].visit(({ user }) => user)], [[], ada]);
    });

    for (const spares of [false, true]) {
      it(`end_all_at_once${spares ? "_but_for_one" : ""}`, async () => {
        const { world, ada, browsers, other } = await signedIn();
        const [first] = await idsOf(browsers);
        await world.sessions.revokeUser(ada, spares ? { except: first } : {});
        world.clock.advance(MINUTE); // where it shows a resolution later
        const users = [];
        for (const browser of [...browsers, other]) users.push(await browser.visit(({ user }) => user));
        assertSame(users, [spares ? ada : null, null, null, "eve"]);
        const later = world.visitor();
        await later.visit((session) => session.login(ada));
        assertSame(await later.visit(({ user }) => user), ada);
      });
    }

    it("that_have_ended_all_at_once_are_not_brought_back_by_sparing_them_the_next_time", async () => {
      const { world, ada, browsers } = await signedIn();
      const [first] = await idsOf(browsers);
      await world.sessions.revokeUser(ada);
      world.clock.advance(1);
      await world.sessions.revokeUser(ada, { except: first });
      world.clock.advance(MINUTE); // where it shows a resolution later
      assertSame(await browsers[0].visit(({ user }) => user), null);
    });

    itOnStrong("that_all_end_but_one_spare_it_under_the_id_that_it_has_by_now", async () => {
      const { world, ada, browsers } = await signedIn();
      const [first] = await idsOf(browsers);
      await browsers[0].visit((session) => session.rotate());
      await world.sessions.revokeUser(ada, { except: first });
      world.clock.advance(1);
      const users = [];
      for (const browser of browsers) users.push(await browser.visit(({ user }) => user));
      assertSame(users, [ada, null, null]);
    });

    itOnStrong("that_all_end_by_a_clock_that_is_slow_stay_over", async () => {
      const { world, ada, browsers } = await signedIn();
      const [first] = await idsOf(browsers);
      const slow = world.application({ clock: { ...world.clock, now: () => world.clock.now() - MINUTE, sleep: (ms) => world.clock.sleep(ms) } });
      await world.sessions.revokeUser(ada);
      await slow.revokeUser(ada, { except: first });
      assertSame(await browsers[1].visit(({ user }) => user), null);
    });

    itOnStrong("that_all_end_while_one_is_spared_elsewhere_stay_over", async () => {
      const { world, ada, browsers } = await signedIn();
      const [first] = await idsOf(browsers);
      const write = async (...asked) => {
        elsewhere.write = world.store.write.bind(world.store);
        await world.sessions.revokeUser(ada);
        return world.store.write(...asked);
      };
      const elsewhere = { ...unlisted(world.store), write };
      await world.application({ store: elsewhere }).revokeUser(ada, { except: first });
      assertSame(await browsers[0].visit(({ user }) => user), null);
    });

    itLists("are_not_listed_any_more_when_all_ended_but_for_the_one_that_was_spared_also_under_its_next_id", async () => {
      const { world, ada, browsers } = await signedIn();
      const [first] = await idsOf(browsers);
      await world.sessions.revokeUser(ada, { except: first });
      assertSame((await allOf(world, { user: ada })).map(({ id }) => id), [first]);
      world.clock.advance(MINUTE);
      await browsers[0].visit((session) => session.rotate());
      assertSame((await allOf(world, { user: ada })).map(({ id }) => id), await idsOf([browsers[0]]));
    });

    itLists("are_among_all_sessions_with_those_of_visitors_who_are_not_signed_in", async () => {
      const { world, ada, browsers, other } = await signedIn();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      const born = world.clock.now();
      world.clock.advance(5 * MINUTE);
      await visitor.visit((session) => session.set("a", 2));
      world.clock.advance(5 * MINUTE); // in which every put was made
      const all = await allOf(world, { limit: 2 });
      for (const [at, id] of (await idsOf([...browsers, other, visitor])).entries()) {
        const listed = all.filter((session) => session.id === id);
        const [user, createdAt] = [[ada, ada, ada, "eve", null][at], at === 4 ? born : born - 1];
        assertSame(listed.map((one) => [one.user, one.createdAt, one.size > 0]), [[user, createdAt, true]]);
      }
    });

    itLists("end_with_everybody_elses", async () => {
      const { world, browsers, other } = await signedIn();
      assert((await world.sessions.revokeAll()) > BROWSERS);
      for (const visitor of [...browsers, other]) await assertTurnedAway(world, visitor, "ended");
    });

    itLists("are_listed_and_ended_under_each_secret_that_is_still_given", async () => {
      const { world, ada, browsers } = await signedIn();
      const renewed = world.application({ secrets: [OTHER_SECRET, SECRET] });
      const late = world.visitor(renewed);
      await late.visit((session) => session.login(ada));
      world.clock.advance(1);
      assertSame((await allOf({ sessions: renewed }, { user: ada, limit: 2 })).length, BROWSERS + 1);
      await renewed.revokeUser(ada);
      world.clock.advance(MINUTE);
      for (const visitor of [...browsers, late]) await assertTurnedAway(world, visitor, "ended");
    });

    for (const [whenFull, code, left] of [["refuse", "limit", ["browser 0", "browser 1", "browser 2"]], ["end-oldest", undefined, ["a new one", "browser 2"]]]) {
      itLists(`are_no_more_than_their_limit_when_full_${whenFull}`, async () => {
        const { world, ada, browsers } = await signedIn({}, 1_000);
        const strict = world.application({ userLimit: { sessions: 2, whenFull } });
        const late = world.visitor(strict);
        const signIn = () => late.visit((session) => session.login(ada, { device: "a new one" }));
        if (code === undefined) await signIn();
        else await assertFails(signIn, code);
        assertSame((await allOf(world, { user: ada })).map(({ device }) => device).toSorted(), left);
        if (code === undefined) await assertTurnedAway(world, browsers[0], "ended");
        else assertSame(await late.visit(({ user }) => user), null);
      });
    }

    itLists("that_are_refused_leave_the_rest_of_the_request_to_be_committed", async () => {
      const { world, ada } = await signedIn();
      const late = world.visitor(world.application({ userLimit: { sessions: 1, whenFull: "refuse" } }));
      await late.visit(async (session) => {
        session.set("a", 1).login(ada);
        await assertFails(() => session.save(), "limit");
        assertSame(session.user, null);
      });
      assertSame(await late.visit((session) => [session.user, session.get("a")]), [null, 1]);
    });

    itLists("that_are_refused_keep_what_was_to_be_left_out_of_them", async () => {
      const { world, ada } = await signedIn();
      const late = world.visitor(world.application({ userLimit: { sessions: 1, whenFull: "refuse" } }));
      await late.visit((session) => session.update({ a: 1, b: 1 }).namespace("cart").set("items", ["A1"]));
      await late.visit(async (session) => {
        session.login(ada, { keep: false });
        session.set("b", 2);
        await assertFails(() => session.save(), "limit");
      });
      assertSame(await late.visit((session) => [Object.fromEntries(session), session.path("cart/items/0")]), [{ a: 1, b: 2 }, "A1"]);
    });

    for (const loaded of [false, true]) {
      itLists(`that_are_refused_leave_what_is_in_another_store_as_it_is_${loaded ? "loaded" : "not_loaded"}`, async () => {
        const { world, ada } = await signedIn();
        const vouchers = world.library.memoryStore({ now: () => world.clock.now() });
        const options = { userLimit: { sessions: 1, whenFull: "refuse" }, namespaces: { vouchers: { store: vouchers } } };
        const late = world.visitor(world.application(options));
        await late.visit(async (session) => (await session.load("vouchers")).set("a", 1));
        await late.visit(async (session) => {
          session.login(ada, { keep: false });
          if (loaded) assertSame((await session.load("vouchers")).size, 0);
          await assertFails(() => session.save(), "limit");
        });
        await late.visit(async (session) => assertSame([session.user, (await session.load("vouchers")).get("a")], [null, 1]));
      });
    }

    for (const [what, ask, left] of [
      ["signs_out", (session, ada) => (session.logout({ keep: false }), session.login(ada)), [false, undefined, true]],
      ["rotates", (session, ada) => (session.rotate(), session.login(ada)), [true, 1, true]],
      ["asks_twice", (session, ada) => (session.login(ada, { keep: false }), session.login(ada, { level: "2" })), [true, 1, false]],
    ]) {
      itLists(`that_are_refused_leave_all_else_that_is_asked_for_to_whoever_${what}`, async () => {
        const { world, ada } = await signedIn();
        const bob = world.visitor(world.application({ userLimit: { sessions: 1, whenFull: "refuse" } }));
        const user = `bob ${(users += 1)}`;
        const before = await bob.visit((session) => (session.set("a", 1).login(user), session));
        await bob.visit(async (session) => {
          ask(session, ada);
          await assertFails(() => session.save(), "limit");
        });
        const after = await bob.open();
        assertSame([after.user === user, after.get("a"), after.id !== before.id], left);
      });
    }

    itLists("that_are_refused_take_nothing_back_that_others_changed_meanwhile", async () => {
      const { world, ada } = await signedIn();
      const late = world.visitor(world.application({ userLimit: { sessions: 1, whenFull: "refuse" } }));
      await late.visit((session) => session.set("x", 1));
      world.clock.advance(2_000);
      await late.visit(async (session) => {
        await session.set("k", 1).save();
        session.login(ada, { keep: false });
        world.clock.advance(2_000);
        await late.twin().visit((other) => other.set("x", 2));
        await assertFails(() => session.save(), "limit");
      });
      world.clock.advance(2_000);
      assertSame(await late.visit((session) => Object.fromEntries(session)), { k: 1, x: 2 });
    });

    itLists("that_are_refused_lose_nothing_that_cannot_be_read_here", async () => {
      const { world, ada } = await signedIn();
      const [newer, older] = [2, 1].map((version) =>
        world.application({ userLimit: { sessions: 1, whenFull: "refuse" }, namespaces: { cart: { version } } }));
      const late = world.visitor(newer);
      await late.visit((session) => session.namespace("cart").set("a", 1));
      late.sessions = older;
      await late.visit(async (session) => {
        session.login(ada, { keep: false });
        await assertFails(() => session.save(), "limit");
      });
      late.sessions = newer;
      await late.visit((session) => assertSame(session.path("cart/a"), 1));
    });

    itLists("that_fail_end_no_other", async () => {
      const { world, ada, browsers } = await signedIn();
      const strict = world.application({ userLimit: { sessions: 1 }, maxValueBytes: 100 });
      const late = world.visitor(strict);
      await assertFails(() => late.visit((session) => session.set("a", "x".repeat(200)).login(ada)), "too-large");
      for (const browser of browsers) assertSame(await browser.visit(({ user }) => user), ada);
    });

    itLists("of_one_moment_are_counted_one_after_the_other", async () => {
      const world = makeWorld();
      const [ada, strict] = [`ada ${Math.random()}`, world.application({ userLimit: { sessions: 1, whenFull: "refuse" } })];
      const visitors = [1, 2, 3, 4].map(() => world.visitor(strict));
      const outcomes = await Promise.allSettled(visitors.map((visitor) => visitor.visit((session) => session.login(ada))));
      const codes = outcomes.map(({ reason }) => reason?.code).toSorted();
      assertSame(codes, ["limit", "limit", "limit", undefined]);
    });

    itLists("of_one_moment_are_counted_where_their_entries_come_behind_the_response", async () => {
      const world = makeWorld();
      const { store } = world;
      const write = async (...asked) => {
        if (asked[0].startsWith("i1:")) await new Promise((later) => setTimeout(later));
        return store.write(...asked);
      };
      const slow = { ...unlisted(store), write, list: (...asked) => store.list(...asked) };
      const [ada, strict] = [`ada ${Math.random()}`, world.application({ store: slow, userLimit: { sessions: 1, whenFull: "refuse" } })];
      const signIn = async () => {
        const visitor = world.visitor(strict);
        const session = await visitor.open({ ctx: { waitUntil: () => undefined } });
        session.login(ada);
        await visitor.commit(session);
      };
      const outcomes = await Promise.allSettled([signIn(), signIn()]);
      assertSame(outcomes.map(({ reason }) => reason?.code).toSorted(), ["limit", undefined]);
    });

    for (const options of [{ keep: "cart" }, { keep: 1 }, { device: 5 }, { level: {} }]) {
      it(`are_not_begun_with_${JSON.stringify(options)}`, () =>
        makeWorld().visitor().visit((session) => assertFails(async () => session.login("ada", options), "value")));
    }

    itLists("may_sign_in_again_where_they_are_however_many_they_have", async () => {
      const { world, ada } = await signedIn();
      const strict = world.application({ userLimit: { sessions: 3, whenFull: "refuse" } });
      const other = world.visitor(strict);
      await assertFails(() => other.visit((session) => session.login(ada)), "limit");
      const [{ id }] = await allOf(world, { user: ada });
      await world.sessions.revoke(id);
      world.clock.advance(2_000);
      await other.visit((session) => session.login(ada));
      world.clock.advance(2_000);
      await other.visit((session) => session.login(ada));
      assertSame((await allOf(world, { user: ada })).length, 3);
    });

    for (const userLimit of [{ sessions: 0 }, { sessions: "2" }, { sessions: 1, whenFull: "no" }, { most: 1 }, 5]) {
      it(`cannot_be_limited_by_${JSON.stringify(userLimit)}`, () => assertFails(async () => makeWorld({ userLimit }), "config"));
    }

    for (const [what, call] of [
      ["a handle that is none", (sessions) => sessions.revoke("../s1:x")],
      ["an empty handle", (sessions) => sessions.revoke("")],
      ["a user without a name", (sessions) => sessions.revokeUser("")],
      ["a user who is no string", (sessions) => sessions.revokeUser({ toString: () => "ada" })],
      ["a session to spare that is none", (sessions) => sessions.revokeUser("somebody", { except: "ada" })],
      ["a page of nothing", (sessions) => sessions.list({ limit: 0 })],
      ["pages of no number", (sessions) => sessions.list({ limit: "all" })],
    ]) {
      it(`are_left_alone_by_${what}`, async () => {
        const { world, ada, browsers } = await signedIn();
        await assertFails(async () => call(world.sessions), "value");
        assertSame(await browsers[0].visit(({ user }) => user), ada);
      });
    }
  });

  describe("a sign-in", () => {
    it("is_fresh_for_exactly_as_long_as_asked_for_and_only_at_its_level", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.login("ada", { level: "aal2" }));
      const asked = [["15m"], [900_000], ["15m", { level: "aal2" }], ["15m", { level: "aal3" }]];
      for (const [passes, fresh] of [[15 * MINUTE - 1, [true, true, true, false]], [1, [false, false, false, false]]]) {
        world.clock.advance(passes);
        await visitor.visit((session) => assertSame(asked.map((parameters) => session.isFresh(...parameters)), fresh));
      }
      await visitor.visit((session) => assertFails(async () => session.requireFresh("15m"), "reauthenticate"));
    });

    it("is_never_fresh_of_nobody_and_not_for_a_time_that_is_none", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => assertSame(session.isFresh("1d"), false));
      await visitor.visit((session) => session.login("ada"));
      for (const within of ["soon", -1, "", undefined]) {
        await visitor.visit((session) => assertFails(async () => session.isFresh(within), "value"));
      }
    });
  });
}
