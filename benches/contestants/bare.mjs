/** The same handlers without any session: what is subtracted from every library's time. */
import { Hono } from "hono";
import { addOne, summary } from "../shop.mjs";
import * as fetchTransport from "../transports/fetch.mjs";

/** For libraries that take a `Request`. */
export const bareFetch = {
  name: "Request to Response",
  transport: fetchTransport,
  open({ newCart }) {
    const cart = newCart();
    return async (request) => {
      if (request.method === "POST") addOne(cart);
      return new Response(summary(cart));
    };
  },
};

/** For Hono middleware: an application with one middleware that does nothing, so that Hono's own price is not charged to them. */
export const bareHono = {
  name: "Hono",
  transport: fetchTransport,
  open({ newCart }) {
    const cart = newCart();
    const app = new Hono().use((_, next) => next());
    app.get("/cart", (c) => c.text(summary(cart)));
    app.post("/cart", (c) => {
      addOne(cart);
      return c.text(summary(cart));
    });
    return app.fetch;
  },
};
