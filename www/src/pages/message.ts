import { html, type Html } from "../html.ts";
import { speech } from "../i18n.ts";
import type { Page } from "../visit.ts";
import type { View } from "../view.ts";
import { layout } from "./layout.ts";

/** The pages that say one thing. */
export type Message = "missing" | "refused" | "trouble" | "ended";

/** A page with a sentence and the way back. */
export function message(kind: Message, status: number): Page {
  return { status, draw: (view) => draw(view, kind) };
}

function draw(view: View, kind: Message): Html {
  const { message: words } = speech(view.language).words;
  const title = words[kind];
  const main = html`<h1>${title}</h1><p class="lead">${words[`${kind}Text`]}</p><p><a class="button" href="/">${words.back}</a></p>`;
  return layout(view, { title, main });
}
