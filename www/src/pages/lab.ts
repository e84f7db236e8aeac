import { html, type Html } from "../html.ts";
import { speech } from "../i18n.ts";
import type { Page } from "../visit.ts";
import type { View } from "../view.ts";
import { layout } from "./layout.ts";

/** What a request in the page may do; `lab.js` knows each by the button's value. */
const REQUESTS = ["read", "change", "login", "logout", "rotate", "destroy"] as const;
/** What may happen between two requests. */
const EVENTS = ["wait", "waitLong", "forge", "forget"] as const;

/** The session library at work inside the visitor's own browser. The only page that may compile WebAssembly. */
export function lab(): Page {
  return { draw, runsWasm: true };
}

function draw(view: View): Html {
  const { lab: words } = speech(view.language).words;
  const button = (name: (typeof REQUESTS)[number] | (typeof EVENTS)[number]) =>
    html`<button type="button" value="${name}">${words[name]}</button>`;
  const main = html`<h1>${words.title}</h1>
    <p class="lead">${words.intro}</p>
    <noscript><p class="notice">${words.script}</p></noscript>
    <div id="lab" hidden>
      <fieldset class="bench"><legend>${words.request}</legend>${REQUESTS.map(button)}</fieldset>
      <fieldset class="bench"><legend>${words.clock}: <output id="lab-clock" dir="ltr"></output></legend>${EVENTS.map(button)}</fieldset>
      <div class="shelf-two">
        <section><h2>${words.jar}</h2><pre id="lab-jar" data-empty="${words.jarEmpty}" dir="ltr" tabindex="0"></pre></section>
        <section><h2>${words.store}</h2><pre id="lab-store" data-empty="${words.storeEmpty}" dir="ltr" tabindex="0"></pre></section>
      </div>
      <section><h2>${words.session}</h2><pre id="lab-session" data-empty="–" dir="ltr" tabindex="0" aria-live="polite"></pre></section>
      <section><h2>${words.log}</h2><ol id="lab-log" data-empty="${words.logEmpty}" dir="ltr" tabindex="0"></ol></section>
    </div>`;
  return layout(view, { title: words.title, main, script: "/lab.js" });
}
