import { adminApi } from "edge-session/admin";
import type { Env } from "./env.ts";
import { sessions } from "./sessions.ts";

/** Where the administration's API is. Its page is a file, `www/assets/admin/`: it needs no session. */
const BASE = "/admin/api";

const api = adminApi(sessions, ({ ADMIN_TOKEN = "" }: Env) => ({ token: ADMIN_TOKEN, base: BASE, store: "Workers KV" }));

/** Whether a request is for the administration. */
export function isForAdmin(request: Request): boolean {
  return new URL(request.url).pathname.startsWith(`${BASE}/`);
}

/** What the administration answers; where there is no token for it, there is no administration. */
export async function administer(request: Request, env: Env): Promise<Response> {
  if (env.ADMIN_TOKEN) return api(request, env);
  return new Response("ADMIN_TOKEN is not set, so there is no administration.\n", { status: 404 });
}
