import type { Context, Session } from "edge-session";
import { ACTIONS } from "./actions.ts";
import type { Env } from "./env.ts";
import { fromThisShop, pageHeaders } from "./guard.ts";
import { speech } from "./i18n.ts";
import { cookieBytes, inspect } from "./inspector.ts";
import type { Ledger } from "./metered.ts";
import { notice, sentence, type Notice } from "./notice.ts";
import { preferences } from "./preferences.ts";
import { document, refusal, told } from "./respond.ts";
import { pageAt } from "./routes.ts";
import { now, sessions } from "./sessions.ts";
import { shown, type Cost } from "./view.ts";
import type { FormRoute, Visit } from "./visit.ts";

/** Answers one request: a page, a form, or the session as `/api/session` tells it. */
export async function answer(request: Request, env: Env, ctx: Context, costs: Ledger): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === "/api/session") return await describe(request, env);
  const act = request.method === "POST" ? ACTIONS.get(url.pathname) : undefined;
  if (!act && request.method !== "GET" && request.method !== "HEAD") return refusal(request, 405);
  const form = act ? await readForm(request) : new FormData();
  if (!form) return refusal(request, 403);
  const visit: Visit = { request, url, form, session: await sessions.open(request, { env, ctx }) };
  return act ? await submit(act, visit, costs) : await show(visit, flashed(visit.session, costs), costs);
}

/** The largest form that is read, in bytes. The shop's own have some hundred. */
const LARGEST_FORM = 10_000;

/** The form that was sent; `null` for what no page of this shop sends. */
async function readForm(request: Request): Promise<FormData | null> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!fromThisShop(request) || !(length <= LARGEST_FORM)) return null;
  return await request.formData().catch(() => null);
}

/**
 * Does what a form asks for and redirects, so that "reload" does not do it again. The page's script asks for the page
 * that would come next instead (`x-live`): one request and one write instead of two, as the notice need not be kept.
 */
async function submit(act: FormRoute, visit: Visit, costs: Ledger): Promise<Response> {
  const { to, notice, ended } = act(visit);
  if (visit.request.headers.has("x-live") && !ended) {
    return await show({ ...visit, url: new URL(to, visit.url) }, notice, costs);
  }
  if (notice) visit.session.flash("notice", notice);
  const headers = new Headers({ location: to });
  await commit(visit.session, headers, costs);
  return new Response(null, { status: 303, headers });
}

/** What the page before has left to say, or that there was a session and it has ended. */
function flashed(session: Session, { events }: Ledger): Notice | undefined {
  if (events.includes("expire idle")) return { kind: "expireIdle" };
  if (events.includes("expire absolute")) return { kind: "expireAbsolute" };
  return notice(session.flash("notice")) ?? undefined;
}

/** Saves the session, then draws the page: so it can show what saving cost, and drawing cannot change what was saved. */
async function show(visit: Visit, say: Notice | undefined, costs: Ledger): Promise<Response> {
  const { session, request, url } = visit;
  const page = pageAt(url.pathname)(visit);
  const choice = preferences(session, request);
  const fromSession = shown(session, choice);
  const headers = pageHeaders(page);
  await commit(session, headers, costs);
  return document(page, headers, {
    ...fromSession,
    here: url.pathname + url.search,
    notice: say ? sentence(speech(choice.language).words, say) : "",
    inspection: inspect(session, cookieBytes(request, headers), now()),
    cost: costOf(request, headers, costs),
  });
}

/** Saves the session and says, for who has the browser's network panel open, what the request cost. */
async function commit(session: Session, headers: Headers, costs: Ledger): Promise<void> {
  await sessions.commitTo(session, headers);
  headers.set("server-timing", `kv-reads;desc="${costs.reads}", kv-writes;desc="${costs.writes}"`);
}

function costOf(request: Request, headers: Headers, { reads, writes, events }: Ledger): Cost {
  const what = `${request.method} ${new URL(request.url).pathname}`;
  return { request: what, reads, writes, events, cookieSent: headers.getSetCookie().length > 0 };
}

/** The visitor's session, and nothing else. It is not committed: watching a session does not keep it alive. */
async function describe(request: Request, env: Env): Promise<Response> {
  const session = await sessions.open(request, { create: false, env });
  return told(request, inspect(session, cookieBytes(request, new Headers()), now()), preferences(session, request).language);
}
