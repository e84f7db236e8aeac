/** What every handler of the benchmark does with its session: a shopping cart, filled, read and changed. */

const COLOURS = ["navy", "ivory", "moss green", "charcoal", "rust"];
const GOODS = ["Linen shirt", "Wool jumper", "Canvas bag", "Rain jacket", "Cotton socks", "Enamel mug"];
const JANUARY_2026_MS = 1767225600000;

function makeItem(index) {
  return {
    sku: `A-${1000 + index * 7}`,
    name: GOODS[index % GOODS.length],
    colour: COLOURS[index % COLOURS.length],
    qty: 1 + (index % 3),
    price: { amount: 1990 + index * 250, currency: "EUR" },
    image: `/img/goods/a-${1000 + index * 7}.webp`,
    addedAt: JANUARY_2026_MS + index * 61_000,
  };
}

/**
 * A cart whose session, `{"cart": …}`, is exactly `bytes` bytes of JSON text. Pure ASCII, so that no library is helped
 * or hurt by its text encoding.
 */
export function makeCart(bytes) {
  const cart = { items: [], currency: "EUR", note: "" };
  const missing = () => bytes - JSON.stringify({ cart }).length;
  while (true) {
    cart.items.push(makeItem(cart.items.length));
    if (missing() < 0) break;
  }
  cart.items.pop();
  cart.note = "x".repeat(missing());
  return cart;
}

/** The change of a writing request: one more of the last item. */
export function addOne(cart) {
  cart.items.at(-1).qty += 1;
}

/** What a request answers: how many things are in the cart. It looks at every item, so no library may skip parsing. */
export function summary(cart) {
  let count = 0;
  for (const item of cart.items) count += item.qty;
  return String(count);
}
