import { perform } from "../act.js";
import { assert, assertFails, assertSame } from "../assert.js";
import { DAY, HOUR, MINUTE, SECOND, assertTurnedAway } from "./world.js";

const HALF_AN_HOUR = { idle: "30m", absolute: "12h" };

/** When a session ends, to the millisecond, on a clock that only the test moves. */
export function lifetimesSuite({ describe, it }, { makeWorld, strong, remembers }) {
  const describeStored = remembers ? describe : () => undefined; // cookie-only.js says what holds without a store

  describe("idle life", () => {
    for (const [name, lifetime, idle, resolution] of IDLES) {
      it(`${name}_is_never_shorter_than_idle_and_at_most_a_resolution_longer`, async () => {
        for (const [wait, alive] of [[0, true], [idle - 1, true], [idle + resolution - 1, true], [idle + resolution, false]]) {
          const world = makeWorld({ lifetime });
          const visitor = world.visitor();
          await visitor.visit((session) => session.set("a", 1));
          world.clock.advance(wait);
          if (alive) assertSame(await visitor.see("a"), 1, `after ${wait} ms:`);
          else assertSame(await world.cost(() => assertTurnedAway(world, visitor, "expired")), "0 read, 0 write");
        }
      });
    }

    it("begins_anew_with_every_request_that_only_reads", async () => {
      const world = makeWorld({ lifetime: HALF_AN_HOUR });
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      for (let n = 0; n < 20; n += 1) {
        world.clock.advance(30 * MINUTE - 1);
        assertSame(await world.cost(() => visitor.see("a")), world.price("1 read, 0 write"));
      }
      world.clock.advance(30 * MINUTE + 30 * SECOND);
      await assertTurnedAway(world, visitor, "expired");
    });

    it("is_not_prolonged_by_a_request_whose_answer_never_arrives", async () => {
      const world = makeWorld({ lifetime: HALF_AN_HOUR });
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      world.clock.advance(29 * MINUTE);
      await visitor.open(); // and no commit
      world.clock.advance(2 * MINUTE);
      await assertTurnedAway(world, visitor, "expired");
    });

    it("costs_a_cookie_once_per_resolution_and_no_more", async () => {
      const world = makeWorld({ lifetime: { idle: "30m", absolute: "12h", resolution: "45s" } });
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      world.clock.advance(180 * SECOND); // past what the cookie itself carries
      await visitor.visit();
      const sent = [];
      for (let second = 1; second <= 180; second += 1) {
        world.clock.advance(SECOND);
        await visitor.see("a");
        if (visitor.sent.length > 0) sent.push(second);
      }
      assertSame(sent, [45, 90, 135, 180]);
    });
  });

  describe("sweep", () => {
    it("drops_what_expired_and_says_how_many", async () => {
      const world = makeWorld();
      const store = world.library.memoryStore({ now: world.clock.now });
      const sessions = world.application({ store });
      for (const n of [1, 2]) await world.visitor(sessions).visit((session) => session.set("n", n));
      assertSame([await sessions.sweep(), store.size], [0, 2]);
      world.clock.advance(25 * HOUR);
      assertSame([await sessions.sweep(), store.size, await sessions.sweep()], [2, 0, 0]);
    });

    it("has_nothing_to_do_where_a_store_sweeps_by_itself_and_a_store_that_fails_is_a_store_error", async () => {
      const world = makeWorld();
      const store = { consistency: "strong", read: () => [], write: () => true, remove: () => undefined };
      assertSame(await world.application({ store }).sweep(), 0);
      const failing = { ...store, sweep: () => { throw new Error("503"); } };
      await assertFails(() => world.application({ store: failing }).sweep(), "store");
    });
  });

  describe("absolute life", () => {
    for (const [name, act] of Object.entries(NOT_MOVING)) {
      it(`ends_on_time_although_the_visitor_${name}`, async () => {
        const world = makeWorld({ lifetime: { idle: "1h", absolute: "1h" } });
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("a", 0));
        for (let n = 1; n <= 5; n += 1) {
          world.clock.advance(10 * MINUTE);
          await visitor.visit((session) => act(session, n));
        }
        world.clock.advance(10 * MINUTE - 1);
        await visitor.visit((session) => assert(!session.isNew, "ended too soon"));
        world.clock.advance(1);
        await assertTurnedAway(world, visitor, "expired");
        assertSame(world.said("expire").map(({ reason }) => reason), ["absolute"]);
      });
    }

    for (const act of ["login", "logout"]) {
      it(`is_moved_by_${act}`, async () => {
        const world = makeWorld({ lifetime: { idle: "1h", absolute: "1h" } });
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("a", 1));
        world.clock.advance(50 * MINUTE);
        await visitor.visit((session) => perform(session, act));
        world.clock.advance(HOUR - 1);
        assertSame(await visitor.see("a"), 1);
        world.clock.advance(1);
        await assertTurnedAway(world, visitor, "expired");
      });
    }

    for (const [lifetime, idle, absolute] of PRESETS) {
      it(`of_${JSON.stringify(lifetime)}_is_${absolute}_ms_and_its_idle_life_${idle}`, async () => {
        const world = makeWorld(lifetime === undefined ? {} : { lifetime });
        const { createdAt, idleExpiresAt, absoluteExpiresAt } = (await world.visitor().open()).toJSON();
        const span = (end) => (end === null ? null : end - createdAt);
        assertSame([span(idleExpiresAt), span(absoluteExpiresAt)], [idle, absolute]);
      });
    }

    it("without_a_limit_goes_on_for_as_long_as_the_visitor_comes", async () => {
      const world = makeWorld({ lifetime: { idle: "20d", absolute: "never" } });
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      for (let n = 0; n < 40; n += 1) {
        world.clock.advance(19 * DAY);
        assertSame(await visitor.see("a"), 1, `visit ${n}:`);
      }
      world.clock.advance(21 * DAY);
      await assertTurnedAway(world, visitor, "expired");
    });

    it("without_any_limit_never_ends", async () => {
      const world = makeWorld({ lifetime: { idle: "never", absolute: "never" } });
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      world.clock.advance(300 * DAY); // a browser keeps no cookie longer than 400
      await visitor.visit((session) => assertSame([session.get("a"), session.expiresAt], [1, null]));
    });
  });

  describeStored("an expired record", () => {
    // The token is alive only because the new deployment grants longer lives than the one that wrote the record.
    it("is_never_served_by_a_store_that_still_has_it", async () => {
      const world = makeWorld({ lifetime: { idle: "10m", absolute: "10m" } });
      const kept = new Map();
      world.store.write = async (key, bytes) => Boolean(kept.set(key, { bytes, version: "1" }));
      world.store.read = async ([key]) => [kept.get(key) ?? null];
      const visitor = await world.regular({ a: "needle" });
      visitor.sessions = world.application({ lifetime: { idle: "1d", absolute: "1d" } });
      world.clock.advance(6 * MINUTE);
      assertSame(await visitor.see("a"), "needle");
      world.clock.advance(MINUTE);
      const session = await visitor.open();
      assertSame([session.get("a"), session.size], [undefined, 0]);
      if (strong) assertSame([session.isNew, world.said("reject")], [true, [{ reason: "ended" }]]);
    });
  });

  describe("a clock", () => {
    for (const [name, time] of CLOCKS) {
      it(`that_reads_${name}_opens_nothing_and_issues_nothing`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("a", 1));
        const { now } = world.clock;
        world.clock.now = () => time;
        for (const guest of [visitor, world.visitor()]) {
          assertSame(await world.cost(() => assertFails(() => guest.open(), "clock")), "0 read, 0 write");
        }
        assertSame(world.said("error").map(({ error }) => error.code), ["clock", "clock"]);
        world.clock.now = now;
        assertSame(await visitor.see("a"), 1);
      });

      it(`that_reads_${name}_when_it_comes_to_commit_issues_nothing`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        const session = (await visitor.open()).set("a", 1);
        const { now } = world.clock;
        world.clock.now = () => time;
        await assertFails(() => visitor.commit(session), "clock");
        assertSame([visitor.sent, world.log.length], [[], 0]);
        world.clock.now = now;
        await visitor.commit(session);
        assertSame(await visitor.see("a"), 1);
      });
    }

    it("that_goes_back_a_little_takes_nothing_from_anybody", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      world.clock.advance(HOUR);
      await visitor.visit((session) => session.set("a", 1));
      world.clock.advance(-10 * MINUTE);
      await visitor.visit((session) => session.set("a", 2));
      assertSame(await visitor.see("a"), 2);
    });
  });
}

