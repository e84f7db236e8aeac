import { SessionError } from "../errors.js";
import { Markers, SELECTOR, isMarker } from "./markers.js";
import type { HtmlElement, HtmlRewriterClass } from "./rewriter.js";
import type { Scope } from "./scope.js";

/** A page that is known: text as it stands there, and the marked elements in between. */
export class Template {
  readonly #parts: readonly Part[];

  private constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  /**
   * Finds the marked elements of a page.
   *
   * HTMLRewriter puts a sign at the four ends of each of their tags; cut at the signs, the page is what was wanted. All that is
   * not a marked element's tag stays as it was, to the letter.
   *
   * @throws `SessionError` code `config` for a marker that is wrong, or an element without an end
   */
  static async of(page: string, HTMLRewriter: HtmlRewriterClass): Promise<Template> {
    if (!/data-session/i.test(page)) return new Template([page]);
    const sign = unusedIn(page);
    const elements: MarkedElement[] = [];
    const wrong: unknown[] = [];
    const rewriter = new HTMLRewriter();
    rewriter.on(SELECTOR, {
      element(element) {
        try {
          elements.push(signed(element, `${sign}${elements.length} `));
        } catch (error) {
          wrong.push(error); // thrown from here, Workers would log it as caught by nobody
        }
      },
    });
    const pieces = (await rewriter.transform(new Response(page)).text()).split(sign);
    if (wrong.length > 0) throw wrong[0];
    return new Template(partsOf(pieces, elements));
  }

  /**
   * The page with a session's values.
   *
   * @param limit how many characters it may get
   * @throws `SessionError` code `too-large`: a repetition made it larger
   */
  written(scope: Scope, limit: number): string {
    const html: string[] = [];
    let size = 0;
    writeAll(this.#parts, scope, (text) => {
      html.push(text);
      size += text.length;
      if (size <= limit) return;
      throw new SessionError("too-large", `sessionHtml: the page gets more than ${limit} characters; see the option limit`);
    });
    return html.join("");
  }
}

/** Around the start tag, and around the end tag. */
const ENDS = ["before", "prepend", "append", "after"] as const;
/** Where only attributes change, the end tag does not matter; but an element that can hold nothing shows by the last. */
const ENDS_OF_ATTRIBUTES = ["before", "prepend", "after"] as const;

function signed(element: HtmlElement, sign: string): MarkedElement {
  const marked = new MarkedElement(element);
  const ends = marked.markers.onlyAttributes ? ENDS_OF_ATTRIBUTES : ENDS;
  for (const end of ends) element[end](`${sign}${end};`, { html: true });
  return marked;
}

type Part = string | MarkedElement;
type Write = (html: string) => void;

function writeAll(parts: readonly Part[], scope: Scope, write: Write): void {
  for (const part of parts) {
    if (typeof part === "string") write(part);
    else for (const inner of part.markers.scopes(scope)) part.write(inner, write);
  }
}

class MarkedElement {
  readonly markers: Markers;
  readonly inside: Part[] = [];
  /** `<br>` and `<path/>`: nothing can be inside. */
  isVoid = true;
  readonly #tagName: string;
  readonly #attributes = new Map<string, string>();
  /** The start tag up to its end, where it is always the same. */
  readonly #tag: string | undefined;

  constructor({ tagName, attributes }: HtmlElement) {
    this.#tagName = tagName.toLowerCase();
    const markers = new Map<string, string>();
    for (const [name = "", value = ""] of attributes) {
      const kept = isMarker(name) ? markers : this.#attributes;
      // Of two attributes of one name, browsers take the first.
      if (!kept.has(name)) kept.set(name, value.replaceAll('"', "&quot;"));
    }
    this.markers = new Markers(this.#tagName, markers);
    if (!this.markers.changeTheTag) this.#tag = tagOf(this.#tagName, this.#attributes);
  }

  write(scope: Scope, write: Write): void {
    write((this.#tag ?? this.#tagIn(scope)) + (this.isVoid ? "/>" : ">"));
    if (this.isVoid || this.markers.onlyAttributes) return;
    const content = this.markers.content(scope);
    if (content === undefined) writeAll(this.inside, scope, write);
    else write(content);
    write(`</${this.#tagName}>`);
  }

  #tagIn(scope: Scope): string {
    const attributes = new Map(this.#attributes);
    this.markers.fill(attributes, scope);
    return tagOf(this.#tagName, attributes);
  }

  /** Whether this is the element's own end tag: of one that has none, something else stands there. */
  isEndedBy(tag: string): boolean {
    const [name] = /^<\/[^\s/>]+/.exec(tag) ?? [];
    return name?.slice(2).toLowerCase() === this.#tagName;
  }
}

function tagOf(name: string, attributes: ReadonlyMap<string, string>): string {
  let tag = `<${name}`;
  for (const [attribute, value] of attributes) tag += ` ${attribute}="${value}"`;
  return tag;
}

/** Text that does not occur in a page. */
function unusedIn(page: string): string {
  for (let number = 0; ; number += 1) {
    const text = `<session-${number}>`;
    if (!page.includes(text)) return text;
  }
}

/** Puts the pieces between the signs together: `["<p>", "0 before;<b data-session=...>", "0 prepend;green", ...]`. */
function partsOf([first = "", ...pieces]: readonly string[], elements: readonly MarkedElement[]): readonly Part[] {
  const page: Part[] = [first];
  /** The elements that have begun and not ended, the innermost last. */
  const open: MarkedElement[] = [];
  const innermost = () => open.at(-1)?.inside ?? page;
  for (const piece of pieces) {
    const [, index, end, text = ""] = /^(\d+) (\w+);(.*)$/s.exec(piece) ?? [];
    const element = elements[Number(index)] as MarkedElement;
    const { onlyAttributes } = element.markers;
    switch (end) {
      case "before": // and then the start tag, which is written anew
        innermost().push(element);
        open.push(element);
        continue;
      case "prepend":
        element.isVoid = false;
        if (onlyAttributes) open.pop();
        break;
      case "append": // and then the end tag
        if (!element.isEndedBy(text)) throw element.markers.unclosed();
        continue;
      default:
        if (onlyAttributes && !element.isVoid) break;
        const ended = open.pop();
        if (ended !== element) throw (ended ?? element).markers.unclosed();
    }
    innermost().push(text);
  }
  const unended = open.pop();
  if (unended !== undefined) throw unended.markers.unclosed();
  return page;
}
