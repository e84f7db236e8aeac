/** What edge-session must reach, stated once, and whether a run shows it. */
import { figureOf } from "./table.mjs";

const BYTES = 900;

/** At least `times` as much as `reference` takes. */
const TARGETS = {
  node: [
    { library: "iron-session", times: 10, reference: "edge-session" },
    { library: "hono-sessions", times: 20, reference: "edge-session" },
    { library: "React Router KV storage", times: 4, reference: "edge-session" },
    { library: "express-session MemoryStore", times: 1, reference: "edge-session memoryStore" },
  ],
  workerd: [
    { library: "iron-session", times: 3, reference: "edge-session" },
    { library: "hono-sessions", times: 3, reference: "edge-session" },
  ],
};

/** One line per target: `met` or `MISSED`, with the ratio seen. */
export function targetLines(runtime, rows) {
  return TARGETS[runtime].flatMap((target) => ["read", "write"].map((kind) => lineOf(target, kind, rows)));
}

function lineOf({ library, times, reference }, kind, rows) {
  const [theirs, ours] = [library, reference].map((name) => figureOf(rows, name, BYTES, kind));
  const ratio = theirs.median / ours.median;
  const verdict = ratio >= times ? "met   " : "MISSED";
  return `${verdict} ${kind} of ${BYTES} bytes: ${library} takes ${ratio.toFixed(1)}x what ${reference} takes (at least ${times}x)`;
}
