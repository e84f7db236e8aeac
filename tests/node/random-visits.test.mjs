/**
 * What the simulator does with the core, with the whole package: random requests of one visitor, in turn and at once. What
 * was stored is shown again, and nothing else; nobody is signed in or out who was not.
 *
 * A failure prints its seed and what happened: `SEEDS=7 node --test tests/node/random-visits.test.mjs` repeats it.
 */
import { describe, it } from "node:test";
import { createSessions, kvStore, memoryStore } from "edge-session";
import { cookieJar, fakeClock, kvLocations } from "edge-session/testing";
import { perform } from "../conformance/act.js";
import { assert } from "../conformance/assert.js";
import { randomFrom } from "../conformance/random.js";

const SECRET = "6Ftq0oEJQ1xVwZk3m7mHqJc5uUeZb8yqz2rQd1sT4Xo";
const SITE = "https://shop.example/";
const SECOND = 1_000;
/** Until every location shows what was put, at its latest. */
const SHOWN = 150 * SECOND;
const SEEDS = process.env.SEEDS?.split(",").map(Number) ?? Array.from({ length: 10 }, (_, at) => at + 1);
/** What leaves nothing sure of what other requests do at the same time. */
const ENDS = ["login", "logout"];

class World {
  #random;
  clock = fakeClock(Date.now());
  jar = cookieJar({ clock: this.clock });
  told = [];
  #keys = 0;
  /** What must be shown, what may be besides, and who may be signed in. */
  sure = new Map();
  maybe = new Map();
  users = [null];
  /** KV shows what several requests did at once at another location later: until then the visitor stays where they were. */
  stays = { place: "here", until: 0 };

  constructor(seed, isKv) {
    this.#random = randomFrom(seed);
    const { clock } = this;
    const model = { latency: { get: this.below(50), put: this.pick([10, 300, 800]) }, writeGap: this.pick([0, SECOND]), staleness: [0, this.pick([0, 20 * SECOND])] };
    const kv = kvLocations({ clock, seed, ...model });
    const memory = memoryStore({ now: clock.now });
    this.isLarge = this.chance(0.3);
    const options = { clock, secrets: [SECRET], writeInterval: this.pick(["0ms", "1s", "10s"]), globalEpoch: this.chance(0.3) };
    const apply = (place) => createSessions({ ...options, store: isKv ? kvStore(kv.location(place)) : memory });
    this.isKv = isKv;
    this.places = { here: apply("here"), there: apply("there") };
  }

  below(most) {
    return Math.floor(this.#random() * most);
  }
  chance(share) {
    return this.#random() < share;
  }
  pick(list) {
    return list[this.below(list.length)];
  }

  tell(...what) {
    this.told.push(what.join(" "));
  }

  /** Does something while time passes. */
  async run(act) {
    let isDone = false;
    const result = act().finally(() => (isDone = true));
    for (let steps = 0; !isDone && steps < 3_000; steps += 1) await this.clock.elapse(10);
    assert(isDone, "it hangs");
    return result;
  }

  open(place) {
    const cookie = this.jar.header(SITE);
    return this.places[place].open(new Request(SITE, { headers: cookie === null ? {} : { cookie } }), { ctx: { waitUntil() {} } });
  }

  async commit(session, place) {
    this.jar.store(SITE, await this.places[place].commit(session));
  }

  check(session) {
    this.tell("shows", session.user, JSON.stringify([...session].map(([key, value]) => [key, `${value}`.slice(0, 9)])));
    assert(this.users.includes(session.user), `${session.user} is signed in`);
    for (const [key, value] of this.sure) assert(session.stale || session.get(key) === value, `${key} is lost`);
    for (const [key, value] of session) assert([this.sure, this.maybe].some((known) => known.get(key) === value), `${key} came back`);
    if (!session.stale) this.sure = new Map(session);
    this.maybe = new Map();
    this.users = [session.user];
  }

  set(session, known) {
    const [key, value] = [`key${(this.#keys += 1)}`, this.isLarge ? "x".repeat(500 + this.below(2_000)) : this.below(1_000)];
    session.set(key, value);
    known.set(key, value);
  }

  delete(session, known) {
    const key = this.pick([...this.sure.keys()]);
    if (key === undefined) return;
    session.delete(key);
    known.set(key, this.sure.get(key));
    this.sure.delete(key);
  }

  /** What one request does. @param known where it notes what it sets */
  async do(act, session, known) {
    this.tell(`[${this.clock.now() % 10_000_000}]`, act, session.id.slice(0, 6));
    if (act === "set") this.set(session, known);
    else if (act === "delete") this.delete(session, this.maybe);
    else if (act === "save") {
      this.set(session, known);
      await session.save();
      this.set(session, known);
      await this.clock.sleep(this.below(SECOND));
    } else if (act !== "look") perform(session, act);
  }

  /** One request. */
  async visit(place) {
    const session = await this.open(place);
    this.check(session);
    const act = session.isNew ? "set" : this.pick(["look", "set", "set", "save", "delete", "rotate", "login", "logout"]);
    await this.do(act, session, this.sure);
    if (ENDS.includes(act)) this.users = [session.user];
    await this.commit(session, place);
  }

  /** Several requests at once. */
  async visits(place) {
    const first = this.chance(0.4) ? this.pick(["rotate", ...ENDS]) : "set";
    const acts = [first, ...Array.from({ length: 1 + this.below(3) }, () => this.pick(["set", "set", "save", "delete", "look"]))];
    const known = ENDS.includes(first) ? this.maybe : this.sure;
    this.tell("at once:", place, acts.join(" "));
    await Promise.all(
      acts.map(async (act) => {
        await this.clock.sleep(this.below(400));
        const session = await this.open(place);
        await this.clock.sleep(this.below(1_500));
        // What is deleted beside a sign-in may stay.
        await this.do(act, session, known);
        if (ENDS.includes(act)) this.users.push(session.user);
        await this.commit(session, place);
      }),
    );
    if (this.isKv) this.stays = { place, until: this.clock.now() + SHOWN };
  }

  async round() {
    const place = this.clock.now() < this.stays.until ? this.stays.place : this.pick(["here", "there"]);
    const isKnown = this.jar.header(SITE) !== null && this.users.length === 1;
    await this.run(() => (isKnown && this.chance(0.5) ? this.visits(place) : this.visit(place)));
    await this.clock.elapse(this.pick([0, 10, 500, 1_500, 12 * SECOND, SHOWN]));
  }
}

for (const [store, isKv] of [["kvStore on a model of KV", true], ["memoryStore", false]]) {
  describe(`random visits to ${store}`, () => {
    for (const seed of SEEDS) {
      it(`show_what_was_stored_and_nothing_else_with_seed_${seed}`, async () => {
        const world = new World(seed, isKv);
        try {
          for (let rounds = 5 + world.below(20); rounds > 0; rounds -= 1) await world.round();
          await world.run(async () => world.check(await world.open(world.stays.place)));
        } catch (error) {
          error.message += `\n${world.told.join("\n")}`;
          throw error;
        }
      });
    }
  });
}
