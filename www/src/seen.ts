import type { Session } from "edge-session";
import { product, type Product, type Sku } from "./shop.ts";

/** How many products the shop remembers having shown. */
const REMEMBERED = 4;

/** The products this visitor looked at last, newest first. */
export function recentlySeen(session: Session): readonly Product[] {
  return skus(session)
    .map(product)
    .filter((one) => one !== undefined);
}

/** Puts a product at the front. Looking twice at the same one changes nothing, and so costs no write. */
export function remember(session: Session, sku: Sku): void {
  const before = skus(session);
  if (before[0] === sku) return;
  session.namespace("shop.seen").set("recent", [sku, ...before.filter((one) => one !== sku)].slice(0, REMEMBERED));
}

function skus(session: Session): readonly unknown[] {
  const recent = session.namespace("shop.seen").get("recent");
  return Array.isArray(recent) ? recent : [];
}
