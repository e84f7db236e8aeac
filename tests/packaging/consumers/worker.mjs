import { cookieStore, createSessions, memoryStore } from "edge-session";
import { d1Store } from "edge-session/d1";
import { durableObjectStore } from "edge-session/durable-object";
import { shop } from "./shop.mjs";

export { SessionObject } from "edge-session/durable-object";

const visitTwice = shop(createSessions, memoryStore());

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/cookie") return new Response(await shop(createSessions, cookieStore())());
    if (pathname === "/d1") return new Response(await shop(createSessions, d1Store(env.DB))());
    if (pathname === "/objects") return new Response(await shop(createSessions, durableObjectStore(env.OBJECTS))());
    return new Response(await visitTwice());
  },
};
