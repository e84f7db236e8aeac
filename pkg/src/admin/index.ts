import { checkNames } from "../check-names.js";
import { SessionError } from "../errors.js";
import type { InspectedSession, Sessions, Values } from "../types.js";
import { encodeNamespace, textOf } from "../values.js";
import { answer, failure, failureOf, unauthorized } from "./answers.js";
import { AdminToken } from "./token.js";

/** What {@link adminApi} takes. */
export interface AdminOptions {
  /** Whoever has it may do everything here. At least 32 random bytes in base64url, base64 or hex; `npx edge-session secret` makes one. */
  readonly token: string;
  /** The path under which it answers, without a slash at the end. Default `/admin/api`. */
  readonly base?: string;
  /** What to call the store for who administers it (`"Workers KV"`). Default: nothing. */
  readonly store?: string;
}

/** A session as {@link adminApi} tells it: the values as JSON text has them, what JSON has no word for as `{"$date":0}`. */
export interface AdministeredSession extends Omit<InspectedSession, "values"> {
  readonly values: Readonly<Record<string, unknown>>;
  readonly store: string | null;
}

/**
 * The administration of sessions as an HTTP API: a `fetch` handler for all that is under `base`, behind a bearer token.
 *
 * | request | does | answers |
 * | --- | --- | --- |
 * | `GET /sessions?user=&cursor=&limit=` | lists a page: a user's, or everybody's | `{sessions, cursor?, store}` |
 * | `GET /sessions/HANDLE` | looks at one | {@link AdministeredSession} |
 * | `DELETE /sessions/HANDLE` | ends one | `{ended: 1}` |
 * | `DELETE /sessions?user=&except=HANDLE` | ends a user's | `{ended: null}`: not counted |
 * | `DELETE /sessions?all=true` | ends all | `{ended}`: how many; `null`: not counted |
 *
 * What fails is `{error}` with a code: that of the `SessionError`, `not-found`, `method` or `cross-site`. Without the token,
 * whatever is asked for: 401 and nothing else. Nothing limits how often somebody tries; see `docs/admin.md`.
 *
 * @param options or what makes them of a Worker's `env`, once per `env`
 * @throws `SessionError` code `config` for a token that is too short or a base that is no path: at once, or at the first
 *   request of an `env`
 *
 * @example
 * const admin = adminApi(sessions, (env) => ({ token: env.ADMIN_TOKEN }));
 *
 * export default {
 *   fetch(request, env, ctx) {
 *     const { pathname } = new URL(request.url);
 *     return pathname.startsWith("/admin/api/") ? admin(request, env) : shop(request, env, ctx);
 *   },
 * };
 */
export function adminApi<Env = unknown, Data extends object = Values>(
  sessions: Sessions<Env, Data>,
  options: AdminOptions | ((env: Env) => AdminOptions),
): (request: Request, env?: Env) => Promise<Response> {
  if (typeof options !== "function") {
    const access = new Access(options);
    return (request, env) => access.answer(request, sessions.bind(env as Env));
  }
  const accesses = new WeakMap<object, Access>();
  return async (request, env) => {
    const key: object = typeof env === "object" && env !== null ? env : accesses;
    let access = accesses.get(key);
    if (access === undefined) accesses.set(key, (access = new Access(options(env as Env))));
    return access.answer(request, sessions.bind(env as Env));
  };
}

/** The part of {@link Sessions} that is administered. */
type Administered = Pick<Sessions, "list" | "inspect" | "revoke" | "revokeUser" | "revokeAll">;

const METHODS = ["GET", "HEAD", "DELETE"];

class Access {
  readonly #token: AdminToken;
  readonly #base: string;
  readonly #store: string | null;

  constructor(options: AdminOptions) {
    checkNames("adminApi", options, { token: true, base: true, store: true });
    const { token, base = "/admin/api", store } = options;
    this.#token = new AdminToken(token);
    if (!/^(\/[\w.~-]+)*$/.test(base)) throw new SessionError("config", "base: must be a path such as /admin/api, without a slash at the end");
    this.#base = base;
    this.#store = store ?? null;
  }

  async answer(request: Request, sessions: Administered): Promise<Response> {
    if (!(await this.#token.isIn(request.headers.get("authorization")))) return unauthorized();
    try {
      const response = await this.#route(request, sessions);
      return request.method === "HEAD" ? new Response(null, response) : response;
    } catch (error) {
      return failureOf(error);
    }
  }

  #route(request: Request, sessions: Administered): Promise<Response> | Response {
    const { pathname, searchParams } = new URL(request.url);
    const [path, handle] = /^\/sessions(?:\/([^/]+))?$/.exec(pathname.slice(this.#base.length)) ?? [];
    if (path === undefined || !pathname.startsWith(this.#base)) return failure("not-found");
    if (!METHODS.includes(request.method)) return failure("method", { allow: METHODS.join(", ") });
    const ends = request.method === "DELETE";
    if (ends && !isOwn(request)) return failure("cross-site");
    if (handle === undefined) return ends ? endMany(searchParams, sessions) : this.#list(searchParams, sessions);
    fieldsOf(searchParams, []);
    return ends ? endOne(handle, sessions) : this.#inspect(handle, sessions);
  }

  async #list(query: URLSearchParams, sessions: Administered): Promise<Response> {
    const { limit, ...fields } = fieldsOf(query, ["user", "cursor", "limit"]);
    return answer({ ...(await sessions.list({ ...fields, ...(limit !== undefined && { limit: Number(limit) }) })), store: this.#store });
  }

  async #inspect(handle: string, sessions: Administered): Promise<Response> {
    const found = await sessions.inspect(handle);
    if (found === null) return failure("not-found");
    const values = Object.entries(found.values).map(([name, held]) => [name, JSON.parse(textOf(encodeNamespace(held, name))) as unknown]);
    return answer({ ...found, values: Object.fromEntries(values), store: this.#store } satisfies AdministeredSession);
  }
}

async function endOne(handle: string, sessions: Administered): Promise<Response> {
  return (await sessions.revoke(handle)) ? answer({ ended: 1 }) : failure("not-found");
}

/** Nothing is ended by what was left out: it says whose, or that it is everybody's. */
async function endMany(query: URLSearchParams, sessions: Administered): Promise<Response> {
  const { user, except, all } = fieldsOf(query, ["user", "except", "all"]);
  if (user !== undefined && all === undefined) {
    await sessions.revokeUser(user, except === undefined ? {} : { except });
    return answer({ ended: null });
  }
  if (all === "true" && user === undefined && except === undefined) return answer({ ended: await sessions.revokeAll() });
  return failure("value");
}

/**
 * The fields of a query, each given once and not empty.
 *
 * @throws `SessionError` code `value` for any other: a field with a slip in its name must not widen what is asked for
 */
function fieldsOf<Name extends string>(query: URLSearchParams, names: readonly Name[]): Partial<Record<Name, string>> {
  const fields: Partial<Record<Name, string>> = {};
  for (const [name, value] of query) {
    const known = names.find((one) => one === name);
    if (known === undefined || value === "" || fields[known] !== undefined) throw new SessionError("value", "the query has a field that is unknown, empty or there twice");
    fields[known] = value;
  }
  return fields;
}

/**
 * Whether a request is no other site's. Those cannot bring the token unless they have it; this is the second lock. A page
 * cannot set `Sec-Fetch-Site`; what is no browser does not send it.
 */
function isOwn(request: Request): boolean {
  return ["same-origin", "none", null].includes(request.headers.get("sec-fetch-site"));
}
