/** The requests of the memory test: every way through the library, each of them also with a handler that throws. */
import { createSessions, kvStore, memoryStore } from "edge-session";
import { CookieJar } from "./cookie-jar.mjs";
import { mapKV } from "./map-kv.mjs";
import { addOne, makeCart } from "./shop.mjs";
import { perform, prepare, read } from "./transports/fetch.mjs";

const SECRET = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
const VISITORS = 100;
const FORGED = new CookieJar();
FORGED.adopt([`__Host-session=${"A".repeat(200)}`]);

/** What the handler does with the session, by the path of the request. */
const DEEDS = {
  read: (session) => session.data.cart?.items.length,
  write: ({ data }) => addOne((data.cart ??= makeCart(900))),
  login: (session) => session.login("user-1"),
  destroy: (session) => session.destroy(),
};

/** Each visit: the store, who comes, and what the handler does. New visitors only where the store is bounded. */
const VISITS = [
  { store: "kv", visitor: "known", deed: "read" },
  { store: "kv", visitor: "known", deed: "write" },
  { store: "memory", visitor: "known", deed: "read" },
  { store: "memory", visitor: "known", deed: "write" },
  { store: "memory", visitor: "known", deed: "login" },
  { store: "memory", visitor: "new", deed: "write" },
  { store: "memory", visitor: "forged", deed: "read" },
  { store: "memory", visitor: "new", deed: "destroy" },
];

class Intended extends Error {}

/** Gives `run(count)`: makes that many requests, half of which throw. `@throws Error`: another number failed than should. */
export function openLoad() {
  const handlers = { kv: handlerOver(kvStore(mapKV())), memory: handlerOver(memoryStore({ maxEntries: 1000 })) };
  const known = {
    kv: Array.from({ length: VISITORS }, () => new CookieJar()),
    memory: Array.from({ length: VISITORS }, () => new CookieJar()),
  };
  let made = 0;

  async function visit(number) {
    const { store, visitor, deed } = VISITS[number % VISITS.length];
    const throws = Math.floor(number / VISITS.length) % 2 === 1;
    const jars = { known: known[store][Math.floor(number / 16) % VISITORS], forged: FORGED, new: new CookieJar() };
    const request = prepare("POST", jars[visitor].header);
    request.intent = { deed: DEEDS[deed], throws };
    const response = await perform(handlers[store], request);
    const { cookies } = await read(response);
    if (visitor === "known") jars.known.adopt(cookies);
  }

  return async function run(count) {
    let thrown = 0;
    for (const end = made + count; made < end; made++) {
      try {
        await visit(made);
      } catch (error) {
        if (!(error instanceof Intended)) throw error;
        thrown += 1;
      }
    }
    if (thrown !== count / 2) throw new Error(`${thrown} of ${count} requests threw, expected half`);
  };
}

function handlerOver(store) {
  const sessions = createSessions({ secrets: [SECRET], store });
  return sessions.handle(async (request, context) => {
    const { deed, throws } = request.intent;
    deed(await context.session());
    if (throws) throw new Intended("the handler failed");
    return new Response("ok");
  });
}
