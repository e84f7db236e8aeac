// A Worker on the strong stores, with the types of its runtime: what `wrangler types` writes fits.
import { createSessions, type SessionEvents } from "edge-session";
import { d1Store } from "edge-session/d1";
import { durableObjectStore, SessionObject } from "edge-session/durable-object";

export { SessionObject };

interface Env {
  DB: D1Database;
  OBJECTS: DurableObjectNamespace<SessionObject>;
  NOTED: DurableObjectNamespace<NotedObject>;
  ENDED: Queue<SessionEvents["end"]>;
  SESSION_SECRET: string;
}

/** Tells a queue of every session that ends. */
export class NotedObject extends SessionObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
  }

  protected override async ended(end: SessionEvents["end"]): Promise<void> {
    await this.env.ENDED.send(end);
  }
}

const inObjects = createSessions((env: Env) => ({
  secrets: [env.SESSION_SECRET],
  store: durableObjectStore(env.OBJECTS.jurisdiction("eu")),
}));
const noted = createSessions((env: Env) => ({ secrets: [env.SESSION_SECRET], store: durableObjectStore(env.NOTED) }));
const inD1 = createSessions((env: Env) => ({ secrets: [env.SESSION_SECRET], store: d1Store(env.DB) }));

export default {
  async fetch(request, env, ctx) {
    for (const sessions of [inObjects, noted, inD1]) {
      const session = await sessions.open(request, { env, ctx });
      session.set("seen", true);
      await sessions.commit(session);
    }
    return new Response("ok");
  },
  scheduled: inD1.scheduled(),
} satisfies ExportedHandler<Env>;

export function sweep(env: Env, controller: ScheduledController): Promise<number> {
  return d1Store(env.DB).sweep(controller.scheduledTime, (key: string) => console.log(key));
}

export function misuse(env: Env): void {
  // @ts-expect-error Durable Objects cannot be listed.
  void durableObjectStore(env.OBJECTS).list("s1:");
  // @ts-expect-error A namespace of objects is no database.
  d1Store(env.OBJECTS);
}
