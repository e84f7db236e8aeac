// A Worker: the types of its runtime and no DOM. `Env` is given, or found from the function that makes the options.
import { createSessions, kvStore } from "edge-session";
import { type AdministeredSession, adminApi } from "edge-session/admin";
import { sessionHtml } from "edge-session/html";

interface Env {
  SESSIONS: KVNamespace;
  SESSION_SECRET: string;
  ADMIN_TOKEN: string;
}

const sessions = createSessions((env: Env) => ({ secrets: [env.SESSION_SECRET], store: kvStore(env.SESSIONS) }));

const typed = createSessions<{ visits: number }, Env>((env) => ({
  secrets: [env.SESSION_SECRET],
  store: kvStore(env.SESSIONS, { prefix: "sessions/", cacheTtl: 60 }),
  lifetime: "aal1",
}));

const admin = adminApi(typed, (env) => ({ token: env.ADMIN_TOKEN, store: "Workers KV" }));

export async function cartOf(request: Request, env: Env): Promise<unknown> {
  const inspected = await typed.bind(env).inspect("handle");
  const answered: AdministeredSession = await (await admin(request, env)).json();
  return inspected?.values["shop.cart"]?.["items"] ?? answered.values["shop.cart"];
}

const countVisits = typed.handle(async (_request, { session, env, ctx }) => {
  const visitor = await session();
  const visits: number = (visitor.get("visits") ?? 0) + 1;
  visitor.set("visits", visits);
  ctx.waitUntil(env.SESSIONS.put("visits", String(visits)));
  return new Response(String(visits));
});

const page = typed.handle(async (request, { session }) => {
  const known = await session({ create: false });
  return known === null ? sessionHtml(await fetch(request.url), session) : sessionHtml(await fetch(request.url), known, { HTMLRewriter });
});

export default {
  fetch: sessions.handle(async (request, { session, env, ctx }) => {
    if (new URL(request.url).pathname === "/visits") return countVisits(request, env, ctx);
    if (new URL(request.url).pathname === "/page") return page(request, env, ctx);
    const visitor = await session();
    visitor.login("ada", { level: "aal2", keep: ["cart"] });
    return new Response(visitor.user);
  }),
  async scheduled(_controller, env) {
    await sessions.bind(env).open({ headers: {} }, { create: false });
  },
} satisfies ExportedHandler<Env>;
