/**
 * Does a request pay for what it touches, or for what is stored? A session of 100 namespaces of 10 kB, one of them
 * touched, against a session that holds only that one: `node scaling.mjs [--quick]`.
 */
import { createSessions, kvStore, memoryStore } from "edge-session";
import { bareFetch } from "./contestants/bare.mjs";
import { mapKV } from "./map-kv.mjs";
import { measure } from "./measure.mjs";
import { nodeHost } from "./node-host.mjs";
import { save } from "./results.mjs";
import { addOne, summary } from "./shop.mjs";
import { markdown, micros } from "./table.mjs";

const NAMESPACE_BYTES = 10_000;
const NAMESPACES = 100;
const MOST = 5;
const VISITORS = 10;
const TOUCHED = "part-0";
/** KV lends its records here: copying a megabyte in and out is the binding's work, and the same for every library. */
const STORES = { memoryStore: () => memoryStore(), kvStore: () => kvStore(mapKV({ lends: true })) };
const LENGTH = process.argv.includes("--quick") ? { rounds: 10, warmUp: 5 } : { rounds: 60, warmUp: 20 };

/** A shop whose session has `namespaces` carts, of which requests look at one. */
const shopWith = (store, namespaces) => ({
  name: `${store} with ${namespaces}`,
  bare: bareFetch,
  open({ secret, newCart }) {
    const sessions = createSessions({ secrets: [secret], store: STORES[store]() });
    return sessions.handle(async (request, context) => {
      const session = await context.session();
      if (request.method === "PUT") {
        for (let i = 0; i < namespaces; i++) session.namespace(`part-${i}`).data.cart = newCart();
      }
      const { data } = session.namespace(TOUCHED);
      if (request.method === "POST") addOne(data.cart);
      return new Response(summary(data.cart));
    });
  },
});

const host = await nodeHost();
const cells = [];
for (const store of Object.keys(STORES)) {
  for (const namespaces of [1, NAMESPACES]) {
    const id = `${store}/${namespaces}`;
    await host.open(id, shopWith(store, namespaces), NAMESPACE_BYTES, VISITORS);
    for (const kind of ["read", "write"]) cells.push({ id, store, namespaces, kind });
  }
}
const figures = await measure(cells, host.runBatch, LENGTH);
for (const id of new Set(cells.map((cell) => cell.id))) await host.verify(id);

const medianOf = (store, kind, namespaces) =>
  figures[cells.findIndex((cell) => cell.store === store && cell.kind === kind && cell.namespaces === namespaces)].median;
const rows = Object.keys(STORES).flatMap((store) =>
  ["read", "write"].map((kind) => {
    const [one, all] = [medianOf(store, kind, 1), medianOf(store, kind, NAMESPACES)];
    return { store, kind, one, all, ratio: all / one };
  }),
);
const head = ["store", "request", "1 namespace", `${NAMESPACES} namespaces`, "ratio", `at most ${MOST}x`];
const lines = rows.map(({ store, kind, one, all, ratio }) => [
  store, kind, micros(one), micros(all), `${ratio.toFixed(1)}x`, ratio <= MOST ? "met" : "MISSED",
]);
console.log("\n### One namespace of 10 kB touched, microseconds per request over the bare handler\n");
console.log(markdown(head, lines, 2));
await save("scaling", { ...LENGTH, rows });
