import { html, type Html } from "../html.ts";
import { money, speech } from "../i18n.ts";
import { heron, picture } from "../pictures/pictures.ts";
import { onShelf, shelf, SHELVES, type Product, type Shelf } from "../shop.ts";
import type { Page, Visit } from "../visit.ts";
import type { View } from "../view.ts";
import { layout } from "./layout.ts";

/** The shop window, or one shelf of it (`/?shelf=paper`). */
export function home({ url }: Visit): Page {
  const chosen = shelf(url.searchParams.get("shelf"));
  return { draw: (view) => draw(view, chosen) };
}

function draw(view: View, chosen: Shelf | null): Html {
  const { home: words } = speech(view.language).words;
  const main = html`
    <h1>${words.title}</h1>
    <p class="lead">${words.intro}</p>
    ${shelves(view, chosen)}
    <ul class="window">${onShelf(chosen).map((one) => card(view, one))}${chosen === null && ninth(view)}</ul>
    ${seen(view, view.seen)}`;
  return layout(view, { title: words.title, main });
}

function shelves(view: View, chosen: Shelf | null): Html {
  const { home: words } = speech(view.language).words;
  const shelfLink = (href: string, text: string, here: boolean) =>
    html`<li><a href="${href}"${here && html` aria-current="true"`}>${text}</a></li>`;
  return html`<nav class="shelves" aria-label="${words.shelves}"><ul>
    ${shelfLink("/", words.all, chosen === null)}
    ${SHELVES.map((one) => shelfLink(`/?shelf=${one}`, words.shelf[one], chosen === one))}
  </ul></nav>`;
}

function card(view: View, { sku, cents }: Product): Html {
  const { name, line } = speech(view.language).words.products[sku];
  return html`<li class="card">
    <a href="/products/${sku}">${picture(sku)}<h2>${name}</h2></a>
    <p>${line}</p>
    <div class="buy"><span class="price">${money(view.language, cents)}</span>${addForm(view, sku)}</div>
  </li>`;
}

/** What the shop is about. */
function ninth(view: View): Html {
  const { home: words } = speech(view.language).words;
  return html`<li class="card ninth">${heron}<p>${words.ninth}</p><a href="/lab">${words.toLab}</a></li>`;
}

/** The button that puts a product into the cart, as a form of its own. */
export function addForm(view: View, sku: Product["sku"]): Html {
  const { home: words, products } = speech(view.language).words;
  return html`<form method="post" action="/cart/add" data-live>
    <input type="hidden" name="sku" value="${sku}"><input type="hidden" name="back" value="${view.here}">
    <button id="add-${sku}" class="primary" aria-label="${words.addOne(products[sku].name)}">${words.add}</button>
  </form>`;
}

/** What the visitor looked at before, as small pictures; nothing if there is nothing. */
export function seen(view: View, products: readonly Product[]): Html | null {
  if (products.length === 0) return null;
  const words = speech(view.language).words;
  const small = ({ sku }: Product) =>
    html`<li><a href="/products/${sku}">${picture(sku)}<span>${words.products[sku].name}</span></a></li>`;
  return html`<section class="seen" aria-labelledby="seen-title">
    <h2 id="seen-title">${words.home.seen}</h2>
    <ul>${products.map(small)}</ul>
  </section>`;
}
