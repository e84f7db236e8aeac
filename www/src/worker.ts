import { SessionError, type Context } from "edge-session";
import { administer, isForAdmin } from "./admin.ts";
import { answer } from "./answer.ts";
import { clockOffset, missingSetting, type Env } from "./env.ts";
import { withLedger } from "./metered.ts";
import { apology } from "./respond.ts";

/** The demo: a small stationery shop, and beside it a look into the session of whoever visits it. */
export default {
  async fetch(request: Request, env: Env, ctx: Context): Promise<Response> {
    const missing = missingSetting(env);
    if (missing) return plain(missing);
    return withLedger(clockOffset(env, request), (costs) =>
      (isForAdmin(request) ? administer(request, env) : answer(request, env, ctx, costs)).catch((error: unknown) => failed(request, error)),
    );
  },
};

/** A wrong setting is told to who runs the shop; anything else is logged, and the visitor is asked to come back. */
function failed(request: Request, error: unknown): Response {
  if (error instanceof SessionError && error.code === "config") return plain(error.message);
  console.error(error);
  return apology(request);
}

function plain(sentence: string): Response {
  return new Response(`${sentence}\n`, { status: 500, headers: { "content-type": "text/plain; charset=utf-8" } });
}
