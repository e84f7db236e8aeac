/** What the Workers reach besides their visitors: Workers KV as their location sees it, and the test's time to sleep by. */
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { answerKv } from "./kv-service.mjs";

/** Both on one free port of the loopback interface: the header `x-service` says which is meant, `x-location` who asks. */
export class Services {
  #world;
  #server = createServer((request, response) => void this.#answer(request, response));
  #changes = new EventEmitter();
  /** Who sleeps now, by the number of their sleep: when they shall wake, and what wakes them. */
  #sleepers = new Map();
  /** How many sleeps have begun. */
  sleeps = 0;
  /** How many calls of KV have come from each location. */
  calls = {};

  /** @param world `kv`, a model of KV, may be another one at each request; `clock` is what sleeps are measured by */
  constructor(world) {
    this.#world = world;
  }

  async listen() {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this.#server.address().port;
  }

  async close() {
    this.#server.closeAllConnections(); // Calls that hang are still open.
    this.#server.close();
    await once(this.#server, "close");
  }

  /** Waits for the Workers, not for time: until something is so that their calls can change. */
  async until(isSo) {
    while (!isSo()) await once(this.#changes, "change");
  }

  /** Has those look again who wait for something to be so. */
  changed() {
    this.#changes.emit("change");
  }

  /** When the first of those shall wake who fell asleep after so many sleeps; infinite when nobody did. */
  wakesAt(sleeps) {
    return Math.min(...[...this.#sleepers].filter(([number]) => number > sleeps).map(([, { wakesAt }]) => wakesAt));
  }

  /** Wakes everybody whose time has come. */
  wake() {
    const now = this.#world.clock.now();
    for (const [number, { wakesAt, wake }] of this.#sleepers) {
      if (wakesAt > now) continue;
      this.#sleepers.delete(number);
      wake();
    }
  }

  async #answer(request, response) {
    const { method, url, headers } = request;
    const body = await bodyOf(request);
    const { kv } = this.#world;
    const location = headers["x-location"];
    const isOfKv = headers["x-service"] === "kv";
    const answering = isOfKv ? answerKv(kv.location(location), { method, url, headers, body }) : this.#sleep(url, response);
    if (isOfKv) this.calls[location] = (this.calls[location] ?? 0) + 1;
    this.changed();
    const { status, reason, body: answer } = await answering;
    response.writeHead(status, reason).end(answer);
    this.changed();
  }

  /** `/250` is answered with the time, when 250 ms of it have passed and the test has had it woken. */
  async #sleep(url, response) {
    const { clock } = this.#world;
    const number = ++this.sleeps;
    // Also when the Worker does not wait any longer.
    response.once("close", () => this.#sleepers.delete(number));
    await new Promise((wake) => this.#sleepers.set(number, { wakesAt: clock.now() + Number(url.slice(1)), wake }));
    return { status: 200, body: String(clock.now()) };
  }
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return new Uint8Array(Buffer.concat(parts));
}
