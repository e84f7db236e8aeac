import { checkNames } from "../check-names.js";
import { SessionError } from "../errors.js";
import { htmlOf, isPage, withPage } from "./body.js";
import { KnownPages } from "./known.js";
import type { HtmlRewriterClass } from "./rewriter.js";
import { Scope, type TemplateSession } from "./scope.js";
import { Template } from "./template.js";

export type { HtmlElement, HtmlRewriter, HtmlRewriterClass } from "./rewriter.js";
export type { TemplateSession } from "./scope.js";

/** Opens the visitor's session: the `session` that `handle` gives, or `() => sessions.open(request, { create: false })`. */
export type SessionOpener = (options: { readonly create: false }) => PromiseLike<TemplateSession | null>;

/** Options of {@link sessionHtml}. */
export interface HtmlOptions {
  /** The class that reads the page. Default: the global of this name, which Workers have. Elsewhere that of `htmlrewriter` (npm). */
  readonly HTMLRewriter?: HtmlRewriterClass;
  /** Values that paths may begin with, besides the session's own: `{ notice: session.flash("notice") }`. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /** How many bytes a page may have, and how many characters it may get: it is held in memory. Default 4 MiB. */
  readonly limit?: number;
}

const LIMIT = 4_194_304;
const known = new KnownPages();

/**
 * Shows a session's values in a page.
 *
 * Elements say what they show by attributes, which are not sent: `data-session`, `data-session-attr`, `data-session-if`,
 * `data-session-unless`, `data-session-repeat`, `data-session-define`. An element keeps its own content where there is no
 * value. Reading creates nothing. A response that is not HTML, and one for a visitor without a session, is given back itself.
 *
 * Commit the session afterwards, as `handle` does: that marks the page as private.
 *
 * @param response the page: `text/html`, whole; nothing else is touched, and no session is opened for it
 * @param session the visitor's session, `null` for a visitor without one, or a function that opens it
 * @throws `SessionError` code `config`: this is no session, the runtime has no HTMLRewriter, or a marker is wrong or stands
 *   where no value is safe; the message begins with the element. `too-large`: the page is beyond `limit`. Nothing was sent.
 *
 * @example
 * ```ts
 * // <p>Your colour: <span data-session="products.foo/color">green</span></p>
 * fetch: sessions.handle(async (request, { session, env }) => {
 *   const page = await env.ASSETS.fetch(request.url);
 *   return sessionHtml(page, session);
 * })
 * ```
 */
export async function sessionHtml(
  response: Response,
  session: TemplateSession | SessionOpener | null,
  options: HtmlOptions = {},
): Promise<Response> {
  checkNames("sessionHtml", options, { HTMLRewriter: true, variables: true, limit: true });
  if (!isPage(response)) return response;
  const opened = typeof session === "function" ? await session({ create: false }) : session;
  if (opened === null) return response;
  if (typeof opened?.path !== "function") {
    throw new SessionError("config", "sessionHtml: this is no session; await it, or give the function that opens it");
  }
  if (response.body === null) return withPage(response, null);
  const { variables = {}, limit = LIMIT } = options;
  const template = await templateOf(await htmlOf(response, limit), options);
  return withPage(response, template.written(Scope.of(opened, variables), limit));
}

async function templateOf(page: string, { HTMLRewriter = globalRewriter() }: HtmlOptions): Promise<Template> {
  let template = known.get(page);
  if (template === undefined) {
    if (HTMLRewriter === undefined) {
      throw new SessionError("config", "HTMLRewriter: this runtime has none; pass that of the npm package htmlrewriter");
    }
    known.add(page, (template = await Template.of(page, HTMLRewriter)));
  }
  return template;
}

function globalRewriter(): HtmlRewriterClass | undefined {
  return (globalThis as { readonly HTMLRewriter?: HtmlRewriterClass }).HTMLRewriter;
}
