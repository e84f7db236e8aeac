/** iron-session: the whole session in one sealed cookie, through the adapter its README gives for Workers and other Request handlers. */
import { getIronSession, webCookies } from "iron-session";
import { addOne, summary } from "../shop.mjs";
import { bareFetch } from "./bare.mjs";

export const ironSession = {
  name: "iron-session",
  backing: "cookie",
  /** "plan for roughly 3KB of actual data"; `chunk: true` ends at four cookies, which 20 kB sealed do not fit either. */
  maxBytes: 3000,
  bare: bareFetch,
  open({ secret, newCart }) {
    const options = { cookieName: "session", password: secret };
    return async (request) => {
      const headers = new Headers();
      const session = await getIronSession(webCookies(request, headers), options);
      if (request.method === "PUT") session.cart = newCart();
      if (request.method === "POST") addOne(session.cart);
      if (request.method !== "GET") await session.save();
      return new Response(summary(session.cart), { headers });
    };
  },
};
