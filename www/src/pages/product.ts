import { html, type Html } from "../html.ts";
import { money, speech } from "../i18n.ts";
import { picture } from "../pictures/pictures.ts";
import { remember } from "../seen.ts";
import type { Product } from "../shop.ts";
import type { Page, Visit } from "../visit.ts";
import type { View } from "../view.ts";
import { addForm, seen } from "./home.ts";
import { layout } from "./layout.ts";

/** A product's own page. Looking at it is remembered in the session. */
export function productPage(one: Product): (visit: Visit) => Page {
  return ({ session }) => {
    remember(session, one.sku);
    return { draw: (view) => draw(view, one) };
  };
}

function draw(view: View, { sku, shelf, cents }: Product): Html {
  const words = speech(view.language).words;
  const others = view.seen.filter((other) => other.sku !== sku);
  const { name, line, story } = words.products[sku];
  const main = html`
    <article class="product">
      ${picture(sku)}
      <div>
        <p class="crumb"><a href="/?shelf=${shelf}">${words.home.shelf[shelf]}</a></p>
        <h1>${name}</h1>
        <p class="lead">${line}</p>
        <p>${story}</p>
        <div class="buy"><span class="price">${money(view.language, cents)}</span>${addForm(view, sku)}</div>
      </div>
    </article>
    ${seen(view, others)}`;
  return layout(view, { title: name, main });
}
