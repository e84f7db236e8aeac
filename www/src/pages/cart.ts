import { MOST_OF_ONE, type Bill, type Line } from "../cart.ts";
import { html, type Html } from "../html.ts";
import { money, speech, whole } from "../i18n.ts";
import { picture } from "../pictures/pictures.ts";
import type { Page } from "../visit.ts";
import type { View } from "../view.ts";
import { layout } from "./layout.ts";

/** The cart with its sum. */
export function cartPage(): Page {
  return { draw };
}

function draw(view: View): Html {
  const { cart: words } = speech(view.language).words;
  const main = html`<h1>${words.title}</h1>${view.bill.count > 0 ? full(view) : empty(view)}`;
  return layout(view, { title: words.title, main });
}

function empty(view: View): Html {
  const { cart: words } = speech(view.language).words;
  return html`<p class="lead">${words.empty}</p><p><a class="button" href="/">${words.toShop}</a></p>`;
}

function full(view: View): Html {
  const { cart: words } = speech(view.language).words;
  return html`
    <ul class="lines">${view.bill.lines.map((line) => row(view, line))}</ul>
    ${sums(view, view.bill)}
    <form method="post" action="/cart/order" data-live class="order">
      <button id="order" class="primary large">${words.order}</button> <span class="aside">${words.toy}</span>
    </form>`;
}

function row(view: View, { product: { sku, cents: each }, quantity, cents }: Line): Html {
  const { cart: words, products } = speech(view.language).words;
  const { name } = products[sku];
  const most = quantity >= MOST_OF_ONE && html` disabled`;
  return html`<li>
    <a href="/products/${sku}" tabindex="-1" aria-hidden="true">${picture(sku)}</a>
    <div class="what"><a href="/products/${sku}">${name}</a> <span class="aside">${money(view.language, each)} ${words.each}</span></div>
    <form method="post" action="/cart/set" data-live class="stepper">
      <input type="hidden" name="sku" value="${sku}">
      <button id="less-${sku}" name="quantity" value="${quantity - 1}" aria-label="${words.less(name)}">−</button>
      <output>${whole(view.language, quantity)}</output>
      <button id="more-${sku}" name="quantity" value="${quantity + 1}" aria-label="${words.more(name)}"${most}>+</button>
      <button id="out-${sku}" name="quantity" value="0" class="quiet" aria-label="${words.remove(name)}">×</button>
    </form>
    <span class="price">${money(view.language, cents)}</span>
  </li>`;
}

function sums(view: View, { goods, shipping, total, untilFree }: Bill): Html {
  const { cart: words } = speech(view.language).words;
  const amount = (cents: number) => money(view.language, cents);
  return html`<dl class="sums-up">
    <div><dt>${words.goods}</dt><dd>${amount(goods)}</dd></div>
    <div><dt>${words.shipping}</dt><dd>${shipping === 0 ? words.free : amount(shipping)}</dd></div>
    <div class="total"><dt>${words.total}</dt><dd>${amount(total)}</dd></div>
  </dl>
  ${untilFree > 0 && html`<p class="aside">${words.untilFree(amount(untilFree))}</p>`}`;
}
