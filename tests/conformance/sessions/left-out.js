import { assert, assertFails, assertSame } from "../assert.js";
import { partsIn } from "./parts.js";
import { MINUTE, OTHER_SECRET, SECRET } from "./world.js";

/** What a sign-in or sign-out leaves out of a session (`keep`), of what is in stores of their own; and what stays through a new id. */
export function leftOutSuite({ describe, it }, { makeWorld, library, testing, lists }) {
  const { makeParts, load, see, holds } = partsIn(makeWorld, { library, testing });
  const itLists = lists ? it : () => undefined;

  /** A user who has one session, and a visitor whose sign-in as that user is refused. */
  async function makeFull() {
    const world = makeParts();
    const user = `full ${crypto.randomUUID()}`;
    const strict = world.application({ namespaces: { vouchers: { store: world.vouchers } }, userLimit: { sessions: 1, whenFull: "refuse" } });
    await world.visitor(strict).visit((session) => session.login(user));
    return { world, user, late: world.visitor(strict) };
  }
  /** There is a needle in a visitor's vouchers; a request signs out without them, and goes on. */
  async function leaveOut(visitor, loaded, goOn) {
    await load(visitor, (vouchers) => vouchers.set("a", "needle"));
    await visitor.visit(async (session) => {
      if (loaded) await session.load("vouchers");
      session.logout({ keep: false });
      await goOn(session);
    });
  }

  describe("a namespace in a store of its own that is left out", () => {
    for (const [keep, remains] of [[false, {}], [["cart"], {}], [["vouchers"], { a: 1 }]]) {
      it(`is_dropped_or_kept_by_keep_${JSON.stringify(keep)}`, async () => {
        for (const loaded of [false, true]) {
          const visitor = makeParts().visitor();
          await load(visitor, (vouchers) => vouchers.set("a", 1));
          await visitor.visit(async (session) => {
            if (loaded) await session.load("vouchers");
            session.logout({ keep });
          });
          assertSame(await see(visitor), remains);
        }
      });
    }

    it("has_what_is_set_after_a_sign_in_that_dropped_it", async () => {
      const visitor = makeParts().visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      await visitor.visit(async (session) => {
        session.login("ada", { keep: false });
        (await session.load("vouchers")).set("b", 2);
      });
      assertSame(await see(visitor), { b: 2 });
    });

    it("that_is_left_out_of_a_sign_in_while_its_store_fails_is_not_seen_afterwards", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      world.clock.advance(2 * MINUTE);
      world.vouchers.fail("write");
      await visitor.visit((session) => session.login("ada", { keep: false }));
      world.vouchers.heal();
      world.clock.advance(2 * MINUTE);
      assertSame([await see(visitor), world.said("error").length], [{}, 1]);
      await load(visitor, (vouchers) => vouchers.set("b", 2));
      assertSame(await see(visitor), { b: 2 });
    });

    it("can_be_used_after_the_save_that_left_out_what_was_in_it", async () => {
      const visitor = makeParts().visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      await visitor.visit(async (session) => {
        const vouchers = await session.load("vouchers");
        session.logout({ keep: false });
        await session.save();
        vouchers.set("b", 2);
      });
      assertSame(await see(visitor), { b: 2 });
    });

    it("is_the_next_one_where_it_was_left_out_while_it_was_loaded", async () => {
      const visitor = makeParts().visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      await visitor.visit(async (session) => {
        const loading = session.load("vouchers");
        session.logout({ keep: false });
        assertSame((await loading).set("b", 2).size, 1);
      });
      assertSame(await see(visitor), { b: 2 });
    });

    it("is_ended_however_often_it_is_left_out", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", "needle"));
      await visitor.visit((session) => (session.logout({ keep: false }), session.login("ada", { keep: false })));
      assertSame(await holds(world, "needle"), false);
    });

    for (const loaded of [true, false]) {
      const how = loaded ? "loaded" : "not_loaded";

      it(`has_what_is_set_after_a_commit_that_failed_${how}`, async () => {
        const world = makeParts();
        const visitor = world.visitor();
        await leaveOut(visitor, loaded, async (session) => {
          world.store.fail("write");
          await assertFails(() => session.save(), "store");
          world.store.heal();
          (await session.load("vouchers")).set("b", 2);
        });
        assertSame([await see(visitor), await holds(world, "needle")], [{ b: 2 }, false]);
      });

      it(`is_as_it_was_for_the_next_request_where_the_commit_failed_${how}`, async () => {
        const world = makeParts();
        const visitor = world.visitor();
        await load(visitor, (vouchers) => vouchers.set("a", 1));
        const session = await visitor.open();
        if (loaded) await session.load("vouchers");
        session.logout({ keep: false });
        world.store.fail("write");
        await assertFails(() => visitor.commit(session), "store");
        world.store.heal();
        assertSame(await see(visitor), { a: 1 });
      });

      it(`is_ended_with_a_session_that_ends_before_that_is_committed_${how}`, async () => {
        const world = makeParts();
        const visitor = world.visitor();
        await leaveOut(visitor, loaded, (session) => session.destroy());
        assertSame(await holds(world, "needle"), false);
      });

      itLists(`is_ended_where_a_sign_in_after_that_is_refused_${how}`, async () => {
        const { world, user, late } = await makeFull();
        await late.visit((session) => session.set("a", 1));
        await leaveOut(late, loaded, async (session) => {
          session.login(user, { keep: false });
          await assertFails(() => session.save(), "limit");
        });
        assertSame([await see(late), await holds(world, "needle")], [{}, false]);
      });
    }

    for (const sets of [false, true]) {
      it(`has_nothing_of_what_a_sign_in_that_failed_had_put_there${sets ? "_where_something_is_set" : ""}`, async () => {
        const world = makeParts();
        const visitor = world.visitor();
        await load(visitor, (vouchers) => vouchers.set("a", 1));
        const signIn = (user, act) => load(visitor, (vouchers, session) => (session.login(user, { keep: false }), act(vouchers)));
        world.store.fail("write");
        await assertFails(() => signIn("ada", (vouchers) => vouchers.set("b", "Ada's")), "store");
        world.store.heal();
        world.clock.advance(1);
        await signIn("bob", (vouchers) => sets && vouchers.set("c", "Bob's"));
        assertSame(await see(visitor), sets ? { c: "Bob's" } : {});
      });
    }

    it("is_another_one_at_every_location_of_workers_kv", async () => {
      const world = makeParts();
      const kv = testing.kvLocations({ clock: world.clock, staleness: 30_000, writeGap: 0 });
      const at = (place) => world.application({ namespaces: { vouchers: { store: library.kvStore(kv.location(place)) } } });
      const visitor = world.visitor(at("here"));
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      world.clock.advance(2 * MINUTE);
      visitor.sessions = at("there");
      await load(visitor, (vouchers, session) => {
        assertSame(Object.fromEntries(vouchers), { a: 1 });
        session.logout({ keep: false });
        vouchers.set("b", 2);
      });
      assertSame(await see(visitor), { b: 2 });
      visitor.sessions = at("here");
      const shown = Object.keys(await see(visitor));
      assert(!shown.includes("a"), `here it shows ${shown}`);
      world.clock.advance(2 * MINUTE);
      assertSame(await see(visitor), { b: 2 });
    });

    it("is_known_by_the_newest_secret_from_then_on", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      const namespaces = { vouchers: { store: world.vouchers } };
      visitor.sessions = world.application({ secrets: [OTHER_SECRET, SECRET], namespaces });
      await load(visitor, (vouchers, session) => (session.logout({ keep: false }), vouchers.set("b", 2)));
      assertSame(await see(visitor), { b: 2 });
      visitor.sessions = world.application({ secrets: [OTHER_SECRET], namespaces });
      assertSame(await see(visitor), { b: 2 });
    });

    it("is_not_mentioned_in_the_session_of_a_new_visitor_who_has_nothing_there", async () => {
      const world = makeParts();
      await world.visitor().visit((session) => session.login("ada", { keep: false }));
      assertSame(world.log.some(({ bytes }) => new TextDecoder("latin1").decode(bytes).includes("vouchers")), false);
    });

    it("has_what_is_set_in_its_values_by_whoever_holds_them", async () => {
      const visitor = makeParts().visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      await visitor.visit(async (session) => {
        const { data } = await session.load("vouchers");
        session.logout({ keep: false });
        assertSame(data.a, undefined);
        data.b = 2;
      });
      assertSame(await see(visitor), { b: 2 });
    });

    itLists("has_again_what_was_in_it_and_what_was_set_since_where_the_sign_in_is_refused", async () => {
      const { user, late } = await makeFull();
      await load(late, (vouchers) => vouchers.update({ a: 1, b: 1 }));
      await late.visit(async (session) => {
        const vouchers = await session.load("vouchers");
        session.login(user, { keep: false });
        vouchers.set("b", 2);
        await assertFails(() => session.save(), "limit");
        assertSame(Object.fromEntries(vouchers), { b: 2, a: 1 });
      });
      assertSame(await see(late), { a: 1, b: 2 });
    });

    it("of_a_visitor_who_is_new_has_what_is_set_afterwards", async () => {
      const visitor = makeParts().visitor();
      await load(visitor, (vouchers, session) => {
        vouchers.set("a", 1);
        session.login("ada", { keep: false });
        vouchers.set("b", 2);
      });
      assertSame(await see(visitor), { b: 2 });
    });

    it("has_only_what_is_set_after_it_was_left_out_last_however_soon_that_is", async () => {
      const visitor = makeParts().visitor();
      await load(visitor, async (vouchers, session) => {
        for (const key of ["a", "b", "c"]) {
          vouchers.set(key, 1);
          await session.save();
          if (key !== "c") session.logout({ keep: false });
        }
      });
      assertSame(await see(visitor), { c: 1 });
    });

    it("of_requests_that_leave_it_out_in_the_same_millisecond_has_what_each_sets", async () => {
      const visitor = makeParts().visitor();
      await load(visitor, (vouchers) => vouchers.set("a", 1));
      const other = visitor.twin();
      const sessions = [await visitor.open(), await other.open()];
      for (const [at, session] of sessions.entries()) {
        const vouchers = await session.load("vouchers");
        session.logout({ keep: false });
        vouchers.set(`of ${at}`, at);
      }
      await visitor.commit(sessions[0]);
      await other.commit(sessions[1]);
      for (const line of other.sent) visitor.jar.store(visitor.url, new Headers({ "set-cookie": line }));
      assertSame(await see(visitor), { "of 0": 0, "of 1": 1 });
    });
  });

  describe("a namespace in a store of its own, through a new id", () => {
    for (const [when, loadsBefore] of [["before", true], ["after", false]]) {
      it(`keeps_what_requests_under_both_ids_put_there_that_make_it_${when}_the_session_gets_that`, async () => {
        const world = makeParts();
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("a", 1));
        const old = visitor.twin();
        const late = await old.open();
        if (loadsBefore) await late.load("vouchers");
        await visitor.visit((session) => session.rotate());
        const next = await visitor.open();
        (await next.load("vouchers")).set("under the new id", 1);
        (await late.load("vouchers")).set("under the old id", 1);
        await old.commit(late);
        await visitor.commit(next);
        assertSame(await see(visitor), { "under the new id": 1, "under the old id": 1 });
      });
    }

    it("costs_nothing_where_nothing_was_put_there", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      await visitor.visit((session) => session.login("ada", { keep: false }));
      await visitor.visit((session) => session.rotate());
      await visitor.visit((session) => session.logout({ keep: false }));
      await visitor.visit((session) => session.destroy());
      assertSame([world.vouchers.reads, world.vouchers.writes], [0, 0]);
    });

    it("is_nothing_that_makes_a_session_of_a_visitor_who_stores_nothing", async () => {
      const world = makeParts();
      const visitor = world.visitor();
      await visitor.visit((session) => session.rotate());
      assertSame([world.log.length, visitor.sent], [0, []]);
    });
  });
}
