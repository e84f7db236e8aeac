import { type Application, applicationOf } from "./application.js";
import { checkNames } from "./check-names.js";
import { Directory } from "./directory.js";
import { SessionError } from "./errors.js";
import { Events } from "./events.js";
import { APPLICATION, THIRD_PARTY } from "./plans.js";
import { checkRequest } from "./request.js";
import { SessionHandle } from "./session.js";
import type { Context, CreateOptions, HandlerContext, InspectedSession, ListOptions, OpenOptions, Options, RequestLike, Session, SessionEvents, SessionList, Sessions, Values } from "./types.js";
import { isObject, isPlainObject } from "./values/plain.js";
import { Visit } from "./visit.js";

/**
 * The sessions of an application.
 *
 * @param options the options, or a function that makes them from a Worker's `env`; it is called once per `env`
 * @throws `SessionError` code `config`, naming every option that is wrong: at once for options, at the first use of an
 *   `env` for a function
 *
 * @example
 * ```ts
 * const sessions = createSessions({ secrets: [process.env.SESSION_SECRET], store: memoryStore() });
 * const session = await sessions.open(request);
 * session.set("color", "red");
 * return sessions.commit(session, new Response("ok"));
 * ```
 */
export function createSessions<Data extends object = Values, Env = unknown>(
  options: Options | ((env: Env) => Options),
): Sessions<Env, Data> {
  const events = new Events();
  if (typeof options !== "function") {
    const application = applicationOf(options, events);
    return new BoundSessions<Env, Data>(events, () => application);
  }
  const applications = new WeakMap<object, Application>();
  return new BoundSessions<Env, Data>(events, (env) => {
    const key: object = isObject(env) ? env : applications;
    let application = applications.get(key);
    if (application === undefined) applications.set(key, (application = applicationOf(options(env as Env), events)));
    return application;
  });
}

class BoundSessions<Env, Data extends object> implements Sessions<Env, Data> {
  readonly #events: Events;
  readonly #applicationOf: (env: Env | undefined) => Application;

  constructor(events: Events, applicationOf: (env: Env | undefined) => Application) {
    this.#events = events;
    this.#applicationOf = applicationOf;
  }

