/** Requests that meet in one process while puts take their time, and visitors who go on where KV shows less, on the model of KV. */
import { describe, it } from "node:test";
import { createSessions, kvStore } from "edge-session";
import { cookieJar, fakeClock, kvLocations } from "edge-session/testing";
import { assertSame } from "../conformance/assert.js";

const SECRET = "6Ftq0oEJQ1xVwZk3m7mHqJc5uUeZb8yqz2rQd1sT4Xo";
const SITE = "https://shop.example/";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** More than the cookie has room for. */
const LARGE = "x".repeat(5_000);

/** One visitor, and the same application at several locations. */
class World {
  // Stores tell KV a life in seconds from the real time.
  clock = fakeClock(Date.now());
  jar = cookieJar({ clock: this.clock });
  events = [];

  constructor(model, { namespaces, ...options } = {}) {
    this.kv = kvLocations({ clock: this.clock, ...model });
    const apply = (location) =>
      createSessions({
        clock: this.clock, secrets: [SECRET], store: kvStore(this.kv.location(location)), ...options,
        ...(namespaces && { namespaces: namespaces(this.kv.location(location)) }),
      });
    this.places = { here: apply("here"), there: apply("there") };
    for (const event of ["create", "end", "error"]) this.places.here.on(event, () => this.events.push(event));
  }

  /** Does something while time passes. */
  async run(act) {
    let done = false;
    const result = act().finally(() => (done = true));
    for (let steps = 0; !done && steps < 4_000; steps += 1) await this.clock.elapse(10);
    return result;
  }

  open(place = "here") {
    return this.places[place].open(this.request(), { ctx: { waitUntil() {} } });
  }

  request() {
    const cookie = this.jar.header(SITE);
    return new Request(SITE, { headers: cookie === null ? {} : { cookie } });
  }

  async commit(session, place = "here") {
    this.jar.store(SITE, await this.places[place].commit(session));
  }

  visit(act, place = "here") {
    return this.run(async () => {
      const session = await this.open(place);
      const result = await act(session);
      await this.commit(session, place);
      return result;
    });
  }

  /** Requests that were opened together, each of which does something and is committed at its time. */
  together(...requests) {
    return this.run(async () => {
      const start = this.clock.now();
      const sessions = await Promise.all(requests.map(() => this.open()));
      const finish = async ([ms, act], session) => {
        await this.clock.sleep(start + ms - this.clock.now());
        act(session);
        await this.commit(session);
      };
      await Promise.all(requests.map((request, at) => finish(request, sessions[at])));
    });
  }

  see(place) {
    return this.visit((session) => Object.fromEntries(session), place);
  }
}

