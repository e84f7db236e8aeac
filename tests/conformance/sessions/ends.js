import { perform } from "../act.js";
import { assert, assertSame } from "../assert.js";
import { randomFrom } from "../random.js";
import { DAY, HOUR, MINUTE, SECOND } from "./world.js";

/** The event `end`: once for every session, with the reason, whoever finds it out and however often. */
export function endsSuite({ describe, it }, { makeWorld, strong, remembers }) {
  const itIsStored = remembers ? it : () => undefined;
  const itOnStrong = strong && remembers ? it : () => undefined;

  /** Everything said about sessions that begin, go on under another id, or end. */
  function listening(world, sessions = world.sessions) {
    const said = [];
    for (const name of ["create", "rotate", "login", "end"]) sessions.on(name, (detail) => said.push([name, detail]));
    const ends = () => said.filter(([name]) => name === "end").map(([, detail]) => detail);
    return { said, ends };
  }

  describe("ends", () => {
    for (const [act, reason] of [["destroy", "destroyed"], ["logout", "logout"]]) {
      it(`by_${act}_are_said_with_the_handle_that_is_over_and_the_reason`, async () => {
        const world = makeWorld();
        const { ends } = listening(world);
        const visitor = world.visitor();
        const id = await visitor.visit((session) => (session.set("a", 1), session.id));
        await visitor.visit((session) => session[act]());
        assertSame(ends(), [{ id, reason }]);
      });
    }

    it("come_behind_the_event_that_says_how_and_a_visitor_who_signs_out_begins_anew", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      world.sessions.on("end", (detail) => world.events.push(["end", detail]));
      await visitor.visit((session) => session.login("ada"));
      const a = (await visitor.open()).id;
      world.hush();
      await visitor.visit((session) => session.logout());
      const b = (await visitor.open()).id;
      await visitor.visit((session) => session.destroy());
      assertSame(world.events, [
        ["logout", { id: b, user: "ada" }],
        ["end", { id: a, reason: "logout" }],
        ["create", { id: b }],
        ["destroy", { id: b }],
        ["end", { id: b, reason: "destroyed" }],
      ]);
    });

    it("of_time_are_said_once_however_often_the_visitor_comes_back_with_the_old_cookie", async () => {
      const world = makeWorld();
      const { ends } = listening(world);
      const visitor = world.visitor();
      const { id } = await visitor.visit((session) => session.set("a", 1));
      const old = visitor.twin();
      world.clock.advance(2 * DAY);
      for (let visit = 0; visit < 3; visit += 1) await old.visit();
      assertSame(ends(), [{ id, reason: "expired" }]);
      assertSame([world.said("expire").length, world.said("reject").length], [1, 3]);
    });

    it("are_not_said_of_an_old_id_whose_session_went_on_under_another", async () => {
      const world = makeWorld();
      const { ends } = listening(world);
      for (const act of ["rotate", "login"]) {
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("a", 1));
        const old = visitor.twin();
        await visitor.visit((session) => perform(session, act));
        world.clock.advance(2 * DAY);
        await old.visit();
      }
      assertSame(ends(), []);
    });

    it("of_a_session_that_two_requests_destroy_at_once_are_one", async () => {
      const world = makeWorld();
      const { ends } = listening(world);
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      const twin = visitor.twin();
      const sessions = [await visitor.open(), await twin.open()];
      for (const session of sessions) session.destroy();
      await Promise.all([visitor.commit(sessions[0]), twin.commit(sessions[1])]);
      assertSame(ends().length, 1);
    });

    itIsStored("of_sessions_under_the_application_s_own_id_are_said_each_time_that_one_was_created", async () => {
      const world = makeWorld();
      const { said } = listening(world);
      const id = `cart ${crypto.randomUUID()}`;
      for (let life = 0; life < 2; life += 1) {
        await world.sessions.create(id, { a: 1 });
        world.clock.advance(MINUTE);
        await world.sessions.delete(id);
        await world.sessions.delete(id);
        world.clock.advance(MINUTE);
      }
      const [{ id: handle }] = said.map(([, detail]) => detail);
      assertSame(said, Array(2).fill([["create", { id: handle }], ["end", { id: handle, reason: "destroyed" }]]).flat());
    });

    itOnStrong("of_a_session_that_two_processes_destroy_at_once_are_one_and_both_cookies_are_deleted", async () => {
      const world = makeWorld();
      const other = world.application();
      const heard = [listening(world), listening(world, other)];
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      const twin = Object.assign(visitor.twin(), { sessions: other });
      const sessions = [await visitor.open(), await twin.open()];
      for (const session of sessions) session.destroy();
      await visitor.commit(sessions[0]);
      await twin.commit(sessions[1]);
      assertSame(heard.flatMap(({ ends }) => ends()).length, 1);
      assertSame([visitor, twin].map(({ sent }) => /Max-Age=0/.test(sent.join())), [true, true]);
    });

    it("fit_what_was_created_over_random_lives_one_end_for_each_session_and_none_before_its_beginning", async () => {
      for (let seed = 1; seed <= 20; seed += 1) {
        const world = makeWorld();
        const { said } = listening(world);
        await randomLives(world, randomFrom(seed));
        assertBalanced(said, seed);
      }
    });
  });

  describe("a listener", () => {
    it("that_is_asynchronous_and_fails_is_reported_and_changes_nothing", async () => {
      const world = makeWorld();
      const fault = new Error("a fault behind an await");
      world.sessions.on("end", async () => {
        await undefined;
        throw fault;
      });
      world.sessions.on("error", async () => {
        throw new Error("a fault in the listener for faults");
      });
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      await visitor.visit((session) => session.destroy());
      for (let turn = 0; turn < 5; turn += 1) await undefined;
      assertSame(world.said("error").map(({ error }) => error === fault), [true]);
      assertSame((await visitor.open()).isNew, true);
    });
  });

  describe("sessions that nobody comes back for", () => {
    const inMemory = (options) => {
      const world = makeWorld();
      const store = world.library.memoryStore({ now: world.clock.now, ...options });
      const sessions = world.application({ store });
      return { world, store, sessions, ...listening(world, sessions) };
    };

    it("end_once_when_they_are_swept_even_if_their_visitors_come_back_after_all", async () => {
      const { world, sessions, ends } = inMemory();
      const visitor = world.visitor(sessions);
      const { id } = await visitor.visit((session) => session.set("a", 1));
      world.clock.advance(25 * HOUR);
      assertSame([await sessions.sweep(), ends()], [1, [{ id, reason: "expired" }]]);
      assertSame(world.said("expire"), [{ id, reason: "swept" }]);
      await visitor.visit();
      await sessions.sweep();
      assertSame([ends().length, world.said("expire").length], [1, 1]);
    });

    it("end_as_well_when_the_store_drops_them_by_itself_while_others_are_written", async () => {
      const { world, sessions, ends } = inMemory();
      const { id } = await world.visitor(sessions).visit((session) => session.set("a", 1));
      world.clock.advance(25 * HOUR);
      await world.visitor(sessions).visit((session) => session.set("a", 1));
      assertSame(ends(), [{ id, reason: "expired" }]);
    });

    it("do_not_end_again_when_what_is_left_of_them_is_swept", async () => {
      const { world, sessions, store, ends } = inMemory();
      for (const act of ["destroy", "logout", "rotate", "login"]) {
        const visitor = world.visitor(sessions);
        await visitor.visit((session) => session.set("a", 1));
        await visitor.visit((session) => perform(session, act));
        await visitor.visit((session) => session.destroy());
      }
      const [before, held] = [ends().length, store.size];
      // Another process, which has not heard of these ends, sweeps them.
      const other = world.application({ store });
      const elsewhere = listening(world, other);
      world.clock.advance(25 * HOUR);
      assertSame([await other.sweep(), held > 4], [held, true]);
      assertSame([ends().length, elsewhere.ends()], [before, []]);
    });

    it("end_before_another_one_begins_under_the_same_id_of_the_application_s_own", async () => {
      const { world, sessions, said } = inMemory();
      for (let life = 0; life < 2; life += 1) {
        await sessions.create("cart 42", { a: 1 }, { lifetime: "10s" });
        world.clock.advance(11 * SECOND); // sooner than the store looks for what has expired
      }
      assertSame(said.map(([name, { reason }]) => reason ?? name), ["create", "expired", "create"]);
    });

    it("are_said_to_be_evicted_where_the_store_was_full", async () => {
      const { world, sessions, ends } = inMemory({ maxEntries: 2 });
      const ids = [];
      for (let n = 0; n < 4; n += 1) {
        ids.push((await world.visitor(sessions).visit((session) => session.set("n", n))).id);
        world.clock.advance(MINUTE);
      }
      assertSame(ends(), ids.slice(0, 2).map((id) => ({ id, reason: "evicted" })));
      assertSame(world.said("expire"), []);
    });

    it("are_asked_about_at_a_sweep_only_if_somebody_listens", async () => {
      const world = makeWorld();
      const asked = [];
      const sweep = (now, dropped) => (asked.push(typeof dropped), 0);
      const store = { consistency: "strong", read: () => [], write: () => true, remove: () => undefined, sweep };
      const sessions = world.library.createSessions({ ...world.options, store });
      await sessions.sweep();
      const stop = sessions.on("end", () => undefined);
      await sessions.sweep();
      stop();
      await sessions.sweep();
      assertSame(asked, ["undefined", "function", "undefined"]);
    });
  });
}

