/** edge-session, over the shared KV and over its own memory store. */
import { createSessions, kvStore, memoryStore } from "edge-session";
import { addOne, summary } from "../shop.mjs";
import { bareFetch } from "./bare.mjs";

const TEN_MINUTES_MS = 600_000;
const sleep = () => new Promise(() => {}); // Only for the time limit of store calls, which nothing here exceeds.
const tenMinutesAgo = { now: () => Date.now() - TEN_MINUTES_MS, sleep };
/** Stops at its first use: outside a request, a Worker has no time. */
const stopped = { now: () => (stoppedAtMs ??= Date.now()), sleep };
let stoppedAtMs;

/**
 * Every change is put at once, as all others do: by default several within a second would share one put.
 *
 * The carts are filled by the first clock, and read and changed by the second.
 */
function openShop(store, { secret, newCart }, fillClock, clock) {
  const handlerAt = (time) =>
    createSessions({ secrets: [secret], store, writeInterval: 0, ...(time && { clock: time }) }).handle(async (request, { session }) => {
      const { data } = await session();
      if (request.method === "PUT") data.cart = newCart();
      if (request.method === "POST") addOne(data.cart);
      return new Response(summary(data.cart));
    });
  const [fill, serve] = [handlerAt(fillClock), handlerAt(clock)];
  return (request, env, ctx) => (request.method === "PUT" ? fill : serve)(request, env, ctx);
}

/** Visitors who read filled their carts ten minutes ago: KV shows that everywhere, so their cookies no longer carry it. */
export const edgeSession = {
  name: "edge-session",
  backing: "KV",
  bare: bareFetch,
  open: (shop) => openShop(kvStore(shop.kv), shop, tenMinutesAgo),
};

/** The same just after a change: for two minutes the cookie carries it, since KV may not show it yet. */
export const edgeSessionJustChanged = {
  name: "edge-session just changed",
  backing: "KV",
  bare: bareFetch,
  open: (shop) => openShop(kvStore(shop.kv), shop, stopped, stopped),
};

export const edgeSessionMemory = {
  name: "edge-session memoryStore",
  backing: "memory",
  bare: bareFetch,
  open: (shop) => openShop(memoryStore(), shop),
};
