/** The benchmark inside workerd: one HTTP request makes one batch. The clock is outside, see host.mjs. */
import { everywhere } from "../contestants/index.mjs";
import { Stand } from "../stand.mjs";
import { expressSessionBridged } from "./express-session.mjs";

const contestants = [...everywhere, expressSessionBridged];
const stands = new Map();
let settling = Promise.resolve();

const actions = {
  /** Opens a stand and checks its library. */
  async open({ id, library, bytes, visitors }) {
    const contestant = contestants.find(({ name }) => name === library);
    const stand = new Stand(contestant, Number(bytes), Number(visitors));
    await stand.check();
    stands.set(id, stand);
  },
  /** One batch. The responses are looked at after the answer is out, so that this is not timed. */
  async batch({ id, kind, side }, ctx) {
    const { settle } = await stands.get(id).batch(kind, side);
    settling = scheduler.wait(1).then(settle);
    ctx.waitUntil(settling.catch(() => {}));
  },
  /** Answers when nothing is left to do; fails with what the last batch was found to have done wrong. */
  idle: () => settling,
  verify: ({ id }) => stands.get(id).verify(),
};

export default {
  async fetch(request, _env, ctx) {
    const { pathname, searchParams } = new URL(request.url);
    try {
      await actions[pathname.slice(1)](Object.fromEntries(searchParams), ctx);
      return new Response("done");
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
