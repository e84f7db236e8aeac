/**
 * The test stand for one library and one session size: its handler, the bare handler, and visitors whose cookies the
 * library itself has issued. The same code stands in Node and in the Worker.
 */
import { CookieJar } from "./cookie-jar.mjs";
import { mapKV } from "./map-kv.mjs";
import { addOne, makeCart, summary } from "./shop.mjs";

const SECRET = "2b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfe";
const METHODS = { read: "GET", write: "POST" };

export class Stand {
  #name;
  #transport;
  #bytes;
  #handlers;
  #visitors;
  #writes = 0;

  /** `bytes`: the JSON text of every session. Each batch is one request of each of the `visitors`. */
  constructor(contestant, bytes, visitors) {
    const shop = { newCart: () => makeCart(bytes), kv: mapKV(), secret: SECRET };
    this.#name = `${contestant.name} at ${bytes} bytes`;
    this.#transport = contestant.bare.transport;
    this.#bytes = bytes;
    this.#handlers = { bare: contestant.bare.open(shop), session: contestant.open(shop) };
    // Apart, so that what a library leaves in the cookie after a change does not weigh on the reads.
    const group = () => Array.from({ length: visitors }, () => new CookieJar());
    this.#visitors = { read: group(), write: group() };
  }

  /**
   * Gives every visitor a session and sees that it works: what was stored is read, a change is written, the next read
   * shows it.
   *
   * @throws Error: the library did not do the work it would be timed for.
   */
  async check() {
    for (const visitor of [...this.#visitors.read, ...this.#visitors.write]) {
      await this.#expect(visitor, "PUT", 0);
      await this.#expect(visitor, "GET", 0);
    }
    for (const visitor of this.#visitors.write) {
      await this.#expect(visitor, "POST", 1);
      await this.#expect(visitor, "GET", 1);
    }
    this.#writes = 1;
  }

  /** Sees that every timed write arrived, and that nobody got another's. @throws Error: a write was lost. */
  async verify() {
    for (const visitor of this.#visitors.write) await this.#expect(visitor, "GET", this.#writes);
    for (const visitor of this.#visitors.read) await this.#expect(visitor, "GET", 0);
  }

  /**
   * One request of every reader or writer, one after the other, through the `"bare"` handler or the one with a `"session"`.
   * Gives the times between them, in milliseconds, and `settle`, which looks at the responses and takes their cookies:
   * to be called when no clock runs.
   */
  async batch(kind, side) {
    const handler = this.#handlers[side];
    const exchanges = this.#visitors[kind].map((visitor) => this.#transport.prepare(METHODS[kind], visitor.header));
    const results = new Array(exchanges.length);
    const marks = new Float64Array(exchanges.length + 1);
    marks[0] = performance.now();
    for (let i = 0; i < exchanges.length; i++) {
      results[i] = await this.#transport.perform(handler, exchanges[i]);
      marks[i + 1] = performance.now();
    }
    return { marks, settle: () => this.#settle(kind, side, results) };
  }

  async #settle(kind, side, results) {
    for (const [i, result] of results.entries()) {
      const { status, cookies } = await this.#transport.read(result);
      if (status !== 200) throw new Error(`${this.#name}: a timed ${kind} (${side}) answered ${status}`);
      if (side === "session") this.#visitors[kind][i].adopt(cookies);
    }
    if (kind === "write" && side === "session") this.#writes += 1;
  }

  async #expect(visitor, method, writes) {
    const exchange = this.#transport.prepare(method, visitor.header);
    const result = await this.#transport.perform(this.#handlers.session, exchange);
    const { status, body, cookies } = await this.#transport.read(result);
    visitor.adopt(cookies);
    const expected = this.#summaryAfter(writes);
    if (status !== 200 || body !== expected) {
      throw new Error(`${this.#name}: ${method} answered ${status} "${body}", expected 200 "${expected}"`);
    }
  }

  #summaryAfter(writes) {
    const cart = makeCart(this.#bytes);
    for (let i = 0; i < writes; i++) addOne(cart);
    return summary(cart);
  }
}
