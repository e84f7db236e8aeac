import { CommandFailure } from "./failures.js";

/** What to say of an answer that is no success, by its code. */
const FAULTS = {
  "not-found": "nothing lives under this handle",
  value: "the server does not take that: a handle is 43 characters of base64url, as listed",
  store: "the server's store failed; try again",
  config: "the server's store cannot do that",
};

/** The HTTP API of `edge-session/admin`. Each call gives back the answer's JSON, or throws a `CommandFailure`. */
export class AdminApi {
  #base;
  #token;

  constructor({ base, token }) {
    this.#base = base;
    this.#token = token;
  }

  /** Page after page, until there are `limit` sessions or no more. */
  async list({ user, limit, cursor }) {
    const found = { sessions: [], cursor };
    do {
      const query = fields({ user, limit: String(limit - found.sessions.length), cursor: found.cursor });
      const page = await this.#ask("GET", `/sessions?${query}`);
      if (!Array.isArray(page.sessions)) throw foreign();
      found.sessions.push(...page.sessions);
      found.cursor = page.cursor;
    } while (found.cursor !== undefined && found.sessions.length < limit);
    return found;
  }

  inspect(handle) {
    return this.#ask("GET", pathOf(handle));
  }

  end(handle) {
    return this.#ask("DELETE", pathOf(handle));
  }

  endUser(user, except) {
    return this.#ask("DELETE", `/sessions?${fields({ user, except })}`);
  }

  endAll() {
    return this.#ask("DELETE", "/sessions?all=true");
  }

  async #ask(method, path) {
    const response = await this.#fetch(method, path);
    if (response.status === 401) throw new CommandFailure("the server does not take this token");
    const answer = await response.json().catch(() => undefined);
    if (typeof answer !== "object" || answer === null) throw foreign(response.status);
    if (response.ok) return answer;
    const { error } = answer;
    if (typeof error !== "string") throw foreign(response.status);
    throw new CommandFailure(Object.hasOwn(FAULTS, error) ? FAULTS[error] : `the server answered ${response.status}, ${error}`);
  }

  /** A redirect is not followed: it could take the token elsewhere. */
  async #fetch(method, path) {
    const headers = { authorization: `Bearer ${this.#token}`, accept: "application/json" };
    try {
      return await fetch(this.#base + path, { method, headers, redirect: "error" });
    } catch (cause) {
      const why = cause.cause?.code ?? cause.cause?.message ?? cause.message;
      throw new CommandFailure(`the server at ${new URL(this.#base).origin} cannot be asked (${why})`, { cause });
    }
  }
}

/** A handle that is a path of its own stays one segment; `.` and `..` would be taken for folders, even when they are escaped. */
function pathOf(handle) {
  return `/sessions/${/^\.{0,2}$/.test(handle) ? "none" : encodeURIComponent(handle)}`;
}

function fields(values) {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined));
}

function foreign(status) {
  const what = status === undefined ? "" : ` (it answered ${status})`;
  return new CommandFailure(`what answers there is not edge-session/admin${what}: is the URL right, with its path?`);
}
