import { toBase64 } from "./base64.js";
import { FROM_ONE, NAMESPACE } from "./namespace-options.js";
import { spanOf } from "./time.js";
import { isObject } from "./values/plain.js";

/*
 * The shape of the options: which there are and what kind of value each is. What a value may be is decided in the core.
 */

/** The kind of an option: what its values are called, and what crosses for one; `undefined`: it is not of this kind. */
export interface Kind {
  readonly name: string;
  toText(value: unknown): string | undefined;
}

const TEXT: Kind = kind("a string", (value) => (typeof value === "string" ? value : undefined));
const FLAG: Kind = kind("true or false", (value) => (typeof value === "boolean" ? String(value) : undefined));
const COUNT: Kind = kind("a whole number", (value) => (typeof value === "number" ? String(value) : undefined));
const SPAN: Kind = kind("a length of time", (value) => (typeof value === "number" ? spanOf(value) : TEXT.toText(value)));
const SECRET: Kind = kind("a string or bytes; is the secret set in this environment?", (value) =>
  value instanceof Uint8Array ? toBase64(value) : TEXT.toText(value),
);

const COOKIE = {
  name: TEXT,
  path: TEXT,
  domain: TEXT,
  sameSite: TEXT,
  secure: FLAG,
  httpOnly: FLAG,
  partitioned: FLAG,
  persist: FLAG,
  budget: COUNT,
};
const LIFETIME = { idle: SPAN, absolute: SPAN, resolution: SPAN };
const OPTIONS = {
  audience: TEXT,
  storeTimeout: SPAN,
  maxBytes: COUNT,
  maxValueBytes: COUNT,
  sealRecords: FLAG,
  globalEpoch: FLAG,
  horizon: SPAN,
  writeInterval: SPAN,
  onStale: TEXT,
};
const OBJECTS = { secrets: null, store: null, cookie: null, lifetime: null, clock: null, namespaces: null, thirdParty: null, transports: null, createOn: null, userLimit: null };
const USER_LIMIT = {
  sessions: FROM_ONE,
  whenFull: kind('"refuse" or "end-oldest"', (value) => (value === "refuse" || value === "end-oldest" ? value : undefined)),
};
const TRANSPORT = { name: TEXT, lifetime: SPAN, maxBytes: COUNT };

/** What the options say, as it crosses. It holds the secrets: keep it out of every message. */
export interface Described {
  /** Names and texts of the fields that are given, see `read` in `src/config.rs`. */
  readonly fields: readonly (readonly [name: string, text: string])[];
  /** What is wrong with their shape; empty when nothing is. */
  readonly wrong: string;
}

/** Describes options so that the core can check them. Nothing is thrown: the core names what is wrong, all at once. */
export function describeOptions(options: unknown): Described {
  const description = new Description();
  description.options(options);
  return { fields: description.fields, wrong: description.wrong.join("; ") };
}

class Description {
  readonly fields: [name: string, text: string][] = [];
  readonly wrong: string[] = [];

