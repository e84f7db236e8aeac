import { SessionError } from "../errors.js";
import { formOfTag } from "./forms.js";
import { withoutEscapedKeys } from "./keys.js";
import { MAX_DEPTH, isObject } from "./plain.js";

/** Only an object whose first key begins with `$` puts these three characters into JSON text: a string escapes the quote. */
const FORM = '{"$';

/**
 * A namespace from its JSON text: an object without a prototype, values and nested objects as they were.
 *
 * Builds values, runs nothing: no key, name or text in the record becomes code.
 *
 * @throws SessionError `store` when the text is none that this package writes
 */
export function decode(text: string): Record<string, unknown> {
  const data = parse(text);
  const escaped = text.includes("\\") ? withoutEscapedKeys(text) : undefined;
  if (escaped !== undefined) return new Reviver(escaped.keys).record(parse(escaped.text));
  return text.includes(FORM) ? new Reviver().record(data) : withoutPrototype(data);
}

function parse(text: string): Record<string, unknown> {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    // The host's message would quote the record.
    throw new SessionError("store", "a namespace in the record is not JSON");
  }
  if (!isObject(data) || Array.isArray(data)) {
    throw new SessionError("store", "a namespace in the record is not an object");
  }
  return data as Record<string, unknown>;
}

/** Changing the prototype costs the same however much the object holds, and keeps it as fast as it was. */
function withoutPrototype(data: Record<string, unknown>): Record<string, unknown> {
  return Object.setPrototypeOf(data, null) as Record<string, unknown>;
}

/** Makes special forms real and stand-ins for keys the keys, in place where that can be. */
class Reviver {
  readonly #standIns: ReadonlyMap<string, string> | undefined;

  constructor(standIns?: ReadonlyMap<string, string>) {
    this.#standIns = standIns;
  }

  record(data: Record<string, unknown>): Record<string, unknown> {
    return withoutPrototype(this.#fields(data, MAX_DEPTH));
  }

  /** `depth`: how many containers may still be opened. */
  #value(value: unknown, depth: number): unknown {
    if (typeof value !== "object" || value === null) return value;
    // One level more than the encoder opens: a bigint or undefined inside the last one is an object here.
    if (depth < 0) throw new SessionError("store", `a value in the record is nested deeper than ${MAX_DEPTH} levels`);
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) value[index] = this.#value(value[index], depth - 1);
      return value;
    }
    const object = value as Record<string, unknown>;
    const keys = Object.keys(object);
    const [first] = keys;
    if (keys.length === 1 && first?.startsWith("$")) return this.#form(first, object[first], depth - 1);
    return this.#fields(object, depth - 1);
  }

  #fields(object: Record<string, unknown>, depth: number): Record<string, unknown> {
    const keys = Object.keys(object);
    // JSON.parse made every key an own one, `__proto__` too, so that assigning sets no prototype.
    for (const key of keys) object[key] = this.#value(object[key], depth);
    const standIns = this.#standIns;
    if (standIns === undefined || !keys.some((key) => standIns.has(key))) return object;
    return Object.fromEntries(keys.map((key) => [standIns.get(key) ?? key, object[key]]));
  }

  #form(tag: string, content: unknown, depth: number): unknown {
    const form = formOfTag(tag);
    if (form === undefined) throw new SessionError("store", "a value in the record is of a kind this version does not know");
    try {
      return form.read(content, (item) => this.#value(item, depth));
    } catch (cause) {
      if (cause instanceof SessionError) throw cause;
      throw new SessionError("store", `a value in the record is no ${tag}`);
    }
  }
}