describe("requests that meet in one process", () => {
  for (const gap of [0, SECOND]) {
    for (const late of [700, 900]) {
      it(`of_which_one_gives_a_new_id_lose_nothing_with_${gap}_ms_between_puts_and_${late}`, async () => {
        const world = new World({ latency: { put: 300 }, writeGap: gap });
        await world.visit((session) => session.set("a", 1));
        await world.clock.elapse(20 * SECOND);
        await world.together([10, (session) => session.rotate()], [100, (session) => session.set("b", 2)], [late, (session) => session.set("c", 3)]);
        await world.clock.elapse(15 * SECOND);
        assertSame([await world.see(), world.events], [{ a: 1, b: 2, c: 3 }, ["create"]]);
      });
    }
  }

  for (const [what, act, left] of [
    ["gives_it_a_new_id_too", (session) => session.rotate(), [null, { a: 1, b: 2 }]],
    ["signs_in", (session) => session.login("ann"), ["ann", { a: 1 }]],
    ["signs_out", (session) => session.logout(), [null, { a: 1 }]],
  ]) {
    it(`and_wait_for_a_new_id_follow_one_after_the_other_where_one_${what}`, async () => {
      const world = new World({ latency: { put: 200 } });
      await world.visit((session) => session.set("a", 1));
      await world.clock.elapse(20 * SECOND);
      const last = what === "gives_it_a_new_id_too" ? (session) => session.set("b", 2) : (session) => session.rotate();
      await world.together([10, (session) => session.rotate()], [20, act], [30, last]);
      for (const wait of [10, 3 * SECOND, MINUTE]) {
        await world.clock.elapse(wait);
        assertSame(await world.visit((session) => [session.user, Object.fromEntries(session)]), left);
      }
    });
  }

  for (const [what, last] of [["a_value", (session) => session.set("c", LARGE)], ["a_new_id", (session) => session.rotate()]]) {
    it(`lose_nothing_of_what_no_cookie_can_carry_where_the_last_brings_${what}`, async () => {
      const world = new World({ latency: { put: 800 }, writeGap: 0 });
      await world.visit((session) => session.set("a", 1));
      await world.clock.elapse(20 * SECOND);
      await world.together([10, (session) => session.set("b", LARGE)], [300, last]);
      await world.clock.elapse(20 * SECOND);
      assertSame(Object.keys(await world.see()).sort(), what === "a_value" ? ["a", "b", "c"] : ["a", "b"]);
    });
  }

  it("lose_nothing_where_a_put_came_too_soon", async () => {
    for (const writeGap of [1_000, 1_200]) {
      const world = new World({ latency: { put: 300 }, writeGap });
      await world.visit((session) => session.set("a", 0));
      await world.clock.elapse(20 * SECOND);
      const start = world.clock.now();
      const change = async (key, opens, commits) => {
        await world.clock.sleep(start + opens - world.clock.now());
        const session = await world.open();
        await world.clock.sleep(start + commits - world.clock.now());
        await world.commit(session.set(key, 1));
      };
      await world.run(() => Promise.all([change("b", 0, 0), change("c", 100, 100), change("d", 1_100, 1_100), change("e", 1_050, 1_400)]));
      await world.clock.elapse(15 * SECOND);
      assertSame(await world.see(), { a: 0, b: 1, c: 1, d: 1, e: 1 });
    }
  });

  for (const writeInterval of ["0ms", "1s"]) {
    it(`do_not_bring_a_session_back_that_one_of_them_ended_at_${writeInterval}`, async () => {
      const world = new World({ latency: { put: 300 }, writeGap: 0 }, { writeInterval });
      await world.visit((session) => session.set("a", 1));
      await world.clock.elapse(90 * SECOND);
      await world.see();
      const old = world.request();
      await world.together([10, (session) => session.destroy()], [100, (session) => session.set("b", 1)]);
      await world.clock.elapse(90 * SECOND);
      assertSame((await world.run(() => world.places.here.open(old))).isNew, true);
    });
  }
});

describe("a visitor who goes on where KV shows less", () => {
  const model = { staleness: 20 * SECOND };

  it("has_all_after_a_new_id_and_a_change", async () => {
    const world = new World(model);
    await world.visit((session) => session.set("cart", 3));
    await world.clock.elapse(3 * MINUTE);
    await world.visit((session) => session.rotate(), "there");
    await world.clock.elapse(2 * SECOND);
    await world.visit((session) => session.set("views", 1), "there");
    await world.clock.elapse(2 * SECOND);
    assertSame(await world.visit((session) => [session.stale, Object.fromEntries(session)]), [false, { cart: 3, views: 1 }]);
  });

  for (const act of ["login", "rotate"]) {
    it(`is_not_said_to_be_behind_after_${act}_where_something_was_deleted_long_ago`, async () => {
      const world = new World(model, { onStale: "fail" });
      await world.visit((session) => session.update({ cart: 3, gone: 1 }));
      await world.clock.elapse(2 * SECOND);
      await world.visit((session) => session.delete("gone"));
      await world.clock.elapse(12 * MINUTE);
      await world.visit((session) => session.set("x", 1), "there");
      await world.clock.elapse(5 * MINUTE);
      await world.visit((session) => session.set("x", 2), "there");
      await world.clock.elapse(5 * MINUTE);
      await world.visit((session) => (act === "login" ? session.login("ada") : session.rotate()), "there");
      await world.clock.elapse(2 * SECOND);
      assertSame(await world.see(), { cart: 3, x: 2 });
    });
  }

  for (const loads of [false, true]) {
    it(`does_not_see_what_was_left_out_of_a_sign_out_in_another_store_${loads ? "loaded" : "not_loaded"}`, async () => {
      const world = new World(model, { namespaces: (kv) => ({ vouchers: { store: kvStore(kv, { prefix: "v/" }) } }) });
      const vouchers = (session) => session.load("vouchers");
      await world.visit(async (session) => (session.login("ann"), (await vouchers(session)).set("code", "ann's")));
      await world.clock.elapse(3 * MINUTE);
      for (const place of ["here", "there"]) await world.visit(async (session) => assertSame((await vouchers(session)).size, 1), place);
      await world.visit(async (session) => {
        if (loads) await vouchers(session);
        session.logout({ keep: false });
      });
      await world.clock.elapse(2 * SECOND);
      await world.visit(async (session) => (session.login("bob"), assertSame((await vouchers(session)).size, 0)), "there");
    });
  }
});
