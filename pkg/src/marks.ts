import { Core } from "./core.js";
import { type Caching, HEADER, type Lines } from "./plans.js";

/** What CDNs obey before `Cache-Control` (RFC 9213), each its own name for it. Few set them; whoever does wants the same rule. */
const TARGETED = ["CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control"];

/** How many different answers are remembered. Handlers set a few values of these headers, again and again. */
const REMEMBERED = 32;

/**
 * Marks responses that depend on the session, so that no cache serves them to anybody else.
 *
 * What to set is the core's answer. It depends on nothing but the headers that are there, so it is asked once for each.
 */
export class Marks {
  readonly #answers = new Map<string, Caching>();
  /** The header by which tokens come and go; empty: none. */
  readonly #header: string;

  constructor(header = "") {
    this.#header = header;
  }

  /** @throws `TypeError` where headers cannot be changed, as those of a fetched response; then none was. */
  set(headers: Headers, { way, cookies }: Lines): void {
    const { vary, cacheControl } = this.#answer(headers.get("Vary") ?? "", headers.get("Cache-Control") ?? "", cookies.length > 0);
    if (vary !== undefined) headers.set("Vary", vary);
    if (cacheControl !== undefined) headers.set("Cache-Control", cacheControl);
    for (const name of TARGETED) if (headers.has(name)) this.#target(headers, name, cookies.length > 0);
    for (const line of cookies) {
      if (way === HEADER) headers.set(this.#header, line);
      else headers.append("Set-Cookie", line);
    }
  }

  #target(headers: Headers, name: string, setsCookie: boolean): void {
    const { cacheControl } = this.#answer("", headers.get(name) ?? "", setsCookie);
    if (cacheControl !== undefined) headers.set(name, cacheControl);
  }

  #answer(vary: string, cacheControl: string, setsCookie: boolean): Caching {
    const question = `${vary}\n${cacheControl}\n${setsCookie}`;
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    if (this.#answers.size === REMEMBERED) this.#answers.clear();
    const answer = Core.caching(vary, cacheControl, setsCookie, this.#header);
    this.#answers.set(question, answer);
    return answer;
  }
}
