/** The cookies of one visitor, as far as the benchmark needs a browser: keep, replace, drop, send back. */
export class CookieJar {
  #cookies = new Map();

  /** Takes the `Set-Cookie` lines of a response. */
  adopt(lines) {
    for (const line of lines) {
      const pair = line.split(";", 1)[0];
      const name = pair.slice(0, pair.indexOf("="));
      if (/;\s*max-age=0\b/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, pair);
    }
  }

  /** The `Cookie` header to send, or `undefined` without cookies. */
  get header() {
    return this.#cookies.size === 0 ? undefined : [...this.#cookies.values()].join("; ");
  }
}
