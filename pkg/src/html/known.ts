import type { Template } from "./template.js";

/** How many characters of pages are kept: a page and what is known of it take twice as many. */
const KEPT = 2_097_152;

/** The templates of pages that were seen lately, by the page itself: the same page is not searched again. */
export class KnownPages {
  /** The longest unused first. */
  readonly #templates = new Map<string, Template>();
  #size = 0;

  get(page: string): Template | undefined {
    const template = this.#templates.get(page);
    if (template !== undefined) {
      this.#templates.delete(page);
      this.#templates.set(page, template);
    }
    return template;
  }

  add(page: string, template: Template): void {
    if (page.length > KEPT || this.#templates.has(page)) return;
    this.#templates.set(page, template);
    this.#size += page.length;
    for (const oldest of this.#templates.keys()) {
      if (this.#size <= KEPT) return;
      this.#templates.delete(oldest);
      this.#size -= oldest.length;
    }
  }
}