const IDLES = [
  ["half_an_hour", HALF_AN_HOUR, 30 * MINUTE, 30 * SECOND],
  ["the_default", "aal2", HOUR, MINUTE],
  ["a_quarter_of_an_hour", "aal3", 15 * MINUTE, 15 * SECOND],
  ["one_with_its_own_resolution", { idle: 10 * MINUTE, absolute: "1d", resolution: "5m" }, 10 * MINUTE, 5 * MINUTE],
  ["one_that_is_exact", { idle: "10m", absolute: "1d", resolution: 0 }, 10 * MINUTE, 0],
];

const NOT_MOVING = {
  reads: (session) => session.get("a"),
  changes_values: (session, n) => session.set("a", n),
  saves: (session, n) => session.set("a", n).save(),
  rotates: (session) => session.rotate(),
};

const PRESETS = [
  [undefined, HOUR, DAY],
  ["aal1", 7 * DAY, 30 * DAY],
  ["aal2", HOUR, DAY],
  ["aal3", 15 * MINUTE, 12 * HOUR],
  [{}, HOUR, DAY],
  [{ idle: 90_000 }, 90 * SECOND, DAY],
  [{ idle: "250ms", absolute: "500ms" }, 250, 500],
  [{ idle: "never", absolute: "7d" }, null, 7 * DAY],
  [{ idle: "never", absolute: "never" }, null, null],
];

const CLOCKS = [
  ["0", 0],
  ["less_than_nothing", -1],
  ["a_time_before_this_release", Date.UTC(2020, 0, 1)],
  ["no_number", NaN],
  ["eternity", Infinity],
];
