import { SessionError } from "./errors.js";
import type { Namespace, Values } from "./types.js";
import { changedFrom, decodeNamespace, encodeValue, linesOf, textOf } from "./values.js";
import { isPlainObject } from "./values/plain.js";

/** What a slot asks while it reads. */
export interface Reading {
  /** The text of data of an older version in the present one; `undefined`: it is that already. */
  migrate(data: Values): string | undefined;
  /** The namespace cannot be read. Said once. */
  failed(error: unknown): void;
}

/** The values of one namespace: decoded when first used, compared with what they were at commit. */
export class Slot {
  readonly #name: string;
  /** What the application calls it. */
  readonly #said: string;
  readonly #reading: Reading | undefined;
  /** What the values would be as text if nothing had changed. */
  #text: string;
  #data: Values | undefined;
  /** What the last {@link Slot.changes} saw; empty: it did not have to look. */
  #encoded = "";
  /** Something may have changed: a value was set, or an object that can be changed in place was handed out. */
  #touched = false;
  /** Why the values cannot be read: asked again, they still cannot. */
  #failure: { readonly error: unknown } | undefined;

  constructor(name: string, text: string, reading?: Reading, said = name) {
    this.#name = name;
    this.#said = said;
    this.#text = text;
    this.#reading = reading;
  }