  open(request: RequestLike, options: OpenOptions<Env> & { readonly create: false }): Promise<Session<Data> | null>;
  open(request: RequestLike, options?: OpenOptions<Env>): Promise<Session<Data>>;
  async open(request: RequestLike, options: OpenOptions<Env> = {}): Promise<Session<Data> | null> {
    return this.#handleOf(() => {
      checkNames("open", options, { create: true, fields: true, env: true, ctx: true }, "value");
      checkRequest("open", request);
      const app = this.#applicationOf(options.env);
      const name = app.thirdParty?.(request) ?? "";
      if (typeof name !== "string") throw new SessionError("value", "thirdParty: returns the id at once, a string, or null");
      if (name === "") return Visit.open(app, request, options);
      return Visit.openNamed(app, options.ctx, THIRD_PARTY, name, options.create ?? true);
    });
  }

  async force(token: string, request: RequestLike, options: Omit<OpenOptions<Env>, "create" | "fields"> = {}): Promise<Session<Data> | null> {
    return this.#handleOf(() => {
      checkNames("force", options, { env: true, ctx: true }, "value");
      checkRequest("force", request);
      return Visit.force(this.#applicationOf(options.env), request, typeof token === "string" ? token : "", options.ctx);
    });
  }

  async #handleOf(opening: () => Promise<Visit | null>): Promise<Session<Data> | null> {
    try {
      const visit = await opening();
      return visit && (new SessionHandle(visit) as unknown as Session<Data>);
    } catch (error) {
      throw this.#reported(error);
    }
  }

  async commit(session: Session<Data>, response?: Response): Promise<Response> {
    if (response !== undefined) checkHeaders("commit", response?.headers);
    return marked(await this.#settle(session), response);
  }

  async commitTo(session: Session<Data>, headers: Headers): Promise<void> {
    checkHeaders("commitTo", headers);
    (await this.#settle(session)).mark(headers);
  }

  async flush(session: Session<Data>, response?: Response): Promise<Response> {
    if (response !== undefined) checkHeaders("flush", response?.headers);
    return marked(await this.#forget(session), response);
  }

  async flushTo(session: Session<Data>, headers: Headers): Promise<void> {
    checkHeaders("flushTo", headers);
    (await this.#forget(session)).mark(headers);
  }

  async #forget(session: Session<Data>): Promise<Visit> {
    const visit = await this.#settle(session);
    visit.forget();
    return visit;
  }

  handle(
    handler: (request: Request, context: HandlerContext<Env, Data>) => Response | PromiseLike<Response>,
  ): (request: Request, env: Env, ctx: Context) => Promise<Response> {
    return async (request, env, ctx) => {
      let opened: Promise<Session<Data>> | undefined;
      let wanted = false;
      const session = ((options: { readonly create?: boolean } = {}) => {
        checkNames("session", options, { create: true }, "value");
        const { create = true } = options;
        wanted ||= create;
        opened ??= this.open(request, { env, ctx });
        const found = create ? opened : opened.then((session) => (session.isNew && !wanted ? null : session));
        found.catch(() => undefined); // whoever does not wait for it is not told, and nothing else happens
        return found;
      }) as HandlerContext<Env, Data>["session"];
      const bind = () => this.bind(env);
      const context = { session, env, ctx, get sessions() { return bind(); } };
      const response = await handler(request, context);
      if (opened === undefined) return response;
      // A session that could not be opened has told the handler so; what it answered all the same is its answer.
      const found = await opened.catch(() => undefined);
      return found === undefined || (found.isNew && !wanted) ? response : this.commit(found, response);
    };
  }

  on<E extends keyof SessionEvents>(event: E, listener: (event: SessionEvents[E]) => void): () => void {
    return this.#events.on(event, listener);
  }

  async named<D extends object = Values>(id: string): Promise<Session<D>> {
    return this.#named(id, true) as Promise<Session<D>>;
  }

  peek<D extends object = Values>(id: string): Promise<Session<D> | null> {
    return this.#named(id, false);
  }

  create<D extends object = Values>(id: string, data?: Partial<D>, options?: CreateOptions): Promise<Session<D>>;
  create<D extends object = Values>(data: Partial<D>, options?: CreateOptions): Promise<Session<D>>;
  async create(...parameters: unknown[]): Promise<Session<never>> {
    const given = typeof parameters[0] === "string" ? parameters : [crypto.randomUUID(), ...parameters];
    const [id, data = {}, options = {}] = given as [string, Values?, CreateOptions?];
    checkNames("create", options, { lifetime: true }, "value");
    const { lifetime } = options;
    if (!isPlainObject(data)) throw new SessionError("value", "create: takes an id, a string, which may be left out, and a plain object of values");
    const session = (await this.#named(id, true)) as unknown as SessionHandle;
    session.update(data);
    if (lifetime === undefined) session.start();
    else session.live(lifetime);
    await session.save();
    return session as unknown as Session<never>;
  }

  async delete(ids: string | readonly string[]): Promise<void> {
    const all: readonly string[] = Array.isArray(ids) ? ids : [ids];
    for (const id of all) checkId(id);
    const end = async (id: string) => {
      const session = await this.#named(id, false);
      session?.destroy();
      await session?.save();
    };
    await Promise.all(all.map(end));
  }

  async #named<D extends object>(id: string, create: boolean): Promise<Session<D> | null> {
    return this.#perform(async (_, app) => {
      checkId(id);
      const visit = await Visit.openNamed(app, undefined, APPLICATION, id, create);
      return visit && (new SessionHandle(visit) as unknown as Session<D>);
    });
  }

  list(options: ListOptions = {}): Promise<SessionList> {
    return this.#perform(async (directory) => directory.list(options));
  }

  inspect(handle: string): Promise<InspectedSession | null> {
    return this.#perform((directory) => directory.inspect(handle));
  }

  revoke(handle: string): Promise<boolean> {
    return this.#perform((directory) => directory.revoke(handle));
  }

  revokeUser(user: string, options: { readonly except?: string } = {}): Promise<void> {
    return this.#perform(async (directory) => {
      checkNames("revokeUser", options, { except: true }, "value");
      await directory.revokeUser(user, options.except ?? "");
    });
  }

  revokeAll(): Promise<number | null> {
    return this.#perform((directory) => directory.revokeAll());
  }

  sweep(): Promise<number> {
    return this.#perform(async (_, { records, parts }) => {
      let swept = await records.sweep();
      for (const part of parts.values()) swept += await part.records.sweep();
      return swept;
    });
  }

  scheduled(): (controller: unknown, env: Env, ctx: Context) => Promise<void> {
    return async (_, env, ctx) => {
      const swept = this.bind(env).sweep();
      ctx.waitUntil(swept);
      await swept;
    };
  }

  bind(env: Env): Sessions<Env, Data> {
    const application = this.#applicationOf(env);
    return new BoundSessions<Env, Data>(this.#events, () => application);
  }

  async #settle(session: Session<Data>): Promise<Visit> {
    const visit = SessionHandle.visitOf(session);
    if (visit === undefined) throw new SessionError("config", "commit: this is no session that was opened here");
    try {
      await (session as unknown as SessionHandle).settle();
      return visit;
    } catch (error) {
      throw this.#reported(error);
    }
  }

  async #perform<T>(perform: (directory: Directory, app: Application) => Promise<T>): Promise<T> {
    const app = this.#applicationOf(undefined);
    try {
      return await perform(new Directory(app), app);
    } catch (error) {
      throw this.#reported(error);
    }
  }

  #reported(error: unknown): unknown {
    this.#events.report(error);
    return error;
  }
}

/** @throws `SessionError` code `value` for what is no id of a session of the application's own */
function checkId(id: unknown): void {
  if (typeof id !== "string" || id === "") throw new SessionError("value", "an id is a string of at least one character");
}

/** Asked before the session is written. @throws `SessionError` code `value` for what nothing can be sent with */
function checkHeaders(what: string, headers: Headers | undefined): void {
  if (typeof headers?.append !== "function") throw new SessionError("value", `${what}: the headers that the cookie is to go into are missing`);
}

function marked(visit: Visit, response: Response = new Response(null)): Response {
  try {
    visit.mark(response.headers);
    return response;
  } catch {
    // The headers of a response from `fetch` cannot be changed; a copy around the same body can.
    const copy = new Response(response.body, response);
    visit.mark(copy.headers);
    return copy;
  }
}
