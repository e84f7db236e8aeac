import { checkNames } from "../check-names.js";
import { createSessions } from "../sessions.js";
import { memoryStore } from "../stores/memory.js";
import type { Awaitable, Context, HandlerContext, Options, Session, Sessions, Values } from "../types.js";
import { type FakeClock, fakeClock } from "./clock.js";
import { type CookieJar, type Visitor, cookieJar } from "./jar.js";

/** Options of {@link testSessions}: those of `createSessions` that the test is about, and what the handler gets. */
export interface TestSessionsOptions<Env> extends Partial<Omit<Options, "clock">> {
  /** Default: a clock of its own, at 2027-01-01T00:00:00Z. */
  readonly clock?: FakeClock;
  /** What the handler gets as `env`. Default `{}`. */
  readonly env?: Env;
  /** Where the application is; paths are relative to it. Default `https://shop.example/`. */
  readonly url?: string;
}

/** A visitor with a browser's cookies, who knows what the session holds. */
export interface TestVisitor<Data extends object = Values> extends Visitor {
  readonly jar: CookieJar;
  /** The visitor's session as the next request would find it; `null`: there is none. For looking: nothing is sent. */
  session(): Promise<Session<Data> | null>;
}

/** An application under test. */
export interface TestSessions<Env = unknown, Data extends object = Values> {
  readonly sessions: Sessions<Env, Data>;
  readonly clock: FakeClock;
  /** The first visitor. */
  readonly visit: TestVisitor<Data>;
  /** Another visitor, with other cookies. */
  visitor(): TestVisitor<Data>;
  /** Waits for what was left to `ctx.waitUntil`, and for what that left to it. */
  settled(): Promise<void>;
}

/**
 * Sessions in memory, on a clock that stands still, and visitors of `handler`, which is what `sessions.handle` takes. No
 * server, no binding, no secret.
 *
 * @example
 * const { visit, clock } = testSessions(async (request, { session }) => new Response((await session()).user ?? "nobody"));
 * await visit("/");
 * clock.advance(3_600_000);
 *
 * @throws SessionError `config` when an option is wrong
 */
export function testSessions<Env = unknown, Data extends object = Values>(
  handler: (request: Request, context: HandlerContext<Env, Data>) => Awaitable<Response> = () => new Response(null),
  options: TestSessionsOptions<Env> = {},
): TestSessions<Env, Data> {
  const { clock = fakeClock(), env = {} as Env, url = "https://shop.example/", ...given } = options;
  const secrets = [crypto.getRandomValues(new Uint8Array(32))];
  const sessions = createSessions<Data, Env>({ secrets, store: memoryStore({ now: clock.now }), ...given, clock });
  const pending: Promise<unknown>[] = [];
  const ctx: Context = { waitUntil: (promise) => void pending.push(promise) };
  const handle = sessions.handle(handler);

  function visitor(): TestVisitor<Data> {
    const jar = cookieJar({ clock });
    const visit = jar.visitor((request) => handle(request, env, ctx), url);
    const session = () => sessions.open(requestOf(jar, url), { create: false, env, ctx });
    return Object.assign(visit, { jar, session });
  }

  async function settled(): Promise<void> {
    while (pending.length > 0) await pending.shift();
  }

  return { sessions, clock, visit: visitor(), visitor, settled };
}

/** Options of {@link testSession}. */
export interface TestSessionOptions {
  /** Who is signed in. Default: nobody. */
  readonly user?: string;
  /** How strongly, and on what; see `login`. */
  readonly level?: string;
  readonly device?: string;
  /** The values of other namespaces, by name. */
  readonly namespaces?: Readonly<Record<string, Values>>;
  /** Options of `createSessions` that the test is about. */
  readonly options?: TestSessionsOptions<unknown>;
}

/**
 * A visitor's session without a server, as it is when a request begins: with these values in the default namespace. Without
 * values and user, that of a new visitor.
 *
 * @example
 * const session = await testSession({ cart: [{ sku: "A1", qty: 1 }] }, { user: "ada" });
 * assert.equal(total(session), 10);
 *
 * @throws SessionError `value` when a value cannot be stored
 */
export async function testSession<Data extends object = Values>(
  values: Partial<Data> = {},
  testSessionOptions: TestSessionOptions = {},
): Promise<Session<Data>> {
  checkNames("testSession", testSessionOptions, { user: true, level: true, device: true, namespaces: true, options: true });
  const { user, level, device, namespaces = {}, options = {} } = testSessionOptions;
  const { sessions, visit } = testSessions<unknown, Data>(async (_, context) => {
    const session = await context.session();
    session.update(values);
    for (const [name, more] of Object.entries(namespaces)) session.namespace(name).update(more);
    if (user !== undefined) session.login(user, { ...(level !== undefined && { level }), ...(device !== undefined && { device }) });
    return new Response(null);
  }, options);
  await visit("");
  return (await visit.session()) ?? sessions.open({ headers: new Headers() });
}

function requestOf(jar: CookieJar, url: string): { url: string; headers: Headers } {
  const cookie = jar.header(url);
  return { url, headers: new Headers(cookie === null ? {} : { cookie }) };
}
