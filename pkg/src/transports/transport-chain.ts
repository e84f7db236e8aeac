import type { Chain } from "../chain.js";
import { SessionError } from "../errors.js";
import type { Events } from "../events.js";
import type { Opened, Sent } from "../plans.js";
import { SOURCES, cookieOf, headerOf } from "../request.js";
import type { Fields, RequestLike, Source, Transport } from "../types.js";
import type { Visit } from "../visit.js";
import { valuesIn, valuesOf } from "./forms.js";
import { encoded, hereOf, tokensIn } from "./links.js";

/** The longest form that is looked at, in bytes, unless the application says otherwise. */
const MAX_BYTES = 65_536;
const NOTHING: Sent = ["", "", "", ""];

/** Brings what came by each transport to the core, and takes what it answers back. */
export class TransportChain implements Chain {
  readonly #transports: readonly Transport[];

  constructor(transports: readonly Transport[]) {
    this.#transports = transports;
  }

  get header(): string {
    return String(this.#find("header")?.options["name"] ?? "");
  }

  /**
   * The core judges all that came so far before the next transport is looked at: a form's body is not read for a visitor
   * whose cookie is good.
   */
  async open(
    request: RequestLike,
    fields: Fields | undefined,
    ask: (sent: Sent) => Opened,
    begin: (opened: Opened) => Promise<Visit>,
    events: Events,
  ): Promise<Visit> {
    let sent: Sent = NOTHING;
    let ended: Visit | undefined;
    for (const transport of this.#transports) {
      const text = await broughtBy(transport, request, fields, events);
      if (text === "") continue;
      sent = sent.map((before, way) => (SOURCES[way] === transport.kind ? text : before)) as unknown as Sent;
      const opened = ask(sent);
      if (opened.keys === undefined) continue;
      const visit = await begin(opened);
      if (!visit.isNew) return visit;
      // Its session is over. What came before it was refused, and reported; what comes behind it may open.
      [ended, sent] = [visit, NOTHING];
    }
    return ended !== undefined && sent === NOTHING ? ended : begin(ask(sent));
  }

  encodeUrl(request: RequestLike, url: string | URL, style: "query" | "path", make: () => string): string {
    const name = this.#nameOf("url", "encodeUrl");
    const here = hereOf(request);
    if (here === undefined) throw new SessionError("value", "encodeUrl: the session was opened with a request that has no URL");
    if (style !== "query" && style !== "path") throw new SessionError("value", 'encodeUrl: a style is "query" or "path"');
    if (typeof url !== "string" && !(url instanceof URL)) throw new SessionError("value", "encodeUrl: a URL is a string or a URL");
    return encoded(here, name, String(url), style, make);
  }

  hiddenField(make: () => string): string {
    const name = this.#nameOf("form", "hiddenField");
    return `<input type="hidden" name="${escaped(name)}" value="${escaped(make())}">`;
  }

  #nameOf(kind: Source, method: string): string {
    const transport = this.#find(kind);
    if (transport === undefined) throw new SessionError("config", `transports: ${method} needs ${kind}() among them`);
    return String(transport.options["name"]);
  }

  #find(kind: Source): Transport | undefined {
    return this.#transports.find((transport) => transport.kind === kind);
  }
}

/** What came by one transport, as `Request` in `src/opening.rs` has it. */
async function broughtBy({ kind, options }: Transport, request: RequestLike, fields: Fields | undefined, events: Events): Promise<string> {
  const name = String(options["name"]);
  switch (kind) {
    case "cookie":
      return cookieOf(request);
    case "header": {
      const header = headerOf(request.headers, name);
      return header === undefined ? "" : header || ",";
    }
    case "form": {
      const most = Number(options["maxBytes"] ?? MAX_BYTES);
      return (fields ? valuesIn(fields, name) : await valuesOf(request, name, most, events)).join();
    }
    case "url":
      return tokensIn(hereOf(request), name).join();
  }
}

/** For text and for attributes in either kind of quotation marks. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
