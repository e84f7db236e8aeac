import { SessionError } from "../errors.js";
import type { Form, WriteItem } from "./form.js";
import { formOfPrototype, forms } from "./forms.js";
import { MAX_DEPTH, hasToJson, isPlainPrototype, looksLikeForm } from "./plain.js";

/** Where a value is: a namespace, then keys. */
export type Path = string | readonly string[];

/** How much of a long path an error names. */
const PATH_KEYS = 12;

/**
 * `value` as JSON text, special forms included: the way of what {@link isPlain} did not vouch for.
 *
 * @throws SessionError `value` when something in it cannot be stored, naming where
 */
export function encode(value: unknown, path: Path): string {
  return encodeWith(new Encoder(path, MAX_DEPTH), (encoder) => JSON.stringify(encoder.json(value)));
}

/** The same for a whole namespace, an object whose keys are never mistaken for a special form's: `write` makes the text. */
export function encodeRecord<T>(record: object, path: Path, write: (json: object) => T): T {
  return encodeWith(new Encoder(path, MAX_DEPTH + 1), (encoder) => write(encoder.record(record)));
}

function encodeWith<T>(encoder: Encoder, write: (encoder: Encoder) => T): T {
  try {
    return write(encoder);
  } catch (cause) {
    if (cause instanceof SessionError) throw cause;
    // A proxy that throws, a detached buffer, or more text than the host's longest string.
    throw encoder.refusal("a value that cannot be read", { cause });
  }
}

/** Makes values fit for `JSON.stringify`. What is fit already stays as it is, what is not is copied around. */
class Encoder {
  readonly #path: Path;
  readonly #depth: number;
  /** The containers open now, outermost first, and under which key of each the walk is. */
  readonly #open: object[] = [];
  readonly #keys: (string | number | undefined)[] = [];

  constructor(path: Path, depth: number) {
    this.#path = path;
    this.#depth = depth;
  }

  json(value: unknown): unknown {
    switch (typeof value) {
      case "string":
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) && !Object.is(value, -0) ? value : this.#form(forms.number, value);
      case "bigint":
        return this.#form(forms.bigint, value);
      case "undefined":
        return this.#form(forms.undefined, value);
      case "object":
        return value === null ? null : this.#object(value);
      default:
        throw this.refusal(`a ${typeof value}`);
    }
  }

  record(value: object): object {
    if (hasToJson(value)) throw this.refusal("an object with a method toJSON");
    this.#open.push(value);
    const json = this.#fields(value as Record<string, unknown>);
    this.#open.pop();
    return json;
  }

  refusal(what: string, options?: ErrorOptions): SessionError {
    return new SessionError("value", `${this.#where()}: ${what} cannot be stored in a session`, options);
  }

  #object(value: object): unknown {
    if (this.#open.includes(value)) throw this.refusal("a cycle");
    if (this.#open.length === this.#depth) throw this.refusal(`a value nested deeper than ${MAX_DEPTH} levels`);
    this.#keys[this.#open.push(value) - 1] = undefined;
    const json = this.#content(value);
    this.#open.pop();
    return json;
  }

  #content(value: object): unknown {
    const prototype: unknown = Object.getPrototypeOf(value);
    const form = formOfPrototype(prototype);
    if (form !== undefined) return this.#form(form, value);
    const isArray = Array.isArray(value);
    if (isArray ? prototype !== Array.prototype : !isPlainPrototype(prototype)) throw this.refusal(nameOf(prototype));
    if (hasToJson(value)) throw this.refusal("an object with a method toJSON");
    if (isArray) return hasHoles(value) ? this.#form(forms.sparse, value) : this.#items(value);
    return looksLikeForm(value) ? this.#form(forms.object, value) : this.#fields(value as Record<string, unknown>);
  }

  #form(form: Form, value: unknown): unknown {
    return { [form.tag]: form.write(value, this.#item) };
  }

  #fields(value: Record<string, unknown>): object {
    let copy: Record<string, unknown> | undefined;
    for (const key of Object.keys(value)) {
      const field = value[key];
      const json = this.#item(key, field);
      // The copy has every key as its own, `__proto__` too, so that assigning sets no prototype.
      if (json !== field) (copy ??= { ...value })[key] = json;
    }
    return copy ?? value;
  }

  #items(value: readonly unknown[]): unknown {
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index++) {
      const item = value[index];
      const json = this.#item(index, item);
      if (json !== item) (copy ??= [...value])[index] = json;
    }
    return copy ?? value;
  }

  readonly #item: WriteItem = (key, value) => {
    this.#keys[this.#open.length - 1] = key;
    return this.json(value);
  };

  #where(): string {
    const start = typeof this.#path === "string" ? [this.#path] : this.#path;
    const keys = this.#keys.slice(0, this.#open.length).filter((key) => key !== undefined);
    // The default namespace may have no name to print.
    const path = [...(start[0] === "" ? start.slice(1) : start), ...keys];
    return path.length <= PATH_KEYS ? path.join("/") : `${path.slice(0, PATH_KEYS).join("/")}/...`;
  }
}

/** Stops at the first hole: an array of one item may be four thousand million long. */
function hasHoles(array: readonly unknown[]): boolean {
  for (let index = 0; index < array.length; index++) {
    if (!Object.hasOwn(array, index)) return true;
  }
  return false;
}

/** `"a File"`, for a prototype that is neither plain nor a special form's. */
function nameOf(prototype: unknown): string {
  const { constructor } = prototype as { constructor?: unknown };
  const name = typeof constructor === "function" ? constructor.name : "";
  if (name === "" || name === "Object") return "an instance of a class";
  return `${/^[AEIO]/i.test(name) ? "an" : "a"} ${name}`;
}
