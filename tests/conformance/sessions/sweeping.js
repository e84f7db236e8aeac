import { assert, assertFails, assertSame } from "../assert.js";
import { DAY, HOUR, MINUTE } from "./world.js";

/** Sweeps by themselves: by a Worker's cron trigger, and by a timer. */
export function sweepingSuite({ describe, it }, { makeWorld }, { sweepEvery }) {
  const inMemory = () => {
    const world = makeWorld();
    const store = world.library.memoryStore({ now: world.clock.now });
    return { world, store, sessions: world.application({ store }), fill: (sessions) => world.visitor(sessions).visit((s) => s.set("a", 1)) };
  };
  /** A store that notes when it is swept, and then does what `act` does. */
  const noting = (world, act = () => 0) => {
    const times = [];
    const start = world.clock.now();
    const sweep = async () => (times.push(world.clock.now() - start), act());
    const store = { consistency: "strong", read: () => [], write: () => true, remove: () => undefined, sweep };
    return { times, sessions: world.application({ store }) };
  };

  describe("scheduled", () => {
    it("sweeps_the_sessions_of_its_environment_and_is_waited_for", async () => {
      const { world, store } = inMemory();
      const sessions = world.library.createSessions((env) => ({ ...world.options, store: env.store }));
      const env = { store };
      await world.visitor(sessions.bind(env)).visit((session) => session.set("a", 1));
      world.clock.advance(DAY + HOUR);
      const waited = [];
      await sessions.scheduled()({ cron: "17 * * * *" }, env, { waitUntil: (promise) => waited.push(promise) });
      assertSame([store.size, await Promise.all(waited)], [0, [1]]);
    });

    it("fails_and_says_so_when_the_store_does", async () => {
      const world = makeWorld();
      const fault = new Error("503");
      const { sessions } = noting(world, () => Promise.reject(fault));
      const waited = [];
      const ctx = { waitUntil: (promise) => waited.push(promise.catch(({ code }) => code)) };
      await assertFails(() => sessions.scheduled()({}, {}, ctx), "store");
      assertSame([await Promise.all(waited), world.said("error").map(({ error }) => error.cause === fault)], [["store"], [true]]);
    });
  });

  describe("sweepEvery", () => {
    it("sweeps_each_time_its_time_has_passed_until_it_is_stopped", async () => {
      const { world, store, sessions, fill } = inMemory();
      const stop = sweepEvery(sessions, "10m", { clock: world.clock });
      await fill(sessions);
      await world.clock.elapse(DAY + 10 * MINUTE);
      assertSame(store.size, 0);
      await fill(sessions);
      stop();
      await world.clock.elapse(2 * DAY);
      assertSame(store.size, 1, "after it was stopped:");
    });

    it("waits_for_a_sweep_that_takes_long_before_it_counts_on", async () => {
      const world = makeWorld();
      const { times, sessions } = noting(world, () => world.clock.sleep(25 * MINUTE));
      const stop = sweepEvery(sessions, 10 * MINUTE, { clock: world.clock });
      await world.clock.elapse(2 * HOUR);
      stop();
      assertSame(times.map((time) => time / MINUTE), [10, 45, 80, 115]);
    });

    it("goes_on_after_a_sweep_that_failed_and_reports_it", async () => {
      const world = makeWorld();
      const { times, sessions } = noting(world, () => Promise.reject(new Error("503")));
      const stop = sweepEvery(sessions, "1h", { clock: world.clock });
      await world.clock.elapse(3 * HOUR);
      stop();
      assertSame([times.length, world.said("error").map(({ error }) => error.code)], [3, ["store", "store", "store"]]);
    });

    it("takes_no_time_that_is_none_or_that_no_timer_knows", async () => {
      const { sessions } = inMemory();
      for (const every of [undefined, null, 0, 999, 1_500.5, NaN, Infinity, "", "soon", "10", "10 m", "-1m", "25d", "0s", 2 ** 31, "999999999999999d"]) {
        await assertFails(() => sweepEvery(sessions, every), "config", /^sweepEvery: /);
      }
      for (const every of ["1s", "1000ms", "90m", "12h", "24d", 1_000]) sweepEvery(sessions, every)();
    });

    it("takes_the_hosts_timers_where_no_clock_is_given_and_stops_them", async () => {
      const { setTimeout, clearTimeout } = globalThis;
      const set = [];
      const cleared = [];
      globalThis.setTimeout = (run, ms) => (set.push({ run, ms, unrefs: 0, unref() { this.unrefs += 1; } }), set.at(-1));
      globalThis.clearTimeout = (timer) => cleared.push(timer);
      try {
        let sweeps = 0;
        const stop = sweepEvery({ sweep: async () => (sweeps += 1) }, "10m");
        assertSame([set.length, set[0].ms, set[0].unrefs, sweeps], [1, 10 * MINUTE, 1, 0]);
        set[0].run();
        for (let turn = 0; turn < 5; turn += 1) await undefined;
        assertSame([sweeps, set.length, set[1]?.unrefs], [1, 2, 1]);
        stop();
        assert(cleared.includes(set[1]), "the timer runs on");
      } finally {
        Object.assign(globalThis, { setTimeout, clearTimeout });
      }
    });
  });
}
