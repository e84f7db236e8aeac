/** The part of HTMLRewriter that is used, so that no types package is needed: Workers' own and lol-html's builds both fit. */

/** What is added is HTML, not text. */
interface AsHtml {
  readonly html: true;
}

/** An element as HTMLRewriter shows it. */
export interface HtmlElement {
  /** In lower case. */
  readonly tagName: string;
  /** Names in lower case, and values as they stand in the page: not decoded. */
  readonly attributes: Iterable<readonly string[]>;
  before(content: string, options: AsHtml): unknown;
  /** Behind the start tag; nothing where there can be no content: `<br>`, and `<path/>` in SVG. */
  prepend(content: string, options: AsHtml): unknown;
  /** In front of the end tag; where the element has none of its own, of that which ends it. */
  append(content: string, options: AsHtml): unknown;
  after(content: string, options: AsHtml): unknown;
}

/** An HTMLRewriter. */
export interface HtmlRewriter {
  on(selector: string, handlers: { element(element: HtmlElement): void }): unknown;
  transform(response: Response): Response;
}

/** The class: Workers' global, or that of the npm package `htmlrewriter`. */
export type HtmlRewriterClass = new () => HtmlRewriter;
