import { SessionError } from "../errors.js";
import { own } from "../own.js";
import type { Session } from "../types.js";

/** What a page may show of a session besides its values, as `$session/user`. */
const FACTS = [
  "id", "isNew", "stale", "user", "level", "createdAt", "lastAccessedAt", "modifiedAt", "authenticatedAt", "expiresAt",
] as const;

/** What a page reads of a session. */
export type TemplateSession = Pick<Session, "path" | (typeof FACTS)[number]>;

/** A name and the path that it gets its value from: `href shop/url`. */
export interface Binding {
  readonly name: string;
  readonly path: string;
}

/** A variable that stands for a whole namespace: `session products.foo`. */
class Alias {
  readonly namespace: string;

  constructor(namespace: string) {
    this.namespace = namespace;
  }
}

/** What the paths of an element may begin with: the variables around it, the innermost first, and then the session. */
export class Scope {
  readonly #session: TemplateSession;
  readonly #outer: Scope | undefined;
  readonly #name: string;
  readonly #value: unknown;

  private constructor(session: TemplateSession, outer: Scope | undefined, name: string, value: unknown) {
    this.#session = session;
    this.#outer = outer;
    this.#name = name;
    this.#value = value;
  }

  /** The scope of a whole page. */
  static of(session: TemplateSession, variables: Readonly<Record<string, unknown>>): Scope {
    const facts: Record<string, unknown> = Object.create(null);
    // `null` is nobody, or never: no value, so that the page can say it in its own words.
    for (const fact of FACTS) Object.defineProperty(facts, fact, { get: () => session[fact] ?? undefined });
    const page = new Scope(session, undefined, "$session", facts);
    return Object.entries(variables).reduce((scope, [name, value]) => scope.with(name, value), page);
  }

  /** The same with one variable more. */
  with(name: string, value: unknown): Scope {
    return new Scope(this.#session, this, name, value);
  }

  /** One for each item of a list, with `name` for the item and `$repeat/name` for its place. */
  *repeat(name: string, items: readonly unknown[]): Iterable<Scope> {
    const around = this.read("$repeat") as object | undefined;
    for (const [index, item] of items.entries()) {
      const place = { index, number: index + 1, first: index === 0, last: index === items.length - 1 };
      yield this.with("$repeat", { ...around, [name]: place }).with(name, item);
    }
  }

  /** The same with `name` for what is under `path`; a namespace as a whole is possible here. */
  define({ name, path }: Binding): Scope {
    const isNamespace = !path.includes("/") && this.#find(path) === undefined;
    return this.with(name, isNamespace ? new Alias(path) : this.read(path));
  }

  /** What is under `path`: own keys only; `undefined` where there is nothing. Creates nothing. */
  read(path: string): unknown {
    const [name = "", ...keys] = path.split("/");
    const found = this.#find(name);
    if (found === undefined) return this.#stored(path);
    const { value } = found;
    return value instanceof Alias ? this.#stored([value.namespace, ...keys].join("/")) : keys.reduce(own, value);
  }

  #find(name: string): { readonly value: unknown } | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#outer) {
      if (scope.#name === name) return { value: scope.#value };
    }
    return undefined;
  }

  #stored(path: string): unknown {
    try {
      return this.#session.path(path);
    } catch (error) {
      // A page that says goodbye is read after the session has ended: it has no values, and the page must not break for it.
      if (error instanceof SessionError && error.code === "destroyed") return undefined;
      throw error;
    }
  }
}
