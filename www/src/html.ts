/** Text that is HTML already and goes into a page as it is. Only `html` makes it. */
export class Html {
  readonly #text: string;

  /** @param text markup whose every variable part has been escaped */
  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

/** What may stand in a template: text is escaped, markup is not, a list is joined, nothing is nothing. */
export type Part = Html | string | number | null | undefined | false | readonly Part[];

/**
 * Markup with every part escaped that is not markup itself.
 *
 * The escaping suits text and attributes in double quotes; attributes without quotes, scripts and styles take no
 * parts. A page that keeps to this cannot be made to run what a visitor typed.
 */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  return new Html(strings.reduce((page, text, at) => page + render(parts[at - 1]) + text));
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (part instanceof Html) return part.toString();
  if (typeof part === "object") return part.map(render).join("");
  return escape(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);
}
