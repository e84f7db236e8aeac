import { html, type Html } from "../html.ts";
import { LANGUAGES, speech } from "../i18n.ts";
import { THEMES } from "../preferences.ts";
import type { Page } from "../visit.ts";
import type { View } from "../view.ts";
import { layout } from "./layout.ts";

/** Light and language. */
export function preferencesPage(): Page {
  return { draw };
}

function draw(view: View): Html {
  const { preferences: words } = speech(view.language).words;
  const main = html`<h1>${words.title}</h1>
    <p class="lead">${words.intro}</p>
    <form method="post" action="/preferences" data-live class="sheet">
      <fieldset><legend>${words.theme}</legend>
        ${THEMES.map((one) => choice("theme", one, words.themes[one], one === view.theme))}
      </fieldset>
      <fieldset><legend>${words.language}</legend>
        ${LANGUAGES.map((one) => choice("language", one, language(one), one === view.language))}
      </fieldset>
      <button id="save" class="primary">${words.save}</button>
    </form>`;
  return layout(view, { title: words.title, main });
}

/** A language in its own words: who cannot read this page can still find theirs. */
function language(one: (typeof LANGUAGES)[number]): Html {
  const { name, locale } = speech(one);
  return html`<bdi lang="${locale}">${name}</bdi>`;
}

function choice(field: string, value: string, text: string | Html, chosen: boolean): Html {
  return html`<label class="choice">
    <input type="radio" id="${field}-${value}" name="${field}" value="${value}"${chosen && html` checked`}> ${text}</label>`;
}
