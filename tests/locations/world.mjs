/** Two locations of one Worker, each a workerd of its own, on one model of Workers KV; and visitors who hop between them. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import { cookieJar, fakeClock, kvLocations } from "edge-session/testing";
import { Services } from "./services.mjs";
import { bundle, startWorkerd } from "./workerd.mjs";

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
/** For tests that wait for the Workers to do something: one that does not come is a failure. */
export const PATIENCE = { timeout: 60_000 };
export const LOCATIONS = ["fra", "nrt"];
/** How late KV shows a change, besides its locations' copies. */
export const NETWORKS = {
  where_only_copies_are_old: {},
  where_changes_take_30_seconds_more: { staleness: 30 * SECOND },
  where_locations_do_not_see_their_own_writes: { staleness: [0, 30 * SECOND], ownWrites: false },
};
const SITE = "https://shop.example/";

/** The world of a test file: made before its tests, gone after them. Both locations run the same Worker. */
export function useWorld(worker = "worker.mjs") {
  const world = new World();
  before(() => world.open(worker));
  after(() => world.close());
  return world;
}

class World {
  /** Moves by the tests alone. It starts at the real time, which the Workers' `kvStore` counts lives from. */
  clock = fakeClock(Date.now());
  kv = this.freshKv();
  #services = new Services(this);
  #folder;
  #ports = {};
  #stops = [];

  async open(worker) {
    this.#folder = await mkdtemp(join(tmpdir(), "edge-session-locations-"));
    const services = await this.#services.listen();
    this.#stops.push(() => this.#services.close());
    const modules = await bundle(new URL(worker, import.meta.url), this.#folder);
    const common = { folder: this.#folder, modules, services, secret: randomBytes(32).toString("base64url") };
    for (const location of LOCATIONS) {
      const { port, stop } = await startWorkerd({ ...common, location });
      this.#ports[location] = port;
      this.#stops.unshift(stop);
    }
  }

  async close() {
    for (const stop of this.#stops) await stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Another KV with nothing in it takes the place of the last one. */
  freshKv(options) {
    return (this.kv = kvLocations({ clock: this.clock, ...options }));
  }

  /** Waits until the Workers' calls have made something so. */
  until(isSo) {
    return this.#services.until(isSo);
  }

  /** Somebody with a browser; `options` are those of the sessions of every request made with it. */
  visitor(options = {}) {
    return new Visitor(this, cookieJar({ clock: this.clock }), options);
  }

  /** Lets time pass, and those wake who slept until then. */
  pass(ms) {
    this.clock.advance(ms);
    this.#services.wake();
  }

  /**
   * What comes of something for which time must pass, and how many milliseconds it took. Workers wake in the order of
   * their times, and only here: elsewhere time moves and leaves them asleep, so that nothing runs beside the tests.
   *
   * @param since `0`: everybody who sleeps is woken. Default: who falls asleep from now on
   */
  async sleepingThrough(awaited, since = this.#services.sleeps) {
    const start = this.clock.now();
    let done;
    void awaited.then((answer) => {
      done = { answer };
      this.#services.changed();
    });
    const wakesAt = () => this.#services.wakesAt(since);
    while (done === undefined) {
      const next = wakesAt();
      if (next === Infinity) await this.until(() => done !== undefined || wakesAt() < Infinity);
      else await this.clock.elapse(Math.max(next - this.clock.now(), 0));
      this.#services.wake();
    }
    return { answer: done.answer, took: this.clock.now() - start };
  }

  /** A location's answer to a POST with this body. */
  async send(location, { body, cookie, options }) {
    const headers = { "x-now": this.clock.now(), "x-options": JSON.stringify(options ?? {}), "x-forwarded-proto": "https" };
    const url = `http://127.0.0.1:${this.#ports[location]}/`;
    const response = await fetch(url, { method: "POST", body, headers: { ...headers, ...(cookie && { cookie }) } });
    const calls = Number(response.headers.get("x-kv-calls")); // Some follow the answer: time must not move before them.
    await this.until(() => (this.#services.calls[location] ?? 0) >= calls);
    return response;
  }
}

class Visitor {
  #world;
  #jar;
  #options;

  constructor(world, jar, options) {
    this.#world = world;
    this.#jar = jar;
    this.#options = options;
  }

  /** One request: `{ set, count, act, user }` to the location; gives back its answer. */
  async visit(location, what = {}) {
    const send = async (request) => {
      const cookie = request.headers.get("cookie");
      return this.#world.send(location, { body: await request.text(), cookie, options: this.#options });
    };
    const visit = this.#jar.visitor(send, SITE);
    return (await visit("/", { method: "POST", body: JSON.stringify(what) })).json();
  }

  /** Another browser that holds the same cookies now, and keeps what it is sent from now on: another window, or a thief's. */
  twin() {
    const jar = cookieJar({ clock: this.#world.clock });
    const headers = new Headers();
    for (const { name, value } of this.#jar.cookies()) headers.append("set-cookie", `${name}=${value}; Path=/; Secure`);
    jar.store(SITE, headers);
    return new Visitor(this.#world, jar, this.#options);
  }
}

/** One of a list; `random` as from `randomFrom`. */
export function pick(random, list) {
  return list[Math.floor(random() * list.length)];
}
