/** hono-sessions over KV: the store its users write (it ships none), the encryption key its README recommends. */
import { Hono } from "hono";
import { sessionMiddleware } from "hono-sessions";
import { addOne, summary } from "../shop.mjs";
import { bareHono } from "./bare.mjs";

const storeOver = (kv) => ({
  getSessionById: (id) => kv.get(id, "json"),
  createSession: (id, data) => kv.put(id, JSON.stringify(data)),
  persistSessionData: (id, data) => kv.put(id, JSON.stringify(data)),
  deleteSession: (id) => kv.delete(id),
});

export const honoSessions = {
  name: "hono-sessions",
  backing: "KV",
  bare: bareHono,
  open({ kv, secret, newCart }) {
    const app = new Hono();
    app.use(
      sessionMiddleware({
        store: storeOver(kv),
        encryptionKey: secret,
        expireAfterSeconds: 3600,
        autoExtendExpiration: false, // The default, true, makes every read a write.
        cookieOptions: { path: "/", httpOnly: true, secure: true, sameSite: "Lax" },
      }),
    );
    const answer = (change) => (c) => {
      const session = c.get("session");
      const cart = change === "fill" ? newCart() : session.get("cart");
      if (change === "add") addOne(cart);
      if (change !== undefined) session.set("cart", cart);
      return c.text(summary(cart));
    };
    app.put("/cart", answer("fill")).get("/cart", answer()).post("/cart", answer("add"));
    return app.fetch;
  },
};
