import type { Events } from "./events.js";
import type { Opened, Sent } from "./plans.js";
import type { Fields, RequestLike } from "./types.js";
import type { Visit } from "./visit.js";

/** The transports of one application. What it does comes with `edge-session/transports`: the cookie alone needs none of it. */
export interface Chain {
  /** The header by which tokens come and go; empty: none. */
  readonly header: string;
  /**
   * The visitor's session.
   *
   * @param ask what the core makes of these texts
   * @param begin loads what it found
   */
  open(
    request: RequestLike,
    fields: Fields | undefined,
    ask: (sent: Sent) => Opened,
    begin: (opened: Opened) => Promise<Visit>,
    events: Events,
  ): Promise<Visit>;
  /** See `Session.encodeUrl`; `make` makes the token. */
  encodeUrl(request: RequestLike, url: string | URL, style: "query" | "path", make: () => string): string;
  /** See `Session.hiddenField`; `make` makes the token. */
  hiddenField(make: () => string): string;
}
