// The Worker that runs at every location: a request says what to do with its session, the answer says what is in it. It goes
// by the test's time, which a request brings along and which it can sleep by.
import { createSessions, kvStore } from "edge-session";

let now = 0;
/** How many calls of KV have begun here. */
let calls = 0;
const applications = new Map();

/** Sleeping is a request to the test, so that it is a Worker's I/O like any other. */
function clockOf(env) {
  return {
    now: () => now,
    async sleep(ms) {
      const response = await env.TIME.fetch(`http://time/${ms}`);
      reach(Number(await response.text()));
    },
  };
}

function counted(kv) {
  const counting = (operation) => (...parameters) => {
    calls += 1;
    return kv[operation](...parameters);
  };
  return Object.fromEntries(["get", "getWithMetadata", "put", "delete", "list"].map((operation) => [operation, counting(operation)]));
}

/** The answer says which calls have begun by then: the test sees to it that they are made at the time of the request. */
async function withCalls(response) {
  await new Promise((next) => setTimeout(next)); // What follows the answer begins in the same turn.
  response.headers.set("x-kv-calls", String(calls));
  return response;
}

/** The test's time never goes back, but the answers that tell it may overtake one another. */
function reach(time) {
  now = Math.max(now, time);
}

/** The application with these options, which a request brings along as JSON. */
function applicationOf(options) {
  let application = applications.get(options);
  if (application === undefined) {
    const sessions = createSessions((env) => ({
      secrets: [env.SESSION_SECRET], store: kvStore(counted(env.KV)), clock: clockOf(env), ...JSON.parse(options),
    }));
    applications.set(options, (application = sessions.handle(answer)));
  }
  return application;
}

async function answer(request, { session }) {
  const visitor = await session();
  const { set = {}, count, act, ...parameters } = await request.json();
  if (act) visitor[act](parameters.user);
  else visitor.update(set);
  if (count) visitor.set(count, (visitor.get(count) ?? 0) + 1);
  const ended = act === "destroy";
  const { id, user, isNew, stale } = visitor.toJSON();
  return Response.json({ id, user, isNew, stale, data: ended ? {} : Object.fromEntries(visitor) });
}

export default {
  async fetch(request, env, ctx) {
    reach(Number(request.headers.get("x-now")));
    try {
      return await withCalls(await applicationOf(request.headers.get("x-options") ?? "{}")(request, env, ctx));
    } catch (error) {
      return withCalls(Response.json({ error: error.code, message: String(error.cause ?? error) }, { status: 503 }));
    }
  },
};
