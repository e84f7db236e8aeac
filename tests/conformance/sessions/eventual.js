import { assert, assertFails, assertSame } from "../assert.js";
import { MINUTE, SECOND } from "./world.js";

/** What a store that shows changes late cannot take from a visitor. */
export function eventualSuite({ describe, it }, { makeWorld }) {
  describe("on an eventually consistent store", () => {
    it("a_record_that_does_not_show_yet_never_loses_a_visitors_own_changes", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      world.store.fail("read", { how: () => [null] });
      await visitor.visit((session) => session.set("a", 1).login("ada"));
      await visitor.visit((session) => assertSame([session.get("a"), session.user, session.isNew], [1, "ada", false]));
      await visitor.visit((session) => session.set("b", 2));
      await visitor.visit((session) => session.namespace("cart").set("n", 3));
      world.store.heal();
      await visitor.visit((session) => {
        assertSame([session.get("a"), session.get("b"), session.path("cart/n"), session.user], [1, 2, 3, "ada"]);
      });
    });

    it("an_older_record_never_takes_a_visitor_back", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: "old" });
      const old = await world.store.read([`s1:${(await visitor.open()).id}`]);
      await visitor.visit((session) => session.set("a", "new").set("b", 1));
      world.store.fail("read", { how: () => old });
      await visitor.visit((session) => assertSame([session.get("a"), session.get("b")], ["new", 1]));
      await visitor.visit((session) => session.delete("b"));
      await visitor.visit((session) => assertSame([session.get("a"), session.has("b")], ["new", false]));
    });

    it("a_store_that_fails_is_done_without_while_the_cookie_carries_everything", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      world.store.fail("read");
      assertSame(await visitor.see("a"), 1);
      assertSame(world.said("error").length, 1);
      world.store.heal();
      world.clock.advance(3 * MINUTE);
      await visitor.visit();
      world.store.fail("read");
      await assertFails(() => visitor.open(), "store");
    });

    it("the_response_does_not_wait_for_a_put_that_the_cookie_covers", async () => {
      const world = makeWorld();
      const { ctx, work } = context();
      const release = gate(world.store);
      const visitor = world.visitor();
      const session = await visitor.open({ ctx });
      await visitor.commit(session.set("a", 1));
      assertSame([visitor.sent.length, work.length], [1, 1]);
      assertSame(await cost(world, 0), "0 write");
      release();
      await Promise.all(work);
      assertSame(await cost(world, 0), "1 write");
    });

    for (const [name, act] of Object.entries(AWAITED)) {
      it(`the_response_waits_for_the_put_of_${name}`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: 1 });
        const { ctx, work } = context();
        const release = gate(world.store);
        const session = await visitor.open({ ctx });
        act(session);
        let done = false;
        const committing = visitor.commit(session).then(() => (done = true));
        await settled();
        assert(!done && work.length === 0, "it did not wait");
        release();
        await committing;
      });
    }

    it("a_burst_of_changes_costs_one_put_at_once_and_one_at_the_end_of_the_interval", async () => {
      const world = makeWorld({ writeInterval: "10s" });
      const visitor = await world.regular({ n: 0 });
      const { ctx, work } = context();
      const before = world.log.length;
      const spent = await world.cost(async () => {
        for (let n = 1; n <= 9; n += 1) {
          const session = await visitor.open({ ctx });
          await visitor.commit(session.set("n", n));
          world.clock.advance(SECOND);
        }
        await settled();
      });
      assertSame(spent, "9 read, 1 write");
      world.clock.advance(SECOND);
      await Promise.all(work);
      assertSame(await cost(world, before), "2 write");
      world.clock.advance(5 * MINUTE);
      await visitor.visit(); // by now the cookie carries nothing
      assertSame(await visitor.see("n"), 9);
    });

    it("two_requests_of_one_process_both_survive_though_the_store_shows_neither", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 0, b: 0 });
      const old = await world.store.read([`s1:${(await visitor.open()).id}`]);
      const [one, two] = [await visitor.open(), await visitor.open()];
      world.store.fail("read", { how: () => old });
      await visitor.twin().commit(one.set("a", 1));
      await visitor.commit(two.set("b", 2));
      await visitor.visit((session) => assertSame([session.get("a"), session.get("b")], [1, 2]));
    });

    it("a_put_that_is_refused_as_one_too_many_is_tried_again_and_nobody_sees_it", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      const refused = Object.assign(new Error("KV PUT failed: 429 Too Many Requests"), { retryable: true });
      for (const nth of [1, 2]) {
        world.store.fail("write", { nth, how: () => { throw refused; } });
      }
      const { ctx, work } = context();
      const session = await visitor.open({ ctx });
      await visitor.commit(session.set("a", 1));
      for (let second = 0; second < 6; second += 1) {
        await settled();
        world.clock.advance(SECOND);
      }
      await Promise.all(work);
      assertSame([await cost(world, 0), world.said("error")], ["1 write", []]);
    });

    for (const act of ["logout", "destroy"]) {
      it(`a_save_from_elsewhere_that_has_not_seen_the_${act}_does_not_bring_a_signed_in_session_back`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ a: 1 });
        await visitor.visit((session) => session.login("ada"));
        world.clock.advance(3 * MINUTE);
        await visitor.visit();
        const thief = visitor.twin();
        thief.sessions = world.application(); // another process, which remembers nothing of this one
        const [key] = [`s1:${(await visitor.open()).id}`];
        const [alive] = await world.store.read([key]);
        await visitor.visit((session) => session[act]());
        await world.store.write(key, alive.bytes, { expiresAt: world.clock.now() + 60 * MINUTE });
        world.hush();
        assert((await thief.open()).isNew, "the session lives on");
        assertSame(world.said("reject"), [{ reason: "ended" }]);
      });
    }

    it("a_put_that_lost_a_comparison_after_the_response_is_decided_anew_and_neither_change_is_lost", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ a: 1 });
      const { ctx, work } = context();
      const session = await visitor.open({ ctx });
      await visitor.twin().visit((other) => other.set("b", 2));
      world.store.resetCounts();
      world.store.fail("write", { nth: 1, how: () => false });
      await visitor.commit(session.set("c", 3));
      for (let second = 0; second < 6; second += 1) {
        await settled();
        world.clock.advance(SECOND);
      }
      await Promise.all(work);
      const [stored] = await world.store.read([`s1:${session.id}`]);
      const text = new TextDecoder("latin1").decode(stored.bytes);
      assert(text.includes('"b"') && text.includes('"c"'), "one of them never reached the store");
    });

    it("an_older_record_is_an_error_where_the_application_wants_that", async () => {
      const world = makeWorld({ onStale: "fail" });
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      const old = await world.store.read([`s1:${(await visitor.open()).id}`]);
      await visitor.visit((session) => session.set("a", "x".repeat(10_000)));
      world.store.fail("read", { how: () => old });
      visitor.sessions = world.application({ onStale: "fail" });
      await assertFails(() => visitor.open(), "stale");
    });
  });
}

/** What must be in the store before the visitor hears of it. */
const AWAITED = {
  a_login: (session) => session.login("ada"),
  a_logout: (session) => session.logout(),
  a_rotation: (session) => session.rotate(),
  the_end: (session) => session.destroy(),
  what_does_not_fit_the_cookie: (session) => session.set("a", "x".repeat(10_000)),
};

/** A Worker's context, and what was left to it. */
function context() {
  const work = [];
  return { ctx: { waitUntil: (promise) => work.push(promise) }, work };
}

/** From now on writes wait until they are released. */
function gate(store) {
  let release;
  const open = new Promise((resolve) => (release = resolve));
  const { write } = store;
  store.write = async (...args) => {
    await open;
    return write.apply(store, args);
  };
  return release;
}

/** Everything has run that needs no time to pass. */
function settled() {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

async function cost({ log }, from) {
  return `${log.slice(from).filter(({ kind }) => kind === "write").length} write`;
}
