import { noBill } from "./cart.ts";
import { pageHeaders } from "./guard.ts";
import type { Language } from "./i18n.ts";
import { inspect, type Inspection } from "./inspector.ts";
import { sessionSection } from "./pages/inspector.ts";
import { message } from "./pages/message.ts";
import { preferences } from "./preferences.ts";
import type { View } from "./view.ts";
import type { Page } from "./visit.ts";

/** A page as a response. */
export function document(page: Page, headers: Headers, view: View): Response {
  return new Response(page.draw(view).toString(), { status: page.status ?? 200, headers });
}

/** What `/api/session` says: a part of a page to who asks for HTML, JSON to everybody else. */
export function told(request: Request, inspection: Inspection, language: Language): Response {
  const headers = { "cache-control": "private, no-store", vary: "Accept, Cookie" };
  if (!request.headers.get("accept")?.startsWith("text/html;part")) return Response.json(inspection, { headers });
  return new Response(String(sessionSection(language, inspection)), {
    headers: { ...headers, "content-type": "text/html; charset=utf-8" },
  });
}

/** The answer to what no page of this shop sends: 405 a method, 403 another site's form. The session stays closed. */
export function refusal(request: Request, status: 403 | 405): Response {
  return withoutSession(request, message("refused", status));
}

/** The answer when something failed. The session stays closed and the cookie as it is, so nothing is lost. */
export function apology(request: Request): Response {
  return withoutSession(request, message("trouble", 503));
}

function withoutSession(request: Request, page: Page): Response {
  const view: View = {
    ...preferences(null, request),
    user: null,
    device: null,
    bill: noBill,
    seen: [],
    here: "/",
    notice: "",
    inspection: inspect(null, 0, Date.now()),
    cost: { request: `${request.method} ${new URL(request.url).pathname}`, reads: 0, writes: 0, events: [], cookieSent: false },
  };
  return document(page, pageHeaders(page), view);
}
