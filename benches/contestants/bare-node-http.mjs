/** The bare handler for Connect middleware. Apart from the others, for it needs `node:http`. */
import { addOne, summary } from "../shop.mjs";
import * as nodeHttpTransport from "../transports/node-http.mjs";

/** Answers as Express' `res.send` does, with the length known. */
export function send(res, text) {
  res.setHeader("Content-Type", "text/plain; charset=utf-8");
  res.setHeader("Content-Length", Buffer.byteLength(text));
  res.end(text);
}

export const bareNodeHttp = {
  name: "(req, res)",
  transport: nodeHttpTransport,
  open({ newCart }) {
    const cart = newCart();
    return (req, res) => {
      if (req.method === "POST") addOne(cart);
      send(res, summary(cart));
    };
  },
};
