/** Who is measured in every runtime, in the order of the table. edge-session comes first: the ratios are to it. */
import { edgeSession, edgeSessionJustChanged, edgeSessionMemory } from "./edge-session.mjs";
import { honoSession } from "./hono-session.mjs";
import { honoSessions } from "./hono-sessions.mjs";
import { ironSession } from "./iron-session.mjs";
import { reactRouter } from "./react-router.mjs";

export const everywhere = [
  edgeSession,
  edgeSessionJustChanged,
  edgeSessionMemory,
  ironSession,
  honoSessions,
  honoSession,
  reactRouter,
];
