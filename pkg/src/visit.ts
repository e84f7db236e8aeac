import type { Application } from "./application.js";
import type { Chain } from "./chain.js";
import { Core } from "./core.js";
import { SessionError } from "./errors.js";
import { COOKIE, type Keys, type Opened, PART, type Realm, type Sent, type Way } from "./plans.js";
import { SOURCES, cookieOf, plainUrlOf } from "./request.js";
import { Settling } from "./settling.js";
import { tellOpened } from "./telling.js";
import { spanOf } from "./time.js";
import type { Context, Duration, NamespaceOptions, OpenOptions, RequestLike, Source } from "./types.js";

const NOTHING_SAID: NamespaceOptions = {};
const NO_REQUEST: RequestLike = { headers: {} };

/** One visitor's session during one request: opened here, shown by {@link Sight}, written by {@link Settling}. */
export class Visit extends Settling {
  /** Opens the visitor's session; `null` when there is none and none is to be made. */
  static async open(app: Application, request: RequestLike, { create = true, ctx, fields }: Omit<OpenOptions<unknown>, "env">): Promise<Visit | null> {
    const { chain, core, time } = app;
    const cookie = cookieOf(request);
    if (chain === undefined && cookie === "" && !create) return null;
    const now = time.now();
    const [url, method] = [plainUrlOf(request), request.method ?? ""];
    const ask = (sent: Sent) => core.open(sent, method, url, now);
    const begin = (opened: Opened) => Visit.#arrive(app, ctx, request, now, opened);
    const visit = await (chain === undefined ? begin(ask([cookie, "", "", ""])) : chain.open(request, fields, ask, begin, app.events));
    return create || !visit.isNew ? visit : null;
  }

  /** Opens the session under an id that is not the visitor's; `null` when there is none and none is to be made. */
  static async openNamed(app: Application, ctx: Context | undefined, realm: Realm, name: string, create: boolean, since = 0): Promise<Visit | null> {
    const [visit, keys] = Visit.#name(app, ctx, realm, name, since);
    await visit.#begin(keys);
    return create || !visit.isNew ? visit : null;
  }

  /** What a session keeps in a store of its own under this name; `null` where nothing is and nothing is to be made. */
  static openPart(app: Application, ctx: Context | undefined, name: string, id: string, create: boolean, since?: number): Promise<Visit | null> {
    return Visit.openNamed(app.parts.get(name) as Application, ctx, PART, `${id} ${name}`, create, since);
  }

  /** Opens the session of a token that is to be the visitor's cookie; `null` for anything else. */
  static async force(app: Application, request: RequestLike, token: string, ctx: Context | undefined): Promise<Visit | null> {
    const now = app.time.now();
    const opened = app.core.force(token, plainUrlOf(request), now);
    const visit = await Visit.#arrive(app, ctx, request, now, { ...opened, way: COOKIE });
    return visit.isNew ? null : visit;
  }

  static async #arrive(app: Application, ctx: Context | undefined, request: RequestLike, now: number, opened: Opened): Promise<Visit> {
    tellOpened(app.events, opened);
    const visit = new Visit(app, ctx, request, now, opened);
    if (opened.keys !== undefined) await visit.#begin(opened.keys);
    return visit;
  }

  /** A session under an id that is not the visitor's, not yet looked at, and where to look. */
  static #name(app: Application, ctx: Context | undefined, realm: Realm, name: string, since: number): [visit: Visit, keys: Keys] {
    const now = app.time.now();
    const { state, keys } = app.core.named(realm, name, since, now);
    return [new Visit(app, ctx, NO_REQUEST, now, { state, way: COOKIE }, name), keys];
  }

  async #begin(keys: Keys): Promise<void> {
    try {
      await this.load(keys);
    } catch (error) {
      this.report(error);
      throw error;
    }
  }

  get source(): Source | null {
    return this.isNew || this.name !== null ? null : (SOURCES[this.way] as Source);
  }

  /** @throws `SessionError` code `value` for a session that no token leads to, `config` where tokens come from the cookie alone. */
  get chain(): Chain {
    if (this.name !== null) throw new SessionError("value", "no link leads to a session under an id of the application's own");
    if (this.app.chain === undefined) throw new SessionError("config", "transports: this needs one that is not among them");
    return this.app.chain;
  }

  /**
   * What is kept of the session in a namespace's own store.
   *
   * @param id what the session's part is known by there
   * @param since when the session began, where there may be that of an earlier one; else 0
   */
  openPart(name: string, id: string, since: number): Promise<Visit> {
    return Visit.openPart(this.app, this.ctx, name, id, true, since) as Promise<Visit>;
  }

  /** The same where nothing has been kept yet: nothing is read. */
  beginPart(name: string, id: string): Visit {
    const [visit] = Visit.#name(this.app.parts.get(name) as Application, this.ctx, PART, `${id} ${name}`, 0);
    visit.lookAtNothing();
    return visit;
  }

  /** What the application calls a namespace: a part knows its values by another name. */
  said(name: string): string {
    return this.app.part ?? name;
  }

  /** What the application says of a namespace. */
  namespace(name: string): NamespaceOptions {
    const { namespaces } = this.app;
    return (Object.hasOwn(namespaces, name) && namespaces[name]) || NOTHING_SAID;
  }

  pageToken(way: Way, unsaved: boolean): string {
    return this.app.core.pageToken(this.state, way, this.stale, unsaved, this.now);
  }

  csrfToken(): string {
    return this.app.core.csrfToken(this.state, this.now);
  }

  verifyCsrf(token: string): boolean {
    return this.app.core.verifyCsrf(this.state, token, this.now);
  }

  isFresh(within: Duration, then: number): boolean {
    return Core.isFresh(spanOf(within), then, this.now);
  }
}