/** Visitors who do all that can be done with a session, old cookies among them; at last time is over for all. */
async function randomLives(world, random) {
  const below = (limit) => Math.floor(random() * limit);
  const browsers = Array.from({ length: 3 }, () => world.visitor());
  const all = [...browsers];
  for (let step = 0; step < 40; step += 1) {
    const visitor = browsers[below(browsers.length)];
    const act = ACTS[below(ACTS.length)];
    if (random() < 0.1) all.push(visitor.twin());
    await visitor.visit(act);
    world.clock.advance(below(10) * MINUTE);
  }
  for (let again = 0; again < 2; again += 1) {
    world.clock.advance(2 * DAY);
    for (const visitor of all) await visitor.visit();
  }
}

const ACTS = [
  (session) => session.set("n", Math.random()),
  (session) => session.get("n"),
  (session) => session.rotate(),
  (session) => session.login("ada"),
  (session) => session.logout(),
  (session) => session.destroy(),
];

/** Each end is that of a session that was created and had not ended; at last none is left. */
function assertBalanced(said, seed) {
  const alive = new Set();
  let sessions = 0;
  for (const [name, { id, previous }] of said) {
    const was = alive.has(id);
    if (name === "create") assert(!was, `seed ${seed}: created twice`);
    if (name === "end") assert(was, `seed ${seed}: an end without a beginning, or a second one`);
    if (previous !== undefined) assert(alive.delete(previous), `seed ${seed}: ${name} of a session that does not live`);
    if (name === "end") alive.delete(id);
    else alive.add(id);
    sessions += name === "create" ? 1 : 0;
  }
  assert(sessions > 3, `seed ${seed}: ${sessions} sessions are too few to show anything`);
  assertSame([...alive], [], `seed ${seed}: never ended:`);
}
