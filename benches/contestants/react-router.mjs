/** React Router's session storage on Workers KV, with a signed cookie as its documentation shows. */
import { createWorkersKVSessionStorage } from "@react-router/cloudflare";
import { createCookie } from "react-router";
import { addOne, summary } from "../shop.mjs";
import { bareFetch } from "./bare.mjs";

export const reactRouter = {
  name: "React Router KV storage",
  backing: "KV",
  bare: bareFetch,
  open({ kv, secret, newCart }) {
    const cookie = createCookie("__session", { secrets: [secret], httpOnly: true, secure: true, sameSite: "lax" });
    const { getSession, commitSession } = createWorkersKVSessionStorage({ kv, cookie });
    return async (request) => {
      const session = await getSession(request.headers.get("Cookie"));
      const cart = request.method === "PUT" ? newCart() : session.get("cart");
      if (request.method === "GET") return new Response(summary(cart));
      if (request.method === "POST") addOne(cart);
      session.set("cart", cart);
      return new Response(summary(cart), { headers: { "Set-Cookie": await commitSession(session) } });
    };
  },
};
