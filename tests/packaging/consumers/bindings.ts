// The strong stores without any types of a runtime: the package's own say what a binding must have.
import { createSessions, type Store } from "edge-session";
import { type D1Binding, d1Store } from "edge-session/d1";
import { durableObjectStore, SessionObject, type SessionObjects } from "edge-session/durable-object";

interface Env {
  DB: D1Binding;
  OBJECTS: SessionObjects;
  SESSION_SECRET: string;
}

export class NotedObject extends SessionObject<Env> {
  protected override ended(end: { readonly id: string }): void {
    console.log(end.id);
  }
}

const storeOf = (env: Env, strong: boolean): Store => (strong ? durableObjectStore(env.OBJECTS) : d1Store(env.DB));

export const sessions = createSessions((env: Env) => ({ secrets: [env.SESSION_SECRET], store: storeOf(env, true) }));