  /**
   * The values, for looking only.
   *
   * @throws `SessionError` code `value` or `store` when they cannot be read, again at each use
   */
  peek(): Values {
    if (this.#data !== undefined) return this.#data;
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      return ([this.#data, this.#text] = this.#read(this.#text))[0];
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** The values, for changing. */
  touch(): Values {
    const data = this.peek();
    this.#touched = true;
    return data;
  }

  get(key: string): unknown {
    const value = this.peek()[key];
    if (typeof value === "object" && value !== null) this.#touched = true;
    return value;
  }

  /**
   * Removes every value, also of what cannot be read. What is returned puts them back, where nothing else has been set since.
   */
  clear(): () => void {
    const [text, touched, before] = [this.#text, this.#touched, this.#data && { ...this.#data }];
    const data = (this.#data ??= Object.create(null) as Values);
    for (const key of Object.keys(data)) delete data[key];
    this.#touched = true;
    return () => {
      const values = before ?? this.#readable(text, () => {})?.[0];
      if (values === undefined && Object.keys(data).length === 0) [this.#data, this.#touched] = [undefined, touched];
      for (const [key, value] of Object.entries(values ?? {})) if (!(key in data)) data[key] = value;
      // What others changed meanwhile stays changed.
      const current = this.#text;
      this.#text = text;
      this.rebase(current);
    };
  }

  /** Has the values of another slot from now on: what is set in one is set in both. */
  share(other: Slot): void {
    this.#data = other.touch();
    this.#touched = true;
  }

  /** The last {@link Slot.changes} saw no value. */
  get isEmpty(): boolean {
    return this.#encoded === "{}";
  }

  /**
   * The changes as they cross to the core; empty when there are none.
   *
   * @param whole nothing else of the namespace stays: all of what was set crosses, whether it is the same as before or not
   * @throws `SessionError` code `value`, naming the path of what cannot be stored.
   */
  changes(whole = false): string {
    if (!this.#touched) return "";
    const fields = changedFrom(whole ? "" : this.#text, this.peek(), this.#said);
    this.#encoded = fields === undefined ? this.#text : textOf(fields);
    return fields === undefined ? "" : `=${JSON.stringify(this.#name)}\n${linesOf(fields)}`;
  }

  /** A commit would have something to write. Asked between {@link Slot.changes} and {@link Slot.settle}, it disturbs neither. */
  get isChanged(): boolean {
    return this.#touched && changedFrom(this.#text, this.peek(), this.#said) !== undefined;
  }

  /** Takes what the last {@link Slot.changes} saw for what is stored. */
  settle(): void {
    if (this.#encoded !== "") this.#text = this.#encoded;
  }

  /**
   * Takes over what others changed meanwhile, key by key; what was changed here since stays. All stays where what is there now
   * cannot be read: it is written over only where something was changed here.
   */
  rebase(text: string): void {
    if (text === this.#text) return;
    if (this.#data === undefined) return void (this.#text = text);
    const read = this.#readable(text, (error) => this.#fail(error));
    if (read === undefined) return;
    const [theirs, current] = read;
    this.#mergeInto(this.#data, theirs);
    this.#text = current;
  }

  #fail(error: unknown): void {
    if (this.#failure === undefined) this.#reading?.failed(error);
    this.#failure = { error };
  }

  /** What {@link Slot.#read} gives; `undefined` where it fails. */
  #readable(text: string, failed: (error: unknown) => void): [Values, string] | undefined {
    try {
      return this.#read(text);
    } catch (error) {
      return void failed(error);
    }
  }

  /** The values that a text stands for in their present version, and the text that they would be. */
  #read(text: string): [Values, string] {
    const data = decodeNamespace(text);
    const current = text === "{}" ? undefined : this.#reading?.migrate(data);
    return current === undefined ? [data, text] : [decodeNamespace(current), current];
  }

  #mergeInto(mine: Values, theirs: Values): void {
    const base = decodeNamespace(this.#text);
    const same = (a: Values, b: Values, key: string) => key in a === key in b && encoded(a, key) === encoded(b, key);
    for (const key of new Set([...Object.keys(theirs), ...Object.keys(base)])) {
      if (same(theirs, base, key) || !same(mine, base, key)) continue;
      if (key in theirs) mine[key] = theirs[key];
      else delete mine[key];
    }
  }
}

function encoded(values: Values, key: string): string | undefined {
  return key in values ? encodeValue(values[key], () => key) : undefined;
}

/** The Map surface over one namespace. */
export abstract class MapSurface implements Namespace {
  /** @throws `SessionError` code `destroyed` when the session has ended. */
  protected abstract slot(): Slot;

  get data(): Values {
    return this.slot().touch();
  }

  get size(): number {
    return Object.keys(this.slot().peek()).length;
  }

  get(key: string): unknown {
    return this.slot().get(key);
  }

  set(key: string, value: unknown): this {
    if (typeof key !== "string") throw new SessionError("value", `a ${typeof key} cannot be a key; keys are strings`);
    this.slot().touch()[key] = value;
    return this;
  }

  has(key: string): boolean {
    return key in this.slot().peek();
  }

  delete(key: string): boolean {
    return this.has(key) && delete this.slot().touch()[key];
  }

  keys(): IterableIterator<string> {
    return Object.keys(this.slot().peek()).values();
  }

  values(): IterableIterator<unknown> {
    return Object.values(this.slot().touch()).values();
  }

  entries(): IterableIterator<[string, unknown]> {
    return Object.entries(this.slot().touch()).values();
  }

  [Symbol.iterator](): IterableIterator<[string, unknown]> {
    return this.entries();
  }

  getOrCreate(key: string, make: () => unknown): unknown {
    if (typeof make !== "function") throw new SessionError("value", "getOrCreate: takes a key, and a function that makes its value");
    if (!this.has(key)) this.set(key, make());
    return this.get(key);
  }

  update(values: Values): this {
    // A Map, a form or an array has its values elsewhere.
    if (!isPlainObject(values)) throw new SessionError("value", "update: takes a plain object of values");
    for (const [key, value] of Object.entries(values)) this.set(key, value);
    return this;
  }

  clear(): void {
    this.slot().clear();
  }
}

/** A named part of a session. */
export class NamespaceView extends MapSurface {
  readonly #slot: () => Slot;

  constructor(slot: () => Slot) {
    super();
    this.#slot = slot;
  }

  protected override slot(): Slot {
    return this.#slot();
  }
}
