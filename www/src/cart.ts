import type { Session } from "edge-session";
import { CATALOGUE, type Product, type Sku } from "./shop.ts";

/** The most of one product that a cart holds. */
export const MOST_OF_ONE = 20;
/** Orders of this many euro cents and more travel free. */
const FREE_SHIPPING_FROM = 50_00;
const SHIPPING_CENTS = 4_90;

/**
 * The visitor's cart: one session value per product, the quantity.
 *
 * A value per product, and not one list, is what lets two tabs add two things at the same moment: sessions merge per
 * key, so both survive.
 */
export function cart(session: Session) {
  return session.namespace<Partial<Record<Sku, number>>>("shop.cart");
}

/** Sets how many of one product the cart holds: 0 takes it out, more than `MOST_OF_ONE` is cut. */
export function setQuantity(session: Session, sku: Sku, quantity: number): void {
  if (quantity <= 0) cart(session).delete(sku);
  else cart(session).set(sku, Math.min(quantity, MOST_OF_ONE));
}

/** How many of one product the cart holds. */
export function quantityOf(session: Session, sku: Sku): number {
  return cart(session).get(sku) ?? 0;
}

/** One line of a cart. Amounts in euro cents. */
export interface Line {
  readonly product: Product;
  readonly quantity: number;
  readonly cents: number;
}

/** A cart added up. Amounts in euro cents, so that nothing is ever rounded. */
export interface Bill {
  readonly lines: readonly Line[];
  /** How many things, all products together. */
  readonly count: number;
  readonly goods: number;
  readonly shipping: number;
  readonly total: number;
  /** What is missing for free shipping; 0 when it is reached. */
  readonly untilFree: number;
}

/** Adds the cart up. A product that is no longer sold is left out. */
export function bill(session: Session): Bill {
  return sum(CATALOGUE.map((product) => lineOf(product, quantityOf(session, product.sku))).filter((line) => line.quantity > 0));
}

/** The bill of nothing. */
export const noBill: Bill = sum([]);

function sum(lines: readonly Line[]): Bill {
  const goods = lines.reduce((cents, line) => cents + line.cents, 0);
  const shipping = goods === 0 || goods >= FREE_SHIPPING_FROM ? 0 : SHIPPING_CENTS;
  return {
    lines,
    count: lines.reduce((count, line) => count + line.quantity, 0),
    goods,
    shipping,
    total: goods + shipping,
    untilFree: Math.max(0, FREE_SHIPPING_FROM - goods),
  };
}

function lineOf(product: Product, quantity: number): Line {
  return { product, quantity, cents: product.cents * quantity };
}
