/** @hono/session over KV, after the Workers KV example in its repository. */
import { useSession, useSessionStorage } from "@hono/session";
import { Hono } from "hono";
import { addOne, summary } from "../shop.mjs";
import { bareHono } from "./bare.mjs";

const storageOver = (kv) => (c) => ({
  get: (id) => kv.get(id, "json"),
  set: (id, data) => c.executionCtx.waitUntil(kv.put(id, JSON.stringify(data), { expirationTtl: 2_592_000 })),
  delete: (id) => c.executionCtx.waitUntil(kv.delete(id)),
});

export const honoSession = {
  name: "@hono/session",
  backing: "KV",
  bare: bareHono,
  open({ kv, secret, newCart }) {
    const app = new Hono();
    app.use(useSessionStorage(storageOver(kv)), useSession({ secret, duration: { absolute: 86_400 } }));
    app.put("/cart", async (c) => {
      await c.var.session.update({ cart: newCart() });
      return c.text(summary(c.var.session.data.cart));
    });
    app.get("/cart", async (c) => c.text(summary((await c.var.session.get()).cart)));
    app.post("/cart", async (c) => {
      await c.var.session.update((data) => {
        addOne(data.cart);
        return data;
      });
      return c.text(summary(c.var.session.data.cart));
    });
    return app.fetch;
  },
};