  options(options: unknown): void {
    if (!this.#isObject("options", options)) return;
    this.#object("", options, OPTIONS, OBJECTS);
    const { secrets, store, cookie, lifetime, clock, namespaces, thirdParty, transports, createOn: methods, userLimit } = Object.fromEntries(
      Object.keys(OBJECTS).map((name) => [name, this.#read("", options, name)]),
    ) as Record<keyof typeof OBJECTS, unknown>;
    if (Array.isArray(secrets)) Array.from(secrets, (secret, at) => this.#field(`secrets.${at}`, `secrets[${at}]`, secret, SECRET));
    else this.#mustBe("secrets", "a list of secrets, newest first", secrets);
    this.#store(store, options["writeInterval"]);
    if (cookie !== undefined && this.#isObject("cookie", cookie)) this.#object("cookie.", cookie, COOKIE);
    if (typeof lifetime === "string") this.fields.push(["lifetime", lifetime]);
    else if (lifetime !== undefined && this.#isObject("lifetime", lifetime)) this.#object("lifetime.", lifetime, LIFETIME);
    if (clock !== undefined) this.#methods("clock", clock, ["now", "sleep"]);
    if (thirdParty !== undefined && typeof thirdParty !== "function") this.#mustBe("thirdParty", "a function", thirdParty);
    if (namespaces !== undefined && this.#isObject("namespaces", namespaces)) this.#namespaces(namespaces);
    this.#each("transports", transports, (path, transport) => this.#transport(path, transport));
    this.#each("createOn", methods, (path, method) => TEXT.toText(method) ?? this.#mustBe(path, TEXT.name, method));
    if (userLimit !== undefined && this.#isObject("userLimit", userLimit)) this.#object("userLimit.", userLimit, USER_LIMIT);
    if (Array.isArray(methods)) this.fields.push(["createOn", methods.join()]);
  }

  /** The members of a list that may be left out, but not be empty. */
  #each(name: string, list: unknown, describe: (path: string, member: unknown) => void): void {
    if (list === undefined) return;
    if (!Array.isArray(list) || list.length === 0) this.#mustBe(name, "a list of at least one", list);
    else Array.from(list, (member, at) => describe(`${name}[${at}]`, member));
  }

  #transport(path: string, transport: unknown): void {
    if (!this.#methods(path, transport, ["join"])) return;
    const { kind, options } = transport as unknown as { kind: unknown; options: Record<string, unknown> };
    this.fields.push([path, String(kind)]);
    this.#object(`${path}.`, options, TRANSPORT);
  }

  #namespaces(namespaces: Record<string, unknown>): void {
    for (const name of Object.keys(namespaces)) {
      const [path, namespace] = [`namespaces[${JSON.stringify(name)}]`, this.#read("namespaces.", namespaces, name)];
      if (name.startsWith("$")) this.wrong.push(`${path}: a namespace's name does not begin with $`);
      else if (this.#isObject(path, namespace)) this.#namespace(path, namespace);
    }
  }

  /** Of one in a store of its own the lifetime is that store's application's, see `partsOf` in `application.ts`. */
  #namespace(path: string, namespace: Record<string, unknown>): void {
    // A binding that is missing must not put into the session's own store what belongs elsewhere.
    const apart = "store" in namespace;
    const store = this.#read(`${path}.`, namespace, "store");
    const own = { idle: SPAN, absolute: SPAN };
    this.#object(`${path}.`, namespace, { ...NAMESPACE, inspectable: FLAG, ...(!apart && own) }, { store: null, ...own });
    if (apart) this.#methods(`${path}.store`, store, ["read", "write", "remove"]);
  }

  #store(store: unknown, interval: unknown): void {
    if (!this.#methods("store", store, ["read", "write", "remove"])) return;
    const { consistency, writeInterval } = store as { consistency: unknown; writeInterval?: unknown };
    this.fields.push(["store.consistency", String(consistency)]);
    if (interval === undefined && writeInterval !== undefined) this.#field("writeInterval", "store.writeInterval", writeInterval, SPAN);
  }

  /** The fields of an object, each of its kind, and no others but `more`. */
  #object(path: string, object: Record<string, unknown>, kinds: Record<string, Kind>, more: object = {}): void {
    for (const [name, kind] of Object.entries(kinds)) {
      const value = this.#read(path, object, name);
      if (value !== undefined) this.#field(path + name, path + name, value, kind);
    }
    for (const name of Object.keys(object)) {
      if (!Object.hasOwn(kinds, name) && !Object.hasOwn(more, name)) this.wrong.push(`${path}${name}: there is no such option`);
    }
  }

  /** A getter runs the application's code. */
  #read(path: string, object: Record<string, unknown>, name: string): unknown {
    try {
      return object[name];
    } catch {
      this.wrong.push(`${path}${name}: cannot be read`);
      return undefined;
    }
  }

  #field(name: string, label: string, value: unknown, kind: Kind): void {
    const text = kind.toText(value);
    if (text === undefined) this.#mustBe(label, kind.name, value);
    else this.fields.push([name, text]);
  }

  #methods(name: string, object: unknown, methods: readonly string[]): object is Record<string, unknown> {
    if (!this.#isObject(name, object)) return false;
    const missing = methods.find((method) => typeof object[method] !== "function");
    if (missing !== undefined) this.wrong.push(`${name}: has no method ${missing}()`);
    return missing === undefined;
  }

  #isObject(name: string, value: unknown): value is Record<string, unknown> {
    if (isObject(value)) return true;
    this.#mustBe(name, "an object", value);
    return false;
  }

  #mustBe(name: string, wanted: string, value: unknown): void {
    this.wrong.push(`${name}: must be ${wanted}; it is ${value === null ? "null" : typeof value}`);
  }
}

function kind(name: string, toText: Kind["toText"]): Kind {
  return { name, toText };
}
