import type { Session } from "edge-session";
import type { Html } from "./html.ts";
import type { Notice } from "./notice.ts";
import type { View } from "./view.ts";

/** One request to the shop, with the session of who makes it. */
export interface Visit {
  readonly request: Request;
  readonly url: URL;
  readonly session: Session;
  /** What a form sent; empty for a page that is only looked at. */
  readonly form: FormData;
}

/** A page: what to show once the session is saved. It is drawn from the view alone, so drawing changes nothing. */
export interface Page {
  readonly draw: (view: View) => Html;
  readonly status?: number;
  readonly runsWasm?: boolean;
}

/** The answer to a form: where to go next, and what to say there. */
export interface Move {
  readonly to: string;
  readonly notice?: Notice;
  /** The session is over: nothing more can be read from it or kept in it. */
  readonly ended?: boolean;
}

/** Answers a request for a page. May change the session ("you looked at"). */
export type PageRoute = (visit: Visit) => Page;

/** Does what a form asks for. */
export type FormRoute = (visit: Visit) => Move;
