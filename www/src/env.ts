import type { KvBinding } from "./metered.ts";

/** What `wrangler.toml` and `.dev.vars` give the Worker. */
export interface Env {
  /** Where sessions live. */
  readonly SESSIONS: KvBinding;
  /** Seals the cookie: at least 32 random bytes, in base64url. */
  readonly SESSION_SECRET?: string;
  /** Opens the administration: at least 32 random bytes, in base64url. Not set: there is none. */
  readonly ADMIN_TOKEN?: string;
  /**
   * `"1"` lets a request move the clock with the header `x-test-clock`. Only the page's tests set it, on the command
   * line of their own server; it stands in no configuration file, so that no deployment has it.
   */
  readonly TEST_CLOCK?: string;
}

/** What is wrong with the Worker's settings, as one sentence with the remedy; `null`: nothing. */
export function missingSetting(env: Env): string | null {
  if (env.SESSION_SECRET) return null;
  return (
    "SESSION_SECRET is not set, so no session can be sealed: start the shop with `cargo xtask serve`, or put a line " +
    "SESSION_SECRET=<32 random bytes in base64url> into .dev.vars (for a deployment: `wrangler secret put SESSION_SECRET`)."
  );
}

/** How far this request moves the clock, in milliseconds. 0 in production, whatever the request says. */
export function clockOffset(env: Env, request: Request): number {
  if (env.TEST_CLOCK !== "1") return 0;
  const offset = Number(request.headers.get("x-test-clock") ?? 0);
  return Number.isSafeInteger(offset) ? offset : 0;
}
