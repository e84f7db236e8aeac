/** express-session with its own MemoryStore and the two options its README tells everyone to set. */
import session from "express-session";
import { addOne, summary } from "../shop.mjs";
import { bareNodeHttp, send } from "./bare-node-http.mjs";

export const expressSession = {
  name: "express-session MemoryStore",
  backing: "memory",
  bare: bareNodeHttp,
  open({ secret, newCart }) {
    const middleware = session({
      secret,
      resave: false,
      saveUninitialized: false,
      store: new session.MemoryStore(),
      proxy: true, // Workers end TLS before the Worker and say so in X-Forwarded-Proto.
      cookie: { httpOnly: true, secure: true, sameSite: "lax" },
    });
    return (req, res) =>
      middleware(req, res, (error) => {
        if (error) throw error;
        if (req.method === "PUT") req.session.cart = newCart();
        if (req.method === "POST") addOne(req.session.cart);
        send(res, summary(req.session.cart));
      });
  },
};
