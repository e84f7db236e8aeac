import { SessionError } from "../errors.js";
import { attributeOf, attributeRefusal, contentOf, contentRefusal, holds } from "./context.js";
import type { Binding, Scope } from "./scope.js";

const CONTENT = "data-session";
const ATTRIBUTES = "data-session-attr";
const IF = "data-session-if";
const UNLESS = "data-session-unless";
const REPEAT = "data-session-repeat";
const DEFINE = "data-session-define";
const ALL: readonly string[] = [CONTENT, ATTRIBUTES, IF, UNLESS, REPEAT, DEFINE];

/** What every marked element matches. */
export const SELECTOR = ALL.map((name) => `[${name}]`).join(", ");

export function isMarker(name: string): boolean {
  return ALL.includes(name);
}

/** The markers of one element. They count in this order, as in TAL: define, if and unless, repeat, then attributes and content. */
export class Markers {
  /** The element as errors name it: `<li data-session-repeat="item shop.cart/items">`. */
  readonly #where: string;
  readonly #tagName: string;
  readonly #define: readonly Binding[];
  readonly #conditions: readonly { readonly path: string; readonly wanted: boolean }[];
  /** Where the items of a repetition come from, and what each is called. */
  readonly #repeat: Binding | undefined;
  readonly #attributes: readonly Binding[];
  readonly #content: string | undefined;

  /**
   * @param texts the markers by name, as they stand in the page
   * @throws `SessionError` code `config` for a marker that is none, or stands where no value can be
   */
  constructor(tagName: string, texts: ReadonlyMap<string, string>) {
    this.#tagName = tagName;
    this.#where = `<${tagName}${[...texts].map(([name, text]) => ` ${name}="${text}"`).join("")}>`;
    const bindings = (marker: string) => decoded(texts.get(marker)).split(";").flatMap((text) => this.#binding(marker, text));
    this.#define = bindings(DEFINE);
    this.#conditions = [IF, UNLESS].flatMap((marker) => this.#path(marker, texts).map((path) => ({ path, wanted: marker === IF })));
    const repeats = bindings(REPEAT);
    if (repeats.length > 1) this.#refuse(`${REPEAT} takes one "name path"`);
    this.#repeat = repeats[0];
    this.#attributes = bindings(ATTRIBUTES).map(({ name, path }) => ({ name: name.toLowerCase(), path }));
    [this.#content] = this.#path(CONTENT, texts);
    for (const { name } of this.#attributes) this.#refuse(attributeRefusal(tagName, name));
    if (this.#content !== undefined) this.#refuse(contentRefusal(tagName));
  }

  /** Nothing but the start tag is concerned: where the element ends does not matter. */
  get onlyAttributes(): boolean {
    return this.#define.length === 0 && this.#conditions.length === 0 && this.#repeat === undefined && this.#content === undefined;
  }

  /** Whether the start tag depends on values. */
  get changeTheTag(): boolean {
    return this.#attributes.length > 0 || this.#conditions.length > 0 || this.#repeat !== undefined;
  }

  /** The scopes in which the element is written: one, or none, or one for each item of a list. */
  scopes(outer: Scope): Iterable<Scope> {
    const scope = this.#define.reduce((inner, binding) => inner.define(binding), outer);
    if (!this.#conditions.every(({ path, wanted }) => holds(scope.read(path)) === wanted)) return [];
    if (this.#repeat === undefined) return [scope];
    const { name, path } = this.#repeat;
    const list = scope.read(path);
    if (Array.isArray(list) || list instanceof Set) return scope.repeat(name, [...list]);
    return [scope.with(name, undefined)]; // no list: the element is written as it is
  }

  /** Fills the attributes, and shows what was hidden from visitors without a session. */
  fill(attributes: Map<string, string>, scope: Scope): void {
    if (this.#conditions.length > 0 || (this.#repeat !== undefined && scope.read(this.#repeat.name) !== undefined)) {
      attributes.delete("hidden");
    }
    for (const { name, path } of this.#attributes) {
      const value = attributeOf(name, scope.read(path));
      if (value === null) attributes.delete(name);
      else if (value !== undefined) attributes.set(name, value);
    }
  }

  /** The HTML of the new content; `undefined`: the element keeps its own. */
  content(scope: Scope): string | undefined {
    return this.#content === undefined ? undefined : contentOf(this.#tagName, scope.read(this.#content));
  }

  /** The error for an element without an end tag of its own. */
  unclosed(): SessionError {
    return new SessionError("config", `${this.#where}: the element needs an end tag of its own`);
  }

  #path(marker: string, texts: ReadonlyMap<string, string>): readonly string[] {
    if (!texts.has(marker)) return [];
    const path = decoded(texts.get(marker));
    if (path === "") this.#refuse(`${marker} takes a path`);
    return [path];
  }

  /** One `name path`; none for the nothing behind a last semicolon. */
  #binding(marker: string, text: string): readonly Binding[] {
    const trimmed = text.trim();
    if (trimmed === "") return [];
    const [, name = "", path = ""] = /^(\S+)\s+(.+)$/s.exec(trimmed) ?? [];
    // A variable is the first part of a path; what begins with $ is the library's.
    if (path === "" || (marker !== ATTRIBUTES && /^\$|\//.test(name))) this.#refuse(`${marker} takes "name path", not "${trimmed}"`);
    return [{ name, path }];
  }

  #refuse(reason: string | undefined): void {
    if (reason !== undefined) throw new SessionError("config", `${this.#where}: ${reason}`);
  }
}

const CHARACTERS: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", "#39": "'" };

/** A marker's text as the author meant it: HTMLRewriter gives attributes as they stand in the page. */
function decoded(text = ""): string {
  return text.trim().replace(/&(amp|lt|gt|quot|apos|#39);/g, (_, name: string) => CHARACTERS[name] as string);
}
