import { assert, assertFails, assertSame } from "../assert.js";
import { HOUR, MINUTE, World } from "./world.js";

/** More than a cookie can carry. */
const LARGE = "x".repeat(20_000);

/**
 * What `tieredStore` promises beyond its tiers.
 *
 * @param makeCache gives an eventually consistent store, empty
 */
export function tieredSuite({ describe, it }, library, testing, makeCache) {
  /** A world whose cache shows what was there when it was frozen. */
  function makeWorld(options) {
    const clock = testing.fakeClock();
    const cache = testing.faultyStore(makeCache());
    const authority = testing.faultyStore(library.memoryStore({ now: clock.now }));
    const storage = { open: () => ({ store: library.tieredStore({ cache, authority }), log: [] }) };
    const world = new World({ library, testing: { ...testing, fakeClock: () => clock, faultyStore: (store) => store }, storage }, options);
    return Object.assign(world, { cache, authority });
  }
  /** From now on the cache shows this visitor's record as it is now. */
  async function freeze(world, visitor) {
    const old = await world.cache.read([`s1:${(await visitor.open()).id}`]);
    world.cache.fail("read", { how: () => old });
  }
  /** A visitor of whose last change the cache shows nothing. */
  async function makeBehind() {
    const world = makeWorld();
    const visitor = await world.regular({ a: "old" });
    await freeze(world, visitor);
    await visitor.visit((session) => session.set("a", LARGE));
    return { world, visitor };
  }
  /** The same, and the process itself no longer knows of it; nor can the authority be asked. */
  async function makeUnknown() {
    const { world, visitor } = await makeBehind();
    world.clock.advance(MINUTE);
    world.authority.fail("read");
    return { world, visitor };
  }

  describe("sessions on a tiered store", () => {
    it("a_read_asks_the_cache_and_not_the_authority", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      world.cache.resetCounts();
      world.authority.resetCounts();
      assertSame(await visitor.see("a"), 1);
      assertSame([world.cache.reads, world.authority.reads, world.authority.writes], [1, 0, 0]);
    });

    it("a_request_that_only_refreshes_its_cookie_does_not_ask_the_authority_either", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      world.clock.advance(MINUTE);
      world.authority.resetCounts();
      await visitor.see("a");
      assertSame([visitor.sent.length, world.authority.reads, world.authority.writes], [1, 0, 0]);
    });

    it("a_change_is_compared_and_set_at_the_authority_and_then_put_into_the_cache", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      world.cache.resetCounts();
      world.authority.resetCounts();
      await visitor.visit((session) => session.set("a", 2));
      assertSame([world.authority.reads, world.authority.writes, world.cache.reads, world.cache.writes], [1, 1, 1, 1]);
    });

    it("what_no_cookie_can_carry_is_read_from_the_authority_when_the_cache_is_behind", async () => {
      const { world, visitor } = await makeBehind();
      await visitor.visit((session) => assertSame([session.get("a") === LARGE, session.stale], [true, false]));
      assertSame(world.said("stale"), []);
    });

    it("a_cache_that_is_behind_for_long_is_not_taken_for_the_truth_where_the_authority_has_it", async () => {
      const { world, visitor } = await makeUnknown();
      await visitor.visit((session) => assertSame([session.get("a"), session.stale], ["old", true]));
      world.clock.advance(16 * MINUTE);
      world.authority.heal();
      assertSame([(await visitor.see("a")) === LARGE, world.said("conflict")], [true, []]);
    });

    it("a_change_is_built_on_the_truth_where_it_could_not_be_had_before", async () => {
      const { world, visitor } = await makeUnknown();
      const session = await visitor.open();
      world.authority.heal();
      await visitor.commit(session.set("b", LARGE));
      await visitor.visit((session) => assertSame([session.get("a") === LARGE, session.get("b") === LARGE], [true, true]));
    });

    for (const act of ["logout", "destroy"]) {
      it(`a_${act}_ends_a_signed_in_session_everywhere_at_once_whatever_the_cache_shows`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: 1 });
        await visitor.visit((session) => session.login("ada"));
        const thief = visitor.twin();
        thief.sessions = world.application();
        await freeze(world, visitor);
        await visitor.visit((session) => session[act]());
        assert((await thief.open()).isNew, "the stolen cookie lives on");
      });
    }

    it("a_hundred_requests_at_once_each_with_a_key_of_its_own_all_survive", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 0 });
      const keys = Array.from({ length: 100 }, (_, n) => `key${n}`);
      const sessions = await Promise.all(keys.map(() => visitor.open()));
      await Promise.all(keys.map((key, at) => visitor.twin().commit(sessions[at].set(key, at))));
      world.clock.advance(HOUR / 2);
      const seen = await visitor.visit((session) => keys.filter((key, at) => session.get(key) === at));
      assertSame(seen, keys);
    });

    it("a_cache_that_fails_costs_time_and_nothing_else", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      world.cache.fail("read");
      world.cache.fail("write");
      await visitor.visit((session) => assertSame(session.get("a"), 1));
      await visitor.visit((session) => session.set("a", 2));
      assertSame(await visitor.see("a"), 2);
    });

    it("an_authority_that_fails_is_done_without_while_the_cookie_carries_the_change", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      world.authority.fail("read");
      world.authority.fail("write");
      await visitor.visit((session) => session.set("b", 2));
      await visitor.visit((session) => assertSame([session.get("a"), session.get("b")], [1, 2]));
      world.authority.heal();
      world.clock.advance(3 * MINUTE);
      await visitor.visit();
      world.clock.advance(3 * MINUTE);
      await visitor.visit((session) => assertSame([session.get("a"), session.get("b")], [1, 2]));
    });

    it("an_authority_that_cannot_be_read_is_one_error_event_for_what_is_to_be_written_there", async () => {
      for (const [change, outcome] of [[(session) => session.login("ada"), "store"], [(session) => session.set("b", 2), "done"]]) {
        const world = makeWorld();
        const visitor = await world.regular({ a: 1 });
        world.authority.fail("read");
        world.hush();
        assertSame(await visitor.visit(change).then(() => "done", ({ code }) => code), outcome);
        assertSame(world.said("error").length, 1);
      }
    });

    it("an_authority_that_may_show_an_older_state_is_refused", async () => {
      const eventual = makeCache();
      for (const authority of [eventual, undefined, {}]) {
        await assertFails(async () => library.tieredStore({ cache: eventual, authority }), "config", /^tieredStore: the authority/);
      }
      await assertFails(async () => library.tieredStore({ authority: library.memoryStore() }), "config", /^tieredStore: the cache/);
    });
  });
}
