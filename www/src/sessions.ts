import { createSessions, kvStore } from "edge-session";
import type { Env } from "./env.ts";
import { ledger, metered } from "./metered.ts";

/** How long a visit lasts: long enough to choose a pen, short enough to watch a session end. */
export const LIFETIME = { idle: "30m", absolute: "12h" } as const;

/** The shop's sessions: on Workers KV, with every read and write counted for the inspector. */
export const sessions = createSessions((env: Env) => ({
  secrets: [env.SESSION_SECRET ?? ""],
  store: kvStore(metered(env.SESSIONS)),
  lifetime: LIFETIME,
  // Who runs the shop may see what is in a cart, and not what somebody looked at or prefers.
  namespaces: { "shop.cart": { inspectable: true } },
  clock: { now, sleep },
}));

/** The time as this request sees it, in milliseconds since 1970. */
export function now(): number {
  return Date.now() + (ledger()?.clockOffset ?? 0);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// The inspector shows what happened to the session during a request. Values never appear here, only names.
for (const event of ["create", "login", "logout", "rotate", "destroy", "stale", "conflict"] as const) {
  sessions.on(event, () => ledger()?.events.push(event));
}
sessions.on("expire", ({ reason }) => ledger()?.events.push(`expire ${reason}`));
sessions.on("reject", ({ reason }) => ledger()?.events.push(`reject ${reason}`));
