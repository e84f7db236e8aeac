import { html, type Html } from "../html.ts";
import { speech, whole } from "../i18n.ts";
import { heron } from "../pictures/pictures.ts";
import type { View } from "../view.ts";
import { inspectorPanel } from "./inspector.ts";

/** What one page puts into the frame that all pages share. */
export interface Content {
  readonly title: string;
  readonly main: Html;
  /** A script of its own, besides the one that every page has. */
  readonly script?: string;
}

/** A whole page. `shop.js` replaces the parts with the ids masthead, content, inspector and footer after a form. */
export function layout(view: View, { title, main, script }: Content): Html {
  const { words, direction, locale } = speech(view.language);
  return html`<!doctype html>
<html lang="${locale}" dir="${direction}" data-theme="${view.theme}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · Paper Heron</title>
  <link rel="icon" href="/heron.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/shop.css">
  <script type="module" src="/shop.js"></script>
  ${script && html`<script type="module" src="${script}"></script>`}
</head>
<body>
  <a class="skip" href="#content">${words.frame.skip}</a>
  ${masthead(view)}
  <p id="notice" role="status">${view.notice && html`<span>${view.notice}</span>`}</p>
  <div class="stage">
    <main id="content" tabindex="-1">${main}</main>
    ${inspectorPanel(view)}
  </div>
  <footer id="footer"><p>${words.frame.footer}</p>${jump(view)}</footer>
</body>
</html>`;
}

function masthead(view: View): Html {
  const { frame } = speech(view.language).words;
  return html`<header id="masthead">
    <a class="sign" href="/">${heron}<span><strong>Paper Heron</strong> <small>${frame.tagline}</small></span></a>
    <nav aria-label="${frame.main}"><ul>
      <li>${link(view, "/", frame.shop)}</li>
      <li>${link(view, "/cart", frame.cart, badge(view))}</li>
      <li>${link(view, "/preferences", frame.preferences)}</li>
      <li>${link(view, "/account", view.user ?? frame.signIn)}</li>
      <li>${link(view, "/lab", frame.lab)}</li>
    </ul></nav>
  </header>`;
}

/** How many things are in the cart: a number to see, a sentence to hear. */
function badge({ language, bill: { count } }: View): Html | null {
  if (count === 0) return null;
  const sentence = speech(language).words.cart.things(count);
  return html`<span class="badge" data-count="${count}">
    <span aria-hidden="true">${whole(language, count)}</span><span class="unseen">${sentence}</span></span>`;
}

function link(view: View, path: string, text: string, beside: Html | null = null): Html {
  const current = view.here.split("?", 1)[0] === path && html` aria-current="page"`;
  return html`<a href="${path}"${current}><bdi>${text}</bdi> ${beside}</a>`;
}

/** On a narrow screen the inspector is below the goods: a bar at the bottom says what the page cost and leads there. */
function jump(view: View): Html {
  const { inspector } = speech(view.language).words;
  const { reads, writes } = view.cost;
  return html`<a class="jump" href="#inspector">
    ${inspector.jump}<span>${inspector.reads} <b>${reads}</b></span><span>${inspector.writes} <b>${writes}</b></span></a>`;
}
