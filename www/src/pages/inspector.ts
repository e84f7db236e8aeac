import type { SessionInfo } from "edge-session";
import { html, type Html } from "../html.ts";
import { speech, whole, type Language } from "../i18n.ts";
import { LARGEST_COOKIE, type Inspection } from "../inspector.ts";
import type { Words } from "../words/en.ts";
import type { View } from "../view.ts";

/** The panel beside every page: this visitor's session, what the last request cost, and two things to do with it. */
export function inspectorPanel(view: View): Html {
  const words = speech(view.language).words.inspector;
  return html`<aside id="inspector" class="receipt" aria-labelledby="inspector-title" tabindex="-1">
    <h2 id="inspector-title">${words.title}</h2>
    <p class="intro">${words.intro}</p>
    ${costSection(words, view)}
    ${sessionSection(view.language, view.inspection)}
    <div class="actions">
      <form method="post" action="/session/rotate"><input type="hidden" name="back" value="${view.here}"><button>${words.rotate}</button></form>
      <form method="post" action="/session/end"><button class="grave">${words.end}</button></form>
    </div>
    <p class="intro"><a href="/api/session">${words.json}</a></p>
  </aside>`;
}

/** The part that `/api/session` sends alone, to refresh the panel: the session without the cost of a page. */
export function sessionSection(language: Language, inspection: Inspection): Html {
  const words = speech(language).words.inspector;
  const { session, now } = inspection;
  return html`<section id="inspector-session" data-now="${now}">
    <h3>${words.session}</h3>
    ${session ? facts(words, session) : html`<p class="none"><strong>${words.none}</strong> ${words.noneText}</p>`}
    ${session && countdowns(words, session)}
    ${session && cookie(language, inspection.cookieBytes)}
    ${session && values(words, inspection)}
  </section>`;
}

function facts(words: Words["inspector"], session: SessionInfo): Html {
  return html`<dl class="facts">
    <div><dt>${words.user}</dt><dd><bdi>${session.user ?? words.nobody}</bdi></dd></div>
    <div><dt>${words.handle}</dt><dd><code id="handle">${session.id}</code></dd></div>
    <div><dt>${words.created}</dt><dd>${clock(session.createdAt)}</dd></div>
    <div><dt>${words.accessed}</dt><dd>${clock(session.lastAccessedAt)}</dd></div>
    <div><dt>${words.changed}</dt><dd>${session.modifiedAt === null ? words.never : clock(session.modifiedAt)}</dd></div>
  </dl>`;
}

/** A time of day. In UTC, since the Worker cannot know where the visitor is; the page's script makes it local. */
function clock(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(11, 19)} UTC</time>`;
}

function countdowns(words: Words["inspector"], session: SessionInfo): Html {
  const { lastAccessedAt, createdAt, authenticatedAt, idleExpiresAt, absoluteExpiresAt } = session;
  return html`<dl class="facts">
    ${countdown("idle", words, lastAccessedAt, idleExpiresAt)}
    ${countdown("absolute", words, authenticatedAt ?? createdAt, absoluteExpiresAt)}
  </dl>`;
}

/** An end of the session and how near it is. Without JavaScript the time of day stands there, with it a countdown. */
function countdown(name: "idle" | "absolute", words: Words["inspector"], from: number, until: number | null): Html {
  if (until === null) return html`<div><dt>${words[name]}</dt><dd>${words.never}</dd></div>`;
  return html`<div class="countdown"><dt id="until-${name}">${words[name]}</dt>
    <dd><span class="until" data-until="${until}" data-ended="${words.ended}">${clock(until)}</span>
    <progress aria-labelledby="until-${name}" max="${until - from}" value="${until - from}"></progress></dd></div>`;
}

function cookie(language: Language, bytes: number): Html {
  const words = speech(language).words.inspector;
  return html`<dl class="facts"><div class="countdown"><dt id="cookie-size">${words.cookie}</dt>
    <dd><span>${words.bytes(whole(language, bytes), whole(language, LARGEST_COOKIE))}</span>
    <progress aria-labelledby="cookie-size" max="${LARGEST_COOKIE}" value="${bytes}"></progress></dd></div></dl>`;
}

function values(words: Words["inspector"], { namespaces }: Inspection): Html {
  const kept = Object.entries(namespaces).filter(([, held]) => Object.keys(held).length > 0);
  const lists = kept.map(([name, held]) => namespace(name || words.unnamed, held));
  return html`<h3>${words.values}</h3>${lists.length > 0 ? lists : html`<p>${words.noValues}</p>`}`;
}

function namespace(name: string, held: Readonly<Record<string, unknown>>): Html {
  const entries = Object.entries(held).map(([key, value]) => html`<li><code>${key}: ${JSON.stringify(value)}</code></li>`);
  return html`<div class="namespace"><h4>${name}</h4><ul>${entries}</ul></div>`;
}

function costSection(words: Words["inspector"], { cost }: View): Html {
  const { request, reads, writes } = cost;
  return html`<section id="inspector-cost" data-request="${request}" data-reads="${reads}" data-writes="${writes}">
    <h3>${words.cost}</h3>
    <p><code>${request}</code></p>
    <p class="sums"><span><b id="reads">${reads}</b> ${words.reads}</span> <span><b id="writes">${writes}</b> ${words.writes}</span></p>
    <p class="intro">${cost.cookieSent ? words.sent : words.notSent} · ${words.events}:
      <span id="events">${cost.events.join(", ") || words.noEvents}</span></p>
    <ol id="inspector-log" dir="ltr"></ol>
  </section>`;
}
